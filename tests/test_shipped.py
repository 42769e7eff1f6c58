"""The shipped index, computed a second time with pandas alone, and what the shipped figures promise.

Nothing between `recomputed` and the comparison imports indexcalc: the workbook is read by pandas, the YAML by PyYAML,
and each step of the methodology is restated in the plainest way.
"""

import importlib.util
import math
import statistics
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import yaml
from numpy.testing import assert_allclose, assert_array_equal
from openpyxl import load_workbook

import indexcalc as ic
from indexcalc.analysis.claims import Verdict
from indexcalc.computed import Computed
from indexcalc.report.text.findings import findings
from indexcalc.robustness.design import design
from indexcalc.robustness.distinct import distinct
from indexcalc.spec.choice import choice
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.steps.comparable import two_years
from indexcalc.voice import Voice
from tests.conftest import ROOT, drawn_index

YAML = ROOT / "indicators.yaml"
WORKBOOK = ROOT / "data" / "cities.xlsx"
TIDY = ROOT / "data" / "tidy"
LEFT_OUT = {"break", "not comparable", "scope"}
VARIANTS = {
    "as shipped": {},
    "geometric": {"aggregation": "geometric"},
    "per-year reference": {"reference": "year"},
    "base year 2017": {"reference": {"base": 2017}},
    "derived figures imputed": {"impute": "derived"},
}


# --- the second computation -----------------------------------------------------------------------------------------


def written():
    return yaml.safe_load(YAML.read_text(encoding="utf-8"))["framework"]


def read_panel(framework):
    """The panel sheet by (city, year), its Chinese headers turned into codes; the second row holds the units."""
    named = {
        **{code: own for dim in framework["dimensions"].values() for code, own in dim["indicators"].items()},
        **framework["series"],
    }
    code_of = {own["name"]["zh"]: code for code, own in named.items()}
    sheet = pd.read_excel(WORKBOOK, sheet_name="panel", skiprows=[1], engine="openpyxl")
    return sheet.set_index(["城市", "年份"]).rename(columns=code_of).astype(float)


def derived_indicators(framework, panel):
    """One column per indicator: ratios and shares from their parts, missing wherever a part is."""
    columns = {}
    for dimension in framework["dimensions"].values():
        for code, own in dimension["indicators"].items():
            if "ratio" in own:
                spec = own["ratio"]
                columns[code] = panel[spec["of"]] / panel[spec["to"]] * spec.get("scale", 1)
            elif "share" in own:
                columns[code] = panel[own["share"]["of"]] / panel[own["share"]["to"]] * 100
            else:
                columns[code] = panel[code]
    return pd.DataFrame(columns)


def filled(indicators):
    """Within each city: straight lines between its figures, flat beyond the first and the last."""

    def one_city(figures):
        by_year = figures.droplevel(0)
        return by_year.interpolate(method="index", limit_area="inside").ffill().bfill()

    cities = indicators.index.unique(level=0)
    return pd.concat({city: one_city(indicators.loc[[city]]) for city in cities}, names=indicators.index.names)


def from_filled_parts(framework):
    """The columns of the workbook filled, and the indicators derived from them."""
    return derived_indicators(framework, filled(read_panel(framework)))


def from_derived(framework):
    """The indicators derived from what is observed, and then filled."""
    return filled(derived_indicators(framework, read_panel(framework)))


def min_max(column, reference):
    """1..100 over the city-years that the reference looks at."""
    if reference == "pooled":
        low, high = column.min(), column.max()
    elif reference == "year":
        low, high = (column.groupby(level=1).transform(how) for how in ("min", "max"))
    else:
        base = column.xs(reference["base"], level=1)
        low, high = base.min(), base.max()
    return 1 + (column - low) / (high - low) * 99


def weighted_mean(children, weights, aggregation):
    weights = pd.Series(weights, dtype=float)
    shares = weights / weights.sum()
    if aggregation == "geometric":
        return np.exp(sum(np.log(children[code]) * share for code, share in shares.items()))
    return sum(children[code] * share for code, share in shares.items())


def recomputed(aggregation="arithmetic", reference="pooled", impute="parts"):
    """city, year, node, level, score, rank: the index, its dimensions and indicators."""
    framework = written()
    values = from_filled_parts(framework) if impute == "parts" else from_derived(framework)
    scores, levels, weights = {}, {"index": 0}, {}
    for name, dimension in framework["dimensions"].items():
        weights[name] = dimension["weight"]
        levels[name] = 1
        own = dimension["indicators"]
        for code, indicator in own.items():
            sign = -1 if indicator["direction"] == "negative" else 1
            scores[code] = min_max(sign * values[code], reference)
            levels[code] = 2
        scores[name] = weighted_mean(scores, {code: own[code]["weight"] for code in own}, aggregation)
    scores["index"] = weighted_mean(scores, weights, aggregation)
    table = pd.DataFrame(scores).rename_axis(["city", "year"]).melt(ignore_index=False, var_name="node")
    table = table.rename(columns={"value": "score"}).reset_index()
    by_node_and_year = table["score"].round(9).groupby([table["node"], table["year"]])
    table["rank"] = by_node_and_year.rank(method="min", ascending=False)
    table["level"] = table["node"].map(levels)
    return table.set_index(["city", "year", "node"]).sort_index()


# --- the comparison -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped():
    """The shipped specification and its panel, by the program."""
    specification = ic.load_specification(YAML)
    return specification, ic.read_workbook(WORKBOOK, specification.framework)


def compute(shipped, **choices):
    specification, panel = shipped
    return ic.build_index(panel, specification.framework, specification.methodology.variant(**choices))


@pytest.mark.parametrize("choices", VARIANTS.values(), ids=VARIANTS)
def test_the_index_agrees_with_the_second_computation(shipped, choices):
    """Every node of every city and year: scores to 1e-9, levels and ranks equal."""
    found = compute(shipped, **choices).score_table().set_index(["city", "year", "node"]).sort_index()
    expected = recomputed(**choices)
    assert list(found.index) == list(expected.index)
    assert_allclose(found["score"], expected["score"], rtol=1e-9, atol=1e-9)
    assert_array_equal(found["level"], expected["level"])
    assert_array_equal(found["rank"].astype(float), expected["rank"])


def test_the_rankings_are_the_index_of_the_second_computation(shipped):
    rankings = compute(shipped).rankings().set_index(["city", "year"]).sort_index()
    expected = recomputed().xs("index", level="node").sort_index()
    assert_allclose(rankings["score"], expected["score"], rtol=1e-9)
    ranks = expected["rank"].unstack()
    assert_array_equal(rankings["rank"].unstack().astype(float), ranks)
    assert_array_equal(rankings["rank_change"].unstack().astype(float), -ranks.diff(axis=1))
    total = ranks.rsub(ranks[2017], axis=0)
    assert_array_equal(rankings["rank_change_total"].unstack().astype(float), total)


def test_derived_and_filled_figures_agree_with_the_second_computation(shipped):
    result = compute(shipped)
    framework = written()
    observed = derived_indicators(framework, read_panel(framework))
    for stage, expected in ((result.derived, observed), (result.imputed, from_filled_parts(framework))):
        table = result.stage_table(stage).set_index(["city", "year"]).drop(columns="city_en")
        assert_allclose(table.sort_index(), expected[table.columns].sort_index(), rtol=1e-12)


def test_observed_parts_are_used(shipped):
    """Wuhan prints its budget expenditure every year and its residents from 2020 on: expenditure per resident follows
    what is printed, where imputing the ratio itself held it at 19,343 for 2017-20. Xi'an gains by it."""
    panel = read_panel(written())
    printed = panel.loc["武汉", "fiscal_expenditure"]
    residents = panel.loc["武汉", "resident_population"]
    assert printed.notna().all() and residents.first_valid_index() == 2020
    parts, itself = compute(shipped), compute(shipped, impute="derived")
    wuhan, code = parts.cities.index("武汉"), "fiscal_expenditure_per_capita"
    expected = printed / residents.bfill() * 10000
    assert_allclose(parts.imputed.series(code)[wuhan], expected, rtol=1e-12)
    assert len(set(parts.imputed.series(code)[wuhan])) == 6
    assert_array_equal(itself.imputed.series(code)[wuhan, :4].round(), [19343] * 4)
    xian = parts.cities.index("西安")
    assert_allclose([itself.score()[xian, -1], parts.score()[xian, -1]], [29.83, 31.62], atol=0.005)
    assert (itself.rank()[xian, -1], parts.rank()[xian, -1]) == (13, 12)


def test_shenzhens_hospital_beds_enter_and_are_no_fall(shipped):
    """Printed from 2020 on. Where nothing is carried backwards, its score of 2020 rests on one indicator more."""
    result = compute(shipped, imputation="linear_inside", impute="derived", missing="renormalise")
    c, before, after = result.cities.index("深圳"), result.years.index(2019), result.years.index(2020)
    both = two_years(result, before, after)
    assert both.once[c] == ("hospital_beds_per_capita",)
    assert_allclose(result.score()[c, after] - result.score()[c, before], -2.19, atol=0.005)
    assert_allclose(both.gain[c], 0.27, atol=0.005)
    beds = "hospital_beds_per_capita"
    without = ic.build_index(result.panel, result.framework.without([beds]), result.methodology)
    assert_allclose(both.gain[c], without.score()[c, after] - without.score()[c, before], rtol=1e-12)


def test_a_figure_that_enters_is_no_fall_in_the_draws(shipped):
    """Where figures are not carried backwards, children enter on the way. Taken for falls they left "every city rose
    every year" 0.6 % of these draws, against 46 % of those that carry figures; now entering costs no share at all."""
    specification, panel = shipped
    shares = {}
    for imputation in ("linear", "linear_inside"):
        options = specification.uncertainty.model_copy(
            update={"imputation": (choice("imputation", imputation),), "impute": ("derived",), "imputed": False}
        )
        counts = ic.robustness.uncertainty(
            panel, specification.framework, specification.methodology, specification.claims[:1], options, draws=3000
        ).claim_counts[0]
        shares[imputation] = counts[1] / counts[:3].sum()
    assert shares["linear_inside"] > shares["linear"] - 0.05, shares  # about three standard errors of the difference
    assert 0.3 < shares["linear"] < 0.5, shares


SCALES = [{"normalisation": {"method": name, "lower": 1, "upper": 100}} for name in ("min_max", "percentile_rank")]
BASE_YEARS = [{"base": year} for year in range(2017, 2023)]


@pytest.mark.parametrize("aggregation", ["arithmetic", "geometric"])
@pytest.mark.parametrize("reference", ["pooled", "year", *BASE_YEARS], ids=str)
@pytest.mark.parametrize("scale", SCALES, ids=["min_max", "percentile_rank"])
def test_the_shipped_framework_computes_under_every_reference(shipped, scale, reference, aggregation):
    """Every pair but one of reference and aggregation; the one is the next test."""
    if scale is SCALES[0] and reference in BASE_YEARS and aggregation == "geometric":
        with pytest.raises(ic.ChoiceError, match=r"needs scores above 0, but '[a-z0-9_]+' is -"):
            compute(shipped, reference=reference, aggregation=aggregation, **scale)
        return
    result = compute(shipped, reference=reference, aggregation=aggregation, **scale)
    assert np.isfinite(result.scores).all()


def test_a_base_year_and_a_geometric_mean_are_refused_for_the_figures_they_stumble_on(shipped):
    """Chongqing's growth-board share of 2021 lies far below the least of 2017: its min-max score has no logarithm."""
    with pytest.raises(
        ic.ChoiceError,
        match=r"'geometric' of 'actors' needs scores above 0, but 'growth_board_share' is -6\.97185 "
        r"in Chongqing \(重庆\) 2021",
    ):
        compute(shipped, reference={"base": 2017}, aggregation="geometric")


def test_78_rows_and_ranks_1_to_13_in_each_year(shipped):
    rankings = compute(shipped).rankings()
    assert len(rankings) == 78
    for _, year in rankings.groupby("year"):
        assert sorted(year["rank"]) == list(range(1, 14))


def test_no_indicator_is_missing_after_imputation(shipped):
    result = compute(shipped)
    assert not np.isnan(result.imputed.values).any()
    coverage = result.coverage_table().set_index("city")
    assert_allclose(coverage.sum(axis=1), 100.0, rtol=1e-12)
    assert (coverage["missing"] == 0).all()


# --- what the framework promises ------------------------------------------------------------------------------------


def test_no_two_indicators_say_the_same():
    """No |r| above .95 over the city-years where both are observed (indicators.yaml, header)."""
    framework = written()
    r = derived_indicators(framework, read_panel(framework)).corr()
    alike = {(a, b): round(r.loc[a, b], 3) for a, b in combinations(r.columns, 2) if abs(r.loc[a, b]) > 0.95}
    assert not alike


QUOTED = {
    "with GDP: loans {},": ("loans", "gdp_fourth_census"),
    "listed firms {};": ("listed_firms_sh_sz", "gdp_fourth_census"),
    "it would be GDP again ({})": ("deposits", "gdp_fourth_census"),
    "the level follows GDP ({})": ("telecom_revenue", "gdp_fourth_census"),
    "unrelated to size ({} with GDP)": ("hospital_beds_per_capita", "gdp_fourth_census"),
    "PM10 says the same ({})": ("pm10", "pm25"),
    "not tied to size ({} with GDP)": ("college_students", "gdp_fourth_census"),
    "the financial stock (deposits {})": ("loans", "deposits"),
    "listed firms again ({}); three years": ("new_listings_3y", "listed_firms_sh_sz"),
    "listed firms again ({}).": ("listed_digital_firms", "listed_firms"),
    "the A-share counts (listed firms {}). With GDP": ("forbes_2000", "listed_firms_sh_sz"),
    "With GDP {}. Every cell": ("forbes_2000", "gdp_fourth_census"),
    "The pair with GDP per resident ({})": ("urban_disposable_income", "gdp_per_capita"),
    "hardly tied to size ({} with GDP)": ("fiscal_self_sufficiency", "gdp_fourth_census"),
}


@pytest.mark.parametrize("words, pair", QUOTED.items())
def test_the_correlations_that_the_reasons_quote_are_those_of_the_workbook(words, pair):
    """Every reason beside an indicator that gives a figure gives the right one."""
    framework = written()
    panel = read_panel(framework)
    columns = pd.concat([panel, derived_indicators(framework, panel)], axis=1)
    columns = columns.loc[:, ~columns.columns.duplicated()]
    rho = columns[pair[0]].corr(columns[pair[1]], method="spearman")
    reasons = " ".join(YAML.read_text(encoding="utf-8").replace("#", " ").split())
    assert words.format(f"{rho:.2f}".replace("0.", ".")) in reasons


def test_the_readmes_say_how_many_figures_the_index_rests_on():
    """The columns that are indicators or parts of one: 1,860 of the 3,568 figures of the workbook."""
    framework = written()
    used = set()
    for dimension in framework["dimensions"].values():
        for code, own in dimension["indicators"].items():
            derived = own.get("ratio") or own.get("share")
            used |= {derived["of"], derived["to"]} if derived else {code}
    figures = read_panel(framework)
    said = [f"{count:,}" for count in (figures[sorted(used)].count().sum(), figures.count().sum())]
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert all(count in text for count in said), (name, said)


def test_each_dimension_has_five_indicators_or_more_and_all_have_25_to_32():
    counts = {name: len(dimension["indicators"]) for name, dimension in written()["dimensions"].items()}
    assert list(counts) == ["function", "space", "factors", "actors"]
    assert min(counts.values()) >= 5
    assert 25 <= sum(counts.values()) <= 32


def test_weights_are_equal_within_each_dimension_and_between_them():
    dimensions = written()["dimensions"]
    assert {dimension["weight"] for dimension in dimensions.values()} == {0.25}
    assert {own["weight"] for dimension in dimensions.values() for own in dimension["indicators"].values()} == {1}


def test_every_indicator_has_a_stage_and_each_stage_draws_on_three_dimensions():
    """A lens is not a dimension under another name."""
    framework = written()
    drawn = {stage: set() for stage in framework["lenses"]["stage"]["groups"]}
    for name, dimension in framework["dimensions"].items():
        for own in dimension["indicators"].values():
            drawn[own["tags"]["stage"]].add(name)
    assert {stage: len(dimensions) >= 3 for stage, dimensions in drawn.items()} == dict.fromkeys(drawn, True)


def test_every_indicator_is_named_in_both_languages():
    for dimension in written()["dimensions"].values():
        for code, own in dimension["indicators"].items():
            assert set(own["name"]) == {"zh", "en"}, code
            assert own["unit"], code


# --- what the workbook promises -------------------------------------------------------------------------------------


def test_the_shipped_alternatives_are_a_full_cross_and_a_draw_is_what_the_pipeline_makes_of_it(shipped):
    """No draw is removed; every option is taken; draws by themselves have the scores that the engine counted."""
    specification, panel = shipped
    about = panel, specification.framework, specification.methodology
    engine = distinct(design(*about, specification.uncertainty))
    made, sample = engine.design, engine.design.block(0, 400)
    assert made.notices == ()
    assert {factor.code: factor.labels for factor in made.discrete}["treatment"] == ("none", "skew_kurtosis")
    engine.prepare([sample])
    scored = engine.score(sample)
    assert scored.removed == ()
    for at, factor in enumerate(made.discrete):
        assert set(sample.choices[:, at]) == set(range(len(factor.values))), factor.code
    for place in (0, 57, 111, 230, 399):
        row = scored.order[place]
        _, scores = drawn_index(engine.single(sample.choices[row], sample.uniforms[row], sample.keys[row]))
        assert_allclose(scored.scores[:, :, place].T, scores, rtol=1e-12)


def test_what_changes_nothing_is_not_counted(shipped):
    """One indicator alone, the seats of the world's largest firms, is skewed: of 2 x 2 x 2 x 2 x 2 x 3 x 2 x 29 = 5,568
    combinations, with the lower end at 1 and both further series of GDP, those in which the treatment finds nothing to
    do repeat the others, as do 4 of 32 methodologies."""
    specification, panel = shipped
    series = {"gdp_fourth_census": ("gdp", "gdp_first_print"), "pm25": ("pm10",)}
    treatment = tuple(choice("treatment", name) for name in ("none", "skew_kurtosis"))
    changes = {"treatment": treatment, "lower": (), "alternatives": series, "impute": ()}
    options = specification.uncertainty.model_copy(update=changes)
    about = panel, specification.framework, specification.methodology
    full = design(*about, options)
    assert (full.notices, np.prod([len(factor.values) for factor in full.discrete])) == ((), 5568)
    made = distinct(full).design
    assert made.combinations == 4872
    assert made.notices == ()
    found = ic.robustness.alternatives(*about, specification.claims, options)
    assert (len(found.rows), found.alike, "treatment" in found.factors) == (28, 4, True)
    assert len({row.ranks.tobytes() for row in found.rows}) > 8


def test_a_series_that_has_no_figure_of_the_first_years_is_no_option_unless_it_is_named(shipped):
    specification, panel = shipped
    options = specification.uncertainty.model_copy(update={"alternatives": ("gdp_fourth_census", "pm25")})
    made = design(panel, specification.framework, specification.methodology, options)
    assert {factor.code: factor.labels for factor in made.discrete if factor.code.startswith("alternatives")} == {
        "alternatives.gdp_fourth_census": ("gdp_fourth_census", "gdp"),
        "alternatives.pm25": ("pm25", "pm10"),
    }
    (told,) = made.notices
    assert "'gdp_first_print'" in str(told) and "2017, 2018" in str(told)
    assert "alternatives: {gdp_fourth_census: [gdp_first_print]}" in str(told)


def test_the_shipped_index_has_nothing_to_tell_that_its_yaml_could_answer(shipped):
    specification, panel = shipped
    made = distinct(design(panel, specification.framework, specification.methodology, specification.uncertainty))
    assert made.design.notices == ()
    assert [notice.key for notice in panel.notices] == ["read_layout"]


def test_the_city_with_most_carried_cells_has_the_widest_scores(shipped):
    """Nothing varies but imputed cells: of 2022 Xi'an has by far the most; Beijing and Shanghai do not vary."""
    specification, panel = shipped
    options = Uncertainty.model_validate({"draws": 2000, "seed": 1, "imputed": True})
    found = ic.robustness.uncertainty(panel, specification.framework, specification.methodology, (), options)
    (spread,) = found.scores
    widths = dict(zip(found.cities, spread.quantiles[-1, :, -1] - spread.quantiles[0, :, -1], strict=True))
    assert max(widths, key=widths.get) == "西安" and widths.pop("西安") > 1.0 > 2 * max(widths.values())
    assert max(widths["北京"], widths["上海"]) < 1e-9


def test_the_higher_the_scale_begins_the_oftener_beijing_comes_first(shipped):
    """Under a geometric mean a least score near 0 costs much; nothing but the lower end differs between the runs."""
    specification, panel = shipped
    about = panel, specification.framework, specification.methodology, ()
    first = []
    for lower in (1.0, 10.0, 20.0):
        options = specification.uncertainty.model_copy(update={"lower": (lower,), "draws": 5000})
        found = ic.robustness.uncertainty(*about, options)
        first.append(found.acceptability[found.cities.index("北京"), -1, 0])
    assert_allclose(first, [0.84, 0.93, 0.94], atol=0.02)


@pytest.fixture(scope="module")
def tidy():
    """figures.csv with the trust of each series and the severity of each flag."""
    figures = pd.read_csv(TIDY / "figures.csv", encoding="utf-8-sig")
    trust = pd.read_csv(TIDY / "series.csv", encoding="utf-8-sig").set_index("code")["trust"]
    figures["trust"] = figures["indicator"].map(trust)
    figures["severity"] = figures["flag"].fillna("").str.partition(":")[0].str.strip()
    return figures


def test_no_column_of_trust_c_holds_a_figure(tidy):
    panel = read_panel(written())
    trust = tidy.drop_duplicates("indicator").set_index("indicator")["trust"]
    graded = {code: trust[code] for code in panel.columns if panel[code].notna().any()}
    assert set(graded.values()) <= {"A", "B"}, [code for code, grade in graded.items() if grade == "C"]


def test_the_panel_holds_the_tidy_figures_and_nothing_else(tidy):
    """Every usable figure of a declared series stands in its cell; every other cell is empty."""
    panel = read_panel(written())
    usable = tidy[
        tidy["indicator"].isin(panel.columns) & tidy["trust"].isin(["A", "B"]) & ~tidy["severity"].isin(LEFT_OUT)
    ]
    expected = usable.pivot(index=["city", "year"], columns="indicator", values="value")
    expected = expected.reindex(index=panel.index, columns=panel.columns)
    assert_array_equal(panel.to_numpy(), expected.to_numpy())
    assert len(usable) == panel.notna().sum().sum() == 3568  # data/NOTICE.md


def test_every_figure_left_out_is_an_empty_cell(tidy):
    panel = read_panel(written())
    flagged = tidy[tidy["indicator"].isin(panel.columns) & tidy["severity"].isin(LEFT_OUT)]
    assert len(flagged) > 100
    filled_in = [key for key in zip(flagged.city, flagged.year, flagged.indicator, strict=True) if has(panel, *key)]
    assert not filled_in


def test_what_the_definitions_call_kept_is_kept(tidy):
    """No sentence about known breaks says that a city's figures are kept (保留) where some of them are left out."""
    series = pd.read_csv(TIDY / "series.csv", encoding="utf-8-sig").set_index("code")["breaks_zh"].dropna()
    flagged = tidy[tidy["severity"].isin(LEFT_OUT)].groupby("indicator")["city"].agg(set)
    told = {
        (code, city)
        for code, text in series.items()
        for sentence in text.replace("；", "。").split("。")
        for city in flagged.get(code, ())
        if "保留" in sentence and city in sentence and "未采用" not in sentence
    }
    assert not told


def has(panel, city, year, code):
    return pd.notna(panel.loc[(city, year), code])


def test_the_program_reads_what_pandas_reads(shipped):
    _, panel = shipped
    expected = read_panel(written())
    for code in panel.codes:
        series = pd.DataFrame(panel.series(code), index=panel.cities, columns=panel.years).stack(future_stack=True)
        assert_array_equal(series.reindex(expected.index).to_numpy(), expected[code].to_numpy(), err_msg=code)


def test_every_figure_that_is_read_has_a_source(shipped):
    _, panel = shipped
    for c, t, k in zip(*np.nonzero(~np.isnan(panel.values)), strict=True):
        source = panel.sources[panel.codes[k], panel.cities[c], panel.years[t]]
        assert source.source


def test_every_figure_remembers_its_cell(shipped):
    """The address leads back to the same number in the workbook."""
    _, panel = shipped
    sheet = load_workbook(WORKBOOK, data_only=True)["panel"]
    for (code, city, year), (name, address) in panel.cells.items():
        assert name == "panel"
        value = panel.series(code)[panel.cities.index(city), panel.years.index(year)]
        assert sheet[address].value == value
    assert len(panel.cells) == 3568


def builder():
    """data/build.py as a module."""
    spec = importlib.util.spec_from_file_location("data_build", ROOT / "data" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_the_index_reads_has_a_source_and_stands_under_no_break():
    """Cell by cell, from the panel sheet and the sources sheet alone: a row that says yes, the same figure, a severity
    that is kept, and a note that calls it no break."""
    sources = pd.read_excel(WORKBOOK, sheet_name="sources", keep_default_na=False, engine="openpyxl")
    rows = {(row["指标代码"], row["城市"], row["年份"]): row for _, row in sources.iterrows()}
    assert len(rows) == len(sources)
    framework, read = written(), set()
    for dimension in framework["dimensions"].values():
        for code, own in dimension["indicators"].items():
            parts = own.get("ratio") or own.get("share")
            read |= {parts["of"], parts["to"]} if parts else {code}
    panel, kept = read_panel(framework), {"", "incomplete", "minor", "doubtful"}
    cells = panel[sorted(read)].stack().dropna()
    for (city, year, code), value in cells.items():
        row = rows[code, city, year]
        assert (row["数值"], row["是否采用"]) == (value, "是"), (code, city, year)
        assert row["标记"].partition(":")[0] in kept, (code, city, year)
        assert not any(sign in row["说明"] for sign in ("断点", "UNREVISED", "四经普前", "未追溯")), (code, city, year)
    assert len(cells) == 1860
    left_out = [key for key, row in rows.items() if row["标记"].partition(":")[0] in LEFT_OUT]
    assert len(left_out) == 170 and all(rows[key]["是否采用"] != "是" for key in left_out)


@pytest.mark.parametrize(
    ("code", "city", "year", "change", "told"),
    [
        ("tertiary_share", "南京", "2018", {"flag": ""}, "the note says that it does not join"),
        (
            "gdp_fourth_census",
            "成都",
            "2017",
            {"flag": "minor: within 3 points"},
            "the note says that it does not join",
        ),
        ("gdp_fourth_census", "天津", "2018", {"flag": ""}, "names another vintage"),
        ("library_books", "北京", "2022", {"flag": ""}, "the note doubts the figure"),
        ("tertiary_value_added", "广州", "2019", {"flag": ""}, "its parts give 72.32"),
        ("fiscal_science_expenditure", "西安", "2021", {"flag": ""}, r"\+146% in a year"),
        ("loans", "上海", "2020", {"value": "9999"}, "in a year, the median city"),
    ],
)
def test_the_build_fails_on_what_is_said_in_two_ways(monkeypatch, tmp_path, code, city, year, change, told):
    module = builder()
    figures = module.read_table(TIDY / "figures.csv")
    (figure,) = (one for one in figures if (one["indicator"], one["city"], one["year"]) == (code, city, year))
    figure.update(change)
    series = module.read_table(TIDY / "series.csv")
    monkeypatch.setattr(module, "read_table", lambda path: figures if path.name == "figures.csv" else series)
    module.WORKBOOK = tmp_path / "cities.xlsx"
    with pytest.raises(ValueError, match=told):
        module.main()
    assert not module.WORKBOOK.exists()


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """data/build.py, run twice into a temporary folder."""
    module = builder()
    paths = []
    for name in ("first.xlsx", "second.xlsx"):
        module.WORKBOOK = tmp_path_factory.mktemp("rebuilt") / name
        module.main()
        paths.append(module.WORKBOOK)
    return paths


def test_the_workbook_is_what_build_py_builds(rebuilt):
    """Sheet by sheet and cell by cell: nobody edits data/cities.xlsx by hand."""
    shipped, built = load_workbook(WORKBOOK), load_workbook(rebuilt[0])
    assert built.sheetnames == shipped.sheetnames
    for name in shipped.sheetnames:
        assert list(built[name].values) == list(shipped[name].values), name


def test_the_same_tables_build_the_same_bytes(rebuilt):
    first, second = rebuilt
    assert first.read_bytes() == second.read_bytes()


def test_what_is_printed_does_not_depend_on_where_the_scale_begins(shipped):
    """With the lower bound 40 points up every verdict, direction and place is the same; CV and grades are not."""
    scales = [{"method": "min_max", "lower": lower, "upper": 100} for lower in (1, 41)]
    runs = [Computed(compute(shipped, normalisation=scale), shipped[0]) for scale in scales]
    one, two = (
        {
            "claims": [holding.verdict for holding in run.holdings],
            "ranks": run.result.rank().tolist(),
            "gaps": (run.convergence.drift, round(run.convergence.slope.slope, 9)),
            "lags": run.integration.lagging.tolist(),
            "against": run.influence.against,
            "lens": [run.lens(code).growth.chance.stands_out.tolist() for code in run.result.framework.lenses],
            "apart": int(np.ptp(run.dimension_contributions[:, -1], axis=0).argmax()),
        }
        for run in runs
    )
    assert one == two and Verdict.HOLDS in one["claims"]
    assert (runs[0].integration.grade != runs[1].integration.grade).any()
    grades = [grade.en for grade in runs[0].integration.options.grades]
    for run in runs:
        said = [sentence.text for sentence in findings(run, Voice("en", run.result.framework))]
        assert not [text for text in said if "coefficient of variation" in text or any(one in text for one in grades)]


def test_the_gaps_of_the_shipped_index_are_those_of_an_independent_computation(shipped):
    """Standard deviations by Python's statistics, the slope by covariance over variance."""
    run = Computed(compute(shipped), shipped[0])
    first, last = run.result.score()[:, 0].tolist(), run.result.score()[:, -1].tolist()
    found = run.convergence
    assert_allclose([found.sd[0], found.sd[-1]], [statistics.pstdev(first), statistics.pstdev(last)])
    change = [b - a for a, b in zip(first, last, strict=True)]
    slope = statistics.covariance(first, change) / statistics.variance(first)
    assert_allclose(found.slope.slope, slope)
    root = [math.sqrt(t) for t in run.integration.overall.ravel()]
    r = statistics.correlation(run.integration.degree.ravel().tolist(), root)
    assert_allclose(run.integration.with_overall, r)
