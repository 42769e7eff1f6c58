"""`python -m indexcalc` is `indexcalc`: the program from its first moment on, before any of it is loaded.

What is imported here is part of Python when it starts. Before the first line of `main`, Ctrl-C is answered by Python.
"""

import _signal  # type: ignore[import-not-found]  # the core of `signal`, which would first have to be loaded
import errno
import os
import sys


def main() -> int:
    """Run the program; returns the exit code. Loading, too, may be interrupted or run out of file handles."""
    heard = _signal.getsignal(_signal.SIGINT) == _signal.default_int_handler
    if heard:  # a job in the background is deaf to it
        _signal.signal(_signal.SIGINT, lambda *_: os._exit(130))  # there is nothing yet to be tidied
    try:
        from indexcalc.cli import main as run
        from indexcalc.interruption import interruptible

        with interruptible():
            return run()
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        sys.stderr.write(f"indexcalc: {error}\n")  # the words cannot be read either
        return 1
    finally:
        if heard:
            _finish()


def _finish() -> None:
    """All is done and told: what is left is Python's own end, which an interruption only shortens."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # none, or nobody reads it any more: Python's end says so
            continue
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


if __name__ == "__main__":
    raise SystemExit(main())
