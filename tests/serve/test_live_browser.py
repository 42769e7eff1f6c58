"""The live page in a real browser: it follows what is saved, keeps what the reader has chosen, and saves weights."""

import os
import re
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.report.test_page_browser import browser  # noqa: F401
from tests.serve import change, small

pytestmark = pytest.mark.browser


def until(found, seconds=180):
    """Wait until something is so, and return it."""
    end = time.monotonic() + seconds
    while not (so := found()):
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.02)
    return so


@pytest.fixture
def served(tmp_path):
    """The small index served by the program itself: its YAML and its address."""
    yaml = small(tmp_path)
    program = [sys.executable, "-m", "indexcalc", "serve", str(yaml), "--no-open", "--lang", "en"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment) as program:
        program.stdout.readline()
        yield yaml, program.stdout.readline().strip(), program
        program.terminate()


def is_complaint(message):
    """An error that is no refusal of the program."""
    return message.type == "error" and "409" not in message.text


@pytest.fixture
def page(browser, served):  # noqa: F811
    """The page, its draws there; what the browser complains of, or asks others for, fails the test."""
    context, complaints = browser.new_context(viewport={"width": 1000, "height": 700}), []
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request", lambda request: complaints.append(request.url) if not request.url.startswith(served[1]) else None
    )
    opened.goto(served[1])
    until(lambda: opened.locator(".heat").count())
    yield opened
    context.close()
    assert not complaints


def bar(page):
    return page.inner_text("#live")


def ranked(page):
    """The cities in the order of the ranking."""
    return re.findall("[甲乙丙]", " ".join(page.locator("#ranking-table tbody th").all_inner_texts()))


def node(page, code):
    return page.evaluate("code => model.nodes.findIndex((node) => node.code === code)", code)


def test_the_page_follows_a_save_and_keeps_what_the_reader_has_chosen(page, served):
    yaml = served[0]
    assert "This page follows indicators.yaml and figures.xlsx" in bar(page)
    assert ranked(page) == ["乙", "丙", "甲"]
    page.select_option("#ranking-year", "0")
    page.fill(f"#weight-{node(page, 'air')}", "1.5")
    page.locator("details.card").first.evaluate("(card) => (card.open = true)")
    page.evaluate("window.stays = true; document.querySelector('#weights').scrollIntoView()")
    top = page.evaluate("document.querySelector('#weights').getBoundingClientRect().top")
    slider = page.locator(f"#range-{node(page, 'air')}").element_handle()
    change(yaml, "weight: 1}", "weight: 50}")
    until(lambda: "weight of Output: 33.3% → 96.2%" in bar(page))
    assert "ranks in 2021 that moved: 甲 3→1, 乙 1→2, 丙 2→3" in bar(page)
    assert ranked(page) == ["甲", "乙", "丙"] and page.evaluate("stays")
    assert page.input_value("#ranking-year") == "0"
    assert page.input_value(f"#weight-{node(page, 'air')}") == "1.5"
    assert page.input_value(f"#weight-{node(page, 'gdp')}") == "50"
    assert slider.evaluate("(one) => one.isConnected")  # a drag would go on
    assert page.locator("details.card").first.evaluate("(card) => card.open")
    assert abs(page.evaluate("document.querySelector('#weights').getBoundingClientRect().top") - top) < 2
    until(lambda: "still running" not in bar(page))  # the draws of the new weights
    assert page.locator(".heat").count() == 1
    assert abs(page.evaluate("document.querySelector('#weights').getBoundingClientRect().top") - top) < 2


def test_an_error_is_told_with_line_and_remedy_and_the_last_result_stays(page, served):
    yaml = served[0]
    change(yaml, "negative", "negitive")
    until(lambda: page.locator("#live [role=alert]:not([hidden])").count())
    assert "indicators.yaml, line 7" in bar(page) and "Did you mean 'negative'?" in bar(page)
    assert ranked(page) == ["乙", "丙", "甲"] and page.locator(".heat").count() == 1
    (yaml.parent / "figures.xlsx").rename(yaml.parent / "elsewhere.xlsx")
    change(yaml, "negitive", "negative")
    until(lambda: "figures.xlsx" in bar(page) and "negitive" not in bar(page))
    assert ranked(page) == ["乙", "丙", "甲"]
    (yaml.parent / "elsewhere.xlsx").rename(yaml.parent / "figures.xlsx")
    until(lambda: not page.locator("#live [role=alert]:not([hidden])").count())


def test_weights_are_saved_with_every_comment_and_not_over_what_was_saved_since(page, served):
    yaml = served[0]
    before = yaml.read_text(encoding="utf-8")
    page.fill(f"#weight-{node(page, 'gdp')}", "0.4")
    page.click("#save")
    until(lambda: "weight of Output: 33.3% → 16.7%" in bar(page))
    assert yaml.read_text(encoding="utf-8") == before.replace("weight: 1}   # by", "weight: 0.4}   # by")
    until(lambda: not page.is_visible("#changed") and "still running" not in bar(page))
    page.fill(f"#weight-{node(page, 'gdp')}", "0.6")
    page.evaluate("document.getElementById('live').dataset.seen = 'as it was before'")
    kept = yaml.read_bytes()
    page.click("#save")
    until(lambda: "save them again" in page.inner_text("#changed"))
    assert yaml.read_bytes() == kept and page.input_value(f"#weight-{node(page, 'gdp')}") == "0.6"


def test_sections_come_and_go_with_what_the_yaml_names(page, served):
    yaml = served[0]
    assert page.locator("#stages").count() == 0
    change(yaml, "claims:", "scenarios: {air_only: {name: {zh: 空气, en: Air first}, weights: {air: 9}}}\nclaims:")
    until(lambda: page.locator("#scenarios").count())
    order = page.evaluate("[...document.querySelectorAll('main > *')].map((part) => part.id || part.className)")
    assert order.index("scenarios") < order.index("robustness") and "#scenarios" in page.inner_html("header")
    change(
        yaml,
        "air: {name: {zh: 空气, en: Air}, direction: negative, weight: 2}",
        "sun: {name: {zh: 日照, en: Sun}, direction: negative, weight: 2}",
    )
    until(lambda: page.locator("#live [role=alert]:not([hidden])").count())
    page.click("#lang")
    assert "文件目前无法计算" in bar(page)


def test_the_page_of_a_program_that_has_ended_says_so(browser, served):  # noqa: F811
    _, address, program = served
    opened = browser.new_page()
    opened.goto(address)
    until(lambda: opened.locator("#live").count())
    program.terminate()
    until(lambda: opened.is_visible("#lost"))
    opened.close()
