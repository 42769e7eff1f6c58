"""No traceback and no hang for any file: workbooks, CSV and YAML with bytes flipped, cut, doubled and put in.

Every case ends in a panel, an index, or a refusal that is told in both languages. To run more of them by hand:

    python -m tests.test_strange_files 20000 [SEED] [FILE ...]

which also mutates the files that are named, and prints what went wrong with the seed that repeats it.
"""

import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexcalc.errors import IndexcalcError
from indexcalc.figures.workbook import read_workbook
from indexcalc.load import load_specification
from indexcalc.run import compute
from tests.strange_files import YAML, csv_text, members, ods_content, ods_rows, strict, write_ods, write_parts

NUMBERS = ["1e999", "-1", "0", "9" * 400, "9" * 5000, "999999999", "①", "１２", "nan", "1e-400", "0x10", "1_0", "-0.0"]
TEXTS = ["\x00", "\x01", "\ufeff", "\ud800", "=1+1", "注：来源", "—", "#N/A", " ", "\t", "\n", '"', "'", "%", "亿元"]
XML = [
    *(
        't="s"',
        't="e"',
        't="d"',
        't="b"',
        't="n"',
        's="1"',
        's="99"',
        'r="A1"',
        'r="XFD9"',
        'hidden="1"',
        "&#1;",
        "&a;",
    ),
    *("]]>", "<c/>", "<row>", "</row>", "<v>", "</c>", "<f>A1</f>", "<!--", '<mergeCell ref="A1:B9"/>', "<is><t>"),
    *('<col min="1" max="99999" hidden="1"/>', "<sheet/>", 'Type="x"', "<t/>", "<rPh>", "<table:table-cell/>", "city"),
    *('table:number-rows-repeated="99999999"', 'table:number-columns-repeated="9999"', 'office:value-type="date"'),
]
WORDS = [
    *("*a", "&a ", "[", "]", "{", "}", ": ", "- ", "? ", "!!int x", "!!binary ", "<<: *a", "---\n", "%YAML 9\n", "|\n"),
    *(
        '"\\uD800"',
        '"\\x01"',
        '"\\UFFFFFFFF"',
        "null",
        "~",
        "true",
        "years: ",
        "weight: ",
        "cities: ",
        "sum: [gdp, gdp]",
    ),
    *(
        "direction: target",
        "geometric",
        "z_score",
        "reference: year",
        "base: 2019",
        "claims: ",
        "uncertainty: ",
        "draws: 9",
    ),
    *(
        "indicators: {}",
        "dimensions: {}",
        "{kind: rising}",
        "entropy",
        "transform: log",
        "missing: skip",
        "series: {pm: {}}",
    ),
    *("goalposts", "low: 0", "high: 1", "unit: '%'", "imputation: mean", "treatment: winsorise", "name: {zh: a}"),
]
TOKENS = {
    "xml": [*NUMBERS, *TEXTS, *XML],
    "csv": [*NUMBERS, *TEXTS, ",", ";", ",,,,"],
    "yaml": [*NUMBERS, *TEXTS, *WORDS],
}

STEP = st.tuples(st.integers(0, 6), st.integers(0, 2**16 - 1), st.integers(0, 2**16 - 1))
STEPS = st.lists(STEP, min_size=1, max_size=6)
"""What is done to the bytes, where, and with what."""


def mutated(content, steps, tokens):
    """The bytes after the steps: a bit flipped, a span cut, doubled or moved, a token put in or in a number's place."""
    for kind, where, what in steps:
        at = where * len(content) >> 16
        size = 1 + what % 40
        token = tokens[what % len(tokens)].encode("utf-8", "surrogatepass")
        if kind == 0 and content:
            content = content[:at] + bytes([content[at] ^ 1 << what % 8]) + content[at + 1 :]
        elif kind == 1:
            content = content[:at] + content[at + size :]
        elif kind == 2:
            content = content[:at] + content[at : at + size] * (2 + what % 3) + content[at + size :]
        elif kind == 3:
            content = content[:at] + token + content[at:]
        elif kind == 6:
            content = content[:at] if what % 4 == 0 else content[at:] + content[:at] if what % 4 == 1 else content
        else:
            places = list(re.finditer(rb"\d+(?:\.\d+)?" if kind == 4 else rb"\w+", content))
            if places:
                start, end = places[where % len(places)].span()
                content = content[:start] + token + content[end:]
    return content


BASES = {"xlsx": members(), "strict": strict(members()), "ods": {"content.xml": ods_content(ods_rows())}}
FRAMEWORK = None


def framework(folder):
    global FRAMEWORK
    if FRAMEWORK is None:
        (folder / "f.yaml").write_text(YAML, encoding="utf-8")
        FRAMEWORK = load_specification(folder / "f.yaml").framework
    return FRAMEWORK


def told(call):
    """What a call ends in: "read", or the key of its first refusal, told in both languages."""
    try:
        call()
    except IndexcalcError as error:
        assert error.text("zh") and error.text("en")
        return error.problems[0].key
    return "read"


def strange_parts(folder, kind, part, steps):
    """A workbook with one of its parts mutated."""
    parts = dict(BASES[kind])
    name = sorted(parts)[part % len(parts)]
    parts[name] = mutated(parts[name].encode(), steps, TOKENS["xml"])
    path = folder / f"w.{'ods' if kind == 'ods' else 'xlsx'}"
    write_parts(path, parts)
    return told(lambda: read_workbook(path, framework(folder)))


def strange_bytes(folder, suffix, content, steps):
    """A file with its bytes as such mutated."""
    path = folder / f"b{suffix}"
    path.write_bytes(mutated(content, steps, TOKENS["csv" if suffix == ".csv" else "xml"]))
    return told(lambda: read_workbook(path, framework(folder)))


def strange_yaml(folder, steps, whole=True):
    """A YAML file, mutated; where it is accepted, computed with the good workbook (whole) or not."""
    path = folder / "i.yaml"
    path.write_bytes(mutated(YAML.encode(), steps, TOKENS["yaml"]))
    book = folder / "good.csv"
    book.write_text(csv_text(), encoding="utf-8")
    return told((lambda: compute(path, workbook=book)) if whole else (lambda: load_specification(path)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("strange")


def cases(n):
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(max_examples=n, deadline=10_000, suppress_health_check=checks)


@cases(700)
@given(kind=st.sampled_from(sorted(BASES)), part=st.integers(0, 9), steps=STEPS)
def test_workbooks_with_strange_parts(folder, kind, part, steps):
    strange_parts(folder, kind, part, steps)


@cases(400)
@given(suffix=st.sampled_from([".xlsx", ".ods"]), steps=STEPS)
def test_workbooks_with_strange_bytes(folder, suffix, steps):
    path = folder / f"plain{suffix}"
    if not path.exists():
        write_parts(path, members()) if suffix == ".xlsx" else write_ods(path)
    strange_bytes(folder, suffix, path.read_bytes(), steps)


@cases(500)
@given(encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"]), delimiter=st.sampled_from(",;\t"), steps=STEPS)
def test_strange_csv(folder, encoding, delimiter, steps):
    strange_bytes(folder, ".csv", csv_text(delimiter).encode(encoding), steps)


@cases(400)
@given(steps=STEPS)
def test_strange_yaml(folder, steps):
    strange_yaml(folder, steps, whole=False)


@pytest.mark.slow
@cases(400)
@given(steps=STEPS)
def test_strange_yaml_that_is_computed(folder, steps):
    strange_yaml(folder, steps)


def by_hand(n, seed, files):
    """Run n cases and print how they ended; of those that failed, the traceback."""
    ends, failed = Counter(), 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_ods(folder / "plain.ods")
        write_parts(folder / "plain.xlsx", members())
        contents = [(path.suffix, path.read_bytes()) for path in (folder / "plain.ods", folder / "plain.xlsx", *files)]
        contents += [(".csv", csv_text(d).encode(e)) for d in ",;\t" for e in ("utf-8", "gb18030", "utf-16")]
        for i in range(n):
            dice = random.Random(seed * 1_000_003 + i)
            steps = [tuple(dice.randrange(m) for m in (7, 1 << 16, 1 << 16)) for _ in range(dice.randint(1, 6))]
            which, start = dice.choice(["parts", "bytes", "bytes", "yaml"]), time.perf_counter()
            try:
                if which == "parts":
                    end = strange_parts(folder, dice.choice(sorted(BASES)), dice.randrange(10), steps)
                elif which == "bytes":
                    end = strange_bytes(folder, *dice.choice(contents), steps)
                else:
                    end = strange_yaml(folder, steps)
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                end, failed = "TRACEBACK", failed + 1
                where = traceback.extract_tb(error.__traceback__)[-1]
                print(
                    f"{which} seed {seed} case {i}: {type(error).__name__}: {str(error)[:150]} at {where}", flush=True
                )
                if failed < 40:
                    own = [f for f in traceback.extract_tb(error.__traceback__) if "indexcalc/" in f.filename]
                    print("   ", *(f"{Path(f.filename).name}:{f.lineno}" for f in own[-5:]), flush=True)
            if time.perf_counter() - start > 5:
                print(f"{which} seed {seed} case {i}: {time.perf_counter() - start:.1f} s", flush=True)
            ends[end] += 1
    print(f"{n} cases, {failed} tracebacks:", dict(ends.most_common()))


if __name__ == "__main__":
    by_hand(int(sys.argv[1]), int((sys.argv[2:] or ["0"])[0]), [Path(name) for name in sys.argv[3:]])
