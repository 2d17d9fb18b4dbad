// apportionClear: empties a sheet that Apportion wrote before, and keeps the tables that others may refer to.
import { addressOf, areaOf, around } from "./addresses.js";
import { hasExcelApi, syncSheet } from "./host.js";

/**
 * @typedef {{name: string, ref: string}} KeptTable
 * A table that stays, and where it will stand: header and rows, without totals.
 */

/**
 * Empties a sheet. Kept tables lose their total row, filters and cells except the headers, and get their new size;
 * all other tables, charts, notes, formats, validation, conditional formats, frozen panes and outlines go.
 * @param {Excel.RequestContext} context
 * @param {string} sheetName
 * @param {KeptTable[]} [kept]
 */
export async function clearSheet(context, sheetName, kept = []) {
  const sheet = context.workbook.worksheets.getItem(sheetName);
  const found = await read(context, sheet, sheetName, kept);
  for (const [index, range] of found.kept.entries()) refuseMovedTable(sheetName, kept[index], areaOfRange(range));

  context.trace("charts, notes and tables");
  for (const chart of found.charts.items) chart.delete();
  for (const note of found.notes?.items ?? []) note.delete();
  const names = new Set(kept.map((table) => table.name));
  for (const table of found.tables.items) {
    if (names.has(table.name)) {
      table.clearFilters();
      table.showTotals = false;
    } else {
      table.delete();
    }
  }
  clearCells(context, sheet, found, kept);
  for (const { name, ref } of kept) {
    if (!hasExcelApi("1.13")) continue; // its size is right, or it was refused above
    context.trace(`table ${name} at ${ref}`);
    sheet.tables.getItem(name).resize(ref);
  }
  await syncSheet(context, sheetName);
  await removeOutline(context, sheet);
}

/**
 * Everything that is asked of Excel before anything is changed, in one go.
 * @param {Excel.RequestContext} context
 * @param {Excel.Worksheet} sheet
 * @param {string} sheetName
 * @param {KeptTable[]} kept
 */
async function read(context, sheet, sheetName, kept) {
  context.trace("");
  const charts = sheet.charts.load("items/name");
  const tables = sheet.tables.load("items/name");
  const notes = hasExcelApi("1.18") ? sheet.notes.load("items") : null;
  const used = sheet.getUsedRangeOrNullObject().load("rowIndex,columnIndex,rowCount,columnCount");
  const ranges = kept.map(({ name }) => {
    context.trace(`table ${name}`);
    return sheet.tables.getItem(name).getRange().load("rowIndex,columnIndex,rowCount,columnCount");
  });
  await syncSheet(context, sheetName);
  return { charts, tables, notes, used, kept: ranges };
}

/**
 * Refuses, before anything is cleared, what cannot be done without harm to formulas that refer to a table.
 * @param {string} sheetName
 * @param {KeptTable} table
 * @param {import("./addresses.js").Area} now
 */
function refuseMovedTable(sheetName, { name, ref }, now) {
  const wanted = areaOf(ref);
  const place = `Sheet "${sheetName}", table ${name} at ${addressOf(now)}`;
  if (wanted.row !== now.row || wanted.column !== now.column || wanted.columns !== now.columns) {
    throw new Error(`${place}: it no longer begins where Apportion wrote it, or has other columns. Rename the sheet to keep it, then try again.`);
  }
  if (wanted.rows !== now.rows && !hasExcelApi("1.13")) {
    throw new Error(`${place}: this version of Excel cannot resize tables (that takes ExcelApi 1.13). Update Office, or delete the sheet and try again.`);
  }
}

/**
 * Clears every cell except the headers of kept tables, and what lies over cells.
 * @param {Excel.RequestContext} context
 * @param {Excel.Worksheet} sheet
 * @param {Awaited<ReturnType<typeof read>>} found
 * @param {KeptTable[]} kept
 */
function clearCells(context, sheet, found, kept) {
  context.trace("cells");
  sheet.freezePanes.unfreeze();
  const all = sheet.getRange();
  all.conditionalFormats.clearAll();
  all.dataValidation.clear();
  all.rowHidden = false;
  all.columnHidden = false;
  if (kept.length === 0) {
    all.clear("All");
  } else if (!found.used.isNullObject) {
    const headers = found.kept.map((range) => ({ ...areaOfRange(range), rows: 1 }));
    for (const area of around(areaOfRange(found.used), headers)) {
      context.trace(addressOf(area));
      sheet.getRange(addressOf(area)).clear("All");
    }
    for (const header of headers) sheet.getRange(addressOf(header)).clear("Formats");
  }
  all.format.useStandardWidth = true;
  all.format.useStandardHeight = true;
}

/**
 * Takes away one level of grouped columns. Excel does not tell whether there is one, and refuses when there is none.
 * @param {Excel.RequestContext} context
 * @param {Excel.Worksheet} sheet
 */
async function removeOutline(context, sheet) {
  if (!hasExcelApi("1.10")) return;
  try {
    sheet.getRange("A:XFD").ungroup("ByColumns");
    await context.sync();
  } catch {
    // There was no outline.
  }
}

/**
 * @param {Excel.Range} range with its place loaded
 * @returns {import("./addresses.js").Area}
 */
function areaOfRange(range) {
  return { row: range.rowIndex, column: range.columnIndex, rows: range.rowCount, columns: range.columnCount };
}
