"""A raw workbook as an office has it, for the form: Chinese headers with units, two gaps, a column of text."""

from tests.conftest import write_workbook

CITIES, YEARS = ("成都", "武汉", "西安", "郑州", "长沙"), (2019, 2020, 2021)
HEADERS = ("地区生产总值（亿元）", "人均可支配收入（元）", "PM2.5年均浓度（μg/m³）", "城镇登记失业率（%）", "备注")
DIRECTIONS = ("positive", "positive", "negative", "negative")


def figure(c, t, k):
    """Made up, all different, in no order."""
    return 20 + (37 * c + 53 * t + 71 * k + 11 * c * t + 29 * c * k) % 73 + c / 10


def raw_workbook(folder, name="年鉴.xlsx", gaps=((0, 1, 2), (3, 0, 1)), headers=HEADERS):
    """The path of the workbook; gaps: city, year and column that are left empty."""
    rows = [["表1 主要指标"], ["城市", "年份", *headers]]
    for t, year in enumerate(YEARS):
        for c, city in enumerate(CITIES):
            cells = [None if (c, t, k) in gaps else figure(c, t, k) for k in range(len(headers) - 1)]
            rows.append([city, year, *cells, "见说明"])
    return write_workbook(folder / name, {"数据": rows})


def filled(fields, **more):
    """Fields with every direction chosen, and others by name (`__` for a point)."""
    chosen = {f"direction.{k}": way for k, way in enumerate(DIRECTIONS)}
    return {**fields, **chosen, **{name.replace("__", "."): said for name, said in more.items()}}
