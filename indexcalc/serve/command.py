"""`indexcalc serve`: which page a file opens, where, until Ctrl-C."""

from __future__ import annotations

import socket
import webbrowser
from pathlib import Path

from indexcalc.errors import InputError, Problem
from indexcalc.paths import reason
from indexcalc.voice import Voice

YAML = (".yaml", ".yml")


def serve(file: Path, *, port: int, browser: bool, voice: Voice) -> None:
    """Serve the live page of a YAML, or the form that drafts one from a workbook, until interrupted."""
    import uvicorn

    from indexcalc.serve import form
    from indexcalc.serve.app import app
    from indexcalc.serve.session import Session

    if file.suffix.casefold() in YAML:
        session, routes = Session(file, voice=voice), []
    else:
        session = Session(voice=voice)
        routes = form.routes(file, session)
    with listening(port) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/{session.token}/"
        print(voice.say("serve.address", address=address), flush=True)
        if browser:
            webbrowser.open(address)
        config = uvicorn.Config(
            app(session, routes), log_level="warning", server_header=False, timeout_graceful_shutdown=1
        )
        uvicorn.Server(config).run(sockets=[listener])


def listening(port: int) -> socket.socket:
    """A socket of this machine alone; port 0 is any that is free."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        place = ("in_option", {"option": f"--port {port}"})
        raise InputError(Problem("port_unusable", {"reason": reason(error)}, place)) from None
    return listener
