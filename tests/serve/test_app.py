"""The application, in process: who may speak to it, what it answers, what it refuses."""

import json

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from indexcalc.serve.app import MOST_BYTES, app
from indexcalc.serve.session import Session
from indexcalc.voice import Voice
from tests.serve import small


@pytest.fixture
def opened(tmp_path):
    """A session of the small index, and a browser of it."""
    session = Session(small(tmp_path), voice=Voice("en"), draws=0)
    with client(session) as browser:
        yield session, browser


def client(session, routes=()):
    return TestClient(app(session, routes), base_url="http://127.0.0.1", follow_redirects=False)


def test_without_a_yaml_the_first_page_leads_to_the_form_and_other_rooms_have_their_addresses():
    session = Session(voice=Voice("en"))

    async def form(request):
        return PlainTextResponse(str(request.app.state.session is session))

    browser = client(session, [Route("/form", form)])
    found = browser.get(f"/{session.token}/")
    assert (found.status_code, found.headers["location"]) == (307, "form")
    assert browser.get(f"/{session.token}/form").text == "True"
    assert browser.get("/form").status_code == 403


def test_the_page_is_the_report_with_a_bar(opened):
    session, browser = opened
    found = browser.get(f"/{session.token}/")
    assert found.status_code == 200 and 'id="live"' in found.text and 'id="ranking-table"' in found.text
    assert "frame-ancestors 'none'" in found.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/{token}x/", {}),
        ("/{token}/", {"Origin": "http://evil.example"}),
        ("/{token}/", {"Host": "evil.example"}),
        ("/{token}/events", {"Sec-Fetch-Site": "cross-site"}),
    ],
)
def test_another_origin_or_no_token_is_refused(opened, path, headers):
    session, browser = opened
    assert browser.get(path.format(token=session.token), headers=headers).status_code == 403


def test_weights_of_another_origin_are_not_saved(opened):
    session, browser = opened
    before = session.yaml.read_bytes()
    told = {"seen": session.state.seen, "weights": {"gdp": 4}}
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Host": "evil.example"}):
        assert browser.post(f"/{session.token}/weights", json=told, headers=headers).status_code == 403
    assert browser.post("/weights", json=told).status_code == 403
    assert browser.get(f"/{session.token}/weights").status_code == 405
    assert session.yaml.read_bytes() == before


def test_weights_are_saved_and_a_second_save_of_the_same_page_is_refused_in_both_languages(opened):
    session, browser = opened
    browser.get(f"/{session.token}/")
    told = {"seen": session.state.seen, "weights": {"gdp": 4}}
    assert browser.post(f"/{session.token}/weights", json=told).status_code == 200
    assert "weight: 4}   # by the essay" in session.yaml.read_text(encoding="utf-8")
    found = browser.post(f"/{session.token}/weights", json={**told, "weights": {"air": 9}})
    assert found.status_code == 409 and set(found.json()) == {"zh", "en"} and "save them again" in found.json()["en"]
    assert "weight: 9" not in session.yaml.read_text(encoding="utf-8")


FORMS = [
    b"",
    b"[]",
    b"{",
    b"[" * 100_000,
    b'{"seen": "x"}',
    b'{"seen": 1, "weights": {"gdp": 1}}',
    b'{"seen": "x", "weights": {"gdp": "1"}}',
    b'{"seen": "x", "weights": {"gdp": true}}',
    json.dumps({"seen": "x" * MOST_BYTES, "weights": {}}).encode(),
    b"\xff",
]


@pytest.mark.parametrize("body", FORMS, ids=range(len(FORMS)))
def test_what_no_page_sends_is_refused(opened, body):
    session, browser = opened
    headers = {"Content-Type": "application/json"}
    found = browser.post(f"/{session.token}/weights", content=body, headers=headers)
    assert found.status_code == 409 and "Reload the page" in found.json()["en"]


def test_a_form_of_another_page_is_no_json(opened):
    session, browser = opened
    told = json.dumps({"seen": session.state.seen, "weights": {"gdp": 4}})
    found = browser.post(f"/{session.token}/weights", content=told, headers={"Content-Type": "text/plain"})
    assert found.status_code == 409 and "Reload the page" in found.json()["en"]
