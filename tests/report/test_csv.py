"""The CSV tables of the uncertainty analysis, by hand on ten draws of two cities."""

import csv

import numpy as np

from indexcalc.report.robustness_tables import uncertainty_tables, write_uncertainty
from tests.conftest import make_framework
from tests.robustness.test_result import two_cities

FRAMEWORK = make_framework(cities={"甲": {"en": "Alpha"}, "乙": {}})


def rows(name, **changes):
    frame = uncertainty_tables(two_cities(**changes), FRAMEWORK)[name]
    return frame.to_dict("records")


def test_ranks():
    first, second = rows("ranks")
    assert first == {
        **{"city": "甲", "city_en": "Alpha", "year": 2020, "rank": 1, "draws": 10, "mean": 1.4, "median": 1},
        **{"q05": 1, "q25": 1, "q75": 2, "q95": 2, "share_nominal": 0.6, "share_within_1": 1.0, "group": 1},
    }
    assert (second["rank"], second["group"]) == (2, 1)


def test_a_city_that_is_in_no_draw_has_empty_cells_and_whole_numbers_stay_whole(tmp_path):
    write_uncertainty(two_cities(ranks=((10, 0), (0, 0))), FRAMEWORK, tmp_path)
    text = (tmp_path / "ranks.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(text.decode("utf-8-sig").splitlines())
    assert (first["median"], second["median"], second["group"], second["share_nominal"]) == ("1", "", "", "")


def test_acceptability_names_the_ranks_that_occur():
    found = rows("acceptability", ranks=((10, 0), (4, 6)))
    assert [(row["city"], row["rank"], row["share"]) for row in found] == [
        ("甲", 1, 1.0),
        ("乙", 1, 0.4),
        ("乙", 2, 0.6),
    ]


def test_wins_add_up():
    one, other = rows("wins", beats=5, ties=2)
    assert (one["city"], one["other"], other["city"]) == ("甲", "乙", "乙")
    assert np.isclose(one["share"] + other["share"], 1.0)


def test_claims_with_the_draws_in_which_they_are_defined():
    (row,) = rows("claims")
    assert (row["kind"], row["nominal"], row["claim_en"]) == ("rank_is", "holds", "Alpha ranked 1 in 2020")
    assert [row[name] for name in ("draws", "defined", "holds", "tied", "fails")] == [10, 9, 5, 1, 3]
    assert np.isclose(row["share"], 6 / 9) and np.isclose(row["error"], np.sqrt(2 / 9 / 9))


def test_one_year_has_no_changes(tmp_path):
    assert rows("changes") == []
    write_uncertainty(two_cities(), FRAMEWORK, tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == ["acceptability", "claims", "ranks", "wins"]
