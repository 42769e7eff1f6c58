"""A session follows its files: a save is shown, a broken file leaves the last result, draws come after."""

import asyncio
import os

import pytest

from indexcalc.errors import ChoiceError, InputError
from indexcalc.serve.session import Session
from indexcalc.voice import Voice
from tests.serve import YAML, change, small


def run(session, *steps):
    """Follow a session, and take steps when it has shown what is awaited: pairs (awaited, what is done then)."""

    async def followed():
        following = asyncio.create_task(session.follow())
        following.add_done_callback(session.followed)
        try:
            for awaited, act in steps:
                async with asyncio.timeout(60):
                    while not (session.fault or awaited(session.state)):
                        await asyncio.sleep(0.02)
                if session.fault:
                    raise session.fault
                done = act()
                if asyncio.iscoroutine(done):
                    await done
        finally:
            await session.close()
            await following

    asyncio.run(followed())


def drawn(state):
    return state.run is not None and state.run.drawn is not None and not state.problems


def test_a_save_is_followed_an_error_told_and_the_last_result_kept(tmp_path):
    yaml = small(tmp_path)
    session = Session(yaml, voice=Voice("en"))
    shown = []
    run(
        session,
        (drawn, lambda: change(yaml, "weight: 2", "weight: 0.1")),
        (
            lambda state: drawn(state) and state.changed,
            lambda: shown.append(session.html) or change(yaml, "negative", "negitive"),
        ),
        (lambda state: state.problems, lambda: shown.append(session.html) or change(yaml, "negitive", "negative")),
        (lambda state: not state.problems, lambda: None),
    )
    assert "ranks in 2021 that moved: 甲 3→1, 乙 1→2, 丙 2→3" in shown[0]
    assert "indicators.yaml, line 7" in shown[1] and "Did you mean" in shown[1] and "ranking-table" in shown[1]
    assert {path.name for path in tmp_path.iterdir()} == {"figures.xlsx", "indicators.yaml"}


def test_the_page_comes_before_the_draws_and_says_so(tmp_path):
    yaml, first = small(tmp_path, YAML.replace("draws: 40", "draws: 400000")), []
    session = Session(yaml, voice=Voice("en"))
    run(session, (lambda state: state.run is not None, lambda: first.append((session.state.drawing, session.html))))
    assert first[0][0] and "The uncertainty analysis is still running" in first[0][1]


def test_two_saves_at_once_lose_nothing(tmp_path):
    yaml, told = small(tmp_path), []
    session = Session(yaml, voice=Voice("en"), draws=0)

    async def both():
        seen = session.state.seen
        saves = (session.save({"gdp": 5.0}, seen), session.save({"air": 7.0}, seen))
        told.extend(await asyncio.gather(*saves, return_exceptions=True))

    async def again():
        await session.save({"air": 7.0}, session.state.seen)

    run(
        session,
        (lambda state: state.run is not None, both),
        (lambda state: state.changed, again),
        (lambda state: state.record["weights"]["air"]["weight"] == 7, lambda: None),
    )
    assert told[0] is None and [problem.key for problem in told[1].problems] == ["yaml_saved_since"]
    text = yaml.read_text(encoding="utf-8")
    assert "weight: 5}   # by the essay" in text and "weight: 7} # fewer is better" in text


def refusal(session, weights):
    """Why a save is refused once the page is there."""
    told = []

    async def save():
        with pytest.raises((InputError, ChoiceError)) as found:
            await session.save(weights, session.state.seen)
        told.extend(problem.key for problem in found.value.problems)

    run(session, (lambda state: state.run is not None, save))
    return told


def test_nothing_to_save_and_weights_that_nobody_looks_at_are_refused(tmp_path):
    yaml = small(tmp_path)
    assert refusal(Session(yaml, voice=Voice("en"), draws=0), {}) == ["weights_unmoved"]
    change(yaml, "methodology: {", "methodology: {weighting: equal, ")
    assert refusal(Session(yaml, voice=Voice("en"), draws=0), {"gdp": 3.0}) == ["weights_unused"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="links of Unix")
def test_a_link_stays_a_link_and_one_that_leads_elsewhere_by_now_is_not_followed(tmp_path):
    (tmp_path / "own").mkdir()
    yaml, link, other = small(tmp_path / "own"), tmp_path / "own" / "link.yaml", tmp_path / "other.yaml"
    link.symlink_to(yaml)
    other.write_bytes(yaml.read_bytes())
    session = Session(link, voice=Voice("en"), draws=0)

    async def save():
        await session.save({"gdp": 5.0}, session.state.seen)

    run(session, (lambda state: state.run is not None, save))
    assert link.is_symlink() and "weight: 5" in yaml.read_text(encoding="utf-8")
    session = Session(link, voice=Voice("en"), draws=0)
    kept = other.read_bytes()

    async def elsewhere():
        link.unlink()
        link.symlink_to(other)
        with pytest.raises(InputError):
            await session.save({"gdp": 6.0}, session.state.seen)

    run(session, (lambda state: state.run is not None, elsewhere))
    assert other.read_bytes() == kept


def test_with_a_folder_every_result_is_written_and_without_one_none(tmp_path):
    yaml, out = small(tmp_path), tmp_path / "out"
    session = Session(yaml, voice=Voice("en"), draws=0, out=out)
    run(session, (lambda state: (out / "run.json").exists(), lambda: None))
    assert (out / "report.html").exists()


def test_a_folder_that_holds_others_files_is_told(tmp_path):
    yaml, out = small(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "scores.csv").write_text("mine")
    session = Session(yaml, voice=Voice("en"), draws=0, out=out)
    run(session, (lambda state: state.problems, lambda: None))
    assert session.state.problems[0].key == "out_foreign" and (out / "scores.csv").read_text() == "mine"


def test_a_session_without_a_yaml_waits_until_one_is_opened(tmp_path):
    session = Session(voice=Voice("en"), draws=0)

    async def opened():
        await session.open(small(tmp_path))
        assert session.state.run is not None

    run(session, (lambda state: state.run is None, opened))
