"""From the fields of the form, keyed by position, to a YAML that the command line's own checks have passed."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.figures.recognise import recognise
from indexcalc.load import load_draft
from indexcalc.methods import METHODS
from indexcalc.serve.answers import (
    BEGINNINGS,
    RATIOS,
    answers_of,
    carried_over,
    checked,
    comparing,
    fingerprint,
    first_fields,
    in_language,
    marked,
    typed,
)
from indexcalc.spec.document import parsed
from indexcalc.voice import Voice, languages
from tests.conftest import write_workbook
from tests.serve.drafting import filled, raw_workbook

VOICE = Voice("zh")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return recognise(raw_workbook(tmp_path_factory.mktemp("raw")))


def made(found, fields):
    return checked(found, fields, "年鉴.xlsx", "年鉴.yaml", VOICE)


def keys(problems):
    return [problem.key for problem in problems]


def indicators(result):
    return {node.name.zh: node for node in result.specification.framework.all_indicators.values()}


def test_nothing_is_chosen_before_a_person_chooses(found):
    fields = first_fields(found, VOICE)
    assert [fields[f"direction.{k}"] for k in range(4)] == [""] * 4
    assert fields["gaps"] == "none.refuse"
    result = made(found, fields)
    assert keys(result.open) == ["directions_to_confirm"] and not result.problems
    marks = marked(result.open, found, result.answers)
    assert sorted(marks) == [f"direction.{k}" for k in range(4)]


def test_the_yaml_says_what_the_form_says(found):
    fields = filled(
        first_fields(found, VOICE), name="宜居指数", name__0="经济总量", unit__1="元/人", dimension__0="经济",
        dimension__1="经济", dimension__2="环境", dimension__3="民生", weight__1="２", gaps="linear.refuse",
    )  # fmt: skip
    result = made(found, fields)
    assert not result.problems and not result.open
    framework = result.specification.framework
    assert framework.name.zh == "宜居指数"
    assert [(d.name.zh, [i.name.zh for i in d.indicators.values()]) for d in framework.dimensions.values()] == [
        ("经济", ["经济总量", "人均可支配收入"]), ("环境", ["PM2.5年均浓度"]), ("民生", ["城镇登记失业率"])
    ]  # fmt: skip
    by_name = indicators(result)
    assert [node.direction.name for node in by_name.values()] == ["positive", "positive", "negative", "negative"]
    assert by_name["人均可支配收入"].weight == 2 and by_name["人均可支配收入"].unit == "元/人"
    assert result.specification.methodology.imputation.name == "linear"
    assert "$schema" not in result.text, "no schema is written beside it"
    assert yaml.safe_load(result.text)["language"] == "zh"


def test_a_renamed_column_is_still_read_from_its_header(found, tmp_path):
    import indexcalc as ic

    file = raw_workbook(tmp_path)
    result = made(found, filled(first_fields(found, VOICE), name__0="经济总量"))
    panel = ic.read_workbook(file, result.specification.framework)
    assert panel.observed(found.columns[0].code) == 15


def test_two_rows_of_one_name_are_refused_and_marked(found):
    fields = filled(first_fields(found, VOICE), name__1="同名", name__0="同名")
    result = made(found, fields)
    assert keys(result.problems) == ["name_twice"]
    assert sorted(marked(result.problems, found, result.answers)) == ["name.1"]


@pytest.mark.parametrize("included", [True, False])
def test_a_name_that_heads_another_column_is_refused(found, included):
    """Also where that column is left out: its figures would be read under the name."""
    fields = filled(first_fields(found, VOICE), name__0="人均可支配收入")
    if not included:
        del fields["include.1"]
    result = made(found, fields)
    assert keys(result.problems) == ["form_name_taken"]
    assert list(marked(result.problems, found, result.answers)) == ["name.0"]


def test_a_direction_is_of_the_column_at_its_place_whatever_the_names(found):
    fields = filled(
        first_fields(found, VOICE), name__0="甲", name__1="乙", direction__0="negative", direction__1="positive"
    )
    entries = made(found, fields).answers.entries
    assert [(entry.column.header, entry.name, entry.direction) for entry in entries[:2]] == [
        ("地区生产总值", "甲", "negative"), ("人均可支配收入", "乙", "positive")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "key", "field"),
    [
        ({"direction.0": "upwards"}, "unknown_method", "direction.0"),
        ({"direction.0": "middle"}, "missing_parameter", "direction.0"),
        (
            {"direction.0": "interval", "direction.0.interval.low": "9", "direction.0.interval.high": "3"},
            "parameter_order",
            "direction.0",
        ),
        ({"weight.2": "很大"}, "wrong_value", "weight.2"),
        ({"weight.2": "-1"}, "wrong_value", "weight.2"),
        ({"name.3": "a\x02b"}, None, None),
    ],
)
def test_what_the_command_line_refuses_is_refused_and_its_field_marked(found, said, key, field):
    fields = {**filled(first_fields(found, VOICE)), **said}
    result = made(found, fields)
    if key is None:  # a control character never gets into the file
        assert not result.problems and "\x02" not in result.text
        return
    assert keys(result.problems) == [key] and result.specification is None
    assert list(marked(result.problems, found, result.answers)) == [field]


def test_a_method_that_is_refused_is_marked_at_its_step(found):
    result = made(found, {**filled(first_fields(found, VOICE)), "step.normalisation": "goalposts"})
    assert set(keys(result.problems)) == {"missing_parameter"}
    assert list(marked(result.problems, found, result.answers)) == ["step.normalisation"]


def test_a_direction_may_have_a_best_value_or_a_range(found):
    fields = filled(
        first_fields(found, VOICE), direction__0="middle", direction__0__middle__best="５０",
        direction__1="interval", direction__1__interval__low="30", direction__1__interval__high="60",
    )  # fmt: skip
    directions = [node.direction for node in indicators(made(found, fields)).values()]
    assert [directions[0].plain, directions[1].plain] == [
        {"method": "middle", "best": 50.0}, {"method": "interval", "low": 30.0, "high": 60.0}
    ]  # fmt: skip


def test_what_is_left_out_is_not_in_the_index(found):
    fields = filled(first_fields(found, VOICE))
    del fields["include.1"]
    assert list(indicators(made(found, fields))) == ["地区生产总值", "PM2.5年均浓度", "城镇登记失业率"]
    none = {name: said for name, said in fields.items() if not name.startswith("include.")}
    assert keys(made(found, none).problems) == ["form_nothing_included"]


@pytest.mark.parametrize("begin", [name for name in BEGINNINGS if name != "ahp"])
def test_a_beginning_sets_its_methods(found, begin):
    result = made(found, filled(first_fields(found, VOICE), begin=begin, dimension__0="甲", gaps="linear.refuse"))
    methodology, framework = result.specification.methodology, result.specification.framework
    expected = {
        "equal": ("given", "arithmetic"),
        "entropy": ("entropy", "arithmetic"),
        "entropy_topsis": ("entropy", "topsis"),
    }
    assert (methodology.weighting.name, methodology.aggregation.name) == expected[begin]
    assert methodology.weighting.name == "given" or methodology.weighting.told("scope") == "indicators"
    assert bool(framework.dimensions) != (begin == "entropy_topsis"), "TOPSIS compares all indicators at once"
    assert not framework.dimensions or not framework.lenses
    assert not framework.indicators or list(framework.lenses["dimension"].groups) == ["甲", "dimension_2"]


def compared(found, **more):
    fields = filled(
        first_fields(found, VOICE), begin="ahp", **{f"dimension__{k}": "甲" if k < 3 else "乙" for k in range(4)}
    )
    return {**fields, **{name.replace("__", "."): said for name, said in more.items()}}


def test_comparisons_in_pairs_are_asked_for_and_weigh(found):
    open_ones = made(found, compared(found))
    assert keys(open_ones.problems) == ["form_comparisons"] and open_ones.problems[0].facts == {"n": 4}
    assert [(node.node, [pair.field for pair in node.pairs]) for node in open_ones.compared] == [
        (None, ["between.0.1"]), ("甲", ["compare.0.1", "compare.0.2", "compare.1.2"])
    ]  # fmt: skip
    chosen = {
        "group.0": "甲",
        "group.1": "乙",
        "between.0.1": "1/3",
        "compare.0.1": "2",
        "compare.0.2": "6",
        "compare.1.2": "3",
    }
    whole = made(found, compared(found) | chosen)
    assert not whole.problems
    framework = whole.specification.framework
    assert framework.weighting.parameters["matrix"] == [[1, "1/3"], [3, 1]]
    (first, second) = framework.dimensions.values()
    assert first.weighting.parameters["matrix"] == [[1, 2, 6], ["1/2", 1, 3], ["1/6", "1/3", 1]]
    assert first.weighting.parameters["order"] == [column.code for column in found.columns[:3]]
    assert second.weighting is None, "one indicator is compared with nothing"
    assert whole.compared[1].consistency == pytest.approx(0.0, abs=1e-12)


def test_comparisons_of_dimensions_follow_their_names_not_their_places(found):
    """Another order of the dimensions turns the comparison; a new dimension is compared anew."""
    chosen = {
        "group.0": "乙",
        "group.1": "甲",
        "between.0.1": "5",
        "compare.0.1": "1",
        "compare.0.2": "1",
        "compare.1.2": "1",
    }
    turned = made(found, compared(found) | chosen)
    assert turned.specification.framework.weighting.parameters["matrix"] == [[1, "1/5"], [5, 1]]
    renamed = {**compared(found), **chosen, "dimension.3": "丙"}
    assert keys(made(found, renamed).problems) == ["form_comparisons"]


def test_comparisons_that_contradict_each_other_are_refused(found):
    chosen = {
        "group.0": "甲",
        "group.1": "乙",
        "between.0.1": "1",
        "compare.0.1": "9",
        "compare.1.2": "9",
        "compare.0.2": "1/9",
    }
    result = made(found, compared(found) | chosen)
    assert keys(result.problems) == ["ahp_inconsistent"]
    assert result.compared[1].consistency > 0.1


def test_too_many_for_pairs_are_refused_by_the_checks(tmp_path):
    head = ["城市", "年份", *(f"指标{k}" for k in range(17))]
    rows = [[c, 2020, *((7 * k + 11 * i) % 31 for k in range(17))] for i, c in enumerate(("甲", "乙", "丙"))]
    many = recognise(write_workbook(tmp_path / "m.xlsx", {"x": [head, *rows]}))
    fields = first_fields(many, VOICE) | {f"direction.{k}": "positive" for k in range(17)} | {"begin": "ahp"}
    assert keys(made(many, fields).problems) == ["ahp_too_large"]


def test_every_method_can_be_chosen_by_itself(found):
    """Whatever the registry holds goes into the YAML under its own name, or is refused by the checks of the YAML."""
    refused = set()
    for step in ("treatment", "normalisation", "weighting", "aggregation"):
        for name in METHODS[step]:
            if name in comparing():
                continue
            fields = filled(first_fields(found, VOICE), gaps="linear.refuse") | {f"step.{step}": name}
            result = made(found, fields)
            if result.problems:
                refused |= set(keys(result.problems))
                assert f"  {step}: {name}\n" in result.text
            else:
                assert getattr(result.specification.methodology, step).name == name
    assert refused <= {
        "missing_parameter",
        "per_child",
        "children_counted",
        "geometric_needs_positive",
        "by_observation_pair",
    }


def test_parameters_go_with_their_method_alone(found):
    fields = filled(first_fields(found, VOICE), gaps="linear.refuse") | {
        "step.normalisation": "z_score", "step.normalisation.z_score.mean": "100",
        "step.normalisation.min_max.lower": "5",
        "step.reference": "2019",
    }  # fmt: skip
    methodology = made(found, fields).specification.methodology
    assert methodology.normalisation.plain == {"method": "z_score", "mean": 100.0}
    assert methodology.reference.plain == {"base": 2019}


def test_other_methods_are_tested_only_where_they_can_stand(found):
    fields = filled(first_fields(found, VOICE), gaps="linear.refuse")
    usual = made(found, fields).specification.uncertainty
    assert [o.name for o in usual.aggregation] == ["arithmetic", "geometric"]
    zscore = made(found, fields | {"step.normalisation": "z_score"}).specification.uncertainty
    assert [o.name for o in zscore.normalisation] == [
        "z_score",
        "min_max",
        "percentile_rank",
    ] and not zscore.aggregation
    bod = made(found, fields | {"step.weighting": "benefit_of_the_doubt"}).specification.uncertainty
    assert bod is None or bod.weights is None
    assert made(found, {k: v for k, v in fields.items() if k != "test"}).specification.uncertainty is None


def test_answers_stay_where_place_and_header_both_do(found, tmp_path):
    headers = ("地区生产总值（亿元）", "专利授权量（件）", "PM2.5年均浓度（μg/m³）", "城镇登记失业率（%）", "备注")
    now = recognise(raw_workbook(tmp_path, headers=headers))
    assert fingerprint(now) != fingerprint(found)
    before = filled(first_fields(found, VOICE), weight__1="3", name="我的")
    del before["include.3"]
    after = carried_over(before, found, now, VOICE)
    assert [after[f"direction.{k}"] for k in range(4)] == ["positive", "", "negative", "negative"]
    assert (after["name.1"], after["weight.1"], after["name"]) == ("专利授权量", "1", "我的")
    assert "include.3" not in after and after["include.1"] == "yes"
    groups = {"group.0": "甲", "group.1": "乙", "group_weight.1": "3", "between.0.1": "5"}
    assert groups.items() <= carried_over({**before, **groups}, found, now, VOICE).items()


def test_the_name_that_nobody_typed_follows_the_language(found):
    fields = first_fields(found, VOICE)
    assert in_language(fields, Voice("en"))["name"] == "My index"
    assert in_language({**fields, "name": "宜居"}, Voice("en"))["name"] == "宜居"


@given(text=st.text(max_size=40))
def test_whatever_is_typed_is_one_value_of_the_yaml(found, text):
    """No text breaks out of its place: the YAML has the same keys, or is refused."""
    fields = filled(first_fields(found, VOICE), name__0=text, dimension__0=text, weight__0=text, unit__0=text)
    result = made(found, fields)
    plain = load_draft(parsed(made(found, filled(first_fields(found, VOICE))).text, "x"))[0]
    if result.specification is None:
        assert result.problems
    else:
        assert len(result.specification.framework.all_indicators) == len(plain.framework.all_indicators)
        assert yaml.safe_load(result.text).keys() == {"language", "framework", "methodology", "uncertainty"}


def test_typed_figures_are_figures():
    assert (typed(" １２．５ "), typed("1/3"), typed(""), typed("true"), typed("{a: 1}")) == (
        12.5,
        "1/3",
        None,
        True,
        {"a": 1},
    )
    assert typed("[1, 2") == "[1, 2"


def test_ratios_run_from_nine_times_to_a_ninth():
    assert (len(RATIOS), RATIOS[0], RATIOS[8], RATIOS[-1]) == (17, "9", "1", "1/9")


@pytest.mark.parametrize("lang", languages())
def test_the_head_of_the_file_says_what_is_open(found, lang):
    voice = Voice(lang)
    first, whole = ("x.xlsx", "x.yaml", voice), filled(first_fields(found, voice))
    assert (
        voice.say("draft.head", file="x.xlsx").strip().splitlines()[0]
        in checked(found, first_fields(found, voice), *first).text
    )
    assert (
        voice.say("draft.head_confirmed", file="x.xlsx").strip().splitlines()[1] in checked(found, whole, *first).text
    )


def test_answers_are_of_the_columns_that_are_in(found):
    answers, pairs = answers_of(found, filled(first_fields(found, VOICE)), VOICE)
    assert [entry.column.header for entry in answers.entries] == [column.header for column in found.columns]
    assert [node.node for node in pairs] == [""]
