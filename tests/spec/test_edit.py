"""Changes of a YAML text in place: only what is to change does."""

import errno
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexcalc.errors import InputError
from indexcalc.load import load_framework
from indexcalc.spec.document import apply_weights_block, parsed, weight_at, weighted
from indexcalc.spec.edit import read_text, with_given_weights, with_weights, write_text
from tests.conftest import ROOT

WRITTEN = r"weight: *[0-9.]+"
YAMLS = [
    ROOT / "indicators.yaml",
    *sorted(ROOT.glob("indexcalc/words/*/*.yaml")),
    *sorted(ROOT.glob("tests/**/*.yaml")),
]
REFUSED = {"hostile-alias-bomb", "hostile-control-character"}
"""Files that are not read at all."""
YAMLS = [
    ROOT / "indicators.yaml",
    *sorted(ROOT.glob("indexcalc/words/*/*.yaml")),
    *sorted(ROOT.glob("tests/**/*.yaml")),
]
YAMLS = [path for path in YAMLS if path.parent.name not in REFUSED]


def weights_of(text):
    document = parsed(text, "f.yaml")
    apply_weights_block(document)
    return {code: weight_at(document, keys) for code, keys, _ in weighted(document.data)}


def weightless(text):
    """A text without what a weight can be: a line, a pair in braces, the braces of a node that was empty."""
    return re.sub(rf"\n *{WRITTEN}\r?(?=\n)| ?\{{\}}| ?\{{{WRITTEN}\}}|, {WRITTEN}|{WRITTEN}(, )?", "", text)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


@pytest.mark.parametrize("path", YAMLS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_only_weights_change(path):
    """Every YAML of the repository, each of its weights another."""
    text = read(path)
    wanted = {code: round(0.37 + i / 8, 3) for i, code in enumerate(weights_of(text))}
    new = with_weights(text, wanted)
    assert weights_of(new) == wanted
    assert weightless(new) == weightless(text)
    assert new != text


def test_the_shipped_file_changes_in_one_line_and_is_read_again(tmp_path):
    text = read(ROOT / "indicators.yaml")
    new = with_weights(text, {"pm25": 2.5})
    different = [(a, b) for a, b in zip(text.split("\n"), new.split("\n"), strict=True) if a != b]
    assert different == [("          weight: 1", "          weight: 2.5")]
    (tmp_path / "f.yaml").write_text(new, encoding="utf-8")
    assert load_framework(tmp_path / "f.yaml").all_indicators["pm25"].weight == 2.5


@pytest.mark.parametrize("path", YAMLS[:1], ids=["shipped"])
def test_weights_as_they_are_leave_the_text_as_it_is(path):
    text = read(path)
    assert with_weights(text, weights_of(text)) == text


def test_windows_line_ends_and_a_byte_order_mark_stay():
    text = "\ufeff" + read(ROOT / "indicators.yaml").replace("\n", "\r\n").replace("          weight: 1\r\n", "", 3)
    wanted = dict.fromkeys(weights_of(text.removeprefix("\ufeff")), 7.0)
    new = with_weights(text, wanted)
    assert new.startswith("\ufeff#")
    assert "\n" not in new.replace("\r\n", "")
    assert weights_of(new.removeprefix("\ufeff")) == wanted


# What stands under `framework:`, and what it is with weight 2 for a and 0.5 for b.
FORMS = {
    "a line of its own, its comment kept": (
        "  indicators:\n    a:\n      weight:   1   # one\n    b: {weight: 3} # three\n",
        "  indicators:\n    a:\n      weight:   2   # one\n    b: {weight: 0.5} # three\n",
    ),
    "quoted keys and numbers": (
        '  indicators: {\'a\': {"weight": 1e0}, "b": {weight: 25e-2}}\n',
        '  indicators: {\'a\': {"weight": 2}, "b": {weight: 0.5}}\n',
    ),
    "nodes that say nothing": (
        "  indicators:\n    a:\n    b: ~  # nothing\n",
        "  indicators:\n    a: {weight: 2}\n    b: {weight: 0.5}  # nothing\n",
    ),
    "names in braces": ("  indicators: {a, b}\n", "  indicators: {a: {weight: 2}, b: {weight: 0.5}}\n"),
    "nothing in braces": ("  indicators: {a: , b: {}}\n", "  indicators: {a: {weight: 2}, b: {weight: 0.5}}\n"),
    "a weight that says nothing": (
        "  indicators: {a: {weight: }, b: {weight: ~, unit: x}}\n",
        "  indicators: {a: {weight: 2}, b: {weight: 0.5, unit: x}}\n",
    ),
    "braces without a weight, and a last comma": (
        "  indicators:\n    a: {unit: 元, tags: {x: y}}\n    b: {unit: '}',}\n",
        "  indicators:\n    a: {unit: 元, tags: {x: y}, weight: 2}\n    b: {unit: '}', weight: 0.5,}\n",
    ),
    "braces that end with a key alone": (
        "  indicators:\n    a: {unit: }\n    b: {unit}\n",
        "  indicators:\n    a: {unit: , weight: 2}\n    b: {weight: 0.5, unit}\n",
    ),
    "lines without a weight": (
        "  dimensions:\n    a:  # the first\n      name: 甲 # 名\n      # these\n"
        "      indicators: {b: {direction: positive}}\n",
        "  dimensions:\n    a:  # the first\n      name: 甲 # 名\n      weight: 2\n      # these\n"
        "      indicators: {b: {direction: positive, weight: 0.5}}\n",
    ),
    "lines that begin with what takes several": (
        "  dimensions:\n    a:\n      # first\n      indicators:\n        b:\n"
        "          name: |\n            long\n            text\n",
        "  dimensions:\n    a:\n      # first\n      weight: 2\n      indicators:\n        b:\n          weight: 0.5\n"
        "          name: |\n            long\n            text\n",
    ),
    "no line end at the end": (
        "  indicators:\n    b: {weight: 0.5}\n    a:\n      unit: 元",
        "  indicators:\n    b: {weight: 0.5}\n    a:\n      unit: 元\n      weight: 2",
    ),
    "carriage returns alone": (
        "  indicators:\r    b:\r      unit: 元\r    a:\r      unit: 元\r",
        "  indicators:\r    b:\r      unit: 元\r      weight: 0.5\r    a:\r      unit: 元\r      weight: 2\r",
    ),
    "the block of weights": (
        "  indicators: {a: {name: 甲}, b: {weight: 3}}\nweights: {甲: 5} # as the page wrote them\n",
        "  indicators: {a: {name: 甲}, b: {weight: 0.5}}\nweights: {甲: 2} # as the page wrote them\n",
    ),
    "shares in the block, all of them replaced": (
        "  indicators: {a: , b: }\nweights: {a: 30%, b: 70%}\n",
        "  indicators: {a: , b: }\nweights: {a: 2, b: 0.5}\n",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_way_a_weight_may_be_written(form):
    before, after = FORMS[form]
    assert with_weights(f"framework:\n{before}", {"a": 2, "b": 0.5}) == f"framework:\n{after}"


@pytest.mark.parametrize(
    "body",
    [
        "indicators: {c: {weight: &w 1}, a: {weight: *w}}",  # the alias
        "indicators: {a: {weight: &w 1}, c: {weight: *w}}",  # what it points to
        "dimensions: {one: {indicators: &i {a: {unit: 元}}}, two: {indicators: *i}}",
        "indicators: {c: , a: }\nweights: {c: 40%}",  # a would be scaled again
    ],
)
def test_a_weight_that_is_no_number_of_its_own_is_refused(body):
    with pytest.raises(InputError, match=r"f\.yaml, line .*: the weight of 'a' cannot be changed alone") as refused:
        with_weights(f"framework:\n  {body}\n", {"a": 2}, "f.yaml")
    assert [problem.key for problem in refused.value.problems] == ["weight_not_its_own"]


def test_wrong_codes_and_values_are_told_all_at_once():
    with pytest.raises(InputError) as refused:
        with_weights("framework: {indicators: {gdp: , air: }}", {"gpd": 1, "air": float("nan"), "gdp": -1})
    assert [problem.key for problem in refused.value.problems] == ["weight_code", "weight_value", "weight_value"]
    assert all(str(problem).startswith("indicators.yaml: ") for problem in refused.value.problems)


@given(st.floats(0, 1e9), st.floats(1e-300, 1e9))
def test_a_weight_is_read_as_it_was_meant(a, b):
    new = with_weights("framework: {indicators: {a: {weight: 1}, b: }} # 权重", {"a": a, "b": b})
    assert weights_of(new) == {"a": a, "b": b}
    assert "e" not in new.partition("weight: ")[2].partition("}")[0]


# --- the weighting, and the file --------------------------------------------------------------------------------------

WEIGHTINGS = {
    "a word": ("weighting: entropy  # why", "weighting: given  # why"),
    "braces": ("weighting: {method: entropy, scope: levels}", "weighting: given"),
    "lines": (
        "weighting:  # why\n    method: ahp\n    # rows\n    matrix:\n      - [1, 2]\n      - [1/2, 1]\n  # after",
        "weighting: given  # why\n  # after",
    ),
    "given": ("weighting: given", "weighting: given"),
    "nothing": ("missing: refuse", "missing: refuse"),
}


@pytest.mark.parametrize("form", WEIGHTINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_weighting_becomes_given(form, end):
    before, after = (
        f"\ufeffmethodology: # how\n  {text}\n  aggregation: arithmetic\n".replace("\n", end)
        for text in WEIGHTINGS[form]
    )
    assert with_given_weights(before) == after


def test_a_weighting_by_an_alias_is_refused():
    text = "x: &x entropy\nmethodology: {weighting: *x}\n"
    with pytest.raises(InputError, match=r"line 2, methodology\.weighting: the weighting cannot be replaced here"):
        with_given_weights(text)


def test_a_file_is_written_whole_where_a_link_leads(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_bytes("# 权重\r\n".encode())
    own.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(own)
    write_text(link, read_text(link) + "framework: {}\r\n")
    assert link.is_symlink() and own.read_bytes() == "# 权重\r\nframework: {}\r\n".encode()
    assert own.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "own.yaml"]


def test_what_cannot_be_written_stays_and_is_told(tmp_path, monkeypatch):
    path = tmp_path / "f.yaml"
    path.write_text("before", encoding="utf-8")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(InputError, match=r"f\.yaml: cannot be written") as refused:
        write_text(path, "after")
    assert [problem.key for problem in refused.value.problems] == ["place_unwritable"]
    assert path.read_text(encoding="utf-8") == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["f.yaml"]
