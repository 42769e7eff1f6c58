"""The form as a page: every sentence from the words, every field by position, every method of the registry."""

import re
from html.parser import HTMLParser

import pytest

from indexcalc.methods import METHODS
from indexcalc.serve.answers import BEGINNINGS, OWN_STEPS, fingerprint
from indexcalc.serve.form import Form
from indexcalc.voice import Voice, languages
from tests.conftest import write_workbook
from tests.serve.drafting import filled, raw_workbook


class Fields(HTMLParser):
    """The controls of a page by name, the ids, and the controls that nothing names to a screen reader."""

    def __init__(self, page):
        super().__init__()
        self.names, self.ids, self.options, self.bare, self.inside = [], [], {}, [], 0
        self.select = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids += [found["id"]] if "id" in found else []
        self.inside += tag == "label"
        if tag == "option" and self.select:
            self.options.setdefault(self.select, []).append(found.get("value"))
        if tag in ("input", "select"):
            self.select = found.get("name") if tag == "select" else self.select
            self.names.append(found.get("name"))
            if found.get("type") != "hidden" and not self.inside and "aria-label" not in found:
                self.bare.append(found)

    def handle_endtag(self, tag):
        self.inside -= tag == "label"
        self.select = None if tag == "select" else self.select


@pytest.fixture
def form(tmp_path):
    made = Form(raw_workbook(tmp_path), Voice("zh"))
    made.page()
    return made


@pytest.fixture
def page(form):
    return form.answered({**filled(form.fields), "columns": fingerprint(form.found), "do": "check"})


def test_every_control_has_a_name_for_a_screen_reader_and_every_id_is_one(page):
    fields = Fields(page)
    assert not fields.bare
    assert len(set(fields.ids)) == len(fields.ids)
    assert not re.search(r"\{\{|\}\}|\bNone\b", page)


def test_every_method_of_the_registry_can_be_chosen(page):
    options = Fields(page).options
    for step in OWN_STEPS:
        assert options[f"step.{step}"] == ["", *METHODS[step]]
    assert options["direction.0"] == ["", *METHODS["direction"]]
    for step in OWN_STEPS:
        for name, method in METHODS[step].items():
            for parameter in method.parameters:
                if parameter not in ("matrix", "order"):
                    assert f'name="step.{step}.{name}.{parameter}"' in page


def test_every_beginning_and_way_is_offered(page):
    for begin in BEGINNINGS:
        assert f'name="begin" value="{begin}"' in page
    assert page.count('name="gaps"') == 12


@pytest.mark.parametrize("lang", languages())
def test_a_language_says_all_of_it(form, lang):
    page = form.answered({**filled(form.fields), "columns": fingerprint(form.found), "lang": lang})
    other = {"zh": "Indicators", "en": "请选择"}[lang]
    assert f'data-lang="{lang}"' in page and other not in page
    assert Voice(lang).say("form.gaps.heading") in page


def test_what_a_file_says_is_never_markup(tmp_path):
    rows = [
        ["城市", "年份", "<img src=x onerror=alert(1)>", '"><script>x</script>'],
        ["<b>甲", 2020, 1, 5],
        ["乙", 2020, 3, 2],
    ]
    form = Form(write_workbook(tmp_path / "x.xlsx", {"<i>": rows}), Voice("zh"))
    page = form.page()
    page += form.answered(
        {**filled(form.fields), "columns": fingerprint(form.found), "do": "check", "name": "<script>y"}
    )
    assert "<img" not in page and "<script>x" not in page and "<script>y" not in page and "<b>甲" not in page


def test_ranks_that_differ_are_marked_against_the_chosen_way(form):
    fields = {
        **filled(form.fields),
        "columns": fingerprint(form.found),
        "do": "check",
        "begin": "entropy",
        "gaps": "linear.refuse",
    }
    page = form.answered(fields)
    assert "以此为准作比较" in page
    ranks = page.split('class="ranks"')[1].split("</table>")[0]
    heads = re.findall(r'<th scope="col" class="num( chosen)?">([^<]*)</th>', ranks)
    assert [name for chosen, name in heads if chosen] and "D" in next(name for chosen, name in heads if chosen)
    rows = ranks.split("<tbody>")[1].split("</tr>")[:-1]
    assert len(rows) == 5
