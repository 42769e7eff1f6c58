"""The uncertainty analysis: an index tested under many methodologies, ten thousand by default.

OECD/JRC Handbook (2008), step 7; Saisana, Saltelli and Tarantola (2005), JRSS-A 168(2), 307-323. Rank acceptability and
winning indices as in stochastic multicriteria acceptability analysis (Lahdelma and Salminen 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from indexcalc.analysis.claims import Frame, judge
from indexcalc.errors import InputError, Problem
from indexcalc.figures.panel import Panel
from indexcalc.robustness.counts import Counts, count, paired_years, score_spread
from indexcalc.robustness.design import Draw, design
from indexcalc.robustness.distinct import distinct, refuse_if_nothing_varies
from indexcalc.robustness.engine import Engine
from indexcalc.robustness.result import Joint, UncertaintyResult
from indexcalc.robustness.workers import each
from indexcalc.spec.claims import Claim
from indexcalc.spec.framework import Framework
from indexcalc.spec.methodology import Methodology
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.steps.pipeline import build_index
from indexcalc.steps.result import IndexResult
from indexcalc.voice import Row, Word

Array = NDArray[np.float64]
Progress = Callable[[float], None]

KEPT = 2_000_000
"""Numbers for which the allocator keeps memory: more than one block uses."""


def uncertainty(
    panel: Panel,
    framework: Framework,
    methodology: Methodology,
    claims: Sequence[Claim] = (),
    options: Uncertainty | None = None,
    *,
    draws: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    jobs: int | None = None,
) -> UncertaintyResult:
    """How often each city has each rank, and each claim holds, over the methodologies that the options allow.

    draws, seed: instead of those of the options. progress: called with the share done, after each block. jobs: None
    computes here; a number computes blocks on so many workers of the joblib backend in force (`joblib.parallel_config`:
    threads, processes, a Dask cluster). The result is the same, bit for bit, whatever the backend and the number.
    A draw by itself: `draw`.

    Raises ChoiceError for options that can never go together, or that leave nothing to vary, and InputError for claims
    about unknown cities, years or groups; options that the figures forbid remove their draws, and the result says which
    (`removed`).
    """
    options = Uncertainty() if options is None else options
    engine = distinct(design(panel, framework, methodology, options, seed=seed))
    return analyse(engine, claims, options.draws if draws is None else draws, progress=progress, jobs=jobs)


def analyse(
    engine: Engine,
    claims: Sequence[Claim],
    draws: int,
    *,
    nominal: IndexResult | None = None,
    progress: Progress | None = None,
    jobs: int | None = None,
) -> UncertaintyResult:
    """The uncertainty analysis of the design of an engine, which `distinct` makes. nominal: the index under the
    methodology itself, if it was computed already. Raises as `uncertainty`."""
    made = engine.design
    if draws:
        refuse_if_nothing_varies(made)
    if nominal is None:
        nominal = build_index(made.panel, made.framework, made.methodology)
    engine.views.take(nominal)
    judged = judge(nominal, claims)  # refuses claims about what is not there
    counts = _counted(engine, claims, Frame.of(nominal), nominal.rank(), draws, progress, jobs)
    return UncertaintyResult(
        cities=made.panel.cities,
        years=made.panel.years,
        draws=draws,
        seed=made.seed,
        factors=made.factors(counts.options, draws),
        claims=tuple(claims),
        nominal_rank=nominal.rank(),
        nominal_verdicts=judged,
        rank_counts=counts.rank_counts,
        gain_counts=counts.gain_counts,
        beats=counts.beats,
        compared=counts.compared,
        paired=made.panel.years[paired_years(len(made.panel.years), len(made.panel.cities))],
        claim_counts=counts.claim_counts,
        scores=tuple(score_spread(scale, spread) for scale, spread in counts.spreads.items()),
        removed=(*made.notices, *_removed(counts, draws)),
        combinations=made.combinations,
        tied_counts=counts.tied_counts,
        joint=Joint(*counts.joint.tolist()),
    )


def draw(
    panel: Panel,
    framework: Framework,
    methodology: Methodology,
    options: Uncertainty,
    number: int,
    *,
    seed: int | None = None,
) -> Draw:
    """One draw of an uncertainty analysis by its number, from 0: what the ordinary pipeline needs to compute it. Raises
    ChoiceError for options that can never go together, InputError for a number below 0."""
    if number < 0:
        facts = {"field": "number", "found": str(number), "expected": Word("errors.expected.whole_number_from_0")}
        raise InputError(Problem("wrong_value", facts))
    return single(distinct(design(panel, framework, methodology, options, seed=seed)), number)


def single(engine: Engine, number: int) -> Draw:
    """One draw of an engine's design by its number, from 0."""
    block, place = divmod(number, engine.design.block_size)
    sample = engine.design.block(block, place + 1)
    key = None if sample.keys is None else sample.keys[place]
    return engine.single(sample.choices[place], sample.uniforms[place], key)


def block_counts(
    engine: Engine, number: int, draws: int, claims: Sequence[Claim], frame: Frame, nominal: Array
) -> Counts:
    """The counts of one block. nominal: the chosen ranks (city, year)."""
    sample = engine.design.block(number, draws)
    scored, first = engine.score(sample, frame.pairs(claims)), number * engine.design.block_size
    return count(engine.design, sample, scored, claims, frame, nominal, first)


def _counted(
    engine: Engine,
    claims: Sequence[Claim],
    frame: Frame,
    nominal: Array,
    draws: int,
    progress: Progress | None,
    jobs: int | None,
) -> Counts:
    """The counts of all blocks, added in their order."""
    most = engine.design.block_size
    sizes = [min(most, draws - start) for start in range(0, draws, most)] or [0]
    _keep_memory()
    blocks = _blocks(engine, sizes, claims, frame, nominal, jobs)
    total = next(blocks)
    total.settle()
    _tell(progress, total.draws, draws)
    for counts in blocks:
        total.add(counts)
        del counts  # before the next block is counted: of many cities one is large
        _tell(progress, total.draws, draws)
    return total


def _tell(progress: Progress | None, done: int, draws: int) -> None:
    if progress is not None:
        progress(done / max(draws, 1))


def _keep_memory() -> None:
    """Let the allocator keep what a block has freed: it adapts to the largest piece returned to it, and would otherwise
    hand the pages back after each block, to fetch them again for the next. The piece itself is not touched.
    """
    np.empty(KEPT)


def _blocks(
    engine: Engine, sizes: list[int], claims: Sequence[Claim], frame: Frame, nominal: Array, jobs: int | None
) -> Iterator[Counts]:
    """The counts of each block, in their order."""
    if len(sizes) == 1:
        jobs = None
    if jobs is not None:
        engine.prepare(engine.design.block(number, draws) for number, draws in enumerate(sizes))
    also = tuple(claims), frame, nominal
    yield from each(block_counts, ((engine, number, draws, *also) for number, draws in enumerate(sizes)), jobs)


def _removed(counts: Counts, draws: int) -> Iterator[Problem]:
    """The draws left out, by options and reason; with several reasons, which one draw may share, also how many in
    all."""
    if len(counts.left) > 1:
        yield Problem("draws_removed_in_all", {"n": counts.gone, "draws": draws, "kept": draws - counts.gone})
    for left in counts.left.values():
        facts = {"n": left.draws, "draws": draws, "share": f"{left.draws / max(draws, 1):.1%}"}
        options = Row(left.options) or Word("errors.uncertain.some_weights")
        yield Problem("draws_removed", {**facts, "reason": left.problem, "options": options})
