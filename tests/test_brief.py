"""Results show themselves in a line; in a notebook with their main table."""

from dataclasses import dataclass

import numpy as np
import pytest

from indexcalc.brief import LONGEST, MOST, Brief
from indexcalc.computed import Computed
from tests.conftest import build, make_framework, make_panel


@dataclass(frozen=True, repr=False)
class Result(Brief):
    name: str
    values: np.ndarray
    inside: object = None


@pytest.fixture(scope="module")
def run():
    return Computed.of(build(make_panel()))


def test_short_values_are_written_and_long_ones_told_by_their_size():
    shown = repr(Result("x", np.zeros((2, 3)), tuple(range(99))))
    assert shown == "Result(name='x', values=[2, 3], inside=<99>)"


def test_what_is_none_is_left_out():
    assert repr(Result("x", np.zeros(1))) == "Result(name='x', values=[1])"


def test_a_result_inside_a_result_is_named():
    assert repr(Result("x", np.zeros(1), Result("y", np.zeros(1)))).endswith("inside=Result)")


def test_a_long_text_is_cut():
    shown = repr(Result("x" * 500, np.zeros(1)))
    assert "..." in shown and len(shown) < 2 * LONGEST


@pytest.mark.parametrize("name", ["result", "obstacles", "integration", "structure", "convergence"])
def test_every_result_fits_a_line_and_has_a_table(run, name):
    found = getattr(run, name)
    assert len(repr(found)) <= MOST and "\n" not in repr(found)
    assert "<table" in found._repr_html_()


def test_models_fit_a_line_too(run):
    for model in (run.result.framework, run.result.methodology, run.specification, make_framework()):
        assert len(repr(model)) <= MOST and str(model) == repr(model)


def test_an_index_says_how_large_it_is_and_who_leads(run):
    first = run.result.cities[int(np.nanargmin(run.result.rank()[:, -1]))]
    assert repr(run.result).startswith("IndexResult(4 cities, 3 years, 4 indicators; 2021: 1 " + first)


def test_html_is_escaped():
    assert "&lt;b&gt;" in Result("<b>", np.zeros(1))._repr_html_()
