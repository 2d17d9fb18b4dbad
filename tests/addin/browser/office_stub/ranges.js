// Ranges: Excel.Range, its format, validation and conditional formats. The target is a rectangle with its sheet.
(() => {
  const stub = globalThis.OfficeStub;
  const { type, fail, fields, part } = stub;

  const range = (sheet, r) => (stub.inside(r) ? { ...r, sheet } : fail("InvalidArgument", "The range lies outside the sheet."));
  const within = (t, changes) => range(t.sheet, { ...t, ...changes });
  /** A range of `sheet` from an address, which may name another sheet or a defined name. */
  const fromAddress = (sheet, address) => {
    if (address === undefined || address === null || address === "") return range(sheet, stub.rectangle(0, 0, stub.ROWS, stub.COLUMNS));
    if (address?.sheet) return address;
    const [name, rest] = stub.split(String(address));
    const own = name === null ? sheet : stub.sheetNamed(name);
    const r = stub.parse(rest);
    if (own && r) return range(own, r);
    const named = name === null && [...(sheet?.names ?? []), ...stub.book.names].find((each) => stub.same(each.name, rest));
    const table = name === null && stub.tableNamed(rest);
    if (named) return fromAddress(sheet, named.formula);
    if (table) return fromAddress(table.sheet, table.table.ref);
    return fail("InvalidArgument", `"${address}" is no range of the workbook.`);
  };
  const fullAddress = (t) => `${stub.quote(t.sheet.name)}!${stub.write(t)}`;
  const usedWithin = (t, valuesOnly) => {
    const r = stub.used(t.sheet, Boolean(valuesOnly), t);
    return r && range(t.sheet, r);
  };
  const filled = (sheet, row, column) => {
    const cell = sheet.cells[stub.key(row, column)];
    return cell !== undefined && (cell.v !== undefined || cell.f !== undefined);
  };
  const region = (t) => {
    let r = stub.rectangle(t.row, t.column, t.rows, t.columns);
    for (;;) {
      const wide = stub.intersection({ row: r.row - 1, column: r.column - 1, rows: r.rows + 2, columns: r.columns + 2 }, stub.rectangle(0, 0, stub.ROWS, stub.COLUMNS));
      const next = stub.used(t.sheet, true, wide);
      const grown = next ? stub.bounding(r, next) : r;
      if (stub.write(grown) === stub.write(r)) return range(t.sheet, r);
      r = grown;
    }
  };
  const STEPS = { Down: [1, 0], Up: [-1, 0], Right: [0, 1], Left: [0, -1] };
  const edge = (t, direction) => {
    const [down, right] = STEPS[direction] ?? fail("InvalidArgument", `"${direction}" is no direction.`);
    let [row, column] = [t.row, t.column];
    const fits = () => row + down >= 0 && row + down < stub.ROWS && column + right >= 0 && column + right < stub.COLUMNS;
    const start = filled(t.sheet, row, column) && fits() && filled(t.sheet, row + down, column + right);
    while (fits() && (start ? filled(t.sheet, row + down, column + right) : !filled(t.sheet, row + down, column + right))) {
      row += down;
      column += right;
    }
    if (!start && fits()) [row, column] = [row + down, column + right];
    return within(t, { row, column, rows: 1, columns: 1 });
  };
  const kind = (value) => (value === "" ? "Empty" : typeof value === "boolean" ? "Boolean" : typeof value === "number" ? "Double" : stub.isError(value) ? "Error" : "String");
  const perCell = (t, pick) => stub.matrix(t.sheet, t, pick);
  const lineProperty = (t, lines, name, fallback) => {
    const [first, count] = lines === "columns" ? [t.column, t.columns] : [t.row, t.rows];
    if (count > 20000) return fallback;
    const seen = new Set();
    for (let at = first; at < first + count; at += 1) seen.add(t.sheet[lines][at]?.[name] ?? fallback);
    return seen.size === 1 ? [...seen][0] : null;
  };
  const setLines = (t, lines, patch) => {
    const [first, count, all] = lines === "columns" ? [t.column, t.columns, stub.COLUMNS] : [t.row, t.rows, stub.ROWS];
    if (count === all) {
      if (patch.hidden) throw new Error("office_stub: hiding every row or column is not modeled");
      for (const [name, value] of Object.entries(patch)) {
        if (name !== "hidden") t.sheet[name] = value;
        for (const line of Object.values(t.sheet[lines])) delete line[name];
      }
      return;
    }
    for (let at = first; at < first + count; at += 1) Object.assign((t.sheet[lines][at] ??= {}), patch);
  };
  const checkFormat = (code) => {
    if (typeof code !== "string") fail("InvalidArgument", `${JSON.stringify(code)} is no number format.`);
    const bare = code.replace(/\\./g, "").replace(/"[^"]*"/g, "").replace(/[_*]./g, "");
    if (bare.includes('"') || (bare.match(/\[/g) ?? []).length !== (bare.match(/\]/g) ?? []).length || bare.split(";").length > 4) {
      fail("InvalidArgument", `"${code}" is no number format.`);
    }
    return code === "" ? "General" : code;
  };
  const setFormats = (t, given) => {
    const single = !Array.isArray(given) || (given.length === 1 && given[0]?.length === 1);
    if (single) {
      const code = Array.isArray(given) ? given[0][0] : given;
      if (code !== null) stub.setStyle(t.sheet, t, { numberFormat: checkFormat(code) });
      return;
    }
    stub.spread(t.sheet, t, given, (row, column, code) => stub.setStyle(t.sheet, stub.rectangle(row, column, 1, 1), { numberFormat: checkFormat(code) }));
  };
  const nested = (given, visit) => given.forEach((row, i) => row.forEach((properties, j) => visit(i, j, properties)));
  const STYLE_KEYS = {
    fill: { color: "fill" },
    font: { name: "fontName", size: "fontSize", bold: "bold", italic: "italic", underline: "underline", color: "color", strikethrough: "strikethrough" },
    protection: { locked: "locked", formulaHidden: "formulaHidden" },
  };
  const FORMAT_KEYS = { horizontalAlignment: "horizontal", verticalAlignment: "vertical", wrapText: "wrap", indentLevel: "indent", shrinkToFit: "shrink", textOrientation: "orientation" };
  const patchFrom = (format) => {
    const patch = {};
    for (const [name, value] of Object.entries(format)) {
      if (FORMAT_KEYS[name]) patch[FORMAT_KEYS[name]] = value;
      else if (name === "fill" && value.pattern === "None") patch.fill = "";
      else if (STYLE_KEYS[name]) {
        for (const [inner, one] of Object.entries(value)) {
          patch[STYLE_KEYS[name][inner] ?? stub.unknown(`CellProperties.format.${name}`, inner)] = /color/i.test(inner) ? stub.color(one) : one;
        }
      } else stub.unknown("CellProperties.format", name);
    }
    return patch;
  };
  const cellProperties = (t, wanted) =>
    perCell(t, (cell, row, column) => {
      const style = stub.styleAt(t.sheet, row, column);
      const look = (name) => style[name] ?? stub.DEFAULTS[name];
      const pick = (asked, keys) => Object.fromEntries(Object.keys(asked).map((name) => [name, name === "pattern" ? (look("fill") ? "Solid" : "None") : look(keys[name] ?? stub.unknown("CellProperties", name))]));
      const answer = {};
      if (wanted.address) answer.address = fullAddress(within(t, { row, column, rows: 1, columns: 1 }));
      if (wanted.format) {
        answer.format = Object.fromEntries(Object.entries(wanted.format).map(([name, asked]) => [name, STYLE_KEYS[name] ? pick(asked, STYLE_KEYS[name]) : look(FORMAT_KEYS[name] ?? stub.unknown("CellProperties.format", name))]));
      }
      return answer;
    });

  const shiftOut = (t, direction) => {
    const vertical = direction === "Down" || direction === "Up";
    const after = vertical ? { ...t, row: t.row + t.rows, rows: stub.ROWS - t.row - t.rows } : { ...t, column: t.column + t.columns, columns: stub.COLUMNS - t.column - t.columns };
    return { vertical, after };
  };
  const insert = (t, direction) => {
    if (!["Down", "Right"].includes(direction)) fail("InvalidArgument", `Cells cannot be shifted "${direction}".`);
    stub.guard(t.sheet, t);
    const { vertical, after } = shiftOut(t, direction);
    const moved = stub.bounding(t, after.rows > 0 && after.columns > 0 ? after : t);
    stub.moveCells(t.sheet, moved, vertical ? t.rows : 0, vertical ? 0 : t.columns);
    return range(t.sheet, t);
  };
  const remove = (t, direction) => {
    if (!["Up", "Left"].includes(direction)) fail("InvalidArgument", `Cells cannot be shifted "${direction}".`);
    stub.clear(t.sheet, t, "All");
    const { vertical, after } = shiftOut(t, direction);
    if (after.rows > 0 && after.columns > 0) stub.moveCells(t.sheet, after, vertical ? -t.rows : 0, vertical ? 0 : -t.columns);
  };
  const paste = (t, source, what = "All", skipBlanks = false, transpose = false) => {
    const from = source?.sheet ? source : fromAddress(t.sheet, source);
    if (!["All", "Formulas", "Values", "Formats"].includes(what)) fail("InvalidArgument", `Nothing is copied as "${what}".`);
    const cells = perCell(from, (cell, row, column) => ({ cell: cell && { ...cell }, style: stub.styleAt(from.sheet, row, column) }));
    const rows = transpose ? from.columns : from.rows;
    const columns = transpose ? from.rows : from.columns;
    const target = within(t, { rows: Math.max(1, Math.floor(t.rows / rows)) * rows, columns: Math.max(1, Math.floor(t.columns / columns)) * columns });
    stub.guard(t.sheet, target);
    for (let i = 0; i < target.rows; i += 1) {
      for (let j = 0; j < target.columns; j += 1) {
        const [a, b] = transpose ? [j % columns, i % rows] : [i % rows, j % columns];
        const { cell, style } = cells[transpose ? b : a][transpose ? a : b] ?? {};
        if (skipBlanks && cell?.v === undefined && !cell?.f) continue;
        if (cell?.f && what !== "Values" && what !== "Formats") throw new Error("office_stub: copying a formula would shift its references, which the stub does not do.");
        const one = (t.sheet.cells[stub.key(target.row + i, target.column + j)] ??= {});
        if (what !== "Formats") {
          delete one.f;
          one.v = cell?.f ? stub.valueOf(cell) : cell?.v;
          if (one.v === undefined) delete one.v;
        }
        if (what === "All" || what === "Formats") stub.setStyle(t.sheet, stub.rectangle(target.row + i, target.column + j, 1, 1), { ...stub.DEFAULTS, ...style });
      }
    }
    stub.headersChanged(t.sheet, target);
    stub.changed(t.sheet, target);
  };
  const rank = (value) => (value === "" ? 4 : typeof value === "number" ? 0 : typeof value === "string" ? 1 : 2);
  const compare = (a, b) => rank(a) - rank(b) || (typeof a === "string" ? a.toLowerCase().localeCompare(String(b).toLowerCase()) : a < b ? -1 : a > b ? 1 : 0);
  const sortRows = (t, keys, matchCase, hasHeaders, orientation = "Rows") => {
    if (orientation !== "Rows") throw new Error("office_stub: sorting columns is not modeled");
    const body = hasHeaders ? within(t, { row: t.row + 1, rows: t.rows - 1 }) : t;
    const rows = perCell(body, (cell) => cell && { ...cell });
    if (rows.flat().some((cell) => cell?.f)) throw new Error("office_stub: sorting formulas is not modeled");
    const sorted = rows.map((row, at) => ({ row, at })).sort((a, b) => {
      for (const { key, ascending = true } of keys) {
        const [x, y] = [stub.valueOf(a.row[key]), stub.valueOf(b.row[key])];
        const order = x === "" || y === "" ? rank(x) - rank(y) : compare(x, y) * (ascending ? 1 : -1);
        if (order) return order;
      }
      return a.at - b.at;
    });
    sorted.forEach(({ row }, i) => row.forEach((cell, j) => {
      const name = stub.key(body.row + i, body.column + j);
      if (cell) t.sheet.cells[name] = cell;
      else delete t.sheet.cells[name];
    }));
    stub.changed(t.sheet, body);
  };
  const matches = (value, text, { completeMatch = false, matchCase = false } = {}) => {
    const [a, b] = matchCase ? [String(value), text] : [String(value).toLowerCase(), text.toLowerCase()];
    return completeMatch ? a === b : value !== "" && a.includes(b);
  };
  const find = (t, text, criteria = {}) => {
    const where = stub.size(t) === 1 ? (stub.used(t.sheet, true) ?? t) : t;
    const hits = [];
    stub.each(t.sheet, where, (row, column, cell) => cell && matches(stub.valueOf(cell), text, criteria) && hits.push([row, column]));
    const hit = criteria.searchDirection === "Backwards" ? hits.at(-1) : hits[0];
    return hit ? within(t, { row: hit[0], column: hit[1], rows: 1, columns: 1 }) : null;
  };
  const replaceAll = (t, text, replacement, criteria) => {
    let count = 0;
    stub.each(t.sheet, t, (row, column, cell) => {
      if (!cell || cell.f || !matches(stub.valueOf(cell), text, criteria)) return;
      const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), criteria?.matchCase ? "g" : "gi");
      stub.setEntry(t.sheet, row, column, String(cell.v).replace(pattern, () => ((count += 1), replacement)));
    });
    stub.headersChanged(t.sheet, t);
    return count;
  };
  const removeDuplicates = (t, columns, hasHeaders) => {
    const body = hasHeaders ? within(t, { row: t.row + 1, rows: t.rows - 1 }) : t;
    const seen = new Set();
    const rows = perCell(body, (cell) => cell && { ...cell });
    const kept = rows.filter((row) => {
      const text = JSON.stringify(columns.map((at) => stub.valueOf(row[at])));
      return !seen.has(text) && seen.add(text);
    });
    for (let i = 0; i < body.rows; i += 1) for (let j = 0; j < body.columns; j += 1) {
      const name = stub.key(body.row + i, body.column + j);
      if (kept[i]?.[j]) t.sheet.cells[name] = kept[i][j];
      else delete t.sheet.cells[name];
    }
    return { removed: rows.length - kept.length, uniqueRemaining: kept.length };
  };
  const runs = (cells) => cells.map(([row, column]) => stub.write(stub.rectangle(row, column, 1, 1)));
  const special = (t, cellType, valueType) => {
    const hits = [];
    const wanted = { Constants: (cell) => cell && cell.v !== undefined && !cell.f, Formulas: (cell) => Boolean(cell?.f), Blanks: (cell) => !cell || (cell.v === undefined && !cell.f), Visible: () => true }[cellType]
      ?? stub.unknown("SpecialCellType", cellType);
    const typed = { Numbers: "Double", Text: "String", Logical: "Boolean", Errors: "Error" }[valueType];
    const where = stub.size(t) > 400000 ? (stub.used(t.sheet, false) ?? t) : t;
    stub.each(t.sheet, where, (row, column, cell) => wanted(cell) && (!typed || kind(stub.valueOf(cell)) === typed) && hits.push([row, column]));
    return hits.length ? { sheet: t.sheet, areas: runs(hits).map((ref) => range(t.sheet, stub.parse(ref))) } : null;
  };
  const outline = (t, option, by) => {
    const [lines, first, count, all] = option === "ByColumns" ? ["columns", t.column, t.columns, stub.COLUMNS]
      : option === "ByRows" ? ["rows", t.row, t.rows, stub.ROWS] : fail("InvalidArgument", `Nothing is grouped "${option}".`);
    if (by < 0) {
      const grouped = Object.entries(t.sheet[lines]).filter(([at, line]) => at >= first && at < first + count && line.outline);
      if (grouped.length === 0) fail("InvalidArgument", `The ${lines} of ${stub.write(t)} are not grouped.`);
      // Folded away, they stay hidden.
      for (const [, line] of grouped) if ((line.outline -= 1) === 0) delete line.outline;
      return;
    }
    if (count === all) fail("InvalidArgument", "A whole sheet cannot be grouped.");
    for (let at = first; at < first + count; at += 1) {
      const line = (t.sheet[lines][at] ??= {});
      if (line.outline === 7) fail("InvalidArgument", "There are at most eight levels of groups.");
      line.outline = (line.outline ?? 0) + 1;
    }
  };
  const fold = (t, option, hidden) => {
    const lines = option === "ByColumns" ? "columns" : "rows";
    const [first, count] = lines === "columns" ? [t.column, t.columns] : [t.row, t.rows];
    for (let at = first; at < first + count; at += 1) if (t.sheet[lines][at]?.outline) t.sheet[lines][at].hidden = hidden;
  };
  const link = (t, value) => {
    if (typeof value !== "object" || value === null) fail("InvalidArgument", "A hyperlink is an object.");
    if (!value.address && !value.documentReference && !value.email) fail("InvalidArgument", "A hyperlink leads to an address or a place in the document.");
    if (value.documentReference) fromAddress(t.sheet, value.documentReference.replace(/^#/, ""));
    stub.guard(t.sheet, t);
    stub.each(t.sheet, t, (row, column, cell) => {
      const name = stub.key(row, column);
      t.sheet.links[name] = Object.fromEntries(Object.entries(value).filter(([, one]) => one !== "" && one !== null && one !== undefined));
      if (value.textToDisplay) stub.setEntry(t.sheet, row, column, `'${value.textToDisplay}`);
      else if (cell?.v === undefined && !cell?.f) stub.setEntry(t.sheet, row, column, `'${value.address ?? value.documentReference}`);
      stub.setStyle(t.sheet, stub.rectangle(row, column, 1, 1), { color: "#0563C1", underline: "Single", quoted: false });
    });
  };
  const mergeCells = (t, across = false) => {
    const areas = across ? Array.from({ length: t.rows }, (_, i) => within(t, { row: t.row + i, rows: 1 })) : [t];
    for (const area of areas) {
      if (t.sheet.tables.some((table) => stub.intersection(stub.parse(table.ref), area))) fail("InvalidArgument", "Cells of a table cannot be merged.");
      t.sheet.merged = t.sheet.merged.filter((ref) => !stub.intersection(stub.parse(ref), area));
      if (stub.size(area) > 1) t.sheet.merged.push(stub.write(area));
      stub.each(t.sheet, area, (row, column, cell) => {
        if (cell && (row !== area.row || column !== area.column)) delete cell.v, delete cell.f;
      });
    }
  };
  const mergedAreas = (t) => {
    const areas = t.sheet.merged.map(stub.parse).map((r) => stub.intersection(r, t)).filter(Boolean);
    return areas.length ? { sheet: t.sheet, areas: areas.map((r) => range(t.sheet, r)) } : null;
  };
  const select = (t) => {
    stub.book.active = t.sheet.name;
    t.sheet.selection = stub.write(t);
    const details = { address: stub.write(t), isInsideTable: Boolean(stub.tableAt(t.sheet, t.row, t.column)), worksheetId: t.sheet.name, type: "WorksheetSelectionChanged" };
    stub.later("onSelectionChanged", [t.sheet, stub.book, "worksheets"], details);
  };
  const moveTo = (t, destination) => {
    const to = destination?.sheet ? destination : fromAddress(t.sheet, destination);
    if (to.sheet !== t.sheet) throw new Error("office_stub: moving cells to another sheet is not modeled");
    stub.moveCells(t.sheet, t, to.row - t.row, to.column - t.column);
  };

  const R = (method) => ["Range", method];
  type("Range", {
    gone: (t) => !stub.book.sheets.includes(t.sheet),
    read: {
      address: fullAddress, addressLocal: fullAddress, rowIndex: (t) => t.row, columnIndex: (t) => t.column, rowCount: (t) => t.rows, columnCount: (t) => t.columns,
      cellCount: (t) => (stub.size(t) > 2147483647 ? -1 : stub.size(t)), isEntireColumn: stub.allRows, isEntireRow: stub.allColumns,
      valueTypes: (t) => perCell(t, (cell) => kind(stub.valueOf(cell))),
      left: (t) => stub.distance(t.sheet, "columns", 0, t.column), top: (t) => stub.distance(t.sheet, "rows", 0, t.row),
      width: (t) => stub.distance(t.sheet, "columns", t.column, t.columns), height: (t) => stub.distance(t.sheet, "rows", t.row, t.rows),
      hidden: (t) => lineProperty(t, "rows", "hidden", false) === true || lineProperty(t, "columns", "hidden", false) === true, hasSpill: () => false,
    },
    write: {
      values: [(t) => perCell(t, stub.valueOf), (t, v) => stub.setEntries(t.sheet, t, v)],
      formulas: [(t) => perCell(t, (cell) => cell?.f ?? stub.valueOf(cell)), (t, v) => stub.setEntries(t.sheet, t, v)],
      formulasLocal: [(t) => perCell(t, (cell) => cell?.f ?? stub.valueOf(cell)), (t, v) => stub.setEntries(t.sheet, t, v)],
      numberFormat: [(t) => perCell(t, (cell, row, column) => stub.styleAt(t.sheet, row, column).numberFormat ?? "General"), setFormats],
      rowHidden: [(t) => lineProperty(t, "rows", "hidden", false), (t, v) => setLines(t, "rows", { hidden: v })],
      columnHidden: [(t) => lineProperty(t, "columns", "hidden", false), (t, v) => setLines(t, "columns", { hidden: v })],
      hyperlink: [(t) => t.sheet.links[stub.key(t.row, t.column)] ?? null, link],
    },
    link: {
      format: ["RangeFormat", (t) => t], worksheet: ["Worksheet", (t) => t.sheet], dataValidation: ["DataValidation", (t) => t],
      conditionalFormats: ["ConditionalFormatCollection", (t) => t], sort: ["RangeSort", (t) => t],
    },
    object: {
      getCell: R((t, i, j) => within(t, { row: t.row + i, column: t.column + j, rows: 1, columns: 1 })),
      getRow: R((t, i) => within(t, { row: t.row + i, rows: 1 })), getColumn: R((t, j) => within(t, { column: t.column + j, columns: 1 })),
      getOffsetRange: R((t, i, j) => within(t, { row: t.row + i, column: t.column + j })),
      getResizedRange: R((t, i, j) => within(t, { rows: t.rows + i, columns: t.columns + j })),
      getAbsoluteResizedRange: R((t, rows, columns) => within(t, { rows, columns })),
      getEntireRow: R((t) => within(t, { column: 0, columns: stub.COLUMNS })), getEntireColumn: R((t) => within(t, { row: 0, rows: stub.ROWS })),
      getLastCell: R((t) => within(t, { row: t.row + t.rows - 1, column: t.column + t.columns - 1, rows: 1, columns: 1 })),
      getLastRow: R((t) => within(t, { row: t.row + t.rows - 1, rows: 1 })), getLastColumn: R((t) => within(t, { column: t.column + t.columns - 1, columns: 1 })),
      getRowsAbove: R((t, n = 1) => within(t, { row: t.row - n, rows: n })), getRowsBelow: R((t, n = 1) => within(t, { row: t.row + t.rows, rows: n })),
      getColumnsBefore: R((t, n = 1) => within(t, { column: t.column - n, columns: n })), getColumnsAfter: R((t, n = 1) => within(t, { column: t.column + t.columns, columns: n })),
      getBoundingRect: R((t, other) => range(t.sheet, stub.bounding(t, fromAddress(t.sheet, other)))),
      getIntersection: R((t, other) => range(t.sheet, stub.intersection(t, fromAddress(t.sheet, other)) ?? fail("ItemNotFound", "The ranges do not meet."))),
      getIntersectionOrNullObject: R((t, other) => {
        const r = stub.intersection(t, fromAddress(t.sheet, other));
        return r && range(t.sheet, r);
      }),
      getUsedRange: R((t, only) => usedWithin(t, only) ?? fail("ItemNotFound", "The range is empty.")), getUsedRangeOrNullObject: R(usedWithin),
      getSurroundingRegion: R(region), getRangeEdge: R(edge), getExtendedRange: R((t, direction) => range(t.sheet, stub.bounding(t, edge(t, direction)))),
      getTables: ["TableScopedCollection", (t) => t], insert: R(insert),
      find: R((t, text, criteria) => find(t, text, criteria) ?? fail("ItemNotFound", `"${text}" is not there.`)), findOrNullObject: R(find),
      getMergedAreasOrNullObject: ["RangeAreas", mergedAreas], getSpecialCellsOrNullObject: ["RangeAreas", special],
      getSpecialCells: ["RangeAreas", (t, a, b) => special(t, a, b) ?? fail("ItemNotFound", "No cells were found.")],
      removeDuplicates: ["RemoveDuplicatesResult", removeDuplicates],
    },
    act: {
      clear: (t, what) => stub.clear(t.sheet, t, what), delete: remove, select, merge: mergeCells, copyFrom: paste, moveTo, calculate() {},
      unmerge: (t) => (t.sheet.merged = t.sheet.merged.filter((ref) => !stub.intersection(stub.parse(ref), t))),
      group: (t, option) => outline(t, option, 1), ungroup: (t, option) => outline(t, option, -1),
      hideGroupDetails: (t, option) => fold(t, option, true), showGroupDetails: (t, option) => fold(t, option, false),
      setCellProperties: (t, given) => nested(given, (i, j, p) => {
        if (p.format) stub.setStyle(t.sheet, stub.rectangle(t.row + i, t.column + j, 1, 1), patchFrom(p.format));
      }),
      setDirty() {},
    },
    result: { getCellProperties: cellProperties, replaceAll },
  });
  type("RemoveDuplicatesResult", { read: { removed: (t) => t.removed, uniqueRemaining: (t) => t.uniqueRemaining } });
  type("RangeSort", { act: { apply: sortRows } });
  type("RangeCollection", { items: ["Range", (t) => t.areas], read: { count: (t) => t.areas.length }, object: { getItemAt: R((t, at) => t.areas[at] ?? fail("InvalidArgument", "no such area")) } });
  type("RangeAreas", {
    read: { address: (t) => t.areas.map(fullAddress).join(","), areaCount: (t) => t.areas.length, cellCount: (t) => t.areas.reduce((sum, r) => sum + stub.size(r), 0) },
    link: { areas: ["RangeCollection", (t) => t], worksheet: ["Worksheet", (t) => t.sheet], format: ["AreasFormat", (t) => t] },
    act: { clear: (t, what) => t.areas.forEach((r) => stub.clear(t.sheet, r, what)), select: (t) => select(t.areas[0]) },
  });

  // --- formats
  const style = (name, check = (value) => value) => [
    (t) => stub.styled(t.sheet, t, name),
    (t, value) => {
      if (value === null) fail("InvalidArgument", `${name} cannot be null.`);
      stub.setStyle(t.sheet, t, { [name]: check(value) });
    },
  ];
  const is = (kindOf) => (value) => (typeof value === kindOf ? value : fail("InvalidArgument", `${JSON.stringify(value)} is no ${kindOf}.`));
  const oneOf = (...choices) => (value) => (choices.includes(value) ? value : fail("InvalidArgument", `"${value}" is none of ${choices.join(", ")}.`));
  const between = (low, high) => (value) => (typeof value === "number" && value >= low && value <= high ? value : fail("InvalidArgument", `${value} is not between ${low} and ${high}.`));
  const autofit = (t, lines) => {
    const [first, count, unit] = lines === "columns" ? [t.column, Math.min(t.columns, 1000), "width"] : [t.row, Math.min(t.rows, 5000), "height"];
    for (let at = first; at < first + count; at += 1) {
      if (unit === "height") {
        if (t.sheet.rows[at]) delete t.sheet.rows[at].height;
        continue;
      }
      let longest = 0;
      for (const [name, cell] of Object.entries(t.sheet.cells)) {
        const [, column] = stub.place(name);
        if (column === at) longest = Math.max(longest, ...String(stub.valueOf(cell)).split("\n").map((text) => text.length));
      }
      if (longest) (t.sheet.columns[at] ??= {}).width = (7 * longest + 5) * 0.75;
    }
  };
  const lineLength = (lines, name, most, fallback) => [
    (t) => lineProperty(t, lines, name, t.sheet[name] ?? fallback),
    (t, value) => setLines(t, lines, value === 0 ? { hidden: true } : { [name]: between(0, most)(value), hidden: undefined }),
  ];
  const standard = (lines, name) => [
    (t) => lineProperty(t, lines, name, undefined) === undefined,
    (t, value) => {
      const [first, count] = lines === "columns" ? [t.column, t.columns] : [t.row, t.rows];
      if (!is("boolean")(value)) return;
      for (const [at, line] of Object.entries(t.sheet[lines])) if (at >= first && at < first + count) delete line[name];
    },
  ];
  type("RangeFormat", {
    write: {
      horizontalAlignment: style("horizontal", oneOf("General", "Left", "Center", "Right", "Fill", "Justify", "CenterAcrossSelection", "Distributed")),
      verticalAlignment: style("vertical", oneOf("Top", "Center", "Bottom", "Justify", "Distributed")),
      wrapText: style("wrap", is("boolean")), indentLevel: style("indent", between(0, 250)), shrinkToFit: style("shrink", is("boolean")),
      textOrientation: style("orientation", is("number")),
      useStandardWidth: standard("columns", "width"), useStandardHeight: standard("rows", "height"),
      columnWidth: lineLength("columns", "width", 1342, 48), rowHeight: lineLength("rows", "height", 409.5, 15),
    },
    link: {
      fill: ["RangeFill", (t) => t], font: ["RangeFont", (t) => t], borders: ["RangeBorderCollection", (t) => t], protection: ["FormatProtection", (t) => t],
    },
    act: {
      autofitColumns: (t) => autofit(t, "columns"), autofitRows: (t) => autofit(t, "rows"),
      adjustIndent: (t, by) => stub.setStyle(t.sheet, t, { indent: Math.max(0, (stub.styled(t.sheet, t, "indent") ?? 0) + by) }),
    },
  });
  type("AreasFormat", { link: { fill: ["AreasFill", (t) => t] } });
  type("AreasFill", { write: { color: [() => null, (t, value) => t.areas.forEach((r) => stub.setStyle(t.sheet, r, { fill: stub.color(value) }))] } });
  type("RangeFill", {
    write: { color: [(t) => stub.uniform(t.sheet, t, (s) => s.fill || "#FFFFFF") ?? "", (t, value) => (value === "" ? stub.setStyle(t.sheet, t, { fill: "" }) : stub.setStyle(t.sheet, t, { fill: stub.color(value) }))] },
    read: { pattern: (t) => stub.uniform(t.sheet, t, (s) => (s.fill ? "Solid" : "None")) },
    act: { clear: (t) => stub.setStyle(t.sheet, t, { fill: "" }) },
  });
  type("RangeFont", {
    write: {
      name: style("fontName", is("string")), size: style("fontSize", between(1, 409)), bold: style("bold", is("boolean")), italic: style("italic", is("boolean")),
      underline: style("underline", oneOf("None", "Single", "Double", "SingleAccountant", "DoubleAccountant")), color: style("color", stub.color), strikethrough: style("strikethrough", is("boolean")),
    },
  });
  type("FormatProtection", { write: { locked: style("locked", is("boolean")), formulaHidden: style("formulaHidden", is("boolean")) } });

  const SIDES = ["EdgeTop", "EdgeBottom", "EdgeLeft", "EdgeRight", "InsideVertical", "InsideHorizontal", "DiagonalDown", "DiagonalUp"];
  const edges = ({ side, r }) => {
    const line = (changes, name) => ({ r: { ...r, ...changes }, name });
    return {
      EdgeTop: [line({ rows: 1 }, "top")], EdgeBottom: [line({ row: r.row + r.rows - 1, rows: 1 }, "bottom")],
      EdgeLeft: [line({ columns: 1 }, "left")], EdgeRight: [line({ column: r.column + r.columns - 1, columns: 1 }, "right")],
      InsideHorizontal: r.rows < 2 ? [] : [line({ rows: r.rows - 1 }, "bottom"), line({ row: r.row + 1, rows: r.rows - 1 }, "top")],
      InsideVertical: r.columns < 2 ? [] : [line({ columns: r.columns - 1 }, "right"), line({ column: r.column + 1, columns: r.columns - 1 }, "left")],
      DiagonalDown: [line({}, "diagonalDown")], DiagonalUp: [line({}, "diagonalUp")],
    }[side];
  };
  const NO_BORDER = { style: "None", weight: "Thin", color: "#000000" };
  const border = (name, check) => [
    ({ side, r }) => {
      const [first] = edges({ side, r });
      if (!first) return NO_BORDER[name];
      return stub.uniform(r.sheet, first.r, (s) => s.borders?.[first.name]?.[name] ?? NO_BORDER[name]);
    },
    ({ side, r }, value) => {
      if (value === null) fail("InvalidArgument", `${name} cannot be null.`);
      const checked = check(value);
      for (const { r: cells, name: where } of edges({ side, r })) {
        const current = stub.styleAt(r.sheet, cells.row, cells.column).borders?.[where];
        const next = name === "style" && checked === "None" ? null : { ...NO_BORDER, style: "Continuous", ...current, [name]: checked };
        stub.setStyle(r.sheet, cells, { borders: { [where]: next } });
      }
    },
  ];
  type("RangeBorder", {
    read: { sideIndex: (t) => t.side },
    write: {
      style: border("style", oneOf("None", "Continuous", "Dash", "DashDot", "DashDotDot", "Dot", "Double", "SlantDashDot")),
      weight: border("weight", oneOf("Hairline", "Thin", "Medium", "Thick")), color: border("color", stub.color),
    },
  });
  const sideOf = (r, side) => (SIDES.includes(side) ? { side, r } : fail("InvalidArgument", `"${side}" is no side of a border.`));
  type("RangeBorderCollection", {
    items: ["RangeBorder", (t) => SIDES.map((side) => sideOf(t, side))], read: { count: () => SIDES.length },
    object: { getItem: ["RangeBorder", sideOf], getItemAt: ["RangeBorder", (t, at) => sideOf(t, SIDES[at])] },
  });

  // --- validation
  const COMPARED = { wholeNumber: "WholeNumber", decimal: "Decimal", date: "Date", time: "Time", textLength: "TextLength" };
  const OPERATORS = ["Between", "NotBetween", "EqualTo", "NotEqualTo", "GreaterThan", "LessThan", "GreaterThanOrEqualTo", "LessThanOrEqualTo"];
  const nameKnown = (t, formula) => {
    const plain = formula.slice(1);
    const known = [...stub.book.names, ...t.sheet.names].some((each) => stub.same(each.name, plain));
    if (/^[\p{L}_][\p{L}\p{N}_.]*$/u.test(plain) && !stub.parse(plain) && !known) fail("InvalidArgument", `A validation refers to the name "${plain}", which is not defined.`);
    if (stub.parts(plain)?.some((each) => each.kind === "structured")) fail("InvalidArgument", `A validation cannot refer to a table directly: ${formula}`);
  };
  const checkRule = (t, rule) => {
    const keys = Object.keys(rule ?? {}).filter((name) => rule[name] !== undefined);
    if (keys.length !== 1) fail("InvalidArgument", "A validation has exactly one rule.");
    const [key] = keys;
    const body = { ...rule[key] };
    if (key === "list") {
      if (body.source?.sheet) body.source = `=${fullAddress(body.source).split("!")[0]}!${stub.write(body.source, "$")}`;
      if (typeof body.source !== "string" || body.source === "") fail("InvalidArgument", "A list needs a source.");
      if (body.source.startsWith("=")) {
        nameKnown(t, body.source);
        stub.refuse(body.source, null);
      } else if (body.source.length > 255) fail("InvalidArgument", "A list of entries has at most 255 characters.");
      body.inCellDropDown ??= true;
    } else if (key === "custom") {
      if (!String(body.formula).startsWith("=")) fail("InvalidArgument", "A custom validation is a formula.");
      stub.refuse(body.formula, null);
    } else if (COMPARED[key]) {
      oneOf(...OPERATORS)(body.operator);
      if (body.formula1 === undefined || body.formula1 === "") fail("InvalidArgument", "A comparison needs formula1.");
      if (/Between$/.test(body.operator) && body.formula2 === undefined) fail("InvalidArgument", "A comparison between needs formula2.");
      for (const text of [body.formula1, body.formula2]) if (typeof text === "string" && text.startsWith("=")) nameKnown(t, text), stub.refuse(text, null);
    } else fail("InvalidArgument", `"${key}" is no kind of validation.`);
    return { [key]: body };
  };
  const PROMPT = { showPrompt: true, title: "", message: "" };
  const ALERT = { showAlert: true, style: "Stop", title: "", message: "" };
  const rulesOn = (t) => {
    const found = stub.on(t.sheet.validations, t);
    const covered = found.reduce((sum, entry) => sum + entry.areas.reduce((all, area) => all + (stub.intersection(stub.parse(area), t) ? stub.size(stub.intersection(stub.parse(area), t)) : 0), 0), 0);
    return { found, whole: covered === stub.size(t) };
  };
  const typeOf = (t) => {
    const { found, whole } = rulesOn(t);
    if (found.length === 0) return "None";
    if (found.length > 1) return new Set(found.map((entry) => Object.keys(entry.rule ?? {})[0])).size > 1 ? "Inconsistent" : "MixedCriteria";
    if (!whole) return "Inconsistent";
    const [key] = Object.keys(found[0].rule ?? {});
    return key ? (COMPARED[key] ?? (key === "list" ? "List" : "Custom")) : "None";
  };
  const validation = (name, fallback, check) => [
    (t) => rulesOn(t).found[0]?.[name] ?? fallback,
    (t, value) => {
      const next = check(t, value);
      const kept = rulesOn(t).found[0];
      const entry = { rule: kept?.rule, ignoreBlanks: kept?.ignoreBlanks ?? true, prompt: kept?.prompt ?? PROMPT, errorAlert: kept?.errorAlert ?? ALERT, [name]: next };
      stub.cutOut(t.sheet.validations, t);
      const same = t.sheet.validations.find(({ areas, ...rest }) => JSON.stringify(rest) === JSON.stringify(entry));
      if (same) same.areas.push(stub.write(t));
      else t.sheet.validations.push({ ...entry, areas: [stub.write(t)] });
    },
  ];
  const texts = (limits, defaults) => (t, value) => {
    for (const name of Object.keys(value)) if (!(name in defaults)) stub.unknown("DataValidation", name);
    for (const [name, most] of Object.entries(limits)) if ((value[name] ?? "").length > most) fail("InvalidArgument", `The ${name} of a validation has at most ${most} characters.`);
    if (value.style !== undefined) oneOf("Stop", "Warning", "Information")(value.style);
    return { ...defaults, ...value };
  };
  type("DataValidation", {
    read: { type: typeOf, valid: () => true },
    write: {
      rule: validation("rule", {}, checkRule), ignoreBlanks: validation("ignoreBlanks", true, (t, v) => is("boolean")(v)),
      prompt: validation("prompt", PROMPT, texts({ title: 32, message: 255 }, PROMPT)), errorAlert: validation("errorAlert", ALERT, texts({ title: 32, message: 225 }, ALERT)),
    },
    act: { clear: (t) => stub.cutOut(t.sheet.validations, t) },
  });

  // --- conditional formats, the first of the sheet's list having priority 0
  const KINDS = { Custom: "custom", CellValue: "cellValue", DataBar: "dataBar", ColorScale: "colorScale", IconSet: "iconSet", ContainsText: "textComparison", TopBottom: "topBottom", PresetCriteria: "preset" };
  const add = (t, kindOf) => {
    oneOf(...Object.keys(KINDS))(kindOf);
    const entry = { id: stub.id(), type: kindOf, areas: [stub.write(t)], stopIfTrue: kindOf.match(/DataBar|ColorScale|IconSet/) ? null : false, [KINDS[kindOf]]: {} };
    t.sheet.conditionalFormats.unshift(entry);
    return { sheet: t.sheet, entry };
  };
  const listOn = (t) => stub.on(t.sheet.conditionalFormats, t).map((entry) => ({ sheet: t.sheet, entry }));
  const item = (t, test, what) => listOn(t).find(({ entry }, at) => test(entry, at)) ?? fail("ItemNotFound", `There is no conditional format ${what}.`);
  const CF = (method) => ["ConditionalFormat", method];
  type("ConditionalFormatCollection", {
    items: ["ConditionalFormat", listOn], object: { add: CF(add), getItemAt: CF((t, at) => item(t, (_, i) => i === at, at)), getItem: CF((t, key) => item(t, (entry) => entry.id === key, key)) },
    act: { clearAll: (t) => stub.cutOut(t.sheet.conditionalFormats, t) }, result: { getCount: (t) => listOn(t).length },
  });
  const move = ({ sheet, entry }, priority) => {
    sheet.conditionalFormats.splice(sheet.conditionalFormats.indexOf(entry), 1);
    sheet.conditionalFormats.splice(priority, 0, entry);
  };
  const detail = (typeName, kindOf) => [typeName, ({ sheet, entry }) => {
    if (entry.type !== kindOf) fail("InvalidOperation", `The conditional format is of type ${entry.type}, not ${kindOf}.`);
    return (entry[KINDS[kindOf]] ??= {});
  }];
  const refs = ({ sheet, entry }) => entry.areas.map((area) => range(sheet, stub.parse(area)));
  type("ConditionalFormat", {
    gone: ({ sheet, entry }) => !sheet.conditionalFormats.includes(entry),
    read: { id: (t) => t.entry.id, type: (t) => t.entry.type },
    write: { priority: [({ sheet, entry }) => sheet.conditionalFormats.indexOf(entry), move], stopIfTrue: [(t) => t.entry.stopIfTrue, (t, v) => (t.entry.stopIfTrue = is("boolean")(v))] },
    link: {
      custom: detail("CustomConditionalFormat", "Custom"), cellValue: detail("CellValueConditionalFormat", "CellValue"), dataBar: detail("DataBarConditionalFormat", "DataBar"),
      colorScale: detail("ColorScaleConditionalFormat", "ColorScale"), iconSet: detail("IconSetConditionalFormat", "IconSet"), textComparison: detail("TextConditionalFormat", "ContainsText"),
      topBottom: detail("TopBottomConditionalFormat", "TopBottom"), preset: detail("PresetCriteriaConditionalFormat", "PresetCriteria"),
    },
    object: { getRange: R((t) => (refs(t).length === 1 ? refs(t)[0] : fail("InvalidOperation", "The conditional format has several areas."))), getRanges: ["RangeAreas", (t) => ({ sheet: t.sheet, areas: refs(t) })] },
    act: {
      delete: ({ sheet, entry }) => sheet.conditionalFormats.splice(sheet.conditionalFormats.indexOf(entry), 1),
      setRanges: (t, given) => (t.entry.areas = given.sheet ? (given.areas ?? [given]).map((r) => stub.write(r)) : String(given).split(",")),
    },
  });
  const formulaOf = (text) => {
    if (typeof text !== "string" || !text.startsWith("=") || text.length < 2) fail("InvalidArgument", `"${text}" is no formula.`);
    stub.refuse(text, null);
    if (stub.parts(text.slice(1)).some((each) => each.kind === "structured")) fail("InvalidArgument", `A conditional format cannot refer to a table directly: ${text}`);
    return text;
  };
  const withFormat = { format: part("ConditionalRangeFormat", "format") };
  const rule = (check) => ({ rule: [(t) => t.rule ?? {}, (t, value) => (t.rule = check(value))] });
  type("CustomConditionalFormat", { link: { rule: part("ConditionalFormatRule", "rule"), ...withFormat } });
  type("ConditionalFormatRule", { write: { formula: [(t) => t.formula ?? "", (t, v) => (t.formula = formulaOf(v))], formulaLocal: [(t) => t.formula ?? "", (t, v) => (t.formula = formulaOf(v))] } });
  type("CellValueConditionalFormat", {
    link: withFormat,
    write: rule((value) => {
      oneOf("Between", "NotBetween", "EqualTo", "NotEqualTo", "GreaterThan", "LessThan", "GreaterThanOrEqual", "LessThanOrEqual")(value.operator);
      if (typeof value.formula1 !== "string" || value.formula1 === "") fail("InvalidArgument", "A comparison needs formula1.");
      for (const text of [value.formula1, value.formula2]) if (text?.startsWith("=")) formulaOf(text);
      return value;
    }),
  });
  type("TextConditionalFormat", { link: withFormat, write: rule((value) => value) });
  type("TopBottomConditionalFormat", { link: withFormat, write: rule((value) => value) });
  type("PresetCriteriaConditionalFormat", { link: withFormat, write: rule((value) => value) });
  type("ConditionalRangeFormat", { link: { fill: part("ConditionalRangeFill", "fill"), font: part("ConditionalRangeFont", "font"), borders: part("ConditionalRangeBorders", "borders") }, write: { numberFormat: [(t) => t.numberFormat ?? null, (t, v) => (t.numberFormat = checkFormat(v))] } });
  type("ConditionalRangeFill", { write: fields({ color: "" }), act: { clear: (t) => delete t.color } });
  type("ConditionalRangeFont", { write: fields({ bold: null, italic: null, color: "", strikethrough: null, underline: ["None", ["None", "Single", "Double"]] }), act: { clear: (t) => Object.keys(t).forEach((name) => delete t[name]) } });
  type("ConditionalRangeBorders", { link: Object.fromEntries(["top", "bottom", "left", "right"].map((name) => [name, part("ConditionalRangeBorder", name)])), object: { getItem: ["ConditionalRangeBorder", (t, side) => (t[side.replace("Edge", "").toLowerCase()] ??= {})] } });
  type("ConditionalRangeBorder", { write: fields({ color: "", style: ["None", ["None", "Continuous", "Dash", "DashDot", "DashDotDot", "Dot"]] }) });
  type("DataBarConditionalFormat", {
    write: {
      ...fields({ axisColor: "", axisFormat: ["Automatic", ["Automatic", "None", "CellMidPoint"]], barDirection: ["Context", ["Context", "LeftToRight", "RightToLeft"]], showDataBarOnly: false }),
      lowerBoundRule: [(t) => t.lowerBoundRule ?? { type: "Automatic" }, (t, v) => (t.lowerBoundRule = v)], upperBoundRule: [(t) => t.upperBoundRule ?? { type: "Automatic" }, (t, v) => (t.upperBoundRule = v)],
    },
    link: { positiveFormat: part("DataBarPositiveFormat", "positiveFormat"), negativeFormat: part("DataBarNegativeFormat", "negativeFormat") },
  });
  type("DataBarPositiveFormat", { write: fields({ fillColor: "#638EC6", gradientFill: true, borderColor: "" }) });
  type("DataBarNegativeFormat", { write: fields({ fillColor: "#FF0000", borderColor: "", matchPositiveFillColor: false, matchPositiveBorderColor: false }) });
  type("ColorScaleConditionalFormat", { read: { threeColorScale: (t) => Boolean(t.criteria?.midpoint) }, write: { criteria: [(t) => t.criteria ?? {}, (t, v) => (t.criteria = v)] } });
  type("IconSetConditionalFormat", { write: { ...fields({ reverseIconOrder: false, showIconOnly: false, style: "ThreeTrafficLights1" }), criteria: [(t) => t.criteria ?? [], (t, v) => (t.criteria = v)] } });

  Object.assign(stub, { range, fromAddress, fullAddress, within, perCell, select, sortRows, is, oneOf, between });
})();
