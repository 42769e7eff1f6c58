"""`indexcalc serve`: which page a file opens, where, until Ctrl-C."""

from __future__ import annotations

import contextlib
import signal
import socket
import webbrowser
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from starlette.routing import BaseRoute

from indexcalc.errors import InputError, Problem, refuse_if
from indexcalc.paths import reason, refuse_unreadable
from indexcalc.serve import form
from indexcalc.serve.app import app
from indexcalc.serve.session import Session
from indexcalc.voice import Voice

YAML = (".yaml", ".yml")


def serve(file: Path, *, port: int, browser: bool, voice: Voice, **options: Any) -> None:
    """Serve the live page of a YAML, or the form that drafts one from a workbook, until interrupted.

    port: 0 is any that is free. options: those of a `Session`.
    """
    refuse_unreadable(file)
    routes: list[BaseRoute] = []
    if file.suffix.casefold() in YAML:
        session = Session(file, voice=voice, **options)
    else:
        given = [f"--{name}" for name in ("workbook", "tidy") if options.get(name)]
        refuse_if([Problem("not_with_form", place=("in_option", {"option": option})) for option in given])
        session = Session(voice=voice, **options)
        routes = form.routes(file, session)
    config = uvicorn.Config(app(session, routes), log_level="warning", server_header=False, lifespan="on")
    with listening(port) as listener, contextlib.suppress(KeyboardInterrupt):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/{session.token}/"
        print(voice.say("serve.address", address=address), flush=True)
        if browser:
            webbrowser.open(address)
        server = _Server(config, session)
        # until it handles Ctrl-C itself: an exception would break off the set-up half way
        signal.signal(signal.SIGINT, lambda *_: setattr(server, "should_exit", True))
        server.run(sockets=[listener])
    if session.fault is not None:
        raise session.fault


class _Server(uvicorn.Server):
    """Lets open pages go before it waits for them to close; ends where nothing is followed any more."""

    def __init__(self, config: uvicorn.Config, session: Session) -> None:
        super().__init__(config)
        self.session = session

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A second Ctrl-C waits with the first: a forced exit would end in a traceback of what is being closed."""
        super().handle_exit(sig, frame)
        self.force_exit = False

    async def on_tick(self, counter: int) -> bool:
        return self.session.fault is not None or await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self.session.close()
        await super().shutdown(sockets)


def listening(port: int) -> socket.socket:
    """A socket of this machine alone; port 0 is any that is free."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()  # who opens the address at once waits, and is not refused
    except OSError as error:
        listener.close()
        place = ("in_option", {"option": f"--port {port}"})
        raise InputError(Problem("port_unusable", {"reason": reason(error)}, place)) from None
    return listener
