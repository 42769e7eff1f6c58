"""The JSON Schema of the YAML file, for editors: completion, wrong values and a word on each key while typing.

Made from the models and the registered methods, so that it says what the program says. It cannot say everything: codes
that must exist, weights that must not all be 0, and the like are found by `indexcalc check`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from indexcalc.choice import COMMON
from indexcalc.methods import METHODS, Method
from indexcalc.methods.registry import WEIGHTS
from indexcalc.specification import Specification

Schema = dict[str, Any]

SAID = {
    # the file
    "Specification.framework": "衡量什么：指标、维度、城市、年份 / what is measured",
    "Specification.methodology": "如何计算：各步骤的方法 / how it is computed",
    "Specification.claims": "要检验的论断 / the sentences to be held against the figures",
    "Specification.integration": "耦合协调度的形式、权重与等级 / how coupling coordination is measured and graded",
    "Specification.yardsticks": "外部参照，不进入指数 / rankings by others, never part of the index",
    "Specification.uncertainty": "其他方法，用于检验结论是否稳健 / the other methodologies",
    # the framework
    "Framework.name": "指数名称 / name of the index",
    "Framework.note": "凡展示结果处都会附上的说明 / said wherever the result is shown",
    "Framework.workbook": "数据工作簿，相对于本文件 / the workbook, relative to this file",
    "Framework.years": "年份；省略则取工作簿中的年份 / by default those of the workbook",
    "Framework.cities": "城市；省略则取工作簿中的城市 / by default those of the workbook",
    "Framework.groups": "城市分组 / groups of cities",
    "Framework.publishers": "原始发布者 / original publishers",
    "Framework.dimensions": "维度，可嵌套 / dimensions, which may nest",
    "Framework.indicators": "不分维度的指标 / indicators without a dimension",
    "Framework.series": "工作簿中只作构成项的列 / columns of the workbook that only feed derived indicators",
    "Framework.lenses": "透视角度：按标签重新分组 / other groupings of the same indicators, by tag",
    "Framework.coverage": "理论表述与指标的对应 / which indicators stand for which phrase of the theory",
    # a node
    "Dimension.weight": "权重，在上级之内按比例折算，0为不计入 / relative within its parent; 0 leaves it out",
    "Dimension.indicators": "本维度的指标 / the indicators of this dimension",
    "Dimension.dimensions": "下级维度 / dimensions within this one",
    "Indicator.name": "指标名称 / name",
    "Indicator.unit": "计量单位，与工作簿单位行核对 / unit, held against the unit row of the workbook",
    "Indicator.direction": "属性：正向、负向、适度、区间；省略为正向 / which way is better; positive if left out",
    "Indicator.weight": "权重，在维度之内按比例折算，0为不计入 / relative within its dimension; 0 leaves it out",
    "Indicator.tags": "透视标签 / the group it falls into, by lens",
    "Indicator.publisher": "原始发布者代码 / code of its original publisher",
    "Indicator.trust": "数据可信度 / how far the figures can be trusted",
    "Indicator.alternatives": "可替代的列 / columns that might have been taken instead",
    "Series.optional": "true：工作簿中可以没有此列 / the workbook need not have this column",
    "City.en": "英文名 / English name",
    "City.group": "所属分组 / its group",
    "City.aliases": "工作簿中可能出现的其他写法 / other spellings that a workbook may use",
    "Lens.groups": "各组 / the groups that a tag may name",
    # the methodology
    "Methodology.imputation": "插补：缺失值如何填补 / how missing values are filled",
    "Methodology.treatment": "异常值处理 / treatment of outliers",
    "Methodology.normalisation": "标准化 / normalisation",
    "Methodology.reference": "标准化的参照：pooled全部年份、year逐年、base某年 / what a normalisation looks at",
    "Methodology.weighting": "赋权：given按本文件，或由数据得出 / given as written here, or from the figures",
    "Methodology.aggregation": "合成 / aggregation",
    "Methodology.missing": "下级缺失时怎么办 / what becomes of a node with a missing child",
    "Methodology.rank_on": "排名前得分保留的小数位 / decimals of the scores that are ranked",
    "Methodology.rounding": "各级得分的取整规则 / rounding of the scores at each level",
    "Methodology.screening": "最低数据覆盖率 / minimum share of observed cells",
    "Methodology.levels": "按层级指定方法，0为指数 / methods by level; 0 is the index",
    # uncertainty
    "Uncertainty.draws": "抽样次数 / how many methodologies are drawn",
    "Uncertainty.seed": "随机种子 / seed of the random numbers",
    "Uncertainty.weights": "权重的变动范围 / how far weights may differ",
}
"""What a key means, in Chinese and English, by model and key."""


def json_schema() -> Schema:
    """The JSON Schema of a YAML file: models, and the methods of each step with their parameters."""
    schema = Specification.model_json_schema()
    models: Schema = schema.pop("$defs")
    models["Name"] = _name(models["Name"])
    models["Reference"] = {
        "description": models["Reference"]["description"],
        "anyOf": [{"enum": ["pooled", "year"]}, _mapping({"base": {"type": "integer"}}, ["base"])],
    }
    _write_derivations(models)
    for model in ("City", "Indicator"):  # `gdp:` alone is an indicator
        models[model] = {"anyOf": [models[model], {"type": "null"}]}
    said = {**models, "Specification": schema}
    for key, text in SAID.items():
        model, _, field = key.partition(".")
        at = said[model].get("anyOf", [said[model]])[0]["properties"][field]
        at["description"] = text
    steps = {step: _step(step) for step in METHODS if step != "derivation"}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "indexcalc"}
    whole: Schema = _plain({**schema, **head, "$defs": {**models, **steps}})
    return whole


def _step(step: str) -> Schema:
    """What may be written for a step: a method's name, or a mapping with its parameters."""
    methods = METHODS[step].values()
    names = [{"const": m.name, "description": _said(m)} for m in methods if not _required(m)]
    written: list[Schema] = [{"oneOf": names}] if names else []
    written += [_with_parameters(method) for method in methods]
    if step == "direction":
        number = {"type": "number"}
        ends = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
        written += [_mapping({"middle": number}, ["middle"]), _mapping({"interval": ends}, ["interval"])]
    return {"anyOf": written}


def _with_parameters(method: Method) -> Schema:
    properties: Schema = {"method": {"const": method.name, "description": _said(method)}}
    properties |= {name: _parameter(method, name) for name in method.parameters}
    if method.step == "weighting" and method.traits.get("objective"):
        properties |= {name: {"enum": list(words)} for name, words in COMMON.items()}
    return {"description": _said(method), **_mapping(properties, ["method", *_required(method)])}


def _write_derivations(models: Schema) -> None:
    """An indicator's `derived` as it is written: `ratio: {of, to, scale}`, `sum: [a, b]`, and so on."""
    models.pop("Derivation")
    properties: Schema = models["Indicator"]["properties"]
    properties.pop("derived")
    code = {"type": "string"}
    for method in METHODS["derivation"].values():
        parts = [part for part in method.positional if part != "years"]
        several = "several" in method.traits
        codes: Schema = {"type": "array", "items": code} if several else code
        inside = {part: codes for part in parts} | {name: _parameter(method, name) for name in method.parameters}
        written = _mapping(inside, [*parts, *_required(method)])
        either = {"anyOf": [codes, written]} if several else written
        properties[method.name] = {"description": _said(method), **either}


def _parameter(method: Method, name: str) -> Schema:
    annotation = method.annotations[name]
    found: Schema = (
        {"step": "weighting"}
        if WEIGHTS in getattr(annotation, "__metadata__", ())
        else TypeAdapter(annotation).json_schema()
    )
    default = method.parameters[name].default
    return found if default is inspect.Parameter.empty or default is None else {**found, "default": default}


def _required(method: Method) -> list[str]:
    return [name for name, declared in method.parameters.items() if declared.default is declared.empty]


def _said(method: Method) -> str:
    return " ".join(part for part in (str(method.traits.get("zh", "")), method.summary) if part)


def _name(model: Schema) -> Schema:
    """A name is a mapping of one or both languages, or plain text."""
    both = {**model, "minProperties": 1}
    both.pop("required", None)
    return {"description": both.pop("description"), "anyOf": [{"type": "string"}, both]}


def _mapping(properties: Schema, required: Iterable[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _plain(schema: Any) -> Any:
    """Without the titles that pydantic makes of the keys; `{"step": ...}` becomes a reference."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("step"), str):
        return {"$ref": f"#/$defs/{schema['step']}"} | {k: v for k, v in schema.items() if k != "step"}
    made = {key for key in ("title",) if isinstance(schema.get(key), str) and schema[key] != "indexcalc"}
    return {key: _plain(part) for key, part in schema.items() if key not in made}
