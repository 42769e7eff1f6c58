"""Which options of a design give the same index: they are counted once, and so are the methodologies made of them.

Two options are alike if, whatever options the other factors take, they give the same index apart from the unit and the
zero of its scale, on which no rank, rise or fall depends: a treatment that no indicator needs, a method that no node
takes, a reference of one year only. This is found before the draws, from the index itself: under every combination of
the other factors, with weights drawn once. Copies with noise and cities left out are tried as far as MOST allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import in_units
from indexcalc.errors import ChoiceError, Problem
from indexcalc.robustness.design import ALTERNATIVE, Design, Options, Sample
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.views import LEFT
from indexcalc.robustness.weights import emptied
from indexcalc.spec.uncertainty import CROSSED

Array = NDArray[np.float64]

MOST = 1024
"""Combinations that are tried; noise and cities left out are thinned out to stay within it."""
TOO_MANY = 8192
"""Combinations of methods and series beyond which none are tried."""
ALIKE = 1e-7
"""Marks (`marks`) that differ by less are those of the same index."""
MARKS = 2


def distinct(made: Design) -> Engine:
    """The engine of a design, with options that are alike merged, and reported; see the module.

    Of options that are alike the first stays, which is the methodology's own where that is among them.
    """
    if not any(len(factor.values) > 1 for factor in made.discrete):
        return Engine(replace(made, combinations=1))
    tried, engine = _tried(made.discrete), Engine(made)
    if prod(map(len, tried)) > TOO_MANY:
        return engine
    rows = np.array(list(product(*tried)), np.int64)
    uniforms = made.block(0, 1).uniforms  # the same weights in all of them
    found = marks(engine, Sample(rows, np.repeat(uniforms, len(rows), axis=0)))
    grid = found.reshape(*map(len, tried), found.shape[1])
    kept: dict[str, list[int]] = {}
    notices = []
    for i, factor in enumerate(made.discrete):
        if factor.code not in CROSSED and not factor.code.startswith(ALTERNATIVE):
            continue
        like = _like(np.moveaxis(grid, i, 0).reshape(len(tried[i]), -1, grid.shape[-1]))
        for k, first in enumerate(like):
            if k != first:
                notices.append(_alike(made, factor, k, first))
        kept[factor.code] = [k for k, first in enumerate(like) if k == first]
        grid = grid.take(kept[factor.code], axis=i)
    different = int(_first_of_its_kind(grid.reshape(-1, grid.shape[-1])).sum())
    left = tuple(factor.only(kept[factor.code]) if factor.code in kept else factor for factor in made.discrete)
    untried = prod(len(f.values) // len(t) for f, t in zip(made.discrete, tried, strict=True) if f.code not in LEFT)
    now = replace(
        made,
        discrete=left,
        notices=(*made.notices, *notices),
        combinations=max(different, 1) * untried * _ways_of_leaving_out(made),
    )
    return Engine(now, engine.views.renumbered(now, kept))


def refuse_if_nothing_varies(made: Design) -> None:
    """Raise ChoiceError, with the reasons, where options are given and yet every draw is the same."""
    if made.fills or any(len(factor.values) > 1 for factor in made.discrete) or made.options.varies_nothing:
        return
    reach = made.reach("weights") if made.options.weights is not None else None
    if reach is None or not reach[0]:
        unused = () if reach is None else (Problem("weights_untouched"),)
        raise ChoiceError((Problem("uncertainty_without_effect"), *made.notices, *unused))


def marks(engine: Engine, sample: Sample) -> Array:
    """Numbers (n_draw, n_mark) that are equal where the index is the same apart from the unit and the zero of its
    scale, after rounding as for ranks; NaN where a draw gives none. An index of fewer than three values must be equal.
    """
    engine.prepare([sample])
    size, decimals = engine.design.block_size, engine.design.methodology.rank_on.decimals
    found = np.full((len(sample.choices), MARKS + 2), np.nan)
    n_obs = engine.design.panel.present.size
    directions = np.random.default_rng(0).standard_normal((MARKS, n_obs)) / np.sqrt(n_obs)
    for start in range(0, len(sample.choices), size):
        here = slice(start, start + size)
        scored = engine.score(Sample(sample.choices[here], sample.uniforms[here]))
        scores = in_units(scored.scores.reshape(n_obs, -1), decimals)
        there = ~np.isnan(scores)
        standing = np.empty((scores.shape[1], MARKS + 2))
        standing[:, :MARKS] = (directions @ _standardised(scores, there)).T
        standing[:, MARKS] = directions[0] @ there
        for run in scored.runs:
            standing[run.start : run.stop, MARKS + 1] = run.comparable
        standing[~there.any(axis=0) | ~scored.kept] = np.nan
        found[scored.order + start] = standing
    return found


def _standardised(scores: Array, there: NDArray[np.bool_]) -> Array:
    """Scores (n_obs, n_draw) less their mean, over their deviation; missing as 0."""
    number = np.maximum(there.sum(axis=0), 1)
    filled = np.where(there, scores, 0.0)
    mean = filled.sum(axis=0) / number
    apart = np.where(there, scores - mean, 0.0)
    deviation = np.sqrt((apart**2).sum(axis=0) / number)
    low, high = np.where(there, scores, np.inf).min(axis=0), np.where(there, scores, -np.inf).max(axis=0)
    few = ((scores == low) | (scores == high) | ~there).all(axis=0)
    size = np.maximum(np.abs(filled).max(axis=0), 1.0)
    return np.where(few, filled / 10.0 ** np.ceil(np.log10(size)), apart / np.where(deviation > 0, deviation, 1.0))


def first_of_its_kind(engine: Engine, sample: Sample) -> NDArray[np.bool_]:
    """Which draws of a sample are not the same, the scale aside, as an earlier one; all those without an index are."""
    return _first_of_its_kind(marks(engine, sample))


def _first_of_its_kind(found: Array) -> NDArray[np.bool_]:
    order = np.lexsort((np.arange(len(found)), found[:, 0]))
    first = np.ones(len(found), bool)
    for place, row in enumerate(order):
        for before in order[:place][::-1]:
            if not found[row, 0] - found[before, 0] <= ALIKE:
                break
            if (np.abs(found[row] - found[before]) <= ALIKE).all():
                first[max(row, before)] = False
    return first


def _tried(factors: Sequence[Options]) -> list[list[int]]:
    """The options of each factor that are tried: all; nothing is left out; of noise and cities as many as go."""
    found = [[0] if factor.code in LEFT else list(range(len(factor.values))) for factor in factors]
    thin = [i for i, factor in enumerate(factors) if factor.code in ("noise", "leave_out_city")]
    for i in thin:
        rest = prod(len(one) for j, one in enumerate(found) if j != i)
        found[i] = found[i][: max(MOST // rest, 1)]
    return found


def _like(found: Array) -> list[int]:
    """For each option, with marks (n_option, n_combination, n_mark), the first that is like it."""
    like = list(range(len(found)))
    for k in range(len(found)):
        for first in range(k):
            both = ~np.isnan(found[k, :, 0]) & ~np.isnan(found[first, :, 0])
            same = np.isnan(found[k]) == np.isnan(found[first])
            close = np.abs(found[k] - found[first])[both] <= ALIKE
            if like[first] == first and both.any() and same.all() and close.all():
                like[k] = first
                break
    return like


def _ways_of_leaving_out(made: Design) -> int:
    """How many different sets of indicators and dimensions a draw can leave out, the empty one included, all of them
    excluded."""
    left = [factor for factor in made.discrete if factor.code in LEFT]
    at = {node.code: position for position, node in enumerate(made.nodes)}
    sets = list(product(*(factor.values for factor in left)))
    out = np.zeros((len(made.nodes), len(sets)), bool)
    for column, taken in enumerate(sets):
        out[[at[code] for code in taken if code is not None], column] = True
    gone = emptied(made.nodes, out)
    return int(np.unique(gone[:, ~gone[0]], axis=1).shape[1])


def _alike(made: Design, factor: Options, k: int, first: int) -> Problem:
    """The notice of two options that give the same, and of how many nodes the factor affects at all."""
    touched, of = made.reach(factor.code) or (0, 0)
    facts = {"factor": factor.code, "option": factor.labels[k], "like": factor.labels[first], "n": touched, "of": of}
    return Problem("option_untouched" if not touched else "option_alike", facts)
