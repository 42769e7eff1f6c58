"""Calamine in a process of its own: what it reads, and files that would fill the memory or never end."""

import contextlib
import pickle
import sys
import time

import pytest

from indexcalc.errors import InputError
from indexcalc.figures import apart
from indexcalc.figures.apart import read_apart, read_here
from indexcalc.figures.grid import Book
from tests.strange_files import ods_rows, write_ods

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(*, fat, first_fat=0, difat=(END, 0), minifat=(END, 0), directory=1, sectors=()):
    """An old Office file by hand: its header, then sectors of 512 bytes; fat: the entries of sector 0."""
    words = lambda *numbers: b"".join(n.to_bytes(4, "little") for n in numbers)  # noqa: E731
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += b"".join(n.to_bytes(2, "little") for n in (0x3E, 3, 0xFFFE, 9, 6)) + bytes(6)
    head += words(0, 1, directory, 0, 4096, *minifat, *difat)
    head += words(first_fat, *[FREE] * 108)
    full = [*fat, *[FREE] * (128 - len(fat))]
    return head + words(*full) + b"".join(sectors)


def entry(name, kind, start, size):
    """A directory entry of 128 bytes."""
    text = name.encode("utf-16-le") + b"\0\0"
    body = text.ljust(64, b"\0") + len(text).to_bytes(2, "little") + bytes([kind, 1])
    body += b"\xff" * 12 + bytes(36) + start.to_bytes(4, "little") + size.to_bytes(8, "little")
    return body


DIRECTORY = (entry("Root Entry", 5, 3, 512) + entry("Workbook", 2, 0, 100)).ljust(512, b"\0")
ROUND = b"".join(n.to_bytes(4, "little") for n in (1, 2, 0)).ljust(512, b"\xff")
CIRCLES = {
    "FAT": compound(fat=[1, 2, 0], sectors=[DIRECTORY]),
    "DIFAT": compound(fat=[FAT, END], difat=(2, 1), sectors=[DIRECTORY, (2).to_bytes(4, "little") * 128]),
    "mini FAT": compound(fat=[FAT, END, END, END], minifat=(2, 1), sectors=[DIRECTORY, ROUND, bytes(512)]),
    "directory": compound(fat=[FAT, 1], sectors=[DIRECTORY]),
}


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of memory there")
@pytest.mark.parametrize("name", CIRCLES)
def test_an_old_workbook_whose_chains_run_in_a_circle_has_an_end(tmp_path, name):
    path = tmp_path / "w.xls"
    path.write_bytes(CIRCLES[name])
    start = time.monotonic()
    assert read_apart(path, 1000)["end"] in ("memory", "read")
    with contextlib.suppress(InputError):
        Book(path)
    assert time.monotonic() - start < 10


def test_a_text_that_repeats_without_end(tmp_path):
    """A text of 4,000 letters in 50,000 cells is 200 MB; written, it is 4 kB."""
    row = ods_rows([["x" * 4000]]).replace("table-row", 'table-row table:number-rows-repeated="50000"', 1)
    with pytest.raises(InputError) as refused:
        Book(write_ods(tmp_path / "w.ods", row))
    assert refused.value.problems[0].key == "bound_bytes"


def test_what_is_read_apart_is_what_is_read_here(tmp_path):
    path = write_ods(tmp_path / "w.ods")
    assert read_apart(path, 1000) == read_here(str(path), 1000)
    assert read_apart(path, 3)["sheets"][0]["rows"] is None


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of memory there")
def test_a_time_that_is_passed_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "MOST_SECONDS", 0)
    path = write_ods(tmp_path / "w.ods", ods_rows([[1.5] * 100] * 2000))
    assert read_apart(path, 10**6)["end"] == "seconds"
    with pytest.raises(InputError, match="exceeds the limit of"):
        Book(path)


def test_nothing_but_figures_comes_back():
    with pytest.raises(pickle.UnpicklingError):
        apart._Plain(apart.io.BytesIO(pickle.dumps(print))).load()
