"""The foot of a chart: who published the figures, what was done to them, what is missing."""

from __future__ import annotations

import indexcalc as ic
from indexcalc.report.charts import notes
from tests.report.charts.made_up import EN, GAPS, ZH, made_up


def test_the_foot_names_the_publishers_behind_derived_indicators() -> None:
    framework = ic.Framework.model_validate(
        {
            "publishers": {"p": {"zh": "甲局", "en": "Bureau A"}, "q": {"zh": "乙局", "en": "Bureau B"}},
            "indicators": {
                "a": {"publisher": "p"},
                "b": {"ratio": {"of": "x", "to": "a"}},
                "out": {"publisher": "never", "weight": 0},
            },
            "series": {"x": {"publisher": "q"}, "unused": {"publisher": "never"}},
        }
    )
    columns = {"a": [1.0, 2.0], "x": [3.0, 1.0], "out": [1.0, 2.0], "unused": [1.0, 1.0]}
    panel = ic.Panel.from_columns(["X", "Y"], [2020, 2020], columns)
    result = ic.build_index(panel, framework, ic.Methodology())
    assert notes.publishers(result, EN.of(framework)) == ["Bureau A", "Bureau B"]
    assert notes.foot(result, ZH.of(framework))[0] == "资料来源：甲局和乙局"


def test_the_foot_tells_method_note_and_gaps() -> None:
    result = made_up(n=8, left_out=GAPS)
    foot = notes.foot(result, EN.of(result.framework))
    assert foot[1] == (
        "Method: min-max normalisation (1–100); reference: all cities and years; weights as given; "
        "weighted arithmetic mean."
    )
    assert foot[2] == "Note: Made-up figures, for tests alone."
    assert "Made-up Autonomous Prefecture 1 2019–2020" in foot[3]
