// Tables: Excel.Table with its columns, rows and filters. The target is {sheet, table}.
(() => {
  const stub = globalThis.OfficeStub;
  const { type, fail, range } = stub;

  const gone = ({ sheet, table }) => !stub.book.sheets.includes(sheet) || !sheet.tables.includes(table);
  const whole = ({ sheet, table }) => range(sheet, stub.parse(table.ref));
  const header = (t) => (t.table.headers ? stub.within(whole(t), { rows: 1 }) : fail("ItemNotFound", `Table "${t.table.name}" shows no headers.`));
  const total = (t) => {
    const r = whole(t);
    return t.table.totals ? stub.within(r, { row: r.row + r.rows - 1, rows: 1 }) : fail("ItemNotFound", `Table "${t.table.name}" shows no totals.`);
  };
  const body = (t) => {
    const r = whole(t);
    const above = t.table.headers ? 1 : 0;
    return stub.within(r, { row: r.row + above, rows: Math.max(1, r.rows - above - (t.table.totals ? 1 : 0)) });
  };
  const overlaps = (sheet, r, except) => sheet.tables.find((table) => table !== except && stub.intersection(stub.parse(table.ref), r));
  const checkName = (name, except) => {
    if (!stub.validName(name)) fail("InvalidArgument", `"${name}" cannot be the name of a table.`);
    const other = stub.tables().find(({ table }) => table !== except && stub.same(table.name, name));
    if (other || stub.book.names.some((each) => stub.same(each.name, name))) fail("InvalidArgument", `There is already a table or name "${name}".`);
  };
  const freeName = (stem) => {
    let n = 1;
    while (stub.tableNamed(`${stem}${n}`) || stub.book.names.some((each) => stub.same(each.name, `${stem}${n}`))) n += 1;
    return `${stem}${n}`;
  };
  const isEmpty = (sheet, r) => !stub.used(sheet, true, r);
  const downFrom = (r, row) => ({ ...r, row, rows: stub.ROWS - row - 1 });

  const add = (sheet, address, hasHeaders) => {
    if (typeof hasHeaders !== "boolean") fail("InvalidArgument", "Whether the table has headers must be said.");
    let r = stub.fromAddress(sheet, address);
    const { sheet: own } = r;
    if (sheet && own !== sheet) fail("InvalidArgument", "The range lies on another sheet.");
    stub.guard(own, r);
    const hit = overlaps(own, r);
    if (hit) fail("InvalidArgument", `A table cannot overlap another table ("${hit.name}").`);
    own.merged = own.merged.filter((ref) => !stub.intersection(stub.parse(ref), r));
    if (!hasHeaders) {
      if (!isEmpty(own, { ...r, row: r.row + r.rows, rows: 1 })) stub.moveCells(own, downFrom(r, r.row), 1, 0);
      else stub.moveCells(own, r, 1, 0);
      r = stub.within(r, { rows: r.rows + 1 });
    } else if (r.rows === 1) {
      if (!isEmpty(own, { ...r, row: r.row + 1 })) stub.moveCells(own, downFrom(r, r.row + 1), 1, 0);
      r = stub.within(r, { rows: 2 });
    }
    const table = {
      id: stub.id(), name: freeName("Table"), ref: stub.write(r), headers: true, totals: false, style: "TableStyleMedium2", filter: true, bandedRows: true,
      bandedColumns: false, firstColumn: false, lastColumn: false, columns: Array.from({ length: r.columns }, () => ({ name: "" })), criteria: {},
    };
    own.tables.push(table);
    stub.headersChanged(own, { ...r, rows: 1 });
    return { sheet: own, table };
  };
  const setTotals = (t, shown) => {
    stub.is("boolean")(shown);
    const { sheet, table } = t;
    if (shown === table.totals) return;
    stub.guard(sheet, whole(t));
    if (!shown) {
      const r = total(t);
      table.totals = false;
      table.ref = stub.write(stub.within(whole(t), { rows: whole(t).rows - 1 }));
      stub.clear(sheet, r, "All");
      return;
    }
    const r = whole(t);
    const below = stub.within(r, { row: r.row + r.rows, rows: 1 });
    const other = overlaps(sheet, below, table);
    if (other || !isEmpty(sheet, below)) stub.moveCells(sheet, downFrom(r, below.row), 1, 0);
    table.totals = true;
    table.ref = stub.write(stub.within(r, { rows: r.rows + 1 }));
    stub.setEntry(sheet, below.row, below.column, "'Total");
    const last = table.columns.at(-1);
    if (table.columns.length < 2) return;
    const numeric = typeof stub.valueOf(sheet.cells[stub.key(below.row - 1, r.column + r.columns - 1)]) === "number";
    stub.setEntry(sheet, below.row, r.column + r.columns - 1, `=SUBTOTAL(${numeric ? 109 : 103},[${last.name.replace(/['[\]#@]/g, "'$&")}])`);
  };
  const setHeaders = (t, shown) => {
    const { table, sheet } = t;
    if (shown === table.headers) return;
    const r = whole(t);
    if (shown) {
      const above = stub.within(r, { row: r.row - 1, rows: 1 });
      if (!isEmpty(sheet, above)) throw new Error("office_stub: headers are shown again over filled cells, which is not modeled");
      table.headers = true;
      table.ref = stub.write(stub.within(r, { row: r.row - 1, rows: r.rows + 1 }));
      table.columns.forEach((column, at) => stub.setEntry(sheet, above.row, r.column + at, `'${column.name}`));
      return;
    }
    stub.clear(sheet, { ...r, rows: 1 }, "Formats");
    for (let at = 0; at < r.columns; at += 1) delete sheet.cells[stub.key(r.row, r.column + at)];
    table.headers = false;
    table.ref = stub.write(stub.within(r, { row: r.row + 1, rows: r.rows - 1 }));
  };
  const resize = (t, given) => {
    const { sheet, table } = t;
    const [before, after] = [whole(t), stub.fromAddress(sheet, given)];
    if (after.sheet !== sheet) fail("InvalidArgument", "A table cannot be resized to another sheet.");
    if (after.row !== before.row) fail("InvalidArgument", "The headers must remain in the same row.");
    if (!stub.intersection(before, after)) fail("InvalidArgument", "The resulting table must overlap the original table.");
    if (table.totals) throw new Error("office_stub: resizing a table with a total row is not modeled");
    if (after.rows < (table.headers ? 2 : 1)) fail("InvalidArgument", "A table needs a row below its headers.");
    const hit = overlaps(sheet, after, table);
    if (hit) fail("InvalidArgument", `A table cannot overlap another table ("${hit.name}").`);
    const old = table.columns;
    table.columns = Array.from({ length: after.columns }, (_, at) => old[after.column + at - before.column] ?? { name: "" });
    table.ref = stub.write(after);
    stub.headersChanged(sheet, { ...after, rows: 1 });
  };
  const convert = ({ sheet, table }) => {
    sheet.tables.splice(sheet.tables.indexOf(table), 1);
    stub.breakFormulas("table", table.name);
    return whole({ sheet, table });
  };
  const flag = (name) => [(t) => t.table[name], (t, value) => (t.table[name] = stub.is("boolean")(value))];
  const STYLE = /^TableStyle(Light([1-9]|1\d|2[01])|Medium([1-9]|1\d|2[0-8])|Dark([1-9]|1[01]))$/;
  const R = (method) => ["Range", method];
  type("Table", {
    gone, tolerated: ["dataBodyRange"], // xlwings asks for it although it is a method
    read: { id: (t) => t.table.id, legacyId: (t) => t.table.id },
    write: {
      name: [(t) => t.table.name, (t, name) => {
        checkName(name, t.table);
        stub.renameInFormulas("table", t.table.name, name);
        t.table.name = name;
      }],
      style: [(t) => t.table.style, (t, name) => (t.table.style = name === "" || STYLE.test(name) ? name : fail("InvalidArgument", `There is no table style "${name}".`))],
      showHeaders: [(t) => t.table.headers, setHeaders], showTotals: [(t) => t.table.totals, setTotals], showFilterButton: flag("filter"), showBandedRows: flag("bandedRows"),
      showBandedColumns: flag("bandedColumns"), highlightFirstColumn: flag("firstColumn"), highlightLastColumn: flag("lastColumn"),
    },
    link: { columns: ["TableColumnCollection", (t) => t], rows: ["TableRowCollection", (t) => t], worksheet: ["Worksheet", (t) => t.sheet], sort: ["TableSort", (t) => t], autoFilter: ["TableAutoFilter", (t) => t] },
    object: { getRange: R(whole), getDataBodyRange: R(body), getHeaderRowRange: R(header), getTotalRowRange: R(total), convertToRange: R(convert) },
    act: { delete: ({ sheet, table }) => stub.deleteTable(sheet, table), resize, clearFilters: (t) => (t.table.criteria = {}), reapplyFilters() {} },
    events: ["onChanged", "onSelectionChanged"],
  });
  type("TableAutoFilter", { read: { enabled: (t) => t.table.filter, isDataFiltered: (t) => Object.keys(t.table.criteria).length > 0 }, act: { clearCriteria: (t) => (t.table.criteria = {}), reapply() {} } });
  type("TableSort", {
    read: { fields: (t) => t.table.sort ?? [], matchCase: () => false },
    act: {
      apply: (t, fields, matchCase) => {
        stub.sortRows(body(t), fields, matchCase, false);
        t.table.sort = fields;
      },
      clear: (t) => delete t.table.sort, reapply() {},
    },
  });

  const columns = (t) => t.table.columns.map((column) => ({ ...t, column }));
  const column = (t, key) =>
    columns(t).find((each, at) => (typeof key === "number" ? at === key : stub.same(each.column.name, String(key)))) ?? fail("ItemNotFound", `Table "${t.table.name}" has no column "${key}".`);
  const at = (t) => t.table.columns.indexOf(t.column);
  const strip = (rows) => (t) => {
    const r = rows(t);
    return stub.within(r, { column: r.column + at(t), columns: 1 });
  };
  const addColumn = (t, index, values, name) => {
    const r = whole(t);
    const right = stub.within(r, { column: r.column + r.columns, columns: 1 });
    if (index !== null && index !== undefined && index >= 0 && index < r.columns) throw new Error("office_stub: a column is added inside a table, which is not modeled");
    if (!isEmpty(t.sheet, right) || overlaps(t.sheet, right)) throw new Error("office_stub: a column is added where cells are filled, which is not modeled");
    if (name !== undefined && name !== null) stub.setEntry(t.sheet, r.row, right.column, `'${name}`);
    t.table.columns.push({ name: "" });
    t.table.ref = stub.write(stub.within(r, { columns: r.columns + 1 }));
    stub.headersChanged(t.sheet, right);
    if (values) stub.setEntries(t.sheet, right, values);
    return columns(t).at(-1);
  };
  const deleteColumn = (t) => {
    const r = whole(t);
    if (at(t) < r.columns - 1) throw new Error("office_stub: a column is deleted inside a table, which is not modeled");
    stub.clear(t.sheet, strip(whole)(t), "All");
    t.table.columns.splice(at(t), 1);
    t.table.ref = stub.write(stub.within(r, { columns: r.columns - 1 }));
  };
  const C = (method) => ["TableColumn", method];
  type("TableColumnCollection", {
    items: ["TableColumn", columns], read: { count: (t) => t.table.columns.length },
    object: {
      getItem: C(column), getItemAt: C((t, n) => column(t, n)), add: C(addColumn),
      getItemOrNullObject: C((t, key) => columns(t).find((each, n) => n === key || stub.same(each.column.name, String(key)))),
    },
  });
  type("TableColumn", {
    gone: (t) => gone(t) || at(t) < 0,
    read: { id: (t) => at(t) + 1, index: at },
    write: {
      name: [(t) => t.column.name, (t, name) => stub.setEntries(t.sheet, strip(header)(t), [[`'${name}`]])],
      values: [(t) => stub.perCell(strip(whole)(t), stub.valueOf), (t, values) => stub.setEntries(t.sheet, strip(whole)(t), values)],
    },
    link: { filter: ["Filter", (t) => t] },
    object: { getRange: R(strip(whole)), getDataBodyRange: R(strip(body)), getHeaderRowRange: R(strip(header)), getTotalRowRange: R(strip(total)) },
    act: { delete: deleteColumn },
  });
  const criteria = (make) => (t, ...given) => (t.table.criteria[at(t)] = make(...given));
  type("Filter", {
    read: { criteria: (t) => t.table.criteria[at(t)] ?? null },
    act: {
      apply: criteria((given) => given), applyValuesFilter: criteria((values) => ({ filterOn: "Values", values })), clear: (t) => delete t.table.criteria[at(t)],
      applyCustomFilter: criteria((criterion1, criterion2, operator) => ({ filterOn: "Custom", criterion1, ...(criterion2 === undefined ? {} : { criterion2, operator }) })),
      applyTopItemsFilter: criteria((n) => ({ filterOn: "TopItems", criterion1: String(n) })), applyBottomItemsFilter: criteria((n) => ({ filterOn: "BottomItems", criterion1: String(n) })),
      applyTopPercentFilter: criteria((n) => ({ filterOn: "TopPercent", criterion1: String(n) })), applyBottomPercentFilter: criteria((n) => ({ filterOn: "BottomPercent", criterion1: String(n) })),
    },
  });

  const rows = (t) => Array.from({ length: body(t).rows }, (_, index) => ({ ...t, index }));
  const rowRange = (t) => stub.within(body(t), { row: body(t).row + t.index, rows: 1 });
  const addRow = (t, index, values) => {
    const r = body(t);
    const n = values ? values.length : 1;
    const place = index === null || index === undefined || index < 0 ? r.rows : index;
    const all = whole(t);
    const below = stub.within(all, { row: all.row + all.rows, rows: n });
    if (place < r.rows || t.table.totals || !isEmpty(t.sheet, below)) stub.moveCells(t.sheet, { ...downFrom(r, r.row + place), rows: stub.ROWS - r.row - place - n }, n, 0);
    const added = stub.within(r, { row: r.row + place, rows: n });
    t.table.ref = stub.write(stub.within(all, { rows: all.rows + n }));
    if (values) stub.setEntries(t.sheet, added, values);
    return { ...t, index: place };
  };
  const deleteRow = (t) => {
    const r = rowRange(t);
    const all = whole(t);
    if (body(t).rows === 1) {
      stub.clear(t.sheet, r, "Contents");
      return;
    }
    const names = t.table;
    names.ref = stub.write(stub.within(all, { rows: all.rows - 1 }));
    const kept = { ...names };
    t.sheet.tables.splice(t.sheet.tables.indexOf(names), 1);
    stub.clear(t.sheet, r, "All");
    stub.moveCells(t.sheet, downFrom(r, r.row + 1), -1, 0);
    t.sheet.tables.push(Object.assign(names, kept));
  };
  const W = (method) => ["TableRow", method];
  type("TableRowCollection", {
    items: ["TableRow", rows], read: { count: (t) => body(t).rows },
    object: { getItemAt: W((t, index) => rows(t)[index] ?? fail("ItemNotFound", `Table "${t.table.name}" has no row ${index}.`)), add: W(addRow) },
  });
  type("TableRow", {
    gone, read: { index: (t) => t.index }, write: { values: [(t) => stub.perCell(rowRange(t), stub.valueOf), (t, values) => stub.setEntries(t.sheet, rowRange(t), values)] },
    object: { getRange: R(rowRange) }, act: { delete: deleteRow },
  });

  const list = (sheet) => (sheet.sheets ? stub.tables() : sheet.tables.map((table) => ({ sheet, table })));
  const pick = (sheet, key) => list(sheet).find(({ table }) => table.id === key || stub.same(table.name, String(key)));
  const T = (method) => ["Table", method];
  type("TableCollection", {
    items: ["Table", list], read: { count: (sheet) => list(sheet).length },
    object: {
      add: T((sheet, address, hasHeaders) => add(sheet.sheets ? stub.sheetNamed(sheet.active) : sheet, address, hasHeaders)),
      getItem: T((sheet, key) => pick(sheet, key) ?? fail("ItemNotFound", `There is no table "${key}".`)), getItemOrNullObject: T(pick),
      getItemAt: T((sheet, n) => list(sheet)[n] ?? fail("ItemNotFound", `There is no table ${n}.`)),
    },
    result: { getCount: (sheet) => list(sheet).length }, events: ["onChanged", "onAdded", "onDeleted"],
  });
  const scoped = (t) => list(t.sheet).filter(({ table }) => stub.intersection(stub.parse(table.ref), t));
  type("TableScopedCollection", {
    items: ["Table", scoped], read: { count: (t) => scoped(t).length },
    object: { getFirst: T((t) => scoped(t)[0] ?? fail("ItemNotFound", "no table")), getItemOrNullObject: T((t, key) => scoped(t).find(({ table }) => stub.same(table.name, key))) },
    result: { getCount: (t) => scoped(t).length },
  });
  stub.checkTableName = checkName;
})();
