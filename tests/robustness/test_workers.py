"""Work that is done elsewhere comes back in its order."""

import pytest
from joblib import parallel_config

from indexcalc.robustness.workers import each


@pytest.mark.parametrize("jobs", [None, 1, 3])
def test_what_comes_back_is_in_order(jobs):
    with parallel_config(backend="threading"):
        assert list(each(divmod, ((n, 3) for n in range(9)), jobs)) == [divmod(n, 3) for n in range(9)]
    assert list(each(divmod, (), jobs)) == []


@pytest.mark.parametrize("jobs", [None, 2])
def test_what_fails_there_fails_here(jobs):
    with parallel_config(backend="threading"), pytest.raises(ZeroDivisionError):
        list(each(divmod, [(1, 0)], jobs))
