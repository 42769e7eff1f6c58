"""The settings that every page is laid out with."""

import jinja2
import pytest

from indexcalc.report.html import environment


def test_text_is_escaped_and_a_name_without_a_value_is_an_error():
    made = environment({"one": "{{ name }} {{ twice(2) }}"}, twice=lambda n: 2 * n)
    assert made.get_template("one").render(name="<b>&") == "&lt;b&gt;&amp; 4"
    with pytest.raises(jinja2.UndefinedError, match="name"):
        made.get_template("one").render()
