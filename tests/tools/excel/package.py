"""The raw parts of an .xlsx file, for what openpyxl does not show: charts as they are, cells that spill."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.xml.functions import fromstring

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ART = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A chart of a file: its name, the drawing's anchor and the XML of the chart."""

    name: str
    anchor: Any
    root: Any


class Package:
    """The parts of a workbook's file by path."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            self.parts = {name: package.read(name) for name in package.namelist()}

    def xml(self, part: str) -> Any:
        """A part as an element."""
        return fromstring(self.parts[part])

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id -> (kind, path)."""
        folder, name = posixpath.split(part)
        listing = f"{folder}/_rels/{name}.rels"
        if listing not in self.parts:
            return {}
        return {
            each.get("Id"): (
                each.get("Type").rsplit("/", 1)[1],
                posixpath.normpath(posixpath.join(folder, each.get("Target"))).lstrip("/")
                if not each.get("Target").startswith("/")
                else each.get("Target").lstrip("/"),
            )
            for each in self.xml(listing)
        }

    @property
    def sheets(self) -> dict[str, str]:
        """Path of every worksheet by its name."""
        related = self.related("xl/workbook.xml")
        entries = self.xml("xl/workbook.xml").iter(f"{MAIN}sheet")
        return {each.get("name"): related[each.get(f"{_RELATION}id")][1] for each in entries}

    def charts(self, sheet: str) -> list[ChartPart]:
        """The charts of a sheet in the order of its drawing."""
        found = []
        for kind, drawing in self.related(self.sheets[sheet]).values():
            if kind != "drawing":
                continue
            related = self.related(drawing)
            for anchor in self.xml(drawing):
                for frame in anchor.iter(f"{DRAWING}graphicFrame"):
                    name = next(frame.iter(f"{DRAWING}cNvPr")).get("name")
                    for chart in frame.iter(f"{CHART}chart"):
                        path = related[chart.get(f"{_RELATION}id")][1]
                        found.append(ChartPart(name, anchor, self.xml(path)))
        return found

    def spilling(self, sheet: str) -> set[str]:
        """Addresses of the dynamic array formulas of a sheet, which openpyxl takes for ordinary array formulas."""
        content = self.parts[self.sheets[sheet]].decode()
        return set(re.findall(r'<(?:\w+:)?c r="([A-Z]+[0-9]+)"[^>]* cm="[0-9]+"', content))

    def texts(self, sheet: str) -> set[str]:
        """Addresses of formulas that resulted in a text, be it an empty one."""
        content = self.parts[self.sheets[sheet]].decode()
        return set(re.findall(r'<(?:\w+:)?c r="([A-Z]+[0-9]+)"[^>]* t="str"[^>]*><(?:\w+:)?f', content))
