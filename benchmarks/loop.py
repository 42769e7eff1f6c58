"""How long a changed weight takes to the live page: `python benchmarks/loop.py`.

A copy of the shipped index is served in process, and one weight of its YAML is saved again and again, each time while
the draws of the last save are still being made. Timed, by the clock and by the processor time of this process (steadier
where others use the machine too), from the save to the last byte at a browser that is told by the session: of the
numbers, from which the page's script draws ranking, charts of scores, verdicts and sliders, and of the whole page, with
its sentences, tables and further analyses. Then the parts by themselves: the index from the YAML, with the workbook
that is read already, and its record; the numbers; the page. Median of 15 saves, the first left out. The draws follow:
their time by the clock, in a process of their own.

On two idle cores, by the clock: 0.13 s to the numbers, 0.70 s to the whole page. How long a save is left alone
(`watching.STEP`, `watching.SETTLE`: 0.03 s) is not in it. In Chromium beside it, from the save to the ranking, charts
and verdicts painted: 0.24 s (median of nine, without draws).
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from indexcalc.serve.app import app
from indexcalc.serve.page import first_numbers, page
from indexcalc.serve.session import Session
from indexcalc.serve.state import Panels, State, next_state
from indexcalc.voice import Voice

ROOT = Path(__file__).resolve().parent.parent
SAVES = 15
Times = dict[str, list[tuple[float, float]]]
WEIGHT = "      weight: 0.25\n"


def clocks() -> tuple[float, float]:
    """By the clock, and by the processor."""
    return time.perf_counter(), time.process_time()


def weighed(text: str, k: int) -> str:
    """The YAML with another weight of its first dimension."""
    assert WEIGHT in text
    return text.replace(WEIGHT, f"      weight: {0.3 + k / 100}\n", 1)


async def served(yaml: Path) -> Times:
    """Save, wait for the event, fetch; several times."""
    session = Session(yaml, voice=Voice("zh"))
    transport = httpx.ASGITransport(app(session))
    following = asyncio.create_task(session.follow())
    found: Times = {"numbers": [], "page": []}
    try:
        await measured(session, transport, yaml, found)
    finally:
        await session.close()
        await following
    return found


async def measured(session: Session, transport: httpx.ASGITransport, yaml: Path, found: Times) -> None:
    text = yaml.read_text(encoding="utf-8")
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
        moments = session.moments()

        async def until(newest: str, path: str) -> tuple[float, float]:
            """When it is there, and at the browser."""
            await anext(moments)
            while session.newest != newest:
                await anext(moments)
            answer = await browser.get(f"/{session.token}/{path}")
            assert answer.status_code == 200
            return clocks()

        await until("page", "")
        for k in range(SAVES):
            await asyncio.sleep(0.3)
            start = clocks()
            yaml.write_text(weighed(text, k), encoding="utf-8")
            for name, end in (("numbers", await until("numbers", "numbers")), ("page", await until("page", ""))):
                found[name].append((end[0] - start[0], end[1] - start[1]))
            assert session.state.drawing
        start = clocks()
        end = await until("page", "")
        assert not session.state.drawing
        found["draws after that"] = [(end[0] - start[0], float("nan"))]


def parts(yaml: Path) -> Times:
    """The steps between the save and the page, one after the other."""
    found: Times = {"index and record": [], "numbers alone": [], "page alone": []}
    text, panels, state = yaml.read_text(encoding="utf-8"), Panels(), State()

    def timed(name: str, work: Callable[[], object]) -> None:
        start = clocks()
        work()
        end = clocks()
        found[name].append((end[0] - start[0], end[1] - start[1]))

    for k in range(SAVES):
        yaml.write_text(weighed(text, k), encoding="utf-8")

        def compute() -> None:
            nonlocal state
            state = next_state(state, yaml, panels)

        timed("index and record", compute)
        assert state.run is not None
        timed("numbers alone", lambda: first_numbers(state.run))
        timed("page alone", lambda: page(state, Voice("zh")))
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        yaml = Path(folder) / "indicators.yaml"
        shutil.copytree(ROOT / "data", Path(folder) / "data")
        shutil.copy(ROOT / "indicators.yaml", yaml)
        whole = asyncio.run(served(yaml))
        shutil.copy(ROOT / "indicators.yaml", yaml)
        steps = parts(yaml)
    print(f"{'from the save to':<24}{'clock [s]':>12}{'processor [s]':>16}")
    for name, times in {**whole, **steps}.items():
        if name == "index and record":
            print("parts by themselves")
        wall, processor = (statistics.median(of) for of in zip(*(times[1:] or times), strict=True))
        print(f"{name:<24}{wall:>12.3f}{processor:>16.3f}")


if __name__ == "__main__":
    main()
