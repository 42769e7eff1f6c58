"""Every language has the same words; no word is in the code, and nothing but the voice asks for the language."""

import ast
import re
import shutil
from io import StringIO
from string import Formatter

import pytest
from rich.console import Console

import indexcalc as ic
from indexcalc import voice as voice_module
from indexcalc.computed import Computed
from indexcalc.errors import Problem
from indexcalc.framework import Framework, Name
from indexcalc.methods import METHODS
from indexcalc.report import screen
from indexcalc.voice import DEFAULT, Clauses, Row, Sentences, Voice, Word, known_words, languages, room
from tests.conftest import ROOT, build, make_panel

PACKAGE = ROOT / "indexcalc"
ROOMS = sorted({path.stem for path in (PACKAGE / "words").rglob("*.toml")})
FURTHER = [lang for lang in languages() if lang != DEFAULT]

# Tables that not every language needs, and why.
OF_SOME_LANGUAGES = {
    ("cli", "argparse."): "argparse itself speaks English",
    ("grammar", "ordinal."): "Chinese writes the number alone",
    ("methods", "name."): "in English a name is made of the method's code, with few exceptions",
    ("methods", "summary."): "in English it is the first line of the docstring",
    ("units", "name."): "a YAML writes the units of Chinese statistics",
}
# Facts that are given wherever they fit, and not said in every language.
GIVEN = {"index", "n", "part", "parts", "period", "subject"}
# Signs that are read and not said: their wide twins count as the ordinary ones.
SIGNS = {"％", "，", "／", r"\s*[,，]\s*", r"\s*[:：]\s*", r"[\s()（）\[\]【】]"}
# Where lines of Chinese may be broken: signs, no words.
TYPOGRAPHY = ("report/charts/lettering.py", "report/explain_text.py")
HAN = re.compile(r"[\u3400-\u9fff]")
IDEOGRAPH = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def modules():
    """Every module but the voice itself: its path below the package, and its syntax tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name != "voice.py":
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def facts_of(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


# --- the words ------------------------------------------------------------------------------------------------------


def test_every_language_has_the_same_rooms():
    for lang in languages():
        assert sorted(path.stem for path in (PACKAGE / "words" / lang).iterdir()) == ROOMS


@pytest.mark.parametrize("name", ROOMS)
@pytest.mark.parametrize("lang", FURTHER)
def test_twins_have_the_same_keys_and_name_the_same_facts(name, lang):
    words, twins = room(DEFAULT, name), room(lang, name)
    free = tuple(table for of, table in OF_SOME_LANGUAGES if of == name)
    assert not [key for key in words.keys() ^ twins.keys() if not key.startswith(free)]
    for key in words.keys() & twins.keys():
        assert type(words[key]) is type(twins[key]), key
        if isinstance(words[key], str):
            assert facts_of(words[key]) ^ facts_of(twins[key]) <= GIVEN, key


def test_tables_of_some_languages_are_there():
    for name, table in OF_SOME_LANGUAGES:
        assert any(key.startswith(table) for lang in languages() for key in room(lang, name)), table


def test_every_method_has_its_name_and_its_sentence_in_chinese():
    """A further method needs its words; two methods of a step have two names."""
    voice = Voice("zh")
    for step, methods in METHODS.items():
        assert voice.table(f"methods.name.{step}").keys() == methods.keys()
        assert voice.table(f"methods.summary.{step}").keys() == methods.keys()
        for names in ([Voice(lang).method(step, name) for name in methods] for lang in languages()):
            assert len(set(names)) == len(names)


@pytest.mark.parametrize("step", METHODS)
def test_the_sentences_about_methods_are_finished_and_have_the_same_formulae(step):
    """Every symbol of a Chinese formula that is no plain word stands in the docstring's first line too."""
    for method in METHODS[step].values():
        said = Voice("zh").summary(method)
        assert said.endswith("。") and re.search(r"[\u4e00-\u9fff]", said), method.name
        assert Voice("en").summary(method) == method.summary
        for symbol in re.findall(r"[A-Za-z]+_[a-z(][a-z)+-]*|[α-ωΣΠ√²⁺⁻]|\d+\.?\d*", said):
            assert symbol in method.summary, (method.name, symbol)


# --- the code -------------------------------------------------------------------------------------------------------


def test_no_word_of_a_language_is_in_the_code():
    found = []
    for name, tree in modules():
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            pattern = HAN if name in TYPOGRAPHY else IDEOGRAPH
            if id(node) not in prose and text not in SIGNS and pattern.search(text):
                found.append(f"{name}:{node.lineno}: {text}")
    assert not found


def is_language(node):
    """`lang`, `something.lang`, or the name of a language."""
    return (
        (isinstance(node, ast.Name) and node.id == "lang")
        or (isinstance(node, ast.Attribute) and node.attr == "lang")
        or (isinstance(node, ast.Constant) and node.value in languages())
    )


def asks_for_a_language(node):
    """Whether a language is compared, or chooses from a mapping."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        members = [item for side in sides if isinstance(side, ast.Tuple | ast.List | ast.Set) for item in side.elts]
        return any(map(is_language, [*members, *(sides if isinstance(node.ops[0], ast.Eq | ast.NotEq) else [])]))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return bool(node.args) and is_language(node.args[0])
    return isinstance(node, ast.Subscript) and is_language(node.slice)


def test_nothing_but_the_voice_asks_which_language_it_is():
    found = [
        f"{name}:{node.lineno}" for name, tree in modules() for node in ast.walk(tree) if asks_for_a_language(node)
    ]
    assert not found


# --- the voice ------------------------------------------------------------------------------------------------------


def test_a_problem_may_be_a_fact_and_is_said_in_the_language_of_its_sentence():
    inside = Problem("screened_all")
    problem = Problem("real_terms_refused", {"reason": inside})
    assert problem.text("en").startswith(inside.text("en") + " So the claims")
    assert problem.text("zh").startswith(inside.text("zh") + "因此")


def test_a_name_may_be_a_fact():
    name = Name(zh="空气", en="Air")
    problem = Problem("missing_column", {"code": "pm25", "name": name})
    assert "'pm25' (Air) is missing" in problem.text("en") and "缺少'pm25'（空气）" in problem.text("zh")


@pytest.mark.parametrize(
    ("kind", "zh", "en"),
    [
        (list, "x为1、y为2和z为3。", "1 for x, 2 for y and 3 for z."),
        (tuple, "x为1、y为2和z为3。", "1 for x, 2 for y and 3 for z."),
        (Row, "x为1、y为2、z为3。", "1 for x, 2 for y, 3 for z."),
        (Clauses, "x为1；y为2；z为3。", "1 for x; 2 for y; 3 for z."),
        (Sentences, "x为1y为2z为3。", "1 for x 2 for y 3 for z."),
    ],
)
def test_several_facts_are_read_out_or_stand_in_a_row(kind, zh, en):
    parts = kind(Word("errors.scales.one", scale=k, codes=code) for k, code in enumerate("xyz", 1))
    problem = Problem("score_scales_differ", {"scales": parts})
    assert zh in problem.text("zh") and en in problem.text("en")


def test_names_of_a_framework():
    framework = Framework.model_validate(
        {
            "cities": {"甲": {"en": "Alpha"}, "乙": {}},
            "indicators": {"x": {"name": {"zh": "空气", "en": "Air"}}, "y": {}},
        }
    )
    voices = [Voice(lang).of(framework) for lang in ("zh", "en")]
    assert [[voice.node(code) for code in ("index", "x", "y")] for voice in voices] == [
        ["综合指数", "空气", "y"],
        ["Composite index", "Air", "y"],
    ]
    assert [[voice.city(city) for city in ("甲", "乙")] for voice in voices] == [["甲", "乙"], ["Alpha", "乙"]]


def test_words_that_are_read_are_those_of_every_language():
    assert known_words("workbook.source_sheet") == {"来源", "sources"}


def test_a_word_that_is_not_there_is_a_fault_of_the_program():
    with pytest.raises(KeyError, match="no_such_word"):
        Voice("en").say("errors.no_such_word")
    with pytest.raises(KeyError, match="key"):
        Voice("en").say("errors.missing_key")


def test_words_with_the_same_facts_are_the_same():
    assert Word("errors.found.list", n=2) == Word("errors.found.list", n=2) != Word("errors.found.list", n=3)
    assert len({Word("errors.found.list", n=2), Word("errors.found.list", n=2)}) == 1


# --- a further language -----------------------------------------------------------------------------------------------

TEN_WORDS = """
rank = "Rang"
score = "Punkte"
city = "Stadt"
weights = "Gewichte und Einfluss"
claims = "Behauptungen:"
files = "Dateien:"
influence = "Einfluss"
shares = "Anteile:"
same = "Unverändert."
title = "{name}: Rangliste {year}"
"""


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A language of which one folder with one room of ten words is written."""
    words = tmp_path / "words"
    shutil.copytree(PACKAGE / "words", words)
    (words / "de").mkdir()
    (words / "de" / "screen.toml").write_text(TEN_WORDS, encoding="utf-8")
    monkeypatch.setattr(voice_module, "WORDS", words)
    languages.cache_clear(), room.cache_clear()
    yield Voice("de")
    monkeypatch.undo()
    languages.cache_clear(), room.cache_clear()


def test_a_further_language_is_a_further_folder(german, tmp_path):
    """Ten words of it are said, what it lacks in English; files and page are written in it, the page in all three."""
    assert languages() == ("zh", "de", "en")
    panel = make_panel(cities=("甲", "乙"), years=(2019, 2020))
    run = Computed.of(build(panel))
    voice = german.of(run.result.framework)
    assert voice.say("screen.rank") == "Rang" and voice.say("claims.verdict.holds") == "holds"
    ic.write_results(run, tmp_path / "out", voice=voice, parts=("tables", "workbook", "page"))
    console = Console(file=StringIO(), width=120)
    screen.print_ranking(console, run, voice)
    assert "Rangliste 2020" in console.file.getvalue()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert all(f'lang="{lang}"' in page for lang in languages())
    assert "name_de" in (tmp_path / "out" / "analysis" / "weights.csv").read_text(encoding="utf-8-sig")
