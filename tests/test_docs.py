"""The documentation says what the program does: generated pages are current; commands and methods stand in them."""

import importlib.util
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from indexcalc.arguments import help_text
from indexcalc.methods import METHODS
from indexcalc.report import tables
from indexcalc.voice import NEUTRAL, Voice, room

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")


def builder():
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["findings.md", "framework.md", "methodology.md", "cli.md", "yaml.md"])
def test_generated_pages_are_current(name):
    """`make docs` writes them."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == builder().PAGES[name]()


def said(name):
    """The keys of a room; neutral words are listed with those whose place they take."""
    return [key for key in room("en", name) if not key.endswith(NEUTRAL)]


def titles():
    """The words that the titles of the charts are made of."""
    source = (ROOT / "indexcalc" / "report" / "charts" / "findings.py").read_text(encoding="utf-8")
    words = set(re.findall(r'"(?:charts\.)?([a-z_]+)"', source))
    stems = [stem for stem in re.findall(r'f"charts\.([a-z_]+)\{', source)]
    keys = [key for key in said("charts") if "." not in key and key not in TITLES_ELSEWHERE]
    return [key for key in keys if key in words or any(key.startswith(stem) for stem in stems)]


TITLES_ELSEWHERE = {"influence", "never_moves"}
"""No titles: the heading of a column, whose name begins as the titles of its chart do, and what a chart says instead of
indices."""


def test_every_sentence_that_states_a_finding_is_listed_once_with_what_it_rests_on():
    listed = tomllib.loads((ROOT / "docs" / "findings.toml").read_text(encoding="utf-8"))
    of = [*listed["basis"], listed["parts"]]
    assert all(basis[key] for basis in listed["basis"] for key in ("title", "rests", "rests_zh"))
    for name in builder().PLACES:
        keys = [key for basis in of for key in basis.get(name, ())]
        assert not [key for key, n in Counter(keys).items() if n > 1], name
        known = room("en", builder().ROOMS[name].partition(".")[0])
        inside = builder().ROOMS[name].partition(".")[2]
        assert {f"{inside}.{key}" if inside else key for key in keys} <= set(known), name
    for name, expected in (
        ("findings", set(said("findings"))),
        ("claims", {key.partition(".")[2] for key in said("claims") if key.startswith("claim.")}),
        ("charts", set(titles())),
    ):
        assert {key for basis in of for key in basis.get(name, ())} == expected, name


def test_every_file_of_a_run_has_its_line_in_both_languages():
    known = {f"{name}.csv" for name in files_of_runs()}
    for page in ("outputs.md", "outputs.zh.md"):
        listed = re.findall(r"^\| `(\S+\.csv)` \|", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE)
        assert Counter(listed) == Counter(known), page


def files_of_runs():
    tables._load()
    return list(tables.FILES)


def test_every_method_has_a_docstring_with_an_example():
    for step, methods in METHODS.items():
        for name, method in methods.items():
            assert method.summary, f"{step} {name}"
            assert ">>>" in method.kernel.__doc__, f"{step} {name} has no example"


@pytest.mark.parametrize("readme", READMES)
def test_every_command_stands_in_the_readme(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    for command in help_text(Voice("en")):
        assert command in text, command


@pytest.fixture(scope="module")
def computed():
    from indexcalc.run import compute

    return compute(ROOT / "indicators.yaml")


@pytest.mark.parametrize(("lang", "readme"), [("en", "README.md"), ("zh", "README.zh-CN.md")])
def test_the_claims_of_the_readme_are_those_of_a_run(computed, lang, readme):
    """The words are the same, the shares of the draws to a point (another machine may settle a tie otherwise)."""
    build, percent = builder(), re.compile(r"(\d+(?:\.\d+)?)%")
    text = (ROOT / readme).read_text(encoding="utf-8")
    begin, end = build.BEGIN.format("claims"), build.END.format("claims")
    written, now = (
        text.split(begin)[1].split(end)[0].strip(),
        build.claims_table(computed, Voice(lang, computed.result.framework)),
    )
    assert percent.sub("%", written) == percent.sub("%", now)
    shares = [[float(share) for share in percent.findall(table)] for table in (written, now)]
    assert shares[0] == pytest.approx(shares[1], abs=1.0)


@pytest.mark.parametrize("readme", READMES)
def test_links_of_the_readme_lead_somewhere(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (ROOT / target).exists(), target


def test_the_readmes_name_the_same_commands():
    blocks = [
        re.findall(r"```(?:sh|bat|python|yaml)\n(.*?)```", (ROOT / r).read_text(encoding="utf-8"), re.S)
        for r in READMES
    ]
    strip = [[re.sub(r"\s*#.*", "", line).rstrip() for b in bs for line in b.splitlines()] for bs in blocks]
    spoken = re.compile(r"^(export|set) INDEXCALC_LANG=en$| INDEXCALC_LANG=en| --lang en")
    said = [[line for line in (spoken.sub("", line) for line in lines) if line] for lines in strip]
    assert said[0] == said[1]
    english = blocks[READMES.index("README.md")]
    for block in english:
        if "bin/indexcalc" in block or "make report" in block:
            assert "INDEXCALC_LANG=en" in block or "--lang en" in block, block


def test_the_changelog_tells_which_numbers_changed():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for release in re.split(r"^## ", text, flags=re.M)[1:]:
        assert "### Numbers changed" in release, release.splitlines()[0]


def test_the_coverage_of_both_editions_is_that_of_the_workbook():
    """`make docs` writes it; 92.8% of the indicators' cells are observed, counted here by pandas."""
    spec = importlib.util.spec_from_file_location("docs_observed", ROOT / "docs" / "observed.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = module.page(module.shipped())
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == page
    from tests.test_shipped import derived_indicators, read_panel, written

    framework = written()
    there = derived_indicators(framework, read_panel(framework)).notna()
    assert f"93.8 → {100 * there.to_numpy().mean():.1f}%" in page
    chengdu = 100 * there.loc[("成都", 2017)].mean()
    assert f"| 成都 Chengdu | 93 → {chengdu:.0f} |" in page
