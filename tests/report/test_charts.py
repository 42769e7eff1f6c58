"""Charts are drawn into a folder: the same bytes whatever the settings, and a notice for each that is not drawn."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import matplotlib
import pytest

import indexcalc as ic
import indexcalc.report.charts
from indexcalc.computed import Computed
from indexcalc.report.charts import draw_charts
from indexcalc.report.charts.catalogue import charts
from tests.conftest import build, make_framework, make_panel
from tests.report.charts.made_up import EN, LANGS, ZH, made_up, with_all


def test_the_same_result_gives_the_same_bytes_whatever_the_settings(tmp_path: Path) -> None:
    run, told = with_all(made_up(n=6)), list[str]()
    once, again = tmp_path / "once", tmp_path / "again"
    for folder in (once, again):
        folder.mkdir()
    files, notices = draw_charts(run, once, ZH, lambda name, _: told.append(name), only=["all"])
    with matplotlib.rc_context({"axes.facecolor": "black", "lines.linewidth": 9, "savefig.dpi": 30}):
        before = dict(matplotlib.rcParams)
        draw_charts(run, again, ZH, only=["all"])
        assert dict(matplotlib.rcParams) == before
    assert [file.name for file in files] == [f"{name}.png" for name in charts()]
    assert told == list(charts())
    assert not notices
    for file in files:
        image = file.read_bytes()
        assert image == (again / file.name).read_bytes()
        assert image[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(image[16:20]) == 1260
        assert len(image) < 400_000


@pytest.mark.parametrize(
    ("result", "missing", "key"),
    [
        (made_up(n=5, years=(2022,)), {"trend", "ranks", "change", "stages", "convergence"}, "chart_needs"),
        (made_up(n=5, aggregation="geometric"), {"contributions"}, "no_contribution_chart"),
    ],
    ids=["one year", "geometric"],
)
def test_a_chart_that_cannot_be_drawn_is_a_notice(
    result: ic.IndexResult, missing: set[str], key: str, tmp_path: Path
) -> None:
    files, notices = draw_charts(Computed.of(result), tmp_path, EN.of(result.framework), only=["all"])
    never = {"uncertainty", "acceptability", "claims", "yardsticks", "bounds", "sensitivity", "alternatives"}
    never |= {"scenarios"}
    assert {file.stem for file in files} == set(charts()) - missing - never
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}
    assert [notice.key for notice in notices] == [key] * len(missing)
    assert all(notice.text(lang) for notice in notices for lang in LANGS)


def test_without_a_lens_or_a_second_part_there_is_nothing_to_show(tmp_path: Path) -> None:
    result = made_up(n=3, parts=1, flat=True, stages=0)
    files, notices = draw_charts(Computed.of(result), tmp_path, ZH.of(result.framework))
    assert not {"integration", "stages", "weights", "correlations"} & {file.stem for file in files}
    assert not notices


def test_a_chart_asked_for_in_vain_is_told(tmp_path: Path) -> None:
    _, notices = draw_charts(Computed.of(made_up(n=3, stages=0)), tmp_path, ZH, only=["stages"])
    assert [ZH.problem(notice) for notice in notices] == ["未绘制stages图：需要YAML中的视角（lenses）。"]


def test_a_run_lists_the_charts_in_the_order_they_are_drawn(tmp_path: Path) -> None:
    run = Computed.of(made_up(n=3))
    written = ic.write_results(run, tmp_path, parts=("charts",), charts=["trend", "change", "bump", "dimensions"])
    assert [file for file in written.files if file != "run.json"] == [
        f"charts/{name}.png" for name in ("trend", "change", "ranks", "dimensions")
    ]


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_names_that_the_fonts_cannot_write_are_drawn_as_boxes_and_told(tmp_path: Path, ending: str) -> None:
    """A Korean city, a Thai indicator, an emoji of three joined ones, a rare Chinese character, a line break."""
    cities, b = ("서울", "𠮷安", "👨\u200d👩\u200d👧", "上海\n浦东"), {"b": {"name": "กรุงเทพ"}}
    framework = make_framework(indicators={"a": {}, **b, "c": {}, "d": {}}, name={"zh": "指数", "en": "서 Index"})
    panel = make_panel(cities=cities)
    run, asked = Computed.of(build(panel, framework)), ["trend", "ranks"]
    files, notices = draw_charts(run, tmp_path, EN.of(framework), only=asked, formats=[ending])
    assert [file.name for file in files] == [f"trend.{ending}", f"ranks.{ending}"]
    (told,) = (notice for notice in notices if notice.key == "glyphs_missing")
    assert told.text("en").startswith(
        "The fonts of the charts lack some characters of 서 Index, กรุงเทพ, 서울, 𠮷安, 👨"
    )
    assert "缺少서 Index" in told.text("zh")


def loaded_by(statement: str) -> set[str]:
    """The packages, and modules of matplotlib and scipy, that a fresh Python has loaded after a statement."""
    program = f"import sys; {statement}; print(*sys.modules, sep=',')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(run.stdout.strip().split(","))


def test_neither_pyplot_nor_zhplot_nor_scipy_is_loaded() -> None:
    loaded = loaded_by("from indexcalc.report.charts import selection; selection.charts()")
    assert not loaded & {"matplotlib.pyplot", "zhplot", "scipy.optimize", "pandas"}
    for path in Path(indexcalc.report.charts.__file__).parent.rglob("*.py"):
        assert "pyplot" not in ast.dump(ast.parse(path.read_text(encoding="utf-8"))), path.name


def test_the_charts_are_named_without_being_loaded() -> None:
    """The help of the command line lists them."""
    loaded = loaded_by("from indexcalc.report.charts.catalogue import names; assert 'trend' in names()")
    assert not loaded & {"matplotlib", "numpy", "pandas", "pydantic", "scipy"}
