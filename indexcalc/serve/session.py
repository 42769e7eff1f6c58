"""What one address serves until the command ends: the YAML, the last good result, what is wrong with the files now."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from indexcalc.voice import Voice


class Session:
    """Changed on the event loop alone. `moment` goes up whenever the page has something new to show."""

    def __init__(self, yaml: Path | None = None, *, voice: Voice) -> None:
        self.yaml, self.voice = yaml, voice
        self.token = secrets.token_urlsafe(24)
        self.moment = 0
        self._moved = asyncio.Condition()

    async def open(self, yaml: Path) -> None:
        """Follow a YAML file from now on."""
        self.yaml = yaml
        await self.tell()

    async def tell(self) -> None:
        """Let open pages know that there is something new."""
        async with self._moved:
            self.moment += 1
            self._moved.notify_all()

    async def moments(self) -> AsyncIterator[int]:
        """The present moment, then each later one."""
        seen = -1
        while True:
            async with self._moved:
                await self._moved.wait_for(lambda last=seen: self.moment != last)  # type: ignore[misc]
                seen = self.moment
            yield seen

    async def follow(self) -> None:
        """Compute, and compute again whenever a file is saved; until cancelled."""

    def page(self) -> str:
        """The page as it is now."""
        return ""
