"""The addresses of a session: its page, what moves it, and the saving of weights."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from indexcalc.serve.guard import Guard
from indexcalc.serve.session import Session


def app(session: Session, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The application of a session. routes: of other rooms, below the token; they come first."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        following = asyncio.create_task(session.follow())
        yield
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following

    own = [Route("/", page), Route("/events", events)]
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
    return HTMLResponse(session.page())


async def events(request: Request) -> Response:
    """Server-sent events: a number whenever the page has something new."""
    session: Session = request.app.state.session

    async def lines() -> AsyncIterator[str]:
        async for moment in session.moments():
            yield f"data: {moment}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")
