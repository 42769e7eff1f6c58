"""Claims as they may be written, and the cities and years they name."""

import pytest
from pydantic import TypeAdapter, ValidationError

from indexcalc.spec.claims import Claim, named_cities, named_years

CLAIM = TypeAdapter(Claim)


@pytest.mark.parametrize(
    ("written", "cities", "years"),
    [
        ({"kind": "rising", "cities": "all", "every_year": True}, (), ()),
        ({"kind": "rising", "cities": ["北京"], "from": 2017, "to": 2022}, ("北京",), (2017, 2022)),
        ({"kind": "rising"}, (), ()),
        ({"kind": "in_top", "cities": ["北京", "上海"], "n": 5, "years": "all"}, ("北京", "上海"), ()),
        ({"kind": "in_top", "cities": ["北京"], "n": 1, "years": [2019, 2020]}, ("北京",), (2019, 2020)),
        ({"kind": "largest_rank_gain", "city": "成都", "from": 2017, "to": 2022}, ("成都",), (2017, 2022)),
        ({"kind": "largest_rank_gain", "city": "成都"}, ("成都",), ()),
    ],
)
def test_the_cities_and_years_that_a_claim_names(written, cities, years):
    """`all` is kept as empty: it names none in particular."""
    claim = CLAIM.validate_python(written)
    assert named_cities(claim) == cities
    assert named_years(claim) == years


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"kind": "in_top", "cities": ["北京"]}, r"in_top\.n\n  Field required"),
        ({"kind": "in_top", "cities": ["北京"], "n": 0}, "greater than or equal to 1"),
        ({"kind": "largest_rank_gain"}, r"largest_rank_gain\.city\n  Field required"),
        ({"kind": "soaring"}, "does not match any of the expected tags"),
        ({"cities": "all"}, "Unable to extract tag"),
        ({"kind": "rising", "in": 2017}, "Extra inputs are not permitted"),
    ],
)
def test_claims_that_cannot_be_meant(written, told):
    with pytest.raises(ValidationError, match=told):
        CLAIM.validate_python(written)
