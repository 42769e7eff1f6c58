"""The corpus as it is read, built and told."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook

from indexcalc.errors import IndexcalcError, Problem
from indexcalc.run import compute
from indexcalc.voice import Word

HERE = Path(__file__).resolve().parent
CASES = HERE / "cases.jsonl"
AWAY = {"away": True}
"""In place of a value: the key is taken away."""
ROWS: list[list[Any]] = [["city", "year", "a", "b", "c", "people"]]
ROWS += [
    [city, year, 10 * i + t * 2.5, 50 - 7 * i + t, 20 + 3 * i + t, 100 + 10 * i]
    for i, city in enumerate("甲乙丙丁", 1)
    for t, year in enumerate((2019, 2020, 2021))
]


def read() -> list[dict[str, Any]]:
    return [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


@cache
def base() -> Any:
    return yaml.safe_load((HERE / "base.yaml").read_text(encoding="utf-8"))


def build(case: dict[str, Any], folder: Path) -> Path:
    """The YAML and the workbook of a case, in a folder."""
    data = copy.deepcopy(base())
    for path, value in case.get("yaml", {}).items():
        *above, last = path.split("/")
        here = data
        for key in above:
            here = here[int(key)] if isinstance(here, list) else here.setdefault(key, {})
        if value == AWAY:
            del here[last]
        elif isinstance(here, list):
            here[int(last)] = value
        else:
            here[last] = value
    (folder / "indicators.yaml").write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    if "text" in case:
        (folder / "indicators.yaml").write_bytes(case["text"].encode("utf-8", "surrogateescape"))
    book = Workbook()
    sheet: Any = book.active
    sheet.title = case.get("title", "panel")
    for row in ROWS:
        sheet.append(row)
    for address, value in case.get("cells", {}).items():
        sheet[address] = value
    for row in case.get("rows", []):
        sheet.append(row)
    for title, rows in case.get("sheets", {}).items():
        further: Any = book.create_sheet(title)
        for row in rows:
            further.append(row)
    book.save(folder / "figures.xlsx")
    return folder / "indicators.yaml"


def refusal(case: dict[str, Any], folder: Path) -> IndexcalcError | None:
    """What a case is refused with; nothing where it is accepted."""
    path = build(case, folder)
    try:
        compute(path, draws=0, **case.get("options", {}))
    except IndexcalcError as error:
        return error
    return None


def told(error: IndexcalcError | None, folder: Path) -> list[dict[str, Any]]:
    """The problems of a refusal, as cases.jsonl has them."""
    return [] if error is None else [_plain(problem, folder) for problem in error.problems]


def _plain(problem: Problem, folder: Path) -> dict[str, Any]:
    key, facts = problem.place or ("", {})
    place = [key, *(_fact(fact, folder) for name, fact in facts.items() if name != "line")]
    facts = {name: _fact(fact, folder) for name, fact in problem.facts.items()}
    return {"key": problem.key, "place": place, "facts": facts}


def _fact(fact: Any, folder: Path) -> Any:
    if isinstance(fact, Word):
        return f"<{fact.key}>"
    if isinstance(fact, bool | int) or fact is None:
        return fact
    return f"{fact:.6g}" if isinstance(fact, float) else str(fact).replace(f"{folder}/", "")[:200]
