"""Small files of every kind, and the same files as careless or hostile hands may leave them."""

import zipfile
from pathlib import Path

HEAD = ["city", "year", "gdp", "pm"]
ROWS = [[city, year, 10.5 * i + year - 2018, 40 - i] for i, city in enumerate("ABC", 1) for year in (2019, 2020)]
YAML = """framework:
  years: [2019, 2020]
  cities: [A, B, C]
  dimensions:
    wealth: {indicators: {gdp: {direction: positive, unit: 亿元}}}
    air: {weight: 0.5, indicators: {pm: {direction: negative}, ratio: {ratio: {of: gdp, to: pm}}}}
methodology: {normalisation: {method: min_max, lower: 1, upper: 100}, aggregation: geometric}
"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def cell_xml(value, row, column):
    """A cell as Excel writes it, texts in place."""
    at = f"{chr(64 + column)}{row}"
    if isinstance(value, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{at}"><v>{value}</v></c>'


def rows_xml(rows=(HEAD, *ROWS)):
    return "".join(
        f'<row r="{r}">' + "".join(cell_xml(value, r, c) for c, value in enumerate(row, 1)) + "</row>"
        for r, row in enumerate(rows, 1)
    )


def members(rows=None, more="", before="", title="data"):
    """The parts of a small workbook; `rows` as XML, `more` after them, `before` ahead of them."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="{title}" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{OFFICE}/styles" '
        f'Target="styles.xml"/><Relationship Id="r3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="10"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>zero</t><rPh><t>reading</t></rPh></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{before}'
        f"<sheetData>{rows or rows_xml()}</sheetData>{more}</worksheet>",
    }


def write_parts(path: Path, parts, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def strict(parts):
    """The same parts in the namespaces of Strict Open XML."""
    for old, new in STRICT.items():
        parts = {name: text.replace(old, new) for name, text in parts.items()}
    return parts


def ods_content(rows, **more):
    """The content of an OpenDocument workbook: a sheet, its rows as XML, and more of them by name."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    return (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        + "".join(
            f'<table:table table:name="{name}">{own}</table:table>' for name, own in {"data": rows, **more}.items()
        )
        + "</office:spreadsheet></office:body></office:document-content>"
    )


def ods_rows(rows=(HEAD, *ROWS)):
    def cell(value):
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    return "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)


def write_ods(path, rows=None, **more):
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    parts = {
        "mimetype": kind,
        "META-INF/manifest.xml": manifest,
        "content.xml": ods_content(rows or ods_rows(), **more),
    }
    return write_parts(path, parts, zipfile.ZIP_STORED)


def csv_text(delimiter=","):
    return "".join(delimiter.join(map(str, row)) + "\n" for row in (HEAD, *ROWS))
