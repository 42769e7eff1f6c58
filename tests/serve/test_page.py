"""The page of a state: without a result the bar alone; the report itself asks the net for nothing."""

from indexcalc.errors import Problem
from indexcalc.report.page import render
from indexcalc.serve.page import bar, page
from indexcalc.serve.state import Panels, State, next_state
from indexcalc.voice import Voice
from tests.serve import change, small


def test_without_a_result_the_bar_says_what_is_wrong():
    facts = {"field": "a", "found": "<script>", "hint": ""}
    wrong = Problem("unknown_word", facts, ("in_file", {"file": "<i>.yaml"}))
    html = page(State(problems=(wrong,)), Voice("en"))
    assert (
        "&lt;i&gt;.yaml" in html and "&lt;script&gt;" in html and "EventSource" in html and 'id="payload"' not in html
    )


def test_only_the_live_page_speaks_to_anybody(tmp_path):
    state = next_state(State(), small(tmp_path), Panels())
    live, file = page(state, Voice("en")), render(state.run, Voice("en"))
    for sign in ("EventSource", "fetch(", "connect-src", 'id="save"', 'id="live"'):
        assert sign in live and sign not in file


def test_the_bar_names_the_files_it_follows(tmp_path):
    html = page(next_state(State(), small(tmp_path), Panels()), Voice("en"))
    assert "This page follows indicators.yaml and figures.xlsx." in html


def test_the_line_on_top_begins_with_whose_rank_moved(tmp_path):
    yaml, panels = small(tmp_path), Panels()
    first = next_state(State(), yaml, panels)
    change(yaml, "weight: 2", "weight: 0.1")
    said = bar(next_state(first, yaml, panels))
    line = "Changed: ranks in 2021 that moved: 甲 3→1, 乙 1→2, 丙 2→3; weight of Output: 33.3% → 90.9%; weight of Air"
    assert line in said and "restated" not in said and "input file" not in said
    same = next_state(next_state(first, yaml, panels), yaml, panels)
    assert "Saved; nothing in the result changed." in bar(same)
