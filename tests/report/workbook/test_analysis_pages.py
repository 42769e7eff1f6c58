"""Sheets of the analyses: the figures of the tables at their places, under names, in both languages."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from indexcalc.analyses import Yardstick
from indexcalc.analysis.tables import analysis_tables
from indexcalc.report.workbook import analysis_pages as pages
from indexcalc.specification import Specification
from tests.conftest import build, make_framework, make_panel

LANGS = ("zh", "en")
MAKERS = (
    pages.contributions_page,
    pages.lenses_page,
    pages.integration_page,
    pages.obstacles_page,
    pages.convergence_page,
    pages.structure_page,
    pages.correlations_page,
)
FRAMEWORK = make_framework(
    {
        "one": {
            "name": {"zh": "一", "en": "One"},
            "indicators": {
                "a": {"name": {"zh": "甲标", "en": "Alpha"}, "tags": {"stage": "scale"}},
                "b": {"name": {"zh": "乙标", "en": "Beta"}, "tags": {"stage": "scale"}},
            },
        },
        "two": {
            "name": {"zh": "二", "en": "Two"},
            "indicators": {"c": {"name": {"zh": "丙标", "en": "Gamma"}}, "d": {"name": {"zh": "丁标", "en": "Delta"}}},
        },
    },
    name={"zh": "指数", "en": "Index"},
    cities={
        "甲": {"en": "Jia", "group": "g"},
        "乙": {"en": "Yi", "group": "g"},
        "丙": {"en": "Bing"},
        "丁": {"en": "Ding"},
    },
    groups={"g": {"zh": "一组", "en": "Group one"}},
    lenses={"stage": {"name": {"zh": "阶段", "en": "Stage"}, "groups": {"scale": {"zh": "规模", "en": "Scale"}}}},
)
LISTED = Yardstick.model_validate(
    {
        "name": {"zh": "某榜", "en": "A list"},
        "kind": "rank",
        "values": {2021: {"甲": 1, "乙": 2, "丙": 3}},
        "source": "来处",
    }
)


@pytest.fixture(scope="module")
def found():
    """A result, and the tables of its analyses; b follows a closely."""
    rng = np.random.default_rng(5)
    a, c, d = np.sort(rng.uniform(1, 9, (3, 4, 3)), axis=2)  # all of them grow
    panel = make_panel({"a": a, "b": a + 0.01 * rng.uniform(size=(4, 3)), "c": c, "d": d})
    result = build(panel, FRAMEWORK, normalisation={"method": "min_max", "lower": 1, "upper": 100})
    specification = Specification(framework=FRAMEWORK, methodology=result.methodology, yardsticks={"y": LISTED})
    tables, _, refused = analysis_tables(result, specification)
    assert not refused
    return result, tables


def column(block, *titles):
    return next(list(own.values) for own in block.columns if tuple(own.titles[-len(titles) :]) == titles)


def row_of(block, label, k=0):
    return list(block.columns[k].values).index(label)


def test_contributions_add_up_before_the_readers_eyes(found):
    result, tables = found
    gap, change = pages.contributions_page(result, tables, "zh").blocks
    for block in (gap, change):
        total = np.array(block.columns[2].values)
        parts = {own.titles: np.array(own.values) for own in block.columns[3:]}
        assert_allclose(parts["一", "小计"] + parts["二", "小计"], total, atol=1e-9)
        assert_allclose(parts["一", "甲标"] + parts["一", "乙标"], parts["一", "小计"], atol=1e-9)
    order = [result.cities.index(city) for city in gap.columns[1].values]
    assert_allclose(change.columns[2].values, (result.score()[:, -1] - result.score()[:, 0])[order], atol=1e-9)
    assert gap.columns[2].titles == ("总差", "总差")


@pytest.mark.parametrize(("lang", "said"), [("zh", ["乙超过甲", "丙超过甲"]), ("en", ["乙 passed 甲", "丙 passed 甲"])])
def test_contributions_tell_who_passed_whom_and_through_what(lang, said):
    """By hand: 甲 falls from 9 to 3 past 乙 and 丙, which stand still at 8 and 4."""
    panel = make_panel({"a": [[9, 3], [8, 8], [4, 4]]}, years=(2020, 2021))
    framework = make_framework({"one": {"indicators": {"a": {}}}})
    result = build(panel, framework, normalisation="none")
    tables = analysis_tables(result, Specification(framework=framework))[0]
    assert tables["overtakings"][["gap_first", "gap_last", "index", "a"]].to_numpy().tolist() == [
        [-1, 5, 6, 6],
        [-5, 1, 6, 6],
    ]
    block = pages.contributions_page(result, tables, lang).blocks[2]
    assert block.columns[1].values == said
    assert [column.values for column in block.columns[2:]] == [[6, 6]] * 3


def test_of_very_many_cities_the_pairs_are_not_listed_and_that_is_said():
    n = 201
    rising = np.arange(n, dtype=float)
    panel = make_panel({"a": np.column_stack([rising, rising[::-1]])}, cities=[f"c{i}" for i in range(n)])
    framework = make_framework(indicators={"a": {}})
    tables, notices, _ = analysis_tables(build(panel, framework), Specification(framework=framework))
    assert "overtakings" not in tables and "contributions_change" in tables
    (told,) = [notice for notice in notices if notice.key == "overtakings_many"]
    assert told.text("zh") == "共201个城市，超过200个，不逐对列出谁超过谁。可用explain查看某个城市。"
    assert told.text("en").startswith("Who passed whom is not listed: there are 201 cities, more than 200.")


def test_lenses_give_scores_ranks_and_shares_of_growth(found):
    result, tables = found
    page = pages.lenses_page(result, tables, "zh")
    (block,) = page.blocks
    assert block.question == "按“阶段”看"
    assert block.notes[0] == "规模（权重50.0%，指标2个）：甲标、乙标。"
    table = tables["lens_stage"]
    last = table[(table["year"] == 2021) & (table["group"] == "scale")].set_index("city")
    cities = list(block.columns[1].values)
    assert_allclose(column(block, "规模", "2021年得分"), last["score"].reindex(cities))
    assert_allclose(column(block, "规模", "位次"), last["rank"].reindex(cities).to_numpy(float))
    growth = tables["lens_stage_growth"]
    share = growth[growth["group"] == "scale"].set_index("city")["share"].reindex(cities)
    assert_allclose(column(block, "规模", "增长占比"), share)


@pytest.mark.parametrize(("lang", "said"), [("zh", "效率：没有指标。"), ("en", "Efficiency: no indicator.")])
def test_a_group_without_an_indicator_is_named(lang, said):
    groups = {"scale": {"zh": "规模", "en": "Scale"}, "efficiency": {"zh": "效率", "en": "Efficiency"}}
    indicators = {"a": {"tags": {"stage": "scale"}}, "b": {"tags": {"stage": "scale"}}}
    framework = make_framework(indicators=indicators, lenses={"stage": {"groups": groups}})
    result = build(make_panel({"a": [[1, 2], [2, 4]], "b": [[1, 2], [2, 3]]}), framework)
    tables = analysis_tables(result, Specification(framework=framework))[0]
    (block,) = pages.lenses_page(result, tables, lang).blocks
    assert said in block.notes
    assert [titles[0] for titles in (c.titles for c in block.columns)].count(groups["scale"][lang]) == 3


def test_integration_gives_degrees_grades_and_what_lags(found):
    result, tables = found
    degrees, grades = pages.integration_page(result, tables, "zh").blocks
    table = tables["integration"]
    cities = list(degrees.columns[1].values)
    for year in result.years:
        own = table[table["year"] == year].set_index("city")["degree"].reindex(cities)
        assert_allclose(column(degrees, "耦合协调度D", year), own)
    assert set("、".join(column(degrees, "2021年", "滞后维度")).split("、")) <= {"一", "二"}
    assert sum(n or 0 for n in column(grades, "城市数", 2021)) == 4
    assert column(grades, "等级")[0] == "极度失调"


def test_obstacles_are_named_largest_first(found):
    result, tables = found
    named, shares = pages.obstacles_page(result, tables, "zh").blocks
    first, second = column(named, "第1大障碍", "障碍度"), column(named, "第2大障碍", "障碍度")
    assert all(a >= b for a, b in zip(first, second, strict=True))
    assert set(column(named, "第1大障碍", "指标")) <= {"甲标", "乙标", "丙标", "丁标"}
    assert_allclose(np.array(column(shares, "2021年", "一")) + np.array(column(shares, "2021年", "二")), 1.0)


def test_convergence_gives_spread_beta_groups_and_stability(found):
    result, tables = found
    spread, beta, groups, stability = pages.convergence_page(result, tables, "zh").blocks
    assert column(spread, "年份") == [2019, 2020, 2021]
    assert_allclose(column(spread, "变异系数"), tables["convergence"]["cv"])
    assert_allclose(column(beta, "β"), tables["convergence_beta"]["beta"])
    assert column(beta, "判断")[0] in ("收敛", "发散", "未定")
    assert [own.titles[0] for own in groups.columns[1:]] == ["一组"] * 3 + ["未分组"] * 3 + ["一组与未分组之间"]
    assert column(stability, "时期") == ["2019—2020", "2020—2021", "2019—2021"]


def test_yardsticks_stand_beside_the_index(found):
    result, tables = found
    agreement, entries = pages.yardsticks_page(result, tables, {"y": LISTED}, "zh").blocks
    assert column(agreement, "外部排名或评级") == ["某榜"]
    own = tables["yardsticks"].set_index("node")["spearman"]
    assert_allclose(column(agreement, "综合指数"), [own["index"]])
    assert_allclose(column(agreement, "一"), [own["one"]])
    assert column(agreement, "未列入的城市") == ["丁"]
    listed = dict(zip(entries.columns[1].values, column(entries, "某榜", 2021), strict=True))
    assert listed == {"甲": 1.0, "乙": 2.0, "丙": 3.0, "丁": None}
    assert entries.notes == ("某榜：来处。",)
    assert pages.yardsticks_page(result, {}, {}, "zh") is None


def test_structure_describes_correlates_and_condenses(found):
    result, tables = found
    description, pull, alpha, components, loadings = pages.structure_page(result, tables, "zh").blocks
    assert column(description, "维度／指标") == ["综合指数", "一", "甲标", "乙标", "二", "丙标", "丁标"]
    assert description.strong == {0, 1, 4}
    assert_allclose(column(description, "中位数"), tables["structure_descriptive"]["median"])
    parent = tables["structure_parent"]
    a = parent[(parent["node"] == "a") & (parent["above"] == "one")]["pearson"].iloc[0]
    assert_allclose(column(pull, "与所属维度")[row_of(pull, "甲标")], a)
    assert np.isnan(column(pull, "与所属维度")[row_of(pull, "一")])  # told once, with the index
    table = tables["structure_alpha"]
    assert_allclose(column(alpha, "α"), table["alpha"])
    assert column(alpha, "组")[0] == "综合指数（直接下级）"
    assert column(components, "主成分").count(1) == len(set(column(components, "组")))
    items = [own for own, mark in zip(loadings.columns[0].values, loadings.columns[0].marks, strict=True) if mark]
    assert len(items) == len(table[table["item"] != ""])
    assert all(np.isnan(loadings.columns[1].values[r]) for r in loadings.strong)


def test_correlations_are_a_matrix_with_what_is_too_close_flagged(found):
    result, tables = found
    (block,) = pages.correlations_page(result, tables, "zh").blocks
    r = np.array([own.values for own in block.columns[1:]])
    values = result.normalised.values[result.present]
    expected = np.corrcoef(values.T)
    np.fill_diagonal(expected, np.nan)
    assert_allclose(r, expected)
    flagged = [[mark == "flagged" for mark in own.marks] for own in block.columns[1:]]
    assert flagged == [[{i, j} == {0, 1} for j in range(4)] for i in range(4)]
    assert block.columns[0].values == ["1 甲标", "2 乙标", "3 丙标", "4 丁标"]
    assert block.legend == ("flagged",)


@pytest.mark.parametrize("make", MAKERS)
def test_no_page_without_its_tables(found, make):
    assert make(found[0], {}, "zh") is None


@pytest.mark.parametrize("make", MAKERS)
def test_languages_differ_in_words_only(found, make):
    ours, theirs = (make(*found, lang) for lang in LANGS)
    for one, two in zip(ours.blocks, theirs.blocks, strict=True):
        assert len(one.columns) == len(two.columns) and one.rows == two.rows
        for a, b in zip(one.columns, two.columns, strict=True):
            assert a.kind == b.kind
            assert [x for x in a.values if not isinstance(x, str)] == pytest.approx(
                [x for x in b.values if not isinstance(x, str)], nan_ok=True
            )


def texts_of(page):
    said = [page.name, page.answers, *page.notes]
    for block in page.blocks:
        said += [block.question, *block.notes]
        for own in block.columns:
            said += [title for title in own.titles if isinstance(title, str)]
            said += [value for value in own.values if isinstance(value, str)]
    return said


@pytest.mark.parametrize("make", MAKERS)
def test_names_stand_where_codes_were(found, make):
    zh, en = (texts_of(make(*found, lang)) for lang in LANGS)
    assert not [text for text in zh if text in ("a", "b", "c", "d", "one", "two", "scale", "g", "index") or "_" in text]
    assert not [text for text in en if any("一" <= letter <= "鿿" for letter in text)]


@pytest.mark.parametrize("lang", LANGS)
def test_one_year_has_no_growth_and_no_change(lang):
    drawn = np.random.default_rng(1).uniform(1, 9, (4, 4))
    panel = make_panel(dict(zip("abcd", drawn, strict=True)), years=(2020,))
    result = build(panel, FRAMEWORK, normalisation={"method": "min_max", "lower": 1, "upper": 100})
    tables = analysis_tables(result, Specification(framework=FRAMEWORK))[0]
    assert len(pages.contributions_page(result, tables, lang).blocks) == 1
    (block,) = pages.lenses_page(result, tables, lang).blocks
    assert len(block.columns) == 2 + 2 * 2
    assert [len(page.blocks) for page in (pages.convergence_page(result, tables, lang),)] == [2]
    assert len(pages.obstacles_page(result, tables, lang).blocks[1].columns) == 2 + 2


def test_two_cities_are_enough():
    drawn = np.random.default_rng(1).uniform(1, 9, (4, 2, 2))
    panel = make_panel(dict(zip("abcd", drawn, strict=True)), years=(2020, 2021), cities="甲乙")
    result = build(panel, FRAMEWORK, normalisation={"method": "min_max", "lower": 1, "upper": 100})
    tables = analysis_tables(result, Specification(framework=FRAMEWORK))[0]
    for make in MAKERS:
        assert make(result, tables, "zh").blocks


@pytest.mark.parametrize("lang", LANGS)
def test_treatment_is_told_with_the_ranks_it_moves(lang):
    a = [[1.0, 2.0], [2.0, 3.0], [3.0, 4.0], [4.0, 99.0]]
    panel = make_panel({"a": a, "b": [[4, 4], [3, 3], [2, 2], [1, 1]]}, years=(2020, 2021))
    framework = make_framework(indicators={"a": {"name": {"zh": "甲标", "en": "Alpha"}}, "b": {}})
    plain, treated = (
        build(panel, framework, treatment=treatment)
        for treatment in ("none", {"method": "winsorise", "lower": 0, "upper": 0.5})
    )
    assert pages.treatment_page(plain, None, lang) is None
    changed, ranks = pages.treatment_page(treated, plain, lang).blocks
    assert changed.columns[0].values[0] == {"zh": "甲标", "en": "Alpha"}[lang]
    assert changed.columns[2].values[0] == int((treated.treated.origin[:, :, 0] == 4).sum()) > 0
    order = [treated.cities.index(city) for city in ranks.columns[0].values]
    assert list(ranks.columns[1].values) == treated.rank()[order, -1].tolist()
    assert list(ranks.columns[2].values) == plain.rank()[order, -1].tolist()
