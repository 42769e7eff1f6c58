"""`python -m indexcalc` is `indexcalc`: the program from its first moment on, before any of it is loaded."""

import errno
import sys


def main() -> int:
    """Run the program; returns the exit code. Loading, too, may be interrupted or run out of file handles."""
    try:
        from indexcalc.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        sys.stderr.write(f"indexcalc: {error}\n")  # the words cannot be read either
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
