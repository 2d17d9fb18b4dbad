"""An .xlsx file as the stub's model (see workbook.js for its shape)."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string, coordinate_to_tuple
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula

from tools.browser.charts import read_chart
from tools.browser.formulas import shown
from tools.browser.looks import color, read_look

Model = dict[str, Any]
POINTS_PER_PIXEL = 0.75
PIXELS_PER_CHARACTER = 7
COMPARED = {"whole": "wholeNumber", "decimal": "decimal", "date": "date", "time": "time", "textLength": "textLength"}
CF_KINDS = {"expression": "Custom", "cellIs": "CellValue", "dataBar": "DataBar", "colorScale": "ColorScale", "iconSet": "IconSet"}
CF_OPERATORS = {
    "equal": "EqualTo", "notEqual": "NotEqualTo", "greaterThan": "GreaterThan", "lessThan": "LessThan", "between": "Between",
    "notBetween": "NotBetween", "greaterThanOrEqual": "GreaterThanOrEqual", "lessThanOrEqual": "LessThanOrEqual",
}  # fmt: skip


def read_workbook(path: Path) -> Model:
    """The model of the workbook: values, formulas with stored values, looks, tables, names and the rest."""
    book = openpyxl.load_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    styles: dict[str, int] = {"{}": 0}
    sheets = [_sheet(sheet, values[sheet.title], styles) for sheet in book.worksheets]
    return {
        "name": Path(path).name, "year": 2026, "active": book.active.title, "calculation": "Automatic", "names": _names(book.defined_names),
        "styles": [json.loads(text) for text in styles], "sheets": sheets, "comments": [], "saved": 0,
    }  # fmt: skip


def _index(look: dict[str, Any], styles: dict[str, int]) -> int:
    return styles.setdefault(json.dumps(look), len(styles))


def _names(defined: Any) -> list[Model]:
    return [
        {"name": name, "formula": shown("=" + item.attr_text), "visible": not item.hidden}
        for name, item in defined.items()
        if not name.startswith("_xlnm.")
    ]


def _value(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return to_excel(value)
    return to_excel(value) if isinstance(value, datetime.timedelta) else value


def _cells(sheet: Any, values: Any, styles: dict[str, int]) -> dict[str, Model]:
    cells: dict[str, Model] = {}
    seen: dict[int, int] = {}
    for row in sheet.iter_rows():
        for cell in row:
            entry: Model = {}
            value = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
            if isinstance(value, str) and cell.data_type == "f":
                entry["f"] = shown(value if value.startswith("=") else f"={value}")
                value = values[cell.coordinate].value
            if value is not None:
                entry["v"] = _value(value)
            if cell.has_style:
                entry["s"] = seen.setdefault(cell._style.__hash__(), _index(read_look(cell), styles))
            if entry:
                cells[cell.coordinate] = entry
    return cells


def points(width: float) -> float:
    """Points of a column whose width a file gives in characters with padding."""
    return round(width * PIXELS_PER_CHARACTER) * POINTS_PER_PIXEL


def _columns(sheet: Any) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for letter, column in sheet.column_dimensions.items():
        first = column.min or column_index_from_string(letter)
        entry: Model = {}
        if column.width and column.customWidth:
            entry["width"] = points(column.width)
        if column.hidden:
            entry["hidden"] = True
        if column.outlineLevel:
            entry["outline"] = column.outlineLevel
        if entry:
            found.update({str(at - 1): dict(entry) for at in range(first, min(column.max or first, first + 500) + 1)})
    return found


def _rows(sheet: Any) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for at, row in sheet.row_dimensions.items():
        entry: Model = {}
        if row.height:
            entry["height"] = row.height
        if row.hidden:
            entry["hidden"] = True
        if row.outlineLevel:
            entry["outline"] = row.outlineLevel
        if entry:
            found[str(at - 1)] = entry
    return found


def _tables(sheet: Any) -> list[Model]:
    tables = []
    for table in sheet.tables.values():
        look = table.tableStyleInfo
        tables.append({
            "id": f"{{{table.id}}}", "name": table.displayName, "ref": table.ref, "headers": table.headerRowCount != 0, "totals": bool(table.totalsRowCount),
            "style": (look.name if look else "") or "", "filter": table.autoFilter is not None, "bandedRows": bool(look and look.showRowStripes),
            "bandedColumns": bool(look and look.showColumnStripes), "firstColumn": bool(look and look.showFirstColumn), "lastColumn": bool(look and look.showLastColumn),
            "columns": [{"name": column.name} for column in table.tableColumns], "criteria": {},
        })  # fmt: skip
    return tables


def _validations(sheet: Any) -> list[Model]:
    found = []
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            source = rule.formula1 or ""
            literal = source.startswith('"')
            body = {"list": {"source": source.strip('"') if literal else f"={source}", "inCellDropDown": not rule.showDropDown}}
        elif rule.type == "custom":
            body = {"custom": {"formula": f"={rule.formula1}"}}
        elif rule.type in COMPARED:
            operator = (rule.operator or "between")[0].upper() + (rule.operator or "between")[1:]
            operator = {"Equal": "EqualTo", "NotEqual": "NotEqualTo", "GreaterThanOrEqual": "GreaterThanOrEqualTo", "LessThanOrEqual": "LessThanOrEqualTo"}.get(operator, operator)
            body = {COMPARED[rule.type]: {"operator": operator, "formula1": _bound(rule.formula1)}}
            if rule.formula2:
                body[COMPARED[rule.type]]["formula2"] = _bound(rule.formula2)
        else:
            body = {}
        alert = {"showAlert": bool(rule.showErrorMessage), "style": (rule.errorStyle or "stop").capitalize(), "title": rule.errorTitle or "", "message": rule.error or ""}
        prompt = {"showPrompt": bool(rule.showInputMessage), "title": rule.promptTitle or "", "message": rule.prompt or ""}
        found.append({"rule": body, "ignoreBlanks": bool(rule.allowBlank), "prompt": prompt, "errorAlert": alert, "areas": str(rule.sqref).split()})
    return found


def _bound(text: str | None) -> Any:
    try:
        number = float(text or "")
    except ValueError:
        return f"={text}"
    return int(number) if number.is_integer() else number


def _conditional_formats(sheet: Any) -> list[Model]:
    found: list[tuple[int, Model]] = []
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            kind = CF_KINDS.get(rule.type, rule.type)
            entry: Model = {"id": f"{{cf{len(found)}}}", "type": kind, "areas": str(area.sqref).split(), "stopIfTrue": bool(rule.stopIfTrue)}
            formulas = [f"={shown(text)}" for text in rule.formula]
            look = _differential(rule.dxf)
            if kind == "Custom":
                entry["custom"] = {"rule": {"formula": formulas[0]}, "format": look}
            elif kind == "CellValue":
                bounds = dict(zip(("formula1", "formula2"), formulas, strict=False))
                entry["cellValue"] = {"rule": {"operator": CF_OPERATORS[rule.operator], **bounds}, "format": look}
            elif kind == "DataBar":
                entry["dataBar"] = {"positiveFormat": {"fillColor": color(rule.dataBar.color)}, "showDataBarOnly": rule.dataBar.showValue is False}
            found.append((rule.priority, entry))
    return [entry for _, entry in sorted(found, key=lambda pair: pair[0])]


def _differential(dxf: Any) -> Model:
    look: Model = {}
    if dxf is None:
        return look
    if dxf.fill is not None and (shade := color(dxf.fill.bgColor) or color(dxf.fill.fgColor)):
        look["fill"] = {"color": shade}
    if dxf.font is not None:
        font = {"color": color(dxf.font.color), "bold": dxf.font.b, "italic": dxf.font.i}
        look["font"] = {key: value for key, value in font.items() if value}
    return look


def _links(sheet: Any) -> dict[str, Model]:
    found = {}
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.hyperlink):
        link = cell.hyperlink
        entry = {"address": link.target, "documentReference": link.location, "screenTip": link.tooltip}
        found[cell.coordinate] = {key: value for key, value in entry.items() if value}
    return found


def _print(sheet: Any) -> Model:
    setup, found = sheet.page_setup, {}
    if setup.orientation == "landscape":
        found["orientation"] = "Landscape"
    if sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage:
        pages = {"horizontalFitToPages": setup.fitToWidth, "verticalFitToPages": setup.fitToHeight}
        found["zoom"] = {key: 1 if value is None else int(value) for key, value in pages.items() if value is None or int(value)}
    for key, value in (("area", sheet.print_area), ("titleRows", sheet.print_title_rows), ("titleColumns", sheet.print_title_cols)):
        if value:
            found[key] = str(value).split("!")[-1].replace("$", "")
    footer = sheet.oddFooter
    texts = {"leftFooter": footer.left.text, "centerFooter": footer.center.text, "rightFooter": footer.right.text}
    if any(texts.values()):
        found["headersFooters"] = {"defaultForAllPages": {key: value for key, value in texts.items() if value}}
    return found


def _sheet(sheet: Any, values: Any, styles: dict[str, int]) -> Model:
    freeze = None
    if sheet.freeze_panes:
        row, column = coordinate_to_tuple(sheet.freeze_panes)
        freeze = {"rows": row - 1, "columns": column - 1}
    tab = sheet.sheet_properties.tabColor
    cells = _cells(sheet, values, styles)
    notes = [{"cell": cell.coordinate, "text": cell.comment.text, "author": cell.comment.author} for row in sheet.iter_rows() for cell in row if cell.comment]
    return {
        "name": sheet.title, "visibility": {"visible": "Visible", "hidden": "Hidden", "veryHidden": "VeryHidden"}[sheet.sheet_state],
        "tab": color(tab), "gridlines": sheet.sheet_view.showGridLines is not False, "headings": True, "selection": sheet.sheet_view.selection[0].activeCell or "A1",
        "cells": cells, "columns": _columns(sheet), "rows": _rows(sheet), "tables": _tables(sheet), "names": _names(sheet.defined_names),
        "charts": [read_chart(chart, at) for at, chart in enumerate(sheet._charts)], "validations": _validations(sheet),
        "conditionalFormats": _conditional_formats(sheet), "merged": [str(each) for each in sheet.merged_cells.ranges], "notes": notes, "links": _links(sheet),
        "freeze": freeze, "print": _print(sheet), "protection": {"protected": True, "options": {}} if sheet.protection.sheet else None, "autoFilter": None,
    }  # fmt: skip
