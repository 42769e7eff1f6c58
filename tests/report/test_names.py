"""Whatever name is accepted, the workbooks, the tables and the page stay well-formed, and show it as it is."""

import csv
import json
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import indexcalc as ic
from indexcalc.computed import Computed
from indexcalc.errors import InputError
from indexcalc.load import load_specification
from indexcalc.report.csv import FORMULA_MARKS, write_tables
from indexcalc.report.model.workbook import write_model_workbook
from indexcalc.report.page import write_page
from indexcalc.report.workbook.workbook import write_index_workbook
from indexcalc.voice import Voice
from tests.conftest import make_panel

STRANGE = (
    *(
        "=1+1",
        "+1",
        "-x",
        "@SUM(A1)",
        "'quoted'",
        '"double"',
        "a'b\"c",
        "</script><script>alert(1)</script>",
        "<b>&amp;",
    ),
    *(
        "]]>",
        "<!--",
        "{{ name }}",
        "{% raw %}",
        "{name}",
        "%s %(x)s",
        "\\n\\u0041",
        "a/b\\c:d*e?f[g]",
        "$\\alpha$",
        "_^",
    ),
    *(
        "x" * 300,
        "城" * 120,
        "مدينة",
        "\u202eabc",
        "e\u0301\u0301\u0301",
        "🏙️👩‍👩‍👧",
        "\u200b",
        "\u2028x",
        "１２",
        "1",
        "TRUE",
    ),
    *(
        "#REF!",
        "index",
        "http://x.y",
        "a,b;c",
        "a\tb",
        " a  b ",
        "NaN",
        "None",
        "null",
        "_x0041_",
        "A1",
        "R1C1",
        "\xad-",
    ),
)


class Pieces(HTMLParser):
    """The scripts of a page, and its tags as they are opened and closed."""

    def __init__(self):
        super().__init__()
        self.open, self.scripts, self.names = [], [], []

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        if tag == "script":
            self.scripts.append("")
        if tag in ("script", "style", "main", "body", "html"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("script", "style", "main", "body", "html"):
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data


def specification(names, tmp_path):
    """A YAML with these names everywhere: of the index, dimensions, indicators, a group, a lens, a unit, and cities."""
    index, one, two, a, b, c, group, lens, unit, *cities = names
    tagged = {"direction": "positive", "unit": unit, "tags": {"lens": "x"}}
    framework = {
        "name": index,
        "note": lens,
        "groups": {"g": group},
        "cities": {city: {"group": "g", "en": f"{city} en"} for city in cities},
        "lenses": {"lens": {"name": lens, "groups": {"x": group, "y": unit or "y"}}},
        "dimensions": {
            "one": {
                "name": {"zh": one, "en": two},
                "indicators": {"a": {"name": a, **tagged}, "b": {"name": b, **tagged}},
            },
            "two": {"name": two, "indicators": {"c": {"name": c, **tagged}}},
        },
    }
    path = tmp_path / "names.yaml"
    whole = {"framework": framework, "methodology": {"normalisation": {"method": "min_max", "lower": 1, "upper": 100}}}
    text = json.dumps(whole, ensure_ascii=False)
    for end in "\x85\u2028\u2029":  # ends of lines to a YAML
        text = text.replace(end, f"\\u{ord(end):04x}")
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    return load_specification(path)


def check(names, tmp_path, lang="zh"):
    """Write everything under these names, and read it back with other programs' readers."""
    spec = specification(names, tmp_path)
    cities = list(spec.framework.cities)
    columns = {
        code: [[(i * k) % 7 + 1.0, (i + k) % 5 + 2.0] for i in range(len(cities))] for k, code in enumerate("abc", 1)
    }
    panel = make_panel(columns, cities=cities, years=(2020, 2021))
    run = Computed(ic.build_index(panel, spec.framework, spec.methodology), spec)
    voice = Voice(lang).of(spec.framework)
    write_index_workbook(run, tmp_path / "index.xlsx", voice)
    write_model_workbook(run.result, tmp_path / "model.xlsx", voice)
    write_page(run, tmp_path / "report.html", voice, ["run.json"])
    tables = write_tables(run, tmp_path)
    for name in ("index.xlsx", "model.xlsx"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            assert archive.testzip() is None
            for part in archive.namelist():
                if part.endswith((".xml", ".rels", ".vml")):
                    ElementTree.fromstring(archive.read(part))
        book = openpyxl.load_workbook(tmp_path / name)
        assert all(len(title) <= 31 and not re.search(r"[][:*?/\\]", title) for title in book.sheetnames)
        assert len({title.casefold() for title in book.sheetnames}) == len(book.sheetnames)
    cells = {
        str(cell.value) for sheet in openpyxl.load_workbook(tmp_path / "index.xlsx") for row in sheet for cell in row
    }
    assert {voice.city(city) for city in cities} <= cells
    for path in tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
        assert len({len(row) for row in rows}) == 1, path
    with (tmp_path / "rankings.csv").open(encoding="utf-8-sig", newline="") as file:
        said = {row["city"] for row in csv.DictReader(file)}
    assert {city[1:] if city[:1] == "'" and city[1:].startswith(FORMULA_MARKS) else city for city in said} == set(
        cities
    )
    page = Pieces()
    page.feed((tmp_path / "report.html").read_text(encoding="utf-8"))
    page.close()
    assert not page.open and len(page.scripts) == scripts(tmp_path)
    data = json.loads(next(text for text in page.scripts if text.lstrip().startswith("{")))
    assert [city["zh"] for city in data["cities"]] == [Voice("zh").of(spec.framework).city(city) for city in cities]


def scripts(tmp_path):
    """How many scripts a page has whose names are ordinary."""
    ordinary = tmp_path / "ordinary"
    if not ordinary.exists():
        ordinary.mkdir()
        spec = specification([f"n{i}" for i in range(12)], ordinary)
        panel = make_panel(
            {code: [[1.0, 2], [3, 1], [2, 5]] for code in "abc"}, cities=("n9", "n10", "n11"), years=(2020, 2021)
        )
        run = Computed(ic.build_index(panel, spec.framework, spec.methodology), spec)
        write_page(run, ordinary / "report.html", Voice("zh").of(spec.framework), ["run.json"])
    page = Pieces()
    page.feed((ordinary / "report.html").read_text(encoding="utf-8"))
    return len(page.scripts)


@pytest.mark.parametrize("start", range(0, len(STRANGE), 12))
def test_strange_names_leave_every_file_well_formed(tmp_path, start):
    some = [STRANGE[(start + i) % len(STRANGE)] for i in range(12)]
    cities = [*some[3:], *(f"{name}!" for name in some[:3])]
    check([*some[:9], *dict.fromkeys(cities)], tmp_path, lang="zh" if start % 24 else "en")


accepted = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(names=st.lists(accepted, min_size=13, max_size=13, unique=True))
def test_any_name_that_is_accepted_leaves_every_file_well_formed(tmp_path, names):
    try:
        specification(names, tmp_path)
    except InputError as error:
        assert str(error)
        assume(False)
    check(names, tmp_path)
