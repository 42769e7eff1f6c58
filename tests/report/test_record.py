"""The record of a run, and what differs between two of them."""

from indexcalc.report.record import changes


def record(**more):
    base = {
        "inputs": {"w.xlsx": "aa"},
        "choices": {"methodology.aggregation": "arithmetic"},
        "weights": {"a": {"share": 0.5}, "b": {"share": 0.5}},
        "ranking": {"X": 1, "Y": 2},
    }
    return {**base, **more}


def test_equal_records_have_no_changes():
    assert not changes(record(), record())


def test_each_kind_of_change_is_found():
    now = record(
        inputs={"w.xlsx": "bb"},
        choices={"methodology.aggregation": "geometric"},
        weights={"a": {"share": 0.75}, "c": {"share": 0.25}},
        ranking={"X": 2, "Y": 1, "Z": 3},
    )
    found = changes(record(), now)
    assert found.inputs == ["w.xlsx"]
    assert found.choices == {"methodology.aggregation": ("arithmetic", "geometric")}
    assert found.weights == {"a": (0.5, 0.75), "c": (None, 0.25), "b": (0.5, None)}
    assert found.ranks == {"X": (1, 2), "Y": (2, 1), "Z": (None, 3)}


def test_a_record_of_an_older_version_without_a_part_is_still_compared():
    before = record()
    del before["choices"]
    assert changes(before, record()).choices == {"methodology.aggregation": (None, "arithmetic")}
