"""A YAML file as plain data that knows its lines, and the edits of --set and --weight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from indexcalc.errors import InputError
from indexcalc.spec.document import (
    Document,
    apply_weights_block,
    dotted,
    read_document,
    scalar,
    set_values,
    set_weights,
)
from tests.conftest import write_yaml

TREE = """
framework:
  dimensions:
    function: {name: City function, weight: 0.25, indicators: {gdp: {weight: 3}, trade: {weight: 1}}}
    space: {name: {zh: 土地, en: Land}, weight: 0.25, indicators: {roads: {name: 两者}}}
    factors: {weight: 0.25, indicators: {labour: }}
    actors: {weight: 0.25, indicators: {firms: {name: {zh: 两者, en: Both}}}}
methodology: {aggregation: arithmetic}
claims:
  - {kind: in_top, n: 5}
"""


@pytest.fixture
def document(tmp_path):
    return read_document(write_yaml(tmp_path / "f.yaml", TREE))


def weight_of(document, code):
    for dimension, own in document.data["framework"]["dimensions"].items():
        if dimension == code:
            return own["weight"]
        if code in own["indicators"]:
            return own["indicators"][code]["weight"]
    raise KeyError(code)


# --- reading --------------------------------------------------------------------------------------------------------

BROKEN = {
    "yaml_endless": (
        "framework: &x {tags: *x}\n",
        r"line 1, framework\.tags: an alias contains itself, so the file has no end",
    ),
    "yaml_syntax": ("framework:\n  years: [2017, 2018\n", r"line 3, YAML: this is not valid YAML: .*\]"),
    "yaml_not_mapping": ("- just\n- a list\n", "found no keys; expected framework and methodology"),
    "duplicate_key": (
        "framework:\n  years: [2017]\n  name: x\n  years: [2018]\n",
        r"line 4, framework\.years: duplicate key 'years' \(first on line 2\)",
    ),
}


@pytest.mark.parametrize("key", BROKEN)
def test_faults_of_form_are_told_with_their_line(tmp_path, key):
    text, told = BROKEN[key]
    with pytest.raises(InputError, match=told) as refused:
        read_document(write_yaml(tmp_path / "f.yaml", text))
    assert [problem.key for problem in refused.value.problems] == [key]
    assert str(tmp_path / "f.yaml") in refused.value.text("zh")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.yaml: the file does not exist\. Check the path\."):
        read_document(tmp_path / "nowhere.yaml")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match="this is a folder, not a file"):
        read_document(tmp_path)


def test_a_file_that_is_not_utf_8(tmp_path):
    path = tmp_path / "gbk.yaml"
    path.write_bytes("framework: {name: 指数}".encode("gbk"))
    with pytest.raises(InputError, match=r"the file is not UTF-8 text. Save it as UTF-8"):
        read_document(path)


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "just a word\n"])
def test_a_file_without_keys(tmp_path, text):
    with pytest.raises(InputError, match="found no keys"):
        read_document(write_yaml(tmp_path / "f.yaml", text))


@pytest.mark.parametrize(
    "text", ["a: \tb\n\tc: d\n", "a: 'open\n", "a: {b: c\n", "a: *nobody\n", "a: b\n---\nc: d\n", "a: \x01\n"]
)
def test_broken_yaml_never_shows_a_traceback(tmp_path, text):
    with pytest.raises(InputError, match=r"f\.yaml, line \d+, YAML: this is not valid YAML"):
        read_document(write_yaml(tmp_path / "f.yaml", text))


def test_every_doubled_key_is_told_at_once(tmp_path):
    text = "a: 1\nb: {c: 1, c: 2}\na: 2\n"
    with pytest.raises(InputError, match=r"(?s)line 2, b\.c: duplicate key 'c'.*line 3, a: duplicate key 'a'"):
        read_document(write_yaml(tmp_path / "f.yaml", text))


def test_a_byte_order_mark_is_passed_over(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_bytes("\ufeffframework: {name: 指数}".encode())
    assert read_document(path).data == {"framework": {"name": "指数"}}


def test_places_name_the_nearest_written_key(document):
    assert document.place(("framework", "dimensions", "space"))[1]["line"] == 4
    deep = document.place(("framework", "dimensions", "space", "indicators", "roads", "unit"))
    assert deep == (
        "in_yaml",
        {"file": document.file, "line": 4, "path": "framework.dimensions.space.indicators.roads"},
    )
    assert document.place(("claims", 0, "n"))[1] == {"file": document.file, "line": 9, "path": "claims[0].n"}
    assert document.place(("nothing",)) == ("in_file", {"file": document.file})


def test_dotted_paths():
    assert dotted(("framework", "years", 0)) == "framework.years[0]"
    assert dotted(()) == ""


# --- scalars: the YAML 1.2 core rules -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-3", -3), ("+4", 4), ("1.10", 1.1), (".5", 0.5), ("1e3", 1000.0), ("-1.5E-2", -0.015),
        ("5.", 5.0),        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("0_1", "0_1"), ("1:30", "1:30"), ("0x1f", "0x1f"),
        ("2017-01-01", "2017-01-01"), ("北京", "北京"), ("1,234", "1,234"), ("e5", "e5"), (".", "."),
    ],
)  # fmt: skip
def test_plain_scalars(text, value):
    found = scalar(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["12", "true", "null", ""])
def test_quoted_scalars_are_text(text):
    assert scalar(text, plain=False) == text


@given(st.integers(-(10**9), 10**9))
def test_whole_numbers_come_back(number):
    assert scalar(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_decimal_numbers_come_back(number):
    assert scalar(repr(number)) == number


# --- --set ----------------------------------------------------------------------------------------------------------


def test_set_replaces_a_value(document):
    set_values(document, ["methodology.aggregation=geometric"])
    assert document.data["methodology"] == {"aggregation": "geometric"}


def test_set_reads_its_value_as_yaml(document):
    set_values(document, ["methodology.normalisation={method: min_max, lower: 1}", "framework.years=[2017, 2018]"])
    assert document.data["methodology"]["normalisation"] == {"method": "min_max", "lower": 1}
    assert document.data["framework"]["years"] == [2017, 2018]


def test_set_reaches_into_a_list(document):
    set_values(document, ["claims.0.n=3"])
    assert document.data["claims"] == [{"kind": "in_top", "n": 3}]


def test_set_may_give_nothing(document):
    set_values(document, ["methodology.aggregation="])
    assert document.data["methodology"] == {"aggregation": None}


def test_messages_about_a_set_value_name_the_option(document):
    option = "--set methodology.rank_on={decimals: x}"
    set_values(document, [option.removeprefix("--set ")])
    assert document.place(("methodology", "rank_on", "decimals")) == ("in_option", {"option": option})
    assert document.place(("methodology",))[0] == "in_yaml"


def test_messages_about_a_set_entry_of_a_list_name_the_option_too(document):
    set_values(document, ["claims.0.n=zero"])
    assert document.place(("claims", 0, "n")) == ("in_option", {"option": "--set claims.0.n=zero"})
    assert document.place(("claims", 0, "kind"))[0] == "in_yaml"


OPTIONS = {
    "option_form": (["methodology"], r"--set: found 'methodology', expected PATH=VALUE"),
    "set_path": (["methodology.aggregation.deep=1"], r"'aggregation' is 'arithmetic'\. Give a path such as"),
}


@pytest.mark.parametrize("key", OPTIONS)
def test_set_options_that_cannot_be_meant(document, key):
    settings, told = OPTIONS[key]
    with pytest.raises(InputError, match=told) as refused:
        set_values(document, settings)
    assert [problem.key for problem in refused.value.problems] == [key]
    assert refused.value.text("zh")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("=3", "--set: found '=3', expected PATH=VALUE"),
        ("claims.5.n=3", r"--set claims\.5\.n=3: .*'5' is a list of 1"),
        ("claims.first=3", r"'first' is a list of 1"),
        ("methodology.x=[1", r"--set methodology\.x=\[1: found '\[1', expected a YAML value"),
    ],
)
def test_set_paths_that_lead_nowhere(document, setting, told):
    with pytest.raises(InputError, match=told):
        set_values(document, [setting])


def test_all_wrong_settings_are_told_at_once(document):
    with pytest.raises(InputError, match=r"(?s)expected PATH=VALUE.*'9' is a list of 1"):
        set_values(document, ["a", "claims.9=3"])


# --- --weight -------------------------------------------------------------------------------------------------------


def test_a_weight_stands_as_written(document):
    """0.4 beside three 0.25: the others keep their numbers."""
    assert set_weights(document, ["function=0.4"]) == ["function"]
    assert [weight_of(document, code) for code in ("function", "space", "factors", "actors")] == [0.4, 0.25, 0.25, 0.25]


def test_a_share_scales_its_siblings(document):
    """40 % leaves 60 % to three equal siblings."""
    set_weights(document, ["function=40%"])
    found = [weight_of(document, code) for code in ("function", "space", "factors", "actors")]
    assert_allclose(found, [0.4, 0.2, 0.2, 0.2], rtol=1e-14)


def test_shares_keep_the_proportions_of_the_siblings(document):
    """gdp 3 : trade 1; a share of 20 % for trade leaves 80 % to gdp."""
    set_weights(document, ["trade=20 %"])
    assert_allclose([weight_of(document, "gdp"), weight_of(document, "trade")], [0.8, 0.2], rtol=1e-14)


def test_several_shares_at_once(document):
    set_weights(document, ["function=50%", "space=30%"])
    found = [weight_of(document, code) for code in ("function", "space", "factors", "actors")]
    assert_allclose(found, [0.5, 0.3, 0.1, 0.1], rtol=1e-14)


def test_an_indicator_without_a_word_of_its_own_can_be_weighted(document):
    """`labour:` is empty in the file: its weight is 1 until an option says otherwise."""
    set_weights(document, ["labour=2"])
    assert weight_of(document, "labour") == 2.0


def test_a_share_of_100_percent_leaves_the_siblings_out(document):
    set_weights(document, ["gdp=100%"])
    assert [weight_of(document, "gdp"), weight_of(document, "trade")] == [1.0, 0.0]


def test_messages_about_a_weight_name_the_option(document):
    set_weights(document, ["function=40%"])
    keys = ("framework", "dimensions", "function", "weight")
    assert document.place(keys) == ("in_option", {"option": "--weight function=40%"})
    sibling = ("framework", "dimensions", "space", "weight")
    assert document.place(sibling) == ("in_option", {"option": "--weight function=40%"})


WEIGHTS = {
    "weight_name": (
        ["两者=2"],
        r"--weight 两者=2: '两者' is the name of several nodes: firms, roads\. Give the code\.",
    ),
    "weight_code": (
        ["functon=1"],
        r"--weight functon=1: 'functon' is not a dimension or indicator\. Did you mean 'function'",
    ),
    "weight_value": (["function=-1"], "--weight function=-1: weight '-1' must be"),
    "weight_shares": (
        ["function=70%", "space=40%"],
        r"the shares given under 'framework' add up to 110%; expected at most 100%",
    ),
}


@pytest.mark.parametrize("key", WEIGHTS)
def test_weights_that_cannot_be_meant(document, key):
    weights, told = WEIGHTS[key]
    with pytest.raises(InputError, match=told) as refused:
        set_weights(document, weights)
    assert [problem.key for problem in refused.value.problems] == [key]
    assert refused.value.text("zh")


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        ("土地面=2", r"'土地面' is not a dimension or indicator\. Did you mean 'space'\?"),
        ("city  function=2", r"'city  function' is not a dimension or indicator\. Did you mean 'function'\?"),
        ("function", "--weight: found 'function', expected CODE=VALUE"),
        ("=3", "--weight: found '=3', expected CODE=VALUE"),
        ("function=much", "weight 'much' must be"),
        ("function=-5%", "weight '-5%' must be"),
        ("function=nan", "weight 'nan' must be"),
        ("function=1e999", "weight '1e999' must be"),
        ("function=true", "weight 'true' must be"),
        ("function=", "weight '' must be"),
        ("roads=50%", r"the shares given under 'framework\.dimensions\.space' add up to 50%; .*exactly 100%"),
    ],
)
def test_more_weights_that_cannot_be_meant(document, weight, told):
    with pytest.raises(InputError, match=told):
        set_weights(document, [weight])


def test_all_wrong_weights_are_told_at_once(document):
    with pytest.raises(InputError, match=r"(?s)'nobody' is not a dimension.*weight 'x' must be"):
        set_weights(document, ["nobody=1", "space=x"])


@pytest.mark.parametrize("weight", ["roads=2", "roads=100%"])
def test_a_weight_for_a_node_that_is_no_mapping_leaves_the_complaint_to_the_file(tmp_path, weight):
    """`roads: wide` is wrong in the YAML, and is told as such; --weight must not fall over it first."""
    text = "framework: {indicators: {roads: wide, firms: {}}}"
    document = read_document(write_yaml(tmp_path / "f.yaml", text))
    set_weights(document, [weight])


def test_no_framework_no_weights():
    with pytest.raises(InputError, match="'gdp' is not a dimension or indicator"):
        set_weights(Document("f.yaml", {}), ["gdp=1"])


# --- the block weights: ---------------------------------------------------------------------------------------------


def with_weights(tmp_path, block):
    return read_document(
        write_yaml(tmp_path / "i.yaml", f"framework: {{indicators: {{gdp: {{weight: 3}}, trade: }}}}\n{block}\n")
    )


def test_the_weights_block_stands_in_for_those_of_the_framework(tmp_path):
    """As the page writes it, to be pasted at the end of the file."""
    document = with_weights(tmp_path, "weights:\n  gdp: 0.5\n  trade: 1e-3")
    apply_weights_block(document)
    assert document.data == {"framework": {"indicators": {"gdp": {"weight": 0.5}, "trade": {"weight": 0.001}}}}


def test_a_weight_on_the_command_line_comes_after_the_block(tmp_path):
    document = with_weights(tmp_path, "weights: {gdp: 0.5}")
    apply_weights_block(document)
    set_weights(document, ["gdp=2"])
    assert document.data["framework"]["indicators"]["gdp"] == {"weight": 2.0}


def test_faults_of_the_weights_block_are_told_all_at_once_with_their_lines(tmp_path):
    document = with_weights(tmp_path, "weights:\n  gpd: 1\n  trade: many")
    with pytest.raises(InputError) as caught:
        apply_weights_block(document)
    assert [(p.key, p.place[1]["line"], p.place[1]["path"]) for p in caught.value.problems] == [
        ("weight_code", 3, "weights.gpd"),
        ("weight_value", 4, "weights.trade"),
    ]


def test_a_weights_block_that_is_no_mapping_is_left_for_validation(tmp_path):
    document = with_weights(tmp_path, "weights: 3")
    apply_weights_block(document)
    assert document.data["weights"] == 3


# --- bounds ---------------------------------------------------------------------------------------------------------

BOUNDED = {
    "yaml_entries": "a: &a [x, x, x, x]\n"
    + "".join(f"{chr(i + 1)}: &{chr(i + 1)} [*{chr(i)}, *{chr(i)}, *{chr(i)}, *{chr(i)}]\n" for i in range(97, 121)),
    "yaml_nesting": "a: " + "[" * 70 + "]" * 70,
    "yaml_bytes": "#" * (10 * 2**20 + 1),
    "control_character": 'framework:\n  cities:\n    "丁\\x01": {}\n',
}


@pytest.mark.parametrize("key", BOUNDED)
def test_what_passes_a_bound_is_refused_at_once(tmp_path, key):
    with pytest.raises(InputError) as refused:
        read_document(write_yaml(tmp_path / "f.yaml", BOUNDED[key]))
    (problem,) = refused.value.problems
    assert problem.key == key
    assert "\x01" not in problem.text("zh") + problem.text("en")


def test_a_thousand_levels_are_refused_in_a_sentence(tmp_path):
    for text in (
        "a: " + "{a: " * 100_000,
        "\n".join(" " * i + "a:" for i in range(1500)),
        "a: " + "[" * 900 + "]" * 900,
    ):
        with pytest.raises(InputError, match=r"f\.yaml, line "):
            read_document(write_yaml(tmp_path / "f.yaml", text))


def test_integers_of_any_length_are_numbers():
    assert scalar("9" * 40) == int("9" * 40)
    assert scalar("9" * 5000) == float("inf")


def test_an_option_keeps_the_same_bounds(document):
    with pytest.raises(InputError, match="keys are nested more than 64 levels"):
        set_values(document, ["framework.name=" + "[" * 70 + "]" * 70])


def test_a_workbook_in_place_of_the_yaml_is_told_as_one(tmp_path):
    file = tmp_path / "figures.xlsx"
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=r"file of figures; .* indexcalc init DIR --from figures\.xlsx, or write"):
        read_document(file)
