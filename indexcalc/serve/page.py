"""The page of a state: the report, with a bar that says what changed or what is wrong, and the script that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from jinja2 import Environment
from markupsafe import Markup

from indexcalc.computed import Computed
from indexcalc.errors import MOST_TOLD
from indexcalc.paths import shown
from indexcalc.report.folder.record import Changes
from indexcalc.report.html import asset, environment
from indexcalc.report.page import Live, in_both, render, style
from indexcalc.report.page.payload import numbers, to_json
from indexcalc.report.text.changes import change_lines
from indexcalc.serve.state import State
from indexcalc.voice import Voice, voices


def page(state: State, voice: Voice, drafted: bool = False) -> str:
    """The page as text, beginning in the language of the voice. Without a result it is the bar alone.

    drafted: whether there is a form that the YAML comes from.
    """
    if state.run is not None:
        live = Live(bar(state, drafted), asset(__package__, "live.css"), asset(__package__, "live.js"), state.drawing)
        return render(state.run, voice.of(state.run.result), (), live)
    css, script = Markup(style() + asset(__package__, "live.css")), Markup(asset(__package__, "live.js"))
    about = {"lang": voice.lang, "tag": voice.mark("tag"), "css": css, "script": script}
    return _template("empty.html", bar=bar(state, drafted), **about)


def first_numbers(run: Computed) -> str:
    """What the page's script draws the ranking from, as it is in the page, without what takes longer."""
    return to_json(numbers(run))


def bar(state: State, drafted: bool = False) -> Markup:
    """What differs from the result before, and whose rank moved; what is wrong with the files, with line and remedy."""
    told = [in_all(state, lambda voice, one=one: voice.problem(one)) for one in state.problems[:MOST_TOLD]]
    lead = in_all(state, lambda voice: voice.say("serve.nothing" if state.run is None else "serve.stands"))
    lost = in_all(state, lambda voice: voice.say("serve.lost"))
    news = in_all(state, lambda voice: _news(state, voice))
    back = in_all(state, lambda voice: voice.say("form.back")) if drafted else None
    return Markup(_template("bar.html", seen=state.seen, problems=told, lead=lead, news=news, lost=lost, back=back))


def in_all(state: State, said: Callable[..., str]) -> dict[str, str]:
    """What `said` gives in every language, with the names of the framework where there is one."""
    return {voice.lang: said(voice) for voice in voices(None if state.run is None else state.run.result)}


def _news(state: State, voice: Voice) -> str:
    told = [voice.say("serve.drawing")] if state.drawing else []
    if state.changed is None:
        followed = voice.listed([shown(path.name) for path in state.inputs])
        told = [voice.say("serve.follows", files=followed), *told]
    elif not state.changed:
        told = [voice.say("serve.same"), *told]
    else:
        *others, ranks = change_lines(_briefly(state.changed), voice)
        lines = map(voice.without_stop, (ranks, *others))
        told = [voice.say("serve.changed", lines=voice.semicolon(lines)), *told]
    return voice.mark("between").join(told)


def _briefly(found: Changes) -> Changes:
    """What fits on a line: the weights that moved most first; neither the YAML, whose changes are named, nor a count of
    the scores."""
    books = [file for file in found.inputs if not file.casefold().endswith((".yaml", ".yml"))]
    by_size = sorted(found.weights.items(), key=lambda one: -abs(np.subtract(*np.nan_to_num(np.array(one[1], float)))))
    return replace(found, inputs=books, weights=dict(by_size), restated=(0, 0, 0))


def _template(name: str, **facts: Any) -> str:
    return _environment().get_template(name).render(**facts)


@cache
def _environment() -> Environment:
    return environment({name: asset(__package__, name) for name in ("bar.html", "empty.html")}, both=in_both)
