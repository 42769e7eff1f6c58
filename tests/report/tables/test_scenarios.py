"""The table of scenarios: ranks beside the chosen ones, and the claims under each."""

from indexcalc.computed import Computed
from indexcalc.report.tables import scenarios as tables
from indexcalc.spec.analyses import Scenario
from indexcalc.spec.claims import Rising
from tests.conftest import build, make_panel

SCORED = {"method": "min_max", "lower": 1, "upper": 100}


def run_with(**scenarios):
    result = build(make_panel(), normalisation=SCORED)
    return Computed.of(result, scenarios=scenarios, claims=(Rising(kind="rising"),))


def test_ranks_and_scores_stand_beside_the_chosen_ones_in_the_order_of_the_ranking():
    run = run_with(minimum=Scenario(aggregation="minimum", name={"zh": "最小值", "en": "Minimum"}))
    ranks, claims = tables.scenarios(run).tables
    found = run.scenarios
    assert ranks.column("rank_minimum").values == found.rank[0, run.order, run.last].tolist()
    assert ranks.column("score_minimum").values == found.score[0, run.order, run.last].tolist()
    chosen = run.result.rank()[run.order, run.last]
    for was, now, mark in zip(
        chosen, ranks.column("rank_minimum").values, ranks.column("rank_minimum").marks, strict=True
    ):
        assert mark == ("up" if now < was else "down" if now > was else "")
    assert claims.column("minimum").values[0].key == f"claims.verdict.{found.verdicts[0][0].name.lower()}"


def test_programs_get_every_city_and_year():
    run = run_with(minimum=Scenario(aggregation="minimum"))
    rows = list(tables.scenarios_file(run))
    assert len(rows) == len(run.result.cities) * len(run.result.years)
    assert {row["scenario"] for row in rows} == {"minimum"}


def test_without_scenarios_there_is_nothing():
    run = run_with()
    assert tables.scenarios(run) is None and list(tables.scenarios_file(run)) == []
