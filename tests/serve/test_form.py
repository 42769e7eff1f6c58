"""The form of a workbook: what it refuses, what it writes, and that the command line finds the same ranks."""

import html
import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from indexcalc.cli import main
from indexcalc.run import compute
from indexcalc.serve.answers import BEGINNINGS, fingerprint
from indexcalc.serve.app import app
from indexcalc.serve.form import Form, routes
from indexcalc.serve.session import Session
from indexcalc.voice import Voice
from tests.conftest import write_workbook
from tests.serve.drafting import HEADERS, filled, raw_workbook

PAIRS = {
    "begin": "ahp",
    "compare.0.1": "2",
    "compare.0.2": "3",
    "compare.0.3": "3",
    "compare.1.2": "2",
    "compare.1.3": "1",
    "compare.2.3": "1",
}


def opened(folder, **more):
    """A form that has been shown once, and what a browser would send with every direction chosen."""
    form = Form(raw_workbook(folder, **more), Voice("zh"))
    form.page()
    return form, sent(form)


def sent(form, **more):
    return filled(form.fields, columns=fingerprint(form.found), do="save", **more)


def told(page):
    found = re.search(r'id="told".*?</div>', page, re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))) if found else ""


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_form_asks_for_directions_and_writes_nothing_by_itself(tmp_path):
    form, _ = opened(tmp_path)
    page = form.page()
    assert page.count('class="direction"') == 4 and "selected" not in page.split("</tbody>")[0]
    assert "备注" in page and str(form.yaml) in page
    assert files(tmp_path) == ["年鉴.xlsx"]


def test_what_is_saved_before_it_is_whole_is_a_draft(tmp_path):
    form, fields = opened(tmp_path)
    page = form.answered({**fields, "direction.1": ""})
    assert "还有1个指标没有选方向" in told(page) and "已保存到年鉴.yaml" in told(page)
    assert 'aria-describedby="why.direction.1"' in page and 'id="why.direction.1"' in page
    assert "direction: confirm" in form.yaml.read_text(encoding="utf-8")


def test_one_missing_figure_is_no_ranking_until_somebody_says_what_to_do(tmp_path):
    form, fields = opened(tmp_path, gaps=((0, 1, 2),))
    page = form.answered(fields)
    assert "成都2020年缺PM2.5年均浓度的数据" in told(page)
    assert "60个数据中缺1个" in page
    assert re.search(r"各种选择下\d{4}年的位次", page)
    assert form.answered({**fields, "gaps": "linear.refuse"}) is None


def test_nothing_is_written_of_what_is_refused(tmp_path):
    form, fields = opened(tmp_path)
    page = form.answered({**fields, "weight.0": "很大"})
    assert "未保存" in told(page) and "地区生产总值、权重：读到'很大'，应为数值。" in told(page)
    assert '<a href="#weight.0">' in page and 'id="weight.0"' in page
    assert 'name="weight.0" value="很大"' in page, "what was typed is still there"
    assert files(tmp_path) == ["年鉴.xlsx"]


def test_two_columns_of_one_header_are_refused_as_the_command_line_refuses_them(tmp_path):
    headers = (HEADERS[0], HEADERS[1], HEADERS[0], HEADERS[3], HEADERS[4])
    form, fields = opened(tmp_path, headers=headers, gaps=())
    assert [p.key for p in form.found.problems] == ["header_twice"]
    page = form.answered(fields)
    assert "还不能排名" in told(page)
    with pytest.raises(Exception, match="is in two columns") as refused:
        compute(form.yaml, draws=0)
    assert Voice("zh").problem(refused.value.problems[0]) in html.unescape(page)


@pytest.mark.parametrize("begin", BEGINNINGS)
def test_the_command_line_finds_the_ranks_of_the_page(tmp_path, begin):
    """Every beginning, under the way chosen for missing figures: the YAML that is written gives them again."""
    form, fields = opened(tmp_path)
    assert form.answered({**fields, **PAIRS, "begin": begin, "gaps": "linear.refuse"}) is None
    assert files(tmp_path) == ["年鉴.xlsx", "年鉴.yaml"]
    _, listed, stops = form._ranks(form._checked())
    rank = next(way.rank for way in listed if way.key == "linear.refuse")
    run = compute(form.yaml, draws=50)
    assert not stops and run.uncertainty is not None
    np.testing.assert_array_equal(run.result.rank(), rank)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    directions=st.lists(st.sampled_from(["positive", "negative"]), min_size=4, max_size=4),
    weights=st.lists(st.sampled_from(["1", "2", "0.5"]), min_size=4, max_size=4),
    dimensions=st.lists(st.sampled_from(["", "甲", "乙"]), min_size=4, max_size=4),
    between=st.lists(st.sampled_from(["1", "3", "0.2"]), min_size=3, max_size=3),
    gaps=st.sampled_from(["linear.refuse", "nearest.refuse", "none.renormalise", "none.propagate", "constant.refuse"]),
    constant=st.sampled_from(["0", "４０", "55.5"]),
    begin=st.sampled_from(["equal", "entropy"]),
)
def test_whatever_the_form_says_the_yaml_says(
    tmp_path, directions, weights, dimensions, between, gaps, constant, begin
):
    form, fields = opened(tmp_path)
    form.yaml.unlink(missing_ok=True)
    for k in range(4):
        fields |= {f"direction.{k}": directions[k], f"weight.{k}": weights[k], f"dimension.{k}": dimensions[k]}
    for i, group in enumerate(dict.fromkeys(dimensions)):
        fields |= {f"group.{i}": group, f"group_weight.{i}": between[i]}
    fields |= {"gaps": gaps, "begin": begin, "gaps.with.constant.value": constant}
    assert form.answered(fields) is None or form.answered(fields) is None  # at first, weights without effect are named
    framework = compute(form.yaml, draws=0).result.framework
    assert [node.weight for node in framework.dimensions.values()] == list(map(float, between[: len(set(dimensions))]))
    _, listed, _ = form._ranks(form._checked())
    shown = next(way.rank for way in listed if way.key == gaps)
    np.testing.assert_array_equal(compute(form.yaml, draws=0).result.rank(), shown)


def test_the_weights_of_dimensions_follow_their_names(tmp_path):
    form, fields = opened(tmp_path)
    fields |= {f"dimension.{k}": "甲" if k < 2 else "乙" for k in range(4)} | {"do": "check", "gaps": "linear.refuse"}
    page = form.answered(fields)
    assert 'name="group_weight.0" value="1"' in page and "各维度的权重" in page
    fields |= {"group.0": "甲", "group.1": "乙", "group_weight.0": "3", "group_weight.1": "1"}
    page = form.answered({**fields, "dimension.0": "丙"})
    assert [re.search(rf'name="group_weight.{i}" value="(\d)"', page)[1] for i in range(3)] == ["1", "3", "1"]
    page = form.answered({**fields, "group_weight.1": "-1"})
    assert '<a href="#group_weight.1">乙、权重：' in page and 'aria-describedby="why.group_weight.1"' in page


def test_a_dimension_that_is_renamed_keeps_its_weight_and_its_comparisons(tmp_path):
    """By the dimension that each row was in: all rows of 甲 are now in 丙; 乙 stays as it was."""
    form, fields = opened(tmp_path)
    fields |= {f"dimension.{k}": "甲" if k < 2 else "乙" for k in range(4)} | {"do": "check", "gaps": "linear.refuse"}
    page = form.answered(fields)
    assert re.findall(r'name="was_in.(\d)" value="(\d)"', page) == [("0", "0"), ("1", "0"), ("2", "1"), ("3", "1")]
    fields |= {"group.0": "甲", "group.1": "乙", "group_weight.0": "3", "between.0.1": "5"}
    fields |= {f"was_in.{k}": str(k // 2) for k in range(4)}
    renamed = {**fields, "dimension.0": "丙", "dimension.1": "丙"}
    page = form.answered(renamed)
    assert [re.search(rf'name="group_weight.{i}" value="(\d)"', page)[1] for i in range(2)] == ["3", "1"]
    assert form.answered({**renamed, "do": "save"}) is None
    assert {node.name.zh: node.weight for node in compute(form.yaml, draws=0).result.framework.dimensions.values()} == {
        "丙": 3.0,
        "乙": 1.0,
    }
    pairs = {"compare.0.1": "1", "compare.2.3": "1", "begin": "ahp", "do": "replace"}
    assert "会另行算出权重" in form.answered({**renamed, **pairs})
    assert form.answered({**renamed, **pairs}) is None
    np.testing.assert_allclose(compute(form.yaml, draws=0).result.weights[[1, 4]], [5 / 6, 1 / 6])
    divided = form.answered({**fields, "dimension.0": "丙", "dimension.1": "丁"})
    assert [re.search(rf'name="group_weight.{i}" value="(\d)"', divided)[1] for i in range(3)] == ["3", "3", "1"]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"step.weighting": "equal"}, "所选的赋权方法会另行算出权重"),
        ({"step.aggregation": "median"}, "所选的合成方法不用权重"),
        ({"begin": "entropy_topsis"}, "维度只用来归类"),
        ({}, ""),
    ],
)
def test_weights_that_do_not_change_the_index_are_named(tmp_path, chosen, said):
    form, fields = opened(tmp_path)
    fields |= {f"dimension.{k}": "甲" if k < 2 else "乙" for k in range(4)} | {"do": "check", "gaps": "linear.refuse"}
    fields |= {"group.0": "甲", "group.1": "乙", "group_weight.0": "3"}
    page = form.answered({**fields, **chosen})
    assert said in page and ("不影响指数" in page) == bool(said)


def test_saving_names_them_too_before_the_ranking_is_shown(tmp_path):
    form, fields = opened(tmp_path)
    fields |= {f"dimension.{k}": "甲" if k < 2 else "乙" for k in range(4)} | {"gaps": "linear.refuse"}
    fields |= {"group.0": "甲", "group.1": "乙", "group_weight.0": "3", "step.weighting": "equal"}
    page = form.answered({**fields, "do": "save"})
    assert "所选的赋权方法会另行算出权重" in page and "已保存到年鉴.yaml" in told(page) and 'value="open"' in page
    assert form.yaml.exists() and form.answered({**fields, "do": "save"}) is None  # once named, nothing is in the way
    form.answered({**fields, "do": "check"})
    assert form.answered({**fields, "do": "save"}) is None


def test_a_constant_for_missing_figures_is_asked_for_where_it_is_chosen(tmp_path):
    form, fields = opened(tmp_path)
    page = form.answered({**fields, "gaps": "constant.refuse"})
    assert '<a href="#gaps.with.constant.value">' in page and files(tmp_path) == ["年鉴.xlsx"]
    assert form.answered({**fields, "gaps": "constant.refuse", "gaps.with.constant.value": "４０"}) is None
    run = compute(form.yaml, draws=0)
    assert run.specification.methodology.imputation.plain == {"method": "constant", "value": 40.0}


def test_a_yaml_of_somebody_else_is_never_written_over(tmp_path):
    form, fields = opened(tmp_path)
    form.yaml.write_text("mine", encoding="utf-8")
    assert "已经存在" in told(form.page())
    for how in ("save", "replace"):
        page = form.answered({**fields, "gaps": "linear.refuse", "do": how})
        assert "已经存在" in told(page) and 'value="open"' in page and 'value="replace"' not in page
    assert form.yaml.read_text(encoding="utf-8") == "mine"


def test_one_that_was_changed_since_is_written_over_only_when_asked(tmp_path):
    form, fields = opened(tmp_path)
    fields |= {"gaps": "linear.refuse"}
    assert form.answered(fields) is None and form.answered(fields) is None
    first = form.yaml.read_text(encoding="utf-8")
    form.yaml.write_text(first + "# weights saved on the page\n", encoding="utf-8")
    page = form.answered(fields)
    assert "有过改动" in told(page) and 'value="replace"' in page
    assert form.yaml.read_text(encoding="utf-8") != first
    assert form.answered({**fields, "do": "replace"}) is None
    assert form.yaml.read_text(encoding="utf-8") == first


def test_a_folder_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    form, fields = opened(tmp_path)
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "no")))
    assert "没有权限" in told(form.answered(fields))
    assert files(tmp_path) == ["年鉴.xlsx"]


def test_a_workbook_whose_columns_change_is_answered_anew_where_they_did(tmp_path):
    form, fields = opened(tmp_path)
    raw_workbook(tmp_path, headers=(HEADERS[0], "专利授权量（件）", *HEADERS[2:]))
    page = form.answered(fields)
    assert "列有变化" in told(page) and files(tmp_path) == ["年鉴.xlsx"]
    assert [form.fields[f"direction.{k}"] for k in range(4)] == ["positive", "", "negative", "negative"]
    page = form.answered(fields)
    assert "列有变化" in told(page), "what was sent is of the columns as they were"


def test_a_file_that_cannot_be_read_is_told_and_looked_at_again(tmp_path):
    form, fields = opened(tmp_path)
    whole = form.source.read_bytes()
    form.source.write_bytes(b"PK broken")
    page = form.answered(fields)
    assert "工作簿无法读取" in page and "<table" not in page
    form.source.write_bytes(whole)
    assert form.answered({"do": "check"}).count('class="direction"') == 4
    assert form.fields["direction.2"] == "negative", "what was said is kept"


def test_the_year_is_asked_for_where_the_file_has_none(tmp_path):
    rows = [["城市", "产值", "空气"], ["甲", 3, 7], ["乙", 5, 2], ["丙", 9, 4]]
    form = Form(write_workbook(tmp_path / "x.xlsx", {"数据": rows}), Voice("zh"))
    assert 'name="year"' in form.page()
    fields = {**form.fields, "columns": fingerprint(form.found), "do": "save"}
    fields |= {"direction.0": "positive", "direction.1": "negative"}
    page = form.answered(fields)
    assert "请填写年份" in told(page) and 'aria-describedby="why.year"' in page
    assert form.answered({**fields, "year": "２０２３"}) is None
    assert compute(form.yaml, draws=0).result.years == (2023,)


def test_a_year_that_a_title_says_may_be_corrected(tmp_path):
    rows = [["城市", "产值", "空气"], ["甲", 3, 7], ["乙", 5, 2], ["丙", 9, 4]]
    form = Form(write_workbook(tmp_path / "x.xlsx", {"2019年": rows}), Voice("zh"))
    assert 'name="year" value="2019"' in form.page()
    fields = {**form.fields, "columns": fingerprint(form.found), "do": "save", "year": "2020"}
    assert form.answered({**fields, "direction.0": "positive", "direction.1": "negative"}) is None
    assert compute(form.yaml, draws=0).result.years == (2020,)


def test_a_file_without_a_usable_column_is_told_why(tmp_path):
    rows = [["城市", "年份", "备注", "常数"], ["甲", 2020, "好", 5], ["乙", 2020, "差", 5]]
    form = Form(write_workbook(tmp_path / "x.xlsx", {"数据": rows}), Voice("zh"))
    page = form.page()
    assert "工作簿无法读取" in page and "备注" in page and "{'" not in html.unescape(page)


def test_the_language_is_switched_with_all_that_was_said(tmp_path):
    form, fields = opened(tmp_path)
    page = form.answered({**fields, "lang": "en", "weight.0": "7"})
    assert "Indicators" in page and 'value="7"' in page and 'value="My index"' in page
    assert files(tmp_path) == ["年鉴.xlsx"]


# -- its addresses


def client(folder):
    session = Session(voice=Voice("zh"))
    source = raw_workbook(folder)
    made = app(session, routes(source, session))
    return TestClient(made, base_url="http://127.0.0.1", follow_redirects=False), f"/{session.token}/form"


def test_from_the_address_to_the_page_of_the_ranking(tmp_path):
    browser, address = client(tmp_path)
    with browser:
        assert browser.get(address).status_code == 200
        form = Form(tmp_path / "年鉴.xlsx", Voice("zh"))
        form.page()
        found = browser.post(address, data=sent(form, gaps="linear.refuse"))
        assert (found.status_code, found.headers["location"]) == (303, "./")
        page = browser.get(address.removesuffix("form"))
        assert "我的指数" in page.text and "ranking-table" in page.text and '<a href="form">' in page.text
        assert 'value="negative" selected' in browser.get(address).text, "the form is as it was left"


def test_another_origin_or_too_much_is_refused(tmp_path):
    browser, address = client(tmp_path)
    with browser:
        assert browser.post(address, data={"do": "save"}, headers={"Origin": "http://evil.example"}).status_code == 403
        assert browser.post(address, content=b"a=" + b"x" * 5_000_000).status_code == 413
        assert browser.post(address, content=b"&".join(b"a%d=1" % i for i in range(100_001))).status_code == 413
        assert browser.post(address, content=b"\xff\xfe&do=open").status_code == 200
    assert files(tmp_path) == ["年鉴.xlsx"]


@pytest.mark.parametrize("option", ["--tidy", "--workbook=x.xlsx"])
def test_a_form_reads_the_file_as_its_yaml_says_and_no_other(tmp_path, capsys, option):
    assert main(["serve", str(raw_workbook(tmp_path)), "--no-open", option, "--lang", "en"]) == 2
    assert "the form, which reads the workbook it drafts from" in capsys.readouterr().err
