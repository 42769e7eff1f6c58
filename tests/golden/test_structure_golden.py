"""Structure against published tables: the TAI of the OECD/JRC Handbook, and COINr's analysis of its ASEM example."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.analysis.structure import Thresholds, structure
from indexcalc.methods.statistics import cronbach_alpha, describe, kurtosis, skewness
from tests.golden.published import read, spread, symmetric

RTOL = 1e-9
SUB_INDICES = ("Conn", "Sust")


def index_of(figures, dimensions):
    """The index of figures that are on one scale already, in one year."""
    framework = ic.Framework.model_validate(dimensions)
    panel = ic.Panel.from_values(list(figures.index), [2018], list(figures.columns), figures.to_numpy()[:, None, :])
    return ic.build_index(panel, framework, ic.Methodology.model_validate({"normalisation": "none"}))


def assert_same_up_to_sign(found, expected, **tolerance):
    """Columns agree, each under one sign of its own."""
    sign = np.sign((found * expected).sum(axis=0))
    assert_allclose(found * sign, expected, **tolerance)


# --- Technology Achievement Index: OECD/JRC Handbook (2008), ISBN 978-92-64-04345-9 ---


@pytest.fixture(scope="module")
def tai():
    codes = list(read("tai/indicators")["indicator"])
    return structure(index_of(read("tai/countries", "country")[codes], {"indicators": {code: {} for code in codes}}))


def test_tai_table_6_correlations(tai):
    """Two decimals, of rounded data: all within 0.0071 but ROYALTIES with TELEPHONES, printed 0.56, here 0.578."""
    printed = spread("tai/pairs", "correlation")
    codes = list(printed.columns)
    assert list(tai.groups[0].items) == codes
    apart = np.abs(tai.pearson[1:, 1:] - printed.to_numpy())
    at = codes.index("ROYALTIES"), codes.index("TELEPHONES_log")
    assert 0.018 < apart[at] < 0.0181
    apart[at] = apart[at[::-1]] = 0.0
    assert apart.max() < 0.0071


def test_tai_table_7_eigenvalues(tai):
    """One decimal; the data are rounded too, which moves the first two eigenvalues and the shares a little further."""
    printed = read("tai/components")
    table = tai.component_table()
    assert_allclose(table["eigenvalue"], printed["eigenvalue"], atol=0.055)
    assert_allclose(100 * table["share"], printed["pct_var"], atol=0.12)
    assert_allclose(100 * table["cumulative"], printed["cum"], atol=0.075)


def test_tai_table_8_loadings(tai):
    printed = read("tai/components")[list(tai.groups[0].items)].to_numpy().T
    assert_same_up_to_sign(tai.groups[0].loadings, printed, atol=0.0124)


@pytest.mark.parametrize("told", ["weighting", "thresholds"])
def test_tai_table_9_rotated_loadings(told):
    """Four components, as the weights take them or above Jolliffe's 0.70; within 0.014, as the data are rounded."""
    codes = list(read("tai/indicators")["indicator"])
    figures, dimensions = read("tai/countries", "country")[codes], {"indicators": {code: {} for code in codes}}
    if told == "weighting":
        weighting = {"method": "pca_handbook", "components": 4}
        (group,) = structure(index_of(figures, {**dimensions, "weighting": weighting})).groups
    else:
        (group,) = structure(index_of(figures, dimensions), thresholds=Thresholds(eigenvalue=0.70)).groups
    printed = read("tai/rotated", "component")
    loadings = printed.loc[["1", "4", "2", "3"], list(group.items)].to_numpy(float).T  # the more variance, the earlier
    assert_same_up_to_sign(group.rotated, loadings, atol=0.014)
    squares = group.rotated**2
    assert_allclose(squares.sum(axis=0), printed.loc[["1", "4", "2", "3"], "explained_variance"], atol=0.025)
    assert_allclose(squares.sum(axis=1), printed.loc["communality", list(group.items)].to_numpy(float), atol=0.012)


def test_tai_table_11_cronbach(tai):
    printed = read("tai/indicators")
    table = tai.alpha_table()
    assert_allclose(table["standardised_alpha"].iloc[0], 0.7035, atol=5e-5)
    assert_allclose(table["standardised_alpha"].iloc[1:], printed["alpha_if_deleted"], atol=0.00145)
    assert_allclose(table["standardised_rest_correlation"].iloc[1:], printed["corr_with_total"], atol=0.0056)


# --- ASEM Sustainable Connectivity: R package COINr 1.1.14 ---


@pytest.fixture(scope="module")
def asem():
    """The index from the normalised indicators, with every figure of COINr's own hierarchy."""
    nodes = read("asem/nodes", "node")

    def below(code, inside):
        children = nodes.index[nodes["parent"] == code]
        return {child: {"weight": float(nodes.loc[child, "weight"]), **inside(child)} for child in children}

    def pillar(code):
        return {"indicators": below(code, lambda indicator: {})}

    dimensions = below("Index", lambda sub: {"dimensions": below(sub, pillar)})
    scores = spread("asem/scores", "score")[nodes.index[nodes["level"] == 1]]
    return structure(index_of(scores, {"dimensions": dimensions}))


def matrix(found, kind, codes):
    at = [[node.code for node in found.nodes].index(code) for code in codes]
    return getattr(found, kind)[np.ix_(at, at)]


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_asem_correlations_of_the_indicators(asem, kind):
    exported = symmetric(spread("asem/correlations", kind))
    codes = list(exported.columns)
    assert list(exported.index) == codes and len(codes) == 49
    assert_allclose(matrix(asem, kind, codes), exported, rtol=RTOL, atol=1e-14)


def test_asem_indicators_with_their_pillars(asem):
    table = asem.parent_table().query("steps == 1").set_index(["above", "node"])["pearson"]
    exported = read("asem/nodes").dropna(subset="parent_correlation")
    assert len(exported) == 49
    for row in exported.itertuples():
        assert_allclose(table[(row.parent, row.node)], row.parent_correlation, rtol=RTOL)


def test_asem_alpha_of_every_group(asem):
    """Indicators of the pillars, of the sub-indices and of the index; pillars of the sub-indices."""
    found = {(group.node, group.of): group.alpha.raw for group in asem.groups}
    exported = read("asem/alpha").query("figures != 'Raw'")
    assert len(exported) == 13
    for row in exported.itertuples():
        of_pillar = row.group not in (*SUB_INDICES, "Index")
        of = "children" if row.figures == "Aggregated" or of_pillar else "indicators"
        node = row.group if row.group != "Index" else "index"
        assert_allclose(found[(node, of)], row.alpha, rtol=RTOL)


def test_asem_alpha_with_missing_figures_is_pairwise():
    """Group P2P of the raw data, of which 17 figures are missing."""
    members = read("asem/nodes").query("parent == 'P2P'")["node"]
    values = spread("asem/figures", "raw")[members].to_numpy()
    assert np.isnan(values).sum() == 17
    (exported,) = read("asem/alpha").query("figures == 'Raw'")["alpha"]
    assert_allclose(cronbach_alpha(values).raw, exported, rtol=RTOL)


def test_asem_components_of_the_physical_pillar(asem):
    """COINr gives eigenvectors: loadings over the root of the eigenvalue."""
    group = next(group for group in asem.groups if group.node == "Physical")
    exported = read("asem/components")
    assert_allclose(group.eigenvalues, exported["eigenvalue"], rtol=RTOL)
    shares = asem.component_table().query("node == 'Physical'")
    assert_allclose(shares["share"], exported["share"], rtol=RTOL)
    assert_allclose(shares["cumulative"], exported["cumulative"], rtol=RTOL)
    rotation = exported[list(group.items)].to_numpy().T
    assert_same_up_to_sign(group.loadings / np.sqrt(group.eigenvalues), rotation, rtol=RTOL, atol=1e-11)


def test_asem_description_of_the_raw_data():
    exported = read("asem/statistics", "indicator")
    found = describe(spread("asem/figures", "raw")[exported.index].to_numpy())
    for name in ("n", "minimum", "maximum", "mean", "median", "sd", "skewness", "kurtosis"):
        assert_allclose(getattr(found, name), exported[f"raw_{name}"], rtol=RTOL, err_msg=name)


def test_asem_skewness_and_kurtosis_of_the_screened_data():
    exported = read("asem/statistics", "indicator")
    values = spread("asem/figures", "imputed")[exported.index].to_numpy()
    assert_allclose(skewness(values), exported["screened_skewness"], rtol=RTOL)
    assert_allclose(kurtosis(values), exported["screened_kurtosis"], rtol=RTOL)
