"""All discrete methodologies one by one: each as the ordinary pipeline computes it; each choice changed alone."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

import indexcalc as ic
from indexcalc.analysis.claims import Verdict, hold
from indexcalc.spec.claims import InTop, Rising
from indexcalc.spec.uncertainty import Uncertainty
from tests.conftest import make_framework, make_methodology, make_panel

MIN_MAX = {"method": "min_max", "lower": 1, "upper": 100}
OPTIONS = {
    "weights": {"spread": 0.5},
    "normalisation": ["percentile_rank", MIN_MAX, "z_score"],
    "weighting": ["given", "entropy"],
    "treatment": ["none"],
}
CLAIMS = (Rising(kind="rising", cities=("甲",)), InTop(kind="in_top", cities=("甲", "乙"), n=2))


def found_by(options=OPTIONS, panel=None, framework=None, **more):
    methodology = make_methodology(normalisation=MIN_MAX)
    arguments = panel or make_panel(), framework or make_framework(), methodology
    return ic.robustness.alternatives(*arguments, CLAIMS, Uncertainty.model_validate(options), **more)


def test_every_combination_is_what_the_pipeline_gives_the_nominal_first():
    found = found_by()
    assert found.factors == ("normalisation", "weighting")  # a step of one option is no factor
    assert (len(found.rows), found.alike) == (5, 1)  # percentile ranks without ties: entropy weights them all alike
    assert found.rows[0].options == found.nominal.options == ("{method: min_max, lower: 1, upper: 100}", "given")
    written = {"{method: min_max, lower: 1, upper: 100}": MIN_MAX}
    for row in found.rows:
        if row.refused:
            continue
        normalisation, weighting = (written.get(option, option) for option in row.options)
        methodology = make_methodology(normalisation=normalisation, weighting=weighting)
        result = ic.build_index(make_panel(), make_framework(), methodology)
        assert_array_equal(row.ranks, result.rank()[:, -1])
        assert row.verdicts == tuple(holding.verdict for holding in hold(result, CLAIMS))


def test_the_rank_correlation_is_spearmans():
    """Of ranks without ties: 1 - 6 Σd² / (n (n² - 1))."""
    for row in found_by().rows:
        if len(set(row.ranks)) == 4:
            difference = row.ranks - found_by().nominal.ranks
            assert_allclose(row.spearman, 1.0 - 6.0 * (difference**2).sum() / 60.0)
    assert found_by().rows[0].spearman == 1.0


def test_one_choice_changed_alone_says_who_moves_and_which_claims_change():
    found = found_by()
    assert [(one.factor, one.option) for one in found.single] == [
        ("normalisation", "percentile_rank"),
        ("normalisation", "z_score"),
        ("weighting", "entropy"),
    ]
    for one in found.single:
        places = np.abs(one.outcome.ranks - found.nominal.ranks)
        assert (one.moved, one.furthest) == ((places > 0).sum(), places.max())
        changed = [i for i in (0, 1) if one.outcome.verdicts[i] is not found.nominal.verdicts[i]]
        assert one.changed == tuple(changed)


def test_a_city_left_out_moves_nobody_by_its_absence():
    """Scores as they are: without one city nobody's score changes, so nobody moves among the others."""
    panel = make_panel({"a": [[1.0], [5.0], [3.0], [2.0]]}, years=(2020,))
    framework = make_framework(indicators={"a": {}})
    found = ic.robustness.alternatives(
        panel,
        framework,
        make_methodology(normalisation="none"),
        (),
        Uncertainty.model_validate({"leave_out": ["city"], "normalisation": ["none"]}),
    )
    assert [(one.factor, one.option, one.moved) for one in found.single] == [
        ("leave_out_city", city, 0) for city in ("甲", "乙", "丙", "丁")
    ]


def test_an_option_that_the_figures_forbid_is_listed_with_the_reason():
    panel = make_panel(
        {"a": [[1.0, 2.0], [1.0, 3.0]], "b": [[1.0, 2.0], [2.0, 5.0]]}, cities="甲乙", years=(2020, 2021)
    )
    framework = make_framework(indicators={"a": {}, "b": {}})
    found = found_by({"reference": ["pooled", "year"]}, panel, framework)
    (one,) = found.single
    assert [problem.key for problem in one.outcome.refused] == ["constant"]
    assert (one.moved, one.changed) == (0, ())
    assert [bool(row.refused) for row in found.rows] == [False, True]
    assert np.isnan(found.rows[1].ranks).all()


def test_another_year_and_no_options_at_all():
    found = found_by({}, year=2019)
    assert found.year == 2019 and found.factors == () and found.single == ()
    assert_array_equal(found.rows[0].ranks, found.nominal.ranks)
    assert all(isinstance(verdict, Verdict) for verdict in found.nominal.verdicts)
