"""Rank 1 is the lowest, or the worst: what goes by the order of the scores follows, and no sentence praises it.

An index of which rank 1 is the lowest orders the cities as the same index turned round does from the highest down. One
of which a high score is bad has the ranks of any other; it is spoken of in other words.
"""

import html
import io
import re

import numpy as np
import openpyxl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pptx import Presentation
from pydantic import TypeAdapter
from rich.console import Console

import indexcalc as ic
from indexcalc import charts
from indexcalc.analysis.claims import hold
from indexcalc.analysis.explain import explain
from indexcalc.analysis.integration import integration
from indexcalc.analysis.next_place import find_next_place
from indexcalc.analysis.obstacles import obstacles
from indexcalc.cli import main
from indexcalc.computed import Computed
from indexcalc.errors import IndexcalcError
from indexcalc.report.charts.catalogue import names
from indexcalc.report.charts.findings import gains, over_time
from indexcalc.report.charts.subject import subject_of
from indexcalc.report.model.formulas import ranked
from indexcalc.report.text.explain import print_story
from indexcalc.report.text.findings import findings, headline
from indexcalc.robustness.bounds import rank_bounds
from indexcalc.robustness.smallest_change import smallest_changes
from indexcalc.spec.claims import Claim
from indexcalc.spec.methodology import RankOn
from indexcalc.spec.uncertainty import Uncertainty, WeightSet
from indexcalc.voice import Voice
from tests.conftest import make_panel, write_workbook, write_yaml
from tests.report.charts.made_up import texts

DIMENSIONS = {"one": {"indicators": {"a": {}, "b": {}}}, "two": {"indicators": {"c": {}, "d": {}}}}
RISK = ic.Framework.model_validate({"name": {"zh": "风险", "en": "Risk"}, "dimensions": DIMENSIONS})
SAFETY = ic.Framework.model_validate(
    {"name": {"zh": "安全", "en": "Safety"}, "direction": "negative", "scale": [1, 10], "dimensions": DIMENSIONS}
)
SCALE = {"normalisation": {"method": "min_max", "lower": 1, "upper": 10}}
LOW = ic.Methodology.model_validate({**SCALE, "rank_on": {"order": "ascending"}})
HIGH = ic.Methodology.model_validate(SCALE)
BAD = ic.Methodology.model_validate({**SCALE, "rank_on": {"high": "bad"}})
CLAIMS = [
    {"kind": "in_top", "cities": ["甲"], "n": 2},
    {"kind": "rank_is", "city": "乙", "rank": 3},
    *({"kind": "largest_rank_gain", "city": city} for city in "甲乙丙丁"),
    *({"kind": "overtakes", "city": a, "other": b} for a in "甲乙丙丁" for b in "甲乙丙丁" if a != b),
]


@pytest.fixture(scope="module")
def panel():
    return make_panel()


@pytest.fixture(scope="module")
def both(panel):
    return ic.build_index(panel, RISK, LOW), ic.build_index(panel, SAFETY, HIGH)


def claims():
    return [TypeAdapter(Claim).validate_python(claim) for claim in CLAIMS]


def test_ranks_and_places_gained(both):
    low, high = both
    assert_allclose(low.score(), 11 - high.score(), rtol=1e-13)
    assert (low.rank()[low.score().argmin(axis=0), range(3)] == 1).all()
    assert_array_equal(low.rank(), high.rank())
    assert_array_equal(low.rank_gain(), high.rank_gain())
    assert_array_equal(low.rank("one"), 5 - ic.build_index(low.panel, RISK, HIGH).rank("one"))


def test_ties_share_the_lower_number():
    panel = make_panel({"a": [2.0, 1.0, 1.0, 3.0]})
    framework = ic.Framework.model_validate({"indicators": {"a": {}}})
    methodology = ic.Methodology.model_validate({"normalisation": "none", "rank_on": {"order": "ascending"}})
    assert_array_equal(ic.build_index(panel, framework, methodology).rank()[:, 0], [3, 1, 1, 4])


def test_claims(both):
    low, high = both
    found = [[holding.verdict for holding in hold(one, claims())] for one in both]
    assert found[0] == found[1]
    assert len(set(found[0])) > 1
    assert low.years == high.years


def test_draws(panel):
    options = Uncertainty.model_validate({"weights": {"spread": 0.9}})
    low, high = (
        ic.robustness.uncertainty(panel, framework, methodology, claims(), options, draws=400)
        for framework, methodology in ((RISK, LOW), (SAFETY, HIGH))
    )
    for name in ("rank_counts", "gain_counts", "beats", "claim_counts"):
        assert_array_equal(getattr(low, name), getattr(high, name), err_msg=name)
    assert (low.rank_counts > 0).sum() > 3 * 4  # ranks do change


def test_bounds_and_smallest_changes(both, panel):
    """The best rank is n + 1 less the worst one of the same scores, ranked from the highest down."""
    weights, up = WeightSet(spread=0.9), ic.build_index(panel, RISK, HIGH)
    low, plain = rank_bounds(both[0], weights), rank_bounds(up, weights)
    assert not (plain.best_tied.any() or plain.worst_tied.any())
    assert_array_equal(low.best, 5 - plain.worst)
    assert_array_equal(low.worst, 5 - plain.best)
    assert_array_equal(low.always_above, np.swapaxes(plain.always_above, 1, 2))
    sizes = [sorted(round(one.size, 9) for one in smallest_changes(index)) for index in (both[0], up)]
    assert sizes[0] == sizes[1]


def test_the_next_place_is_gained_by_a_lower_score(both):
    low = both[0]
    c, t = int(np.flatnonzero(low.rank()[:, -1] == 3)[0]), -1
    found = find_next_place(low, low.cities[c], rebuild=lambda panel: ic.build_index(panel, RISK, LOW))
    ahead = int(np.flatnonzero(low.rank()[:, -1] == 2)[0])
    assert found.targets == (low.cities[ahead],)
    assert found.gap == pytest.approx(low.score()[c, t] - low.score()[ahead, t])
    assert found.found and all(one.after < one.before for one in found.found)


@pytest.mark.parametrize("rank_on", [{"high": "bad"}, {"order": "ascending", "high": "good"}])
def test_where_rank_1_is_the_worst_the_next_place_is_away_from_it(panel, rank_on):
    """The city of rank 2 is told how to come to rank 3, and that of the last rank that none is better."""
    methodology = ic.Methodology.model_validate({**SCALE, "rank_on": rank_on})
    result = ic.build_index(panel, RISK, methodology)
    at = {int(rank): c for c, rank in enumerate(result.rank()[:, -1])}
    stories = [
        explain(result, result.cities[at[rank]], rebuild=lambda panel: ic.build_index(panel, RISK, methodology))
        for rank in (2, 4)
    ]
    found = stories[0].next_place
    assert found.targets == (result.cities[at[3]],) and (found.rank, found.found[0].rank) == (3, 3)
    scores = result.score()[:, -1]
    assert found.gap == pytest.approx(abs(scores[at[2]] - scores[at[3]]))
    rising = result.methodology.rank_on.merit > 0
    assert all((one.after > one.before) == rising for one in found.found)
    assert stories[1].next_place is None
    said = [printed_story(story, result, lang) for story in stories for lang in ("en", "zh")]
    way = {"en": "higher" if rising else "lower", "zh": "高" if rising else "低"}
    assert f"The next rank down is 3rd, held by {found.targets[0]}, whose score is" in said[0] and way["en"] in said[0]
    assert f"下移一位：第3位为{found.targets[0]}，得分{way['zh']}" in said[1]
    assert f"No city has a {way['en']} score: there is no rank below it." in said[2]
    assert f"没有城市的得分更{way['zh']}，没有更靠后的位次。" in said[3]


def printed_story(story, result, lang):
    stream = io.StringIO()
    print_story(Console(file=stream, width=300), story, result, Voice(lang))
    return stream.getvalue()


def test_what_is_written_and_what_it_means():
    """Without `high`, a YAML means what it meant before there was such a key."""
    meant = {
        (order, high): (one.high_is_bad, one.worst_first, one.end)
        for order in ("descending", "ascending")
        for high in (None, "good", "bad")
        for one in [RankOn(order=order, high=high)]
    }
    assert meant == {
        ("descending", None): (False, False, None),
        ("descending", "good"): (False, False, None),
        ("descending", "bad"): (True, True, "highest"),
        ("ascending", None): (True, False, "lowest"),
        ("ascending", "good"): (False, True, "lowest"),
        ("ascending", "bad"): (True, False, "lowest"),
    }
    assert "high" not in HIGH.plain["rank_on"] and BAD.plain["rank_on"]["high"] == "bad"


@pytest.fixture(scope="module")
def bad(panel):
    return ic.build_index(panel, RISK, BAD)


def test_where_high_is_bad_the_figures_are_the_same(bad, panel):
    plain = ic.build_index(panel, RISK, HIGH)
    assert_array_equal(bad.score(), plain.score())
    assert_array_equal(bad.rank(), plain.rank())
    assert [one.verdict for one in hold(bad, claims())] == [one.verdict for one in hold(plain, claims())]


@pytest.mark.parametrize(("methodology", "end", "zh"), [(LOW, "lowest", "最低"), (BAD, "highest", "最高")])
def test_nobody_leads_in_risk(panel, methodology, end, zh):
    run = Computed.of(ic.build_index(panel, RISK, methodology))
    first = run.result.cities[int(run.result.rank()[:, -1].argmin())]
    assert headline(run, Voice("en", RISK)).startswith(f"Risk 2021: {first} has the {end} score of the 4 cities")
    assert headline(run, Voice("zh", RISK)).startswith(f"2021年风险：{first}得分在4个城市中{zh}")


@pytest.mark.parametrize("methodology", [LOW, BAD])
@pytest.mark.parametrize(("lang", "praise"), [("en", ("gained", "lost")), ("zh", ("提高",))])
def test_a_rising_risk_is_no_gain(panel, methodology, lang, praise):
    """Nor is a falling one a loss: in titles, below them, and among the findings."""
    run = Computed.of(ic.build_index(panel, RISK, methodology))
    subject = subject_of(run, Voice(lang, RISK))
    ends, names, facts = subject.compared[0], subject.cities.names, subject.facts
    levels = [one.text for one in findings(run, Voice(lang, RISK)) if one.kind == "level"]
    said = [
        over_time(*subject.compared, names, facts, subject.voice),
        gains(ends, names, facts, subject.voice),
        *levels,
    ]
    assert len(said) == 3
    assert not [text for text in said for word in praise if word in text]
    assert facts["worse"] == subject.voice.say("charts.lower_is_better")


@pytest.mark.parametrize("methodology", [LOW, BAD])
def test_what_praises_high_scores_is_refused(panel, methodology):
    for analysis in (obstacles, integration):
        with pytest.raises(ic.ChoiceError, match="a high score is bad here"):
            analysis(ic.build_index(panel, RISK, methodology))


def test_the_least_protected_may_be_first(panel):
    """Ascending, and high is good: obstacles are computed, and what lags is the part with the lowest scores."""
    first = {**SCALE, "rank_on": {"order": "ascending", "high": "good"}}
    found = ic.build_index(panel, RISK, ic.Methodology.model_validate(first))
    plain = ic.build_index(panel, RISK, HIGH)
    assert_array_equal(found.rank(), 5 - plain.rank())
    assert_array_equal(obstacles(found).degree, obstacles(plain).degree)
    assert_array_equal(integration(found).lagging, integration(plain).lagging)
    assert subject_of(Computed.of(found), Voice("en", RISK)).facts["worse"] == ""


def test_the_formula_of_the_model():
    assert ranked("C8", "C$8:C$20", 9, ascending=True) == (
        '=IF(weights_ok,1+SUMPRODUCT(--(ROUND(C$8:C$20,9)<ROUND(C8,9))),"")'
    )


@pytest.mark.parametrize(("methodology", "worse"), [(HIGH, "b"), (LOW, "a"), (BAD, "a")])
def test_of_an_indicator_lower_is_better_where_it_raises_a_bad_score(panel, methodology, worse):
    declared = {"a": {"direction": "positive"}, "b": {"direction": "negative"}}
    framework = ic.Framework.model_validate({"indicators": declared})
    run = Computed.of(ic.build_index(panel, framework, methodology))
    said = {code: " ".join(texts(charts.trend(run, code, lang="en"))) for code in declared}
    assert [code for code, text in said.items() if "lower is better" in text] == [worse]


@pytest.mark.parametrize(("methodology", "worst_first"), [(HIGH, False), (LOW, False), (BAD, True)])
def test_places_up_are_coloured_as_bad_where_the_worst_is_first(panel, methodology, worst_first, tmp_path):
    run = Computed.of(ic.build_index(panel, RISK, methodology))
    ic.write_results(run, tmp_path, parts=("page",))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert ('<main id="main" class="worst-first">' in page) is worst_first


# --- everything that a run prints -------------------------------------------------------------------------------------

PRAISE = {
    "en": r"\b(leads?|led|gain(?:s|ed)?|lost|loss(?:es)?|strong(?:est)?|strengths?|weak(?:est|ness(?:es)?)?|best|worst"
    r"|better|ahead|behind|pass(?:es|ed)|caught|overt(?:ook|akes?|aken)|top [0-9]|obstacles?|improves?)\b",
    "zh": "居首|之首|首位|领先|落后|最[好差]|越[高低大小]越好|[强弱]项|提高|[^可不]超过|追平|占优|优于|短板|障碍"
    "|拖累|改善|进一位",
}
ALLOWED = {
    "en": "lower is better|counted in its favour|a high score is bad here|method: middle, best|x - best"
    "|it is weak|^weak$",
    "zh": "越低越好|此处得分高为不利|抽样标准误超过|个公式；超过",
}
"""What is said of the index itself, of ties, of refusals, of a parameter, of correlations, of numbers."""
PROJECT = """
framework:
  name: {zh: 风险, en: Risk}
  workbook: risk.xlsx
  groups: {g: {zh: 一组, en: Group g}, h: {zh: 二组, en: Group h}}
  cities: {甲: {group: g}, 乙: {group: g}, 丙: {group: h}, 丁: {group: h}, 戊: {group: h}, 己: {}, 庚: {}}
  lenses: {stage: {groups: {s: {zh: 甲类, en: S}, t: {zh: 乙类, en: T}}}}
  dimensions:
    one: {indicators: {a: {direction: positive, tags: {stage: s}}, b: {direction: negative, tags: {stage: t}}}}
    two: {indicators: {c: {direction: {middle: 50}, tags: {stage: s}}, d: {direction: positive, tags: {stage: t}}}}
methodology:
  normalisation: {method: min_max, lower: 1, upper: 10}
  rank_on: {ORDER}
claims:
  - {kind: rising, cities: all}
  - {kind: falling, cities: [甲]}
  - {kind: in_top, cities: [甲, 乙], n: 3, years: all}
  - {kind: in_top, cities: [丙], n: 1}
  - {kind: rank_is, city: 丁, rank: 2}
  - {kind: largest_rank_gain, city: 丙}
  - {kind: overtakes, city: 丙, other: 甲}
  - {kind: gap_narrows, city: 甲, other: 乙}
  - {kind: group_leads, group: g}
charts: {highlight: [甲], draw: [trend]}
scenarios: {geometric: {name: {zh: 几何平均, en: Geometric}, aggregation: geometric}}
yardsticks:
  others: {name: {zh: 外部, en: Others}, kind: rank, values: {2021: {甲: 1, 乙: 2, 丙: 3, 丁: 4}}}
uncertainty: {draws: 60, seed: 1, weights: {spread: 0.3}, aggregation: [arithmetic, geometric]}
"""


@pytest.fixture(scope="module", params=["high: bad", "order: ascending"])
def project(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("risk")
    panel = make_panel(cities="甲乙丙丁戊己庚")
    rows = [
        [city, year, *(panel.series(code)[c, t] for code in "abcd")]
        for c, city in enumerate(panel.cities)
        for t, year in enumerate(panel.years)
    ]
    write_workbook(folder / "risk.xlsx", {"面板": [["城市", "年份", *"abcd"], *rows]})
    return write_yaml(folder / "risk.yaml", PROJECT.replace("{ORDER}", f"{{{request.param}}}"))


def shown_by(page):
    """The texts of a page, in both languages; without its script, and without definitions quoted from the manual."""
    kept = re.sub(r'<style.*?</style>|<script.*?</script>|<p class="definition".*?</p>', "", page, flags=re.S)
    labels = re.findall(r'(?:aria-label|title|content|alt)="([^"]*)"', kept)
    return [html.unescape(text).strip() for text in (*labels, *re.split(r"<[^>]+>", kept))]


def printed(project, lang, out, capsys):
    """Every text of a run and of what is told of single cities."""
    yaml, own = str(project), ["--lang", lang]
    assert main(["run", yaml, *own, "--out", str(out)]) == 0
    run = ic.compute(project)
    ranks = run.result.rank()[:, -1]
    first, last = (run.result.cities[int(end)] for end in (ranks.argmin(), ranks.argmax()))
    for city in run.result.cities:
        assert main(["explain", city, yaml, *own]) == 0
    for city in (first, last):
        assert main(["city", city, yaml, *own, "--out", str(out / "cities")]) == 0
    assert main(["explain", first, "--against", last, yaml, *own]) == 0
    assert main(["robustness", yaml, *own, "--out", str(out / "more")]) == 0
    assert main(["slides", yaml, *own, "--out", str(out / "slides")]) == 0
    said = capsys.readouterr()
    found = [*said.out.splitlines(), *said.err.splitlines()]
    for path in sorted(out.rglob("*.xlsx")):
        for sheet in openpyxl.load_workbook(path):
            cells = [cell for row in sheet.iter_rows() for cell in row]
            found += [cell.value for cell in cells if isinstance(cell.value, str) and not cell.value.startswith("=")]
            found += [cell.comment.text for cell in cells if cell.comment]
    for path in sorted(out.rglob("*.html")):
        found += shown_by(path.read_text(encoding="utf-8"))
    for slide in Presentation(out / "slides" / "slides.pptx").slides:
        for shape in (*slide.shapes, *slide.notes_slide.shapes):
            found += [shape.text_frame.text] if shape.has_text_frame else []
            found += [cell.text for cell in shape.table.iter_cells()] if shape.has_table else []
    for name in names():
        try:
            found += texts(getattr(charts, name)(run, lang=lang))
        except IndexcalcError as refused:
            found += refused.text(lang).splitlines()
    for pair in ((first, last), (last, first)):
        found += texts(charts.city(run, pair[0], lang)) + texts(charts.pair(run, *pair, lang))
    for node in ("a", "b", "one"):
        found += texts(charts.trend(run, node, lang=lang)) + texts(charts.ranks(run, node, lang=lang))
    return [text for text in dict.fromkeys(found) if text]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_printed_sentence_praises_rank_1(project, lang, tmp_path, capsys):
    """Not the screen, workbooks, page, charts, `explain`, `city` or slides, whichever end rank 1 is at."""
    said = printed(project, lang, tmp_path, capsys)
    assert len(said) > 1000
    praise, allowed = re.compile(PRAISE[lang], re.I), re.compile(ALLOWED[lang])
    assert not [text for text in said if praise.search(text) and not allowed.search(text)]
