"""The change between two editions: worked by hand, each kind of edit in its own part, and the sum of the parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.analysis.editions import STEPS, Editions, editions
from indexcalc.steps.ranks import shared_ranks
from tests.conftest import make_framework, make_methodology, make_panel

CITIES = ("甲", "乙", "丙", "丁")


def edition(panel: ic.Panel, framework: ic.Framework, **choices: object) -> ic.IndexResult:
    return ic.build_index(panel, framework, make_methodology(**choices))


def part(found: Editions, step: str) -> np.ndarray:
    (k,) = [k for k, steps in enumerate(found.steps) if step in steps]
    return found.score_parts[k]


def test_every_step_worked_by_hand() -> None:
    """甲: (80 + 40) / 2 = 60; b revised to 46: 63; a year more: 63; c = 20 enters with half of the weight, a and b keep
    1 : 1 of the rest: 41.5; weights 3 : 1 : 4: 45.75; the geometric mean of these."""
    old = edition(
        make_panel({"a": [80, 30], "b": [40, 70]}, cities=CITIES[:2], years=(2020,)),
        make_framework(indicators={"a": {}, "b": {}}),
        normalisation="none",
    )
    columns = {"a": [[80, 90], [30, 20]], "b": [[46, 50], [70, 80]], "c": [[20, 30], [10, 20]]}
    new = edition(
        make_panel(columns, cities=CITIES[:2], years=(2020, 2021)),
        make_framework(indicators={"a": {"weight": 3}, "b": {}, "c": {"weight": 4}}),
        normalisation="none",
        aggregation="geometric",
    )
    found = editions(old, new)
    assert found.steps == tuple((step,) for step in STEPS) and found.years == (2020,) and not found.joined
    geometric = np.exp((3 * np.log(80) + np.log(46) + 4 * np.log(20)) / 8)
    np.testing.assert_allclose(found.scores[:, 0, 0], [60, 63, 63, 41.5, 45.75, geometric], rtol=1e-12)
    assert (found.added, found.removed, found.moved) == (("c",), (), ())
    (revised,) = found.revised
    assert (revised.code, revised.changed, revised.filled, revised.withdrawn) == ("b", 1, 0, 0)


def test_the_places_of_a_step_are_counted_among_the_cities_of_both_editions() -> None:
    """乙 passes 甲 by its revised figure; 丙 enters on top and moves nobody; 丁 leaves and moves nobody."""
    framework = make_framework(indicators={"a": {}})
    old = edition(make_panel({"a": [20, 10, 30]}, cities=("甲", "乙", "丁"), years=(2020,)), framework)
    new = edition(make_panel({"a": [20, 25, 90]}, cities=("甲", "乙", "丙"), years=(2020,)), framework)
    found = editions(old, new)
    assert found.cities == ("甲", "乙") and found.partial
    assert found.ranks[:, :, 0].tolist()[0] == [1, 2] and found.ranks[-1, :, 0].tolist() == [2, 1]
    assert found.rank_parts[0, :, 0].tolist() == [-1, 1] and not found.rank_parts[1:].any()


FRAMEWORK = {
    "one": {"indicators": {"a": {"weight": 2}, "b": {}}, "weight": 3},
    "two": {"indicators": {"c": {}, "d": {"direction": "negative"}}, "weight": 2},
}


def base(figures: np.ndarray | None = None, years: tuple[int, ...] = (2019, 2020, 2021), **more: object) -> ic.Panel:
    drawn = np.random.default_rng(7).uniform(1.0, 100.0, (5, 4, len(years))) if figures is None else figures
    return make_panel(dict(zip("abcde", drawn, strict=True)), cities=CITIES, years=years, **more)


def plain() -> ic.IndexResult:
    return edition(base(), make_framework(FRAMEWORK))


def revised() -> ic.IndexResult:
    panel = base()
    values = panel.values.copy()
    values[1, 1, 0] += 17.0
    return edition(panel.with_values(values), make_framework(FRAMEWORK))


def longer() -> ic.IndexResult:
    panel, later = base(), base(years=(2022,))
    columns = {
        code: np.column_stack([panel.series(code), 2 * later.series(code)[:, 0]]).tolist() for code in panel.codes
    }
    return edition(make_panel(columns, cities=CITIES, years=(2019, 2020, 2021, 2022)), make_framework(FRAMEWORK))


def extended() -> ic.IndexResult:
    one = {"indicators": {**FRAMEWORK["one"]["indicators"], "e": {"weight": 3}}, "weight": 3}
    return edition(base(), make_framework({**FRAMEWORK, "one": one}))


def moved() -> ic.IndexResult:
    one = {"indicators": {"a": {"weight": 2}}, "weight": 3}
    two = {"indicators": {**FRAMEWORK["two"]["indicators"], "b": {}}, "weight": 2}
    return edition(base(), make_framework({"one": one, "two": two}))


def turned() -> ic.IndexResult:
    one = {"indicators": {"a": {"weight": 2, "direction": "negative"}, "b": {}}, "weight": 3}
    return edition(base(), make_framework({**FRAMEWORK, "one": one}))


def reweighted() -> ic.IndexResult:
    return edition(base(), make_framework({**FRAMEWORK, "two": {**FRAMEWORK["two"], "weight": 5}}))


def weighed_by_figures() -> ic.IndexResult:
    return edition(base(), make_framework(FRAMEWORK), weighting="entropy")


def other_methods() -> ic.IndexResult:
    return edition(base(), make_framework(FRAMEWORK), normalisation={"method": "min_max", "lower": 1, "upper": 10})


def own_method() -> ic.IndexResult:
    return edition(base(), make_framework({**FRAMEWORK, "one": {**FRAMEWORK["one"], "aggregation": "minimum"}}))


@pytest.mark.parametrize(
    ("step", "made"),
    [
        ("figures", revised),
        ("extent", longer),
        ("indicators", extended),
        ("indicators", moved),
        ("indicators", turned),
        ("weights", reweighted),
        ("weights", weighed_by_figures),
        ("methods", other_methods),
        ("methods", own_method),
    ],
)
def test_an_edit_of_one_kind_is_in_its_part_alone(step: str, made) -> None:
    for old, new in ((plain(), made()), (made(), plain())):
        found = editions(old, new)
        assert [found.steps[k] for k in found.telling()] == [(step,)]
        at = [old.years.index(year) for year in found.years]
        change = new.score()[:, : len(found.years)] - old.score()[:, at]
        np.testing.assert_allclose(part(found, step), change, atol=1e-12)


def test_the_same_edition_has_no_parts() -> None:
    found = editions(plain(), plain())
    assert not found.telling() and not found.score_parts.any() and not found.revised


def test_a_step_that_cannot_be_computed_is_one_with_the_next() -> None:
    """The new workbook has no column b, which the old indicators need in 2021; they are gone in the new edition."""
    old = edition(
        make_panel({"a": [1, 2, 4], "b": [3, 1, 2]}, years=(2020,)), make_framework(indicators={"a": {}, "b": {}})
    )
    new = edition(make_panel({"a": [[1, 2], [2, 9], [4, 1]]}, years=(2020, 2021)), make_framework(indicators={"a": {}}))
    found = editions(old, new)
    assert found.steps == (("figures",), ("extent", "indicators"), ("weights",), ("methods",))
    assert found.joined["extent"].key
    assert [found.steps[k] for k in found.telling()] == [("extent", "indicators")]


def test_a_mixture_whose_ranks_have_gaps_is_one_with_the_next_step() -> None:
    """b is missing for 丙 in 2020 in the new workbook; the new method leaves it out, the old one refuses it."""
    framework = make_framework(indicators={"a": {}, "b": {}})
    old = edition(make_panel({"a": [1, 2, 4], "b": [3, 1, 2]}, years=(2020,)), framework)
    figures = make_panel({"a": [1, 2, 4], "b": [3, 1, np.nan]}, years=(2020,))
    found = editions(old, edition(figures, framework, missing="renormalise"))
    assert found.steps == (("figures", "methods"),) and found.telling() == [0]
    assert "figures" in found.joined
    found = editions(
        edition(make_panel({"a": [1, 2, 4], "b": [3, 1, 2]}, years=(2020,)), framework, missing="propagate"),
        edition(figures, framework, missing="renormalise"),
    )
    assert found.joined["figures"].key == "edition_lacks" and found.joined["figures"].facts == {"n": 1}


def test_a_column_in_another_unit_is_another_indicator() -> None:
    """1 to 4 in tonnes, 1,000 to 4,000 in kilograms, each with its goalposts: the same index, and no step between."""

    def goalposts(unit: str, high: float) -> ic.Framework:
        own = {"unit": unit, "normalisation": {"method": "goalposts", "low": 0, "high": high}}
        return make_framework(indicators={"a": own, "b": {}})

    figures = {"a": [1, 2, 4], "b": [3, 1, 2]}
    old = edition(make_panel(figures, years=(2020,)), goalposts("t", 5.0))
    new = edition(make_panel({**figures, "a": [1000, 2000, 4000]}, years=(2020,)), goalposts("kg", 5000.0))
    found = editions(old, new)
    assert not found.telling() and not found.revised


def test_editions_without_a_city_or_a_year_in_common_have_no_parts() -> None:
    framework = make_framework(indicators={"a": {}})
    old = edition(make_panel({"a": [1, 2]}, cities=("甲", "乙"), years=(2020,)), framework)
    for cities, years in ((("丙", "丁"), (2020,)), (("甲", "乙"), (2021,))):
        found = editions(old, edition(make_panel({"a": [1, 2]}, cities=cities, years=years), framework))
        assert np.isnan(found.scores).all() and not found.telling()


@st.composite
def edits(draw: st.DrawFn) -> tuple[ic.IndexResult, ic.IndexResult]:
    """Two editions that differ in figures, gaps, years, places, indicators, weights and methods, any of them."""
    pair = []
    for _ in range(2):
        drawn = np.random.default_rng(draw(st.integers(0, 3))).uniform(1.0, 100.0, (5, 4, 3))
        years = draw(st.sampled_from([(2019, 2020, 2021), (2019, 2020), (2020, 2021), (2021,)]))
        cities = [c for c in range(4) if draw(st.integers(0, 4))] or [0, 1]
        cities = cities if len(cities) > 1 else [0, 1]
        at = [(2019, 2020, 2021).index(year) for year in years]
        panel = make_panel(
            dict(zip("abcde", drawn[:, cities][:, :, at], strict=True)),
            cities=[CITIES[c] for c in cities],
            years=years,
        )
        if draw(st.booleans()):
            values = panel.values.copy()
            values[
                draw(st.integers(0, len(cities) - 1)), draw(st.integers(0, len(years) - 1)), draw(st.integers(0, 4))
            ] = np.nan
            panel = replace(panel.with_values(values), origin=np.where(np.isnan(values), np.uint8(0), panel.origin))
        places = {code: draw(st.sampled_from(["one", "two", "top"])) for code in "bcd"} | {"a": "one", "e": "two"}
        weight = st.sampled_from([0.25, 1, 2])
        own = st.sampled_from([{}, {}, {"direction": "negative"}, {"normalisation": "z_score"}])
        nodes = {
            place: {c: {"weight": draw(weight), **draw(own)} for c, where in places.items() if where == place}
            for place in ("one", "two", "top")
        }
        dimensions = {name: {"indicators": nodes[name], "weight": draw(weight)} for name in ("one", "two")}
        framework = make_framework(dimensions, indicators=nodes["top"])
        choices = {
            "missing": "renormalise",
            "aggregation": draw(st.sampled_from(["arithmetic", "maximum", "median"])),
            "reference": draw(st.sampled_from(["pooled", "year"])),
            "normalisation": draw(st.sampled_from(["z_score", "rank", "none"])),
            "imputation": draw(st.sampled_from(["none", "linear"])),
        }
        try:
            pair.append(edition(panel, framework, **choices))
        except ic.ChoiceError:  # no edition: an indicator may be constant, and the like
            reject()
    return pair[0], pair[1]


@given(edits())
def test_the_parts_add_up_to_the_change_of_scores_and_of_ranks(pair: tuple[ic.IndexResult, ic.IndexResult]) -> None:
    old, new = pair
    found = editions(old, new)
    assert [step for steps in found.steps for step in steps] == [
        s for s in STEPS if any(s in one for one in found.steps)
    ]
    for y, year in enumerate(found.years):
        was, stands = old.years.index(year), new.years.index(year)
        ranks = [
            np.array([result.rank()[result.cities.index(c), t] if c in result.cities else np.nan for c in CITIES])
            for result, t in ((old, was), (new, stands))
        ]
        before, after = shared_ranks(*ranks)
        for k, city in enumerate(found.cities):
            scores = [r.score()[r.cities.index(city), t] for r, t in ((old, was), (new, stands))]
            gained = (before - after)[CITIES.index(city)]
            if np.isnan(gained):
                assert np.isnan(found.score_parts[:, k, y]).all()
                continue
            assert found.score_parts[:, k, y].sum() == pytest.approx(scores[1] - scores[0], abs=1e-9)
            assert found.rank_parts[:, k, y].sum() == gained
