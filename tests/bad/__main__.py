"""Write the problems of all cases anew."""

import json
import tempfile
from pathlib import Path

from tests.bad.corpus import CASES, read, refusal, told

lines = []
for case in read():
    with tempfile.TemporaryDirectory() as folder:
        case["problems"] = told(refusal(case, Path(folder)), Path(folder))
    lines.append(json.dumps(case, ensure_ascii=False) + "\n")
CASES.write_text("".join(lines), encoding="utf-8")
