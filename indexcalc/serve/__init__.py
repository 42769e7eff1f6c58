"""The live page (`indexcalc serve`): a small server on 127.0.0.1 that follows the files as they are saved.

`session.Session` is what one address serves until the command ends: the YAML, the last good result, what is wrong with
the files now. It is changed on the event loop alone; long work runs in a thread, and draws in a process.
`session.open(yaml)` names the YAML and lets the session follow it.

`app.app(session, routes)` is the application; it needs no socket, so tests call it in process. Every address begins
with the token of the session, and the links in a page are relative to that (`events`, `weights`). `guard.Guard` sees
every request first: another host or origin, or another token, is refused before any handler runs.

Other rooms add addresses by `routes`: Starlette routes without the token (`Route("/form", ...)`), which find the
session in `request.app.state.session`. The command decides by the file it is given (`command.serve`): a YAML is opened
at once. A workbook or a CSV file is drafted first, by `form.routes(source, session)`; as long as the session has no
YAML, its first page leads to `form`, and what drafts calls `await session.open(yaml)` when it has written one, and
leads back to `./`.
"""
