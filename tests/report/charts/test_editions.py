"""The chart of the change between two editions: bars that end at it, and a title that names the largest part."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure

import indexcalc as ic
from indexcalc.analysis.editions import Editions, editions
from indexcalc.computed import Computed
from indexcalc.report.charts.editions import editions_chart
from indexcalc.report.charts.findings import shifted_most
from indexcalc.report.charts.style import house_style
from indexcalc.report.numbers import signed
from indexcalc.voice import Voice
from tests.report.charts.made_up import EN, LANGS, made_up, of_kind, texts


def drawn(old: ic.IndexResult, new: ic.IndexResult, lang: str, scores: bool = True) -> tuple[Figure | None, Editions]:
    found = editions(old, new)
    with house_style():
        return editions_chart(found, Computed.of(new), new.framework.voice(lang), scores=scores), found


def two(n: int = 9) -> tuple[ic.IndexResult, ic.IndexResult]:
    old = made_up(n)
    framework = old.framework.reweighted({"d0": 3.0})
    values = old.panel.values.copy()
    values[2, -1] += 9.0
    return old, ic.build_index(old.panel.with_values(values), framework, old.methodology)


@pytest.mark.parametrize("lang", LANGS)
def test_the_diamond_is_where_the_bars_end(lang: str) -> None:
    figure, found = drawn(*two(), lang)
    (diamonds,) = of_kind(figure, PathCollection)
    rows = {int(y): x for x, y in diamonds.get_offsets()}
    ends = np.zeros(len(rows))
    for bars in of_kind(figure, PolyCollection):
        for path in bars.get_paths():
            (x0, x1), y = path.vertices[[0, 2], 0], path.vertices[:4, 1].mean()
            ends[round(y)] += x1 - x0
    np.testing.assert_allclose([rows[y] for y in range(len(rows))], ends, atol=1e-9)
    change = found.scores[-1, :, -1] - found.scores[0, :, -1]
    assert set(texts(figure)) >= {signed(value, 2) for value in change}


def test_where_scores_do_not_compare_places_are_drawn() -> None:
    figure, found = drawn(*two(), "en", scores=False)
    (diamonds,) = of_kind(figure, PathCollection)
    gained = found.ranks[0, :, -1] - found.ranks[-1, :, -1]
    assert sorted(x for x, _ in diamonds.get_offsets()) == sorted(gained)
    assert "ranks of 2022" in " ".join(texts(figure))


def test_of_many_cities_some_are_drawn_and_the_foot_says_so() -> None:
    figure, _ = drawn(*two(50), "en")
    assert "Shown: the 20 cities that moved most, of 50." in texts(figure)


def test_there_is_no_chart_where_nothing_changed() -> None:
    assert drawn(made_up(5), made_up(5), "en")[0] is None


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([[1.0, 0.0], [-3.0, 0.0]], "only revised figures move the scores of 2022: by 2.0 points on average"),
        ([[1.0, 0.5], [-3.0, 0.0]], "revised figures move the scores of 2022 most: by 2.0 points on average"),
        ([[1.0, 0.98], [0.0, 0.0]], "What moves the scores of 2022 between the two editions"),
    ],
)
def test_the_title_names_the_largest_part_and_no_more_than_is_printed(parts: list[list[float]], said: str) -> None:
    title = shifted_most(
        np.array(parts), ["revised figures", "changed weights"], {"last": 2022}, EN, scores=True, digits=1
    )
    assert title.endswith(said)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([[1.0, 0.0], [-1.0, 0.0]], "2022年位次的变化全部来自数据修订：合计2位"),
        ([[2.0, 1.0], [-2.0, -1.0]], "2022年位次的变化主要来自数据修订：合计4位"),
        ([[1.0, -1.0], [-1.0, 1.0]], "两版之间2022年位次变化的来源"),
    ],
)
def test_the_title_counts_places(parts: list[list[float]], said: str) -> None:
    steps = ["数据修订", "权重变动"]
    title = shifted_most(np.array(parts), steps, {"last": 2022}, Voice("zh"), scores=False, digits=0)
    assert title.endswith(said)
