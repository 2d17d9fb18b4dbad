// The workbook, plain JSON in window.__excel, and what can be done to it without proxies.
//   {name, year, active, calculation, names: [NAME], styles: [STYLE], sheets: [SHEET], comments: [], saved: 0}
//   SHEET {name, visibility, tab, gridlines, selection, cells: {B7: {v, f, s}}, columns: {3: {width, hidden, outline, s}},
//     rows, s, tables, names, charts, validations, conditionalFormats, merged, notes, links, freeze, print, protection}
// `v` is a value, `f` a formula as shown in Excel, `s` an index into styles; a STYLE holds only what is not the default.
// Nothing is calculated: a formula that was set has no `v` and reads as 0.
(() => {
  const stub = globalThis.OfficeStub;
  const { fail } = stub;
  const DEFAULTS = {
    numberFormat: "General", fontName: "Calibri", fontSize: 11, bold: false, italic: false, underline: "None",
    strikethrough: false, color: "#000000", fill: "", horizontal: "General", vertical: "Bottom", wrap: false, indent: 0,
    shrink: false, orientation: 0, locked: true, formulaHidden: false, borders: null, quoted: false,
  };
  const WIDTH = 48; // points: 64 pixels, 8.43 characters of Calibri 11
  const HEIGHT = 15;

  const emptySheet = (name) => ({
    name, visibility: "Visible", tab: "", gridlines: true, headings: true, selection: "A1", cells: {}, columns: {}, rows: {},
    tables: [], names: [], charts: [], validations: [], conditionalFormats: [], merged: [], notes: [], links: {},
    freeze: null, print: {}, protection: null, autoFilter: null,
  });
  const emptyBook = () => ({
    name: "Book1.xlsx", year: 2026, active: "Sheet1", calculation: "Automatic", names: [], styles: [{}],
    sheets: [emptySheet("Sheet1")], comments: [], saved: 0,
  });
  const complete = (given) => {
    const book = Object.assign(emptyBook(), given);
    book.sheets = book.sheets.map((sheet) => Object.assign(emptySheet(sheet.name), sheet));
    return book;
  };
  Object.defineProperty(stub, "book", {
    get() {
      const book = globalThis.__excel;
      if (book && completed.has(book)) return book;
      globalThis.__excel = complete(book ?? {});
      completed.add(globalThis.__excel);
      return globalThis.__excel;
    },
  });
  const completed = new WeakSet();
  const same = (a, b) => a.toLowerCase() === b.toLowerCase();
  const sheetNamed = (name) => stub.book.sheets.find((sheet) => same(sheet.name, name));
  const tables = () => stub.book.sheets.flatMap((sheet) => sheet.tables.map((table) => ({ sheet, table })));
  const tableNamed = (name) => tables().find(({ table }) => same(table.name, name));
  const tableAt = (sheet, row, column) => sheet.tables.find((table) => stub.holds(stub.parse(table.ref), row, column));
  const lookup = { sheet: sheetNamed, table: (name) => tableNamed(name)?.table };
  const refuse = (formula, own) => {
    const why = stub.fault(formula, lookup, own);
    if (why) fail("InvalidArgument", `The formula ${formula} cannot be used: ${why}.`);
  };
  let counter = 0;
  const id = () => `{${String((counter += 1)).padStart(8, "0")}}`;

  // --- styles
  const interned = new WeakMap();
  const intern = (style) => {
    const { styles } = stub.book;
    if (!interned.has(styles)) interned.set(styles, new Map(styles.map((each, at) => [JSON.stringify(each), at])));
    const text = JSON.stringify(style);
    const index = interned.get(styles);
    if (!index.has(text)) index.set(text, styles.push(style) - 1);
    return index.get(text);
  };
  const merged = (style, patch) => {
    const next = { ...style, ...patch };
    if (patch.borders) next.borders = { ...style.borders, ...patch.borders };
    if (next.borders) {
      next.borders = Object.fromEntries(Object.entries(next.borders).filter(([, border]) => border).sort());
      if (Object.keys(next.borders).length === 0) next.borders = null;
    }
    return Object.fromEntries(Object.keys(DEFAULTS).filter((key) => key in next && next[key] !== DEFAULTS[key]).map((key) => [key, next[key]]));
  };
  const indexAt = (sheet, row, column) =>
    sheet.cells[stub.key(row, column)]?.s ?? sheet.rows[row]?.s ?? sheet.columns[column]?.s ?? sheet.s ?? 0;
  const styleAt = (sheet, row, column) => stub.book.styles[indexAt(sheet, row, column)];
  const patchIndex = (patch) => {
    const seen = new Map();
    return (index) => {
      if (!seen.has(index)) seen.set(index, intern(merged(stub.book.styles[index], patch)));
      return seen.get(index);
    };
  };
  const LARGE = 400000;
  const size = (r) => r.rows * r.columns;
  /** Calls visit(row, column, cell or undefined) for every cell, in large ranges only for those that exist. */
  const each = (sheet, r, visit) => {
    if (size(r) > LARGE) {
      for (const name of Object.keys(sheet.cells)) {
        const [row, column] = stub.place(name);
        if (stub.holds(r, row, column)) visit(row, column, sheet.cells[name]);
      }
      return;
    }
    for (let row = r.row; row < r.row + r.rows; row += 1) {
      for (let column = r.column; column < r.column + r.columns; column += 1) visit(row, column, sheet.cells[stub.key(row, column)]);
    }
  };
  const guard = (sheet, r) => {
    if (!sheet.protection?.protected) return;
    let locked = size(r) > LARGE;
    if (!locked) each(sheet, r, (row, column) => (locked ||= styleAt(sheet, row, column).locked !== false));
    if (locked) fail("AccessDenied", `The sheet "${sheet.name}" is protected.`);
  };
  const setStyle = (sheet, r, patch) => {
    if (sheet.protection?.protected && !sheet.protection.options?.allowFormatCells) fail("AccessDenied", `The sheet "${sheet.name}" is protected.`);
    const next = patchIndex(patch);
    const lines = (kind, first, count) => {
      for (let at = first; at < first + count; at += 1) {
        const line = (sheet[kind][at] ??= {});
        line.s = next(line.s ?? (kind === "rows" ? 0 : (sheet.s ?? 0)));
      }
    };
    if (stub.allRows(r) && stub.allColumns(r)) {
      sheet.s = next(sheet.s ?? 0);
      for (const line of [...Object.values(sheet.columns), ...Object.values(sheet.rows)]) if (line.s !== undefined) line.s = next(line.s);
    } else if (stub.allRows(r)) lines("columns", r.column, r.columns);
    else if (stub.allColumns(r)) lines("rows", r.row, r.rows);
    const whole = stub.allRows(r) || stub.allColumns(r);
    each(sheet, r, (row, column, cell) => {
      if (whole) {
        if (cell?.s !== undefined) cell.s = next(cell.s);
      } else (sheet.cells[stub.key(row, column)] ??= {}).s = next(indexAt(sheet, row, column));
    });
  };
  /** One value for all cells, or null when they differ. */
  const uniform = (sheet, r, pick) => {
    const seen = new Set();
    const add = (style) => seen.add(JSON.stringify(pick(style)));
    if (size(r) > LARGE) add(styleAt(sheet, r.row + r.rows - 1, r.column + r.columns - 1));
    each(sheet, r, (row, column) => seen.size < 2 && add(styleAt(sheet, row, column)));
    return seen.size === 1 ? JSON.parse([...seen][0]) : null;
  };
  const styled = (sheet, r, name) => uniform(sheet, r, (style) => style[name] ?? DEFAULTS[name]);

  // --- cells
  const valueOf = (cell) => (cell?.v !== undefined && cell.v !== null ? cell.v : cell?.f ? 0 : "");
  const tidy = (sheet, name) => {
    const cell = sheet.cells[name];
    if (cell && cell.v === undefined && cell.f === undefined && cell.s === undefined) delete sheet.cells[name];
  };
  const matrix = (sheet, r, pick) => {
    if (size(r) > 5000000) fail("InvalidArgument", "The range has more than five million cells.");
    return Array.from({ length: r.rows }, (_, i) =>
      Array.from({ length: r.columns }, (__, j) => pick(sheet.cells[stub.key(r.row + i, r.column + j)], r.row + i, r.column + j)));
  };
  /** A setter of one value or a matrix: calls put(row, column, value) where the value is not null. */
  const spread = (sheet, r, given, put) => {
    if (given === null) fail("InvalidArgument", "null cannot be set; an empty text clears a cell.");
    const rows = Array.isArray(given) ? given : [[given]];
    const fits = rows.length === r.rows && rows.every((row) => Array.isArray(row) && row.length === r.columns);
    const single = rows.length === 1 && Array.isArray(rows[0]) && rows[0].length === 1;
    if (!fits && !single) {
      const got = `${rows.length} x ${Array.isArray(rows[0]) ? rows.map((row) => row?.length).join("/").slice(0, 40) : "?"}`;
      fail("InvalidArgument", `The number of rows or columns in the input array doesn't match the size or dimensions of the range: ${r.rows} x ${r.columns}, given ${got}.`);
    }
    if (single && size(r) > LARGE) fail("InvalidArgument", "A value is set to more cells than the stub holds.");
    for (let i = 0; i < r.rows; i += 1) {
      for (let j = 0; j < r.columns; j += 1) {
        const value = fits ? rows[i][j] : rows[0][0];
        if (value !== null) put(r.row + i, r.column + j, value);
      }
    }
  };
  const setEntry = (sheet, row, column, entry) => {
    if (!["string", "number", "boolean"].includes(typeof entry) || (typeof entry === "number" && !Number.isFinite(entry))) {
      fail("InvalidArgument", `${JSON.stringify(entry) ?? String(entry)} is no value of a cell.`);
    }
    if (typeof entry === "string" && entry.length > 32767 + 1) fail("InvalidArgument", "A cell holds at most 32,767 characters.");
    const name = stub.key(row, column);
    const style = styleAt(sheet, row, column);
    const got = stub.read(entry, style.numberFormat ?? "General", stub.book.year);
    if (got.formula) refuse(got.formula, tableAt(sheet, row, column));
    const cell = (sheet.cells[name] ??= {});
    delete cell.f;
    delete cell.v;
    if (got.formula) cell.f = got.formula;
    else if (got.value !== undefined) cell.v = got.value;
    const one = stub.rectangle(row, column, 1, 1);
    if (got.format && (style.numberFormat ?? "General") === "General") setStyle({ ...sheet, protection: null }, one, { numberFormat: got.format });
    if (Boolean(got.quoted) !== Boolean(style.quoted)) setStyle({ ...sheet, protection: null }, one, { quoted: Boolean(got.quoted) });
    tidy(sheet, name);
  };
  const setEntries = (sheet, r, given) => {
    guard(sheet, r);
    spread(sheet, r, given, (row, column, value) => setEntry(sheet, row, column, value));
    headersChanged(sheet, r);
    changed(sheet, r);
  };
  const changed = (sheet, r) => {
    const details = { address: stub.write(r), changeType: "RangeEdited", source: "Local", type: "WorksheetChanged", worksheetId: sheet.name };
    stub.later("onChanged", [sheet, stub.book, "worksheets"], details);
    stub.later("onCalculated", [sheet, stub.book, "worksheets"], { worksheetId: sheet.name, type: "WorksheetCalculated" });
  };

  // --- tables follow their header cells, and formulas follow names
  const unique = (name, taken) => {
    let found = name;
    for (let n = 2; taken.has(found.toLowerCase()); n += 1) found = `${name}${n}`;
    taken.add(found.toLowerCase());
    return found;
  };
  const headersChanged = (sheet, r) => {
    for (const table of sheet.tables.filter((one) => one.headers)) {
      const ref = stub.parse(table.ref);
      if (!stub.intersection({ ...ref, rows: 1 }, r)) continue;
      const before = table.columns.map((column) => column.name);
      const taken = new Set();
      for (const [at, column] of table.columns.entries()) {
        const cell = (sheet.cells[stub.key(ref.row, ref.column + at)] ??= {});
        const text = valueOf(cell);
        const plain = typeof text === "boolean" ? String(text).toUpperCase() : String(text);
        column.name = cell.v = unique(plain === "" ? `Column${at + 1}` : plain, taken);
        delete cell.f;
      }
      table.columns.forEach((column, at) => column.name !== before[at] && before[at] !== undefined && columnRenamed(table, before[at], column.name));
    }
  };
  const formulas = (visit) => {
    for (const sheet of stub.book.sheets) {
      for (const cell of Object.values(sheet.cells)) if (cell.f) visit(cell.f, (text) => (cell.f = text), sheet);
      for (const series of sheet.charts.flatMap((chart) => chart.series)) {
        for (const key of ["values", "categories", "nameFrom"]) {
          if (series[key]) visit(`=${series[key]}`, (text) => (series[key] = text.slice(1)), sheet);
        }
      }
      for (const list of [sheet.validations, sheet.conditionalFormats]) walk(list, visit, sheet);
    }
    for (const name of [...stub.book.names, ...stub.book.sheets.flatMap((sheet) => sheet.names)]) {
      if (String(name.formula).startsWith("=")) visit(name.formula, (text) => (name.formula = text), null);
    }
  };
  const walk = (value, visit, sheet) => {
    if (!value || typeof value !== "object") return;
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === "string" && inner.startsWith("=") && inner.length > 1) visit(inner, (text) => (value[key] = text), sheet);
      else walk(inner, visit, sheet);
    }
  };
  const change = (how) => formulas((formula, put) => {
    const text = how(formula);
    if (text !== formula) put(text);
  });
  const renameInFormulas = (kind, from, to) =>
    change((formula) => stub.rewrite(formula, (part) => {
      if (kind === "sheet" && part.kind === "sheet" && same(part.name, from)) return `${stub.quote(to)}!`;
      if (kind === "table" && part.kind === "structured" && part.table && same(part.table, from)) return `${to}[${part.inner}]`;
      if (kind === "table" && part.kind === "word" && same(part.text, from)) return to;
      return undefined;
    }));
  const columnRenamed = (table, from, to) =>
    change((formula) => stub.rewrite(formula, (part) => {
      if (part.kind !== "structured" || !(part.table === "" || same(part.table, table.name))) return undefined;
      const inner = part.inner.includes("[") ? part.inner.replaceAll(`[${from}]`, `[${to}]`)
        : part.inner.replace(/^(@?)(.*)$/s, (all, at, name) => (same(name, from) ? at + to : all));
      return `${part.table}[${inner}]`;
    }));
  const breakFormulas = (kind, name) =>
    change((formula) => {
      const gone = (part) => (kind === "sheet" ? part.kind === "sheet" && same(part.name, name) : part.kind === "structured" && same(part.table, name));
      return stub.parts(formula.slice(1))?.some(gone) ? stub.broken(formula, gone) : formula;
    });

  // --- lists of things that lie on rectangles: [{areas: ["A1:B2"], ...}]
  const cutOut = (list, r, make = () => ({})) => {
    for (const entry of [...list]) {
      const areas = entry.areas.map(stub.parse);
      const cut = areas.map((area) => stub.intersection(area, r)).filter(Boolean);
      if (cut.length === 0) continue;
      const left = areas.flatMap((area) => stub.without(area, r));
      make(entry, cut);
      if (left.length) entry.areas = left.map((area) => stub.write(area));
      else list.splice(list.indexOf(entry), 1);
    }
  };
  const on = (list, r) => list.filter((entry) => entry.areas.some((area) => stub.intersection(stub.parse(area), r)));

  const clear = (sheet, r, what = "All") => {
    if (!["All", "Contents", "Formats", "Hyperlinks", "RemoveHyperlinks", "ResetContents"].includes(what)) fail("InvalidArgument", `A range cannot be cleared of "${what}".`);
    guard(sheet, r);
    const whole = size(r) > LARGE;
    if (what === "All") for (const table of sheet.tables.filter((one) => stub.contains(r, stub.parse(one.ref)))) deleteTable(sheet, table, false);
    if (what === "All" || what === "Contents" || what === "Formats") {
      const names = [];
      each(sheet, r, (row, column, cell) => cell && names.push([row, column]));
      for (const [row, column] of names) {
        const name = stub.key(row, column);
        const cell = sheet.cells[name];
        if (what !== "Formats") delete cell.f, delete cell.v;
        if (what !== "Contents") delete cell.s;
        tidy(sheet, name);
      }
    }
    if (what === "All" || what === "Formats") {
      if (stub.allRows(r) && stub.allColumns(r)) delete sheet.s;
      for (const [kind, covers, first, count] of [["columns", stub.allRows(r), r.column, r.columns], ["rows", stub.allColumns(r), r.row, r.rows]]) {
        if (covers) for (const [at, line] of Object.entries(sheet[kind])) if (+at >= first && +at < first + count) delete line.s;
      }
      cutOut(sheet.conditionalFormats, r);
      sheet.merged = sheet.merged.filter((ref) => !stub.intersection(stub.parse(ref), r));
    }
    if (what === "All") {
      cutOut(sheet.validations, r);
      sheet.notes = sheet.notes.filter((note) => !stub.holds(r, ...stub.place(note.cell)));
    }
    if (what !== "Contents" && what !== "Formats") {
      for (const name of Object.keys(sheet.links)) if (stub.holds(r, ...stub.place(name))) delete sheet.links[name];
    }
    if (!whole || what !== "Formats") headersChanged(sheet, r);
    changed(sheet, r);
  };
  const deleteTable = (sheet, table, withCells = true) => {
    sheet.tables.splice(sheet.tables.indexOf(table), 1);
    breakFormulas("table", table.name);
    if (withCells) clear(sheet, stub.parse(table.ref), "All");
  };
  /** The smallest rectangle around all cells with values (or formats), or null. */
  const used = (sheet, valuesOnly, within = null) => {
    let found = null;
    for (const [name, cell] of Object.entries(sheet.cells)) {
      if (cell.v === undefined && cell.f === undefined && (valuesOnly || !cell.s)) continue;
      const [row, column] = stub.place(name);
      if (within && !stub.holds(within, row, column)) continue;
      if (!found) found = [row, column, row, column];
      else found = [Math.min(found[0], row), Math.min(found[1], column), Math.max(found[2], row), Math.max(found[3], column)];
    }
    return found && stub.rectangle(found[0], found[1], found[2] - found[0] + 1, found[3] - found[1] + 1);
  };
  const lineSize = (sheet, kind, at) => {
    const line = sheet[kind][at] ?? {};
    if (line.hidden) return 0;
    return kind === "columns" ? (line.width ?? sheet.width ?? WIDTH) : (line.height ?? sheet.height ?? HEIGHT);
  };
  const distance = (sheet, kind, first, count) => {
    if (count > 20000) return count * (kind === "columns" ? WIDTH : HEIGHT);
    let sum = 0;
    for (let at = first; at < first + count; at += 1) sum += lineSize(sheet, kind, at);
    return sum;
  };

  /** Moves the cells of a range by rows and columns; formulas are not adjusted, so there must be none that could be hit. */
  const moveCells = (sheet, r, down, right) => {
    let reason = "";
    formulas((formula, put, own) => {
      const refers = own === sheet || stub.parts(formula.slice(1))?.some((part) => part.kind === "sheet" && same(part.name, sheet.name));
      if (refers) reason = formula;
    });
    if (reason) throw new Error(`office_stub: cells of "${sheet.name}" are shifted while ${reason} may refer to them; the stub does not adjust formulas.`);
    const taken = [];
    each(sheet, r, (row, column, cell) => cell && taken.push([row, column, cell]));
    for (const [row, column] of taken) delete sheet.cells[stub.key(row, column)];
    for (const [row, column, cell] of taken) sheet.cells[stub.key(row + down, column + right)] = cell;
    for (const table of sheet.tables) {
      const ref = stub.parse(table.ref);
      const shifted = { ...ref, row: ref.row + down, column: ref.column + right };
      if (stub.contains(r, ref)) table.ref = stub.write(shifted);
      else if (stub.intersection(r, ref)) fail("InvalidArgument", `This operation is not allowed. It would shift cells in table "${table.name}".`);
    }
    sheet.merged = sheet.merged.map((text) => {
      const ref = stub.parse(text);
      return stub.contains(r, ref) ? stub.write({ ...ref, row: ref.row + down, column: ref.column + right }) : text;
    });
  };

  Object.assign(stub, {
    DEFAULTS, emptySheet, emptyBook, complete, same, sheetNamed, tables, tableNamed, tableAt, refuse, id, styleAt, setStyle, styled,
    uniform, each, size, guard, valueOf, matrix, spread, setEntry, setEntries, unique, headersChanged, renameInFormulas, breakFormulas,
    cutOut, on, clear, deleteTable, used, lineSize, distance, moveCells, changed,
  });
})();
