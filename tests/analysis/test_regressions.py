"""How well the regressions fit that missing figures were imputed by."""

import numpy as np
import pytest

from indexcalc.analysis.regressions import regressions
from tests.conftest import build, make_framework, make_panel

NAN = np.nan
BY = {"method": "regression", "on": ["a"]}


def found(b, own=BY, a=(1, 2, 3, 4, 5, 6), **methodology):
    panel = make_panel({"a": list(a), "b": b}, cities="甲乙丙丁戊己")
    framework = make_framework(indicators={"a": {}, "b": {"imputation": own} if own else {}})
    return regressions(build(panel, framework, **methodology))


def test_a_line_through_every_figure_misses_nothing():
    (one,) = found([3, 5, 7, NAN, NAN, 13])
    assert (one.code, one.on, one.n, one.filled) == ("b", ("a",), 4, 2)
    assert one.error == pytest.approx(0.0, abs=1e-12)
    assert one.spread == pytest.approx(np.std([3, 5, 7, 13], ddof=1))


def test_a_city_year_that_alone_holds_the_line_has_no_error():
    """Without the last figure the rest have one value of a, through which every line goes."""
    (one,) = found([1, 3, 2, 4, 9, NAN], a=(2, 2, 2, 2, 5, 2))
    rest = np.array([1.0, 3.0, 2.0, 4.0])
    misses = [x - np.delete(rest, i).mean() for i, x in enumerate(rest)]
    assert one.error == pytest.approx(np.sqrt(np.mean(np.square(misses))))


def test_the_choice_of_the_methodology_counts_too_and_others_do_not():
    assert [one.code for one in found([3, 5, 7, NAN, 11, 13], None, imputation=BY)] == ["b"]
    assert found([3, 5, 7, 9, 11, 13]) == ()
    assert found([3, 5, 7, NAN, 11, 13], {"method": "constant", "value": 4}) == ()
