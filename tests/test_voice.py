"""Every language has the same words; no word is in the code, and nothing but the voice asks for the language."""

import ast
import re
import shutil
from functools import cache
from io import StringIO
from string import Formatter

import pytest
from rich.console import Console

import indexcalc as ic
from indexcalc import voice as voice_module
from indexcalc.computed import Computed
from indexcalc.errors import Problem
from indexcalc.methods import METHODS
from indexcalc.report import screen
from indexcalc.spec.framework import Framework, Name
from indexcalc.voice import DEFAULT, NEUTRAL, Clauses, Row, Sentences, Voice, Word, known_words, languages, room
from tests.conftest import ROOT, build, make_panel

PACKAGE = ROOT / "indexcalc"
ROOMS = sorted({path.stem for path in (PACKAGE / "words").rglob("*.toml")})
FURTHER = [lang for lang in languages() if lang != DEFAULT]

# Tables that not every language needs, and why.
OF_SOME_LANGUAGES = {
    ("cli", "argparse."): "argparse itself speaks English",
    ("grammar", "ordinal."): "Chinese writes the number alone",
    ("grammar", "end."): "the voice itself fills them in",
    ("methods", "name."): "in English a name is made of the method's code, with few exceptions",
    ("methods", "summary."): "in English it is the first line of the docstring",
    ("units", "name."): "a YAML writes the units of Chinese statistics",
}
# What the voice itself fills in: the words for the end of the scale that rank 1 is at.
ENDS = {"end", "nearer", "farther", "is_better", "rank_one"}
# Facts that are given wherever they fit, and not said in every language.
GIVEN = {"index", "n", "part", "parts", "period", "subject", "place", "places", "a_place", "Place", "Places", "A_place"}
# Signs that are read and not said: their wide twins count as the ordinary ones.
SIGNS = {"％", "，", "／", r"\s*[,，]\s*", r"\s*[:：]\s*", r"[\s()（）\[\]【】]"}
# Where lines of Chinese may be broken: signs, no words.
TYPOGRAPHY = ("report/charts/lettering.py", "report/text/explain.py")
HAN = re.compile(r"[\u3400-\u9fff]")

# Rooms whose words are named by something else than the code.
NAMED_BY = {
    "errors": "the problems; test_errors.py",
    "schema": "the keys of a YAML; test_schema.py",
}
# Modules that name words of a room which another one says.
ALSO_HANDED = {"cli": {"run.py"}, "robustness": {"spec/uncertainty.py"}}
# How words of a room are asked for otherwise: in which files, and by which call.
ASKED_FOR = {
    "page": ("report/page/page.html", r'(?:(?:t|aria)\("| else "|table\([\w.]+, ")(\w+)"'),
    "form": ("serve/form.html", r't\("([\w.]+)"'),
    "city": ("report/city/city.html", r'(?:\bt\("| else ")(\w+)"'),
    "grammar": ("**/*.py", r'(?:mark\(|grammar\[|last: str = |listed\(\w+, )"(\w+)"'),
}

IDEOGRAPH = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


@cache
def modules():
    """Every module but the voice itself: its path below the package, and its syntax tree."""
    paths = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
    return [(name, ast.parse(path.read_text(encoding="utf-8"))) for name, path in paths.items() if name != "voice.py"]


def facts_of(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


# --- the words ------------------------------------------------------------------------------------------------------


def test_every_language_has_the_same_rooms():
    for lang in languages():
        assert sorted(path.stem for path in (PACKAGE / "words" / lang).glob("*.toml")) == ROOMS


@pytest.mark.parametrize("name", ROOMS)
@pytest.mark.parametrize("lang", FURTHER)
def test_twins_have_the_same_keys_and_name_the_same_facts(name, lang):
    words, twins = room(DEFAULT, name), room(lang, name)
    free = tuple(table for of, table in OF_SOME_LANGUAGES if of == name)
    apart = [key for key in words.keys() ^ twins.keys() if not key.startswith(free)]
    assert not [key for key in apart if not key.endswith(NEUTRAL)]  # a sentence may be neutral as it is
    for key in words.keys() & twins.keys():
        assert type(words[key]) is type(twins[key]), key
        if isinstance(words[key], str):
            assert facts_of(words[key]) ^ facts_of(twins[key]) <= GIVEN | ENDS, key


@pytest.mark.parametrize("lang", languages())
def test_neutral_words_take_the_place_of_others_and_need_no_further_facts(lang):
    known = set()
    for name in ROOMS:
        words = room(lang, name)
        known |= {fact for said in words.values() if isinstance(said, str) for fact in facts_of(said)}
        for key in (key for key in words if key.endswith(NEUTRAL)):
            plain = words[key.removesuffix(NEUTRAL)]
            assert words[key] != plain and facts_of(words[key]) <= facts_of(plain) | GIVEN | ENDS, key
    ends = [Voice(lang).table(f"grammar.end.{end}") for end in ("best", "highest", "lowest")]
    assert all(end.keys() == ENDS for end in ends) and known >= ENDS


def test_rank_1_is_praised_or_named_by_its_end_of_the_scale():
    ends = (None, "highest", "lowest")
    assert [Voice("en", end=end).say("findings.leads", index="I", year=1, city="A", n=2) for end in ends] == [
        "I 1: A leads the 2 cities",
        "I 1: A has the highest score of the 2 cities",
        "I 1: A has the lowest score of the 2 cities",
    ]
    said = [Voice("zh", end=end).say("page.about_bump") for end in ends]
    assert said == ["1为最好。", "1为得分最高。", "1为得分最低。"]


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


def texts(node):
    """What an expression may be, as a pattern: whatever is put into an f-string, but the words that are written out."""
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(map(texts, node.values))
    if isinstance(node, ast.FormattedValue):
        return texts(node.value)
    if isinstance(node, ast.IfExp):
        return f"(?:{texts(node.body)}|{texts(node.orelse)})"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return texts(node.left) + texts(node.right)
    return ".+"


@cache
def spoken():
    """By module: what its texts may be, and the modules that it takes something from."""
    found = {}
    for name, tree in modules():
        nodes = list(ast.walk(tree))
        found[name] = (
            {texts(node) for node in nodes if isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp)},
            {path for node in nodes if isinstance(node, ast.ImportFrom) for path in paths_of(node)},
        )
    return found


def paths_of(node):
    """What an import may name, as paths below the package."""
    for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
        path = name.removeprefix("indexcalc.").replace(".", "/")
        yield from (f"{path}.py", f"{path}/__init__.py")


def names_of(room_name):
    """What may name words of a room: with the room; or without, where a module says whatever word it is handed, and in
    those that hand it words."""
    start, handed = rf"{room_name}\.", rf"{room_name}\..+"
    sayers = {module for module, (own, _) in spoken().items() if handed in own} | ALSO_HANDED.get(room_name, set())
    near = {module for module, (_, taken) in spoken().items() if module in sayers or taken & sayers}
    full = {text for own, _ in spoken().values() for text in own if text.startswith(start) and text != handed}
    return full, {text for module in near for text in spoken()[module][0] if re.search(r"\w\w", text.replace(".+", ""))}


@pytest.mark.parametrize("name", [name for name in ROOMS if name not in NAMED_BY])
def test_every_word_is_used(name):
    full, near = names_of(name)
    if name in ASKED_FOR:
        path, call = ASKED_FOR[name]
        near |= {asked for file in PACKAGE.glob(path) for asked in re.findall(call, file.read_text(encoding="utf-8"))}
    free = tuple(table for of, table in OF_SOME_LANGUAGES if of == name)
    names_room, names_key = among(full), among(near)
    keys = {key.removesuffix(NEUTRAL): None for lang in languages() for key in room(lang, name)}
    assert not [
        key for key in keys if not key.startswith(free) and not names_room(f"{name}.{key}") and not names_key(key)
    ]


def among(patterns):
    """Whether a text is one of these, or as a pattern of them says."""
    written = {text for text in patterns if not re.search(r"\.\+|\(\?:", text)}
    compiled = [re.compile(text) for text in patterns - written]
    return lambda text: re.escape(text) in written or text in written or any(one.fullmatch(text) for one in compiled)


# --- the voice ------------------------------------------------------------------------------------------------------


def test_a_problem_may_be_a_fact_and_is_said_in_the_language_of_its_sentence():
    inside = Problem("screened_all")
    problem = Problem("real_terms_refused", {"reason": inside})
    assert problem.text("en").startswith(inside.text("en") + " The claims are therefore")
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
