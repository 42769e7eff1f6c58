"""`python -m indexcalc` is `indexcalc`: the program from its first moment, before any of it is loaded.

What is imported here is loaded in Python from its start. Before the first line of `main`, Ctrl-C is handled by Python.
"""

import _signal  # type: ignore[import-not-found]  # the core of `signal`, which would first have to be loaded
import errno
import os
import sys

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables of the libraries behind numpy: sums shared among threads differ in their last digit with the number of
processors, and with two of them a run of 195 or 2,850 places takes no less time."""


def main() -> int:
    """Run the program; returns the exit code. Loading, too, may be interrupted or run out of file handles."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    heard = _signal.getsignal(_signal.SIGINT) == _signal.default_int_handler
    if heard:  # a background job ignores it
        _signal.signal(_signal.SIGINT, lambda *_: os._exit(130))  # there is nothing to tidy up yet
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
        sys.stderr.write(f"indexcalc: {error}\n")  # the word files cannot be read either
        return 1
    finally:
        if heard:
            _finish()


def _finish() -> None:
    """Everything is done and reported: what is left is Python's own end, which an interruption only shortens."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # no stream, or nobody reads it: Python's end reports that
            continue
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


if __name__ == "__main__":
    raise SystemExit(main())
