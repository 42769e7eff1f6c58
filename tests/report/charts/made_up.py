"""Made-up indices and their charts, for the tests of the charts. All figures and names are made up."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

import indexcalc as ic
from indexcalc.computed import Computed
from indexcalc.report.charts.lettering import Lettering
from indexcalc.report.charts.selection import selected
from indexcalc.report.charts.style import house_style
from indexcalc.report.charts.subject import Subject, subject_of
from indexcalc.robustness.study import Study
from indexcalc.spec.analyses import Scenario, Yardstick
from indexcalc.voice import Voice
from tests.report.many_draws import alternatives_of, bounds_of, many_draws, sensitivity_of

ZH, EN = Voice("zh"), Voice("en")
LANGS = ("zh", "en")
YEARS = tuple(range(2017, 2023))
GAPS = ((0, 2019), (0, 2020), (1, 2022), (3, 2021), (3, 2022), (4, 2017), (4, 2019))


def made_up(
    n: int = 13,
    *,
    years: tuple[int, ...] = YEARS,
    parts: int = 4,
    flat: bool = False,
    groups: bool = True,
    stages: int = 3,
    left_out: tuple[tuple[int, int], ...] = (),
    **methodology: Any,
) -> ic.IndexResult:
    """An index of n made-up cities with long names; left_out: (city, year) without a row."""
    names = [f"人造{'东南西北中'[i % 5]}{'甲乙丙丁戊己庚辛'[i // 5 % 8]}{i // 40 or ''}市" for i in range(n)]
    indicator = {"publisher": "made_up"}
    named = {f"s{g}": {"zh": f"第{g + 1}阶段的名称", "en": f"Made-up stage number {g + 1}"} for g in range(stages)}
    codes = [f"k{j}" for j in range(parts * 2)]
    framework: dict[str, Any] = {
        "name": {"zh": "人造指数", "en": "Made-up Index"},
        "note": {"zh": "人造数据，仅供测试。", "en": "Made-up figures, for tests alone."},
        "cities": {
            name: {"en": f"Made-up Autonomous Prefecture {i + 1}", "group": "few" if groups and i < 3 else None}
            for i, name in enumerate(names)
        },
        "groups": {"few": {"zh": "少数城市", "en": "A few cities"}},
        "publishers": {"made_up": {"zh": "人造统计局", "en": "Made-up Bureau"}},
    }
    tagged = {
        code: {**indicator, "tags": {"stage": f"s{j % stages}"}} if stages else indicator
        for j, code in enumerate(codes)
    }
    if stages:
        framework["lenses"] = {"stage": {"groups": named}}
    if flat:
        framework["indicators"] = {code: tagged[code] for code in codes[:parts]}
    else:
        framework["dimensions"] = {
            f"d{j}": {
                "name": {"zh": f"第{j + 1}维度", "en": f"Dimension number {j + 1}"},
                "indicators": {code: tagged[code] for code in codes[2 * j : 2 * j + 2]},
            }
            for j in range(parts)
        }
    rows = [(i, year) for i in range(n) for year in years if (i, year) not in left_out]
    rng = np.random.default_rng(n)
    level = rng.normal(50.0, 10.0, n)
    columns = {code: [level[i] + year - years[0] + rng.normal(0.0, 4.0) for i, year in rows] for code in codes}
    panel = ic.Panel.from_columns([names[i] for i, _ in rows], [year for _, year in rows], columns)
    chosen = {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}, **methodology}
    return ic.build_index(panel, ic.Framework.model_validate(framework), ic.Methodology.model_validate(chosen))


def with_all(result: ic.IndexResult) -> Computed:
    """The run of a result with made-up draws and made-up analyses of robustness, so that every chart has something."""
    made = Study(
        year=result.years[-1],
        bounds=bounds_of(result),
        sensitivity=sensitivity_of(result),
        alternatives=alternatives_of(result),
    )
    scenarios = {"minimum": Scenario(aggregation="minimum", missing="propagate")}
    run = Computed.of(result, yardsticks=yardsticks_of(result), scenarios=scenarios)
    return Computed(result, run.specification, uncertainty=many_draws(result)).with_study(made)


def yardsticks_of(result: ic.IndexResult) -> dict[str, Yardstick]:
    """A ranking of the first five cities in the last year, and classes of the first three."""
    cities, year = result.cities, result.years[-1]
    ranking = {year: {city: i + 1 for i, city in enumerate(cities[:5])}}
    classes = {year: {city: "Alpha" if i == 0 else "Beta" for i, city in enumerate(cities[:3])}}
    return {
        "ranking": Yardstick.model_validate({"name": "A made-up ranking", "kind": "rank", "values": ranking}),
        "classes": Yardstick.model_validate(
            {"name": "Made-up classes", "kind": "classes", "order": ["Alpha", "Beta"], "values": classes}
        ),
    }


def subject_with_all(result: ic.IndexResult, lang: str = "zh") -> Subject:
    return subject_of(with_all(result), Voice(lang, result.framework))


def plain_subject(result: ic.IndexResult, lang: str = "zh", **more: Any) -> Subject:
    """Without any draws; more: as in a Specification."""
    return subject_of(Computed.of(result, **more), Voice(lang, result.framework))


def drawn(name: str, result: ic.IndexResult, lang: str = "zh") -> tuple[Figure, Subject]:
    """A chart of the catalogue, or one of cities as `--only` names it."""
    (chart,) = selected([name], result, Voice(lang, result.framework))
    with house_style():
        subject = subject_with_all(result, lang)
        return chart.draw(subject), subject


def of_kind(figure: Figure, kind: type) -> list[Any]:
    return list(figure.findobj(kind))


def letters(figure: Figure) -> list[Lettering]:
    """What is written on a figure and its axes; `findobj` would make every tick, which takes longer than the chart."""
    found = [artist for holder in (*figure.axes, figure) for artist in holder.get_children()]
    return [artist for artist in found if isinstance(artist, Lettering) and artist.text]


def texts(figure: Figure) -> list[str]:
    return [letter.text for letter in letters(figure)]


def lines(figure: Figure) -> dict[str, np.ndarray]:
    return {str(line.get_label()): np.asarray(line.get_ydata(), float) for line in figure.axes[0].lines}
