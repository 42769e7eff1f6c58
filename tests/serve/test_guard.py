"""Another origin, another host, another token: refused before any handler runs."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from indexcalc.serve.guard import HEADERS, Guard

TOKEN = "a-token"


def asked(path=f"/{TOKEN}/", headers=(), base="http://127.0.0.1:8000"):
    reached = []

    async def handler(request):
        reached.append(request.url.path)
        return PlainTextResponse("in")

    inside = Starlette(routes=[Route("/{path:path}", handler)])
    found = TestClient(Guard(inside, TOKEN, "refused"), base_url=base).get(path, headers=dict(headers))
    assert (found.text == "in") == bool(reached)
    return found


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://127.0.0.1:8000"},
        {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Host": "localhost:8000"},
    ],
)
def test_the_page_itself_is_answered(headers):
    assert asked(headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8000"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:8001"},
        {"Host": "127.0.0.1:8000.evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Origin": "127.0.0.1:8000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_host_or_origin_is_refused(headers):
    found = asked(headers=headers)
    assert (found.status_code, found.text) == (403, "refused")


@pytest.mark.parametrize(
    "path", ["/", "//", "/a-toke/", "/a-token2/", "/A-TOKEN/", "/x/a-token/", "/?a-token", "/%C3%A9/"]
)
def test_another_token_is_refused(path):
    assert asked(path).status_code == 403


def test_nothing_is_kept_framed_or_fetched_from_elsewhere():
    for found in (asked(), asked("/")):
        assert {name: found.headers[name] for name in HEADERS} == HEADERS
