"""Every project of examples/, by its command in a copy of its folder, meets what is published of it."""

import csv
import shutil

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.aggregation import round_half
from tests.conftest import ROOT, command
from tests.golden.published import read, worked

EXAMPLES = ROOT / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/indicators.yaml"))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The tables of a run of an example, read again from its folder of results; `more`: further arguments."""

    def results(name, *more):
        folder = tmp_path_factory.mktemp(name) / name
        shutil.copytree(EXAMPLES / name, folder)
        done = command(folder, "run", "--draws", "0", "--lang", "en", *more)
        assert done.returncode == 0, done.stderr
        for file in ("index.xlsx", "model.xlsx", "report.html", "run.json"):
            assert (folder / "reports" / file).is_file() or (file == "model.xlsx" and "model.xlsx" in done.stderr), file
        return lambda table: pd.read_csv(folder / "reports" / f"{table}.csv", encoding="utf-8-sig")

    return results


def expected(name):
    return pd.read_csv(EXAMPLES / name / "expected.csv")


def figures(name):
    return pd.read_csv(EXAMPLES / name / "figures.csv")


def beside(table, published, places="country", also=("year",)):
    """Scores and ranks beside the published numbers, one row for each of them."""
    columns = [places, *also]
    merged = published.merge(table.rename(columns={"city": places}), on=columns, how="left", suffixes=("_printed", ""))
    assert len(merged) == len(published) and merged["score"].notna().all()
    return merged


# --- what is published ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_hdi(run):
    """191 values to three decimals, and all 191 ranks; the four countries without a value have none here either."""
    table = run("hdi")("rankings")
    found = beside(table, expected("hdi"))
    assert len(found) == table["score"].notna().sum() == 191
    assert_array_equal(round_half(found["score"].to_numpy(), 3), found["hdi"])
    assert_array_equal(found["rank"], found["rank_printed"])


@pytest.mark.slow
def test_hdi_panel(run):
    """695 values of four years to three decimals; where an input is missing there is no index."""
    table = run("hdi-panel")("rankings")
    found = beside(table, expected("hdi-panel"))
    assert len(found) == 695
    assert_allclose(found["score"], found["hdi"], rtol=0, atol=0.00051)
    complete = figures("hdi-panel").set_index(["country", "year"]).notna().all(axis=1)
    scores = table.set_index(["city", "year"])["score"]
    assert_array_equal(complete, scores.reindex(complete.index).notna())
    assert (~complete).sum() == 780 - scores.notna().sum() > 0


@pytest.mark.slow
def test_tai(run):
    """All 23 ranks under equal weights, and all under those of the budget allocation."""
    found = beside(run("tai")("rankings"), expected("tai"), also=())
    assert_array_equal(found["rank"], found["rank_equal_weights"])
    weights = read("tai/indicators", "indicator")["weight_BAP"]
    found = beside(run("tai", *(f"--weight={c}={w}" for c, w in weights.items()))("rankings"), expected("tai"), also=())
    assert_array_equal(found["rank"], found["rank_budget_allocation"])


@pytest.mark.slow
def test_water_quality(run):
    """All twenty closenesses and the four weights to the seven decimals printed."""
    tables = run("water-quality")
    found = beside(tables("rankings"), expected("water-quality"), "river", ())
    assert len(found) == 20
    assert_array_equal(round_half(found["score"].to_numpy(), 7), found["closeness"])
    weights = tables("analysis/weights").set_index("node")["weight"]
    printed = {"O2": 0.3153202, "PH": 0.1813149, "germ": 0.3506929, "nutrient": 0.1526721}
    assert {code: round(weights[code], 7) for code in printed} == printed


@pytest.mark.slow
def test_two_indicators(run):
    """Sixty values to the two decimals printed."""
    found = beside(run("two-indicators")("rankings"), expected("two-indicators"), "unit")
    assert len(found) == 60
    assert_allclose(found["score"], found["ampi"], rtol=0, atol=0.005 + 1e-9)


@pytest.mark.slow
def test_asem(run):
    """561 scores of pillars, sub-indices and index to a relative 1e-9, and the ranks of the index."""
    table = run("asem")("scores").rename(columns={"city": "country"})
    found = expected("asem").merge(table, on=["country", "node"], suffixes=("_printed", ""), validate="one_to_one")
    assert len(found) == 51 * 11
    assert_allclose(found["score"], found["score_printed"], rtol=1e-9)
    assert_array_equal(found["rank"], found["rank_printed"])


@pytest.mark.slow
def test_ahp_base_year(run):
    """Published: the weights of the matrix, to eight decimals. Ours, computed again here: the scores."""
    tables = run("ahp-base-year")
    printed = expected("ahp-base-year").set_index("indicator")["weight"]
    assert list(printed) == worked("practice")["ahp_5x5"]["weights"]
    weights = tables("analysis/weights").set_index("node")["weight"][printed.index]
    assert_array_equal(round_half(weights.to_numpy(), 8), printed)
    x = figures("ahp-base-year").set_index(["city", "year"])
    x[["pm25", "no2"]] *= -1
    base = x.xs(2017, level="year")
    scores = 100 * (x - base.min()) / (base.max() - base.min()) @ weights
    found = tables("rankings").set_index(["city", "year"])["score"].reindex(scores.index)
    assert_allclose(found, scores, rtol=1e-9)
    assert found.max() > 100  # later years leave the scale of 2017


# --- ours, computed again -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_entropy_topsis_coupling(run):
    """Nothing of it is published: entropy weights, closeness and coordination again, in plain numpy."""
    tables = run("entropy-topsis-coupling")
    x = figures("entropy-topsis-coupling").set_index(["city", "year"])
    x[["pm25", "pm10", "no2", "co2"]] *= -1
    z = (x - x.min()) / (x.max() - x.min())
    systems = {}
    for name, columns in {"economy": list(z.columns[:4]), "environment": list(z.columns[4:])}.items():
        own = z[columns].to_numpy()
        p = own / own.sum(axis=0)
        e = -np.where(p > 0, p * np.log(np.where(p > 0, p, 1)), 0).sum(axis=0) / np.log(len(p))
        w = (1 - e) / (1 - e).sum()
        found = tables("analysis/weights").set_index("node")["weight"][columns]
        assert_allclose(found, w, rtol=1e-9)
        systems[name] = own @ w
    u = np.column_stack(list(systems.values()))
    ends = (u.max(axis=0), u.min(axis=0))
    best, worst = (np.sqrt((((u - end) * 0.5) ** 2).sum(axis=1)) for end in ends)
    t = u.mean(axis=1)
    c = 2 * np.sqrt(u.prod(axis=1)) / u.sum(axis=1)
    table = tables("analysis/integration").query("part == 'city'").set_index(["city", "year"]).reindex(x.index)
    assert_allclose(table[["coupling", "overall", "degree"]], np.column_stack([c, t, np.sqrt(c * t)]), rtol=1e-9)
    assert_allclose(
        tables("rankings").set_index(["city", "year"])["score"].reindex(x.index), worst / (best + worst), rtol=1e-9
    )


# --- what the folders hold ------------------------------------------------------------------------------------------


def test_figures_and_answers_are_those_of_the_published_cases():
    """So that nobody changes one without the other."""
    hdi = read("hdi")
    hdi = hdi.assign(country=hdi["country"].str.strip()).set_index(["country", "year"])
    for name in ("hdi", "hdi-panel"):
        own = figures(name).set_index(["country", "year"])
        pd.testing.assert_frame_equal(own, hdi.loc[own.index, own.columns])
        printed = expected(name).set_index(["country", "year"])
        assert_array_equal(printed["hdi"], hdi.loc[printed.index, "hdi"])
        assert len(printed) == hdi.loc[own.index, "hdi"].notna().sum()
    tai = read("tai/countries", "country")
    own = figures("tai").set_index("country")
    pd.testing.assert_frame_equal(own, tai[own.columns])
    assert_array_equal(expected("tai").iloc[:, 1:], tai[["rank_EW", "rank_BAP"]])
    assert_array_equal(figures("water-quality").iloc[:, 1:], read("water").iloc[:, 1:5])
    assert_array_equal(expected("water-quality")["closeness"], read("water")["closeness"])
    assert_array_equal(figures("two-indicators"), read("ampi").iloc[:, :4])
    assert_array_equal(expected("two-indicators")["ampi"], read("ampi")["published"])
    scores = read("asem/scores").replace({"node": {"Index": "index"}}).set_index(["country", "node"])
    printed = expected("asem").set_index(["country", "node"])
    assert_array_equal(printed, scores.loc[printed.index])


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_stands_by_itself(name):
    """YAML, figures and a page in both languages; what it meets, unless nothing is published of it."""
    files = {path.name for path in (EXAMPLES / name).iterdir()}
    assert {"indicators.yaml", "figures.csv", "README.md"} <= files
    assert ("expected.csv" in files) == (name != "entropy-topsis-coupling")
    page = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    assert (
        "indexcalc run" in page
        and page.count("\n## ") >= 1
        and f"({name}/)" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
    )
    with (EXAMPLES / name / "figures.csv").open(encoding="utf-8", newline="") as file:
        assert len({len(row) for row in csv.reader(file)}) == 1


def test_the_examples_are_small_and_in_the_source_distribution():
    assert len(NAMES) >= 5
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) < 1_500_000
    assert "graft examples" in (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
