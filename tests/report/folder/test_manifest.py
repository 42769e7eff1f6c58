"""The record of a run read back: as a run writes it, or refused in a sentence, whatever was done to it."""

import copy
import csv
import io
import json
import os
import random
import shutil

import pytest
from rich.console import Console

import indexcalc as ic
from indexcalc.cli import main
from indexcalc.errors import InputError
from indexcalc.report import screen
from indexcalc.report.folder.manifest import listed_files, read_record, read_small
from indexcalc.report.folder.publish import JOURNAL, STAGING, UNDOING, publish, recover
from indexcalc.report.folder.record import changes
from tests.conftest import write_workbook, write_yaml


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """The folder of a real run: its record, its rankings and tables."""
    folder = tmp_path_factory.mktemp("results")
    yaml = write_yaml(
        folder / "indicators.yaml",
        """
        framework:
          workbook: figures.xlsx
          indicators: {a: {weight: 2}, b: {direction: negative}}
        methodology: {normalisation: {method: min_max, lower: 1, upper: 100}, rounding: {decimals: 3}}
        uncertainty: {draws: 20, weights: {spread: 0.2}, aggregation: [arithmetic, geometric]}
        """,
    )
    rows = [["city", "year", "a", "b"]]
    rows += [[city, year, i * year % 7, i + year % 5] for i, city in enumerate("甲乙丙", 1) for year in (2020, 2021)]
    write_workbook(folder / "figures.xlsx", {"panel": rows})
    ic.write_results(ic.compute(yaml), folder / "out", parts=("tables",))
    return folder / "out"


@pytest.fixture
def folder(results, tmp_path):
    return shutil.copytree(results, tmp_path / "out")


def test_the_record_of_a_run_is_read_as_it_was_written(folder):
    record = read_record(folder)
    assert record == json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert listed_files(folder) == record["files"] and "rankings.csv" in record["files"]


def test_a_folder_without_a_record_or_with_one_of_another_program_has_none(tmp_path):
    assert read_record(tmp_path / "nowhere") is None and listed_files(tmp_path) == []
    for text in ("{", "[]", "null", '{"program": "other"}', '{"program": ["indexcalc"]}', "[" * 100_000, "\udcff"):
        (tmp_path / "run.json").write_bytes(text.encode("utf-8", "surrogateescape"))
        assert read_record(tmp_path) is None


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"files": ["a.csv", 1]}, "files.1"),
        ({"files": "a.csv"}, "files"),
        ({"files": ["x/../../y"]}, "files.0"),
        ({"history": {"2021": {"甲": [1.0, 0]}}}, "history.2021.甲.1"),
        ({"history": {"2021": {"甲": [float("nan"), 1]}}}, "history.2021.甲.0"),
        ({"history": {"last year": {}}}, "history.last year"),
        ({"weights": {"a": {"share": "0.5"}}}, "weights.a.share"),
        ({"ranking": {"甲": True}}, "ranking.甲"),
        ({"inputs": {"a.yaml": None}}, "inputs.a.yaml"),
        ({"seed": 1.5}, "seed"),
        ({"choices": {"x": json.loads("[" * 40 + "]" * 40)}}, "choices.x"),
    ],
)
def test_a_record_of_other_types_is_refused_by_its_first_such_entry(folder, changed, at):
    record = {**read_record(folder), **changed}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_record(folder)
    said = f"{folder / 'run.json'}: '{at}"
    assert str(raised.value).startswith(said) and "is not as a run writes it" in str(raised.value)


def test_what_a_later_version_wrote_besides_is_no_fault(folder):
    record = {**read_record(folder), "version": "9.9", "further": {"anything": [1, None]}}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert read_record(folder)["further"] == {"anything": [1, None]}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_instead_of_a_record_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "run.json")
    with pytest.raises(InputError, match="is not as a run writes it"):
        read_small(tmp_path / "run.json")


# --- whatever is done to the files of a run, it is told in a sentence -------------------------------------------------

STRANGE = (
    *(None, True, 0, -1, 1.5, 1e308, 10**30, float("nan"), float("inf"), "", "x", "../x", "/etc/passwd", "a\0b"),
    *("\ud800", "=1+1", "1e999", [], {}, [None], [[]], {"": None}, {"a": {"b": [1]}}, ["lnk/x"], "9" * 5000),
)


def places(value, path=()):
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in below:
        yield from places(inner, (*path, key))


def tampered_json(text, pick):
    """A JSON text with one entry replaced, removed, renamed or doubled; or broken as a text."""
    how = pick.randrange(6)
    if how == 0:
        cut = pick.randrange(len(text))
        return (
            text[:cut] + pick.choice(["", "\0", "]", "}", '"', ",", "NaN", "1e9999"]) + text[cut + pick.randrange(3) :]
        )
    data = copy.deepcopy(json.loads(text))
    *path, last = pick.choice([path for path in places(data) if path])
    inner = data
    for key in path:
        inner = inner[key]
    if how == 1:
        del inner[last]
    elif how == 2 and isinstance(inner, dict):
        inner[pick.choice(["", "x", "9" * 50, "../x", "２０２１", "-1"])] = inner.pop(last)
    else:
        inner[last] = pick.choice(STRANGE)
    return json.dumps(data)


def tampered_csv(text, pick):
    """A CSV text with a cell replaced, a row or a column removed or doubled, or broken as a text."""
    rows = [line.split(",") for line in text.splitlines()]
    how, r = pick.randrange(6), pick.randrange(len(rows))
    c = pick.randrange(len(rows[r]))
    if how == 0:
        cut = pick.randrange(len(text))
        return (
            text[:cut] + pick.choice(["", '"', "\0", ",", "\n", "\r", "\udcff", "'="]) + text[cut + pick.randrange(4) :]
        )
    if how == 1:
        del rows[r]
    elif how == 2:
        rows.insert(r, rows[r])
    elif how == 3:
        rows = [row[:c] + row[c + 1 :] for row in rows]
    else:
        rows[r][c] = str(pick.choice(STRANGE))
    return "\n".join(",".join(row) for row in rows)


def tamper(folder, pick):
    """Change one file of a run's folder, and say which and how."""
    name = pick.choice(["run.json", "run.json", "run.json", "rankings.csv", "analysis/weights.csv", JOURNAL, UNDOING])
    path = folder / name
    if name in (JOURNAL, UNDOING):
        path = folder / STAGING / name
        (folder / STAGING / "files").mkdir(parents=True)
        journal = {"files": ["rankings.csv", "run.json"], "new": ["new.csv"], "stale": ["scores.csv"], "folders": ["x"]}
        path.write_text(json.dumps(journal), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    changed = (tampered_csv if name.endswith(".csv") else tampered_json)(text, pick)
    path.write_bytes(changed.encode("utf-8", "surrogatepass" if "\ud800" in changed else "surrogateescape"))
    return name, changed


def standings(folder):
    """Score and rank by city and year, read by nothing of the program."""
    with (folder / "rankings.csv").open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["city"], int(row["year"])): (float(row["score"]), int(row["rank"])) for row in csv.DictReader(file)
        }


@pytest.mark.parametrize(("seed", "tries"), [(14, 60), pytest.param(15, 140, marks=pytest.mark.slow)])
def test_no_tampered_file_gives_a_traceback(results, tmp_path, capsys, seed, tries):
    """`compare` of the folder with itself as it was, what a run says of the run before, and the run into the folder."""
    pick, codes = random.Random(seed), {0: 0, 1: 0, 2: 0}

    def make(staged):
        (staged / "new.csv").write_text("new", encoding="utf-8")
        manifest = {"program": "indexcalc", "files": ["new.csv", "run.json"]}
        (staged / "run.json").write_text(json.dumps(manifest), encoding="utf-8")

    now, outside = read_record(results), tmp_path / "outside.txt"
    outside.write_text("mine", encoding="utf-8")
    for i in range(tries):
        folder = shutil.copytree(results, tmp_path / "out")
        name, changed = tamper(folder, pick)
        try:
            code = main(["compare", str(results), str(folder), "--lang", "en"])
            codes[code] += 1
            said = capsys.readouterr()
            if code == 0 and "are the same" in said.out:
                assert standings(folder) == standings(results)
            try:
                recover(folder)
                before = read_record(folder)
                if before is not None:
                    found = changes(before, now)
                    screen.print_changes(Console(file=io.StringIO()), found, ic.Voice("zh"))
                publish(folder, make)
            except InputError as error:
                assert str(error)
        except Exception as error:
            pytest.fail(f"try {i}, {name}: {error!r}\n{changed[:2000]}")
        shutil.rmtree(folder)
    assert codes[0] > tries // 50 and codes[2] > tries // 3 and outside.read_text(encoding="utf-8") == "mine"
