"""What the installed wheel must do by itself, away from the source tree (run by .ci/run in its own environment)."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

REPORTS = Path("reports")
IN_SOURCE_TREE = Path("pyproject.toml").exists()  # where `make report` leaves a run too
pytestmark = pytest.mark.skipif(
    IN_SOURCE_TREE or not (REPORTS / "run.json").exists(), reason="only beside a run of the installed wheel"
)


def test_the_package_is_the_installed_one():
    import indexcalc

    assert "site-packages" in indexcalc.__file__


def test_the_run_left_every_file_that_it_lists():
    record = json.loads((REPORTS / "run.json").read_text(encoding="utf-8"))
    tables = {"rankings.csv", "scores.csv", "analysis/claims.csv", "robustness/ranks.csv"}
    assert tables | {"index.xlsx", "model.xlsx", "report.html", "charts/trend.png"} <= set(record["files"])
    assert all((REPORTS / name).stat().st_size > 0 for name in record["files"])


def test_the_rankings_are_complete():
    with (REPORTS / "rankings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 78
    for year in {row["year"] for row in rows}:
        assert sorted(int(row["rank"]) for row in rows if row["year"] == year) == list(range(1, 14))


def test_the_page_is_whole():
    """Its template, style and scripts are files of the package."""
    page = (REPORTS / "report.html").read_text(encoding="utf-8")
    assert "<style" in page and "<script" in page and "</html>" in page


def test_a_new_index_begins_with_the_files_of_the_package(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "indexcalc", "init", str(tmp_path / "new")], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    assert len(list((tmp_path / "new").iterdir())) == 3


def test_help_is_light():
    code = (
        "import sys; from indexcalc.cli import main; main(['--help']); "
        "assert not {'pandas', 'scipy.stats', 'matplotlib.pyplot', 'numpy'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
