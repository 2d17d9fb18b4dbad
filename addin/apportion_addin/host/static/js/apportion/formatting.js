// apportionFormat: everything about the looks of a sheet in one go.
import { areaOf, columnLetters, widthInPoints } from "./addresses.js";
import { hasExcelApi, syncSheet } from "./host.js";

/**
 * @typedef {object} Format  Absent keys leave what is there.
 * @property {string} [numberFormat]
 * @property {string} [fontName]
 * @property {number} [fontSize] in points
 * @property {boolean} [bold]
 * @property {boolean} [underline]
 * @property {string} [color] of the font, as #RRGGBB
 * @property {string} [fill] of the cell, as #RRGGBB
 * @property {"General"|"Left"|"Center"|"Right"} [horizontal]
 * @property {"Top"|"Center"|"Bottom"} [vertical]
 * @property {boolean} [wrap]
 * @property {number} [indent]
 * @property {boolean} [locked]
 * @property {Partial<Record<"top"|"bottom"|"left"|"right", string>>} [borders] colors of thin lines, of every cell
 */

/**
 * @typedef {object} Looks
 * @property {Format[]} formats
 * @property {[string, number][]} areas address and index into `formats`; later ones win
 * @property {[number, number, number][]} widths first column, last column (from 0), characters
 * @property {[number, number][]} heights row (from 0), points
 * @property {string} [tab] color of the tab
 * @property {[string, string][]} links cell and target: a place in the workbook, or an address that begins with http
 * @property {[string, string][]} notes cell and text
 * @property {{columns: string, folded: boolean} | null} [outline]
 * @property {Print | null} [print]
 */

/**
 * @typedef {{landscape: boolean, fit: boolean, pages: number, rows: string|null, columns: string|null,
 *   footer: [string, string], area: string|null}} Print
 * `pages` is how many pages wide it may be when it must `fit`.
 */

/**
 * Applies looks to a sheet: one exchange with Excel, two when cells carry links.
 * @param {Excel.RequestContext} context
 * @param {string} sheetName
 * @param {Partial<Looks>} spec
 */
export async function formatSheet(context, sheetName, spec) {
  const sheet = context.workbook.worksheets.getItem(sheetName);
  const linked = await readLinked(context, sheet, sheetName, spec.links ?? []);
  context.trace("");
  for (const part of PARTS) part(sheet, spec, (place) => context.trace(place), linked);
  await syncSheet(context, sheetName);
}

/**
 * The cells that get links, with their content: Excel may write the target over it.
 * @param {Excel.RequestContext} context
 * @param {Excel.Worksheet} sheet
 * @param {string} sheetName
 * @param {[string, string][]} links
 * @returns {Promise<Excel.Range[]>}
 */
async function readLinked(context, sheet, sheetName, links) {
  if (links.length === 0 || !hasExcelApi("1.7")) return [];
  const cells = links.map(([cell]) => {
    context.trace(`link at ${cell}`);
    return sheet.getRange(cell).load("values,formulas");
  });
  await syncSheet(context, sheetName);
  return cells;
}

/** @typedef {(sheet: Excel.Worksheet, spec: Partial<Looks>, at: (place: string) => void, linked: Excel.Range[]) => void} Part */

// Links come first: Excel gives a linked cell its own blue underlined look, which the areas then replace.
/** @type {Part[]} */
const PARTS = [setLinks, setAreas, setSizes, setTab, setNotes, setOutline, setPrint];

/** @type {Part} */
function setLinks(sheet, spec, at, linked) {
  for (const [index, range] of linked.entries()) {
    const [cell, target] = (spec.links ?? [])[index];
    at(`link at ${cell}`);
    const [[value]] = range.values;
    const [[formula]] = range.formulas;
    range.hyperlink = target.startsWith("http") ? { address: target } : { documentReference: target };
    if (value !== "" || formula !== "") range.formulas = [[asWritten(value, formula)]];
    range.format.font.underline = "None";
    range.format.font.color = "#000000";
  }
}

// What Excel takes for text whatever the cell's format; anything else is marked as text by an apostrophe.
const PLAIN_TEXT = /^(?!(?:true|false)$)[a-z][a-z ,;:&'()/-]*$/i;

/**
 * What has to be written into a cell so that it holds what it held.
 * @param {unknown} value
 * @param {unknown} formula the formula, or the value when there is none
 * @returns {unknown}
 */
function asWritten(value, formula) {
  if (typeof formula !== "string") return formula;
  const calculated = formula.startsWith("=") && formula !== value;
  return calculated || PLAIN_TEXT.test(formula) ? formula : `'${formula}`;
}

/** @type {Part} */
function setAreas(sheet, spec, at) {
  for (const [reference, index] of spec.areas ?? []) {
    at(`format of ${reference}`);
    const range = sheet.getRange(reference);
    const format = (spec.formats ?? [])[index];
    if (!format) throw new Error(`${reference} refers to format ${index}, which is not in the list.`);
    for (const [key, value] of Object.entries(format)) {
      const set = FORMAT_KEYS[key];
      if (!set) throw new Error(`${reference} has the unknown format "${key}".`);
      set(range, value, reference);
    }
  }
}

/** How each key of a format is set. @type {Record<string, (range: Excel.Range, value: any, reference: string) => void>} */
const FORMAT_KEYS = {
  numberFormat: (range, value) => (range.numberFormat = [[value]]), // one value counts for the whole range
  fontName: (range, value) => (range.format.font.name = value),
  fontSize: (range, value) => (range.format.font.size = value),
  bold: (range, value) => (range.format.font.bold = value),
  underline: (range, value) => (range.format.font.underline = value ? "Single" : "None"),
  color: (range, value) => (range.format.font.color = value),
  fill: (range, value) => (range.format.fill.color = value),
  horizontal: (range, value) => (range.format.horizontalAlignment = value),
  vertical: (range, value) => (range.format.verticalAlignment = value),
  wrap: (range, value) => (range.format.wrapText = value),
  indent: (range, value) => hasExcelApi("1.9") && (range.format.indentLevel = value),
  locked: (range, value) => (range.format.protection.locked = value),
  borders: setBorders,
};

// A format belongs to each of its cells: a line above every cell is the upper edge and all lines between rows.
/** @type {Record<string, [Excel.BorderIndex | "EdgeTop" | "EdgeBottom" | "EdgeLeft" | "EdgeRight", "InsideHorizontal" | "InsideVertical", "rows" | "columns"]>} */
const SIDES = {
  top: ["EdgeTop", "InsideHorizontal", "rows"],
  bottom: ["EdgeBottom", "InsideHorizontal", "rows"],
  left: ["EdgeLeft", "InsideVertical", "columns"],
  right: ["EdgeRight", "InsideVertical", "columns"],
};

/**
 * @param {Excel.Range} range
 * @param {Record<string, string>} borders
 * @param {string} reference
 */
function setBorders(range, borders, reference) {
  const size = areaOf(reference);
  for (const [side, color] of Object.entries(borders)) {
    const [edge, between, direction] = SIDES[side];
    for (const index of size[direction] > 1 ? [edge, between] : [edge]) {
      const border = range.format.borders.getItem(/** @type {Excel.BorderIndex} */ (index));
      border.style = "Continuous";
      border.weight = "Thin";
      border.color = color;
    }
  }
}

/** @type {Part} */
function setSizes(sheet, spec, at) {
  for (const [first, last, characters] of spec.widths ?? []) {
    const columns = `${columnLetters(first)}:${columnLetters(last)}`;
    at(`width of ${columns}`);
    sheet.getRange(columns).format.columnWidth = widthInPoints(characters);
  }
  for (const [row, points] of spec.heights ?? []) {
    at(`height of row ${row + 1}`);
    sheet.getRange(`${row + 1}:${row + 1}`).format.rowHeight = points;
  }
}

/** @type {Part} */
function setTab(sheet, spec, at) {
  if (!spec.tab || !hasExcelApi("1.7")) return;
  at("color of the tab");
  sheet.tabColor = spec.tab;
}

/** @type {Part} */
function setNotes(sheet, spec, at) {
  if (!hasExcelApi("1.18")) return;
  for (const [cell, text] of spec.notes ?? []) {
    at(`note at ${cell}`);
    sheet.notes.add(cell, text);
  }
}

/** @type {Part} */
function setOutline(sheet, spec, at) {
  if (!spec.outline || !hasExcelApi("1.10")) return;
  at(`outline of columns ${spec.outline.columns}`);
  const columns = sheet.getRange(spec.outline.columns);
  columns.group("ByColumns");
  if (spec.outline.folded) columns.hideGroupDetails("ByColumns");
}

/** @type {Part} */
function setPrint(sheet, spec, at) {
  const print = spec.print;
  if (!print || !hasExcelApi("1.9")) return;
  at("print settings");
  const layout = sheet.pageLayout;
  layout.paperSize = "Letter";
  layout.orientation = print.landscape ? "Landscape" : "Portrait";
  layout.zoom = print.fit ? { horizontalFitToPages: print.pages } : { scale: 100 };
  if (print.rows) layout.setPrintTitleRows(print.rows);
  if (print.columns) layout.setPrintTitleColumns(print.columns);
  if (print.area) layout.setPrintArea(print.area);
  if (print.breaks?.length) sheet.horizontalPageBreaks.removePageBreaks();
  for (const cell of print.breaks ?? []) sheet.horizontalPageBreaks.add(cell);
  const [left, right] = print.footer ?? ["", ""];
  layout.headersFooters.defaultForAllPages.leftFooter = left;
  layout.headersFooters.defaultForAllPages.rightFooter = right;
}
