"""Broken inputs: each is `base.yaml` and its figures with something changed, and the problems that must be told of it.

`cases.jsonl` has a case a line: `yaml`, what is set in the YAML by the path of its keys, or taken away; `cells`, what
is put into the workbook by its address; `rows`, what is added below; `sheets`, further
sheets by title; `text`, the whole YAML; `options`, more of them;
`problems`, the key, the place and the facts of each problem. `python -m tests.bad` writes the problems of all cases
anew: read the difference.
"""
