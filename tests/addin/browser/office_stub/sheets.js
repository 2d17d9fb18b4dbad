// The workbook's other objects: sheets, names, notes, comments, panes, printing, protection, filters.
(() => {
  const stub = globalThis.OfficeStub;
  const { type, fail, fields, part, range, is, oneOf } = stub;
  const R = (method) => ["Range", method];

  // --- names
  const scopeOf = (t) => (t.sheets ? t.names : t.names);
  const names = (t) => scopeOf(t).map((name) => ({ scope: t, name }));
  const named = (t, key) => names(t).find(({ name }) => stub.same(name.name, String(key)));
  const refersTo = ({ name, scope }) => {
    const [sheet, rest] = stub.split(name.formula);
    const own = sheet === null ? (scope.sheets ? null : scope) : stub.sheetNamed(sheet);
    const r = stub.parse(rest);
    return own && r ? range(own, r) : null;
  };
  const nameType = (t) => {
    if (refersTo(t)) return "Range";
    const text = t.name.formula.replace(/^=/, "");
    if (text.includes("#REF!")) return "Error";
    return /^".*"$/s.test(text) || text === "" ? "String" : /^-?\d+$/.test(text) ? "Integer" : /^-?[\d.]+$/.test(text) ? "Double" : /^(TRUE|FALSE)$/i.test(text) ? "Boolean" : /^\{/.test(text) ? "Array" : /[!:]/.test(text) ? "Range" : "Error";
  };
  const asFormula = (given) => {
    if (given?.sheet) return `=${stub.quote(given.sheet.name)}!${stub.write(given, "$")}`;
    if (typeof given !== "string") return `=${String(given)}`;
    if (!given.startsWith("=")) return /^-?[\d.]+$/.test(given) ? `=${given}` : `="${given.replaceAll('"', '""')}"`;
    stub.refuse(given, null);
    return given;
  };
  const addName = (t, name, reference, comment = "") => {
    if (!stub.validName(name)) fail("InvalidArgument", `"${name}" cannot be a name.`);
    if (named(t, name) || (t.sheets && stub.tableNamed(name))) fail("InvalidArgument", `There is already a name "${name}".`);
    const entry = { name, formula: asFormula(reference), visible: true, ...(comment ? { comment } : {}) };
    scopeOf(t).push(entry);
    return { scope: t, name: entry };
  };
  const N = (method) => ["NamedItem", method];
  type("NamedItemCollection", {
    items: ["NamedItem", names], read: { count: (t) => scopeOf(t).length },
    object: { add: N(addName), addFormulaLocal: N(addName), getItem: N((t, key) => named(t, key) ?? fail("ItemNotFound", `There is no name "${key}".`)), getItemOrNullObject: N(named) },
    result: { getCount: (t) => scopeOf(t).length },
  });
  type("NamedItem", {
    gone: ({ scope, name }) => !scopeOf(scope).includes(name) || !(scope.sheets || stub.book.sheets.includes(scope)),
    read: {
      name: (t) => t.name.name, type: nameType, scope: (t) => (t.scope.sheets ? "Workbook" : "Worksheet"),
      value: (t) => (refersTo(t) ? stub.fullAddress(refersTo(t)) : t.name.formula.replace(/^="?|"$/g, "")),
    },
    write: { formula: [(t) => t.name.formula, (t, v) => (t.name.formula = asFormula(v))], visible: [(t) => t.name.visible !== false, (t, v) => (t.name.visible = is("boolean")(v))], comment: [(t) => t.name.comment ?? "", (t, v) => (t.name.comment = v)] },
    link: { worksheet: ["Worksheet", (t) => (t.scope.sheets ? fail("InvalidOperation", "The name belongs to the workbook.") : t.scope)], worksheetOrNullObject: ["Worksheet", (t) => (t.scope.sheets ? stub.NULL : t.scope)] },
    object: { getRange: R((t) => refersTo(t) ?? fail("ItemNotFound", "The name is no range.")), getRangeOrNullObject: R(refersTo) },
    act: { delete: ({ scope, name }) => scopeOf(scope).splice(scopeOf(scope).indexOf(name), 1) },
  });

  // --- notes and comments
  const cellOf = (sheet, address) => {
    const r = stub.fromAddress(sheet, address);
    return stub.size(r) === 1 ? r : fail("InvalidArgument", "A note or comment belongs to a single cell.");
  };
  const inSheets = (t) => (t.sheets ? t.sheets : [t]);
  const notes = (t) => inSheets(t).flatMap((sheet) => sheet.notes.map((note) => ({ sheet, note })));
  const noteAt = (t, key) => {
    if (typeof key === "string" && !stub.parse(stub.split(key)[1])) return undefined;
    const r = stub.fromAddress(t.sheets ? stub.sheetNamed(t.active) : t, key);
    return notes(t).find(({ sheet, note }) => sheet === r.sheet && note.cell === stub.write(r));
  };
  const addNote = (t, address, content) => {
    const r = cellOf(t.sheets ? stub.sheetNamed(t.active) : t, address);
    if (typeof content !== "string" || content === "") fail("InvalidArgument", "A note needs a text.");
    if (r.sheet.notes.some((note) => note.cell === stub.write(r))) fail("InvalidArgument", `There is already a note on ${stub.write(r)}.`);
    const note = { cell: stub.write(r), text: content };
    r.sheet.notes.push(note);
    return { sheet: r.sheet, note };
  };
  const O = (method) => ["Note", method];
  type("NoteCollection", {
    items: ["Note", notes],
    object: { add: O(addNote), getItem: O((t, key) => noteAt(t, key) ?? fail("ItemNotFound", `There is no note on ${key}.`)), getItemOrNullObject: O(noteAt), getItemAt: O((t, n) => notes(t)[n] ?? fail("ItemNotFound", `There is no note ${n}.`)) },
    result: { getCount: (t) => notes(t).length },
  });
  type("Note", {
    gone: ({ sheet, note }) => !sheet.notes.includes(note),
    read: { authorName: (t) => t.note.author ?? "Analyst" },
    write: { content: [(t) => t.note.text, (t, v) => (t.note.text = is("string")(v))], visible: [(t) => Boolean(t.note.visible), (t, v) => (t.note.visible = is("boolean")(v))], height: [(t) => t.note.height ?? 60, (t, v) => (t.note.height = v)], width: [(t) => t.note.width ?? 100, (t, v) => (t.note.width = v)] },
    object: { getLocation: R(({ sheet, note }) => range(sheet, stub.parse(note.cell))) },
    act: { delete: ({ sheet, note }) => sheet.notes.splice(sheet.notes.indexOf(note), 1) },
  });
  const comments = (t) => stub.book.comments.filter((comment) => t.sheets || comment.sheet === t.name);
  const addComment = (t, address, content) => {
    const r = cellOf(t.sheets ? stub.sheetNamed(t.active) : t, address);
    const comment = { id: stub.id(), sheet: r.sheet.name, cell: stub.write(r), text: content, resolved: false, replies: [] };
    stub.book.comments.push(comment);
    return comment;
  };
  const at = (t, address) => comments(t).find((comment) => comment.cell === stub.write(cellOf(t.sheets ? stub.sheetNamed(t.active) : t, address)));
  const K = (method) => ["Comment", method];
  type("CommentCollection", {
    items: ["Comment", comments],
    object: { add: K(addComment), getItem: K((t, id) => comments(t).find((one) => one.id === id) ?? fail("ItemNotFound", "no comment")), getItemByCell: K((t, cell) => at(t, cell) ?? fail("ItemNotFound", "no comment")), getItemOrNullObject: K((t, id) => comments(t).find((one) => one.id === id)) },
    result: { getCount: (t) => comments(t).length },
  });
  const text = (name) => [(t) => t[name], (t, v) => (t[name] = v)];
  type("Comment", {
    gone: (t) => !stub.book.comments.includes(t), read: { id: (t) => t.id, authorName: () => "Analyst", authorEmail: () => "", creationDate: () => new Date(0) }, write: { content: text("text"), resolved: text("resolved") },
    link: { replies: ["CommentReplyCollection", (t) => t] }, object: { getLocation: R((t) => range(stub.sheetNamed(t.sheet), stub.parse(t.cell))) }, act: { delete: (t) => stub.book.comments.splice(stub.book.comments.indexOf(t), 1) },
  });
  type("CommentReplyCollection", { items: ["CommentReply", (t) => t.replies], object: { getItem: ["CommentReply", (t, id) => t.replies.find((one) => one.id === id) ?? fail("ItemNotFound", "no reply")], add: ["CommentReply", (t, content) => t.replies[t.replies.push({ id: stub.id(), text: content }) - 1]] } });
  type("CommentReply", { read: { id: (t) => t.id }, write: { content: text("text") } });

  // --- panes, printing, protection
  const freeze = (sheet, rows, columns) => (sheet.freeze = rows || columns ? { rows, columns } : null);
  type("WorksheetFreezePanes", {
    object: { getLocationOrNullObject: R((sheet) => sheet.freeze && range(sheet, { row: 0, column: 0, rows: sheet.freeze.rows || stub.ROWS, columns: sheet.freeze.columns || stub.COLUMNS })), getLocation: R((sheet) => (sheet.freeze ? range(sheet, { row: 0, column: 0, rows: sheet.freeze.rows || stub.ROWS, columns: sheet.freeze.columns || stub.COLUMNS }) : fail("ItemNotFound", "No panes are frozen."))) },
    act: {
      freezeAt: (sheet, given) => {
        const r = stub.fromAddress(sheet, given);
        if (r.row || r.column) throw new Error(`office_stub: panes are frozen at ${stub.write(r)}, which hides what lies before it; start at A1`);
        freeze(sheet, stub.allRows(r) ? 0 : r.rows, stub.allColumns(r) ? 0 : r.columns);
      },
      freezeRows: (sheet, n = 1) => freeze(sheet, n, 0), freezeColumns: (sheet, n = 1) => freeze(sheet, 0, n), unfreeze: (sheet) => freeze(sheet, 0, 0),
    },
  });
  const printed = (name, shape) => (sheet, given) => {
    if (given === "") delete sheet.print[name];
    else {
      const r = stub.fromAddress(sheet, given);
      sheet.print[name] = shape(r);
    }
  };
  const ZOOM = (value) => {
    for (const key of Object.keys(value)) if (!["scale", "horizontalFitToPages", "verticalFitToPages"].includes(key)) stub.unknown("PageLayoutZoomOptions", key);
    if (value.scale !== undefined && (value.scale < 10 || value.scale > 400)) fail("InvalidArgument", "The scale is between 10 and 400.");
    return value;
  };
  const rowsOf = (r) => stub.write({ ...r, column: 0, columns: stub.COLUMNS });
  const columnsOf = (r) => stub.write({ ...r, row: 0, rows: stub.ROWS });
  const printRange = (name) => R((sheet) => (sheet.print[name] ? range(sheet, stub.parse(sheet.print[name])) : null));
  type("PageLayout", {
    write: {
      ...Object.fromEntries(Object.entries(fields({
        orientation: ["Portrait", ["Portrait", "Landscape"]], paperSize: ["Letter", ["Letter", "Legal", "A3", "A4", "A5", "Tabloid", "LetterSmall", "Executive", "Ledger"]], blackAndWhite: false, centerHorizontally: false, centerVertically: false,
        draftMode: false, printGridlines: false, printHeadings: false, leftMargin: 50.4, rightMargin: 50.4, topMargin: 54, bottomMargin: 54, headerMargin: 21.6, footerMargin: 21.6, printOrder: ["DownThenOver", ["DownThenOver", "OverThenDown"]],
        firstPageNumber: null, printErrors: ["AsDisplayed", ["AsDisplayed", "Blank", "Dash", "NotAvailable"]], printComments: ["NoComments", ["NoComments", "EndSheet", "InPlace"]],
      })).map(([name, [get, set]]) => [name, [(sheet) => get(sheet.print), (sheet, value) => set(sheet.print, value)]])),
      zoom: [(sheet) => sheet.print.zoom ?? { scale: 100 }, (sheet, value) => (sheet.print.zoom = ZOOM(value))],
    },
    link: { headersFooters: ["HeaderFooterGroup", (sheet) => (sheet.print.headersFooters ??= {})] },
    object: { getPrintAreaOrNullObject: ["RangeAreas", (sheet) => (sheet.print.area ? { sheet, areas: sheet.print.area.split(",").map((ref) => range(sheet, stub.parse(ref))) } : null)], getPrintTitleRowsOrNullObject: printRange("titleRows"), getPrintTitleColumnsOrNullObject: printRange("titleColumns") },
    act: {
      setPrintArea: (sheet, given) => (typeof given === "string" && given.includes(",") ? (sheet.print.area = given.split(",").map((one) => stub.write(stub.fromAddress(sheet, one))).join(",")) : printed("area", stub.write)(sheet, given)),
      setPrintTitleRows: printed("titleRows", rowsOf), setPrintTitleColumns: printed("titleColumns", columnsOf),
      setPrintMargins: (sheet, unit, options) => (sheet.print.margins = { unit, ...options }),
    },
  });
  const broken = (sheet, given) => (sheet.print.breaks ??= []).push(stub.fromAddress(sheet, given).row);
  type("PageBreakCollection", {
    object: { add: ["PageBreak", (sheet, given) => ({ sheet, at: broken(sheet, given) })] },
    act: { removePageBreaks: (sheet) => delete sheet.print.breaks },
  });
  type("PageBreak", {});
  type("HeaderFooterGroup", { write: fields({ state: ["Default", ["Default", "FirstAndDefault", "OddAndEven", "FirstOddAndEven"]], useSheetMargins: true, useSheetScale: true }), link: Object.fromEntries(["defaultForAllPages", "evenPages", "firstPage", "oddPages"].map((name) => [name, part("HeaderFooter", name)])) });
  type("HeaderFooter", { write: fields({ leftHeader: "", centerHeader: "", rightHeader: "", leftFooter: "", centerFooter: "", rightFooter: "" }) });
  type("WorksheetProtection", {
    read: { protected: (sheet) => Boolean(sheet.protection?.protected), options: (sheet) => sheet.protection?.options ?? null },
    act: {
      protect: (sheet, options, password) => {
        if (sheet.protection?.protected) fail("AccessDenied", "The sheet is protected already.");
        sheet.protection = { protected: true, options: options ?? {}, ...(password ? { password } : {}) };
      },
      unprotect: (sheet, password) => {
        if (sheet.protection?.password && sheet.protection.password !== password) fail("InvalidArgument", "The password is not the one of the sheet.");
        sheet.protection = null;
      },
    },
    result: { checkPassword: (sheet, password) => !sheet.protection?.password || sheet.protection.password === password },
  });
  type("AutoFilter", {
    read: { criteria: (sheet) => (sheet.autoFilter ? sheet.autoFilter.criteria : []), enabled: (sheet) => Boolean(sheet.autoFilter), isDataFiltered: (sheet) => Boolean(sheet.autoFilter?.criteria.some(Boolean)) },
    object: { getRangeOrNullObject: R((sheet) => sheet.autoFilter && range(sheet, stub.parse(sheet.autoFilter.ref))), getRange: R((sheet) => (sheet.autoFilter ? range(sheet, stub.parse(sheet.autoFilter.ref)) : fail("ItemNotFound", "no filter"))) },
    act: {
      apply: (sheet, given, column, criteria) => {
        const r = stub.fromAddress(sheet, given);
        if (sheet.autoFilter?.ref !== stub.write(r)) sheet.autoFilter = { ref: stub.write(r), criteria: Array.from({ length: r.columns }, () => null) };
        if (column !== undefined) sheet.autoFilter.criteria[column] = criteria ?? null;
      },
      clearCriteria: (sheet) => sheet.autoFilter?.criteria.fill(null), clearColumnCriteria: (sheet, column) => sheet.autoFilter && (sheet.autoFilter.criteria[column] = null), remove: (sheet) => (sheet.autoFilter = null), reapply() {},
    },
  });
  // The stub has no shapes and no pivot tables.
  const none = { items: ["Nothing", () => []], read: { count: () => 0 }, object: { getItemOrNullObject: ["Nothing", () => null], getItem: ["Nothing", (t, key) => fail("ItemNotFound", `There is no "${key}".`)] }, result: { getCount: () => 0 } };
  type("Nothing", { read: { name: () => "", id: () => "" }, link: Object.fromEntries(["hierarchies", "rowHierarchies", "columnHierarchies", "filterHierarchies", "dataHierarchies", "layout", "field"].map((name) => [name, ["Nothing", (t) => t]])) });
  type("ShapeCollection", none);
  type("PivotTableCollection", none);
  type("CustomPropertyCollection", {
    items: ["CustomProperty", (t) => Object.keys((t.properties ??= {})).map((key) => ({ of: t, key }))],
    object: { add: ["CustomProperty", (t, key, value) => (((t.properties ??= {})[key] = value), { of: t, key })], getItemOrNullObject: ["CustomProperty", (t, key) => (key in (t.properties ??= {}) ? { of: t, key } : null)], getItem: ["CustomProperty", (t, key) => (key in (t.properties ??= {}) ? { of: t, key } : fail("ItemNotFound", key))] },
  });
  type("CustomProperty", { read: { key: (t) => t.key }, write: { value: [(t) => t.of.properties[t.key], (t, v) => (t.of.properties[t.key] = v)] }, act: { delete: (t) => delete t.of.properties[t.key] } });

  // --- sheets
  const gone = (sheet) => !stub.book.sheets.includes(sheet);
  const checkSheet = (name, except) => {
    if (!stub.validSheet(name)) fail("InvalidArgument", `"${name}" cannot be the name of a sheet.`);
    if (stub.book.sheets.some((sheet) => sheet !== except && stub.same(sheet.name, name))) fail("ItemAlreadyExists", `There is already a sheet "${name}".`);
  };
  const freeSheet = () => {
    let n = 1;
    while (stub.sheetNamed(`Sheet${n}`)) n += 1;
    return `Sheet${n}`;
  };
  const addSheet = (t, name = freeSheet()) => {
    checkSheet(name);
    const sheet = stub.emptySheet(name);
    stub.book.sheets.push(sheet);
    stub.later("onAdded", ["worksheets", stub.book], { worksheetId: name, type: "WorksheetAdded" });
    return sheet;
  };
  const shown = () => stub.book.sheets.filter((sheet) => sheet.visibility === "Visible");
  const deleteSheet = (sheet) => {
    if (sheet.visibility === "VeryHidden") fail("InvalidOperation", "A very hidden sheet cannot be deleted.");
    if (shown().length === 1 && sheet.visibility === "Visible") fail("InvalidOperation", "A workbook must contain at least one visible worksheet.");
    const { sheets } = stub.book;
    const place = sheets.indexOf(sheet);
    for (const table of sheet.tables) stub.breakFormulas("table", table.name);
    sheets.splice(place, 1);
    stub.breakFormulas("sheet", sheet.name);
    stub.book.comments = stub.book.comments.filter((comment) => comment.sheet !== sheet.name);
    if (stub.book.active === sheet.name) stub.book.active = (sheets.slice(place).find((one) => one.visibility === "Visible") ?? shown().at(-1)).name;
    stub.later("onDeleted", ["worksheets", stub.book], { worksheetId: sheet.name, type: "WorksheetDeleted" });
  };
  const activate = (sheet) => {
    if (sheet.visibility !== "Visible") fail("InvalidOperation", `The sheet "${sheet.name}" is hidden.`);
    const before = stub.sheetNamed(stub.book.active);
    stub.book.active = sheet.name;
    if (before === sheet) return;
    stub.later("onDeactivated", [before, "worksheets"], { worksheetId: before?.name, type: "WorksheetDeactivated" });
    stub.later("onActivated", [sheet, "worksheets", stub.book], { worksheetId: sheet.name, type: "WorksheetActivated" });
  };
  const copySheet = (sheet, position = "End", relative = undefined) => {
    const twin = structuredClone(sheet);
    twin.name = `${sheet.name.slice(0, 27)} (2)`;
    checkSheet(twin.name);
    twin.tables.forEach((table) => Object.assign(table, { id: stub.id(), name: stub.unique(table.name, new Set(stub.tables().map((each) => each.table.name.toLowerCase()))) }));
    const { sheets } = stub.book;
    const place = { None: sheets.length, End: sheets.length, Beginning: 0, Before: sheets.indexOf(relative), After: sheets.indexOf(relative) + 1 }[position];
    sheets.splice(place ?? fail("InvalidArgument", `A sheet cannot be copied "${position}".`), 0, twin);
    return twin;
  };
  const setVisibility = (sheet, value) => {
    oneOf("Visible", "Hidden", "VeryHidden")(value);
    if (value !== "Visible" && shown().length === 1 && shown()[0] === sheet) fail("InvalidOperation", "A workbook must contain at least one visible worksheet.");
    sheet.visibility = value;
    if (value !== "Visible" && stub.book.active === sheet.name) stub.book.active = shown()[0].name;
  };
  const rename = (sheet, name) => {
    checkSheet(name, sheet);
    if (stub.book.active === sheet.name) stub.book.active = name;
    stub.book.comments.filter((comment) => comment.sheet === sheet.name).forEach((comment) => (comment.sheet = name));
    stub.renameInFormulas("sheet", sheet.name, name);
    sheet.name = name;
  };
  const place = (sheet, position) => {
    if (!Number.isInteger(position) || position < 0 || position >= stub.book.sheets.length) fail("InvalidArgument", `There is no position ${position}.`);
    const { sheets } = stub.book;
    sheets.splice(sheets.indexOf(sheet), 1);
    sheets.splice(position, 0, sheet);
  };
  const usedRange = (sheet, only) => {
    const r = stub.used(sheet, Boolean(only));
    return r && range(sheet, r);
  };
  type("Worksheet", {
    gone,
    read: { id: (sheet) => `{${sheet.name}}`, standardHeight: () => 15, tabId: (sheet) => stub.book.sheets.indexOf(sheet) },
    write: {
      name: [(sheet) => sheet.name, rename], position: [(sheet) => stub.book.sheets.indexOf(sheet), place], visibility: [(sheet) => sheet.visibility, setVisibility],
      tabColor: [(sheet) => sheet.tab, (sheet, value) => (sheet.tab = stub.color(value))], showGridlines: [(sheet) => sheet.gridlines, (sheet, value) => (sheet.gridlines = is("boolean")(value))],
      showHeadings: [(sheet) => sheet.headings, (sheet, value) => (sheet.headings = is("boolean")(value))], standardWidth: [(sheet) => sheet.width ?? 48, (sheet, value) => (sheet.width = is("number")(value))],
      enableCalculation: [() => true, () => {}],
    },
    link: {
      names: ["NamedItemCollection", (t) => t], tables: ["TableCollection", (t) => t], charts: ["ChartCollection", (t) => t], shapes: ["ShapeCollection", (t) => t], pivotTables: ["PivotTableCollection", (t) => t],
      freezePanes: ["WorksheetFreezePanes", (t) => t], pageLayout: ["PageLayout", (t) => t], horizontalPageBreaks: ["PageBreakCollection", (t) => t], notes: ["NoteCollection", (t) => t], comments: ["CommentCollection", (t) => t], protection: ["WorksheetProtection", (t) => t],
      autoFilter: ["AutoFilter", (t) => t], customProperties: ["CustomPropertyCollection", (t) => t],
    },
    object: {
      getRange: R(stub.fromAddress), getRangeByIndexes: R((sheet, row, column, rows, columns) => range(sheet, stub.rectangle(row, column, rows, columns))), getCell: R((sheet, row, column) => range(sheet, stub.rectangle(row, column, 1, 1))),
      getRanges: ["RangeAreas", (sheet, address) => ({ sheet, areas: address ? address.split(",").map((one) => stub.fromAddress(sheet, one.trim())) : [stub.fromAddress(sheet)] })],
      getUsedRange: R((sheet, only) => usedRange(sheet, only) ?? range(sheet, stub.rectangle(0, 0, 1, 1))), getUsedRangeOrNullObject: R(usedRange), copy: ["Worksheet", copySheet],
      getNext: ["Worksheet", (sheet) => stub.book.sheets[stub.book.sheets.indexOf(sheet) + 1] ?? fail("ItemNotFound", "It is the last sheet.")], getNextOrNullObject: ["Worksheet", (sheet) => stub.book.sheets[stub.book.sheets.indexOf(sheet) + 1]],
      getPrevious: ["Worksheet", (sheet) => stub.book.sheets[stub.book.sheets.indexOf(sheet) - 1] ?? fail("ItemNotFound", "It is the first sheet.")],
    },
    act: { activate, delete: deleteSheet, calculate() {} },
    events: ["onSelectionChanged", "onChanged", "onActivated", "onDeactivated", "onCalculated", "onFormatChanged", "onNameChanged", "onProtectionChanged", "onSingleClicked", "onVisibilityChanged", "onFiltered", "onRowSorted", "onColumnSorted", "onFormulaChanged", "onRowHiddenChanged"],
  });
  const listeners = { gone: () => false };
  const W = (method) => ["Worksheet", method];
  const sheetAs = (key) => stub.sheetNamed(String(key)) ?? stub.book.sheets.find((sheet) => `{${sheet.name}}` === key);
  type("WorksheetCollection", {
    ...listeners, items: ["Worksheet", () => stub.book.sheets],
    object: {
      add: W(addSheet), getItem: W((t, key) => sheetAs(key) ?? fail("ItemNotFound", `There is no sheet "${key}".`)), getItemOrNullObject: W((t, key) => sheetAs(key)), getActiveWorksheet: W(() => stub.sheetNamed(stub.book.active)),
      getFirst: W(() => stub.book.sheets[0]), getLast: W(() => stub.book.sheets.at(-1)),
    },
    result: { getCount: (t, visibleOnly) => (visibleOnly ? shown() : stub.book.sheets).length },
    events: ["onAdded", "onDeleted", "onActivated", "onDeactivated", "onChanged", "onCalculated", "onSelectionChanged", "onFormatChanged", "onNameChanged", "onVisibilityChanged", "onMoved", "onFormulaChanged", "onSingleClicked", "onFiltered"],
  });
  const selected = () => {
    const sheet = stub.sheetNamed(stub.book.active);
    return range(sheet, stub.parse(sheet.selection));
  };
  type("Workbook", {
    read: { name: (book) => book.name, isDirty: () => true, autoSave: () => false, previouslySaved: () => true, readOnly: () => false },
    link: {
      worksheets: ["WorksheetCollection", () => "worksheets"], tables: ["TableCollection", (t) => t], names: ["NamedItemCollection", (t) => t], application: ["Application", (t) => t], comments: ["CommentCollection", (t) => t], notes: ["NoteCollection", (t) => t],
      properties: ["DocumentProperties", (t) => (t.properties ??= {})], settings: ["CustomPropertyCollection", (t) => (t.settings ??= {})], functions: ["Nothing", (t) => t], protection: ["WorksheetProtection", (t) => (t.structure ??= {})],
    },
    object: { getSelectedRange: R(selected), getActiveCell: R(() => stub.within(selected(), { rows: 1, columns: 1 })), getSelectedRanges: ["RangeAreas", () => ({ sheet: selected().sheet, areas: [selected()] })], getActiveChartOrNullObject: ["Chart", () => null] },
    act: { save: (book) => (book.saved += 1), close() {} }, events: ["onSelectionChanged", "onActivated", "onAutoSaveSettingChanged"],
  });
  type("DocumentProperties", { write: fields({ author: "", category: "", comments: "", company: "", keywords: "", manager: "", subject: "", title: "" }), link: { custom: ["CustomPropertyCollection", (t) => t] } });
  type("Application", {
    read: { calculationState: () => "Done", calculationEngineVersion: () => 191029, decimalSeparator: () => ".", thousandsSeparator: () => ",", useSystemSeparators: () => true },
    write: { calculationMode: [(book) => book.calculation, (book, value) => (book.calculation = oneOf("Automatic", "AutomaticExceptTables", "Manual")(value))] },
    link: { cultureInfo: ["CultureInfo", (t) => t] },
    act: { calculate: (book, how) => oneOf("Recalculate", "Full", "FullRebuild")(how), suspendScreenUpdatingUntilNextSync() {}, suspendApiCalculationUntilNextSync() {} },
  });
  type("CultureInfo", { read: { name: () => "en-US" }, link: { datetimeFormat: ["DatetimeFormatInfo", (t) => t], numberFormat: ["NumberFormatInfo", (t) => t] } });
  type("DatetimeFormatInfo", { read: { shortDatePattern: () => "m/d/yyyy", longDatePattern: () => "dddd, mmmm d, yyyy", dateSeparator: () => "/", timeSeparator: () => ":", longTimePattern: () => "h:mm:ss AM/PM", shortTimePattern: () => "h:mm AM/PM" } });
  type("NumberFormatInfo", { read: { numberDecimalSeparator: () => ".", numberGroupSeparator: () => ",", currencySymbol: () => "$" } });
})();
