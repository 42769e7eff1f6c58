"""The report of a city: its figures are those of the tables, its words fit, and it makes two sheets of paper."""

import json
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest

import indexcalc as ic
from indexcalc.cli import main
from indexcalc.computed import Computed
from indexcalc.report.charts.style import house_style
from indexcalc.report.charts.subject import subject_of
from indexcalc.report.city import render, write_cities
from indexcalc.report.city.content import content
from indexcalc.report.folder.manifest import listed_files
from indexcalc.run import compute
from indexcalc.voice import Voice, languages
from tests.conftest import ROOT, build, make_framework, make_panel
from tests.report.test_page_browser import browser  # noqa: F401

EN = Voice("en")
LOW = {"rank_on": {"order": "ascending"}}
COUNTRIES = {"zh": "国家", "en": ["country", "countries"]}


@pytest.fixture(scope="module")
def shipped():
    return compute(ROOT / "indicators.yaml", draws=200)


def told(run, city, lang="en"):
    """What the report of a city says, section by section."""
    with house_style():
        return content(subject_of(run, Voice(lang, run.result.framework)), city)


def page(run, city, lang="en"):
    """The report as a page."""
    return render(told(run, city, lang), "data:,", run.result.voice(lang))


def small(columns=None, units=None, **choices):
    """An index of four cities over three years, without draws."""
    named = {"name": {"zh": "指数", "en": "Index"}, **({} if units is None else {"units": units})}
    return Computed.of(build(make_panel(columns), make_framework(**named), **choices))


class Outline(HTMLParser):
    """What a reader with a screen reader meets: headings, tables without headers, images without a text."""

    def __init__(self):
        super().__init__()
        self.headings, self.scopes, self.images, self.away = [], [], [], []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th":
            self.scopes.append(found.get("scope"))
        if tag == "img":
            self.images.append(found.get("alt"))
        self.away += [value for key, value in attrs if key in ("src", "href") and not value.startswith("data:")]


# --- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("city", ["成都", "北京", "西安"])
def test_the_figures_are_those_of_the_tables(shipped, city):
    said, result = told(shipped, city), shipped.result
    table = result.rankings().set_index(["city", "year"]).loc[city]
    rows = dict(said["path"]["rows"])
    assert rows["Score"] == [f"{score:.2f}" for score in table["score"]]
    assert rows["Rank"] == [f"{rank:.0f}/13" for rank in table["rank"]]
    low, high = (shipped.drawn.rank_quantile(level)[result.cities.index(city)] for level in (0.05, 0.95))
    spans = [f"{a:.0f}" if a == b else f"{a:.0f}–{b:.0f}" for a, b in zip(low, high, strict=True)]
    assert rows["Rank range"] == spans
    tiles = {tile["name"]: tile["value"] for tile in said["tiles"]}
    assert tiles["Rank"] == EN.ordinal(int(table["rank"].iloc[-1]))
    assert tiles["Rank range"] == spans[-1]


def test_strengths_and_drivers_are_those_of_the_contributions(shipped):
    said, result = told(shipped, "成都"), shipped.result
    nodes = [node.code for node in result.nodes]
    c, voice = result.cities.index("成都"), Voice("en", result.framework)
    parts = {voice.node(code): part for code, part in zip(nodes, shipped.contributions[c, -1], strict=True)}
    changes = {voice.node(code): part for code, part in zip(nodes, shipped.change_contributions[c], strict=True)}
    for section, expected in (("standings", parts), ("change", changes)):
        rows = [row for group in said[section]["groups"] for row in group["rows"]]
        assert len(rows) == 6
        for row in rows:
            assert row["cells"][-1] == f"{expected[row['name']]:+.2f}".replace("-", "−")


def test_the_gap_to_the_next_place_adds_up(shipped):
    said, score = told(shipped, "成都"), shipped.result.score()[:, -1]
    gap = score[shipped.result.cities.index("成都")] - score[shipped.result.cities.index("南京")]
    *parts, total = [float(row[-1].replace("−", "-")) for row in said["next"]["gaps"]]
    assert total == round(gap, 2)
    assert sum(parts) == pytest.approx(gap, abs=0.005 * len(parts))
    assert "Nanjing" in said["next"]["about"] and f"{-gap:.2f}" in said["next"]["about"]


def test_a_change_that_gains_the_place_gains_it(shipped):
    """苏州, fifth: each figure of the table, put into the panel, lifts it to the fourth place or higher."""
    story = shipped.whole_story("苏州")
    assert len(told(shipped, "苏州")["next"]["found"]) == len(story.next_place.found) > 0
    c = shipped.result.cities.index("苏州")
    for one in story.next_place.found:
        panel = shipped.result.panel
        values = panel.values.copy()
        values[c, -1, panel.position(one.column)] = one.after
        again = ic.build_index(panel.with_values(values), shipped.result.framework, shipped.result.methodology)
        assert again.rank()[c, -1] < shipped.result.rank()[c, -1]


def test_how_sure_is_the_share_of_the_draws(shipped):
    said, found = told(shipped, "成都")["sure"], shipped.drawn
    shares = found.acceptability_in(2022)[found.cities.index("成都")]
    assert [cell["text"] for cell in said["ranks"]["cells"]] == [
        "100%" if share == 1 else f"{100 * share:.1f}%" for share in shares[shares > 0]
    ]
    assert EN.say("city.no_probability") in said["sentences"]
    assert any("proven" in sentence for sentence in said["sentences"])


def test_without_draws_it_says_that_nothing_was_tested():
    said = told(small(), "甲")
    assert said["sure"]["ranks"] is None
    assert said["sure"]["sentences"][0] == EN.say("city.untested")
    assert "Rank range" not in [tile["name"] for tile in said["tiles"]]
    assert "Rank range" not in dict(said["path"]["rows"])


def test_a_tie_is_said():
    run = small({code: [[1.0, 2.0], [1.0, 2.0], [3.0, 1.0], [5.0, 6.0]] for code in "abcd"})
    rank = told(run, "甲")["tiles"][0]
    assert "level with 乙" in rank["about"]


def test_of_one_year_there_is_no_change_to_tell():
    said = told(small({code: [1.0, 2.0, 4.0, 3.0] for code in "abcd"}), "甲")
    assert said["change"] is None and said["passings"] is None
    assert said["next"]["gaps"]


def test_the_first_needs_no_next_place():
    run = small()
    first = run.result.cities[run.order[0]]
    assert told(run, first)["next"]["about"] == EN.say("explain.first_place")


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", languages())
def test_countries_are_called_countries(lang):
    text = re.sub("<style>.*?</style>", "", page(small(units=COUNTRIES), "乙", lang), flags=re.DOTALL)
    assert not re.search(r"城市|\b[Cc]it(?:y|ies)\b", text)
    assert re.search("国家|countr", text)


def test_where_low_is_best_nobody_leads_or_is_strong():
    run = small(**LOW)
    for city in run.result.cities:
        text = re.sub("<style>.*?</style>", "", page(run, city), flags=re.DOTALL)
        assert not re.search(r"[Ss]trength|[Ss]trong|Passed|ahead|[Ll]ead", text)
    assert "High and low in 2021" in text


@pytest.mark.parametrize("lang", languages())
def test_the_page_is_whole_and_can_be_read_aloud(shipped, lang):
    outline = Outline()
    outline.feed(page(shipped, "成都", lang))
    assert outline.headings[0] == 1 and set(outline.headings[1:]) == {2}
    assert None not in outline.scopes and len(outline.images) == 1 and outline.images[0]
    assert not outline.away


def test_names_are_no_markup():
    framework = make_framework(cities={"甲": {"en": "<b>A</b> & B"}, "乙": {}, "丙": {}, "丁": {}})
    run = Computed.of(build(make_panel(), framework))
    assert "<b>A" not in page(run, "甲") and "&lt;b&gt;A&lt;/b&gt; &amp; B" in page(run, "甲")


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with the shipped index; the command runs in it."""
    shutil.copy(ROOT / "indicators.yaml", tmp_path)
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data" / "cities.xlsx", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_reports_are_added_to_what_is_there(project, capsys):
    assert main(["charts", "--only", "ranks", "--draws", "0"]) == 0
    assert main(["city", "Chengdu", "西安", "成都市", "--draws", "0"]) == 0
    made = {f"city/{city}.{ending}" for city in ("成都", "西安") for ending in ("html", "png")}
    assert made == {f"city/{path.name}" for path in (project / "reports" / "city").iterdir()}
    assert {*made, "charts/ranks.png", "run.json"} == set(listed_files(project / "reports"))
    assert json.loads((project / "reports" / "run.json").read_text(encoding="utf-8"))["program"] == "indexcalc"
    assert "reports/city/成都.html" in capsys.readouterr().out


def test_the_same_run_gives_the_same_bytes(project):
    for folder in ("one", "two"):
        command = ["city", "成都", "indicators.yaml", "--draws", "50", "--out", folder, "--lang", "en"]
        assert main([*command, "--format", "html,png"]) == 0
    for name in ("Chengdu.html", "Chengdu.png"):
        assert (project / "one" / "city" / name).read_bytes() == (project / "two" / "city" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["Chengdo", "Xi'am"], r"city 'Chengdo' is not in the index\. Did you mean 'Chengdu'\?(.|\n)*'Xi'am'.*'Xi'an'"),
        ([], r"expected the names of one or more cities, or --all"),
        (["成都", "--all"], r"expected the names of one or more cities, or --all"),
        (["成都", "a.yaml", "b.yaml"], r"found a\.yaml, b\.yaml; expected one YAML file"),
        (["成都", "--format", "pdf"], r"there is no format 'pdf'"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(project, capsys, arguments, match):
    assert main(["city", *arguments, "--draws", "0", "--lang", "en"]) == 2
    assert re.search(match, capsys.readouterr().err)
    assert not (project / "reports").exists()


def test_a_city_without_a_score_is_refused_by_name(tmp_path):
    columns = {code: [[1.0, 2.0], [np.nan, np.nan], [3.0, 1.0], [5.0, 6.0]] for code in "abcd"}
    run = small(columns, missing="propagate")
    assert run.scored == ["丁", "甲", "丙"]
    with pytest.raises(ic.InputError, match="has no score"):
        write_cities(run, tmp_path, ["乙"], EN)


# --- two sheets -------------------------------------------------------------------------------------------------------

LONG = "Democratic and Popular Republic of the United Provinces of the Far North"


def long_named():
    """Places, dimensions and indicators with very long names, and many who pass each other."""
    names = {code: {"en": f"Comprehensive energy consumption per unit of value added ({code})"} for code in "abcd"}
    dimensions = {
        f"part_{i}": {
            "name": f"An unusually long name of a dimension ({i})",
            "indicators": {c: {"name": names[c]} for c in of},
        }
        for i, of in enumerate(("ab", "cd"))
    }
    n = 30
    drawn = np.random.default_rng(7).uniform(1.0, 100.0, (4, n, 22))
    cities = [f"{LONG} {i}" for i in range(n)]
    panel = make_panel(dict(zip("abcd", drawn, strict=True)), cities=cities, years=range(2000, 2022))
    framework = make_framework(dimensions, name="A Composite Index of Sustainable Development and Inclusive Growth")
    return Computed.of(build(panel, framework))


@pytest.mark.browser
@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("which", ["shipped", "long"])
def test_it_prints_on_two_sheets(shipped, tmp_path, lang, which, browser):  # noqa: F811
    run = shipped if which == "shipped" else long_named()
    cities = (
        list(run.result.cities) if which == "shipped" else [run.result.cities[c] for c in (run.order[0], run.order[15])]
    )
    written, _ = write_cities(run, tmp_path, cities, Voice(lang, run.result.framework), formats=("html",))
    sheet = browser.new_page()
    for file in written:
        sheet.goto(file.as_uri())
        printed = sheet.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2, file.name
    sheet.close()
