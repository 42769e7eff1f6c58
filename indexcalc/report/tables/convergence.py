"""Do the cities draw together: spread year by year, slope, groups of cities, and how stable the ranks are.

Ratio measures are shown only where the scale has a natural zero, or where they were asked for, with the caveat.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexcalc.analysis.convergence import Convergence
from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import said, w
from indexcalc.report.tables.table import Column, Fact, Sheet, Table, score_kind
from indexcalc.voice import Group

SLOPE = ("slope", "low", "high", "standard_error", "r_squared")
BETA = ("beta", "low", "high", "standard_error", "r_squared", "speed", "half_life")
SPLIT = ("_within", "_between", "_overlap")


@sheet("convergence", place=230)
def convergence(run: Computed) -> Sheet:
    """Spread, slope, groups and stability, as far as there are any."""
    found = run.convergence
    tables = [_spread(found)]
    if found.slope.n and not np.isnan(found.slope.slope):
        tables.append(_slope(found))
    if found.ratios and found.beta.n and not np.isnan(found.beta.beta):
        tables.append(_beta(found))
    if len(found.groups) > 1:
        tables.append(_groups(found))
    if found.stability:
        tables.append(_stability(found))
    return Sheet("convergence", tuple(tables), labels=1)


def _spread(found: Convergence) -> Table:
    kinds = {"year": "whole", "n": "whole", "mean": score_kind(found.mean), "sd": score_kind(found.mean)}
    yearly = found.table()
    shown = [name for name in yearly.columns if len(found.groups) > 1 or not name.endswith(SPLIT)]
    columns = (Column(w(f"spread_{name}"), yearly[name].tolist(), kinds.get(name, "fine"), key=name) for name in shown)
    ratios = "about_ratios" if found.natural_zero else "about_ratios_asked"
    return Table(tuple(columns), w("spread_question"), said(w("about_spread"), w(ratios) if found.ratios else ""))


def _slope(found: Convergence) -> Table:
    slope = found.slope._asdict()
    figures: list[Any] = [float(slope[name]) if np.isfinite(slope[name]) else "–" for name in SLOPE]
    verdict: Fact = w(f"entry.{found.verdict}") if found.verdict else ""
    columns = (
        Column(w("period"), [w("from_to", first=found.first, last=found.last)], width=12),
        Column(w("spread_n"), [int(found.slope.n)], "whole"),
        *(
            Column(w("slope_slope" if name == "slope" else f"beta_{name}"), [figure], "ratio")
            for name, figure in zip(SLOPE, figures, strict=True)
        ),
        Column(w("beta_verdict"), [verdict], "word", width=10),
    )
    return Table(columns, w("slope_question"), (w("about_slope", level=f"{found.level:.0%}"),))


def _beta(found: Convergence) -> Table:
    beta = found.beta._asdict()
    figures: list[Any] = [float(beta[name]) if np.isfinite(beta[name]) else "–" for name in BETA]
    columns = (
        Column(w("period"), [w("from_to", first=found.first, last=found.last)], width=12),
        Column(w("spread_n"), [int(found.beta.n)], "whole"),
        *(Column(w(f"beta_{name}"), [figure], "fine") for name, figure in zip(BETA, figures, strict=True)),
    )
    return Table(columns, w("beta_question"), (w("about_beta", level=f"{found.level:.0%}"),))


def _groups(found: Convergence) -> Table:
    """A row per year: how many cities each group has, their mean and standard deviation; of the ratio measures, score
    share and inequality inside each group, then inequality between each two."""
    kind = score_kind(found.mean)
    columns = [Column(w("year"), list(found.years), "whole")]

    def name(code: str) -> Fact:
        return w("ungrouped") if code == "ungrouped" else Group(code)

    for g, code in enumerate(found.groups):
        columns.append(Column(w("cities_n"), found.group_n[:, g].tolist(), "whole", name(code)))
        columns.append(Column(w("spread_mean"), found.group_mean[:, g].tolist(), kind, name(code)))
        columns.append(Column(w("spread_sd"), found.group_sd[:, g].tolist(), kind, name(code)))
        if not found.ratios:
            continue
        columns.append(Column(w("score_share"), [float(one.share[g]) for one in found.dagum], "part", name(code)))
        columns.append(Column(w("spread_gini"), [float(one.gini[g, g]) for one in found.dagum], "fine", name(code)))
    for j, one in enumerate(found.groups if found.ratios else ()):
        for h, two in list(enumerate(found.groups))[j + 1 :]:
            band = w("between", one=name(one), two=name(two))
            columns.append(Column(w("spread_gini"), [float(y.gini[j, h]) for y in found.dagum], "fine", band, width=16))
    return Table(tuple(columns), w("groups_question"))


def _stability(found: Convergence) -> Table:
    pairs = found.stability
    columns = (
        Column(w("period"), [w("from_to", first=one.first, last=one.last) for one in pairs], width=12),
        Column(w("spread_n"), [one.n for one in pairs], "whole"),
        Column(w("spearman"), [one.spearman for one in pairs], "fine"),
        Column(w("kendall"), [one.kendall for one in pairs], "fine"),
    )
    return Table(columns, w("stability_question"), (w("about_stability"),))


spread_file = file("analysis/convergence", "all")(lambda run: run.convergence.table())


group_file = file("analysis/convergence", "group")(lambda run: run.convergence.group_table())


pair_file = file("analysis/convergence", "pair")(
    lambda run: run.convergence.pair_table() if run.convergence.ratios else None
)


beta_file = file("analysis/convergence", "beta")(lambda run: run.convergence.beta_table())


stability_file = file("analysis/convergence", "stability")(lambda run: run.convergence.stability_table())
