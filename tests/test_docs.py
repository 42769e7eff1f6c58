"""The documentation says what the program does: generated pages are current; commands and methods stand in them."""

import importlib.util
import re
from pathlib import Path

import pytest

from indexcalc.arguments import help_text
from indexcalc.methods import METHODS
from indexcalc.voice import Voice

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")


def builder():
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["framework.md", "methodology.md", "cli.md"])
def test_generated_pages_are_current(name):
    """`make docs` writes them."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == builder().PAGES[name]()


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
    assert strip[0] == strip[1]


def test_the_changelog_tells_which_numbers_changed():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for release in re.split(r"^## ", text, flags=re.M)[1:]:
        assert "### Numbers changed" in release, release.splitlines()[0]
