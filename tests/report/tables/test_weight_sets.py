"""Weights by several methods side by side, and the ranks under each."""

import pytest

from indexcalc.computed import Computed
from indexcalc.report.tables.weight_sets import weight_set_ranks, weight_sets
from indexcalc.voice import Voice
from tests.conftest import build, make_panel
from tests.report.tables import FRAMEWORK, growing, read, values

SCALED = {"method": "min_max", "lower": 1, "upper": 100}


def test_effective_weights_of_each_method_add_up():
    table = weight_sets(growing())
    leaf = [name.strip() in ("甲标", "乙标", "丙标", "丁标") for name in read(table, "node", growing())]
    for name in ("weight_effective", "equal", "entropy", "critic"):
        shares = [share for share, own in zip(values(table, name), leaf, strict=True) if own]
        assert sum(shares) == pytest.approx(100.0)
    assert values(table, "r") == pytest.approx(
        [None, *growing().influence.index[:2], None, *growing().influence.index[2:]]
    )


def test_a_method_that_the_figures_forbid_is_told_with_its_reason():
    run = Computed.of(build(make_panel(), FRAMEWORK, normalisation="z_score"))
    told = [Voice("en").told(note) for note in weight_sets(run).notes]
    assert any(one.startswith("No weights by entropy: weighting 'entropy' needs values") for one in told)


def test_the_ranks_under_each_method_stand_beside_the_chosen_ones():
    run = growing()
    table, found = weight_set_ranks(run), run.weight_sets
    for k, code in enumerate(found.codes):
        assert values(table, f"rank_{code}") == found.rank[k, run.order, run.last].tolist()
    assert Voice("en").told(table.question) == "Ranks of 2021 by weights as given, and by each of the others"
    assert Voice("en").told(table.notes[0]).startswith("Rank correlation with the chosen ranks: equal ")
