"""Structure against published tables: the TAI of the OECD/JRC Handbook, and COINr's analysis of its ASEM example."""

import csv

import numpy as np
import pytest
from numpy.testing import assert_allclose

import indexcalc as ic
from indexcalc.analysis.structure import structure
from indexcalc.methods.statistics import cronbach_alpha, describe, kurtosis, skewness

RTOL = 1e-9
SUB_INDICES = ("Conn", "Sust")


def read(path):
    """Row labels, column labels and figures of a table whose first column is the label."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    figures = [[float(cell) if cell not in ("", "NA") else np.nan for cell in row[1:]] for row in rows]
    return [row[0] for row in rows], header[1:], np.array(figures)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def index_of(cities, codes, values, dimensions):
    """The index of figures that are on one scale already, in one year."""
    framework = ic.Framework.model_validate(dimensions)
    panel = ic.Panel.from_values(cities, [2018], codes, values[:, None, :])
    return ic.build_index(panel, framework, ic.Methodology.model_validate({"normalisation": "none"}))


def assert_same_up_to_sign(found, expected, **tolerance):
    """Columns agree, each under one sign of its own."""
    sign = np.sign((found * expected).sum(axis=0))
    assert_allclose(found * sign, expected, **tolerance)


# --- Technology Achievement Index: OECD/JRC Handbook (2008), ISBN 978-92-64-04345-9 ---


@pytest.fixture(scope="module")
def tai(golden):
    cities, codes, values = read(golden / "tai" / "raw_tableA2_23.csv")
    result = index_of(cities, codes, values, {"indicators": {code: {} for code in codes}})
    return structure(result)


def test_tai_table_6_correlations(golden, tai):
    """Two decimals, of rounded data: all within 0.0071 but ROYALTIES with TELEPHONES, printed 0.56, here 0.578."""
    _, codes, printed = read(golden / "tai" / "table6_corr.csv")
    assert list(tai.groups[0].items) == codes
    apart = np.abs(tai.pearson[1:, 1:] - printed)
    at = codes.index("ROYALTIES"), codes.index("TELEPHONES_log")
    assert 0.018 < apart[at] < 0.0181
    apart[at] = apart[at[::-1]] = 0.0
    assert apart.max() < 0.0071


def test_tai_table_7_eigenvalues(golden, tai):
    """One decimal; the data are rounded too, which moves the first two eigenvalues and the shares a little further."""
    _, _, printed = read(golden / "tai" / "table7_eigen.csv")
    table = tai.component_table()
    assert_allclose(table["eigenvalue"], printed[:, 0], atol=0.055)
    assert_allclose(100 * table["share"], printed[:, 1], atol=0.12)
    assert_allclose(100 * table["cumulative"], printed[:, 2], atol=0.075)


def test_tai_table_8_loadings(golden, tai):
    _, _, printed = read(golden / "tai" / "table8_pca_loadings.csv")
    assert_same_up_to_sign(tai.groups[0].loadings, printed, atol=0.0124)


def test_tai_table_11_cronbach(golden, tai):
    _, _, printed = read(golden / "tai" / "table11_cronbach.csv")
    table = tai.alpha_table()
    assert_allclose(table["standardised_alpha"].iloc[0], 0.7035, atol=5e-5)
    assert_allclose(table["standardised_alpha"].iloc[1:], printed[:, 1], atol=0.00145)
    assert_allclose(table["standardised_rest_correlation"].iloc[1:], printed[:, 0], atol=0.0056)


# --- ASEM Sustainable Connectivity: R package COINr 1.1.14 ---


@pytest.fixture(scope="module")
def asem(golden):
    """The index from the normalised indicators, with every figure of COINr's own hierarchy."""
    cities, codes, values = read(golden / "asem" / "steps" / "05_normalised.csv")
    meta = {row["iCode"]: row for row in rows_of(golden / "asem" / "raw" / "asem_iMeta.csv")}
    pillars = {code: row["Parent"] for code, row in meta.items() if row["Level"] == "2"}
    dimensions = {sub: {"weight": float(meta[sub]["Weight"]), "dimensions": {}} for sub in SUB_INDICES}
    for pillar, sub in pillars.items():
        inside = {code: {"weight": float(meta[code]["Weight"])} for code in codes if meta[code]["Parent"] == pillar}
        dimensions[sub]["dimensions"][pillar] = {"weight": float(meta[pillar]["Weight"]), "indicators": inside}
    return structure(index_of(cities, codes, values, {"dimensions": dimensions}))


def matrix(found, kind, codes):
    at = [[node.code for node in found.nodes].index(code) for code in codes]
    return getattr(found, kind)[np.ix_(at, at)]


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_asem_correlations_of_the_indicators(golden, asem, kind):
    rows, codes, exported = read(golden / "asem" / "multivar" / f"cor_{kind}_normalised.csv")
    assert rows == codes and len(codes) == 49
    assert_allclose(matrix(asem, kind, codes), exported, rtol=RTOL, atol=1e-14)


def test_asem_indicators_with_their_pillars(golden, asem):
    table = asem.parent_table().query("steps == 1").set_index(["above", "node"])["pearson"]
    exported = rows_of(golden / "asem" / "multivar" / "corr_ind_parent.csv")
    assert len(exported) == 49
    for row in exported:
        assert_allclose(table[(row["Var1"], row["Var2"])], float(row["Correlation"]), rtol=RTOL)


def test_asem_alpha_of_every_group(golden, asem):
    """Indicators of the pillars, of the sub-indices and of the index; pillars of the sub-indices."""
    found = {(group.node, group.of): group.alpha.raw for group in asem.groups}
    exported = [row for row in rows_of(golden / "asem" / "multivar" / "cronbach.csv") if row["dset"] != "Raw"]
    assert len(exported) == 13
    for row in exported:
        of_pillar = row["Group"] not in (*SUB_INDICES, "Index")
        of = "children" if row["dset"] == "Aggregated" or of_pillar else "indicators"
        node = row["Group"] if row["Group"] != "Index" else "index"
        assert_allclose(found[(node, of)], float(row["alpha"]), rtol=RTOL)


def test_asem_alpha_with_missing_figures_is_pairwise(golden):
    """Group P2P of the raw data, of which 17 figures are missing."""
    _, codes, values = read(golden / "asem" / "steps" / "00_raw.csv")
    meta = rows_of(golden / "asem" / "raw" / "asem_iMeta.csv")
    members = [codes.index(row["iCode"]) for row in meta if row["Parent"] == "P2P"]
    assert np.isnan(values[:, members]).sum() == 17
    exported = next(r for r in rows_of(golden / "asem" / "multivar" / "cronbach.csv") if r["dset"] == "Raw")
    assert_allclose(cronbach_alpha(values[:, members]).raw, float(exported["alpha"]), rtol=RTOL)


def test_asem_components_of_the_physical_pillar(golden, asem):
    """COINr gives eigenvectors: loadings over the root of the eigenvalue."""
    group = next(group for group in asem.groups if group.node == "Physical")
    _, names, exported = read(golden / "asem" / "multivar" / "pca_L1_Physical_eigen.csv")
    assert_allclose(group.eigenvalues, exported[:, names.index("eigen")], rtol=RTOL)
    shares = asem.component_table().query("node == 'Physical'")
    assert_allclose(shares["share"], exported[:, names.index("prop")], rtol=RTOL)
    assert_allclose(shares["cumulative"], exported[:, names.index("cum")], rtol=RTOL)
    items, _, rotation = read(golden / "asem" / "multivar" / "pca_L1_Physical_rotation.csv")
    order = [group.items.index(item) for item in items]
    assert_same_up_to_sign((group.loadings / np.sqrt(group.eigenvalues))[order], rotation, rtol=RTOL, atol=1e-11)


def test_asem_description_of_the_raw_data(golden):
    codes, names, exported = read_statistics(golden / "asem" / "steps" / "stats_raw.csv")
    _, raw_codes, values = read(golden / "asem" / "steps" / "00_raw.csv")
    found = describe(values[:, [raw_codes.index(code) for code in codes]])
    for name, ours in (
        ("Min", found.minimum),
        ("Max", found.maximum),
        ("Mean", found.mean),
        ("Median", found.median),
        ("Std", found.sd),
        ("Skew", found.skewness),
        ("Kurt", found.kurtosis),
        ("N.Avail", found.n),
    ):
        assert_allclose(ours, exported[:, names.index(name)], rtol=RTOL, err_msg=name)


def test_asem_skewness_and_kurtosis_of_the_screened_data(golden):
    codes, _, exported = read(golden / "asem" / "treat" / "skew_kurt.csv")
    _, screened, values = read(golden / "asem" / "steps" / "03_screened.csv")
    at = [screened.index(code) for code in codes]
    assert_allclose(skewness(values[:, at]), exported[:, 0], rtol=RTOL)
    assert_allclose(kurtosis(values[:, at]), exported[:, 1], rtol=RTOL)


def read_statistics(path):
    """Like `read`, without the columns of words at the end."""
    rows = rows_of(path)
    names = [name for name in rows[0] if name != "iCode" and not name.startswith("Flag")]
    return [row["iCode"] for row in rows], names, np.array([[float(row[name]) for name in names] for row in rows])
