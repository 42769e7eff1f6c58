"""What `explain` prints: one screen, both languages, sentences that are right for ties, one year, the first place."""

import io
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

import indexcalc as ic
from indexcalc.analysis.against import against
from indexcalc.analysis.explain import explain
from indexcalc.analysis.trace import trace
from indexcalc.figures.panel import Source
from indexcalc.report.text import explain as explain_text
from indexcalc.report.text.explain import ROWS, print_against, print_story, print_trace
from indexcalc.voice import Voice
from tests.conftest import ROOT, build, make_framework, make_panel

NAN = np.nan
SCREEN = 48
CITIES = {"甲": {"en": "First"}, "乙": {"en": "Second"}, "丙": {"en": "Third"}, "丁": {"en": "Fourth"}}
NAMED = {
    code: {"name": {"zh": f"指标{zh}", "en": f"Indicator {code}"}, "unit": "km"}
    for code, zh in zip("abc", "一二三", strict=True)
}


@pytest.fixture(scope="module")
def shipped():
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    return ic.build_index(panel, specification.framework, specification.methodology)


@pytest.fixture(scope="module")
def stories(shipped):
    """Each city's story, searched once."""
    rebuild = rebuilder(shipped)
    return {city: explain(shipped, city, rebuild=rebuild) for city in ("成都", "天津", "北京", "重庆")}


def rebuilder(result):
    return lambda panel: ic.build_index(panel, result.framework, result.methodology)


def plain(columns, *, years=None, **choices):
    """An index whose scores are the figures, the indicators of `columns` in one mean; up to four cities."""
    panel = make_panel(columns, **({"years": years} if years else {}))
    indicators = {code: NAMED.get(code, {}) for code in columns}
    cities = {city: CITIES.get(city, {}) for city in panel.cities}
    framework = make_framework(indicators=indicators, cities=cities, name={"zh": "指数", "en": "Index"})
    return build(panel, framework, **{"normalisation": "none", **choices})


def printed(show, what, result, lang="en", width=120):
    stream = io.StringIO()
    show(Console(file=stream, width=width, highlight=False), what, result, Voice(lang))
    return stream.getvalue()


def story(result, city, lang="en"):
    return printed(print_story, explain(result, city, rebuild=rebuilder(result)), result, lang)


def flat(text):
    """The text as one line, however it was wrapped."""
    return re.sub(r"(?<=[\u3000-\u9fff，。；：]) (?=[\u3000-\u9fff，。；：])", "", re.sub(r"\s+", " ", text))


# --- the story --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("city", ["成都", "天津", "北京", "重庆"])
def test_a_shipped_story_fits_a_screen(shipped, stories, city, lang):
    text = printed(print_story, stories[city], shipped, lang)
    lines = text.splitlines()
    assert len(lines) <= SCREEN
    assert max(cell_len(line.rstrip()) for line in lines) <= 120
    assert "nan" not in text and "{" not in text and "None" not in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_narrow_terminal_loses_no_figure(shipped, stories, lang):
    """At 80 columns names are wrapped, the scores of what drove the change left out, figures never cut."""
    text = printed(print_story, stories["成都"], shipped, lang, width=80)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "…" not in text
    assert all(figure in text for figure in ("42.44", "−1.26", "+1.68", "47.3 µg/m³", "−0.79", "+2.18"))


def test_the_story_of_chengdu_reads_well(shipped, stories):
    zh, en = (flat(printed(print_story, stories["成都"], shipped, lang)) for lang in ("zh", "en"))
    assert "成都2022年得42.44分，在13个城市中居第8位；2017年为30.12分、第9位，上升1位。" in zh
    assert (
        "Chengdu scores 42.44 in 2022 and ranks 8th of 13 cities; in 2017 it scored 30.12 and ranked 9th: up one place."
        in en
    )
    assert "超过武汉（2021年起）：差距由−0.79变为+1.40（+2.18），其中" in zh
    assert "Passed Wuhan (ahead since 2021): gap −0.79 → +1.40 (+2.18), of which" in en
    assert "再进一位：须赶上第7位的南京，相差5.27分。" in zh
    assert "The next place is 7th, held by Nanjing, 5.27 points ahead." in en
    assert "逐一改动24个数据" in zh and "(tried: 24, each changed" in en


def test_what_is_printed_of_a_passing_adds_up(shipped, stories):
    """The parts told, and the rest, to the change of the gap: within the rounding of six figures."""
    line = re.search(r"gap .*?\((.*?)\), of which (.*?)\.(?: |$)", flat(printed(print_story, stories["成都"], shipped)))
    parts = [float(number.replace("−", "-")) for number in re.findall(r"[+−]\d+\.\d+", line[0])[2:]]
    assert parts[0] == pytest.approx(sum(parts[1:]), abs=0.03)


def test_tianjin_stood_still_and_beijing_is_first(shipped, stories):
    tianjin, beijing = (flat(printed(print_story, stories[city], shipped)) for city in ("天津", "北京"))
    assert "ranked 10th: no change of rank." in tianjin
    assert "Between 2017 and 2022 it passed no city, and none passed it." in tianjin
    assert "No single figure gains it (tried: 24, each changed by up to 100% of its indicator's range" in tianjin
    assert "Already first: there is no place to gain." in beijing
    assert "* imputed" not in beijing and "* imputed" not in tianjin


def test_a_fall_is_told_as_one():
    """甲 falls from first to third of four and loses in both indicators; 乙 and 丙 pass it."""
    result = plain({"a": [[9, 1], [5, 5], [4, 4], [0, 0]], "b": [[9, 2], [5, 5], [4, 4], [0, 0]]})
    en, zh = flat(story(result, "甲")), flat(story(result, "甲", "zh"))
    assert "in 2019 it scored 9.000 and ranked 1st: down 2 places." in en
    assert "Change 2019–2020 −7.500." in en and "No indicator raised the score." in en
    assert "Passed by Second (behind since 2020): gap +4.000 → −3.500 (−7.500)" in en
    assert zh.count("被") == 2 and "下降2位" in zh and "没有指标拉高得分。" in zh


def test_ties_are_told_as_ties():
    """甲 and 乙 end level: 乙 drew level; neither is ahead, and both are first."""
    result = plain({"a": [[5, 5], [3, 5], [1, 1]]})
    assert "ranks 1st, level with Second, of 3 cities" in flat(story(result, "甲"))
    assert "Caught by Second (level since 2020)" in flat(story(result, "甲"))
    assert "Drew level with First (level since 2020)" in flat(story(result, "乙"))
    assert "Already first, shared" in flat(story(result, "乙"))
    zh = flat(story(result, "乙", "zh"))
    assert "与甲并列第1位" in zh and "追平甲（2020年起）" in zh and "已并列首位" in zh
    assert "The next place is 1st, held by First and Second, 4.000 points ahead" in flat(story(result, "丙"))
    apart = plain({"a": [[5, 5], [5, 6], [1, 1]]})
    assert "Fell behind Second, previously level (behind since 2020)" in flat(story(apart, "甲"))
    assert "由并列转为领先甲（2020年起）" in flat(story(apart, "乙", "zh"))


def test_a_strength_is_above_the_mean_city_and_a_weakness_below():
    result = plain({"a": [[9], [1], [2]], "b": [[5], [5], [5]], "c": [[7], [3], [2]]}, years=(2020,))
    text = story(result, "甲")
    assert re.search(r"strong +Indicator a .*\n +Indicator c ", text) and "weak " not in text
    assert text.count("Indicator b") == 0 and "No indicator is below the mean." in text
    assert "没有高于平均的指标。" in story(result, "乙", "zh")


def test_the_only_city_is_neither_strong_nor_weak():
    text = story(plain({"a": [[1, 2]], "b": [[2, 3]]}, years=(2020, 2021)), "甲")
    assert "the mean" not in text.partition("Notes")[0] and "strong" not in text


def test_the_mean_says_of_how_many_cities_it_is():
    result = plain({"a": [[1, 2, 3], [2, 3, 4], [NAN, 1, 2]]}, missing="propagate")
    assert "当年2—3个城市均值" in story(result, "甲", "zh") and "Mean of 2–3 cities" in story(result, "甲")
    assert "2个城市均值" in story(plain({"a": [[1, 2], [2, 3]]}, years=(2020, 2021)), "甲", "zh")


def test_one_year_two_cities_and_one_city():
    two = plain({"a": [3, 2], "b": [4, 4]}, years=(2020,))
    en, zh = flat(story(two, "乙")), flat(story(two, "乙", "zh"))
    assert "Second scores 3.000 in 2020 and ranks 2nd of 2 cities. It has a score in this year only" in en
    assert "Passed" not in en and "Change 2020" not in en
    assert "乙2020年得3.000分，在2个城市中居第2位。只有这一年有得分，没有变化可说明。" in zh
    one = plain({"a": [[1, 2]]})
    assert "First scores 2.000 in 2020, the only city; in 2019 it scored 1.000" in flat(story(one, "甲"))
    assert "Already first" not in story(one, "甲")


def test_a_city_whose_last_years_are_missing():
    result = plain({"a": [[1, 2, 3], [2, NAN, 4], [5, 1, NAN]]})
    en, zh = flat(story(result, "丙")), flat(story(result, "丙", "zh"))
    assert "Third has no score in 2021; this account ends in 2020" in en
    assert "Second: no score in 2019 or in 2020, so left out of who passed whom" in en
    assert "丙2021年没有得分，以下截至其最近有得分的2020年。" in zh


def test_why_something_is_not_split_is_said():
    figures = {"a": [[4, 10], [8, 6], [2, 2]], "b": [[12, 10], [10, 8], [2, 6]]}
    en = flat(story(plain(figures, aggregation="median"), "甲"))
    assert "not split: the score of 'index' cannot be split into parts: aggregation 'median'" in en
    assert "Passed Second (ahead since 2020): gap −1.00 → +3.00 (+4.00)." in en
    zh = flat(story(plain(figures, aggregation="median"), "甲", "zh"))
    assert "未作分解：'index'的得分无法分解：合成方法'median'" in zh and "。。" not in zh


def test_scores_of_years_that_do_not_compare_are_noted():
    result = plain({"a": [[1, 2], [2, 3], [5, 1]]}, normalisation="min_max", reference="year")
    assert "each year is scored separately" in flat(story(result, "甲"))


def test_many_cities_and_many_years_still_fit():
    """Forty cities, twelve years: the city that passes all others, and the one that all pass."""
    cities = [f"城{i}" for i in range(40)]
    rising = np.linspace(0, 100, 12)
    scores = np.vstack([rising, 100 - rising, np.tile(np.linspace(40, 60, 38)[:, None], 12)])
    panel = make_panel({"a": scores, "b": scores}, cities=cities, years=range(2011, 2023))
    result = build(panel, make_framework(indicators={"a": {}, "b": {}}), normalisation="none")
    for city in ("城0", "城1"):
        text = story(result, city, "zh")
        assert len(text.splitlines()) <= SCREEN + 5  # the others are named
        assert "另有35个：" in text
        assert re.search(r"2011 +2016 +2017", text)


def test_a_skipped_figure_is_named():
    panel = make_panel({"x": [[6, 6], [4, 4], [1, 1]], "y": [[1, 1], [1, NAN], [1, 1]]})
    framework = make_framework(indicators={"r": {"ratio": {"of": "x", "to": "y"}}}, series={"y": {}, "x": {}})
    result = build(panel, framework, normalisation="none", imputation="linear", impute="derived")
    assert "No figure of 2020 can be changed." in flat(story(result, "乙"))
    assert "not tried, as there is no figure, or no small change of it helps: r" in flat(story(result, "乙"))


# --- the trace --------------------------------------------------------------------------------------------------------


def test_a_trace_reads_from_the_cell_to_the_index(shipped):
    zh, en = (flat(printed(print_trace, trace(shipped, "成都", 2022, "deposits_per_gdp"), shipped, la)) for la in LANGS)
    assert "成都2022年：存款与地区生产总值之比（deposits_per_gdp）" in zh
    assert "panel!Q32；来源：" in zh and "100 × 金融机构人民币存款余额 / 地区生产总值" in zh
    ends = "参照全部城市和年份：最低137.6（苏州2017年），最高510.6（北京2022年）"
    assert "实有，无需插补" in zh and ends in zh.replace(" ", "")  # wherever the lines are broken
    assert "panel!Q32; source:" in en and "100 × RMB deposits / GDP (2018 census basis)" in en
    assert "14.3% of City function × 25% of" in en and "= 3.57%" in en


LANGS = ("zh", "en")


def test_a_trace_of_an_imputed_figure(shipped):
    zh, en = (
        flat(printed(print_trace, trace(shipped, "成都", 2022, "urban_disposable_income"), shipped, la)) for la in LANGS
    )
    assert "城镇居民人均可支配收入，2022年，data/cities.xlsx，没有数值" in zh.replace(str(ROOT) + "/", "")
    assert "2021年为52,633" in zh
    assert "extrapolated (linear, ends carried flat): 52,633 in 2021" in en


def test_a_trace_of_a_figure_derived_from_imputed_parts(shipped):
    traced = trace(shipped, "武汉", 2018, "fiscal_expenditure_per_capita")
    zh, en = (flat(printed(print_trace, traced, shipped, la)) for la in LANGS)
    assert "由插补后的数据计算：年末常住人口2018年" in zh and "2020年为1,245" in zh
    assert "derived from imputed figures: Resident population, 2018: 1,245 × 10k people, extrapolated (linear" in en


@pytest.mark.parametrize("lang", LANGS)
def test_traces_of_every_kind_of_derivation_and_treatment(lang):
    indicators = {
        "r": {"ratio": {"of": "x", "to": "y", "scale": 100}, "transform": "log"},
        "p": {"per_capita": {"of": "x", "population": "y"}},
        "s": {"sum": ["x", "y"], "direction": "negative"},
        "m": {"product": {"of": ["x", "y"], "scale": 0.5}},
        "g": {"growth": {"of": "x"}, "imputation": "linear"},
        "d": {"difference": {"of": "x", "minus": "y"}, "direction": {"middle": 2}},
    }
    panel = make_panel({"x": [[2, 3, 4], [3, 6, 7], [4, 4, 9]], "y": [[1, 1, 2], [1, 2, 1], [1, 1, 3]]})
    framework = make_framework(indicators=indicators, series={"x": {}, "y": {}})
    result = build(panel, framework, normalisation={"method": "min_max", "lower": 1, "upper": 100})
    texts = {code: flat(printed(print_trace, trace(result, "甲", 2020, code), result, lang)) for code in indicators}
    assert (
        "100 × x / y" in texts["r"]
        and "10000 × x / y" in texts["p"]
        and "x + y" in texts["s"]
        and "x × y × 0.5" in texts["m"]
        and "x - y" in texts["d"]
    )
    assert ("变换：自然对数" if lang == "zh" else "transform: log") in texts["r"]
    assert ("逆向" if lang == "zh" else "negative") in texts["s"]
    assert ("未记录单元格" if lang == "zh" else "cell not recorded; source not recorded") in texts["r"]
    assert not any("nan" in text or "{" in text for text in texts.values())


def test_a_trace_of_a_logarithm_does_not_say_that_the_value_stayed():
    values = np.exp(np.linspace(0.0, 9.0, 12))
    panel = make_panel({"a": values}, cities=[f"c{k}" for k in range(12)])
    rule = {"method": "skew_kurtosis", "maximum_skewness": 1.0, "maximum_kurtosis": 1.0, "points": 1}
    result = build(panel, make_framework(indicators={"a": {}}), treatment=rule)
    told = flat(printed(print_trace, trace(result, "c1", 2019, "a"), result, "en"))
    assert "logarithm taken" in told and "not moved" not in told


def test_a_source_with_brackets_is_printed_as_it_is():
    """Markup of the terminal library is never read from figures' notes."""
    sources = {("a", "甲", 2019): Source("[bold]book[/bold]", "", "break: [2019]")}
    panel = make_panel({"a": [1, 2]}, sources=sources, cells={("a", "甲", 2019): ("panel", "A2")}, file="f.xlsx")
    result = build(panel, make_framework(indicators={"a": {}}), normalisation="none")
    text = flat(printed(print_trace, trace(result, "甲", 2019, "a"), result))
    assert "f.xlsx panel!A2; source: [bold]book[/bold]; break: [2019]" in text


# --- two cities -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_two_shipped_cities_fit_a_screen(shipped, lang):
    text = printed(print_against, against(shipped, "成都", "重庆"), shipped, lang)
    assert len(text.splitlines()) <= SCREEN and "nan" not in text
    total = [float(number) for number in re.findall(r"[+-]?\d+\.\d+", text[text.rindex("42.44") :])]
    assert total[:4] == [42.44, 31.06, 11.38, 1.83]


@pytest.mark.parametrize(
    ("figures", "en", "zh"),
    [
        (
            [[5, 9], [3, 4]],
            "First leads by 5.000; in 2019 First led by 2.000: the gap widened by 3.000.",
            "差距扩大3.000分",
        ),
        (
            [[5, 5], [3, 4]],
            "First leads by 1.000; in 2019 First led by 2.000: the gap narrowed by 1.000.",
            "差距缩小1.000分",
        ),
        (
            [[5, 3], [3, 4]],
            "Second leads by 1.000; in 2019 First led by 2.000: the order reversed, a shift of 3.000.",
            "先后易位",
        ),
        (
            [[3, 3], [3, 3]],
            "the two are level; in 2019 the two were level, as now.",
            "两者持平；2019年两者持平，差距未变",
        ),
        ([[3, 3], [3, 4]], "Second leads by 1.000; in 2019 the two were level: the gap widened by 1.000.", "差距扩大"),
        ([[5, 4], [3, 4]], "the two are level; in 2019 First led by 2.000: the gap narrowed by 2.000.", "差距缩小"),
    ],
)
def test_how_a_gap_changed_in_words(figures, en, zh):
    result = plain({"a": figures})
    compared = against(result, "甲", "乙")
    assert en in flat(printed(print_against, compared, result))
    assert zh in flat(printed(print_against, compared, result, "zh"))


def test_the_change_of_a_gap_is_the_same_in_the_sentence_and_in_the_table():
    """2.344 and 2.356 are 0.012 apart; what they are rounded to, 2.34 and 2.36, is 0.02 apart."""
    result = plain({"a": [[10.0, 20.0], [12.344, 22.356]]}, years=(2019, 2020))
    said = printed(print_against, against(result, "甲", "乙"), result)
    assert "Second leads by 2.36; in 2019 Second led by 2.34: \nthe gap widened by 0.01." in said
    assert re.search(r"Total .* −2\.36 +−0\.01\n", said)


def test_a_figure_without_any_other_in_its_year_has_no_extremes_to_trace():
    """b is printed nowhere in 2020, and each year is judged by itself."""
    panel = make_panel({"a": [[1, 2], [2, 1]], "b": [[1, NAN], [2, NAN]]}, years=(2019, 2020))
    framework = make_framework(indicators={"a": {}, "b": {}})
    result = build(panel, framework, reference="year", missing="renormalise", imputation="none")
    traced = trace(result, "甲", 2020, "b")
    assert traced.extremes is None
    said = printed(print_trace, traced, result)
    assert "min-max normalisation, against the cities of the year" in said and "against fixed values" not in said


def test_a_story_that_looked_for_no_next_place_does_not_call_the_last_the_first():
    result = plain({"a": [[1, 2], [2, 3]]}, years=(2019, 2020))
    assert "Already first" not in printed(print_story, explain(result, "甲"), result)
    assert "Already first" in printed(print_story, explain(result, "乙"), result)


def test_long_names_of_cities_take_no_column_away():
    long = {"甲": {"en": "Inner Mongolia Autonomous Region One"}, "乙": {"en": "Inner Mongolia Autonomous Region Two"}}
    framework = make_framework(indicators={"a": {}, "b": {}}, cities=long)
    result = build(make_panel({"a": [[1, 2], [3, 3]], "b": [[5, 6], [2, 9]]}, years=(2019, 2020)), framework)
    said = printed(print_against, against(result, "甲", "乙"), result)
    assert "Inner Mongolia Autonomous Region One" in said and "Inner Mongoli…" in said
    assert "Part of gap" in said and "Since 2019" in said and max(map(cell_len, said.splitlines())) <= 120


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_line_of_chinese_begins_with_a_stop(shipped, stories, width):
    for story in stories.values():
        lines = printed(print_story, story, shipped, "zh", width).splitlines()
        assert not [line for line in lines if line.startswith(tuple("，。；：、）”"))]


def test_two_cities_in_one_year_have_no_change():
    result = plain({"a": [3, 2], "b": [4, 4]}, years=(2020,))
    text = printed(print_against, against(result, "甲", "乙"), result)
    assert "First leads by 0.500." in flat(text) and "Since" not in text
    assert all(math.isnan(node.part_change) for node in against(result, "甲", "乙").nodes)


def test_two_cities_without_a_split():
    result = plain({"a": [[3, 4], [2, 2]], "b": [[4, 4], [4, 1]]}, aggregation="median")
    text = flat(printed(print_against, against(result, "甲", "乙"), result))
    assert "Part of gap" not in text and "not split: the score of 'index'" in text


def test_of_many_indicators_the_largest_are_shown_and_the_rest_summed():
    codes = [f"k{i:02}" for i in range(60)]
    panel = make_panel({code: [[i + 1.0], [1.0]] for i, code in enumerate(codes)})
    result = build(panel, make_framework(indicators={code: {} for code in codes}), normalisation="none")
    text = printed(print_against, against(result, "甲", "乙"), result)
    assert len(text.splitlines()) <= SCREEN
    assert "k59" in text and "k01" not in text and f"{60 - (ROWS - 1)} other indicators" in text
    parts = [float(line.split()[-1]) for line in text.splitlines() if re.match(r" *(k\d|\d+ other)", line)]
    assert sum(parts) == pytest.approx(29.5, abs=0.2)


def test_the_module_computes_nothing():
    assert "build_index" not in vars(explain_text)


def test_without_a_split_of_the_mean_the_notes_begin_with_a_whole_sentence():
    result = build(make_panel(), normalisation={"method": "min_max", "lower": 1, "upper": 100})
    story = replace(explain(result, "甲"), distance=float("nan"))
    text = " ".join(printed(print_story, story, result, "en").split())
    assert "Notes: the points of all indicators in the change add up to the change;" in text


def test_a_change_over_the_indicators_of_both_years_is_said_so():
    result = plain({"a": [[4, 6], [1, 2], [3, 3]], "b": [[NAN, 1], [1, 2], [3, 3]]}, missing="renormalise")
    en, zh = flat(story(result, "甲")), flat(story(result, "甲", "zh"))
    assert "Change 2019–2020 +2.000" in en
    assert "the change is over the indicators of both 2019 and 2020, without Indicator b: 4.000 to 6.000" in en
    assert "变化按2019年和2020年都有的指标计算（不含指标二）：由4.000变为6.000" in zh


def test_a_change_that_cannot_be_told_is_not_told():
    result = plain({"a": [[4, NAN], [1, 2]], "b": [[NAN, 1], [1, 2]]}, missing="renormalise")
    en, zh = flat(story(result, "甲")), flat(story(result, "甲", "zh"))
    assert "not comparable, as the two years rest on different indicators (Indicator a, Indicator b)." in en
    assert "2019—2020年的变化无法比较：两年所依据的指标不同（指标一、指标二）" in zh


def test_a_trace_below_a_minimum_gives_no_weight():
    framework = make_framework(
        {"one": {"aggregation": "minimum", "indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}}}}
    )
    result = build(make_panel(), framework)
    said = flat(printed(print_trace, trace(result, "甲", 2021, "a"), result))
    assert "no weight: the aggregation of one uses none" in said and "50%" not in said
    assert "50% of Composite index = 50%" in flat(printed(print_trace, trace(result, "甲", 2021, "c"), result))


def test_a_gap_is_not_said_to_change_where_years_or_indicators_differ():
    """Each year by itself; then y, which enters in 2020 for 甲 alone: over x the gap narrows from 3 to 1."""
    panel = make_panel({"a": [[1, 2], [3, 8], [2, 5]]}, years=(2019, 2020))
    alone = build(panel, make_framework(indicators={"a": {}}), reference="year")
    text = flat(printed(print_against, against(alone, "甲", "丙"), alone))
    assert "in 2019 丙 led by 0.5000." in text and "gap" not in text.split("Notes")[0].replace("Part of gap", "")
    assert "each year is scored separately" in text and "Since 2019" not in text
    panel = make_panel({"x": [[1, 3], [4, 4]], "y": [[NAN, 11], [4, 4]]}, years=(2019, 2020))
    entered = build(
        panel,
        make_framework(indicators={"x": {}, "y": {}}),
        normalisation="none",
        missing="renormalise",
        imputation="none",
    )
    text = flat(printed(print_against, against(entered, "甲", "乙"), entered))
    assert "甲 leads by 3.000; in 2019 乙 led by 3.000; over the indicators that each has in both years" in text
    assert "the gap narrowed by 2.000." in text and "Since 2019" not in text


def test_the_only_city_of_two_years_has_kept_no_rank():
    result = build(
        make_panel({"a": [[1, 2], [3, NAN], [2, NAN]]}, years=(2019, 2020)),
        make_framework(indicators={"a": {}}),
        normalisation="none",
        missing="propagate",
        imputation="none",
    )
    text = flat(story(result, "甲"))
    assert "the only city with a score" in text and "no other city is ranked in both years" in text
    assert "no change of rank" not in text and "1 cities" not in text


def test_a_year_without_scores_does_not_count_among_the_means():
    result = build(
        make_panel({"a": [[1, 2, NAN], [3, 1, NAN]]}, years=(2019, 2020, 2021)),
        make_framework(indicators={"a": {}}),
        normalisation="none",
        missing="propagate",
        imputation="none",
    )
    assert "City mean" in story(result, "甲") and "Mean of 0" not in story(result, "甲")


def test_scores_that_share_a_rank_although_they_differ_are_explained():
    result = plain({"a": [[1.02, 1.0], [0.98, 1.0]]}, years=(2019, 2020), rank_on={"decimals": 1})
    text = flat(printed(print_against, against(result, "甲", "乙"), result))
    assert "ranks are taken on scores rounded to 1 decimal, so that scores which differ may share a rank" in text
