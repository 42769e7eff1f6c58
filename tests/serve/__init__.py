"""A small index for the live page: a YAML with comments, and its workbook."""

from tests.conftest import write_workbook, write_yaml

YAML = """
    # what we measure
    framework:
      name: {zh: 小指数, en: Small index}
      workbook: figures.xlsx
      indicators:
        gdp: {name: {zh: 产值, en: Output}, direction: positive, weight: 1}   # by the essay
        air: {name: {zh: 空气, en: Air}, direction: negative, weight: 2} # fewer is better
    methodology: {normalisation: {method: min_max, lower: 1, upper: 100}}
    claims:
      - {kind: in_top, cities: [甲], n: 1, years: all}
    uncertainty: {draws: 40, seed: 1, weights: {spread: 0.25}}
"""
ROWS = (("甲", 90, 70), ("乙", 60, 10), ("丙", 30, 40))


def small(folder, text=YAML, rows=ROWS):
    """The YAML's path."""
    table = [["city", "year", "gdp", "air"]]
    table += [[city, year, gdp + year - 2020, air] for city, gdp, air in rows for year in (2020, 2021)]
    write_workbook(folder / "figures.xlsx", {"panel": table})
    return write_yaml(folder / "indicators.yaml", text)


def change(path, before, after):
    """Save a file with one text in the place of another."""
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
