"""Who may speak to the server: this machine's browser, at the address that the command printed."""

from __future__ import annotations

import hmac

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Headers of every answer: nothing is cached, framed, sniffed, named to other sites, or fetched from elsewhere."""


class Guard:
    """Refuses what does not come from the page itself, before any handler sees it.

    The name in `Host` must be this machine's, so that no name on the internet can be pointed here (DNS rebinding).
    `Origin` and `Sec-Fetch-Site`, where a browser sends them, must be those of the page. The first part of the path
    must be the token, compared in constant time.
    """

    def __init__(self, app: ASGIApp, token: str, refused: str) -> None:
        self.app, self.token, self.refused = app, token.encode(), refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif not self.admits(scope):
            await PlainTextResponse(self.refused, 403, HEADERS)(scope, receive, send)
        else:

            async def answered(message: Message) -> None:
                if message["type"] == "http.response.start":
                    MutableHeaders(scope=message).update(HEADERS)
                await send(message)

            await self.app(scope, receive, answered)

    def admits(self, scope: Scope) -> bool:
        """Whether a request may go on."""
        headers, port = Headers(scope=scope), (scope.get("server") or ("", None))[1]
        hosts = {f"{host}:{port}" for host in HOSTS} | (set(HOSTS) if port == 80 else set())
        token = scope["path"].split("/")[1] if scope["path"].startswith("/") else ""
        return (
            headers.getlist("host") in [[host] for host in hosts]
            and {origin.removeprefix("http://") for origin in headers.getlist("origin")} <= hosts
            and all(origin.startswith("http://") for origin in headers.getlist("origin"))
            and set(headers.getlist("sec-fetch-site")) <= {"same-origin", "none"}
            and hmac.compare_digest(token.encode("utf-8", "replace"), self.token)
        )
