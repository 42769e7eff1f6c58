"""`indexcalc weights`: what it shows, and what it writes into the YAML."""

import json

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.cli import main
from tests.conftest import write_workbook

YAML = """\
# 自己的指数
framework:
  workbook: figures.xlsx
  dimensions:
    one: {name: {zh: 一, en: One}, weight: 2, indicators: {a: {direction: positive}, b: {direction: positive}}}  # 甲
    two:
      name: {zh: 二, en: Two}
      indicators:
        c: {direction: positive}
        d: {direction: negative, weight: 3}
methodology:
  normalisation: {method: min_max, lower: 1, upper: 100}
  weighting:   # ours
    method: entropy
    scope: levels
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small index in the working folder, on figures drawn from a seed."""
    rng = np.random.default_rng(4)
    rows = [[f"C{c}", year, *rng.uniform(1, 9, 4).round(3)] for c in range(6) for year in (2020, 2021)]
    write_workbook(tmp_path / "figures.xlsx", {"panel": [["city", "year", *"abcd"], *rows]})
    (tmp_path / "indicators.yaml").write_bytes(YAML.replace("\n", "\r\n").encode())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INDEXCALC_LANG", raising=False)
    return tmp_path


def said(capsys, *arguments):
    """The exit code, and what was printed."""
    code = main(["weights", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Given", "Effective", "CRITIC", "Ranks of 2021 by entropy", "Redundancy d", "Within")),
        ("zh", ("给定", "综合", "CRITIC", "2021年位次：熵权法", "冗余度d", "上级")),
    ],
)
def test_sets_of_weights_their_ranks_and_how_they_come_about(project, capsys, lang, words):
    code, out, err = said(capsys, "--lang", lang)
    assert (code, err) == (0, "")
    assert all(word in out for word in words)
    assert all(f"C{c}" in out for c in range(6))
    assert [path.name for path in project.iterdir()] != ["reports"] and not (project / "reports").exists()


def test_the_workings_of_methods_that_are_asked_for(project, capsys):
    code, out, _ = said(capsys, "--lang", "en", "--show", "critic,ahp", "--show", "standard_deviation")
    assert code == 2
    code, out, _ = said(capsys, "--lang", "en", "--show", "critic, standard_deviation")
    assert code == 0
    assert "Contrast (σ)" in out and "Weights by standard deviation" in out and "Redundancy" not in out


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["--show", "critik"], "--show critik: method 'critik' is not known. Did you mean 'critic'?"),
        (
            ["--show", "merec", "--set", "methodology.normalisation=z_score"],
            "--show merec: no weights by this method. ",
        ),
        (["--write", "entropi"], "--write entropi: weighting 'entropi'"),
        (["--write", "critic", "--set", "methodology.aggregation=median"], "--set: --write puts numbers into the YAML"),
        (
            ["--write", "{method: critic, per: year}"],
            "Weighting 'critic' gives 'one' different weights in each city or year",
        ),
        (["--write", "ahp"], "--write ahp: "),
    ],
)
def test_what_cannot_be_shown_or_written_is_refused_and_nothing_changes(project, capsys, arguments, key):
    if "z_score" in arguments[-1]:
        arguments = [*arguments, "--set", "methodology.weighting=given"]
    before = (project / "indicators.yaml").read_bytes()
    code, out, err = said(capsys, "--lang", "en", *arguments)
    assert code in (1, 2) and key in err and not out, err
    assert (project / "indicators.yaml").read_bytes() == before


@pytest.mark.parametrize("method", ["entropy", "critic", "{method: pca_handbook, scope: indicators}", "equal"])
def test_what_was_written_gives_the_same_ranks(project, capsys, method):
    settings = [] if method == "entropy" else [f"methodology.weighting={method}"]
    wanted = ic.compute("indicators.yaml", settings=settings, draws=0).result
    before = (project / "indicators.yaml").read_bytes().decode()
    code, out, err = said(capsys, "--lang", "en", "--write", method)
    assert (code, err) == (0, "")
    assert "decimals: every rank is the same" in out
    assert "methodology.weighting: {method: entropy, scope: levels} → given" in out
    after = (project / "indicators.yaml").read_bytes().decode()
    found = ic.compute("indicators.yaml", draws=0).result
    assert found.methodology.weighting.name == "given"
    np.testing.assert_array_equal(found.ranks, wanted.ranks)
    assert "weighting: given   # ours\r\n" in after and "}  # 甲\r\n" in after and "# 自己的指数\r\n" in after
    assert "\n" not in after.replace("\r\n", "") and after != before
    code, out, _ = said(capsys, "--lang", "zh", "--write", "given")
    assert code == 0 and "没有写入" in out
    assert (project / "indicators.yaml").read_bytes().decode() == after


def test_weights_of_the_command_are_written_as_they_are(project, capsys):
    code, out, _ = said(capsys, "--lang", "en", "--write", "given", "--weight", "one=0.4", "--weight", "b=2")
    assert code == 0 and "2 weights written" in out
    assert "methodology.weighting: {method: entropy, scope: levels} → given" in out
    text = (project / "indicators.yaml").read_text(encoding="utf-8")
    assert "weight: 0.4," in text and "b: {direction: positive, weight: 2}" in text


def test_the_run_after_a_write_says_what_changed(project, capsys):
    assert main(["run", "--lang", "en"]) == 0
    capsys.readouterr()
    assert main(["weights", "--write", "entropy"]) == 0
    assert main(["run", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "methodology.weighting" in out
    assert json.loads((project / "reports" / "run.json").read_text(encoding="utf-8"))["files"]
