"""How every workbook is begun: no text in it is taken for a formula or an address, and it does not carry the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

CREATED = datetime(2000, 1, 1)
"""When every file says that it was made, so that the same results give the same bytes."""
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def workbook(stream: BytesIO, title: str) -> Iterator[Any]:
    """A workbook to be filled, which is in `stream` when it is done."""
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": title, "author": "indexcalc", "created": CREATED})
        yield book
