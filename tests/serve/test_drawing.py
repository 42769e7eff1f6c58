"""Draws in a process of their own are those of the run, and can be ended."""

import numpy as np
import pytest

from indexcalc.errors import InputError
from indexcalc.run import compute
from indexcalc.serve.drawing import Drawing, Stopped
from tests.serve import change, small


def test_the_draws_are_those_of_a_run(tmp_path):
    yaml = small(tmp_path)
    index, whole = compute(yaml, draws=0), compute(yaml)
    drawn = Drawing(index, draws=None, seed=None).result()
    assert (drawn.drawn.rank_counts == whole.drawn.rank_counts).all() and drawn.drawn.seed == 1
    assert np.array_equal(drawn.bounds.best, whole.bounds.best, equal_nan=True)
    assert index.uncertainty is None and drawn.result is index.result


def test_draws_that_are_ended_give_nothing(tmp_path):
    drawing = Drawing(compute(small(tmp_path), draws=0), draws=5_000_000, seed=1)
    drawing.stop()
    with pytest.raises(Stopped):
        drawing.result()


def test_what_refuses_draws_is_told(tmp_path):
    yaml = small(tmp_path)
    change(yaml, "uncertainty: {draws: 40, seed: 1, weights: {spread: 0.25}}", "")
    with pytest.raises(InputError) as found:
        Drawing(compute(yaml, draws=0), draws=5, seed=None).result()
    assert [problem.key for problem in found.value.problems] == ["no_uncertainty"]
