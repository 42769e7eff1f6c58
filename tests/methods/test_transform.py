"""Transforms of the scale on which an indicator is read."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from indexcalc.methods.transform import log, none


def test_none_changes_nothing():
    assert_array_equal(none(np.array([1.0, np.nan])), [1.0, np.nan])


def test_log_is_natural_and_keeps_missing():
    """ln 75000 = 11.225243 (UNDP, HDR 2021/22, technical note 1)."""
    assert_allclose(log(np.array([1.0, 75000.0, np.nan])), [0.0, 11.225243392518447, np.nan], rtol=1e-14)


@given(hnp.arrays(float, 5, elements=st.floats(1e-6, 1e6)))
def test_log_is_undone_by_exp(x):
    assert_allclose(np.exp(log(x)), x, rtol=1e-12)
