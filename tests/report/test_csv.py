"""The tables for programs as files: which there are, and how their cells are written."""

import csv
from dataclasses import replace

import pandas as pd
from numpy.testing import assert_array_equal

from indexcalc.report.csv import write_table, write_tables
from indexcalc.report.tables import files, frame_of
from tests.conftest import make_framework
from tests.report.studied import plain, studied
from tests.report.tables import growing, two
from tests.robustness.test_result import two_cities

NAMED = make_framework(indicators={"x": {}}, cities={"甲": {"en": "Alpha"}, "乙": {}})
STUDY = ["bounds", "pairs", "smallest_changes", "sensitivity", "one_at_a_time", "alternatives", "rank_reversals"]


def drawn(**changes):
    """Two cities in ten draws."""
    run = two([[2.0], [1.0]], drawn=two_cities(**changes))
    return replace(run, result=replace(run.result, framework=NAMED))


def read(path):
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf") and b"\r" not in text
    return list(csv.DictReader(text.decode("utf-8-sig").splitlines()))


def stems(folder):
    return sorted(path.stem for path in folder.iterdir())


def test_a_city_that_is_in_no_draw_has_empty_cells_and_whole_numbers_stay_whole(tmp_path):
    write_tables(drawn(ranks=((10, 0), (0, 0))), tmp_path, ["robustness"])
    first, second = read(tmp_path / "robustness" / "ranks.csv")
    assert (first["city_en"], second["city_en"]) == ("Alpha", "乙")
    assert (first["median"], second["median"], second["group"], second["share_nominal"]) == ("1", "", "", "")


def test_a_table_without_a_row_is_no_file(tmp_path):
    """One year has no changes."""
    write_tables(drawn(), tmp_path, ["robustness"])
    assert stems(tmp_path / "robustness") == ["acceptability", "pairs", "ranks"]


def test_parts_of_a_file_stand_below_each_other_with_what_they_have():
    (found,) = (frame for name, frame in files(studied()) if name == "robustness/bounds")
    ranks, weights = found[found["part"] == "rank"], found[found["part"] == "weights"]
    assert list(found["part"].unique()) == ["rank", "weights"] and list(found)[:4] == [
        "part",
        "city",
        "city_en",
        "year",
    ]
    assert len(weights) == 2 * len(ranks) and ranks["best"].notna().all() and ranks["bound"].isna().all()
    assert found["best"].dtype == "Int64" and weights["best"].isna().all() and weights["a"].notna().all()


def test_a_file_may_be_wanted_alone():
    assert [name for name, _ in files(growing(), ["analysis/weights"])] == ["analysis/weights"]


def test_no_figure_of_an_analysis_is_missing_in_the_files():
    """Every table of every analysis, against what is written, to the last digit."""
    run = growing()
    written = {value for _, frame in files(run) for name in frame for value in frame[name].tolist()}
    lens = [run.lens(code) for code in run.result.framework.lenses]
    made = [run.structure, run.convergence, run.integration, run.obstacles, *lens]
    names = [[name for name in dir(one) if name.endswith("_table") or name == "table"] for one in made]
    skipped = {"obstacles": "table", "integration": "dimension_table"}  # never were files: every indicator, and scores
    for one, own in zip(made, names, strict=True):
        for name in own:
            if skipped.get(type(one).__name__.casefold()) == name or (
                name == "pair_table" and not run.convergence.ratios
            ):
                continue
            frame = getattr(one, name)()
            figures = {x for column in frame for x in frame[column].tolist() if isinstance(x, float) and x == x}
            assert figures <= written, (type(one).__name__, name)


def test_the_tables_that_a_study_has():
    made = {name.removeprefix("robustness/") for name, _ in files(studied()) if name.startswith("robustness/")}
    assert made == set(STUDY)
    assert not [name for name, _ in files(plain()) if name.startswith("robustness/")]


def test_the_files_that_are_written_are_told_and_those_of_a_folder_may_be_wanted_alone(tmp_path):
    all_of_them, some = tmp_path / "all", tmp_path / "some"
    all_of_them.mkdir(), some.mkdir()
    written = write_tables(growing(), all_of_them)
    assert sorted(written) == sorted(path for path in all_of_them.rglob("*") if path.is_file())
    assert {"rankings.csv", "scores.csv"} <= {path.name for path in all_of_them.iterdir()}
    write_tables(growing(), some, ["analysis"])
    assert stems(some) == ["analysis"] and stems(some / "analysis") == stems(all_of_them / "analysis")


def test_rankings_have_every_city_and_year(tmp_path):
    write_tables(growing(), tmp_path, ["rankings"])
    rows, result = read(tmp_path / "rankings.csv"), growing().result
    assert list(rows[0]) == ["city", "city_en", "year", "score", "rank", "rank_change", "rank_change_total"]
    assert_array_equal([float(row["score"]) for row in rows], result.score().ravel())


def test_the_same_table_gives_the_same_bytes(tmp_path):
    frame = pd.DataFrame({"city": ["甲"], "score": [0.1 + 0.2]})
    for name in ("one.csv", "two.csv"):
        write_table(frame, tmp_path / name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert read(tmp_path / "one.csv") == [{"city": "甲", "score": "0.30000000000000004"}]


def test_rows_may_lack_a_column_and_a_missing_number_leaves_the_others_whole():
    frame = frame_of([{"a": 1, "b": "x", "c": 1.0}, {"a": None, "b": None, "c": None, "d": 2}])
    assert list(frame) == ["a", "b", "c", "d"] and frame["a"].dtype == frame["d"].dtype == "Int64"
    assert frame.to_csv(index=False, lineterminator="\n") == "a,b,c,d\n1,x,1.0,\n,,,2\n"
    assert frame_of([]).empty


def test_texts_that_look_like_formulas_are_neutralised(tmp_path):
    """Names and headers alike; numbers, also as text, and whole numbers beside gaps stay as they are."""
    frame = pd.DataFrame(
        {"city": ['=HYPERLINK("x")', "+1+1", "@a", "-b", "北京"], "gap": [1, None, 2, 3, "-0.5"], "n": [1, 2, 3, 4, 5]}
    )
    write_table(frame.astype({"gap": object}), tmp_path / "t.csv")
    rows = read(tmp_path / "t.csv")
    assert [row["city"] for row in rows] == ['\'=HYPERLINK("x")', "'+1+1", "'@a", "'-b", "北京"]
    assert [row["gap"] for row in rows] == ["1", "", "2", "3", "-0.5"]
    assert [row["n"] for row in rows] == list("12345")
