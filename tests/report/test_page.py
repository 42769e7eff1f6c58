"""The page: what stands in it, in both languages; that it is whole by itself; that names cannot break out of it."""

import base64
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import indexcalc as ic
from indexcalc.analysis.claims import Verdict, hold
from indexcalc.analysis.weight_sets import entropy_weights
from indexcalc.computed import Computed
from indexcalc.report.page import in_both, render, write_page
from indexcalc.report.page.content import MOST_CARDS, content
from indexcalc.report.page.payload import MOST_VALUES, analyses, numbers, payload, to_json
from indexcalc.robustness.result import Factor, UncertaintyResult
from indexcalc.robustness.study import proven
from indexcalc.spec.analyses import Scenario
from indexcalc.voice import Voice
from tests.conftest import ROOT, build, make_framework, make_panel

SCALED = {"method": "min_max", "lower": 1, "upper": 100}
CLAIM = {"kind": "in_top", "cities": ["甲"], "n": 1, "years": "all"}


def page_of(run, lang="zh"):
    """The page, beginning in a language."""
    return render(run, Voice(lang))


def shown_of(run):
    """What the template is given."""
    return content(run, payload(run), ())


def rows_of(table):
    """The rows of a table of the page, each as cells by the name of their column."""
    names = [column["key"] for column in table["columns"]]
    return [dict(zip(names, (cell["text"] for cell in row["cells"]), strict=True)) for row in table["rows"]]


def embedded(html, name="payload"):
    """The JSON of a script element."""
    return json.loads(re.search(rf'id="{name}">(.*?)</script>', html, re.S)[1])


def visible(html, lang):
    """The text in one language, roughly: the spans of the other, scripts, styles and tags taken out."""
    other = {"zh": "en", "en": "zh"}[lang]
    html = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.S)
    html = re.sub(rf'<span lang="{other}">.*?</span>', "", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def paragraphs(html, lang):
    """The text of every paragraph and list entry in one language, its blanks as they are."""
    other = {"zh": "en", "en": "zh"}[lang]
    html = re.sub(rf'<span lang="{other}">.*?</span>', "", html, flags=re.S)
    return [re.sub(r"<[^>]+>", "", told) for _, told in re.findall(r"<(p|li)\b[^>]*>(.*?)</\1>", html, flags=re.S)]


@pytest.fixture(scope="module")
def shipped():
    """The shipped index, with an uncertainty analysis made up for it."""
    specification = ic.load_specification(ROOT / "indicators.yaml")
    panel = ic.read_workbook(ROOT / "data" / "cities.xlsx", specification.framework)
    result = ic.build_index(panel, specification.framework, specification.methodology)
    return Computed(result, specification, uncertainty(result, specification.claims))


def uncertainty(result, claims=(), draws=100):
    """Every city keeps its rank in 90 draws of 100, and has the next one in 10."""
    n_city, n_year = result.rank().shape
    counts = np.zeros((n_city, n_year, n_city), int)
    for c in range(n_city):
        for t in range(n_year):
            r = int(result.rank()[c, t]) - 1
            counts[c, t, r] += draws - draws // 10
            counts[c, t, min(r + 1, n_city - 1)] += draws // 10
    verdicts = tuple(holding.verdict for holding in hold(result, claims))
    judged = np.zeros((len(claims), len(Verdict)), int)
    judged[:, Verdict.HOLDS], judged[:, Verdict.FAILS] = 75, 25
    square = np.full((n_year, n_city, n_city), draws)
    return UncertaintyResult(
        cities=result.cities,
        years=result.years,
        draws=draws,
        seed=7,
        factors=(Factor("normalisation", ("min_max", "percentile_rank"), (60, 40)),),
        claims=claims,
        nominal_rank=result.rank(),
        nominal_verdicts=verdicts,
        rank_counts=counts,
        gain_counts=np.zeros((n_city, 2 * n_city - 1), int),
        beats=np.tril(np.ones((n_city, n_city), int), -1)[None] * draws + np.zeros_like(square),
        compared=square,
        paired=result.years,
        claim_counts=judged,
        scores=(),
    )


# --- whole by itself --------------------------------------------------------------------------------------------------


def test_it_loads_nothing_and_is_small(shipped):
    html = page_of(shipped)
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#|data:,)""", html)
    assert "@import" not in html and "url(" not in html and "fetch(" not in html and "XMLHttpRequest" not in html
    assert "default-src 'none'" in html
    assert len(html.encode()) < 1_000_000


def test_the_same_result_gives_the_same_bytes(shipped, tmp_path):
    write_page(shipped, tmp_path / "one.html", Voice("zh"))
    write_page(shipped, tmp_path / "two.html", Voice("zh"))
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert b"\r" not in (tmp_path / "one.html").read_bytes()


def test_version_and_licence_of_what_is_embedded_stand_in_the_page(shipped):
    text = visible(page_of(shipped), "en")
    assert f"indexcalc {ic.__version__}" in text and "MIT licence" in text and "no third-party code" in text


# --- what it says -----------------------------------------------------------------------------------------------------


def test_a_row_is_headed_by_what_it_is_about_and_not_by_a_rank(shipped):
    html = page_of(shipped)
    section = html[html.index('<section id="obstacles"') :]
    section = section[: section.index("</section>")]
    heads = re.findall(r"<th scope=\"row\"[^>]*>.*?</th>", section, flags=re.S)
    assert len(heads) == len(shipped.result.cities)
    assert [re.findall(r"北京|上海|深圳", head) for head in heads[:3]] == [["北京"], ["上海"], ["深圳"]]


def test_files_beside_it_are_listed_folders_as_one(shipped, tmp_path):
    names = ["rankings.csv", "checked/observed.csv", "charts/a.png", "charts/b.png", "run.json", "mine.txt"]
    write_page(shipped, tmp_path / "report.html", Voice("en"), names)
    text = visible((tmp_path / "report.html").read_text(encoding="utf-8"), "en")
    assert "checks of the figures (1)" in text and "charts (2)" in text and "mine.txt" not in text


def test_it_opens_with_the_headline_its_robustness_and_what_it_is_not(shipped):
    text = visible(page_of(shipped), "zh")
    opening = text[: text.index("结论是否成立", 200)]
    assert "2022年城市产业生态一体化发展指数：北京居13个城市之首，上海、深圳分列第2、第3位" in opening
    assert "；100种方法中，90.0%的结果是北京居首（所抽方法中的占比，不是概率）。" in opening
    assert "本指数为依据公开数据的复现" in opening


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_are_joined_as_the_language_does(shipped, lang):
    """English ones with a blank, Chinese ones without."""
    told, voice = paragraphs(page_of(shipped), lang), Voice(lang).of(shipped.result.framework)
    first, second = voice.say("page.about_ranking"), voice.template("page.about_intervals").partition("{")[0]
    assert sum(first + voice.mark("between") + second in one for one in told) == 1
    assert not [one for one in told if re.search(r"。\s+\S", one)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_claim_stands_with_verdict_evidence_and_share(shipped, lang):
    text = visible(page_of(shipped, lang), lang)
    said = {
        "zh": (
            "北京、上海、深圳和广州2017—2022年历年均居前5位",
            "不成立 广州2020、2021和2022年居第6位",
            "在100种可作判断的方法中，成立的占75.0%，抽样标准误4.3个百分点",
        ),
        "en": (
            "ranked in the top 5 in every year 2017–2022",
            "fails Guangzhou ranked number 6 in 2020",
            "holds in 75.0% of the 100 methodologies",
        ),
    }
    for words in said[lang]:
        assert words in text


def test_the_ranking_is_that_of_the_result(shipped):
    table = shown_of(shipped)["ranking"]
    rows = rows_of(table)
    last = shipped.result.rankings().query("year == 2022").sort_values("rank")
    assert [row["city"]["en"] for row in rows] == last["city_en"].tolist()
    assert [row["rank"]["zh"] for row in rows] == [str(rank) for rank in last["rank"]]
    assert [row["score"]["zh"] for row in rows] == [f"{score:.2f}" for score in last["score"]]
    assert (rows[0]["interval"]["zh"], rows[7]["gain_total"]["en"]) == ("1—2", "+1")
    assert rows[-1]["observed"]["zh"] == "100%"  # of 2022
    assert [(column["key"], column["head"]["zh"], column["head"]["en"]) for column in table["columns"]] == [
        ("rank", "位次", "Rank"),
        ("city", "城市", "City"),
        ("score", "得分", "Score"),
        ("gain_total", "较2017年", "Since 2017"),
        ("interval", "位次区间", "Rank range"),
        ("observed", "实有数据", "Observed"),
    ]
    assert [column["key"] for column in table["columns"] if not column["numeric"]] == ["city"]
    assert [column["key"] for column in table["columns"] if column["falls"]] == ["score", "gain_total", "observed"]


def test_headings_are_those_that_the_text_beside_a_table_names(shipped):
    """The workbook calls some columns by the words of journals."""
    shown = shown_of(shipped)
    tables = (shown["indicators"], shown["integration"], shown["lenses"][0]["table"])
    assert [[column["head"]["zh"] for column in table["columns"]] for table in tables] == [
        ["指标", "单位", "方向", "权重", "取得方式"],
        ["城市", "2022年耦合协调度", "滞后维度"],
        ["分组", "权重", "指标", "2022年前三位"],
    ]


def test_what_is_not_covered_and_what_is_awaited_say_so_beside_the_phrase(shipped):
    table = shown_of(shipped)["coverage"]
    rows = rows_of(table)
    assert [column["key"] for column in table["columns"]] == ["theme", "phrase", "stand_in", "lacking"]
    uncovered = [row["phrase"]["en"] for row, own in zip(rows, table["rows"], strict=True) if own["class"]]
    assert uncovered == [row["phrase"]["en"] for row in rows if row["lacking"]["zh"].startswith("未覆盖")]
    assert len(uncovered) == 3 and "from one core to many cores" in uncovered
    assert [row["theme"]["zh"] for row in rows[:2]] == ["城市功能", ""]
    land = next(row["lacking"] for row in rows if row["phrase"]["en"] == "land")
    assert land == {"zh": "未覆盖；待填：建成区面积", "en": "not covered; awaiting: Built-up area"}
    assert {tuple(cell["heads"] for cell in row["cells"]) for row in table["rows"]} == {(False, True, False, False)}


def test_a_city_card_names_what_lifts_and_what_lowers_it_and_where_its_cells_come_from(shipped):
    card = shown_of(shipped)["cards"][0]
    assert (card["name"]["zh"], card["score"]) == ("北京", "71.84") and [point["rank"] for point in card["path"]] == [
        "1"
    ] * 6
    lists = dict(card["lists"])
    assert list(lists) == ["strengths", "weaknesses", "drivers_up", "drivers_down"]
    assert (lists["strengths"][0]["name"]["zh"], lists["strengths"][0]["value"]) == (
        "福布斯全球企业2000强总部数",
        "+2.83",
    )
    for term, sign in (("strengths", "+"), ("weaknesses", "−"), ("drivers_up", "+"), ("drivers_down", "−")):
        assert all(entry["value"].startswith(sign) for entry in lists[term])
    assert card["coverage"]["zh"] == "实有94.0%、内插2.4%、外推3.6%"


def test_the_robustness_is_told_by_city_and_option(shipped):
    found = shown_of(shipped)
    assert found["factors"][0]["options"] == [
        {"name": {"zh": "极差标准化", "en": "min-max normalisation"}, "draws": "60"},
        {"name": {"zh": "百分位排名", "en": "percentile-rank normalisation"}, "draws": "40"},
    ]
    beijing = found["heat"]["rows"][0]
    assert beijing["name"]["en"] == "Beijing"
    assert [cell["text"] for cell in beijing["cells"][:3]] == ["90", "10", ""]
    assert [cell["strong"] for cell in beijing["cells"][:2]] == [True, False]


def test_ranks_over_the_draws_stand_in_the_order_of_the_ranking(shipped):
    found = shipped.uncertainty
    turned = replace(found, rank_counts=found.rank_counts[::-1] // 2)
    told = shown_of(replace(shipped, uncertainty=turned))
    assert [row["name"] for row in told["heat"]["rows"]] == [row["city"] for row in rows_of(told["ranking"])]
    assert (told["draws"], told["ranked"]) == ("100", "50")


def test_one_city_has_no_table_of_ranks():
    result = build(make_panel({"a": [[1.0, 2.0]]}, cities=("甲",)), make_framework(indicators={"a": {}}))
    run = replace(Computed.of(result), uncertainty=uncertainty(result))
    assert shown_of(run)["heat"] is None


def test_proven_limits_and_smallest_changes_stand_beside_the_draws():
    framework = make_framework(indicators={"a": {}, "b": {}})
    panel = make_panel(
        {"a": [[3.0], [2.0], [1.0]], "b": [[1.0], [3.0], [0.0]]}, cities=("甲", "乙", "丙"), years=(2020,)
    )
    result = build(panel, framework)
    run = Computed.of(result, uncertainty={"weights": {"spread": 0.1}})
    study = proven(result, run.specification.uncertainty)
    run = replace(run, uncertainty=uncertainty(result), study=study)
    rows = rows_of(shown_of(run)["ranking"])
    told = visible(page_of(run), "zh")
    assert told.count("区间与界限不同") == 1
    assert [(row["city"]["zh"], row["rank"]["zh"], row["limits"]["zh"]) for row in rows] == [
        ("乙", "1", "1"),
        ("甲", "2", "2"),
        ("丙", "3", "3"),
    ]
    assert [row[-2:] for row in payload(run)["intervals"]] == [[2, 2], [1, 1], [3, 3]]
    text = visible(page_of(run), "zh")
    assert "权重在允许范围内（各项权重在±10%以内变动，再折算为合计100%）" in text
    assert "无论权重如何设定，2020年丙都超不过甲。" in text


def test_the_methodology_has_formulas_and_the_coverage_what_is_not_measured(shipped):
    text = visible(page_of(shipped), "en")
    assert "z = lower + (upper - lower)(x - min)/(max - min)" in text and "Σ w_j z_j" in text
    assert "from one core to many cores not covered" in text
    assert "QS World University Rankings" in text


# --- what the script is given -----------------------------------------------------------------------------------------


def unpacked(text):
    return np.frombuffer(base64.b64decode(text), "<f8")


def test_the_script_is_given_every_bit_of_the_normalised_values(shipped):
    sent = embedded(page_of(shipped))
    given = sent["model"]
    leaves = [node["code"] for node in given["nodes"] if node["leaf"] >= 0]
    result = shipped.result
    z = unpacked(given["z"]).reshape(len(leaves), len(result.cities), len(result.years))
    for k, code in enumerate(leaves):
        assert_array_equal(z[k], result.normalised.series(code))
    assert sent["entropy"] == entropy_weights(result).tolist()
    assert given["why"] is None and given["geometric"] and given["zero"]


def test_what_an_open_page_draws_first_asks_for_no_further_analysis(shipped):
    run = Computed(shipped.result, shipped.specification, inputs=shipped.inputs)
    first = numbers(run)
    assert not {analysis.__name__ for analysis, *_ in run._asked} & {
        "lens",
        "scenarios",
        "integration",
        "entropy_weights",
    }
    assert payload(run) == first | analyses(run) and not set(first) & set(analyses(run))


def test_a_large_panel_carries_the_scores_of_its_dimensions_alone():
    n = MOST_VALUES // 12 + 1
    drawn = np.random.default_rng(1).uniform(1, 9, (4, n, 3))
    cities = [f"city {i}" for i in range(n)]
    result = build(make_panel(dict(zip("abcd", drawn, strict=True)), cities=cities), normalisation=SCALED)
    sent = payload(Computed.of(result))
    given = sent["model"]
    assert [node["code"] for node in given["nodes"]] == ["index", "one", "two"]
    assert not given["whole"] and sent["entropy"] is None
    assert_array_equal(unpacked(given["z"]), np.concatenate([result.score("one").ravel(), result.score("two").ravel()]))
    assert len(result.cities) > MOST_CARDS
    text = visible(page_of(Computed.of(result)), "zh")
    assert "indexcalc explain" in text and "图中只画前60位和彩色城市；表中列出全部。" in text


def test_entropy_weights_that_the_figures_do_not_allow_are_not_offered_and_nobody_hears_of_them():
    run = Computed.of(build(make_panel(), normalisation="z_score"))
    assert 'id="entropy"' not in page_of(run)
    assert "weighting_negative" not in [problem.key for problem in run.refused]
    assert 'id="entropy"' in page_of(Computed.of(build(make_panel(), normalisation=SCALED)))


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ({"weighting": "entropy"}, "fixed_weighting"),
        ({"aggregation": "topsis"}, "fixed_aggregation"),
        ({"rounding": {"decimals": 2}}, "fixed_rounding"),
    ],
)
def test_a_methodology_that_the_page_cannot_recompute_has_no_panel_and_says_why(choices, why):
    result = build(make_panel(), normalisation=SCALED, **choices)
    html = page_of(Computed.of(result, claims=[CLAIM]))
    assert 'id="sliders"' not in html
    assert Voice("zh").say(f"page.{why}") in visible(html, "zh")
    model = embedded(html)["model"]
    assert_array_equal(unpacked(model["scores"]), result.score().ravel())


def test_screening_forbids_a_weight_of_zero():
    """The screened share of a city depends on which indicators are in use."""
    rule = [{"of": "city", "minimum": 0.5, "action": "refuse"}]
    assert not payload(Computed.of(build(make_panel(), normalisation=SCALED, screening=rule)))["model"]["zero"]


def test_claims_are_given_by_position_with_nothing_left_to_defaults():
    result = build(make_panel(), normalisation=SCALED)
    claims = [{"kind": "rising", "cities": "all", "from": 2020}, {"kind": "rank_is", "city": "丁", "rank": 2}]
    assert payload(Computed.of(result, claims=claims))["claims"] == [
        {"kind": "rising", "first": 1, "last": 2, "cities": [0, 1, 2, 3], "every_year": False},
        {"kind": "rank_is", "years": [0, 1, 2], "city": 3, "rank": 2},
    ]


# --- small and strange frameworks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("cities", "years"), [(("甲", "乙"), (2020,)), (("甲",), (2020, 2021)), (("甲", "乙"), (2020, 2021))]
)
def test_two_cities_one_year_no_groups_no_claims(cities, years, lang):
    framework = make_framework(indicators={"a": {}})
    values = np.arange(1.0, 1 + len(cities) * len(years)).reshape(len(cities), len(years))
    html = page_of(Computed.of(build(make_panel({"a": values}, cities=cities, years=years), framework)), lang)
    assert 'class="claims"' not in html and 'id="stages"' not in html
    assert ('data-chart="bump"' in html) == (len(years) > 1)
    assert "nan" not in visible(html, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_ranking_that_rests_on_few_figures_is_said(lang):
    nan = np.nan
    figures = {"a": [[1, nan], [2, 3], [3, 4]], "b": [[1, nan], [2, nan], [3, 4]], "c": [[1, nan], [2, nan], [3, 4]]}
    framework = make_framework(indicators={code: {} for code in "abc"})
    panel = make_panel(figures, cities="ABC", years=(2022, 2023), present=np.ones((3, 2), bool))
    run = Computed.of(build(panel, framework, imputation="linear"))
    (told,) = run.thin
    assert " ".join(Voice(lang).problem(told).split()) in visible(page_of(run, lang), lang)


def test_without_draws_the_page_says_that_nothing_was_tested():
    text = visible(page_of(Computed.of(build(make_panel(), normalisation=SCALED))), "zh")
    assert "本次运行没有检验这一结论在其他权重与方法下是否成立。" in text
    assert "本次运行没有做不确定性分析" in text


def test_a_city_without_a_score_has_a_dash():
    columns = {"a": np.array([[1.0, 2.0], [3.0, np.nan], [2.0, 5.0]])}
    framework = make_framework(indicators={"a": {}})
    present = np.array([[True, True], [True, False], [True, True]])
    panel = make_panel(columns, cities=("甲", "乙", "丙"), years=(2020, 2021), present=present)
    rows = rows_of(shown_of(Computed.of(build(panel, framework)))["ranking"])
    assert [(row["rank"]["zh"], row["score"]["zh"]) for row in rows] == [("1", "1.0000"), ("2", "0.2500"), ("–", "–")]


HOSTILE = "</script><script>alert(1)</script>\"'&<b>\u2028=x"


def test_names_cannot_break_out_of_the_page():
    framework = make_framework(
        {"one": {"name": HOSTILE, "indicators": {"a": {"name": HOSTILE, "unit": HOSTILE}, "b": {}}}},
        name=HOSTILE,
        note=HOSTILE,
        cities={HOSTILE: {"en": HOSTILE}, "乙": {}},
    )
    panel = make_panel({"a": [[1, 2], [3, 4]], "b": [[5, 6], [7, 9]]}, cities=(HOSTILE, "乙"), years=(2020, 2021))
    html = page_of(Computed.of(build(panel, framework, normalisation=SCALED)))
    assert "alert(1)</script>" not in html and "<b>\u2028" not in html
    assert embedded(html)["cities"][0] == {"zh": HOSTILE, "en": HOSTILE}
    assert html.count("<script") == 3


def test_json_inside_a_script_element_holds_no_markup_and_no_line_separator():
    text = to_json({"a": HOSTILE})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"a": HOSTILE}


def test_a_text_that_is_the_same_in_both_languages_stands_once():
    assert in_both({"zh": "PM2.5", "en": "PM2.5"}) == "PM2.5"
    assert in_both({"zh": "<甲>", "en": "A"}) == '<span lang="zh">&lt;甲&gt;</span><span lang="en">A</span>'


def test_the_page_has_the_ranks_of_each_scenario(tmp_path):
    framework = make_framework()
    more = {"scenarios": {"last": Scenario(weights={"two": 9})}}
    run = Computed.of(ic.build_index(make_panel(), framework, ic.Methodology()), **more)
    told = payload(run)["scenarios"]
    assert [one["code"] for one in told] == ["last"] and told[0]["name"] == {"zh": "last", "en": "last"}
    framework, methodology = more["scenarios"]["last"].applied(framework, ic.Methodology())
    other = ic.build_index(make_panel(), framework, methodology)
    assert told[0]["ranks"] == other.rank()[:, -1].tolist()
    assert np.allclose(told[0]["scores"], other.score()[:, -1], rtol=1e-6)
    assert payload(Computed.of(run.result))["scenarios"] == []
