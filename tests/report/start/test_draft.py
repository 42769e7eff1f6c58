"""From a person's own file to a ranking: the draft says what was recognised, and computes once it is confirmed."""

import csv
import io

import numpy as np
import pytest
import yaml

import indexcalc as ic
from indexcalc.cli import main
from indexcalc.errors import InputError
from indexcalc.figures.recognise import recognise
from indexcalc.report.start.draft import draft_text, recognised_lines, write_draft
from indexcalc.run import compute
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel, write_workbook

CITIES, YEARS = ("成都", "武汉", "西安", "郑州", "长沙"), (2018, 2019, 2020)
NAMES = {"gdp": "地区生产总值", "income": "人均可支配收入", "pm": "PM2.5年均浓度", "jobless": "城镇登记失业率"}
UNITS = {"gdp": "亿元", "income": "元", "pm": "μg/m³", "jobless": "%"}
BAD = ("pm", "jobless")
VALUES = np.random.default_rng(7).uniform(10, 99, (len(CITIES), len(YEARS), len(NAMES))).round(1)
VALUES[2, 1, 2] = np.nan  # a gap inside, which is interpolated


def clean_ranking():
    """The ranking of the panel itself, under what the draft chooses."""
    panel = make_panel(dict(zip(NAMES, np.moveaxis(VALUES, 2, 0), strict=True)), cities=CITIES, years=YEARS)
    of = {code: {"direction": "negative" if code in BAD else "positive"} for code in NAMES}
    groups = {"economy": {c: of[c] for c in ("gdp", "income")}, "life": {c: of[c] for c in BAD}}
    one = {"all": {"indicators": of}}, {code: {"indicators": held} for code, held in groups.items()}
    minmax = {"method": "min_max", "lower": 1, "upper": 100}
    return [build(panel, make_framework(dims), imputation="linear", normalisation=minmax).rank() for dims in one]


def shown(value, mark="—"):
    return mark if np.isnan(value) else float(value)


def ordinary_yearbook(folder):
    """Title, serial numbers, 市, 2018年, units in headers, numbers as text, marks, totals, a note."""
    head = ["序号", "地区", "年份", *(f"{NAMES[code]}（{UNITS[code]}）" for code in NAMES)]
    rows = [["表3-1  主要城市经济社会发展指标"], [], head]
    for t, year in enumerate(YEARS):
        rows += [[i + 1, f"{c}市", f"{year}年", *map(shown, VALUES[i, t])] for i, c in enumerate(CITIES)]
        rows.append([None, "合计", f"{year}年", 1e5, None, None, None])
    rows[4][3] = f"{VALUES[1, 0, 0]:,.1f} "
    rows += [[], ["注：本表按当年价格计算，资料来源于各市统计年鉴。"]]
    return write_workbook(folder / "统计年鉴.xlsx", {"Sheet1": rows})


def groups_above_a_sheet_per_year(folder):
    """A header of two rows with merged cells, units below it, an average, a source; one sheet per year."""
    sheets = {}
    for t, year in enumerate(YEARS):
        head = [
            ["2-5 续表"],
            ["城市", "经济发展", None, "人民生活", None],
            [None, *NAMES.values()],
            [None, *UNITS.values()],
        ]
        rows = [[c, *map(lambda v: shown(v, "…"), VALUES[i, t])] for i, c in enumerate(CITIES)]
        sheets[f"{year}年"] = [*head, *rows, ["全省平均", 1, 1, 1, 1], ["资料来源：省统计局。"]]

    def merge(book):
        for sheet in book:
            for cells in ("A2:A4", "B2:C2", "D2:E2", "A1:E1"):
                sheet.merge_cells(cells)

    return write_workbook(folder / "yearbook.xlsx", sheets, merge)


def turned_csv(folder):
    """A turned table in GB 18030: an indicator in each row, places and years across."""
    text = io.StringIO()
    rows = [["城市", *(c for c in CITIES for _ in YEARS)], ["年份", *(y for _ in CITIES for y in YEARS)]]
    rows += [
        [f"{NAMES[code]}({UNITS[code]})", *map(lambda v: shown(v, ""), VALUES[:, :, k].ravel())]
        for k, code in enumerate(NAMES)
    ]
    csv.writer(text).writerows(rows)
    path = folder / "导出.csv"
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def world_bank(folder):
    """A row per country and indicator, years across, aggregates, "..", two notes at the end."""
    head = ["Country Name", "Country Code", "Series Name", "Series Code", *(f"{y} [YR{y}]" for y in YEARS)]
    rows = [head]
    for i, c in enumerate((*CITIES, "World")):
        for k, code in enumerate(NAMES):
            figures = [shown(v, "..") for v in VALUES[i % 5, :, k]]
            rows.append([c, f"C{i}", f"{NAMES[code]} ({UNITS[code]})", f"X.{k}", *figures])
    rows += [[], [], ["Data from database: World Development Indicators"], ["Last Updated: 12/18/2023"]]
    return write_workbook(
        folder / "P_Data_Extract.xlsx", {"Data": rows, "Series - Metadata": [["Code", "License Type"], ["X.0", "CC"]]}
    )


def names_that_vary_and_areas_beside_them(folder):
    """成  都 in one year, 成都市 in the next; the header merged over groups, names and units; 全 国 and 中部地区."""
    sheets, spelt = {}, ("{0[0]}  {0[1]}", "{0}", "{0}市")
    for t, year in enumerate(YEARS):
        rows = [
            ["地区", "经济发展", None, "人民生活", None],
            [None, *NAMES.values()],
            [None, *UNITS.values()],
            ["全  国", 1e6, None, None, None],
            ["中部地区", 1e5, 1.0, 2.0, 3.0],
            *([spelt[t].format(c), *map(shown, VALUES[i, t])] for i, c in enumerate(CITIES)),
        ]
        sheets[f"{year}年"] = rows

    def merge(book):
        for sheet in book:
            for cells in ("A1:A3", "B1:C1", "D1:E1"):
                sheet.merge_cells(cells)

    return write_workbook(folder / "各年.xlsx", sheets, merge)


def eurostat_tsv(folder):
    """Dimensions in one column, a flag behind some figures, a colon for missing, the Union beside its members."""
    head = "freq,unit,indic,geo\\TIME_PERIOD"
    lines = ["\t".join([head, *(f"{year} " for year in YEARS)])]
    for k, (code, name) in enumerate(NAMES.items()):
        for i, city in enumerate((*CITIES, "EU27_2020")):
            of_city = VALUES[i % len(CITIES), :, k]
            figures = [f"{shown(x, ':')} {'b' if t == 1 and x == x else ''}" for t, x in enumerate(of_city)]
            lines.append("\t".join([f"A,{UNITS[code]},{name},{city}", *figures]))
    file = folder / "estat_made_up.tsv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


MAKERS = (
    eurostat_tsv,
    names_that_vary_and_areas_beside_them,
    ordinary_yearbook,
    groups_above_a_sheet_per_year,
    turned_csv,
    world_bank,
)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_the_session_of_a_new_user(tmp_path, capsys, maker):
    """init --from, the directions and nothing else, run: the ranking of the clean panel."""
    file, folder = maker(tmp_path), tmp_path / "mine"
    assert main(["init", str(folder), "--from", str(file)]) == 0
    told = capsys.readouterr().out
    assert all(
        word in told
        for word in (
            "地区（5）",
            "2018、2019、2020",
            "方向待确认的指标：4个",
            "建议为逆向：PM2.5年均浓度、城镇登记失业率",
        )
    )
    draft = folder / "indicators.yaml"
    assert main(["run", str(draft), "--out", str(tmp_path / "out")]) == 1
    refused = capsys.readouterr().err
    assert refused.startswith("已读取") and "4个指标的方向待确认" in refused.splitlines()[-1]
    assert not (tmp_path / "out").exists()
    lines = draft.read_text(encoding="utf-8").splitlines()
    draft.write_text("\n".join(confirmed(line) for line in lines), encoding="utf-8")
    result = compute(draft, draws=0).result
    dimensions = sum(node.level == 1 for node in result.nodes)
    assert result.rank().tolist() == clean_ranking()[dimensions - 1].tolist()
    assert [city.removesuffix("市") for city in result.cities] == list(CITIES)
    file.unlink()  # the folder stands by itself
    assert compute(draft, draws=0).result.rank().tolist() == result.rank().tolist()


def test_what_is_read_of_a_table_of_eurostat_is_told(tmp_path, capsys):
    file, draft = eurostat_tsv(tmp_path), tmp_path / "mine" / "indicators.yaml"
    assert main(["init", str(draft.parent), "--from", str(file)]) == 0
    assert "freq, unit, indic, geo" in capsys.readouterr().out
    lines = draft.read_text(encoding="utf-8").splitlines()
    draft.write_text("\n".join(map(confirmed, lines)), encoding="utf-8")
    capsys.readouterr()
    main(["check", str(draft), "--lang", "en"])
    told = capsys.readouterr().err
    assert "its first column is read as freq, unit, indic, geo; flags after figures are left out" in told
    file.write_text(file.read_text(encoding="utf-8").replace("2019", "2019-Q1"), encoding="utf-8")
    assert main(["init", str(tmp_path / "other"), "--from", str(file), "--lang", "en"]) == 1
    assert "year: found '2019-Q1'" in capsys.readouterr().err


def confirmed(line):
    """A direction as a user confirms it: the suggestion, else positive."""
    return line.replace("direction: confirm", "direction: 负向" if "negative" in line else "direction: 正向")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_a_draft_is_plain_yaml_that_loads_as_it_was_recognised(tmp_path, maker, lang):
    paths = write_draft(tmp_path / "mine", maker(tmp_path), Voice(lang))[1]
    text = paths[0].read_text(encoding="utf-8")
    assert yaml.safe_load(text)["framework"]["workbook"]
    framework, found = ic.load_framework(paths[0]), recognise(paths[1])
    assert framework.workbook.model_copy(update={"file": None}) == found.framework.workbook
    assert (tuple(framework.cities), framework.years) == (found.cities, found.years)
    assert [(c, i.name.zh, i.unit) for c, i in framework.all_indicators.items()] == [
        (column.code, column.name, column.unit) for column in found.columns
    ]
    assert Voice(lang).say("draft.imputation") in text
    assert ic.read_workbook(paths[1], framework).cities == found.cities


def test_names_that_yaml_would_read_otherwise(tmp_path):
    head = ["city", "year", "a: b", "yes", "1e5", "'x'", "#7", "{q}", "index of all", "甲, 乙"]
    rows = [[c, 2020, *range(k, k + 8)] for k, c in enumerate(("no", "12", "A, B", "null: x", "[z]"))]
    file = write_workbook(tmp_path / "my figures: 2.xlsx", {"s": [head, *rows]})
    found, paths = write_draft(tmp_path / "mine", file, Voice("en"))
    framework = ic.load_framework(paths[0])
    assert [indicator.name.en for indicator in framework.all_indicators.values()] == head[2:]
    assert tuple(framework.cities) == ("no", "12", "A, B", "null: x", "[z]") == found.cities
    assert framework.workbook.file == "my figures: 2.xlsx"
    assert np.isfinite(ic.read_workbook(paths[1], framework).values).all()


@pytest.mark.parametrize("there", ["indicators.yaml", "f.xlsx", "indicators.schema.json"])
def test_nothing_is_written_over(tmp_path, there):
    file = write_workbook(tmp_path / "f.xlsx", {"s": [["city", "year", "a"], ["A", 2020, 1], ["B", 2020, 2]]})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / there).write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=f"DIR: .*{there}: already there"):
        write_draft(tmp_path / "mine", file, Voice())
    assert [path.name for path in (tmp_path / "mine").iterdir()] == [there]


def test_a_file_that_is_there_already_is_used_where_it_is(tmp_path):
    file = write_workbook(tmp_path / "f.xlsx", {"s": [["city", "year", "a"], ["A", 2020, 1], ["B", 2020, 2]]})
    paths = write_draft(tmp_path, file, Voice())[1]
    assert [path.name for path in paths] == ["indicators.yaml", "indicators.schema.json"]


def test_a_file_without_a_year_asks_for_it(tmp_path, capsys):
    (tmp_path / "happiness.csv").write_text(
        "Overall rank,Country,Score,GDP\n1,A,7,2\n2,B,6,3\n3,C,5,1\n", encoding="utf-8"
    )
    draft = tmp_path / "mine" / "indicators.yaml"
    assert main(["init", str(draft.parent), "--from", str(tmp_path / "happiness.csv"), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Years: the file does not give any" in told and "Overall rank: identifies a place or is a rank" in told
    text = draft.read_text(encoding="utf-8").replace("direction: confirm", "direction: +")
    draft.write_text(text, encoding="utf-8")
    assert main(["check", str(draft), "--lang", "en"]) == 1
    assert "workbook.year: the file does not say which year" in capsys.readouterr().err
    draft.write_text(text.replace("year: confirm", "year: 2019"), encoding="utf-8")
    assert compute(draft, draws=0).result.rank()[:, 0].tolist() == [1, 1, 3]


def test_candidates_are_answered_with_set(tmp_path, capsys):
    rows = [["甲列", "乙列", "年份", "a"], ["x", "p", 2020, 1], ["y", "q", 2020, 2]]
    file = write_workbook(tmp_path / "f.xlsx", {"s": rows})
    arguments = ["init", str(tmp_path / "mine"), "--from", str(file), "--lang", "en"]
    assert main(arguments) == 1
    told = capsys.readouterr().err
    assert "'甲列', '乙列' could hold the places" in told and "--set framework.workbook.KEY=VALUE" in told
    assert not (tmp_path / "mine").exists()
    assert main([*arguments, "--set", "framework.workbook.city=乙列"]) == 0
    assert "  city: 乙列" in (tmp_path / "mine" / "indicators.yaml").read_text(encoding="utf-8")


def test_a_file_whose_years_are_empty_is_told_so(tmp_path):
    (tmp_path / "f.csv").write_text("Country,Indicator,Unit,Year,Value\nA,Air,x,,1\nB,Air,x,,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="no row holds a place, a year and a figure together"):
        write_draft(tmp_path / "mine", tmp_path / "f.csv", Voice())


@pytest.mark.parametrize("there", [False, True])
def test_a_draft_that_cannot_be_completed_leaves_nothing(tmp_path, monkeypatch, there):
    file, folder = ordinary_yearbook(tmp_path), tmp_path / "deep" / "mine"
    if there:
        folder.mkdir(parents=True)
        (folder / "own.txt").write_text("mine", encoding="utf-8")

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("indexcalc.report.start.draft.write_schema", full)
    with pytest.raises(InputError):
        write_draft(folder, file, Voice())
    left = sorted(path.name for path in tmp_path.rglob("*") if path != file)
    assert left == (["deep", "mine", "own.txt"] if there else [])


def test_no_column_is_of_use(tmp_path):
    file = write_workbook(
        tmp_path / "f.xlsx", {"s": [["city", "year", "say", "one"], ["A", 2020, "w", 1], ["B", 2020, "y", 1]]}
    )
    with pytest.raises(InputError, match=r"say: holds text \('w'\) and one: has one value \(1\) throughout"):
        write_draft(tmp_path / "mine", file, Voice())


def test_what_the_reader_would_refuse_is_told_on_the_screen(tmp_path):
    """A city-year that stands twice: the draft is written all the same."""
    rows = [["city", "year", "a"], ["A", 2020, 1], ["A", 2020, 3], ["B", 2020, 2]]
    found = recognise(write_workbook(tmp_path / "f.xlsx", {"s": rows}))
    said = "\n".join(recognised_lines(found, Voice("en")))
    assert "Still to be corrected in the file, or declared in the draft:" in said and "A 2020 appears twice" in said
    assert "direction: confirm" in draft_text(found, "f.xlsx", Voice("en"))


def test_gaps_that_no_year_can_fill_are_averaged_over_and_told(tmp_path):
    rows = [["city", "year", "a", "b"], ["A", 2020, 1, None], ["B", 2020, 2, 3], ["C", 2020, 3, 1]]
    found, paths = write_draft(tmp_path / "mine", write_workbook(tmp_path / "f.xlsx", {"s": rows}), Voice("en"))
    text = paths[0].read_text(encoding="utf-8")
    assert "missing: renormalise   # pairs of a city and an indicator without any figure: 1;" in text
    assert "without any figure: 1" in "\n".join(recognised_lines(found, Voice("en")))
    paths[0].write_text(text.replace("confirm}", "positive}"), encoding="utf-8")
    assert np.isfinite(compute(paths[0], draws=0).result.score()).all()
