"""The tables in tests/golden/data: small, each with its source and terms, and those of the full cases."""

import pytest

from tests.golden.lay_out import tables
from tests.golden.published import DATA, FULL

FILES = sorted(path for path in DATA.rglob("*") if path.suffix in (".csv", ".json"))

ELSEWHERE = {
    *("gender.csv", "gpi.csv", "inform.csv", "water.csv"),
    *("tai/outranking.csv", "tai/aggregations.csv", "tai/rotated.csv"),
}
"""Tables that no full case stands behind."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(DATA).as_posix())
def test_every_table_is_small_and_has_its_source(path):
    """The README says of each what it is; of each folder or file, source, terms and what was left out."""
    assert path.stat().st_size < 400_000
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    _, _, section = readme.partition(f"\n## {path.relative_to(DATA).parts[0]}")
    section = section.partition("\n## ")[0]
    assert f"`{path.name}`" in section
    for part in ("Source:", "Terms:", "Left out:"):
        assert part in section


@pytest.mark.slow
@pytest.mark.skipif(not FULL.is_dir(), reason="the full cases are not beside the project; their slices are tested")
def test_the_tables_are_those_of_the_full_cases():
    """Byte for byte; no other table stands beside them, but those read from elsewhere."""
    texts = tables(FULL)
    assert {path.relative_to(DATA).as_posix() for path in FILES} - ELSEWHERE == set(texts)
    for name, text in texts.items():
        assert (DATA / name).read_bytes() == text.encode(), name
