"""One YAML file as a whole: what is measured, how, what is claimed of it. `indexcalc.load` reads it from a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from indexcalc.errors import in_words, suggestion
from indexcalc.spec.analyses import ChartOptions, ConvergenceOptions, IntegrationOptions, Scenario, Yardstick
from indexcalc.spec.choice import Model, refused
from indexcalc.spec.claims import Claim
from indexcalc.spec.framework import Framework
from indexcalc.spec.methodology import Methodology
from indexcalc.spec.uncertainty import Uncertainty
from indexcalc.voice import languages


def _known_language(written: Any) -> Any:
    if written is not None and written not in languages():
        facts = {"field": "language", "found": in_words(written), **suggestion(str(written), languages())}
        raise refused("unknown_word", facts)
    return written


Language = Annotated[str, BeforeValidator(_known_language), WithJsonSchema({"enum": list(languages())})]


class Specification(Model):
    """One YAML file: what is measured, how, what is claimed of it, and what else might have been chosen."""

    language: Language | None = None
    """That of messages, charts and reports, where `--lang` names none."""
    framework: Framework
    methodology: Methodology = Methodology()
    claims: tuple[Claim, ...] = ()
    integration: IntegrationOptions = IntegrationOptions()
    convergence: ConvergenceOptions = ConvergenceOptions()
    yardsticks: Mapping[str, Yardstick] = Field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = Field(default_factory=dict)
    charts: ChartOptions = ChartOptions()
    uncertainty: Uncertainty | None = None
    weights: Mapping[str, float | str] = Field(default_factory=dict)
    """Weights by code, as the page writes them; they are moved into the framework, in place of those written there."""
