"""The next state of the files: the new result, or the old one and what is wrong; the workbook is read once."""

import indexcalc.serve.state as module
from indexcalc.serve.state import Panels, State, next_state
from tests.serve import ROWS, change, small


def ranks(state):
    return state.run.result.rank()[:, -1].tolist()


def test_a_changed_weight_moves_ranks_and_is_told(tmp_path):
    yaml, panels = small(tmp_path), Panels()
    first = next_state(State(), yaml, panels)
    assert (first.problems, first.changed, first.drawing) == ((), None, True)
    assert set(first.inputs) == {yaml, tmp_path / "figures.xlsx"}
    change(yaml, "weight: 2", "weight: 0.1")
    second = next_state(first, yaml, panels)
    assert ranks(first) == [3, 1, 2] and ranks(second) == [1, 2, 3]
    assert second.changed.ranks == {"甲": (3, 1), "乙": (1, 2), "丙": (2, 3)} and set(second.changed.weights) == {
        "gdp",
        "air",
    }
    assert second.seen != first.seen


def test_a_broken_file_leaves_the_last_result(tmp_path):
    yaml, panels = small(tmp_path), Panels()
    good = next_state(State(), yaml, panels)
    change(yaml, "negative", "negitive")
    broken = next_state(good, yaml, panels)
    assert [problem.key for problem in broken.problems] == ["unknown_method"]
    assert broken.problems[0].place[1]["line"] == 7
    assert broken.run is good.run and broken.seen == good.seen and set(broken.inputs) == set(good.inputs)
    change(yaml, "negitive", "negative")
    mended = next_state(broken, yaml, panels)
    assert mended.problems == () and not mended.changed and mended.changed is not None


def test_nothing_that_was_ever_good_is_a_state_too(tmp_path):
    yaml = small(tmp_path)
    (tmp_path / "figures.xlsx").unlink()
    state = next_state(State(), yaml, Panels())
    assert state.run is None and [problem.key for problem in state.problems] == ["file_missing"]
    assert state.inputs[tmp_path / "figures.xlsx"] is None and state.inputs[yaml] is not None


def test_the_workbook_is_read_again_only_where_it_or_what_is_read_of_it_changes(tmp_path, monkeypatch):
    yaml, panels, read = small(tmp_path), Panels(), []
    original = module.read_workbook
    monkeypatch.setattr(module, "read_workbook", lambda *a, **k: read.append(1) or original(*a, **k))
    state = next_state(State(), yaml, panels)
    for before, after, times in (
        ("weight: 2", "weight: 3", 1),
        ("weight: 3", "weight: 0", 2),  # the column need not be there
        ("weight: 0", "weight: 2", 3),
        ("kind: in_top", "kind:  in_top", 3),
        ("zh: 空气", "zh: 空气质量", 4),
    ):
        change(yaml, before, after)
        state = next_state(state, yaml, panels)
        assert (len(read), state.problems) == (times, ())
    small(tmp_path, yaml.read_text(encoding="utf-8"), (("甲", 1, 70), *ROWS[1:]))
    assert next_state(state, yaml, panels).changed.inputs and len(read) == 5


def test_draws_that_are_not_wanted_are_not_awaited(tmp_path):
    yaml = small(tmp_path)
    assert not next_state(State(), yaml, Panels(), draws=0).drawing
    change(yaml, "draws: 40", "draws: 0")
    assert not next_state(State(), yaml, Panels()).drawing and next_state(State(), yaml, Panels(), draws=9).drawing
