"""The JSON Schema says what the program says: it takes what the program takes, and refuses what a schema can refuse."""

import json

import jsonschema
import pytest
import yaml

from indexcalc.methods import METHODS
from indexcalc.report.start.starter import beginning
from indexcalc.spec.schema import json_schema
from indexcalc.voice import Voice, languages
from tests.conftest import ROOT

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def faults(written):
    """Faults of a YAML text; its keys as text, as JSON has them."""
    return list(VALIDATOR.iter_errors(json.loads(json.dumps(yaml.safe_load(written)))))


def with_methodology(written):
    return f"framework: {{indicators: {{a: }}}}\nmethodology: {written}\n"


def with_indicator(written):
    return f"framework: {{indicators: {{a: {written}}}}}\n"


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_shipped_framework_and_the_starter_are_valid():
    assert faults((ROOT / "indicators.yaml").read_text(encoding="utf-8")) == []
    for lang in languages():
        assert faults(beginning(Voice(lang))) == []


@pytest.mark.parametrize(
    "written",
    [
        with_methodology("{normalisation: z_score, aggregation: geometric, missing: propagate}"),
        with_methodology("{normalisation: {method: min_max, lower: 1, upper: 100}, reference: {base: 2017}}"),
        with_methodology("{weighting: {method: entropy, basis: oriented, scope: indicators, per: year}}"),
        with_methodology("{weighting: {method: linear_combination, subjective: given, objective: {method: critic}}}"),
        with_methodology("{aggregation: {method: generalised, p: -1}, levels: {1: {aggregation: minimum}}}"),
        with_indicator("{direction: {middle: 5}, weight: 0}"),
        with_indicator("{direction: confirm}"),
        with_indicator("{direction: 逆指标}"),
        with_indicator("{direction: +}"),
        with_indicator("{direction: -1}"),
        "framework: {workbook: {year: 2019, layout: wide}, indicators: {a: }}",
        "framework: {workbook: {year: confirm, layout: across}, indicators: {a: }}",
        with_indicator("{direction: {interval: [1, 2]}, unit: '%'}"),
        with_indicator("{name: 名称, ratio: {of: b, to: c, scale: 10}}"),
        with_indicator("{name: {zh: 名称}, sum: [b, c]}"),
        "framework: {workbook: w.xlsx, indicators: {a: }}",
        "framework: {workbook: {file: w.xlsx, sheet: 2018, ignore: x, missing: -99}, indicators: {a: }}",
        "framework: {workbook: {sheet: [a], ignore: [x, {rows: [y]}], missing: ['-', 0]}, indicators: {a: }}",
        "framework: {workbook: {ignore: {rows: [y], columns: z}, tidy: true, header: 3}, indicators: {a: }}",
        "framework: {cities: {甲: , 乙: {en: B}}, indicators: {a: }}\n"
        "claims: [{kind: rising, cities: all, from: 2020}]",
    ],
)
def test_what_the_program_takes_is_valid(written):
    from indexcalc.spec.specification import Specification

    Specification.model_validate(yaml.safe_load(written) | {})
    assert faults(written) == []


@pytest.mark.parametrize(
    "written",
    [
        with_methodology("{normalisation: minmax}"),
        with_methodology("{normalisation: {method: min_max, low: 1}}"),
        with_methodology("{normalisation: {method: goalposts, low: 1}}"),
        with_methodology("{aggregation: generalised}"),
        with_methodology("{weighting: {method: given, basis: raw}}"),
        with_methodology("{reference: last}"),
        with_methodology("{agregation: geometric}"),
        with_indicator("{direction: negitive}"),
        with_indicator("{direction: {interval: [1]}}"),
        with_indicator("{weight: -1}"),
        with_indicator("{ratio: {of: b}}"),
        with_indicator("{derived: {kind: ratio, parts: [b, c]}}"),
        "framework: {indicators: {a: }}\nclaims: [{kind: rises}]",
        "methodology: {}",
        "framework: {workbook: {layout: broad}, indicators: {a: }}",
        "framework: {workbook: {header: 0}, indicators: {a: }}",
        "framework: {workbook: 5, indicators: {a: }}",
    ],
)
def test_what_the_program_refuses_is_invalid(written):
    assert faults(written)


@pytest.mark.parametrize("step", [step for step in METHODS if step != "derivation"])
def test_every_method_is_offered(step):
    offered = json.dumps(SCHEMA["$defs"][step])
    assert all(f'"const": "{name}"' in offered for name in METHODS[step])


def test_every_derivation_is_offered():
    assert METHODS["derivation"].keys() <= SCHEMA["$defs"]["Indicator"]["anyOf"][0]["properties"].keys()


def test_keys_are_described_in_both_languages():
    said = [Voice(lang).say("schema.Specification.claims") for lang in languages()]
    assert SCHEMA["properties"]["claims"]["description"] == " / ".join(said)
    assert SCHEMA["$defs"]["Indicator"]["anyOf"][0]["properties"]["direction"]["description"].startswith("方向")
