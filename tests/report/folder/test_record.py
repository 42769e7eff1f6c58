"""The record of a run, and what differs between two of them."""

from io import StringIO

from rich.console import Console

from indexcalc.report.folder.record import changes
from indexcalc.report.screen import print_changes
from indexcalc.voice import Voice


def record(**more):
    base = {
        "inputs": {"w.xlsx": "aa"},
        "choices": {"methodology.aggregation": "arithmetic"},
        "weights": {"a": {"share": 0.5}, "b": {"share": 0.5}},
        "history": {"2022": {"X": [5.0, 1], "Y": [4.0, 2]}},
    }
    return {**base, **more}


def test_equal_records_have_no_changes():
    assert not changes(record(), record())


def test_each_kind_of_change_is_found():
    now = record(
        inputs={"w.xlsx": "bb"},
        choices={"methodology.aggregation": "geometric"},
        weights={"a": {"share": 0.75}, "c": {"share": 0.25}},
        history={"2022": {"X": [5.0, 2], "Y": [6.0, 1], "Z": [1.0, 3]}},
    )
    found = changes(record(), now)
    assert found.inputs == ["w.xlsx"]
    assert found.choices == {"methodology.aggregation": ("arithmetic", "geometric")}
    assert found.weights == {"a": (0.5, 0.75), "c": (None, 0.25), "b": (0.5, None)}
    assert found.year == 2022 and found.ranks == {"X": (1, 2), "Y": (2, 1), "Z": (None, 3)}
    assert found.restated == (1, 1, 2) and found.added == found.removed == []


def test_a_year_that_was_added_is_told_as_added_and_the_same_year_is_compared_with_the_same():
    """2023 comes with other ranks; of 2022 both scores are restated, and the ranks turned round."""
    now = record(history={"2022": {"X": [4.5, 2], "Y": [4.75, 1]}, "2023": {"X": [3.0, 2], "Y": [9.0, 1]}})
    found = changes(record(), now)
    assert (found.year, found.added, found.removed, found.restated) == (2022, [2023], [], (2, 2, 2))
    assert found.ranks == {"X": (1, 2), "Y": (2, 1)}
    back = changes(now, record())
    assert (back.year, back.added, back.removed) == (2022, [], [2023])
    same = changes(record(), record(history={**record()["history"], "2023": {"X": [3.0, 2], "Y": [9.0, 1]}}))
    assert same and not same.ranks and same.restated == (0, 0, 2)
    stream = StringIO()
    print_changes(Console(file=stream, width=120), found, Voice("en"))
    assert stream.getvalue() == (
        "Compared with the previous run:\n"
        "  years added: 2023; the previous run has nothing to compare them with.\n"
        "  ranks in 2022 that moved: X 1→2, Y 2→1\n"
        "  restated: 2 of the 2 city-years in both runs have a different score, 2 of them a different rank.\n"
    )


def test_runs_without_a_year_in_common_are_not_compared_by_rank():
    found = changes(record(), record(history={"2023": {"X": [3.0, 2], "Y": [9.0, 1]}}))
    assert (found.year, found.ranks, found.added, found.removed) == (None, {}, [2023], [2022])
    stream = StringIO()
    print_changes(Console(file=stream, width=120), found, Voice("en"))
    assert "  years no longer there: 2022.\n  the two runs have no year in common.\n" in stream.getvalue()


def test_a_record_without_history_gives_the_ranks_of_its_last_year():
    before = {**record(), "years": [2021, 2022], "ranking": {"X": 2, "Y": 1}}
    del before["history"]
    found = changes(before, record())
    assert found.year == 2022 and found.ranks == {"X": (2, 1), "Y": (1, 2)} and found.restated == (0, 0, 0)


def test_a_record_of_an_older_version_without_a_part_is_still_compared():
    before = record()
    del before["choices"]
    assert changes(before, record()).choices == {"methodology.aggregation": (None, "arithmetic")}


def test_a_weight_that_is_not_used_has_no_share():
    """From a share to none is a change of method; between two records without shares nothing changed."""
    none, other = record(weights={"a": {"share": None}, "b": {"share": 0.5}}), {"a": {"weight": 3, "share": None}}
    stream = StringIO()
    print_changes(Console(file=stream), changes(record(), none), Voice("en"))
    assert "weight of a: 50.0% → no weight" in stream.getvalue()
    assert changes(record(weights={"a": {"weight": 2, "share": None}}), record(weights=other)).weights == {}
