"""A workbook as a file: what openpyxl writes, and what it leaves out.

openpyxl alone drops the values of formulas, names and missing titles of charts, that an array formula spills, and what
a table says of its totals. Still lost are pictures, form controls and text boxes, the modern part of data bars, threaded
comments, and of charts that were changed all but type, title, axes, series and colors.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.worksheet.table import TableFormula
from openpyxl.xml.functions import fromstring, tostring

from tools.excel.areas import area
from tools.excel.charts import write_charts
from tools.excel.package import CHART, DRAWING, MAIN, Package

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from tools.excel.workbook import Book, TableOf

# What says of a cell with cm="1" that its formula spills ([MS-XLSX] 2.2.5, dynamicArrayProperties).
_METADATA = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:xda="http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray"><metadataTypes count="1">
<metadataType name="XLDAPR" minSupportedVersion="120000" copy="1" pasteAll="1" pasteValues="1" merge="1" splitFirst="1"
 rowColShift="1" clearFormats="1" clearComments="1" assign="1" coerce="1" cellMeta="1"/></metadataTypes>
<futureMetadata name="XLDAPR" count="1"><bk><extLst><ext uri="{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}">
<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/></ext></extLst></bk></futureMetadata>
<cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>"""
_TYPES, _RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
_METADATA_TYPE = (
    '<Override PartName="/xl/metadata.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"/></Types>'
)
_METADATA_RELATION = (
    '<Relationship Id="rIdMetadata" Target="metadata.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sheetMetadata"/></Relationships>'
)


def save_book(book: Book, path: Path) -> None:
    """Write the workbook, with the values of formulas and the charts."""
    write_charts(book.workbook, book.charts)
    for each in book.tables:
        _describe_totals(book.workbook[each.sheet], each)
    book.workbook.save(path)
    package = Package(path)
    parts = package.parts
    for title, part in package.sheets.items():
        spilling = {place for place, spill in book.spills.get(title, {}).items() if spill.dynamic}
        parts[part] = _with_values(parts[part], book.values.get(title, {}), spilling)
        for kind, drawing in package.related(part).values():
            if kind == "drawing":
                parts[drawing] = _named(parts[drawing], [chart.name for chart in book.charts.get(title, [])])
    for part in parts:
        if part.startswith("xl/charts/chart"):
            parts[part] = _without_automatic_title(parts[part])
    if any(spill.dynamic for spills in book.spills.values() for spill in spills.values()):
        parts["xl/metadata.xml"] = _METADATA.encode()
        parts[_TYPES] = parts[_TYPES].replace(b"</Types>", _METADATA_TYPE.encode())
        parts[_RELATIONS] = parts[_RELATIONS].replace(b"</Relationships>", _METADATA_RELATION.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for part, content in parts.items():
            written.writestr(part, content)


_TOTALS = {"101": "average", "102": "countNums", "103": "count", "104": "max", "105": "min", "109": "sum"}


def _describe_totals(sheet: Worksheet, found: TableOf) -> None:
    """Tell the table what its row of totals holds; a file says it twice."""
    if not found.table.totalsRowCount:
        return
    for column, each in enumerate(found.table.tableColumns, found.area.left):
        content = sheet.cell(found.area.bottom, column).value
        each.totalsRowLabel = each.totalsRowFunction = each.totalsRowFormula = None
        if isinstance(content, str) and content.startswith("="):
            subtotal = re.fullmatch(r"=SUBTOTAL\((\d+),[^,()]*\[([^\[\]]*)\]\)", content, re.IGNORECASE)
            known = subtotal is not None and re.sub(r"'(.)", r"\1", subtotal[2]).casefold() == each.name.casefold()
            each.totalsRowFunction = _TOTALS.get(subtotal[1], "custom") if subtotal and known else "custom"
            if each.totalsRowFunction == "custom":
                each.totalsRowFormula = TableFormula(attr_text=content[1:])
        elif content is not None:
            each.totalsRowLabel = str(content)


def _with_values(content: bytes, values: dict[tuple[int, int], Any], spilling: set[tuple[int, int]]) -> bytes:
    """A sheet's XML with the values of its formulas, and with the mark of those that spill."""
    root = fromstring(content)
    for cell in root.iter(f"{MAIN}c"):
        if cell.find(f"{MAIN}f") is None:
            continue
        place = area(cell.get("r", ""))
        if (place.top, place.left) in spilling:
            cell.set("cm", "1")
        value, shown = values.get((place.top, place.left)), cell.find(f"{MAIN}v")
        if value is None or shown is None:
            continue
        kind, shown.text = _stored(value)
        cell.attrib.pop("t", None)
        if kind:
            cell.set("t", kind)
    return bytes(tostring(root))


def _without_automatic_title(content: bytes) -> bytes:
    """A chart without a title says so, or Excel would put the name of a lone series there."""
    root = fromstring(content)
    for chart in root.iter(f"{CHART}chart"):
        if chart.find(f"{CHART}title") is None and chart.find(f"{CHART}autoTitleDeleted") is None:
            chart.insert(0, chart.makeelement(f"{CHART}autoTitleDeleted", {"val": "1"}))
    return bytes(tostring(root))


def _named(content: bytes, names: list[str]) -> bytes:
    """A drawing whose charts have their names."""
    root = fromstring(content)
    for frame, name in zip(root.iter(f"{DRAWING}graphicFrame"), names, strict=False):
        next(frame.iter(f"{DRAWING}cNvPr")).set("name", name)
    return bytes(tostring(root))


def _stored(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, int | float):
        return "", repr(value)
    return ("e" if value in ERROR_CODES else "str"), str(value)
