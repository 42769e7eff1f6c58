"""The application, in process: who may speak to it, and what it answers."""

from starlette.testclient import TestClient

from indexcalc.serve.app import app
from indexcalc.serve.session import Session
from indexcalc.voice import Voice


def client(session, routes=()):
    return TestClient(app(session, routes), base_url="http://127.0.0.1", follow_redirects=False)


def test_without_a_yaml_the_first_page_leads_to_the_form():
    session = Session(voice=Voice("en"))
    found = client(session).get(f"/{session.token}/")
    assert (found.status_code, found.headers["location"]) == (307, "form")


def test_a_session_waits_for_news():
    session = Session(voice=Voice("en"))
    assert session.moment == 0
