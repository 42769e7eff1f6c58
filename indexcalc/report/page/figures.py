"""The figures behind the index, series by series, and the files of the run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from indexcalc.report.page.bilingual import both, each, joined, node_name
from indexcalc.report.page.material import Material
from indexcalc.report.provenance import columns_behind, declared_of, publisher_of, trust_of
from indexcalc.report.units import unit_name
from indexcalc.voice import Voice


def series(material: Material) -> list[dict[str, Any]]:
    """The columns of the workbook behind the index: publisher, trust, how many figures, where the gaps are."""
    result, framework = material.result, material.framework
    declared = declared_of(framework)
    behind = dict.fromkeys(column for code in result.normalised.codes for column in columns_behind(declared, code))
    rows = []
    for code in behind:
        if code not in result.panel.codes:
            continue
        values = result.panel.values[:, :, result.panel.position(code)]
        lacking = (np.isnan(values) & result.panel.present).sum(axis=0).tolist()
        gaps = [both("gap_of", year=year, n=n) for year, n in zip(result.years, lacking, strict=True) if n]
        rows.append(
            {
                "name": node_name(material, code),
                "unit": each(material, partial(unit_name, declared[code].unit)),
                "publisher": each(material, partial(publisher_of, framework, declared, code)),
                "trust": trust_of(declared, code),
                "figures": int((~np.isnan(values)).sum()),
                "gaps": joined(gaps) if gaps else both("no_gaps"),
            }
        )
    return rows


def files(names: Sequence[str]) -> list[dict[str, Any]]:
    """The other files of the run; folders as one."""
    found: list[dict[str, Any]] = []
    voice = Voice()
    folders: dict[str, int] = {}
    for name in sorted(names):
        folder, slash, _ = name.partition("/")
        if slash:
            folders[folder] = folders.get(folder, 0) + 1
        elif voice.knows(f"page.file_{name}"):
            found.append({"name": name, "what": both(f"file_{name}")})
    for folder, n in folders.items():
        if voice.knows(f"page.file_{folder}"):
            found.append({"name": f"{folder}/", "what": both(f"file_{folder}", n=n)})
    return found
