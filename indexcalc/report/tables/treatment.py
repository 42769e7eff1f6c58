"""What the treatment of outliers changed, and the ranks with and without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indexcalc.computed import Computed
from indexcalc.report.tables import file, sheet
from indexcalc.report.tables.parts import cities, gain_column, w
from indexcalc.report.tables.table import Column, Sheet, Table
from indexcalc.steps.ranks import shared_ranks
from indexcalc.voice import City, Node, Row

SIDES = ((0, "side_before"), (1, "side_after"))


@sheet("treatment", place=270)
def treatment(run: Computed) -> Sheet | None:
    """The indicators that were treated, and the effect on the ranks."""
    if not run.treated:
        return None
    tables = [treated(run), *([_ranks(run)] if run.untreated is not None else [])]
    return Sheet("treatment", tuple(tables), (w("about_treatment"),), labels=1)


def treated(run: Computed) -> Table:
    """Each treated indicator: how, how many values moved, skewness and kurtosis before and after."""
    found = run.treated
    columns = (
        Column(w("name"), [Node(one.code) for one in found], width=24),
        *([Column(w("year"), [one.year for one in found], "word", width=7)] if any(one.year for one in found) else []),
        Column(w("treated_how"), [w(f"treated_{one.what}") for one in found], "word", width=12),
        Column(w("values_moved"), [one.moved for one in found], "whole", width=9),
        *(
            Column(w(side), [getattr(one, of)[k] for one in found], "correlation", w(of), width=9.5)
            for of in ("skewness", "kurtosis")
            for k, side in SIDES
        ),
        Column(w("latest_moved"), [Row(map(City, one.latest)) for one in found], "word", width=20),
    )
    return Table(columns, w("treatment_question")).filled()


def _ranks(run: Computed) -> Table:
    """Ranks of the last year with and without the treatment."""
    assert run.untreated is not None
    before, after = (own.rank()[run.order, run.last] for own in (run.untreated, run.result))
    columns = (
        Column(w("city"), cities(run)),
        Column(w("rank_treated"), after.tolist(), "place", width=12),
        Column(w("rank_untreated"), before.tolist(), "place", width=12),
        gain_column(w("rank_moved"), np.subtract(*shared_ranks(before, after)).tolist()),
    )
    return Table(columns, w("treatment_ranks", year=run.year))


@file("analysis/treatment", "indicator")
def treatment_file(run: Computed) -> pd.DataFrame:
    """One row per treated indicator."""
    from indexcalc.analysis.treatment import treatment_table

    return treatment_table(run.treated)


@file("analysis/treatment", "rank")
def ranks_file(run: Computed) -> pd.DataFrame | None:
    """The ranks with and without treatment."""
    if run.untreated is None:
        return None
    columns = ["city", "city_en", "year", "rank"]
    ranks = run.result.rankings()[columns]
    ranks["rank_untreated"] = pd.merge(ranks, run.untreated.rankings()[columns], on=columns[:3])["rank_y"]
    return ranks
