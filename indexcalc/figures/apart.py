"""Calamine in a process of its own, with limits on memory and time. How large an .xls, .xlsb or .ods file becomes is
known only once it is read: a chain of sectors may run in a circle, one long text may be in a million cells. In a
process of its own, this ends that process, not the program. Run as a script, this file is that process; it imports
nothing from the package.
"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

MOST_MEMORY = 1024
"""Memory of the process, its own code included [MB]."""
MOST_SECONDS = 60
"""Processor time [s]; it is given twice as long by the clock."""
_ABORTED = (-6, -11, 134, 139)
"""Exit codes of a process that is refused memory, which it cannot report itself."""


def read_apart(path: Path, most_cells: int) -> dict[str, Any]:
    """What calamine reads of a workbook: `end` ("read", "password", "damaged", "memory", "seconds"), and of what was
    read the `sheets`: title, whether it is shown, rows (None beyond most_cells), merged ranges."""
    if not sys.executable:  # Python embedded in another program
        return read_here(str(path), most_cells)
    limits = map(str, (MOST_MEMORY, MOST_SECONDS, most_cells))
    command = [sys.executable, "-P", __file__, str(path.resolve()), *limits]
    try:
        done = subprocess.run(command, capture_output=True, timeout=2 * MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"end": "seconds"}
    if done.returncode in _ABORTED:
        return {"end": "memory"}
    if done.returncode < 0:
        return {"end": "seconds"}
    try:
        found = _Plain(io.BytesIO(done.stdout)).load()
    except (pickle.UnpicklingError, EOFError):
        return {"end": "damaged"}
    return found if isinstance(found, dict) else {"end": "damaged"}


class _Plain(pickle.Unpickler):
    """Reads numbers, texts, lists and dates, and nothing that could do anything."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in ("date", "datetime", "time", "timedelta"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(name)


def read_here(path: str, most_cells: int) -> dict[str, Any]:
    """The same in this process, without limits."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheets = []
        for about in book.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            shown = about.visible == python_calamine.SheetVisibleEnum.Visible
            large = sheet.total_height * sheet.total_width > most_cells
            rows = None if large else sheet.to_python(skip_empty_area=False)
            merged = [tuple(map(tuple, found)) for found in sheet.merged_cell_ranges or ()]
            sheets.append({"title": about.name, "shown": shown, "rows": rows, "merged": merged})
    except python_calamine.PasswordError:
        return {"end": "password"}
    except MemoryError:
        return {"end": "memory"}
    except BaseException as error:  # Rust panics are not Exceptions
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return {"end": "damaged"}
    return {"end": "read", "sheets": sheets}


def _limit(megabytes: int, seconds: int) -> None:
    """Limit the memory and time of this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    ends = {resource.RLIMIT_AS: megabytes * 2**20, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    for kind, most in ends.items():
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (most, hard))
        except (OSError, ValueError):  # a system that has the limit in name only
            continue


def _serve(path: str, megabytes: int, seconds: int, most_cells: int) -> None:
    """Read a workbook and write what was read to stdout."""
    _limit(megabytes, seconds)
    found = read_here(path, most_cells)
    try:
        pickle.dump(found, sys.stdout.buffer, protocol=5)
    except MemoryError:
        pickle.dump({"end": "memory"}, sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    _serve(sys.argv[1], *map(int, sys.argv[2:5]))
