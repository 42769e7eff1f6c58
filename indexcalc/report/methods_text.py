"""The methods on the screen: by step, with parameters, formula and source, from the registry and its docstrings."""

from __future__ import annotations

import inspect

from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexcalc.choice import COMMON
from indexcalc.errors import InputError, Problem, suggestion
from indexcalc.methods import METHODS, Method
from indexcalc.report.method_summaries import summary

STEPS = {
    "derivation": {"zh": "派生指标", "en": "Derived indicators"},
    "imputation": {"zh": "插补", "en": "Imputation"},
    "transform": {"zh": "变换", "en": "Transform"},
    "treatment": {"zh": "异常值处理", "en": "Treatment of outliers"},
    "direction": {"zh": "方向", "en": "Direction"},
    "normalisation": {"zh": "标准化", "en": "Normalisation"},
    "weighting": {"zh": "赋权", "en": "Weighting"},
    "aggregation": {"zh": "合成", "en": "Aggregation"},
    "missing": {"zh": "缺失规则", "en": "Missing children"},
}
"""The steps in the order of the Handbook, which is that of the pipeline."""

HEADERS = {
    "zh": ("方法", "中文名", "参数（默认值）", "公式或定义"),
    "en": ("Method", "Chinese name", "Parameters (defaults)", "Formula or definition"),
}
REQUIRED = {"zh": "必填", "en": "required"}
MORE = {
    "zh": "详情：indexcalc methods 步骤 方法，例如 indexcalc methods normalisation min_max",
    "en": "More: indexcalc methods STEP METHOD, e.g. indexcalc methods normalisation min_max",
}


def print_methods(console: Console, step: str | None, name: str | None, lang: str) -> None:
    """All methods, those of a step, or one of them in full. Unknown steps and names are refused."""
    if step is not None and step not in STEPS:
        raise InputError(Problem("unknown_step", {"found": step, **suggestion(step, STEPS)}, _option(step)))
    if name is not None and step is not None:
        if name not in METHODS[step]:
            facts = {"step": step, "found": name, **suggestion(name, METHODS[step])}
            raise InputError(Problem("unknown_method", facts, _option(name)))
        _print_one(console, METHODS[step][name], lang)
        return
    for one in [step] if step is not None else list(STEPS):
        table = Table(title=Text(f"{STEPS[one][lang]} ({one})"), title_justify="left", show_lines=False)
        for i, header in enumerate(HEADERS[lang]):
            table.add_column(header, no_wrap=i < 2, overflow="fold")
        for method in METHODS[one].values():
            zh = str(method.traits.get("zh", ""))
            table.add_row(
                *(Text(cell) for cell in (method.name, zh, ", ".join(parameters(method, lang)), summary(method, lang)))
            )
        console.print(table)
    console.print(MORE[lang], markup=False, highlight=False, soft_wrap=True)


def parameters(method: Method, lang: str) -> list[str]:
    """Each parameter with its default; what every data-driven weighting may also be told is among them."""
    own = [
        f"{name} ({REQUIRED[lang]})" if p.default is p.empty else f"{name} = {p.default}"
        for name, p in method.parameters.items()
    ]
    common = [f"{name} = {allowed[0]}" for name, allowed in COMMON.items()] if method.traits.get("objective") else []
    return own + common


def documentation(method: Method) -> str:
    """The docstring without its example."""
    return (inspect.getdoc(method.kernel) or "").split("\n>>>")[0].rstrip()


def _print_one(console: Console, method: Method, lang: str) -> None:
    lines = [f"{method.step} / {method.name}  {method.traits.get('zh', '')}", ""]
    lines += [summary(method, lang), "", documentation(method)] if lang == "zh" else [documentation(method)]
    found = parameters(method, lang)
    if found:
        lines += ["", *(f"  - {parameter}" for parameter in found)]
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def _option(word: str) -> tuple[str, dict[str, str]]:
    return "in_option", {"option": f"methods {word}"}
