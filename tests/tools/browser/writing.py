"""The stub's model as an .xlsx file, and in one canonical form to compare with another workbook."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, DataBarRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo

from tools.browser.charts import write_chart
from tools.browser.formulas import plain, stored
from tools.browser.looks import write_look
from tools.browser.reading import CF_OPERATORS, COMPARED, PIXELS_PER_CHARACTER, POINTS_PER_PIXEL, Model


def write_workbook(model: Model, path: Path) -> None:
    """Write the model as an .xlsx file. openpyxl stores no values beside formulas."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    pages = [(book.create_sheet(sheet["name"]), sheet) for sheet in model["sheets"]]
    for page, sheet in pages:
        _write_sheet(page, sheet, model["styles"])
    for name in model["names"]:
        book.defined_names[name["name"]] = _defined(name)
    book.active = [sheet["name"] for sheet in model["sheets"]].index(model["active"])
    book.save(path)


def _defined(name: Model) -> DefinedName:
    return DefinedName(name["name"], attr_text=stored(name["formula"])[1:], hidden=name.get("visible") is False or None)


def _write_sheet(page: Any, sheet: Model, styles: list[Model]) -> None:
    page.sheet_state = sheet["visibility"][0].lower() + sheet["visibility"][1:]
    page.sheet_view.showGridLines = sheet["gridlines"]
    if sheet["tab"]:
        page.sheet_properties.tabColor = "FF" + sheet["tab"].lstrip("#")
    if sheet["freeze"]:
        page.freeze_panes = f"{get_column_letter(sheet['freeze']['columns'] + 1)}{sheet['freeze']['rows'] + 1}"
    _write_cells(page, sheet, styles)
    _write_lines(page, sheet)
    _write_objects(page, sheet)
    _write_print(page, sheet["print"])


def _write_cells(page: Any, sheet: Model, styles: list[Model]) -> None:
    for address, entry in sheet["cells"].items():
        cell = page[address]
        if "f" in entry:
            cell.value = stored(entry["f"])
        elif "v" in entry:
            cell.value = entry["v"]
            if isinstance(entry["v"], str):
                cell.data_type = "e" if entry["v"] in ERROR_CODES else "s"
        if entry.get("s"):
            write_look(cell, styles[entry["s"]])


def _write_lines(page: Any, sheet: Model) -> None:
    for at, column in sheet["columns"].items():
        dimension = page.column_dimensions[get_column_letter(int(at) + 1)]
        if "width" in column:
            dimension.width = column["width"] / POINTS_PER_PIXEL / PIXELS_PER_CHARACTER
        dimension.hidden = bool(column.get("hidden"))
        dimension.outlineLevel = column.get("outline", 0)
    for at, row in sheet["rows"].items():
        dimension = page.row_dimensions[int(at) + 1]
        dimension.height, dimension.hidden = row.get("height"), bool(row.get("hidden"))
        dimension.outlineLevel = row.get("outline", 0)


def _write_objects(page: Any, sheet: Model) -> None:
    for table in sheet["tables"]:
        page.add_table(_table(table))
    for name in sheet["names"]:
        page.defined_names[name["name"]] = _defined(name)
    for area in sheet["merged"]:
        page.merge_cells(area)
    for note in sheet["notes"]:
        page[note["cell"]].comment = Comment(note["text"], note.get("author", ""))
    for address, link in sheet["links"].items():
        page[address].hyperlink = Hyperlink(ref=address, target=link.get("address"), location=link.get("documentReference"), tooltip=link.get("screenTip"))
    for validation in sheet["validations"]:
        page.add_data_validation(_validation(validation))
    for conditional in sheet["conditionalFormats"]:
        if (rule := _rule(conditional)) is not None:
            page.conditional_formatting.add(" ".join(conditional["areas"]), rule)
    for chart in sheet["charts"]:
        page.add_chart(write_chart(page, chart), chart.get("anchor", {}).get("from", "A1"))


def _write_print(page: Any, print_: Model) -> None:
    page.page_setup.orientation = print_.get("orientation", "Portrait").lower()
    zoom = print_.get("zoom", {})
    if "horizontalFitToPages" in zoom or "verticalFitToPages" in zoom:
        page.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
        page.page_setup.fitToWidth = zoom.get("horizontalFitToPages", 0)
        page.page_setup.fitToHeight = zoom.get("verticalFitToPages", 0)
    if "area" in print_:
        page.print_area = print_["area"]
    page.print_title_rows, page.print_title_cols = print_.get("titleRows"), print_.get("titleColumns")
    texts = print_.get("headersFooters", {}).get("defaultForAllPages", {})
    for part in ("left", "center", "right"):
        getattr(page.oddFooter, part).text = texts.get(f"{part}Footer") or None


def _table(model: Model) -> Table:
    table = Table(displayName=model["name"], ref=model["ref"], totalsRowCount=1 if model["totals"] else None)
    table._initialise_columns()
    for column, told in zip(table.tableColumns, model["columns"], strict=True):
        column.name = told["name"]
    if not model["headers"]:
        table.headerRowCount = 0
    if not model["filter"] or not model["headers"]:
        table.autoFilter = None
    elif model["totals"]:
        first, top, last, bottom = range_boundaries(model["ref"])
        table.autoFilter.ref = f"{get_column_letter(first)}{top}:{get_column_letter(last)}{bottom - 1}"
    table.tableStyleInfo = TableStyleInfo(
        name=model["style"] or None,
        showRowStripes=model["bandedRows"],
        showColumnStripes=model["bandedColumns"],
        showFirstColumn=model["firstColumn"],
        showLastColumn=model["lastColumn"],
    )
    return table


def _validation(model: Model) -> DataValidation:
    (kind, body), *_ = [*model["rule"].items(), (None, {})]
    common = {
        "sqref": " ".join(model["areas"]), "allow_blank": model["ignoreBlanks"], "showErrorMessage": model["errorAlert"]["showAlert"],
        "errorStyle": model["errorAlert"]["style"].lower(), "errorTitle": model["errorAlert"]["title"] or None, "error": model["errorAlert"]["message"] or None,
        "showInputMessage": model["prompt"]["showPrompt"], "promptTitle": model["prompt"]["title"] or None, "prompt": model["prompt"]["message"] or None,
    }  # fmt: skip
    if kind == "list":
        source = body["source"]
        return DataValidation(type="list", formula1=source[1:] if source.startswith("=") else f'"{source}"', showDropDown=not body["inCellDropDown"], **common)
    if kind == "custom":
        return DataValidation(type="custom", formula1=body["formula"][1:], **common)
    back = {word: name for name, word in COMPARED.items()}
    operator = body.get("operator", "Between").removesuffix("To")
    bounds = {key: str(body[key]).removeprefix("=") for key in ("formula1", "formula2") if key in body}
    return DataValidation(type=back.get(kind), operator=operator[0].lower() + operator[1:], **bounds, **common)


def _rule(model: Model) -> Any:
    body = model.get("custom") or model.get("cellValue") or {}
    look = body.get("format", {})
    font = {name: value for name, value in (look.get("font") or {}).items() if name in {"bold", "italic"}}
    shade = (look.get("fill") or {}).get("color")
    looks: Model = {"stopIfTrue": model["stopIfTrue"] or None}
    if shade:
        looks["fill"] = PatternFill(bgColor="FF" + shade.lstrip("#"))
    if ink := (look.get("font") or {}).get("color"):
        font["color"] = "FF" + ink.lstrip("#")
    if font:
        looks["font"] = Font(**font)
    if model["type"] == "Custom":
        return FormulaRule(formula=[stored(body["rule"]["formula"])[1:]], **looks)
    if model["type"] == "CellValue":
        back = {word: name for name, word in CF_OPERATORS.items()}
        bounds = [text.removeprefix("=") for key in ("formula1", "formula2") if (text := body["rule"].get(key))]
        return CellIsRule(operator=back[body["rule"]["operator"]], formula=bounds, **looks)
    if model["type"] == "DataBar":
        bar = model["dataBar"]
        return DataBarRule("min", None, "max", None, color=bar["positiveFormat"]["fillColor"].lstrip("#"), showValue=not bar.get("showDataBarOnly"))
    return None


# --- to compare two workbooks

LOOKS = ("numberFormat", "bold", "italic", "underline", "color", "fill", "horizontal", "vertical", "wrap", "indent", "locked", "borders", "fontSize", "fontName")
DEFAULT_WIDTH = 48


def _place(address: str) -> tuple[int, int]:
    return coordinate_to_tuple(address)


def _in_table(tables: list[Model], address: str) -> str:
    row, column = _place(address)
    for table in tables:
        first, top, last, bottom = range_boundaries(table["ref"])
        if first <= column <= last and top <= row <= bottom:
            return str(table["name"])
    return ""


def _areas(areas: list[str]) -> list[str]:
    """The cells of several rectangles column by column as runs: however a rule was cut up, the same text."""
    columns: dict[int, set[int]] = {}
    for area in areas:
        first, top, last, bottom = range_boundaries(area)
        for column in range(first, last + 1):
            columns.setdefault(column, set()).update(range(top, min(bottom, top + 20000) + 1))
    runs: list[str] = []
    for column, rows in sorted(columns.items()):
        starts = sorted(row for row in rows if row - 1 not in rows)
        ends = sorted(row for row in rows if row + 1 not in rows)
        runs += [f"{get_column_letter(column)}{a}:{get_column_letter(column)}{b}" for a, b in zip(starts, ends, strict=True)]
    return runs


def _reference(text: str) -> str:
    sheet, _, cells = text.rpartition("!")
    name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
    return f"{name}!{re.sub(r'[$]', '', cells)}"


def _pruned(value: Any) -> Any:
    """Without what is empty: the stub makes empty objects where something was only looked at."""
    if isinstance(value, dict):
        kept = {key: _pruned(each) for key, each in value.items()}
        return {key: each for key, each in sorted(kept.items()) if each not in ({}, [], None, "")}
    return value


def _axis_titles(chart: Model) -> Model:
    titles = {name: axis.get("title", {}) for name, axis in chart["axes"].items()}
    return {name: title["text"] for name, title in titles.items() if title.get("visible") and title.get("text")}


def _canonical_cell(entry: Model, styles: list[Model], table: str) -> Model:
    style = styles[entry.get("s") or 0]
    cell = {key: style[key] for key in LOOKS if key in style}
    if "f" in entry:
        cell["formula"] = plain(entry["f"], table)
    if entry.get("v") is not None:
        cell["value"] = entry["v"]
    return cell


def _once_each_edge(cells: dict[str, Model]) -> None:
    """The line between two cells belongs to both, and Excel tells it of either: here it is the upper and left one's."""
    for side, other, down, across in (("top", "bottom", -1, 0), ("left", "right", 0, -1)):
        for address, cell in list(cells.items()):
            line = (cell.get("borders") or {}).get(side)
            row, column = coordinate_to_tuple(address)
            if line is None or row + down < 1 or column + across < 1:
                continue
            cell["borders"] = {key: value for key, value in cell["borders"].items() if key != side}
            neighbor = cells.setdefault(f"{get_column_letter(column + across)}{row + down}", {})
            neighbor["borders"] = {other: line, **(neighbor.get("borders") or {})}


def canonical_sheet(sheet: Model, styles: list[Model]) -> Model:
    """One sheet in the form in which two workbooks are compared."""
    cells = {address: _canonical_cell(entry, styles, _in_table(sheet["tables"], address)) for address, entry in sheet["cells"].items()}
    _once_each_edge(cells)
    charts = [
        {
            "kind": chart["type"], "title": chart["title"].get("text", "") if chart["title"].get("visible", True) else "", "axes": _axis_titles(chart),
            "series": [{"name": one["name"], "values": _reference(one["values"]), "categories": _reference(one.get("categories", ""))} for one in chart["series"]],
        }
        for chart in sheet["charts"]
    ]  # fmt: skip
    conditional = [
        _pruned({"type": each["type"], "areas": _areas(each["areas"]), "rule": (each.get("custom") or each.get("cellValue") or {}).get("rule"), "look": (each.get("custom") or each.get("cellValue") or {}).get("format")})
        for each in sheet["conditionalFormats"]
    ]
    validations = [_pruned({**{key: each[key] for key in ("rule", "errorAlert", "prompt")}, "areas": _areas(each["areas"])}) for each in sheet["validations"]]
    widths = {at: round(column["width"], 2) for at, column in sheet["columns"].items() if column.get("width", DEFAULT_WIDTH) != DEFAULT_WIDTH}
    return {
        "visibility": sheet["visibility"], "tab": sheet["tab"], "cells": {address: _pruned(cell) for address, cell in cells.items() if _pruned(cell)}, "widths": widths,
        "heights": {at: row["height"] for at, row in sheet["rows"].items() if "height" in row}, "hidden": sorted(int(at) for at, column in sheet["columns"].items() if column.get("hidden")),
        "outline": {at: column["outline"] for at, column in sheet["columns"].items() if column.get("outline")},
        "tables": {table["name"]: {key: value for key, value in table.items() if key not in {"id", "criteria", "sort"}} for table in sheet["tables"]},
        "names": {name["name"]: name["formula"].replace("$", "") for name in sheet["names"]}, "conditionalFormats": conditional, "charts": charts,
        "validations": sorted(validations, key=str), "freeze": sheet["freeze"], "merged": sorted(sheet["merged"]), "notes": {note["cell"]: note["text"] for note in sheet["notes"]},
        "links": {address: _pruned({key: link.get(key) for key in ("address", "documentReference")}) for address, link in sheet["links"].items()},
    }  # fmt: skip


def canonical(model: Model) -> Model:
    """The workbook in the form in which two are compared: what is not the default, each thing written in one way."""
    return {
        "order": [sheet["name"] for sheet in model["sheets"]], "active": model["active"], "names": {name["name"]: name["formula"].replace("$", "") for name in model["names"]},
        "sheets": {sheet["name"]: canonical_sheet(sheet, model["styles"]) for sheet in model["sheets"]},
    }  # fmt: skip


def differences(first: Any, second: Any, where: str = "") -> list[str]:
    """What differs between two canonical workbooks, a line each. A formula without value has any value."""
    if isinstance(first, dict) and isinstance(second, dict):
        found: list[str] = []
        formula = "formula" in first and "formula" in second
        for key in sorted({*first, *second}):
            if not (formula and key == "value" and (key not in first or key not in second)):
                found += differences(first.get(key), second.get(key), f"{where}/{key}" if where else str(key))
        return found
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [line for at, (a, b) in enumerate(zip(first, second, strict=True)) for line in differences(a, b, f"{where}[{at}]")]
    # A file holds one digit less than a float has.
    close = isinstance(first, float) and isinstance(second, float) and math.isclose(first, second, rel_tol=1e-14)
    return [] if close or first == second else [f"{where}: {first!r} and {second!r}"]
