"""Tidy rows: the figures of each city-year and part beside their names."""

import numpy as np

from indexcalc.analysis.tidy import rows_by_part


def test_only_city_years_that_are_there_have_rows():
    present = np.array([[True, False], [True, True]])
    degree, lagging = np.arange(12.0).reshape(2, 2, 3), np.zeros((2, 2, 3), bool)
    found = rows_by_part("甲乙", (2019, 2020), present, "part", "abc", degree=degree, lagging=lagging)
    assert list(found) == ["city", "year", "part", "degree", "lagging"]
    assert found["city"].tolist() == ["甲"] * 3 + ["乙"] * 6 and found["year"].tolist() == [2019] * 6 + [2020] * 3
    assert found["part"].tolist() == ["a", "b", "c"] * 3
    assert found["degree"].tolist() == [0, 1, 2, 6, 7, 8, 9, 10, 11] and found["lagging"].dtype == bool
