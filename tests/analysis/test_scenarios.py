"""Scenarios: each equals the index computed by itself with the same settings."""

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.analysis.claims import judge
from indexcalc.analysis.scenarios import scenarios
from indexcalc.cli import main
from indexcalc.computed import Computed
from indexcalc.errors import IndexcalcError
from indexcalc.spec.analyses import Scenario
from indexcalc.spec.claims import Rising
from tests.conftest import build, make_framework, make_panel
from tests.serve import small

SCORED = {"method": "min_max", "lower": 1, "upper": 100}
CLAIMS = (Rising(kind="rising"),)


def test_each_is_the_index_with_these_settings():
    result = build(make_panel(), normalisation=SCORED)
    first = next(iter(result.framework.all_indicators))
    declared = {
        "geometric": Scenario(aggregation="geometric"),
        "entropy": Scenario.model_validate({"weighting": {"method": "entropy", "scope": "indicators"}}),
        "more": Scenario(weights={first: 3.0}),
        "yearly": Scenario(reference="year", normalisation="z_score"),
    }
    found = scenarios(result, declared, CLAIMS)
    assert found.codes == tuple(declared) and not found.notices
    alone = [
        ic.build_index(result.panel, result.framework, result.methodology.variant(aggregation="geometric")),
        ic.build_index(
            result.panel,
            result.framework,
            result.methodology.variant(weighting={"method": "entropy", "scope": "indicators"}),
        ),
        ic.build_index(result.panel, result.framework.reweighted({first: 3.0}), result.methodology),
        ic.build_index(
            result.panel, result.framework, result.methodology.variant(reference="year", normalisation="z_score")
        ),
    ]
    for k, other in enumerate(alone):
        np.testing.assert_array_equal(found.score[k], other.score())
        np.testing.assert_array_equal(found.rank[k], other.rank())
        assert found.verdicts[k] == judge(other, CLAIMS)
    assert not np.array_equal(found.score[2], result.score())


def test_a_weight_replaces_that_of_the_framework_at_any_depth():
    framework = make_framework(
        dimensions={"d": {"weight": 2, "indicators": {"a": {}, "b": {"weight": 5}}}, "e": {"indicators": {"c": {}}}}
    )
    again = framework.reweighted({"b": 1.0, "d": 1.0})
    assert [node.weight for _, code, node in again.walk() if code in "bd"] == [1.0, 1.0]
    assert [node.weight for _, code, node in framework.walk() if code in "bd"] == [2.0, 5.0]
    assert framework.reweighted({}) is framework


def test_one_that_the_figures_forbid_is_left_out_with_the_reason():
    result = build(make_panel(), normalisation={"method": "min_max"})
    declared = {"geometric": Scenario(aggregation="geometric"), "minimum": Scenario(aggregation="minimum")}
    found = scenarios(result, declared)
    assert found.codes == ("minimum",) and {problem.key for problem in found.notices} == {"scenario_refused"}
    assert "geometric" in found.notices[0].text("en")


def test_they_are_made_once_and_only_where_there_are_any(monkeypatch):
    result = build(make_panel(), normalisation=SCORED)
    run = Computed.of(result, scenarios={"minimum": Scenario(aggregation="minimum")})
    assert run.scenarios is run.scenarios and run.scenarios.codes == ("minimum",)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{weights: {nowhere: 2}}", "nowhere"),
        ("{agregation: geometric}", "aggregation"),
        ("{aggregation: geometricc}", "geometric"),
        ("{weights: {a: -1}}", ">= 0"),
        ("{reference: {base: 1999}}", "1999"),
    ],
)
def test_what_is_wrong_in_a_scenario_is_told_by_its_line(tmp_path, written, told):
    path = tmp_path / "i.yaml"
    path.write_text(
        f"framework:\n  years: [2020, 2021]\n  indicators: {{a: {{}}, b: {{}}}}\nscenarios:\n  one: {written}\n",
        encoding="utf-8",
    )
    with pytest.raises(IndexcalcError) as refused:
        ic.load_framework(path)
    assert told in str(refused.value) and "i.yaml, line 5" in str(refused.value)


def test_methods_that_can_never_stand_together_leave_the_scenario_out_and_not_the_run():
    """The methodology may be another one on the command line: what then cannot be computed beside it is told."""
    result = build(make_panel(), normalisation="z_score")
    found = scenarios(
        result, {"geometric": Scenario(aggregation="geometric"), "other": Scenario(normalisation="min_max")}
    )
    assert found.codes == ("other",) and [problem.key for problem in found.notices] == ["scenario_refused"]


def test_a_run_says_which_scenario_the_figures_forbid(tmp_path, capsys):
    yaml = small(tmp_path)
    lines = ["scenarios:", "  other: {normalisation: none, aggregation: geometric}"]
    yaml.write_text("\n".join([yaml.read_text(encoding="utf-8"), *lines, ""]), encoding="utf-8")
    assert main(["run", str(yaml), "--draws", "0", "--lang", "en", "--out", str(tmp_path / "out")]) == 0
    assert "Scenario 'other' is left out: " in capsys.readouterr().err
