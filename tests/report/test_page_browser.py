"""The page in a real browser: Debian's Chromium, driven by Playwright; skipped, visibly, where either is absent."""

import os
import re
import shlex
import shutil
import subprocess
from itertools import pairwise

import numpy as np
import pytest
import yaml

import indexcalc as ic
from indexcalc.analysis.claims import hold
from indexcalc.computed import Computed
from indexcalc.report.page import write_page
from indexcalc.voice import Voice
from tests.conftest import ROOT, build, make_framework, make_panel
from tests.report.test_page import HOSTILE, SCALED, uncertainty
from tests.report.test_page_script import CLAIMS, GROUPED, NESTED, reweighted

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    """One Chromium for all tests."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no Chromium here (apt-get install chromium, or name one in CHROMIUM)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def shipped():
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    result = ic.build_index(panel, specification.framework, specification.methodology)
    return Computed(result, specification, uncertainty(result, specification.claims))


def written(run, folder):
    """The page of a run in a folder, beginning in Chinese."""
    path = folder / "report.html"
    write_page(run, path, Voice("zh"))
    return path


@pytest.fixture(scope="module")
def file(shipped, tmp_path_factory):
    return written(shipped, tmp_path_factory.mktemp("page"))


@pytest.fixture
def visit(browser):
    """Open a file; whatever the browser complains of, or asks the network for, fails the test."""
    contexts, complaints = [], []

    def open_(path, fragment="", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: complaints.append(request.url) if request.url not in mine else None)
        mine = (path.as_uri(), path.as_uri() + fragment)
        page.goto(mine[1])
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints


def shown(page):
    """Scores and ranks of the index as the page has them, [city, year]."""
    n = page.evaluate("[model.nCity, nYear]")
    scores, ranks = (page.evaluate(f"[...{what}]") for what in ("current.scores[0]", "current.ranks"))
    return np.array(scores, float).reshape(n), np.array(ranks, float).reshape(n)


def wait_for(page, expression):
    """Until an expression is true (the page's own policy forbids the browser to poll it)."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never: {expression}")


SET = """([kind, values]) => values.forEach((value, i) => {
  const input = document.getElementById(`${kind}-${i + 1}`);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def move(page, kind, values):
    """Set every slider (`range`) or number (`weight`) as a reader's hand would; the weights that result."""
    page.evaluate(SET, [kind, values])
    return page.evaluate("state.weights.slice(1)")


# --- the arithmetic ---------------------------------------------------------------------------------------------------


def test_twenty_sets_of_weights_give_the_scores_and_ranks_of_the_program(visit, file, shipped):
    page = visit(file)
    result, rng = shipped.result, np.random.default_rng(20)
    codes = [node.code for node in result.nodes[1:]]
    for i in range(20):
        drawn = rng.uniform(0.01, 1.0, len(codes)).round(2)
        drawn[rng.integers(5, len(codes))] = 0.0
        weights = move(page, "range" if i % 2 else "weight", drawn.tolist())
        framework = reweighted(result.framework, dict(zip(codes, weights, strict=True)))
        expected = ic.build_index(result.panel, framework, result.methodology)
        scores, ranks = shown(page)
        np.testing.assert_allclose(scores, expected.score(), rtol=0, atol=1e-9)
        np.testing.assert_array_equal(ranks, expected.rank())
        verdicts = page.eval_on_selector_all("[data-claim]", "all => all.map(one => Number(one.className.slice(-1)))")
        assert verdicts == [int(one.verdict) for one in hold(expected, shipped.specification.claims)]


def test_ranges_are_shown_with_the_ranks_that_they_are_about(visit, file, shipped):
    """Under other weights the ranges of the published ranks say nothing of the ranks beside them."""
    page = visit(file)
    cells = "[...document.querySelectorAll('td.interval, td.limits')]"
    seen = f"{cells}.filter((cell) => getComputedStyle(cell).visibility === 'visible').length"
    there = page.evaluate(seen)
    assert there >= len(shipped.result.cities)
    move(page, "weight", [0.9] + [node.weight for node in shipped.result.nodes[2:]])
    wait_for(page, f"{seen} === 0")
    page.click("#changed .reset")
    wait_for(page, f"{seen} === {there}")


def test_the_buttons_and_the_aggregation_give_what_the_methodology_would(visit, file, shipped):
    page, result = visit(file), shipped.result
    page.click("#entropy")
    entropy = ic.build_index(result.panel, result.framework, result.methodology.variant(weighting="entropy"))
    np.testing.assert_allclose(shown(page)[0], entropy.score(), rtol=0, atol=1e-9)
    page.click(".controls .reset")
    page.check("input[value=geometric]")
    geometric = ic.build_index(result.panel, result.framework, result.methodology.variant(aggregation="geometric"))
    np.testing.assert_allclose(shown(page)[0], geometric.score(), rtol=0, atol=1e-9)
    assert page.is_visible("#changed")
    page.click("#changed .reset")
    np.testing.assert_array_equal(shown(page)[1], result.rank())
    assert not page.is_visible("#changed")


def test_the_yaml_and_the_options_give_the_same_ranking_when_run(visit, file, tmp_path):
    page = visit(file)
    rng = np.random.default_rng(3)
    move(page, "weight", rng.uniform(0.0, 2.0, page.evaluate("model.nodes.length - 1")).tolist())
    page.check("input[value=geometric]")
    text, options = page.text_content("#yaml"), shlex.split(page.text_content("#options"))
    _, ranks = shown(page)
    original = (ROOT / "indicators.yaml").read_text(encoding="utf-8")
    assert "aggregation: geometric" in text
    pasted = tmp_path / "indicators.yaml"
    geometric = original.replace("  aggregation: arithmetic\n", "  aggregation: geometric\n")
    pasted.write_text(f"{geometric}\n{text}\n", encoding="utf-8")
    named = {flag: [b for a, b in pairwise(options) if a == flag] for flag in ("--weight", "--set")}
    by_option = ic.load_specification(ROOT / "indicators.yaml", weights=named["--weight"], settings=named["--set"])
    for specification in (ic.load_specification(pasted), by_option):
        panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
        result = ic.build_index(panel, specification.framework, specification.methodology)
        np.testing.assert_array_equal(result.rank(), ranks)


def test_a_link_carries_the_weights(visit, file):
    page = visit(file)
    move(page, "weight", [0.4, 1 / 3, 2, 0])
    page.check("input[value=geometric]")
    link = page.get_attribute("#link", "href")
    other = visit(file, link)
    assert other.evaluate("state.weights") == page.evaluate("state.weights")
    assert other.evaluate("state.aggregation") == "geometric"
    np.testing.assert_array_equal(shown(other)[1], shown(page)[1])
    other.evaluate("location.hash = '#w=function:nonsense,nobody:3,space:0.9'")
    wait_for(other, "state.weights.includes(0.9)")
    assert other.evaluate("changed()") and other.evaluate("state.aggregation") == ""


def test_weights_that_cannot_be_are_told_and_the_last_result_stands(visit, file):
    page = visit(file)
    before = shown(page)[1]
    move(page, "weight", [0] * page.evaluate("model.nodes.length - 1"))
    assert page.inner_text("#problem") == "“城市产业生态一体化发展指数”之下至少要有一个部分的权重大于0。"
    assert shown(page)[1].shape == before.shape
    page.fill("#weight-1", "0.5")
    move(page, "weight", [1] * page.evaluate("model.nodes.length - 1"))
    assert not page.is_visible("#problem")


# --- what a reader sees -----------------------------------------------------------------------------------------------


def test_the_language_switches_without_a_reload(visit, file):
    page = visit(file)
    assert page.inner_text("h1") == "城市产业生态一体化发展指数" and page.get_attribute("html", "lang") == "zh-CN"
    page.evaluate("window.stays = true")
    page.click("#lang")
    assert page.inner_text("h1") == "City Industrial-Ecosystem Integration Index"
    assert page.title() == "City Industrial-Ecosystem Integration Index" and page.evaluate("window.stays")
    assert page.get_attribute(".top nav", "aria-label") == "Contents"
    chinese = page.evaluate("document.querySelector('main').innerText.match(/[\\u4e00-\\u9fff]+/g) || []")
    assert not chinese


def brightness(page):
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(", "))


def test_dark_and_light_follow_the_system_and_the_switch(visit, file):
    light, dark = visit(file), visit(file, color_scheme="dark")
    assert brightness(light) > 700 and brightness(dark) < 120
    light.click("#theme")
    assert brightness(light) < 120
    dark.click("#theme")
    dark.click("#theme")
    assert brightness(dark) > 700


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_sticks_out_on_a_telephone(visit, file, lang):
    page = visit(file, viewport=TELEPHONE)
    if lang == "en":
        page.click("#lang")
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    wider = "[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth + 1)"
    assert page.evaluate(f"{wider}.map((one) => one.getAttribute('aria-label'))") == []


def test_a_new_ranking_is_announced_once_the_weights_rest(visit, file):
    page = visit(file)
    wait_for(page, "before")
    move(page, "weight", [0.05, 0.8])
    wait_for(page, "document.getElementById('announcement').textContent")
    assert page.text_content("#announcement").startswith("2022年排名：第1")
    assert page.get_attribute("#announcement", "aria-live") == "polite"


def test_what_is_copied_is_in_the_language_shown(visit, file):
    page = visit(file)
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.click(".copy[data-copy=headline]")
    wait_for(page, "window.copied")
    assert page.evaluate("copied").startswith("2022年城市产业生态一体化发展指数：北京居13个城市之首")
    assert "Beijing" not in page.evaluate("copied")
    move(page, "weight", [0.5])
    page.click("#copy-link")
    wait_for(page, "copied.includes('#w=')")
    assert page.evaluate("copied") == f"{file.as_uri()}#w=function:0.5"


def test_it_prints(visit, file, tmp_path):
    page = visit(file, color_scheme="dark")
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert (tmp_path / "report.pdf").read_bytes().count(b"/Type /Page\n") >= 5
    page.emulate_media(media="print")
    assert brightness(page) == 3 * 255
    assert not page.is_visible(".top") and not page.is_visible("#weights") and page.is_visible("#ranking")
    assert page.evaluate("getComputedStyle($('ranking-table')).breakInside") == "avoid"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.query_selector("details.more:not([open])")  # what is folded away is printed


def test_of_a_long_ranking_every_row_is_printed(visit, tmp_path):
    panel = make_panel(cities=[f"p{c}" for c in range(60)], years=(2020, 2021))
    run = Computed.of(build(panel))
    page = visit(written(run, tmp_path))
    page.emulate_media(media="print")
    heights = "all => all.filter((row) => row.offsetHeight > 0).length"
    assert page.eval_on_selector_all("#ranking-table tbody tr", heights) == 60
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the pages are not read")
    page.evaluate("document.querySelectorAll('section:not(#ranking), figure').forEach((one) => one.remove())")
    page.pdf(path=tmp_path / "ranking.pdf", format="A4")
    command = ["pdftotext", "-layout", str(tmp_path / "ranking.pdf"), "-"]
    pages = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")
    rows = [len(re.findall(r"\bp\d+\b", one)) for one in pages]
    assert sum(rows) == 60 and sum(n > 0 for n in rows) > 1
    assert all("得分" in one for one, n in zip(pages, rows, strict=True) if n)  # its head on every page


def test_values_are_read_by_keyboard_and_by_pointer(visit, file):
    page = visit(file)
    page.focus("#trend .chart")
    page.keyboard.press("ArrowRight")
    assert page.text_content("#spoken") == "北京 2022  得分71.84 · 第1位"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    assert page.text_content("#spoken").startswith("上海 2021")
    assert page.is_visible("#tip")
    page.keyboard.press("Escape")
    assert not page.is_visible("#tip")
    page.hover("#bump .chart svg", position={"x": 60, "y": 14})
    assert page.text_content("#tip").startswith("北京 2017")


def test_every_column_of_the_ranking_sorts_both_ways(visit, file):
    """A city by its name, an interval by its better end, all else by the figure."""
    page = visit(file)
    page.click("#lang")

    def figure(text):
        return float(text.partition("–")[0].replace("−", "-").removesuffix("%"))

    for key in ("city", "score", "gain_total", "interval", "observed", "rank"):
        cell, value = ("th", str) if key == "city" else (f".{key}", figure)
        told = {}
        for _ in range(2):
            page.click(f"[data-sort={key}]")
            texts = page.eval_on_selector_all(
                f"#ranking-table tbody tr > {cell}", "all => all.map((one) => one.innerText)"
            )
            told[page.get_attribute(f"th:has([data-sort={key}])", "aria-sort")] = list(map(value, texts))
        assert told["ascending"] == sorted(told["ascending"]), key
        assert told["descending"] == sorted(told["ascending"], reverse=True) != told["ascending"], key


def test_the_table_sorts_and_shows_other_years(visit, file, shipped):
    page = visit(file)
    page.click("[data-sort=observed]")
    first = page.inner_text("#ranking-table tbody tr:first-child .observed")
    observed = shipped.result.coverage_table(2022)["observed"].max()
    assert (
        first == f"{observed:.0f}%" and page.get_attribute("th:has([data-sort=observed])", "aria-sort") == "descending"
    )
    page.select_option("#ranking-year", "0")
    page.click("[data-sort=rank]")
    order = page.eval_on_selector_all("#ranking-table tbody tr", "all => all.map((row) => Number(row.dataset.city))")
    assert order == np.argsort(shipped.result.rank()[:, 0], kind="stable").tolist()
    shares = page.eval_on_selector_all("#ranking-table .observed", "all => all.map((cell) => cell.textContent)")
    observed = shipped.result.coverage_table(2017)["observed"]
    assert shares == [f"{observed[c]:.0f}%" for c in order]


def test_the_ranking_plays_over_the_years(visit, file, shipped):
    """From the first year on, rows in the order of each; a second press stops it; rows move if motion is welcome."""
    page, result = visit(file), shipped.result
    order = "all => all.map((row) => Number(row.dataset.city))"
    moving = "document.getAnimations().filter((one) => one.effect.target.tagName === 'TR').length"
    page.click("#lang")
    page.click("[data-sort=city]")
    assert page.inner_text("#play") == "Play the years" and page.is_visible("#ranking-table .interval >> nth=0")
    page.click("#play")
    for t in (0, 1):
        wait_for(page, f"state.year === {t}")
        assert page.input_value("#ranking-year") == str(t)
        rows = page.eval_on_selector_all("#ranking-table tbody tr", order)
        assert rows == np.argsort(result.rank()[:, t], kind="stable").tolist()
        assert not page.is_visible("#ranking-table .interval >> nth=0")  # of the last year
    assert page.inner_text("#play") == "Pause"
    page.click("#play")
    assert page.inner_text("#play") == "Play the years" and page.evaluate("playing") == 0
    wait_for(page, f"{moving} === 0")
    page.evaluate("showYear(page.last)")
    assert page.evaluate(moving) > 0
    still = visit(file, reduced_motion="reduce")
    still.evaluate("showYear(0)")
    assert still.evaluate(moving) == 0 and still.evaluate("state.year") == 0


def test_without_a_script_the_last_year_is_there(visit, file, shipped):
    page = visit(file, java_script_enabled=False)
    order = np.argsort(shipped.result.rank()[:, -1], kind="stable").tolist()
    rows = page.locator("#ranking-table tbody tr").all()
    assert [int(row.get_attribute("data-city")) for row in rows] == order
    assert not page.is_visible("#play") and not page.is_visible("#ranking-year")


def test_the_picture_of_the_framework_has_the_weights_of_its_table(visit, file, shipped):
    """Every dimension and indicator once, in the order of the table that follows, with its share of the index."""
    page, result = visit(file), shipped.result
    rows = page.eval_on_selector_all(".indicator-table tbody th", "all => all.map((one) => shownText(one))")
    points = page.evaluate("document.querySelector('#framework .chart').points.map(([one]) => one.text)")
    shares = [f"{100 * share:.1f}%" for share in result.effective[1:]]
    assert points == [f"{name}  {share}" for name, share in zip(rows, shares, strict=True)]
    bars = page.eval_on_selector_all(
        "#framework .weight-bar", "all => all.map((one) => Number(one.getAttribute('width')))"
    )
    leaves = [k for k, one in enumerate(result.nodes) if one.is_indicator]
    np.testing.assert_allclose(
        bars / np.max(bars), result.effective[leaves] / result.effective[leaves].max(), atol=1e-6
    )


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_names_in_the_picture_of_the_framework_stay_in_their_columns(visit, tmp_path, width):
    long = "Number of something rather long per ten thousand residents, at current prices"
    inner = {"name": long, "indicators": {"c": {"name": long, "weight": 5}, "d": {}}}
    framework = make_framework(
        {"one": {"name": long, "indicators": {"a": {"name": long}}}, "two": {"dimensions": {"in": inner}}}
    )
    run = Computed.of(build(make_panel(), framework, normalisation=SCALED))
    page = visit(written(run, tmp_path), viewport={"width": width, "height": 800})
    boxes = page.eval_on_selector_all(
        "#framework svg :is(text, rect)",
        "all => all.map((one) => [one.tagName, one.getBoundingClientRect()])"
        ".map(([tag, b]) => [tag, b.left, b.right, b.top, b.bottom])",
    )
    texts = [box[1:] for box in boxes if box[0] == "text"]
    assert len(texts) > 8 and all(left >= 0 and right <= width for left, right, _, _ in texts)
    for i, (left, right, top, bottom) in enumerate(texts):
        for other in texts[:i]:
            across = min(right, other[1]) - max(left, other[0])
            down = min(bottom, other[3]) - max(top, other[2])
            assert across <= 0 or down <= 3  # the boxes of two lines of one text touch


def test_a_long_ranking_is_folded_until_all_of_it_is_asked_for(visit, tmp_path):
    """Of 60 places the first 20, the last 5 and those in colour; the shown ones follow the order."""
    panel = make_panel(cities=[f"p{c}" for c in range(60)], years=(2020, 2021))
    framework = make_framework()
    specification = ic.Specification.model_validate({"framework": framework, "charts": {"highlight": ["p7"]}})
    run = Computed(ic.build_index(panel, framework, ic.Methodology()), specification)
    page = visit(written(run, tmp_path))
    order = np.argsort(run.result.rank()[:, -1], kind="stable").tolist()
    visible = """all => all.filter((row) => row.offsetHeight > 0).map((row) => Number(row.dataset.city))"""
    rows = "#ranking-table tbody tr"
    coloured = [c for c in order if f"p{c}" == "p7"]
    expected = [c for k, c in enumerate(order) if k < 20 or k >= 55 or c in coloured]
    assert page.eval_on_selector_all(rows, visible) == expected
    page.click("#lang")
    button = page.locator("#ranking .show-all").first
    assert (button.inner_text(), button.get_attribute("aria-expanded")) == ("Show all 60", "false")
    button.click()
    assert page.eval_on_selector_all(rows, visible) == order
    assert (button.inner_text(), button.get_attribute("aria-expanded")) == ("Show fewer", "true")
    button.click()
    page.click("[data-sort=rank]")
    assert page.eval_on_selector_all(rows, visible)[0] == order[-1]


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": TELEPHONE}])
def test_accessibility_has_no_serious_violation(visit, file, look):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page = visit(file, **look)
    page.evaluate(
        "document.querySelectorAll('.inner, .live details, .card:first-child').forEach((one) => (one.open = true))"
    )
    move(page, "weight", [0.5, 0.1])
    found = axe.Axe().run(page).response["violations"]
    bad = [
        (one["id"], [node["target"] for node in one["nodes"]][:4])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    assert not bad


# --- small and strange frameworks -------------------------------------------------------------------------------------


def small(name):
    """Frameworks that have little, or too much."""
    if name == "one year, two cities":
        framework = make_framework(indicators={"a": {}})
        return Computed.of(build(make_panel({"a": [[1.0], [2.0]]}, cities=("甲", "乙"), years=(2020,)), framework))
    if name == "hostile names":
        framework = make_framework({HOSTILE: {"name": HOSTILE, "indicators": {"a": {"name": HOSTILE}, "b": {}}}})
        panel = make_panel({"a": [[1, 2], [3, 4]], "b": [[5, 6], [7, 9]]}, cities=(HOSTILE, "乙"), years=(2020, 2021))
        return Computed.of(build(panel, framework, normalisation=SCALED))
    if name == "dimensions within dimensions":
        return Computed.of(build(make_panel(), make_framework(NESTED, **GROUPED), normalisation=SCALED), claims=CLAIMS)
    if name == "forty cities":
        drawn = np.random.default_rng(4).uniform(1, 9, (4, 40, 5))
        columns = dict(zip("abcd", drawn, strict=True))
        panel = make_panel(columns, cities=[f"City number {i}" for i in range(40)], years=range(2016, 2021))
        return Computed.of(build(panel, normalisation=SCALED))
    if name == "gaps":
        drawn = np.random.default_rng(5).uniform(1, 9, (4, 5, 3))
        drawn[0, 1, 1] = drawn[2, 0, 0] = np.nan
        return Computed.of(
            build(
                make_panel(dict(zip("abcd", drawn, strict=True)), cities="甲乙丙丁戊"),
                normalisation=SCALED,
                missing="propagate",
            )
        )
    result = build(make_panel(), normalisation=SCALED, weighting="entropy")
    return Computed.of(result, claims=[{"kind": "rising", "cities": "all"}])


@pytest.mark.parametrize(
    "name",
    [
        "one year, two cities",
        "hostile names",
        "dimensions within dimensions",
        "forty cities",
        "gaps",
        "weights that follow from the figures",
    ],
)
def test_every_framework_opens_without_a_complaint(visit, tmp_path, name):
    given = small(name)
    page = visit(written(given, tmp_path))
    page.click("#lang")
    scores, ranks = shown(page)
    np.testing.assert_allclose(scores, given.result.score(), rtol=0, atol=1e-9)
    np.testing.assert_array_equal(ranks, given.result.rank())
    if page.query_selector("#weight-1"):
        page.fill("#weight-1", "3")
        framework = reweighted(given.result.framework, {given.result.nodes[1].code: 3.0})
        expected = ic.build_index(given.result.panel, framework, given.result.methodology)
        np.testing.assert_allclose(shown(page)[0], expected.score(), rtol=0, atol=1e-9)
    text = page.inner_text("main")
    assert "NaN" not in text and "undefined" not in text


def test_a_hostile_code_goes_out_and_comes_back(visit, tmp_path):
    path = written(small("hostile names"), tmp_path)
    page = visit(path)
    page.fill("#weight-1", "3")
    assert yaml.safe_load(page.text_content("#yaml")) == {"weights": {HOSTILE: 3}}
    assert shlex.split(page.text_content("#options")) == ["indexcalc", "run", "--weight", f"{HOSTILE}=3"]
    other = visit(path, page.get_attribute("#link", "href"))
    assert other.evaluate("state.weights[1]") == 3


def test_equal_weights_become_given_ones_when_they_are_moved(visit, tmp_path):
    framework = make_framework(
        {"one": {"weight": 5, "indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}}}}
    )
    panel = make_panel()
    result = build(panel.select(tuple("abc")), framework, normalisation=SCALED, weighting="equal")
    page = visit(written(Computed.of(result), tmp_path))
    np.testing.assert_allclose(shown(page)[0], result.score(), rtol=0, atol=1e-9)
    page.fill("#weight-1", "3")
    assert "weighting: given" in page.text_content("#yaml")
    assert "one: 3" in page.text_content("#yaml") and "two: 1" in page.text_content("#yaml")
    assert "--set methodology.weighting=given" in page.text_content("#options")


def test_a_scenario_that_is_chosen_shows_the_ranks_of_the_command_with_its_settings(visit, tmp_path):
    scenarios = {"spatial": {"weights": {"space": 1}}, "geometric": {"aggregation": "geometric"}}
    options = {"spatial": {"weights": ["space=1"]}, "geometric": {"settings": ["methodology.aggregation=geometric"]}}
    yaml_ = ROOT / "indicators.yaml"
    run = ic.compute(
        yaml_, draws=0, settings=[f"scenarios={yaml.safe_dump(scenarios, default_flow_style=True, sort_keys=False)}"]
    )
    page = visit(written(run, tmp_path))

    def ranks():
        numbers, names = (page.locator(f"#scenario-ranking {part}").all_inner_texts() for part in ("b", "b + span"))
        return dict(zip(names, map(int, numbers), strict=True))

    def expected(**chosen):
        result = ic.compute(yaml_, draws=0, **chosen).result
        return dict(zip(result.cities, result.rank()[:, -1].astype(int).tolist(), strict=True))

    nominal = expected()
    assert page.locator("#scenario option").all_inner_texts() == ["所选方法", *scenarios]
    assert ranks() == nominal
    for code, chosen in options.items():
        page.select_option("#scenario", code)
        assert ranks() == expected(**chosen) != nominal
    assert page.locator("#scenario-ranking .up").count() and page.locator("#scenario-ranking .down").count()
    page.click("#lang")
    assert page.input_value("#scenario") == "geometric" and "Beijing" in page.inner_text("#scenario-ranking")
