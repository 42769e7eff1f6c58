"""The command line: exit codes, one-sentence failures, the same bytes twice, what changed, nothing outside --out."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from indexcalc.arguments import language
from indexcalc.cli import main
from indexcalc.computed import Computed
from indexcalc.report.screen import print_weights
from indexcalc.run import compute
from indexcalc.voice import Voice
from tests.conftest import build, make_framework, make_panel, write_workbook, write_yaml
from tests.conftest import command as run

ROOT = Path(__file__).resolve().parent.parent
ANALYSES = (
    *("claims", "claim_ends", "contributions", "scenarios", "lenses", "integration"),
    *("obstacles", "convergence", "structure", "weights", "yardsticks"),
)
ROBUSTNESS = ("ranks", "acceptability", "pairs", "changes", "scores", "design", "bounds", "smallest_changes")
CHARTS = ("trend", "ranks", "dimensions", "contributions", "uncertainty", "claims", "scenarios")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with the shipped YAML and workbook, and the results of one run, which imports nothing heavy."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "indicators.yaml", folder)
    (folder / "data").mkdir()
    shutil.copy(ROOT / "data" / "cities.xlsx", folder / "data")
    (folder / "reports").mkdir()
    (folder / "reports" / "README.md").write_text("mine", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    given = [sys.executable, "-c", HEAVY, "run"]
    done = subprocess.run(given, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    (folder / "first.txt").write_text(done.stdout, encoding="utf-8")
    return folder


HEAVY = """
import sys
from indexcalc.cli import main
code = main(sys.argv[1:])
heavy = {"scipy.stats", "matplotlib.pyplot", "joblib"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else code)
"""


def test_a_run_makes_every_file_of_the_contract(project):
    made = {p.relative_to(project / "reports").as_posix() for p in (project / "reports").rglob("*") if p.is_file()}
    plain = {
        "rankings.csv",
        "scores.csv",
        "index.xlsx",
        "report.html",
        "model.xlsx",
        "run.json",
        *(f"charts/{name}.png" for name in CHARTS),
    }
    plain |= {"checked/observed.csv"}
    plain |= {f"robustness/{name}.csv" for name in ROBUSTNESS}
    expected = plain | {f"analysis/{name}.csv" for name in ANALYSES}
    assert made == expected | {"README.md"}
    assert set(json.loads((project / "reports" / "run.json").read_text(encoding="utf-8"))["files"]) == expected
    assert (project / "reports" / "README.md").read_text(encoding="utf-8") == "mine"
    assert not (project / "reports" / ".indexcalc-staging").exists()


def test_rankings_csv_is_the_contract(project):
    text = (project / "reports" / "rankings.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert list(rows[0]) == ["city", "city_en", "year", "score", "rank", "rank_change", "rank_change_total"]
    assert len(rows) == 78
    for year in range(2017, 2023):
        assert sorted(int(row["rank"]) for row in rows if row["year"] == str(year)) == list(range(1, 14))
    by_city = {(row["city"], row["year"]): row for row in rows}
    for (city, year), row in by_city.items():
        if year == "2017":
            assert row["rank_change"] == "" and row["rank_change_total"] == "0"
        else:
            before = by_city[city, str(int(year) - 1)]
            assert int(row["rank_change"]) == int(before["rank"]) - int(row["rank"])


def test_the_table_on_the_screen_shows_every_city_and_aligns(project):
    from rich.cells import cell_len

    lines = (project / "first.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 45 and any(line.startswith("  熵权法：") for line in lines)
    rows = [line for line in lines if re.match(r"│ +\d+ │", line)]
    assert len(rows) == 13
    assert len({cell_len(line) for line in rows}) == 1


def test_the_same_inputs_give_the_same_bytes_and_no_changes(project, tmp_path):
    """In another process, over a copy of the first."""
    again = shutil.copytree(project / "reports", tmp_path / "again")
    done = run(project, "run", "--out", str(again))
    assert done.returncode == 0 and "结果没有变化" in done.stdout
    for name in ("rankings.csv", "scores.csv", "index.xlsx", "model.xlsx", *(f"charts/{name}.png" for name in CHARTS)):
        first, second = project / "reports" / name, again / name
        assert first.stat().st_mtime_ns < second.stat().st_mtime_ns, f"{name} is the copy"
        assert first.read_bytes() == second.read_bytes(), name


def test_a_second_run_with_a_weight_says_what_changed_and_what_share_it_is_and_all_in_english_too(project, tmp_path):
    shutil.copytree(project / "reports", tmp_path / "reports")
    done = run(project, "run", "--weight", "function=0.6", "--draws", "0", "--out", str(tmp_path / "reports"))
    assert done.returncode == 0
    assert "城市功能占44.4%" in done.stdout
    assert "权重 城市功能：25.0% → 44.4%" in done.stdout
    assert "权重 微观主体：25.0% → 18.5%" in done.stdout
    assert re.search(r"2022年位次(变动|没有变动)", done.stdout)
    back = run(project, "run", "--lang", "en", "--out", str(tmp_path / "reports"))
    assert "weight of City function: 44.4% → 25.0%" in back.stdout
    assert back.returncode == 0 and "Beijing" in back.stdout and "2022 ranking" in back.stdout
    assert not re.search(r"[\u4e00-\u9fff]", back.stdout + back.stderr)


def test_the_findings_of_the_essay_are_tested_and_printed_as_they_are(project):
    text = (project / "first.txt").read_text(encoding="utf-8")
    assert "北京、上海、深圳和广州2017—2022年历年均居前5位：不成立（广州2020、2021和2022年居第6位）" in text
    assert "2017—2022年成都位次上升最多：并列成立" in text
    rows = (project / "reports" / "analysis" / "claims.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == ["fails", "holds", "fails", "tied"]


def test_how_sure_it_is_stands_beside_the_ranks_and_the_claims_and_can_be_quoted(project):
    said = (project / "first.txt").read_text(encoding="utf-8")
    assert re.search(
        r"可引用：“2022年城市产业生态一体化发展指数：\S+居13个城市之首，.*；10,000种方法中，.*不是概率", said
    )
    assert re.search(r"在[45],\d{3}种可作判断的方法中，成立的占.*，抽样标准误", said)  # levels: not year by year
    assert re.search(r"│ +1 │ .* │ +1(—\d)? +│ +\d+\.\d% │", said)
    record = json.loads((project / "reports" / "run.json").read_text(encoding="utf-8"))
    assert (record["seed"], record["uncertainty"]["draws"]) == (2022, 10000)
    assert sum(record["uncertainty"]["factors"]["normalisation"].values()) == 10000
    design = (project / "reports" / "robustness" / "design.csv").read_text(encoding="utf-8-sig").splitlines()
    assert design[:2] == ["factor,option,draws,nodes_touched,nodes", "weights,{spread: 0.25},10000,5,5"]


def test_draws_and_seed_from_the_command_line(project, tmp_path):
    one = run(project, "run", "--out", str(tmp_path), "--draws", "300", "--seed", "5")
    assert "抽取300种方法（随机种子5）" in one.stderr
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["seed"] == 5
    none = run(project, "run", "--out", str(tmp_path), "--draws", "0")
    assert none.returncode == 0 and "可引用" not in none.stdout
    assert not (tmp_path / "robustness").exists() or not list((tmp_path / "robustness").iterdir())
    wrong = run(project, "run", "--out", str(tmp_path), "--draws", "many", "--seed", "-1")
    assert wrong.returncode == 2
    assert wrong.stderr.splitlines() == [
        "--draws many：draws：读到'many'，应为0至10,000,000的整数。",
        "--seed -1：seed：读到'-1'，应为不小于0的整数。",
    ]


def test_an_interrupted_analysis_leaves_the_earlier_results_untouched(project, tmp_path, monkeypatch, capsys):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    before = {"rankings.csv": "earlier", "run.json": '{"program": "indexcalc", "files": ["rankings.csv", "run.json"]}'}
    for name, text in before.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(project)
    monkeypatch.setattr("indexcalc.robustness.monte_carlo.count", interrupted)
    assert main(["run", "--out", str(tmp_path)]) == 130
    assert "已中断，原有结果未改动。" in capsys.readouterr().err
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == before


def test_files_that_are_not_a_runs_own_are_neither_read_nor_replaced(project, tmp_path, monkeypatch, capsys):
    """Told before anything is computed: an input in the way, and whatever no run wrote."""
    monkeypatch.chdir(project)
    monkeypatch.setattr("indexcalc.run.read_workbook", None)
    shutil.copy(project / "data" / "cities.xlsx", tmp_path / "model.xlsx")
    (tmp_path / "scores.csv").write_text("mine", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    arguments = ["--workbook", str(tmp_path / "model.xlsx"), "--out", str(tmp_path), "--lang", "en"]
    assert main(["run", *arguments]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told == [
        f"--out {tmp_path}: this run would overwrite model.xlsx, which it also reads. Choose another folder with "
        "--out.",
        f"--out {tmp_path}: scores.csv: already there, and no run.json says that indexcalc wrote it; a run "
        "would overwrite it. Move it away, or choose another folder with --out.",
    ]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    (tmp_path / "index.xlsx").write_text("mine", encoding="utf-8")
    assert main(["robustness", *arguments]) == 2
    assert "index.xlsx: already there" in capsys.readouterr().err


def test_draws_without_an_uncertainty_block_are_refused(tmp_path):
    (tmp_path / "f.yaml").write_text("framework: {workbook: f.xlsx, indicators: {a: {}}}", encoding="utf-8")
    write_workbook(tmp_path / "f.xlsx", {"panel": [["城市", "年份", "a"], ["甲", 2020, 1], ["乙", 2020, 2]]})
    done = run(tmp_path, "run", "f.yaml", "--draws", "10", "--lang", "en")
    assert done.returncode == 2
    assert done.stderr.strip() == (
        "--draws 10: the YAML has no uncertainty block: there is nothing to draw from. Add one, e.g. "
        "uncertainty: {weights: {spread: 0.25}}."
    )


def test_a_share_scales_the_siblings(project, tmp_path):
    done = run(project, "check", "--weight", "function=40%", "--lang", "en")
    assert done.returncode == 0
    assert "City function is 40.0%" in done.stdout


def test_a_method_set_on_the_command_line_is_named_as_changed_and_by_a_comparison(project, tmp_path):
    shutil.copytree(project / "reports", tmp_path / "reports")
    settings = ("--set", "methodology.aggregation=geometric", "--draws", "0")
    done = run(project, "run", *settings, "--out", str(tmp_path / "reports"))
    assert done.returncode == 0
    assert "methodology.aggregation：arithmetic → geometric" in done.stdout
    assert not (tmp_path / "reports" / "charts" / "contributions.png").exists(), "stale chart of the run before"
    assert "未绘制贡献图" in done.stderr
    done = run(project, "compare", "reports", str(tmp_path / "reports"))
    assert done.returncode == 0, done.stderr
    assert "methodology.aggregation：arithmetic → geometric" in done.stdout
    assert "2022年位次与得分" in done.stdout
    assert "均相同" in run(project, "compare", "reports", "reports").stdout


def test_charts_alone_leave_the_other_results_and_are_part_of_the_run(project, tmp_path):
    shutil.copytree(project / "reports", tmp_path / "reports")
    before = {p: p.read_bytes() for p in (tmp_path / "reports").rglob("*") if p.is_file() and p.name != "run.json"}
    done = run(project, "charts", "--only", "bump,trend", "--format", "svg，png", "--out", str(tmp_path / "reports"))
    assert done.returncode == 0, done.stderr
    assert [line.rpartition("/")[2] for line in done.stdout.splitlines()[1:]] == [
        *("ranks.svg", "ranks.png", "trend.svg", "trend.png"),
    ]
    assert all(p.read_bytes() == content for p, content in before.items())
    files = json.loads((tmp_path / "reports" / "run.json").read_text(encoding="utf-8"))["files"]
    assert {"charts/ranks.svg", "charts/dimensions.png", "rankings.csv"} <= set(files)
    assert "请重新运行" not in done.stderr
    done = run(project, "run", "--draws", "0", "--out", str(tmp_path / "reports"))
    assert not (tmp_path / "reports" / "charts" / "ranks.svg").exists(), "the run before made it, this one does not"


def test_charts_of_other_choices_than_the_other_files_are_told(project, tmp_path):
    shutil.copytree(project / "reports", tmp_path / "reports")
    done = run(project, "charts", "--only", "trend", "--weight", "function=2", "--out", str(tmp_path / "reports"))
    assert "中的其他文件与这些图的输入或方法不同。请重新运行indexcalc run。" in done.stderr


@pytest.mark.parametrize("command", [("charts", "--only", "uncertainty"), ("robustness", "--bounds")])
def test_draws_of_another_number_than_those_of_the_other_files_are_told(project, tmp_path, command):
    shutil.copytree(project / "reports", tmp_path / "reports")
    done = run(project, *command, "--draws", "50", "--out", str(tmp_path / "reports"))
    assert done.returncode == 0 and "中的其他文件与此次抽取的次数、随机种子或选项不同。" in done.stderr


def test_folders_in_which_nothing_can_be_written_are_refused_before_the_workbook_is_read(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("indexcalc.run.read_workbook", None)
    (tmp_path / "charts").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for out, told in ((tmp_path, "charts: already there"), (tmp_path / "file", "is not a folder")):
        assert main(["run", "--out", str(out), "--lang", "en"]) == 2
        assert told in capsys.readouterr().err


def test_charts_alone_need_no_run_before(project, tmp_path):
    done = run(project, "charts", "--only", "stages", "--lang", "en", "--out", str(tmp_path / "new"))
    assert done.returncode == 0
    assert {p.name for p in (tmp_path / "new").rglob("*.*")} == {"run.json", "stages.png"}


STUDY = {
    "bounds": ("bounds", "pairs", "smallest_changes"),
    "sensitivity": ("sensitivity",),
    "alternatives": ("alternatives", "one_at_a_time", "rank_reversals"),
}


def test_robustness_adds_its_tables_and_leaves_the_other_results(project, tmp_path):
    shutil.copytree(project / "reports", tmp_path / "reports")
    before = {p: p.read_bytes() for p in (tmp_path / "reports").rglob("*") if p.is_file() and p.name != "run.json"}
    done = run(project, "robustness", "--draws", "1000", "--out", str(tmp_path / "reports"))
    assert done.returncode == 0, done.stderr
    for question in ("bounds", "changes", "sensitivity", "single"):
        assert Voice("zh").say(f"sheets.{question}_question", year=2022) in done.stdout
    for title in ("of_each", "alternatives"):
        assert Voice("zh").say(f"sheets.{title}") in done.stdout
    for row in (
        r"│ 北京 +│ +1 │ +1 │ +2 │",  # from first to second, whatever the weights
        r"│ 北京 +│ 上海 +│ +\d+\.\d% │ +\d\.\d\d% │ 由“",  # how far weights may move, and what is enough
        r"│ 合成方法 +│ +−?\d\.\d\d │ +\d\.\d\d │",  # alone, and with its interactions
        r"│ 2017—2022年成都位次上升最多 +│ ",  # what moves a claim, the last of the results
        r"│ 合成方法 +│ 加权几何平均 +│ +\d+ │ +\d │",  # how many cities move, and by how much at most
    ):
        assert re.search(row, done.stdout), row
    added = {f"robustness/{name}.csv" for names in STUDY.values() for name in names}
    made = {p.relative_to(tmp_path / "reports").as_posix() for p in (tmp_path / "reports").rglob("*.csv")}
    assert added <= made
    others = {p: content for p, content in before.items() if p.parent.name != "robustness" and p.name != "claims.csv"}
    assert all(p.read_bytes() == content for p, content in others.items())
    assert added <= set(json.loads((tmp_path / "reports" / "run.json").read_text(encoding="utf-8"))["files"])
    assert "输入或方法不同" not in done.stderr
    first = {p.name: p.read_bytes() for p in (tmp_path / "reports" / "robustness").iterdir()}
    run(project, "robustness", "--draws", "1000", "--out", str(tmp_path / "reports"))
    assert first == {p.name: p.read_bytes() for p in (tmp_path / "reports" / "robustness").iterdir()}


@pytest.mark.parametrize("part", STUDY)
def test_one_part_of_robustness_and_another_year(project, tmp_path, part):
    arguments = ("--draws", "0", "--year", "2019", "--lang", "en", "--out", str(tmp_path / "new"))
    done = run(project, "robustness", f"--{part}", *arguments)
    assert done.returncode == 0, done.stderr
    assert {p.stem for p in (tmp_path / "new" / "robustness").iterdir()} == set(STUDY[part])
    said = done.stdout.replace("Beijing (北京) 2017-2021", "")  # with the key to look it up by
    assert "2019" in said and not re.search(r"[\u4e00-\u9fff]", said)


def test_without_draws_robustness_estimates_no_index_unless_asked(project, tmp_path):
    done = run(project, "robustness", "--draws", "0", "--out", str(tmp_path / "new"))
    assert done.returncode == 0, done.stderr
    expected = {*STUDY["bounds"], *STUDY["alternatives"]}
    assert {p.stem for p in (tmp_path / "new" / "robustness").iterdir()} == expected


def test_robustness_of_other_choices_and_what_cannot_be_proven_are_told(project, tmp_path):
    shutil.copytree(project / "reports", tmp_path / "reports")
    arguments = ("--bounds", "--draws", "0", "--out", str(tmp_path / "reports"))
    done = run(project, "robustness", "--set", "methodology.aggregation=minimum", *arguments)
    assert done.returncode == 0
    assert "'index'的合成方法为'minimum'，只有算术平均与几何平均可以证明" in done.stderr
    assert "中的其他文件与这些表格的输入或方法不同。请重新运行indexcalc run。" in done.stderr


def test_a_notice_is_told_once(project, tmp_path):
    """Integration, obstacles and three charts all need a bounded scale; the reader needs to hear it once. That entropy
    weights cannot be offered is no news to somebody who did not ask for them."""
    done = run(
        project, "run", "--set", "methodology.normalisation=z_score", "--draws", "0", "--out", str(tmp_path / "z")
    )
    lines = [line for line in done.stderr.splitlines() if "方案'" not in line]  # why scenarios are left out
    assert done.returncode == 0 and "耦合协调度与障碍度分析要求得分处于同一有界区间" in done.stderr
    assert len(lines) == len(set(lines)) and not any("entropy" in line for line in lines)


def test_a_new_index_from_nothing(tmp_path):
    done = run(tmp_path, "init", "new")
    assert done.returncode == 0 and "cd new" in done.stdout
    assert run(tmp_path / "new", "check").returncode == 1
    done = run(tmp_path / "new", "template", "--out", "again.xlsx", "--lang", "en")
    assert done.returncode == 0 and "indexcalc run indicators.yaml --workbook again.xlsx" in done.stdout
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        *("indicators.yaml", "data.xlsx", "indicators.schema.json", "again.xlsx"),
    }


def test_what_a_draft_still_needs_is_corrected_in_the_file_that_it_reads(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text("city,year,a\nA,2020,1\nA,2020,3\nB,2020,2\n", encoding="utf-8")
    assert main(["init", "mine", "--from", "f.csv", "--lang", "en"]) == 0
    assert "reads this copy of your file: correct it in mine/f.csv." in capsys.readouterr().out
    assert main(["init", ".", "--from", "f.csv", "--lang", "en"]) == 0
    assert "copy" not in capsys.readouterr().out


def test_the_schema_goes_to_the_screen(capsys):
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "indexcalc"


def test_the_help_of_a_command_has_its_own_examples(capsys):
    assert main(["compare", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "indexcalc compare reports 几何平均" in shown and "indexcalc explain" not in shown


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["init", "."], 2, "indicators.yaml已存在，不会覆盖"),
        (["template", "--out", "indicators.yaml"], 2, "indicators.yaml已存在，不会覆盖"),
        (["compare", "reports", "data"], 2, "data：此处没有运行结果"),
        (["run", "nowhere.yaml"], 1, "nowhere.yaml：文件不存在"),
        (["run", "--workbook", "nowhere.xlsx"], 1, "nowhere.xlsx：文件不存在"),
        (["run", "--weight", "functon=1"], 2, "是否应为'function'"),
        (["run", "--weight", "function"], 2, "应为代码=值"),
        (["run", "--set", "methodology.aggregation=geometri"], 2, "是否应为'geometric'"),
        (["run", "--set", "methodolgy.aggregation=geometric"], 2, "是否应为'methodology'"),
        (["run", "--nonsense"], 2, "无法识别的参数：--nonsense"),
        (["run", "--draws", "10000001"], 2, "--draws 10000001：draws：读到'10000001'，应为0至10,000,000的整数"),
        (
            ["run", "--weight", "function=1e308"],
            2,
            "--weight function=1e308：weight：读到1e+308，应为<=1,000,000,000的数值",
        ),
        (["rnu"], 2, "可选"),
        (["run", "--lang", "fr"], 2, "不能取'fr'"),
        (["run", "--out"], 2, "缺少一个值"),
        (["check", "--workbook", "indicators.yaml"], 1, "这不是可以读取的工作簿"),
        (["charts", "--only", "trend,rnaks"], 2, "--only：没有名为'rnaks'的图。是否应为'ranks'？"),
        (["charts", "--only", ","], 2, "--only：没有名为','的图。可用：trend"),
        (["explain", "indicators.yaml"], 2, "'indicators.yaml'是YAML文件，其前缺少城市"),
        (["check", "--weight", "城市功用=2"], 2, "'城市功用'不是维度或指标。是否应为'function'？"),
        (["charts", "--format", "gif"], 2, "--format：没有'gif'这种格式"),
        (["robustness", "--year", "1999"], 2, "--year"),
        (["robustness", "--set", "uncertainty=null"], 1, "YAML没有uncertainty部分"),
        (["init", "new", "--set", "framework.workbook.header=2"], 2, "须与--from FILE同用"),
        (["init", "new", "--from", "nowhere.xlsx"], 1, "nowhere.xlsx：文件不存在"),
        (["init", "new", "--from", "data/cities.xlsx", "--set", "framework.years=2"], 2, "应为framework.workbook.KEY"),
        (["methods", "熵值法"], 2, "methods 熵值法：'熵值法'既不是步骤也不是方法。是否应为'熵权法'？"),
        (["methods", "weighting", "entropi"], 2, "是否应为'entropy'？"),
        (["methods", "normalization"], 2, "是否应为'normalisation'？"),
        (["explain", "成都", "--against", "Chengdu"], 2, "--against：成都不能与自己比较。请另选城市。"),
        (["run", "--format", ""], 2, "--format：没有''这种格式"),
    ],
)
def test_mistakes_are_told_in_a_sentence_without_a_traceback(project, arguments, code, sentence):
    done = run(project, *arguments)
    assert done.returncode == code, done.stderr
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_mistake_is_the_exit_code_of_the_program(tmp_path):
    given = [sys.executable, "-m", "indexcalc", "rnu"]
    done = subprocess.run(given, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True)
    assert done.returncode == 2 and done.stderr and not done.stdout


def test_figures_too_large_to_reckon_with_are_told_without_a_warning(tmp_path):
    (tmp_path / "f.yaml").write_text("framework: {workbook: f.xlsx, indicators: {a: {}}}", encoding="utf-8")
    write_workbook(tmp_path / "f.xlsx", {"panel": [["城市", "年份", "a"], ["甲", 2020, 1e308], ["乙", 2020, -1e308]]})
    done = run(tmp_path, "check", "f.yaml", "--lang", "en")
    assert done.returncode == 1
    assert done.stderr.startswith("Normalisation 'min_max' of 'a' gives no finite score in ")
    assert len(done.stderr.splitlines()) == 1


def test_a_failed_run_leaves_the_earlier_results_alone(project, tmp_path):
    shutil.copytree(project / "reports", tmp_path / "reports")
    before = {p: p.read_bytes() for p in (tmp_path / "reports").rglob("*") if p.is_file()}
    done = run(project, "run", "--weight", "function=-1", "--out", str(tmp_path / "reports"))
    assert done.returncode == 2
    assert {p: p.read_bytes() for p in (tmp_path / "reports").rglob("*") if p.is_file()} == before


def test_an_output_path_that_is_a_file_is_refused(project, tmp_path):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    done = run(project, "run", "--out", str(tmp_path / "taken"), "--lang", "en")
    assert done.returncode == 2
    assert "this is not a folder" in done.stderr
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_a_direction_that_is_not_written_is_told(project, tmp_path):
    text = (project / "indicators.yaml").read_text(encoding="utf-8")
    before, _, after = text.partition("          direction: negative\n")
    (tmp_path / "silent.yaml").write_text(before + after, encoding="utf-8")
    workbook = ("--workbook", str(project / "data" / "cities.xlsx"))
    told = run(tmp_path, "check", "silent.yaml", *workbook)
    assert told.returncode == 0 and "pm25未给出方向，按数值越大、得分越高计算。" in told.stderr
    assert "未给出方向" not in run(project, "check").stderr


def test_check_reports_slips_by_cell_and_writes_its_tables_where_it_is_told(tmp_path):
    rows = [[city, year, 100 * c + year - 2017] for c, city in enumerate("ABCDE", 1) for year in range(2018, 2023)]
    rows[7][2] *= 1000
    write_workbook(tmp_path / "w.xlsx", {"panel": [["city", "year", "x", "y"], *([*row, row[2] % 97] for row in rows)]})
    text = "framework: {workbook: w.xlsx, indicators: {x: {direction: positive}, y: {direction: positive}}}"
    write_yaml(tmp_path / "i.yaml", text)
    done = run(tmp_path, "check", "i.yaml", "--lang", "en", "--out", "found")
    assert done.returncode == 0 and "panel!C9" in done.stdout and "about 1,000" in done.stdout
    written = {path.relative_to(tmp_path / "found").as_posix() for path in (tmp_path / "found").rglob("*.*")}
    assert written == {"checked/suspicious.csv", "checked/observed.csv", "checked.xlsx", "run.json"}
    assert "panel!C9" in (tmp_path / "found" / "checked" / "suspicious.csv").read_text("utf-8")
    ran = run(tmp_path, "run", "i.yaml", "--lang", "en", "--out", "full")
    assert (
        "x, B 2020 (panel!C9): 203,000, about 1,000 times the figures beside it (202 in 2019, 204 in 2021)"
        in ran.stderr
    )
    write_yaml(tmp_path / "i.yaml", text.replace("x: {", "x: {as_printed: [{city: B, year: 2020}], "))
    assert "panel!C9" not in run(tmp_path, "check", "i.yaml", "--lang", "en").stdout


def test_check_writes_nothing(project, tmp_path):
    shutil.copytree(project, tmp_path / "p", ignore=shutil.ignore_patterns("reports"))
    done = run(tmp_path / "p", "check")
    assert done.returncode == 0 and "检查通过" in done.stdout
    assert not (tmp_path / "p" / "reports").exists()


YEARBOOK = [
    ["表2-1 各市主要指标"],
    ["序号", "地 区", "年份", "地区生产总值（亿元）", "PM2.5年均浓度(微克/立方米)", "邮编"],
    [1, "甲市", "2019年", "1,100.5", 30, 1],
    [2, "甲市", "2020年", "１２００", "—", 1],
    [3, "乙市", "2019年", 900, 35, 2],
    [4, "乙市", "2020年", 1000, 31, 2],
    ["", "全省合计", "2020年", 2200, None, None],
    ["注：数据来源于年鉴。"],
]


def test_an_ordinary_yearbook_sheet_gets_in(tmp_path, capsys):
    """Title, units in headers, 2018年, a total, a note: the tidy mode and one line of YAML, each reading told."""
    workbook = write_workbook(tmp_path / "y.xlsx", {"表": YEARBOOK})
    text = """
framework:
  workbook: {file: y.xlsx, IGNORE}
  indicators:
    gdp: {name: 地区生产总值, unit: 亿元, direction: positive}
    pm: {name: PM2.5年均浓度, unit: μg/m³, direction: negative}
methodology: {imputation: linear, normalisation: min_max}
"""
    yaml = write_yaml(tmp_path / "y.yaml", text.replace("IGNORE", "tidy: false"))
    assert main(["check", str(yaml), "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert len((told.out + told.err).strip().splitlines()) == 3
    assert all(word in told.out + told.err for word in ("全省合计", "2 cells (D3, D4)", "'—'", "--tidy"))
    write_yaml(yaml, text.replace("IGNORE", "ignore: {rows: [全省合计]}"))
    assert main(["check", str(yaml), "--lang", "en", "--tidy"]) == 0
    told = capsys.readouterr()
    for word in (
        "row 2 is the header",
        "D3 '1,100.5' = 1100.5",
        "D4 '１２００' = 1200",
        "E4 '—'",
        "'邮编'",
        "注：数据",
    ):
        assert word in told.out + told.err
    found = compute(yaml, workbook=workbook, tidy=True).result
    assert (found.cities, found.years) == (("甲市", "乙市"), (2019, 2020))


def test_version_and_help(capsys):
    assert main(["--version"]) == 0
    assert re.match(r"indexcalc \d+\.\d+\.\d+", capsys.readouterr().out)
    for lang in ("zh", "en"):
        for command in ([], ["run"], ["check"]):
            assert main([*command, "--help", "--lang", lang]) == 0
            assert Voice(lang).say("cli.examples").splitlines()[0] in capsys.readouterr().out


def test_usage_and_headings_of_the_help_are_in_its_language(capsys):
    for lang, usage, options in (
        ("zh", "用法：indexcalc run ", "\n选项：\n"),
        ("en", "usage: indexcalc run ", "\noptions:\n"),
    ):
        assert main(["run", "--help", "--lang", lang]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith(usage) and options in shown


def test_every_stage_of_a_run_has_its_word():
    """Progress is shown on a terminal only, where a word that is missing would end the run."""
    sources = [(ROOT / "indexcalc" / name).read_text(encoding="utf-8") for name in ("run.py", "cli.py")]
    stages = {stage for source in sources for stage in re.findall(r'progress\("(\w+)"', source)}
    assert "page" in stages
    assert all(Voice("en").knows(f"cli.{stage}") for stage in {*stages, "bounding", "sobol", "listing"})


@pytest.mark.parametrize(
    ("arguments", "lang"),
    [
        ([], "zh"),
        (["run", "--lang", "en"], "en"),
        (["run", "--lang=en"], "en"),
        (["run", "--lang", "en", "--lang", "zh"], "zh"),
        (["run", "--lang", "fr"], "zh"),
        (["run", "--lang"], "zh"),
    ],
)
def test_the_language_is_known_before_the_arguments_are(arguments, lang):
    assert language(arguments) == lang


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom indexcalc.cli import main\nmain(['--help'])\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'scipy.stats', 'matplotlib', 'matplotlib.pyplot', 'pydantic'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_indicators_stand_below_their_own_dimension_in_the_table_of_weights():
    """Whatever the depth: one step further in than the node they hang on."""
    shallow, deep = {"indicators": {"a": {}}}, {"dimensions": {"inner": {"indicators": {"b": {}}}}}
    framework = make_framework(dimensions={"one": shallow, "two": deep})
    run_of = Computed.of(build(make_panel({"a": [1, 2], "b": [1, 2]}), framework))
    console = Console(file=io.StringIO(), width=100)
    print_weights(console, run_of, Voice("en", framework))
    cells = [line.split("│")[1] for line in console.file.getvalue().splitlines() if "%" in line][:-1]
    steps = {cell.strip(): (len(cell) - len(cell.lstrip()) - 1) // 2 for cell in cells}
    assert steps == {"one": 0, "a": 1, "two": 0, "inner": 1, "b": 2}


def test_names_that_are_not_in_the_workbook_are_refused_with_their_place(tmp_path, capsys):
    """The YAML lists neither cities nor years: only the workbook tells which there are."""
    rows = [["city", "year", "a"], ["A", 2020, 1], ["B", 2020, 2], ["A", 2021, 2], ["B", 2021, 3]]
    write_workbook(tmp_path / "figures.xlsx", {"panel": rows})
    claims = "[{kind: rank_is, city: Z, rank: 1}, {kind: rank_is, city: A, rank: 1, years: [2030]}]"
    text = f"framework: {{name: T, workbook: figures.xlsx, indicators: {{a: {{}}}}}}\nclaims: {claims}\n"
    yaml = write_yaml(tmp_path / "index.yaml", text + "charts: {highlight: [A, C]}\n")
    assert main(["run", str(yaml), "--out", str(tmp_path / "out"), "--lang", "en"]) == 1
    told = capsys.readouterr().err
    assert "index.yaml, claims[0]: the claim names 'Z', which is not a city" in told
    assert "index.yaml, claims[1]: the claim names 2030, which is not among the years 2020, 2021" in told
    assert "index.yaml, charts.highlight[1]: 'C' is to be highlighted, but is not a city" in told
    assert not (tmp_path / "out").exists()


def test_a_file_may_be_named_after_an_option(capsys):
    yaml = str(ROOT / "indicators.yaml")
    for arguments in (["成都", "--against", "重庆", yaml], ["--against", "Chongqing", "Chengdu", yaml]):
        assert main(["explain", *arguments, "--lang", "en"]) == 0
        assert "Chengdu and Chongqing in 2022" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["熵权法"], ["weighting / entropy"]),
        (["TOPSIS"], ["aggregation / topsis"]),
        (["Min-Max"], ["normalisation / min_max"]),
        (["赋权", "Entropy"], ["weighting / entropy"]),
        (["赋权"], ["critic", "ahp"]),
        (["主成分"], ["weighting / pca_lpi", "weighting / pca_handbook"]),
    ],
)
def test_methods_are_found_by_what_people_call_them(words, shown, capsys):
    assert main(["methods", *words, "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert all(word in told for word in shown)


def test_a_weight_is_set_by_a_name_in_either_language(capsys):
    told = []
    for name in ("function", "城市功能", "city function"):
        assert main(["check", str(ROOT / "indicators.yaml"), "--lang", "en", "--weight", f"{name}=50%"]) == 0
        told.append(capsys.readouterr().out)
    assert "City function is 50.0%" in told[0]
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--year", "2019"], "--year: this works only with --trace, as explain otherwise covers all years."),
        (["--against", "重庆", "--year", "2019"], "--year: this works only with --trace"),
        (["--against", "重庆", "--trace", "pm25"], "--against: --trace and --against cannot be combined."),
    ],
)
def test_options_of_explain_that_would_do_nothing_are_refused(options, told, capsys):
    assert main(["explain", "成都", str(ROOT / "indicators.yaml"), "--lang", "en", *options]) == 2
    assert told in capsys.readouterr().err


MADE_FOR_THREE = """
framework:
  workbook: w.xlsx
  indicators:
    a: {direction: positive, tags: {price: nominal}}
    b: {direction: positive}
    c: {direction: positive, treatment: {method: winsorise, upper: 0.7}}
  lenses: {price: {groups: {nominal: {zh: 现价, en: current prices}}}}
methodology:
  weighting: {method: ahp, matrix: [[1, 2, 2], [0.5, 1, 1], [0.5, 1, 1]], order: [a, b, c]}
claims: [{kind: rising, cities: all}]
"""


def test_what_a_methodology_made_for_all_indicators_cannot_do_without_them_is_told(tmp_path):
    rows = [["city", "year", "a", "b", "c"]]
    rows += [
        [city, year, 5 * k + year - 2019, (k - 1) ** 2, 2**k]
        for k, city in enumerate("甲乙丙丁")
        for year in (2020, 2021)
    ]
    write_workbook(tmp_path / "w.xlsx", {"panel": rows})
    computed = compute(write_yaml(tmp_path / "i.yaml", MADE_FOR_THREE))
    assert computed.real == () and [notice.key for notice in computed.notices][-1] == "real_terms_refused"
    assert "3" in computed.notices[-1].text("zh")
    untreated = computed.untreated
    assert untreated is not None and untreated.treatment == {} and computed.result.treatment == {"c": "winsorised"}


def test_methods_say_what_may_be_written_beside_them(capsys):
    assert main(["methods", "weighting", "entropy", "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "scope = within (within | levels | indicators)" in said and "method is usually applied" in said
    assert main(["methods", "normalisation", "--lang", "en"]) == 0
    assert "{base: YEAR}" in capsys.readouterr().out
    assert main(["methods", "weighting", "pca_handbook", "--lang", "en"]) == 0
    assert "components = None (1 ... 99)" in capsys.readouterr().out
    assert main(["methods", "aggregation", "--lang", "en"]) == 0
    assert "framework: {indicators: {a: {}, b: {}}}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "yaml", "variable", "spoken"),
    [
        ([], "", "", "zh"),
        ([], "", "en", "en"),
        ([], "language: zh\n", "en", "zh"),
        ([], "language: en\n", "zh", "en"),
        ([], "# a comment\nlanguage : 'en' # mine\n", "", "en"),
        (["--set", "language=en"], "language: zh\n", "", "en"),
        (["--lang", "zh"], "language: en\n", "en", "zh"),
        (["--lang=en"], "language: zh\n", "zh", "en"),
    ],
)
def test_the_language_is_the_option_else_the_yaml_else_the_variable(
    tmp_path, monkeypatch, capsys, options, yaml, variable, spoken
):
    monkeypatch.setenv("INDEXCALC_LANG", variable)
    (tmp_path / "my.yaml").write_text(yaml + "framework: {indicators: {x: {directoin: positive}}}\n", encoding="utf-8")
    assert main(["check", str(tmp_path / "my.yaml"), *options]) == 1
    told = capsys.readouterr().err
    assert ("是否应为" in told, "Did you mean" in told) == (spoken == "zh", spoken == "en")


def test_a_language_that_there_is_not_is_refused_wherever_it_is_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "my.yaml").write_text("language: eng\nframework: {indicators: {x: {}}}\n", encoding="utf-8")
    assert main(["check", str(tmp_path / "my.yaml"), "--lang", "en"]) == 1
    assert re.search("my.yaml, line 1, .*eng.*Did you mean 'en'", capsys.readouterr().err)
    monkeypatch.setenv("INDEXCALC_LANG", "english")
    assert main(["methods"]) == 2
    assert "INDEXCALC_LANG" in capsys.readouterr().err


def test_an_empty_name_of_the_folder_is_not_the_present_one(tmp_path, monkeypatch, capsys):
    """As an unset variable of a shell gives it: --out "$OUT"."""
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--out", "", "--lang", "en"]) == 2
    assert "--out: the name is empty" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("wanted", "found"), [(None, "1"), ("2", "2")])
def test_sums_do_not_depend_on_the_number_of_processors(wanted, found):
    """Products are computed in one thread, unless the user says otherwise; numpy reads that when it is imported."""
    code = (
        "import os, sys; sys.argv = ['indexcalc', '--version']\n"
        "from indexcalc.__main__ import main; main()\n"
        "print([os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules])"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": wanted or ""}
    if wanted is None:
        del environment["OPENBLAS_NUM_THREADS"]
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str([found, False])
