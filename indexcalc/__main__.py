"""`python -m indexcalc` is `indexcalc`."""

from indexcalc.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
