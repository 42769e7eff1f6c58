"""The form that drafts a framework: what it shows, what it writes, and its addresses.

It writes one file, the YAML beside the workbook, and overwrites it only while it is as the form left it.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from indexcalc.errors import IndexcalcError, InputError, Problem
from indexcalc.figures.panel import Panel
from indexcalc.figures.recognise import Recognised, recognise
from indexcalc.figures.workbook import read_workbook
from indexcalc.methods import METHODS
from indexcalc.paths import place_unwritable
from indexcalc.paths import shown as shown_path
from indexcalc.report.start.draft import nothing_found
from indexcalc.serve.answers import (
    Checked,
    carried_over,
    checked,
    fingerprint,
    first_fields,
    given_with,
    in_language,
)
from indexcalc.serve.form_page import Shown, render, unused_weights
from indexcalc.serve.gaps import Way, missing_figures, ranked, ways
from indexcalc.steps.pipeline import build_index
from indexcalc.voice import Voice, languages

if TYPE_CHECKING:
    from indexcalc.serve.session import Session

MOST_BYTES = 4 * 2**20
"""Bytes that a browser may send: a thousand indicators take a tenth of them."""
MOST_FIELDS = 100_000


class Form:
    """The form of one workbook, while the session lasts: its fields as they were last sent, and what it has written."""

    def __init__(self, source: Path, voice: Voice) -> None:
        self.source, self.voice = source, voice
        self.yaml = source.with_suffix(".yaml")
        self.found: Recognised | None = None
        self.fields: dict[str, str] = {}
        self.written: bytes | None = None
        self.named: list[str] = []  # weights without effect, as the page shows them

    # -- what is shown

    def page(self) -> str:
        """The form as it was last sent, or as the file was recognised."""
        try:
            changed = self._look()
        except InputError as error:
            return self._unreadable(error)
        return self._page(told=self.voice.say("form.columns_changed") if changed else "")

    def answered(self, sent: dict[str, str]) -> str | None:
        """What follows from the fields that were sent; None where the YAML is written and gives a ranking."""
        if sent.get("lang") in languages():
            self.voice = Voice(sent["lang"])
        if sent.get("columns") is not None and self.found is not None:
            stale = fingerprint(self.found) != sent["columns"]
            self.fields = self.fields if stale else sent
        else:  # of a page that showed no form
            stale, sent = False, {"lang": ""}
        self.fields = in_language(self.fields, self.voice)
        try:
            changed = self._look()
        except InputError as error:
            return self._unreadable(error)
        if stale or changed:
            return self._page(told=self.voice.say("form.columns_changed"))
        if "lang" in sent:
            return self._page()
        return self._saved(sent["do"]) if sent.get("do") in ("save", "replace") else self._page(checking=True)

    def _look(self) -> bool:
        """Read the file again; whether its columns have changed since it was shown."""
        before, found = self.found, recognise(self.source)
        if not found.columns:
            raise InputError(nothing_found(found))
        self.found = found
        if before is None:
            self.fields = first_fields(found, self.voice)
            return False
        if fingerprint(before) == fingerprint(found):
            return False
        self.fields = carried_over(self.fields, before, found, self.voice)
        return True

    def _unreadable(self, error: InputError) -> str:
        return render(Shown(self.source, self.yaml, None, self.fields, problems=error.problems), self.voice)

    def _page(
        self,
        *,
        checking: bool = False,
        told: str = "",
        problems: tuple[Problem, ...] = (),
        offers: tuple[str, ...] = (),
    ) -> str:
        """The form with what it comes to. checking: also what stands in the way of a ranking."""
        assert self.found is not None
        made = self._checked()
        self.named = unused_weights(made, self.voice)
        panel, listed, stops = self._ranks(made)
        if checking and not told:
            problems, told = stops, self.voice.say("form.stops" if stops else "form.checked")
        offers, there = offers or self._offers(), self._there()
        if not told and not problems and there is not None:
            told, problems = there.said(self.voice), ()
        notices = panel.notices if panel is not None else ()
        shown = Shown(
            self.source,
            self.yaml,
            self.found,
            self.fields,
            checked=made,
            told=told,
            problems=problems,
            panel=panel,
            ways=listed,
            offers=offers,
            notices=notices,
        )
        return render(shown, self.voice)

    def _checked(self) -> Checked:
        assert self.found is not None
        return checked(self.found, self.fields, self.source.name, shown_path(self.yaml), self.voice)

    def _ranks(self, made: Checked) -> tuple[Panel | None, tuple[Way, ...], tuple[Problem, ...]]:
        """The figures, the ranks under each way to deal with missing ones, and what stands in the way of a ranking."""
        specification, stops = made.specification, (*made.problems, *made.open)
        assert self.found is not None
        framework = specification.framework if specification is not None else self.found.framework
        try:
            panel = read_workbook(self.source, framework)
        except InputError as error:
            return None, (), (*error.problems, *stops)
        some = bool(missing_figures(panel, list(framework.all_indicators)))
        given = {name: given_with(self.fields, "gaps.with", name) for name in METHODS["imputation"]}
        listed = ways(panel, framework, self.fields.get("gaps", ""), given) if some else ()
        if specification is None or stops:
            return panel, listed, stops
        try:
            build_index(panel, framework, specification.methodology)
        except IndexcalcError as error:
            stops = error.problems
        return panel, ranked(listed, specification, panel), stops

    # -- what is written

    def _there(self) -> Problem | None:
        """The problem that the YAML exists already and is not as this form left it; None where it is no problem."""
        if self._is_ours():
            return None
        return Problem("form_changed" if self.written is not None else "form_exists", {"file": shown_path(self.yaml)})

    def _is_ours(self) -> bool:
        try:
            return self.yaml.read_bytes() == self.written
        except FileNotFoundError:
            return True
        except OSError:
            return False

    def _offers(self) -> tuple[str, ...]:
        return () if self._is_ours() else ("open", "replace") if self.written is not None else ("open",)

    def _saved(self, how: str) -> str | None:
        """The page after saving; None where there is a ranking to be shown."""
        made = self._checked()
        if made.specification is None:
            return self._page(told=self.voice.say("form.problems"), problems=made.problems)
        there = self._there()
        if there is not None and not (how == "replace" and self.written is not None):
            return self._page(told=self.voice.say("form.problems"), problems=(there,))
        try:
            self._write(made.text.encode())
        except OSError as error:
            refused = place_unwritable(error, self.yaml).problems
            return self._page(told=self.voice.say("form.problems"), problems=refused)
        _, _, stops = self._ranks(made)
        if not stops:
            unused = unused_weights(made, self.voice)
            if unused == self.named:  # there are none, or the page has named them
                return None
            return self._page(told=self.voice.say("form.saved_unused", file=self.yaml.name), offers=("open",))
        told = self.voice.say("form.draft_saved" if made.open else "form.not_yet", file=self.yaml.name)
        return self._page(told=told, problems=stops)

    def _write(self, text: bytes) -> None:
        """Write the YAML whole or not at all."""
        handle, name = tempfile.mkstemp(prefix=f".{self.yaml.name}.", dir=self.yaml.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
            os.chmod(name, 0o644)
            os.replace(name, self.yaml)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
        self.written = text


def routes(source: Path, session: Session) -> list[BaseRoute]:
    """The addresses of the form of a workbook or CSV file: below the token, beside those of the live page."""
    form, turn = Form(source, session.voice), asyncio.Lock()
    session.drafted = True

    async def show(request: Request) -> Response:
        async with turn:
            return HTMLResponse(await asyncio.to_thread(form.page))

    async def answer(request: Request) -> Response:
        sent = await _fields(request)
        if sent is None:
            return PlainTextResponse("", 413)
        async with turn:
            if sent.get("do") == "open" and form.yaml.is_file():
                page = None
            else:
                page = await asyncio.to_thread(form.answered, sent)
        if page is not None:
            return HTMLResponse(page)
        session.voice = form.voice
        await session.open(form.yaml)
        return RedirectResponse("./", 303)

    return [Route("/form", show, methods=["GET"]), Route("/form", answer, methods=["POST"])]


async def _fields(request: Request) -> dict[str, str] | None:
    """The fields that a browser sends, each once; None where they are more than a form can have."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    try:
        sent = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return dict(sent)
