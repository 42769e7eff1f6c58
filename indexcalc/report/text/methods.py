"""The methods on the screen: by step, with parameters, formula and source, from the registry and its docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.errors import InputError, Problem, nearest, suggestion
from indexcalc.methods import METHODS, Method
from indexcalc.spec.choice import COMMON, common_to
from indexcalc.voice import Voice, voices

STEPS = (
    *("derivation", "imputation", "transform", "treatment", "direction"),
    *("normalisation", "weighting", "aggregation", "missing"),
)
"""The steps in the order of the Handbook, which is that of the pipeline."""


def print_methods(console: Console, step: str | None, name: str | None, voice: Voice) -> None:
    """All methods, those of a step, or some of them in full; a name in any language, or a part of it, is enough.

    Unknown steps and names are refused, with the nearest.
    """
    steps = [one for one in STEPS if step is None or _fold(step) in (one, *_names_of_step(one))]
    wanted = name if steps else step
    if wanted is not None and not (step is not None and name is None and steps):
        found = _found(steps or STEPS, wanted)
        if not found and not steps and name is not None:
            raise InputError(Problem("unknown_step", {"found": step, **suggestion(step, STEPS)}, _option(str(step))))
        if not found:
            methods = [method for one in steps or STEPS for method in METHODS[one].values()]
            named = [v.method(method.step, method.name) for method in methods for v in voices()]
            near = nearest(wanted.casefold(), [*STEPS, *(method.name for method in methods), *named])
            hints = suggestion(near or wanted, [near] if near else METHODS[steps[0]] if len(steps) == 1 else STEPS)
            key = "unknown_method" if steps and step is not None else "unknown_name"
            raise InputError(Problem(key, {"step": step, "found": wanted, **hints}, _option(wanted)))
        for method in found:
            _print_one(console, method, voice)
        return
    for one in steps:
        title = Text(f"{voice.say(f'methods.step.{one}')} ({one})")
        table = Table(title=title, title_justify="left", show_lines=False)
        for key in ("method", "name", "parameters", "definition"):
            table.add_column(voice.say(f"methods.listing.{key}"), no_wrap=key in ("method", "name"), overflow="fold")
        for method in METHODS[one].values():
            cells = (method.name, usual_name(method), voice.comma(parameters(method, voice)), voice.summary(method))
            table.add_row(*map(Text, cells))
        console.print(table)
        for note in notes(one, voice):
            console.print(f"- {note}", markup=False, highlight=False, soft_wrap=True)
    console.print(voice.say("methods.listing.more"), markup=False, highlight=False, soft_wrap=True)


def _found(steps: Sequence[str], wanted: str) -> list[Method]:
    """The methods of some steps that a name means: by all of it, else by a part."""
    methods = [method for step in steps for method in METHODS[step].values()]
    text = _fold(wanted)
    whole = [method for method in methods if text in _names(method)]
    part = [method for method in methods if any(text in name or name in text for name in _names(method))]
    return whole or (part if len(text) > 1 else [])


def _names(method: Method) -> list[str]:
    """What a method is called: its name in the YAML, and in every language."""
    return [_fold(name) for name in (method.name, *(voice.method(method.step, method.name) for voice in voices()))]


def _names_of_step(step: str) -> list[str]:
    return [_fold(voice.say(f"methods.step.{step}")) for voice in voices()]


def _fold(text: str) -> str:
    return re.sub(r"[\s_-]", "", text.casefold())


def usual_name(method: Method) -> str:
    """The Chinese name of a method, as its literature has it, for every listing."""
    return Voice().method(method.step, method.name)


def parameters(method: Method, voice: Voice) -> list[str]:
    """Each parameter with its default and the words or numbers it may be, including those that every data-driven
    weighting, and every treatment, accepts."""
    own = [
        (f"{name} ({voice.say('methods.listing.required')})" if p.default is p.empty else f"{name} = {p.default}")
        + _values(method, name)
        for name, p in method.parameters.items()
    ]
    return own + [f"{name} = {COMMON[name][0]} ({' | '.join(COMMON[name])})" for name in common_to(method)]


def _values(method: Method, name: str) -> str:
    """The words that a parameter may be, or the ends of its numbers; nothing where its type says it all."""
    words = method.words(name)
    if words:
        return f" ({' | '.join(map(str, words))})"
    low, high = method.traits.get("within", {}).get(name, (None, None))
    return "" if low is None else f" ({low:g} ... {high:g})"


def notes(step: str, voice: Voice) -> list[str]:
    """What may be written beside the methods of a step: the parameters of all data-driven weightings and of all
    treatments, the reference of a normalisation and how its fixed points are written, where indicators may be."""
    told = {step: {name for method in METHODS[step].values() for name in common_to(method)} for step in METHODS}
    named = {step: [f"common.{step}.{name}" for name in COMMON if name in names] for step, names in told.items()}
    named["normalisation"] = ["notes.reference", "notes.posts"]
    named["aggregation"] = ["notes.flat"]
    return [voice.say(f"methods.{key}") for key in named.get(step, ())]


def documentation(method: Method) -> str:
    """The docstring without its example."""
    return (inspect.getdoc(method.kernel) or "").split("\n>>>")[0].rstrip()


def _print_one(console: Console, method: Method, voice: Voice) -> None:
    said, whole = voice.summary(method), documentation(method)
    lines = [f"{method.step} / {method.name}  {usual_name(method)}", ""]
    lines += [whole] if whole.startswith(said) else [said, "", whole]
    found = parameters(method, voice)
    if found:
        lines += ["", *(f"  - {parameter}" for parameter in found)]
    if common_to(method):
        lines += ["", *notes(method.step, voice)]
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def _option(word: str) -> tuple[str, dict[str, str]]:
    return "in_option", {"option": f"methods {word}"}
