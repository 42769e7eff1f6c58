"""The page (`report.html`): one file with the findings, the charts, the methodology, and sliders for the weights.

Nothing is fetched and nothing is third-party: the template, the styles and the script are beside this module, the
figures inside the page. The script's arithmetic is that of the program; the same result gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Template
from markupsafe import Markup, escape

from indexcalc import __version__
from indexcalc.computed import Computed
from indexcalc.report.html import asset, environment
from indexcalc.report.page.bilingual import both
from indexcalc.report.page.content import content
from indexcalc.report.page.payload import payload, to_json
from indexcalc.report.picked import GROUP_COLOURS, RISER_COLOURS
from indexcalc.voice import Voice, languages, voices

SCRIPT = {
    "copied": "page.copied",
    "theme_auto": "page.theme_auto",
    "theme_light": "page.theme_light",
    "theme_dark": "page.theme_dark",
    "verdict_0": "claims.verdict.fails",
    "verdict_1": "claims.verdict.holds",
    "verdict_2": "claims.verdict.tied",
    "verdict_3": "claims.verdict.undefined",
    "pair": "claims.pair",
    "fact_mean": "claims.fact.mean",
    "fact_rank": "claims.fact.rank",
    "fact_gain": "claims.fact.gain",
    "fact_ranks": "claims.fact.ranks",
    "fact_step": "claims.fact.step",
    "fact_step_of_both": "claims.fact.step_of_both",
    "fact_more": "claims.fact.more",
    "hindered_one_year": "claims.hindrance.one_year",
    "hindered_incomparable": "claims.hindrance.incomparable",
    "hindered_one_group": "claims.hindrance.one_group",
    "hindered_no_score": "claims.hindrance.no_score",
    "hindered_unlike": "claims.hindrance.unlike",
    "lead_missing": "claims.lead.missing",
    "lead_step": "claims.lead.step",
    "lead_rank": "claims.lead.rank",
    "lead_both": "claims.lead.both",
    "lead_certain": "claims.lead.certain",
    "semicolon": "grammar.semicolon",
    "weight_of": "page.weight_of",
    "share_of": "page.share_of",
    "inside": "page.inside",
    "yaml_aggregation": "page.yaml_aggregation",
    "yaml_given": "page.yaml_given",
    "yaml_same": "page.yaml_same",
    "no_weight": "page.no_weight",
    "domain": "page.domain",
    "spoken_ranking": "page.spoken_ranking",
    "spoken_place": "page.spoken_place",
    "no_change": "page.no_change",
    "show_all": "page.show_all",
    "show_fewer": "page.show_fewer",
    "left_out": "page.left_out",
    "play": "page.play",
    "pause": "page.pause",
    "tip_score": "page.tip_score",
    "tip_rank": "page.tip_rank",
    "tip_degree": "page.tip_degree",
    "tip_interval": "page.tip_interval",
    "tip_limits": "page.tip_limits",
    "scenario_chosen": "sheets.chosen_method",
    "list_comma": "grammar.comma",
    "list_and": "grammar.and",
    "score": "page.score",
    "rank": "page.rank",
}
"""The words that the script fills itself, by the name it knows them by."""

SCRIPTS = ("model.js", "evidence.js", "charts.js", "page.js")

DARK = ("#5bb4f0", "#35c79b", "#e39ac4", "#f2f2f2", "#ff8b4a", "#f3bd4f", "#8fd0f7")
"""The colours of the charts on a dark ground, in the order of GROUP_COLOURS and RISER_COLOURS."""

__all__ = ["write_page"]


def write_page(run: Computed, path: Path, voice: Voice, files: Sequence[str] = ()) -> None:
    """Write the page, beginning in the language of the voice. files: the other files of the run, by name."""
    path.write_text(render(run, voice, files), encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class Live:
    """What `indexcalc serve` adds to a page: a bar on top, its style, the script that follows the program. awaited:
    whether the draws are still to come."""

    bar: Markup
    css: str
    script: str
    awaited: bool = False


def render(run: Computed, voice: Voice, files: Sequence[str] = (), live: Live | None = None) -> str:
    """The page as text."""
    given = payload(run)
    spoken = voices(run.result)
    words = {key: {voice.lang: voice.template(room_key) for voice in spoken} for key, room_key in SCRIPT.items()}
    return _template().render(
        lang=voice.lang,
        tag=voice.mark("tag"),
        version=__version__,
        css=Markup(style() + (live.css if live else "")),
        script=Markup("\n".join([*([live.script] if live else []), *(asset(__package__, name) for name in SCRIPTS)])),
        live=live,
        payload=Markup(to_json(given)),
        script_words=Markup(to_json(words)),
        between=in_both({voice.lang: voice.mark("between") for voice in spoken}),
        t=partial(_told, run),
        aria=partial(_aria, run),
        **content(run, given, files),
    )


@cache
def _template() -> Template:
    return environment({"page.html": asset(__package__, "page.html")}, both=in_both).get_template("page.html")


def in_both(text: str | Mapping[str, str]) -> Markup:
    """A text in every language, of which the page shows one."""
    if isinstance(text, str):
        return escape(text)
    if len(set(text.values())) == 1:
        return escape(next(iter(text.values())))
    return Markup("").join(Markup('<span lang="{}">{}</span>').format(lang, said) for lang, said in text.items())


def _told(run: Computed, key: str, **facts: Any) -> Markup:
    return in_both(both(run, key, **facts))


def _aria(run: Computed, key: str, **facts: Any) -> Markup:
    """An accessible name in every language; the script sets the one that is shown."""
    text = both(run, key, **facts)
    return Markup('aria-label="{}" data-said="{}"').format(text[languages()[0]], json.dumps(text, ensure_ascii=False))


def style() -> str:
    """The style sheet of the page."""
    return _colours() + asset(__package__, "page.css")


def _colours() -> str:
    """The palette of the charts as custom properties: --k of lines and marks, --t of text; one language in sight."""
    pairs = zip((*GROUP_COLOURS, *RISER_COLOURS), DARK, strict=True)
    lines = [
        f"--k{i}:light-dark({colour},{dark});--t{i}:light-dark({ink},{dark});"
        for i, ((colour, ink), dark) in enumerate(pairs)
    ]
    hidden = [
        f'html[data-lang="{lang}"] [lang]:not([lang="{lang}"]):not(html):not(.definition){{display:none}}\n'
        for lang in languages()
    ]
    return ":root{" + "".join(lines) + "}\n" + "".join(hidden)
