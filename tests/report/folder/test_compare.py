"""Two runs side by side: what differs is read off their folders, and told in both languages."""

import io
import json
import re

import pytest
from rich.console import Console

from indexcalc.errors import InputError
from indexcalc.report.folder.compare import compare_runs, print_comparison, read_run
from indexcalc.voice import Voice

ROWS = {"甲": ("Jia", 3.0, 1), "乙": ("Yi", 2.0, 2), "丙": ("Bing", 1.0, 3)}


def write_run(folder, rows=ROWS, *, year=2022, names=True, **record):
    """An output folder with its record, its rankings and the names of its nodes."""
    folder.mkdir()
    whole = {"program": "indexcalc", "inputs": {"a.yaml": "1"}, "choices": {}, "weights": {}, "ranking": {}, **record}
    (folder / "run.json").write_text(json.dumps(whole), encoding="utf-8")
    lines = ["city,city_en,year,score,rank,rank_change,rank_change_total"]
    lines += [f"{city},{en},{year},{score},{rank},,0" for city, (en, score, rank) in rows.items()]
    (folder / "rankings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    if names:
        (folder / "analysis").mkdir()
        (folder / "analysis" / "weights.csv").write_text(
            "node,name_zh,name_en\nfunction,城市功能,City function\n", encoding="utf-8-sig"
        )
    return folder


def told(before, now, lang="en"):
    stream = io.StringIO()
    print_comparison(Console(file=stream, width=120), compare_runs(read_run(before), read_run(now)), Voice(lang))
    return re.sub(re.escape(str(before.parent)) + "/", "", stream.getvalue())


@pytest.fixture
def one(tmp_path):
    return write_run(tmp_path / "one", weights={"function": {"share": 0.25}}, choices={"m.aggregation": "arithmetic"})


def test_the_same_run(one):
    assert told(one, one) == "one → one\nInputs, methods, weights, ranks and scores are the same.\n"
    assert "均相同" in told(one, one, "zh")


def test_weights_methods_inputs_ranks_and_scores(tmp_path, one):
    two = write_run(
        tmp_path / "two",
        {"甲": ("Jia", 2.5, 2), "乙": ("Yi", 2.75, 1), "丙": ("Bing", 1.0, 3)},
        inputs={"a.yaml": "2"},
        weights={"function": {"share": 0.4}},
        choices={"m.aggregation": {"method": "generalised", "p": -1.0}},
    )
    text = told(one, two)
    assert "  differ: a.yaml\n" in text
    assert "  m.aggregation: arithmetic → {method: generalised, p: -1}\n" in text
    assert "  City function: 25.0% → 40.0%\n" in text
    assert re.search(r"Jia +│ 1 → 2 │ +▼1 │ 3\.00 → 2\.50 │ +−0\.50", text)
    assert re.search(r"Bing +│ 3 → 3 │ += │ 1\.00 → 1\.00 │ +0\.00", text)
    assert "2 of 3 cities moved; the mean absolute rank shift is 0.67." in text
    chinese = told(one, two, "zh")
    assert "  城市功能：25.0% → 40.0%" in chinese
    assert "3个城市中，2个位次有变动；平均变动0.67位。" in chinese


def test_cities_stand_in_the_order_of_the_second_run(tmp_path, one):
    two = write_run(tmp_path / "two", {"甲": ("Jia", 1.0, 3), "乙": ("Yi", "", ""), "丙": ("Bing", 5.0, 1)})
    assert re.findall(r"│ (Jia|Yi|Bing) ", told(one, two)) == ["Bing", "Jia", "Yi"]


@pytest.mark.parametrize(("path", "warned"), [("methodology.reference", True), ("methodology.aggregation", False)])
def test_scores_on_different_scales_are_told_so(tmp_path, path, warned):
    one = write_run(tmp_path / "one", choices={path: "a"})
    two = write_run(tmp_path / "two", {**ROWS, "甲": ("Jia", 4.0, 1)}, choices={path: "b"})
    assert ("only ranks can be compared" in told(one, two)) == warned
    assert ("只能比较位次" in told(one, two, "zh")) == warned


def test_scores_alone_may_differ(tmp_path, one):
    two = write_run(tmp_path / "two", {**ROWS, "甲": ("Jia", 3.5, 1)}, choices={"m.aggregation": "arithmetic"})
    assert "0 of 3 cities moved" in told(one, two)


def test_cities_of_one_run_only_and_cities_without_a_rank(tmp_path, one):
    two = write_run(tmp_path / "two", {"甲": ("Jia", "", ""), "丁": ("Ding", 1.0, 1)})
    text = told(one, two)
    assert re.search(r"Jia +│ 1 → – │ +– │ 3\.00 → – │ +–", text)
    assert "Only in one: Yi, Bing\n" in text and "Only in two: Ding\n" in text


def test_runs_without_a_year_in_common(tmp_path, one):
    two = write_run(tmp_path / "two", year=2030)
    assert "no year in common" in told(one, two)
    assert "没有共同的年份" in told(one, two, "zh")


def test_runs_without_a_city_in_common(tmp_path, one):
    other = write_run(tmp_path / "two", {"戊": ("Wu", 4.0, 1)}, weights={"function": {"share": 0.25}})
    assert "no city in common in 2022" in told(one, other) and "Only in two: Wu" in told(one, other)
    assert "2022年两次运行没有共同的城市" in told(one, other, "zh")
    assert "得分均相同" not in told(one, other, "zh")


def test_the_same_file_under_another_name_is_no_difference(tmp_path, one):
    two = write_run(tmp_path / "two", inputs={"b.yaml": "1"}, weights={"function": {"share": 0.4}})
    assert "Input files" not in told(one, two)
    three = write_run(tmp_path / "three", inputs={"b.yaml": "3"})
    assert "  only in one: a.yaml\n" in told(one, three).replace(f"{tmp_path}/", "")


def test_a_node_without_a_name_is_its_code(tmp_path):
    one = write_run(tmp_path / "one", names=False, weights={"function": {"share": 0.25}})
    two = write_run(tmp_path / "two", names=False)
    assert "  function: 25.0% → –\n" in told(one, two)


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(InputError, match=r"nowhere: no results of a run here \(no run\.json of indexcalc\)"):
        read_run(tmp_path / "nowhere")


def test_a_run_whose_rankings_are_gone(tmp_path, one):
    (one / "rankings.csv").unlink()
    with pytest.raises(InputError, match=r"one: rankings\.csv of the run is missing or cannot be read"):
        read_run(one)


def test_rankings_that_are_not_those_of_the_record_are_refused(tmp_path):
    """A file of another run, or edited: the two would say different things of one run."""
    history = {"2022": {city: [score, rank] for city, (_, score, rank) in ROWS.items()}}
    read_run(write_run(tmp_path / "one", history=history))
    for i, row in enumerate([("Yi", 9.0, 2), ("Yi", 2.0, 3), ("Yi", "", "")]):
        other = write_run(tmp_path / f"{i}", {**ROWS, "乙": row}, history=history)
        with pytest.raises(InputError, match=r"rankings\.csv does not agree with run\.json \(乙 2022\)"):
            read_run(other)


@pytest.mark.parametrize("cell", ["nan", "inf", "1.5", "0", "-1", "1e300", "x"])
def test_a_rank_that_no_run_gives_is_refused(tmp_path, cell):
    with pytest.raises(InputError, match=r"rankings\.csv of the run is missing or cannot be read"):
        read_run(write_run(tmp_path / "one", {**ROWS, "乙": ("Yi", 2.0, cell)}))


@pytest.mark.parametrize("part", ["journal.json", "undo.json"])
def test_results_that_are_being_replaced_are_not_compared(tmp_path, one, part):
    (one / ".indexcalc-staging").mkdir()
    (one / ".indexcalc-staging" / part).write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="being replaced right now, or a run was interrupted"):
        read_run(one)


def add_rows(folder, *rows):
    with (folder / "rankings.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in rows)
    return folder


def test_runs_that_differ_only_before_their_last_year_are_not_the_same(tmp_path):
    one = add_rows(write_run(tmp_path / "one"), "甲,Jia,2021,5,1,,", "乙,Yi,2021,4,2,,")
    two = add_rows(write_run(tmp_path / "two"), "甲,Jia,2021,3,2,,", "乙,Yi,2021,4,1,,")
    text = told(one, two)
    assert "are the same.\n" not in text.replace("Methods and weights are the same.\n", "")
    assert "Earlier years: of 2 city-years in both runs, 1 differs in score and 2 in rank." in text
    assert "2个城市-年份中，1个得分不同，2个位次不同" in told(one, two, "zh")


def test_runs_of_other_years_or_cities_are_not_the_same(tmp_path, one):
    longer = add_rows(write_run(tmp_path / "longer"), "甲,Jia,2021,5,1,,")
    fewer = write_run(tmp_path / "fewer", {city: row for city, row in ROWS.items() if city != "丙"})
    shorter = write_run(tmp_path / "shorter")
    assert "Inputs, methods" not in told(shorter, longer) and "Years only in longer: 2021" in told(shorter, longer)
    assert "Inputs, methods" not in told(shorter, fewer) and "Only in shorter: Bing" in told(shorter, fewer)


def test_places_are_gained_among_the_cities_of_both_runs(tmp_path, one):
    """丁 enters first: 甲 1st to 2nd has not moved, 乙 and 丙 changed places."""
    rows = {"丁": ("Ding", 9.0, 1), "甲": ("Jia", 3.0, 2), "丙": ("Bing", 2.5, 3), "乙": ("Yi", 2.0, 4)}
    text = told(one, write_run(tmp_path / "two", rows))
    moved = {city: mark for city in ("Jia", "Bing", "Yi") for mark in re.findall(rf"{city} .*?([=▲▼]\d*)", text)}
    assert moved == {"Jia": "=", "Bing": "▲1", "Yi": "▼1"}
    assert "2 of 3 cities moved; the mean absolute rank shift is 0.67." in text


def test_of_many_cities_the_first_and_the_last_are_shown(tmp_path):
    rows = {f"c{i:02}": (f"City {i:02}", 100.0 - i, i + 1) for i in range(41)}
    one = write_run(tmp_path / "one", rows)
    two = write_run(tmp_path / "two", {**rows, "c40": ("City 40", 0.5, 41)})
    text = told(one, two)
    assert re.findall(r"│ City (\d+)", text) == [f"{i:02}" for i in (*range(20), *range(36, 41))]
    assert "Shown: the first 20 and the last 5 of 41 cities." in text


def test_only_cities_ranked_in_both_runs_are_counted(tmp_path, one):
    """丙 has no score any more; nobody has moved among the others."""
    rows = {"甲": ("Jia", 3.5, 1), "乙": ("Yi", 2.0, 2), "丙": ("Bing", "", "")}
    two = write_run(tmp_path / "two", rows)
    assert "0 of 2 cities ranked in both runs moved; the mean absolute rank shift is 0.00." in told(one, two)
    assert "两次运行都有位次的2个城市中，0个位次有变动" in told(one, two, "zh")


def test_a_city_that_enters_an_earlier_year_moves_nobody_there(tmp_path, one):
    two = write_run(tmp_path / "two")
    for run, first in ((one, "丙,Bing,2021,,,,\n"), (two, "丙,Bing,2021,9.0,1,,\n")):
        place = 1 if run is one else 2
        with (run / "rankings.csv").open("a", encoding="utf-8") as file:
            file.write(f"甲,Jia,2021,3.0,{place},,\n乙,Yi,2021,2.0,{place + 1},,\n" + first)
    text = told(one, two)
    assert (
        "of 2 city-years in both runs, 0 differ in score and 0 in rank; 1 more has a score in only one of them" in text
    )


def test_scores_on_different_scales_are_not_subtracted(tmp_path, one):
    rows = {"甲": ("Jia", 2.5, 2), "乙": ("Yi", 2.75, 1), "丙": ("Bing", 1.0, 3)}
    two = write_run(tmp_path / "two", rows, choices={"m.aggregation": "arithmetic", "m.reference": "year"})
    text = told(one, two)
    assert "only ranks can be compared" in text and "Score change" not in text and "−0.50" not in text
