"""Small builders shared by the tests: a panel, a framework, a workbook, a YAML file, each in a few lines."""

from __future__ import annotations

import gc
import io
import signal
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from openpyxl import Workbook

import indexcalc as ic
from indexcalc.cli import main
from indexcalc.steps.combine import combine

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("house", deadline=None, max_examples=60, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2000)  # pytest --hypothesis-profile=search
settings.load_profile("house")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a job in the background is started deaf to Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)


gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """Nine thousand tests are no garbage: to look through them again and again took a quarter of the time."""
    gc.freeze()


def make_framework(
    dimensions: Mapping[str, Any] | None = None, *, indicators: Mapping[str, Any] | None = None, **more: Any
) -> ic.Framework:
    """A framework, written as in the YAML; by default dimensions one (a, b) and two (c, d), all weights 1."""
    if dimensions is None and indicators is None:
        dimensions = {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
    return ic.Framework.model_validate({"dimensions": dimensions or {}, "indicators": indicators or {}, **more})


def make_methodology(**choices: Any) -> ic.Methodology:
    """A methodology, written as in the YAML; defaults elsewhere."""
    return ic.Methodology.model_validate(choices)


def make_panel(
    columns: Mapping[str, Any] | None = None,
    *,
    cities: Sequence[str] = ("甲", "乙", "丙", "丁"),
    years: Sequence[int] = (2019, 2020, 2021),
    **more: Any,
) -> ic.Panel:
    """A panel from columns [city][year]; by default a, b, c, d drawn once from a fixed seed, all different.

    A column with one figure per city stands for the first year alone.
    """
    if columns is None:
        drawn = np.random.default_rng(2022).uniform(1.0, 100.0, (4, len(cities), len(years)))
        columns = dict(zip("abcd", drawn, strict=True))
    arrays = {code: np.array(column, float) for code, column in columns.items()}
    values = np.stack([array[:, None] if array.ndim == 1 else array for array in arrays.values()], axis=2)
    return ic.Panel.from_values(cities[: values.shape[0]], years[: values.shape[1]], tuple(columns), values, **more)


def build(panel: ic.Panel, framework: ic.Framework | None = None, **choices: Any) -> ic.IndexResult:
    """The index of a panel, under `make_framework()` unless another is given, and choices written as in the YAML."""
    return ic.build_index(panel, framework or make_framework(), make_methodology(**choices))


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], tweak: Any = None) -> Path:
    """An .xlsx file of plain rows per sheet; `tweak(book)` may merge, hide or break before it is saved."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if tweak is not None:
        tweak(book)
    book.save(path)
    return path


def write_yaml(path: Path, text: str) -> Path:
    """A YAML file of the dedented text, its first line being line 1."""
    path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    return path


def command(folder: Path, *arguments: str) -> CompletedProcess[str]:
    """A command as it is typed in a folder, where nothing but the YAML names a language: its exit code and what it
    prints. It runs in this process: a start of Python takes longer than most commands."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as here, redirect_stdout(out), redirect_stderr(err):
        here.chdir(folder)
        here.delenv("INDEXCALC_LANG", raising=False)
        code = main(arguments)
    return CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def drawn_index(draw: Any) -> tuple[ic.IndexResult, Any]:
    """A draw in the ordinary pipeline: its index, and its scores [city, year] with the errors of imputed cells added to
    the normalised values."""
    plain = ic.build_index(draw.panel, draw.framework, draw.methodology)
    if draw.errors is None:
        return plain, plain.score()
    errors = draw.errors.select(plain.normalised.codes).values
    varied = plain.normalised.with_values(plain.normalised.values + errors)
    bases = {"raw": plain.treated, "oriented": plain.oriented, "normalised": varied}
    return plain, combine(bases, plain.nodes, draw.framework, draw.methodology).scores[:, :, 0]
