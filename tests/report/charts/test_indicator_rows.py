"""The indicators of an index in rows, those of a dimension together."""

from __future__ import annotations

import indexcalc as ic
from indexcalc.report.charts.indicator_rows import indicator_rows
from tests.report.charts.made_up import plain_subject


def test_indicators_of_a_dimension_stand_together_whatever_lies_between() -> None:
    framework = ic.Framework.model_validate(
        {
            "indicators": {"c": {}},
            "dimensions": {
                "d": {"indicators": {"a": {}}, "dimensions": {"deep": {"indicators": {"b": {}}}}},
                "e": {"indicators": {"f": {}}},
            },
        }
    )
    columns = {code: [1.0, 2.0 + i, 5.0] for i, code in enumerate("abcf")}
    result = ic.build_index(ic.Panel.from_columns("XYZ", [2020] * 3, columns), framework, ic.Methodology())
    rows = indicator_rows(plain_subject(result, "en"))
    grouped = {name: set(rows.names[first : last + 1]) for name, first, last in rows.groups}
    assert grouped == {"": {"c"}, "d": {"a", "b"}, "e": {"f"}}
    assert [result.nodes[i].code for i in rows.nodes] == list(rows.names)
