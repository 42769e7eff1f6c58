"""The addresses of a session: its page, what tells that there is a newer one, and the saving of weights."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from indexcalc.errors import IndexcalcError, InputError, Problem
from indexcalc.serve.guard import Guard
from indexcalc.serve.page import in_all
from indexcalc.serve.session import Session

MOST_BYTES = 2**20
"""Bytes that a page may send."""


def app(session: Session, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The application of a session. routes: those of other rooms, below the token; they come first."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        following = asyncio.create_task(session.follow())
        following.add_done_callback(session.followed)
        yield
        await session.close()
        await asyncio.wait([following])

    own = [
        Route("/", page),
        Route("/numbers", numbers),
        Route("/events", events),
        Route("/weights", weights, methods=["POST"]),
    ]
    made = Starlette(
        routes=[Mount(f"/{session.token}", routes=[*routes, *own])],
        middleware=[Middleware(Guard, token=session.token, refused=session.voice.say("serve.refused"))],
        lifespan=lifespan,
    )
    made.state.session = session
    return made


async def page(request: Request) -> Response:
    """The page as it is now; the form that drafts a YAML, as long as there is none."""
    session: Session = request.app.state.session
    if session.yaml is None:
        return RedirectResponse("form")
    async for _ in session.moments():
        if session.html:
            break
    return HTMLResponse(session.html)


async def numbers(request: Request) -> Response:
    """The numbers that the script of the page starts from."""
    session: Session = request.app.state.session
    return Response(session.numbers, media_type="application/json")


async def events(request: Request) -> Response:
    """Server-sent events: `numbers` or `page`, whichever is newest, whenever there is a newer one."""
    session: Session = request.app.state.session

    async def lines() -> AsyncIterator[str]:
        first = True
        async for _ in session.moments():
            yield f"data: {'page' if first else session.newest}\n\n"
            first = False

    return StreamingResponse(lines(), media_type="text/event-stream")


async def weights(request: Request) -> Response:
    """Save weights: `{"seen": fingerprint, "weights": {code: number}}`; what refuses it is said in every language."""
    session: Session = request.app.state.session
    try:
        told = await sent(request)
        found = told.get("weights")
        numbers = isinstance(found, dict) and all(type(value) in (int, float) for value in found.values())
        if not numbers or not isinstance(told.get("seen"), str):
            raise InputError(Problem("request_form"))
        await session.save(told["weights"], told["seen"])
    except IndexcalcError as error:
        return JSONResponse(in_all(session.state, error.said), 409)
    return JSONResponse({})


async def sent(request: Request) -> dict[str, Any]:
    """The JSON object that a page sent, and no other form; of bounded size."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise InputError(Problem("request_form"))
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise InputError(Problem("request_form"))
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise InputError(Problem("request_form"))
    return told
