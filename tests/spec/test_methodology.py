"""The methodology and its choices: what may be written, what it becomes, and back again."""

import pytest
from pydantic import ValidationError

from indexcalc.errors import InputError
from indexcalc.spec.methodology import Methodology
from tests.conftest import make_methodology


def test_the_defaults():
    """Nothing is filled, treated or reweighted unless somebody says so."""
    plain = Methodology().plain
    expected = {
        "imputation": "none",
        "treatment": "none",
        "normalisation": "min_max",
        "reference": "pooled",
        "weighting": "given",
        "aggregation": "arithmetic",
        "missing": "refuse",
        "rank_on": {"decimals": 9, "order": "descending"},
    }
    assert {key: plain[key] for key in expected} == expected


def test_a_choice_is_a_name_or_a_mapping_with_the_method():
    by_name = make_methodology(normalisation="min_max").normalisation
    by_mapping = make_methodology(normalisation={"method": "min_max", "lower": 1, "upper": 100}).normalisation
    assert (by_name.name, dict(by_name.parameters)) == ("min_max", {})
    assert (by_mapping.name, dict(by_mapping.parameters)) == ("min_max", {"lower": 1.0, "upper": 100.0})
    assert str(by_mapping) == "min_max (lower: 1.0, upper: 100.0)"


@pytest.mark.parametrize("written", ["pooled", "year", {"base": 2017}])
def test_a_reference_is_written_back_as_it_was(written):
    assert make_methodology(reference=written).reference.plain == written


def test_plain_can_be_read_again():
    """What the run records is what the YAML may say."""
    methodology = make_methodology(
        imputation="linear",
        treatment={"method": "winsorise", "lower": 0.1},
        normalisation={"method": "goalposts", "low": 0, "high": 10, "cap": False},
        reference={"base": 2019},
        missing={"method": "renormalise", "minimum_share": 0.5},
        rank_on={"decimals": 3},
    )
    assert Methodology.model_validate(methodology.plain) == methodology


def test_a_variant_changes_what_it_names_and_nothing_else():
    nominal = make_methodology(imputation="linear", rank_on={"decimals": 3})
    variant = nominal.variant(aggregation="geometric", reference="year")
    assert variant.aggregation.name == "geometric"
    assert variant.reference.kind == "year"
    assert variant.imputation == nominal.imputation
    assert variant.rank_on == nominal.rank_on
    assert nominal.aggregation.name == "arithmetic"


def test_a_variant_refuses_what_the_yaml_refuses():
    with pytest.raises(InputError, match=r"Aggregation 'geometrik' is not known\. Did you mean 'geometric'\?"):
        Methodology().variant(aggregation="geometrik")
    with pytest.raises(InputError, match=r"Key 'agregation' .* Did you mean 'aggregation'\?"):
        Methodology().variant(agregation="geometric")


def test_equal_choices_are_equal():
    first, second = (make_methodology(normalisation={"method": "min_max", "lower": 1, "upper": 9}) for _ in range(2))
    assert first == second
    assert first != make_methodology(normalisation="min_max")


def test_a_methodology_is_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        Methodology().aggregation = None


@pytest.mark.parametrize("step", ["imputation", "treatment", "normalisation", "weighting", "aggregation", "missing"])
@pytest.mark.parametrize("written", [5, None, "no_such_method", {"parameter": 1}])
def test_every_step_refuses_what_is_no_choice(step, written):
    with pytest.raises(ValidationError, match=step):
        make_methodology(**{step: written})


@pytest.mark.parametrize("written", ["yearly", 2017, {"base": "x"}, {"base": 2017, "kind": "year"}, {"kind": "base"}])
def test_references_that_cannot_be_meant(written):
    """A base without its year, and a year reference that carries a base, say two things or none."""
    with pytest.raises(ValidationError, match="reference"):
        make_methodology(reference=written)
