"""Integration, obstacles, inequality and convergence against published and independently computed figures.

practice: documentation of the R package mathmodels (printed precision). checks: computed independently for this
project (identities to 1e-12).
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from indexcalc.analysis.convergence import convergence
from indexcalc.analysis.integration import integration
from indexcalc.analysis.obstacles import obstacles
from indexcalc.methods.coupling import coordination
from indexcalc.methods.inequality import beta_convergence, coefficient_of_variation, dagum, gini, theil
from indexcalc.spec.analyses import IntegrationOptions
from tests.conftest import build, make_framework, make_panel
from tests.golden.published import worked

UNIT = {"normalisation": {"method": "goalposts", "low": 0, "high": 1}}
RTOL = 1e-12


@pytest.fixture(scope="module")
def practice():
    return worked("practice")


@pytest.fixture(scope="module")
def checks():
    return worked("checks")


def unit_scores(figures, framework, groups=()):
    """The index of figures that lie in [0, 1] already: rows are cities, columns indicators."""
    figures = np.array(figures)
    cities = [f"c{i}" for i in range(len(figures))]
    columns = {f"x{k}": column for k, column in enumerate(figures.T)}
    if len(groups):
        named = {"cities": {city: {"group": group} for city, group in zip(cities, groups, strict=True)}}
        framework = {**framework, **named, "groups": {group: group for group in dict.fromkeys(groups)}}
    return build(make_panel(columns, cities=cities), make_framework(**framework), **UNIT)


def of_systems(figures, form):
    """The integration of one dimension per system, each of one indicator, of equal weights."""
    dimensions = {f"d{k}": {"indicators": {f"x{k}": {}}} for k in range(np.shape(figures)[1])}
    result = unit_scores(figures, {"dimensions": dimensions})
    return integration(result, IntegrationOptions(form=form))


def test_coupling_of_the_published_example(practice):
    """Three decimals; through the whole path, from a panel to the table."""
    published = practice["coupling_standard"]
    found = of_systems(published["subsystems"], "standard").table()
    assert_allclose(found[["coupling", "overall", "degree"]], published["C_T_D"], atol=5.0001e-4)


@pytest.mark.parametrize(("form", "suffix"), [("standard", ""), ("corrected", "_wang2021")])
def test_coupling_in_both_forms(checks, form, suffix):
    assert len(checks["coupling"]) == 4
    for case in checks["coupling"]:
        found = of_systems([case["U"], case["U"]], form)
        degrees = [found.coupling[0, 0], found.overall[0, 0], found.degree[0, 0]]
        assert_allclose(degrees, [case[f"C{suffix}"], case["T"], case[f"D{suffix}"]], rtol=RTOL)


def test_rescaling_to_the_sample_is_not_what_we_do(checks):
    """A tool that rescales each system first moves the last city from .59 to .10."""
    case = checks["coupling_rescale_effect"]
    assert_allclose(of_systems(case["U"], "standard").degree[:, 0], case["D_raw"], rtol=RTOL)
    u = np.array(case["U"])
    rescaled = 0.01 + 0.98 * (u - u.min(axis=0)) / (u.max(axis=0) - u.min(axis=0))
    found = coordination(rescaled, np.array([0.5, 0.5]))
    assert_allclose(found.degree, case["D_rescaled"], rtol=RTOL)
    assert (case["D_raw"][-1], case["D_rescaled"][-1]) == (pytest.approx(0.59, abs=5e-3), pytest.approx(0.1))


def test_obstacle_degrees(checks):
    case = checks["obstacle"]
    indicators = {f"x{k}": {"weight": weight} for k, weight in enumerate(case["w"])}
    result = unit_scores(case["Z"], {"indicators": indicators})
    found = obstacles(result)
    assert_allclose(found.degree[:, 0], case["normalised"], rtol=RTOL)
    assert_allclose(found.weights[:, 0] * (1 - found.mapped[:, 0]), case["raw"], rtol=RTOL)
    assert_allclose(1 - found.shortfall[:, 0], case["score"], rtol=RTOL)


def test_gini_and_theil_of_the_published_examples(practice):
    assert_allclose(gini(np.array(practice["gini"]["y"], float)), practice["gini"]["gini"])
    case = practice["theil"]
    found = theil(np.array(case["y"], float), np.array(["AB".index(group) for group in case["group"]]))
    assert_allclose([found.total, found.between, found.within, *found.group], case["T_Tb_Tw_TA_TB"], atol=5e-8)


@pytest.fixture(scope="module")
def regions(checks):
    """Scores, and the number of each one's region."""
    groups = checks["dagum"]["groups"]
    scores = np.concatenate([np.array(members) for members in groups.values()])
    return scores, np.repeat(np.arange(len(groups)), [len(members) for members in groups.values()])


def test_dagum(checks, regions):
    case = checks["dagum"]
    found = dagum(*regions)
    parts = np.array([found.within, found.between, found.overlap])
    assert_allclose(found.total, case["G"], rtol=RTOL)
    assert_allclose(parts, [case["Gw"], case["Gnb"], case["Gt"]], rtol=RTOL)
    assert_allclose(parts.sum(), found.total, rtol=RTOL)
    assert_allclose(parts / found.total, case["contrib"], rtol=RTOL)
    assert_allclose(np.diag(found.gini), list(case["within"].values()), rtol=RTOL)
    names = list(case["groups"])
    for pair, figures in case["between"].items():
        j, h = (names.index(name) for name in pair.split("-"))
        ours = (found.gini[j, h], found.d[j, h], found.p[j, h], found.D[j, h])
        assert_allclose(ours, [figures[key] for key in ("G_jh", "d", "p", "D")], rtol=RTOL, atol=1e-15)


def test_dagum_from_a_panel_with_groups_in_the_yaml(checks, regions):
    case = checks["dagum"]
    scores, numbers = regions
    names = np.array(list(case["groups"]))[numbers]
    found = convergence(unit_scores(scores[:, None], {"indicators": {"x0": {}}}, names))
    row = found.table().iloc[0]
    assert_allclose(
        row[["gini_within", "gini_between", "gini_overlap"]].astype(float), [case["Gw"], case["Gnb"], case["Gt"]]
    )
    assert list(found.group_table()["n"]) == [4, 4, 5]


def test_theil(checks, regions):
    found = theil(*regions)
    expected = checks["theil"]
    assert_allclose([found.total, found.between, found.within], [expected[key] for key in ("T", "Tb", "Tw")], rtol=RTOL)


def test_convergence(checks):
    case = checks["convergence"]
    first, last = np.array(case["y0"]), np.array(case["y1"])
    assert_allclose([coefficient_of_variation(y) for y in (first, last)], case["cv_pop"], rtol=RTOL)
    assert_allclose([coefficient_of_variation(y, ddof=1) for y in (first, last)], case["cv_sample"], rtol=RTOL)
    found = beta_convergence(first, last, case["T"])
    expected = [case[key] for key in ("alpha", "beta", "speed", "half_life")]
    assert_allclose([found.alpha, found.beta, found.speed, found.half_life], expected, rtol=1e-11)
