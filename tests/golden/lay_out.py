"""Lays out the tables of tests/golden/data from the full cases: python -m tests.golden.lay_out [folder].

Every figure is taken as it stands there, in the fewest digits that read back as the same number; columns of COINr's
example that are only held against, to a relative 1e-9, are cut to 12 significant digits.
"""

import json
import sys
from io import StringIO
from pathlib import Path

import pandas as pd

from tests.golden.published import DATA, FULL

HDI_YEARS = (1990, 2000, 2010, 2021)
WJP_EDITIONS = (2014, 2019)


def main(folder=FULL):
    for name, text in tables(folder).items():
        path = DATA / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{len(text.encode()):>8,d}  {name}")


def tables(folder):
    """The text of every file of data/ but its README."""
    found = {
        "hdi": slice_of_hdi(hdi(folder)),
        "wjp": slice_of_wjp(wjp(folder)),
        "lpi": lpi(folder),
        "ampi": ampi(folder),
        **{f"tai/{name}": table for name, table in tai(folder / "tai").items()},
        **{f"asem/{name}": table for name, table in asem(folder / "asem").items()},
    }
    texts = {f"{name}.csv": table.to_csv(index=False, lineterminator="\n") for name, table in found.items()}
    return {**texts, "worked.json": worked(folder / "worked")}


def numeric(table):
    """A table of text as it is read back."""
    return pd.read_csv(StringIO(table.to_csv(index=False)))


def read(path, index=None):
    """A table as text, missing figures empty, numbers in the fewest digits."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig").replace("NA", "").map(shortest)
    return table if index is None else table.set_index(index)


def shortest(text):
    """`0.10000000000000001` as `0.1`, `7.0` as `7`; words as they are."""
    try:
        return repr(float(text)).removesuffix(".0")
    except ValueError:
        return text


def cut(text):
    """A number to 12 significant digits."""
    return f"{float(text):.12g}" if text else ""


# --- one table a case -------------------------------------------------------------------------------------------------


def hdi(folder):
    """Inputs, published value and, in 2021, rank: all country-years."""
    keys = ["iso3", "year"]
    published = read(folder / "hdi" / "published.csv").drop(columns="country")
    table = read(folder / "hdi" / "inputs.csv").merge(published, on=keys, validate="one_to_one").drop(columns="iso3")
    table = table.rename(columns={"official_rank_2021": "official_rank"})
    return table.assign(official_rank=table["official_rank"].where(table["year"] == "2021", ""))


def slice_of_hdi(table):
    """All countries of four years; Rwanda 1990-94, with all inputs but no value; South Sudan 1998, below a goalpost."""
    years = table["year"].astype(int)
    rwanda = (table["country"] == "Rwanda") & (years <= 1994)
    return table[years.isin(HDI_YEARS) | rwanda | ((table["country"] == "South Sudan") & (years == 1998))]


def wjp(folder):
    table = read(folder / "wjp" / "wjp_2014_2019.csv").drop(columns="iso3")
    return table[["country", "edition", "overall", *sorted(set(table) - {"country", "edition", "overall"})]]


def slice_of_wjp(table):
    """The first and the last edition, between which members come and go."""
    return table[table["edition"].astype(int).isin(WJP_EDITIONS)]


def lpi(folder):
    names = {
        "Code": "country",
        "Year": "year",
        "Overall LPI Score": "score",
        "Overall LPI Rank": "rank",
        "Customs": "customs",
        "Infrastructure": "infrastructure",
        "International Shipments": "shipments",
        "Logistics Quality & Competence": "quality",
        "Tracking & Tracing": "tracing",
        "Timeliness": "timeliness",
    }
    return read(folder / "lpi" / "lpi_2010_2014.csv").rename(columns=names)[list(names.values())]


def ampi(folder):
    inputs = read(folder / "ampi" / "ampi_inputs_long.csv")
    printed = read(folder / "ampi" / "ampi_published_vignette.csv").melt("geo", var_name="year", value_name="published")
    table = inputs.merge(printed, on=["geo", "year"], validate="one_to_one").rename(columns={"geo": "unit"})
    return table[["unit", "year", "employ", "finalenergy", "published"]]


# --- Technology Achievement Index -------------------------------------------------------------------------------------


def tai(folder):
    """Tables of the Handbook that share their rows, side by side."""
    ranks = read(folder / "table23_ranks.csv", "country").add_prefix("rank_")
    schooling = read(folder / "table15_normalisations.csv", "country").drop(columns="raw").add_prefix("schooling_")
    countries = read(folder / "raw_tableA2_23.csv", "country").join([ranks, schooling])

    posts = read(folder / "saisana2005_table1_goalposts.csv").set_index("ind")[["goal_min", "goal_max"]]
    posts.index = [f"{code}_log" if code in ("TELEPHONES", "ELECTRICITY") else code for code in posts.index]
    alpha = read(folder / "table11_cronbach.csv", "ind")
    weights = read(folder / "table22_weights.csv").set_index("Unnamed: 0").T.add_prefix("weight_")
    indicators = posts.join([alpha, weights[["weight_EW", "weight_FA", "weight_BAP"]]])

    correlations = stacked(read(folder / "table6_corr.csv"), "correlation")
    comparisons = stacked(pd.read_csv(folder / "table20_ahp_matrix.csv", dtype=str), "comparison")
    loadings = read(folder / "table8_pca_loadings.csv").set_index("Unnamed: 0").T
    eigenvalues = read(folder / "table7_eigen.csv").assign(pc=loadings.index).set_index("pc")
    return {
        "countries": countries.reset_index(),
        "indicators": indicators.rename_axis("indicator").reset_index(),
        "pairs": correlations.join(comparisons).reset_index(),
        "components": eigenvalues.join(loadings).rename_axis("component").reset_index(),
    }


def stacked(matrix, name):
    """A square matrix, its first column being the row labels, as one row a cell."""
    cells = matrix.set_index(matrix.columns[0]).stack()
    return cells.rename_axis(["indicator", "other"]).rename(name).to_frame()


# --- ASEM Sustainable Connectivity ------------------------------------------------------------------------------------


PANEL = ("Flights", "Ship", "Bord", "Elec", "Gas", "Goods", "Services", "FDI", "LPI", "Tariff")
"""Indicators of COINr's panel that are kept: of several some years are treated, and others not."""


def asem_panel(folder):
    """The panel 2018-22, of which all years but the first are made up by its authors."""
    table = read(folder / "raw" / "asem_iData_p.csv").rename(columns={"uCode": "country", "Time": "year"})
    return table[["country", "year", *PANEL]]


def asem(folder):
    """Steps and variants of COINr's build: tables of countries and indicators, one row a cell, side by side."""

    def spread(path, whole=False):
        table = read(folder / path).set_index("uCode")
        return table if whole else table.map(cut)

    def cells(**columns):
        return long(("country", "indicator"), **columns)

    raw = spread("steps/00_raw.csv", whole=True)
    meta = read(folder / "raw" / "asem_iMeta.csv", "iCode")
    nodes = list(meta.index[meta["Type"].isin(["Indicator", "Aggregate"])])
    above = nodes[raw.shape[1] :]
    imputed, scores = (spread(f"steps/{name}.csv", whole=True) for name in ("02_imputed", "06_aggregated"))
    assert spread("steps/03_screened.csv", whole=True).equals(imputed)  # all countries stay
    assert spread("steps/05_normalised.csv", whole=True).equals(scores[raw.columns])
    sides = pd.read_csv(folder / "steps" / "treated_points.csv", dtype=str, keep_default_na=False, index_col=0)
    aggregations = {
        "arithmetic": "amean_1_100",
        "geometric": "gmean_1_100",
        "harmonic": "hmean_1_100",
        "quadratic": "genmean_p2_1_100",
        "mixed": "mixed_amean_gmean_hmean_1_100",
        "custom": "amean_customw_1_100",
    }
    aggregated = {name: spread(f"agg/{file}.csv")[above] for name, file in aggregations.items()}
    return {
        "countries": asem_countries(folder, raw.index),
        "nodes": asem_nodes(folder, meta.loc[nodes]),
        "figures": cells(
            raw=raw,
            denominated=spread("steps/01_denominated.csv", whole=True),
            imputed=imputed,
            treated=spread("steps/04_treated.csv"),
            moved=sides,
            three_points=spread("treat/treat_winmax3_then_logCT.csv"),
            log=spread("treat/log_CT_all.csv"),
            box_cox=spread("treat/boxcox_lambda0.5_all.csv"),
        ),
        "normalised": cells(
            on_100=spread("agg/normalised_minmax_1_100.csv", whole=True),
            min_max=spread("norm/minmax_0_100.csv"),
            z_score=spread("norm/zscore_0_1.csv"),
            percentile_rank=spread("norm/prank.csv"),
            rank=spread("norm/rank_min.csv"),
            borda=spread("norm/borda.csv"),
            distance_to_maximum=spread("norm/dist2max.csv"),
            distance_to_target=spread("norm/dist2targ_iMeta.csv"),
            goalposts=spread("norm/iMeta_n_goalposts.csv"),
        ),
        "scores": long(
            ("country", "node"),
            score=scores[nodes],
            rank=spread("steps/results_full_ranks.csv").loc[raw.index, nodes],
        ),
        "aggregated": long(("country", "node"), **aggregated),
        "panel": asem_panel(folder),
        "outranking": read(folder / "agg" / "outrank_matrix_pillars.csv").rename(columns={"uCode": "country"}),
        "statistics": asem_statistics(folder, raw.columns),
        "correlations": asem_correlations(folder),
        "alpha": read(folder / "multivar" / "cronbach.csv")
        .drop(columns="Level")
        .rename(columns={"Group": "group", "dset": "figures"}),
        "components": asem_components(folder),
    }


def long(labels, **columns):
    """Tables of the same rows and columns as one row a cell and one column a table."""
    first = next(iter(columns.values()))
    assert all(list(t.index) == list(first.index) and set(t) == set(first) for t in columns.values())
    stacked = {name: table[first.columns].stack() for name, table in columns.items()}
    return pd.DataFrame(stacked).rename_axis(labels).reset_index()


def asem_countries(folder, order):
    """Group and denominators, and the Copeland score of the eight pillars."""
    table = read(folder / "raw" / "asem_iData.csv", "uCode").loc[order]
    table = table[["EurAsia_group", "Area", "Energy", "GDP", "Population"]].rename(columns={"EurAsia_group": "group"})
    copeland = read(folder / "agg" / "copeland_pillars.csv", "uCode")["Copeland"]
    return table.assign(copeland=copeland).rename_axis("country").reset_index()


def asem_nodes(folder, meta):
    """What is declared of every node, and its weights; its correlation with the node above."""
    correlations = read(folder / "multivar" / "corr_ind_parent.csv", "Var2")
    assert correlations["Var1"].equals(meta["Parent"].loc[correlations.index].rename("Var1"))
    posts = read(folder / "norm" / "iMeta_goalposts.csv", "iCode")[["goalpost_lower", "goalpost_upper"]]
    table = meta[["Level", "Parent", "Direction", "Weight", "Denominator", "Target"]].rename(columns=str.lower)
    return (
        table.assign(
            custom_weight=read(folder / "agg" / "weights_custom.csv", "iCode")["Weight"],
            effective_weight=read(folder / "steps" / "effective_weights.csv", "iCode")["EffWeight"],
            parent_correlation=correlations["Correlation"],
        )
        .join(posts)
        .rename_axis("node")
        .reset_index()
    )


def asem_statistics(folder, order):
    """Raw figures described; shape of the screened; what the treatments did: method, points moved, shape at last."""
    names = ("N.Avail", "Min", "Max", "Mean", "Median", "Std", "Skew", "Kurt")
    ours = ("n", "minimum", "maximum", "mean", "median", "sd", "skewness", "kurtosis")
    table = read(folder / "steps" / "stats_raw.csv", "iCode")[list(names)].set_axis(ours, axis=1)
    screened = read(folder / "treat" / "skew_kurt.csv", "iCode").set_axis(["skewness", "kurtosis"], axis=1)
    five = treatment(read(folder / "steps" / "treat_details.csv", "iCode"))
    three = treatment(read(folder / "treat" / "treat_winmax3_then_logCT_details.csv", "iCode"))
    parts = [screened.add_prefix("screened_"), five.add_prefix("treated_"), three.add_prefix("three_")]
    return table.add_prefix("raw_").join(parts).loc[order].rename_axis("indicator").reset_index()


def treatment(details):
    """Method, points winsorised and, of an indicator that was treated, skewness and kurtosis at last."""
    rows = {}
    for code, row in details.iterrows():
        if row["check_SkewKurt0.Pass"] == "TRUE":
            rows[code] = ("", "", "", "")
            continue
        method, stage = ("winsorised", 1) if row["check_SkewKurt1.Pass"] == "TRUE" else ("log", 2)
        shape = (row[f"check_SkewKurt{stage}.{moment}"] for moment in ("Skew", "Kurt"))
        rows[code] = (method, row["winsorise.nwin"], *shape)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["method", "points", "skewness", "kurtosis"])


def asem_correlations(folder):
    """Every pair of indicators once, each with itself too: the matrices are symmetric to the last digit."""
    kinds = {}
    for kind in ("pearson", "spearman"):
        matrix = read(folder / "multivar" / f"cor_{kind}_normalised.csv", "Var")
        assert matrix.equals(matrix.T.rename_axis("Var"))
        kinds[kind] = matrix.map(cut).stack()
    place = {code: k for k, code in enumerate(matrix)}
    table = pd.DataFrame(kinds).rename_axis(["indicator", "other"]).reset_index()
    return table[table["indicator"].map(place) <= table["other"].map(place)]


def asem_components(folder):
    """Components of the pillar Physical: eigenvalue, share of the variance, eigenvector."""
    table = read(folder / "multivar" / "pca_L1_Physical_eigen.csv", "PC")
    table = table.rename(columns={"eigen": "eigenvalue", "prop": "share", "cum": "cumulative"}).drop(columns="sdev")
    rotation = read(folder / "multivar" / "pca_L1_Physical_rotation.csv", "iCode").T
    return table.join(rotation).rename_axis("component").reset_index()


# --- worked examples --------------------------------------------------------------------------------------------------


def worked(folder):
    """Four groups of cases, one line a field; what no test reads is left out."""
    files = {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in WORKED}
    papers = files["mcdm"]
    closed = {name: papers.pop(name) for name in list(papers) if name.startswith("sobol")}
    files["chinese_checks"].pop("moran")
    groups = {
        "papers": papers,
        "practice": files["chinese_practice"],
        "checks": files["chinese_checks"],
        "closed_form": closed,
    }
    return lines(groups, 3) + "\n"


WORKED = ("mcdm", "chinese_practice", "chinese_checks")


def lines(value, depth):
    """JSON with a line for every member down to a depth."""
    if not (depth and isinstance(value, dict)):
        return json.dumps(tidy(value), ensure_ascii=False)
    indent = " " * (4 - depth)
    members = (f"{indent}{json.dumps(k, ensure_ascii=False)}: {lines(v, depth - 1)}" for k, v in value.items())
    return "{\n" + ",\n".join(members) + "\n" + indent[1:] + "}"


def tidy(value):
    """Whole numbers without their .0, at any depth."""
    if isinstance(value, dict):
        return {key: tidy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
