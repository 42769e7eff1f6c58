"""The registry: a method's name, parameters and documentation are read off its function."""

import inspect

import pytest

from indexcalc.methods import METHODS, get_method
from indexcalc.methods.registry import method

ALL = [(step, name) for step, methods in METHODS.items() for name in methods]


def test_the_methods_of_the_contract_are_there():
    """Names that files in the world may already carry: none of them may go missing."""
    contract = {
        "aggregation": ["arithmetic", "geometric"],
        "derivation": ["growth", "ratio", "share", "sum"],
        "imputation": ["linear", "none"],
        "missing": ["propagate", "refuse", "renormalise"],
        "normalisation": ["goalposts", "min_max", "none", "percentile_rank", "z_score"],
        "transform": ["log", "none"],
        "treatment": ["none", "winsorise"],
        "weighting": ["equal", "given"],
    }
    assert {step: [name for name in names if name not in METHODS[step]] for step, names in contract.items()} == {
        step: [] for step in contract
    }


@pytest.mark.parametrize(("step", "name"), ALL)
def test_the_yaml_parameters_are_the_keyword_only_arguments(step, name):
    found = get_method(step, name)
    keyword_only = [
        p.name for p in inspect.signature(found.kernel).parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY
    ]
    assert list(found.parameters) == keyword_only
    assert list(found.annotations) == keyword_only
    assert found.step == step
    assert found.name == name == found.kernel.__name__.rstrip("_")


@pytest.mark.parametrize(("step", "name"), ALL)
def test_every_method_is_documented(step, name):
    """First line: what it gives. Further down: an example that doctest runs."""
    found = get_method(step, name)
    assert found.summary.endswith((".", "]"))
    assert ">>>" in inspect.getdoc(found.kernel)


def test_traits_name_parameters_that_exist():
    for step, name in ALL:
        found = get_method(step, name)
        for low, high in found.traits.get("ascending", ()):
            assert {low, high} <= set(found.parameters)
        if "attains" in found.traits:
            assert isinstance(found.traits["attains"](), float)


def test_goalposts_are_in_raw_units():
    assert get_method("normalisation", "goalposts").raw_parameters == ("low", "high")
    assert get_method("normalisation", "min_max").raw_parameters == ()


def test_an_unknown_name_is_a_key_error():
    with pytest.raises(KeyError, match="min_mx"):
        get_method("normalisation", "min_mx")


def test_adding_a_method_is_one_decorated_function(monkeypatch):
    """The function's name without its trailing underscore, its keyword-only arguments, its first line."""
    monkeypatch.setitem(METHODS, "normalisation", dict(METHODS["normalisation"]))

    @method("normalisation", needs_spread=True)
    def half_(x, reference, *, factor: float = 0.5):
        """Half: z = factor x."""
        return factor * x

    found = get_method("normalisation", "half")
    assert found.summary == "Half: z = factor x."
    assert found.positional == ("x", "reference")
    assert found.parameters["factor"].default == 0.5
    assert found.traits == {"needs_spread": True}
    assert half_(2.0, None) == 1.0
