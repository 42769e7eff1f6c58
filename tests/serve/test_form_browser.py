"""From a raw workbook to its ranking in a real browser, by the command itself; skipped where there is no Chromium."""

import csv
import re
import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT, command
from tests.report.test_page_browser import TELEPHONE, browser  # noqa: F401
from tests.serve.drafting import DIRECTIONS, raw_workbook

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path):
    """The address of `indexcalc serve 年鉴.xlsx`."""
    file = raw_workbook(tmp_path)
    given = [sys.executable, "-m", "indexcalc", "serve", str(file), "--no-open", "--lang", "zh"]
    program = subprocess.Popen(given, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    yield next(found[0] for line in program.stdout if (found := re.search(r"http://\S+", line)))
    program.send_signal(signal.SIGINT)
    assert program.wait(30) == 0


def choose(page):
    for k, way in enumerate(DIRECTIONS):
        page.locator(f"select[name='direction.{k}']").select_option(way)


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="保存并排名").click()


def ranking(page):
    page.wait_for_selector("#ranking-table tbody tr", timeout=60_000)
    return [row.inner_text().split("\t")[:2] for row in page.locator("#ranking-table tbody tr").all()]


def test_draft_set_directions_see_the_ranking(browser, served, tmp_path):  # noqa: F811
    page = browser.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(served)
    assert page.locator("#open").inner_text() == "4"
    save(page)
    assert "还有4个指标没有选方向" in page.locator("#told").inner_text()
    assert page.evaluate("document.activeElement.id") == "told", "a screen reader is led to what is wrong"
    choose(page)
    assert page.locator("#open").inner_text() == "0"
    save(page)
    assert "缺PM2.5年均浓度的数据" in page.locator("#told").inner_text()
    assert page.locator("table.ranks tbody tr").count() == 5
    page.locator("input[name=gaps][value='linear.refuse']").check()
    save(page)
    shown = ranking(page)
    page.locator("#ranking-table th", has_text="位次区间").wait_for(timeout=60_000)
    assert not wrong
    page.close()
    assert command(tmp_path, "run", "年鉴.yaml", "--out", "out").returncode == 0
    with open(tmp_path / "out" / "rankings.csv", encoding="utf-8-sig") as file:
        last = [row for row in csv.DictReader(file) if row["year"] == "2021"]
    assert sorted(([row["rank"], row["city"]] for row in last), key=lambda row: int(row[0])) == shown
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "年鉴.xlsx", "年鉴.yaml"]


def test_the_keyboard_alone_is_enough(browser, served):  # noqa: F811
    """A letter chooses a direction; Enter in a field checks and does not save."""
    page = browser.new_page()
    page.goto(served)
    for k, way in enumerate(DIRECTIONS):
        page.locator(f"select[name='direction.{k}']").focus()
        page.keyboard.press("ArrowDown")
        if way == "negative":
            page.keyboard.press("ArrowDown")
    assert page.locator("#open").inner_text() == "0"
    page.locator("input[name='name.0']").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "还不能排名" in page.locator("#told").inner_text()
    page.close()


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, TELEPHONE])
def test_it_fits_its_window_and_axe_finds_nothing(browser, served, size):  # noqa: F811
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page = browser.new_page(viewport=size)
    page.goto(served)
    choose(page)
    page.locator("input[name=begin][value=ahp]").check()
    page.locator("input[name='dimension.0']").fill("经济")
    with page.expect_navigation():
        page.get_by_role("button", name="检查").last.click()
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".pair select").first.is_visible()
    found = axe.Axe().run(page).response["violations"]
    bad = [(one["id"], [node["target"] for node in one["nodes"]][:4]) for one in found]
    assert not [one for one, of in zip(bad, found, strict=True) if of["impact"] in ("serious", "critical")]
    page.close()


def test_a_direction_asks_for_its_figure_where_it_needs_one(browser, served):  # noqa: F811
    page = browser.new_page()
    page.goto(served)
    best = page.locator("input[name='direction.0.middle.best']")
    assert not best.is_visible()
    page.locator("select[name='direction.0']").select_option("middle")
    assert best.is_visible()
    page.close()
