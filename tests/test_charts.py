"""The charts as figures, for a notebook."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure

import indexcalc as ic
from indexcalc.computed import Computed
from indexcalc.report.charts.catalogue import charts, names
from tests.conftest import ROOT, build, make_framework, make_panel
from tests.report.charts.made_up import made_up, texts, with_all


def test_every_chart_is_a_function_of_a_run_with_its_documentation():
    run = with_all(made_up(n=4))
    for name in names():
        draw = getattr(ic.charts, name)
        assert draw.__name__ == name and draw.__doc__
        assert name in ("trend", "ranks") or draw.__doc__ == charts()[name].draw.__doc__
        assert isinstance(draw(run), Figure), name
    assert dir(ic.charts) == sorted([*names(), "city", "pair"])
    assert ic.charts.city.__doc__ and ic.charts.pair.__doc__


def test_a_chart_shows_the_run_in_the_language_asked_for():
    result = made_up(n=4)
    figure = ic.charts.trend(Computed.of(result), lang="en")
    assert "Index score" in texts(figure)
    lines = np.array([line.get_ydata() for line in figure.axes[0].lines])
    np.testing.assert_array_equal(np.sort(lines, axis=0), np.sort(result.score(), axis=0))
    assert "指数得分" in texts(ic.charts.trend(result)), "a bare result will do, and Chinese is the default"


def test_cities_go_by_any_of_their_names():
    result = made_up(n=4)
    one, two = result.cities[:2]
    for card in (ic.charts.city(result, one), ic.charts.city(result, "Made-up Autonomous Prefecture 1")):
        assert any(one in text for text in texts(card))
    both = "".join(texts(ic.charts.pair(result, one, two)))
    assert one in both and two in both
    with pytest.raises(ic.InputError, match="Did you mean"):
        ic.charts.city(result, one[:-1])
    with pytest.raises(ic.InputError, match="itself"):
        ic.charts.pair(result, one, one)


def test_a_chart_without_anything_to_show_says_what_it_needs():
    with pytest.raises(ic.InputError, match=r"^No sensitivity chart: it needs a sensitivity analysis\.$"):
        ic.charts.sensitivity(made_up(n=4))
    with pytest.raises(ic.ChoiceError, match="under 'geometric' a score is not a sum"):
        ic.charts.contributions(build(make_panel(), make_framework(aggregation="geometric"), normalisation="none"))


def test_what_is_no_chart_and_no_language_is_refused():
    with pytest.raises(AttributeError, match=r"module 'indexcalc\.charts' has no attribute 'trned'"):
        _ = ic.charts.trned
    with pytest.raises(ic.InputError, match=r"lang 'fr' is not known\. Known: zh, en\."):
        ic.charts.trend(made_up(n=4), lang="fr")


def test_what_compute_returns_is_a_run():
    run = ic.compute(ROOT / "indicators.yaml", draws=0)
    assert isinstance(run, ic.Computed)
    assert any("成都" in text for text in texts(ic.charts.ranks(run)))


def test_to_have_the_charts_at_hand_loads_nothing_heavy():
    program = (
        "import sys, indexcalc as ic; dir(ic.charts); print([m for m in ('numpy', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
