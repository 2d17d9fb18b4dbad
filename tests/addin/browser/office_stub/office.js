// The globals that office.js gives a page: Office, Excel, OfficeExtension, CustomFunctions, OfficeRuntime. What a test
// needs beside them is in window.__office.
(() => {
  const stub = globalThis.OfficeStub;
  const { strict } = stub;
  const options = { platform: "OfficeOnline", sets: {}, dialog: false, ...globalThis.__officeOptions };
  const SETS = {
    excelapi: "1.18", excelapionline: "1.1", sharedruntime: "1.2", dialogapi: "1.2", dialogorigin: "1.1", ribbonapi: "1.2", addincommands: "1.3", customfunctions: "1.7", customfunctionsruntime: "1.4", identityapi: "1.3",
    keyboardshortcuts: "1.1", openbrowserwindowapi: "1.1", officeruntime: "1.1", devicepermission: "1.1",
    ...Object.fromEntries(Object.entries(options.sets).map(([name, version]) => [name.toLowerCase(), version])),
  };
  const parts = (version) => String(version).split(".").map(Number);
  const isSetSupported = (name, wanted = "1.1") => {
    const have = SETS[String(name).toLowerCase()];
    if (!have) return false;
    const [a, b] = [parts(have), parts(wanted)];
    return a[0] > b[0] || (a[0] === b[0] && (a[1] ?? 0) >= (b[1] ?? 0));
  };
  const choices = (...names) => strict("enumeration", Object.fromEntries(names.map((name) => [name, name[0].toUpperCase() + name.slice(1)])));
  const state = { actions: {}, functions: {}, dialogs: [], shown: false, startup: "None", windows: [], opened: [], messages: [], completed: [] };

  globalThis.OfficeExtension = strict("OfficeExtension", { Error: stub.OfficeError, Promise, ErrorCodes: strict("ErrorCodes", { propertyNotLoaded: "PropertyNotLoaded", itemNotFound: "ItemNotFound", generalException: "GeneralException" }), config: { extendedErrorLogging: false } });
  globalThis.Excel = strict("Excel", {
    run: stub.run, RequestContext: stub.RequestContext,
    createWorkbook: async (base64) => {
      if (base64 !== undefined && (typeof base64 !== "string" || !atob(base64).startsWith("PK"))) stub.fail("InvalidArgument", "A workbook is made from the base64 text of an .xlsx file.");
      state.opened.push(base64 ?? "");
    },
    postprocessBindingDescriptor: () => undefined,
    ShapeType: choices("unsupported", "image", "geometricShape", "group", "line"),
    ClearApplyTo: choices("all", "formats", "contents", "hyperlinks", "removeHyperlinks", "resetContents"), CalculationType: choices("recalculate", "full", "fullRebuild"), CalculationMode: choices("automatic", "automaticExceptTables", "manual"),
    SaveBehavior: choices("save", "prompt"), CloseBehavior: choices("save", "skipSave"), DeleteShiftDirection: choices("up", "left"), InsertShiftDirection: choices("down", "right"), GroupOption: choices("byRows", "byColumns"),
    HorizontalAlignment: choices("general", "left", "center", "right", "fill", "justify", "centerAcrossSelection", "distributed"), VerticalAlignment: choices("top", "center", "bottom", "justify", "distributed"),
    BorderIndex: choices("edgeTop", "edgeBottom", "edgeLeft", "edgeRight", "insideVertical", "insideHorizontal", "diagonalDown", "diagonalUp"), BorderLineStyle: choices("none", "continuous", "dash", "dashDot", "dashDotDot", "dot", "double", "slantDashDot"),
    BorderWeight: choices("hairline", "thin", "medium", "thick"), RangeUnderlineStyle: choices("none", "single", "double", "singleAccountant", "doubleAccountant"), RangeCopyType: choices("all", "formulas", "values", "formats"),
    SheetVisibility: choices("visible", "hidden", "veryHidden"), PageOrientation: choices("portrait", "landscape"), PaperType: choices("letter", "legal", "a3", "a4", "a5", "tabloid"), WorksheetPositionType: choices("none", "before", "after", "beginning", "end"),
    ConditionalFormatType: choices("custom", "dataBar", "colorScale", "iconSet", "topBottom", "presetCriteria", "containsText", "cellValue"), DataValidationAlertStyle: choices("stop", "warning", "information"),
    DataValidationOperator: choices("between", "notBetween", "equalTo", "notEqualTo", "greaterThan", "lessThan", "greaterThanOrEqualTo", "lessThanOrEqualTo"), NamedItemType: choices("string", "integer", "double", "boolean", "range", "error", "array"),
    KeyboardDirection: choices("left", "right", "up", "down"), ChartSeriesBy: choices("auto", "columns", "rows"), ChartLegendPosition: choices("invalid", "top", "bottom", "left", "right", "corner", "custom"), RangeValueType: choices("unknown", "empty", "string", "integer", "double", "boolean", "error"),
    ErrorCodes: strict("Excel.ErrorCodes", { accessDenied: "AccessDenied", invalidArgument: "InvalidArgument", itemAlreadyExists: "ItemAlreadyExists", itemNotFound: "ItemNotFound", invalidOperation: "InvalidOperation", generalException: "GeneralException", apiNotFound: "ApiNotFound", invalidReference: "InvalidReference" }),
  });

  // --- dialogs: only one at a time; the test opens its page and its answer comes back through answer()
  const failed = (code, message) => ({ status: "failed", error: { code, message, name: "Dialog" }, value: undefined });
  const displayDialogAsync = (url, second, third) => {
    const [given, callback] = typeof second === "function" ? [{}, second] : [second ?? {}, third];
    const address = new URL(url, location.href);
    const open = state.dialogs.find((each) => each.open);
    const answer = () => {
      if (open) return failed(12007, "A dialog box is already opened from the task pane.");
      if (address.protocol !== "https:" && address.hostname !== "127.0.0.1" && address.hostname !== "localhost") return failed(12005, "HTTPS is required.");
      if (address.origin !== location.origin) return failed(12004, "The domain of the URL is not trusted.");
      const handlers = { dialogMessageReceived: [], dialogEventReceived: [] };
      const entry = { url: address.href, options: given, open: true, handlers };
      state.dialogs.push(entry);
      const value = strict("Dialog", {
        addEventHandler: (kind, handler) => handlers[kind].push(handler), close: () => (entry.open = false), messageChild: (message) => (entry.message = message), sendMessage: (message) => (entry.message = message),
      });
      return { status: "succeeded", value, error: undefined };
    };
    queueMicrotask(() => callback?.(answer()));
  };
  const settings = (globalThis.__documentSettings ??= {});
  const later = (callback, value) => setTimeout(() => callback?.({ status: "succeeded", value, error: undefined }), 0);
  const info = { host: "Excel", platform: options.platform, addin: undefined };
  const requirements = strict("requirements", { isSetSupported });
  const ui = strict("Office.context.ui", {
    displayDialogAsync, closeContainer: () => (state.shown = false), openBrowserWindow: (url) => state.windows.push(url), addHandlerAsync: (kind, handler, ...rest) => later(rest.at(-1)),
    messageParent: (message) => {
      if (!options.dialog) throw new Error("office_stub: messageParent is called outside a dialog");
      state.messages.push(message);
    },
  });
  let initialize;
  const ready = new Promise((resolve) => {
    const begin = () => {
      initialize?.("documentOpened");
      resolve(info);
    };
    if (document.readyState === "complete") setTimeout(begin, 0);
    else addEventListener("DOMContentLoaded", () => setTimeout(begin, 0));
  });
  const visibility = [];
  const setShown = (shown) => {
    if (state.shown === shown) return;
    state.shown = shown;
    for (const handler of visibility) handler({ visibilityMode: shown ? "Taskpane" : "Hidden" });
  };
  globalThis.Office = strict("Office", {
    onReady: (callback) => (callback ? ready.then((each) => (callback(each), each)) : ready),
    get initialize() {
      return initialize;
    },
    set initialize(handler) {
      initialize = handler;
    },
    HostType: strict("HostType", { Excel: "Excel", Word: "Word", PowerPoint: "PowerPoint", Outlook: "Outlook", OneNote: "OneNote", Project: "Project", Access: "Access" }),
    PlatformType: strict("PlatformType", { PC: "PC", OfficeOnline: "OfficeOnline", Mac: "Mac", iOS: "iOS", Android: "Android", Universal: "Universal" }),
    AsyncResultStatus: strict("AsyncResultStatus", { Succeeded: "succeeded", Failed: "failed" }),
    EventType: strict("EventType", { DialogMessageReceived: "dialogMessageReceived", DialogEventReceived: "dialogEventReceived", DialogParentMessageReceived: "dialogParentMessageReceived", DocumentSelectionChanged: "documentSelectionChanged", OfficeThemeChanged: "officeThemeChanged" }),
    StartupBehavior: strict("StartupBehavior", { none: "None", load: "Load" }), VisibilityMode: strict("VisibilityMode", { hidden: "Hidden", taskpane: "Taskpane" }), CoercionType: strict("CoercionType", { Text: "text", Matrix: "matrix" }),
    GoToType: strict("GoToType", { NamedItem: "namedItem", Binding: "binding", Slide: "slide", Index: "index" }),
    actions: strict("Office.actions", { associate: (id, handler) => (state.actions[id] = handler), areShortcutsInUse: async () => [], replaceShortcuts: async () => {}, getShortcuts: async () => ({}) }),
    addin: strict("Office.addin", {
      showAsTaskpane: async () => setShown(true), hide: async () => setShown(false), setStartupBehavior: async (behavior) => void (state.startup = behavior), getStartupBehavior: async () => state.startup,
      onVisibilityModeChanged: async (handler) => {
        visibility.push(handler);
        return async () => void visibility.splice(visibility.indexOf(handler), 1);
      },
    }),
    ribbon: strict("Office.ribbon", { requestUpdate: async (input) => void (state.ribbon = input), requestCreateControls: async () => {} }),
    context: strict("Office.context", {
      host: "Excel", platform: options.platform, displayLanguage: "en-US", contentLanguage: "en-US", touchEnabled: false, commerceAllowed: false, partitionKey: undefined, isDialog: options.dialog,
      diagnostics: strict("diagnostics", { host: "Excel", platform: options.platform, version: "16.0.20308.15050" }), requirements, ui,
      officeTheme: strict("officeTheme", { bodyBackgroundColor: "#FFFFFF", bodyForegroundColor: "#242424", controlBackgroundColor: "#FFFFFF", controlForegroundColor: "#242424", isDarkTheme: false, themeId: 0, ...options.theme }),
      document: strict("Office.context.document", {
        url: "https://district.sharepoint.com/planner.xlsx", mode: "readWrite",
        settings: strict("settings", {
          get: (name) => settings[name] ?? null, set: (name, value) => void (settings[name] = value), remove: (name) => delete settings[name], saveAsync: (...rest) => later(rest.at(-1)), refreshAsync: (callback) => later(callback),
        }),
        addHandlerAsync: (kind, handler, ...rest) => later(rest.at(-1)), removeHandlerAsync: (kind, ...rest) => later(rest.at(-1)),
        goToByIdAsync: async (id, kind, ...rest) => {
          await stub.run(async (context) => context.workbook.worksheets.getActiveWorksheet().getRange(id).select());
          later(rest.at(-1));
        },
      }),
      auth: strict("Office.auth", { getAccessToken: async () => stub.fail("13000", "There is no identity provider.") }),
    }),
    auth: strict("Office.auth", { getAccessToken: async () => stub.fail("13000", "There is no identity provider.") }),
  });
  const KEY = "office_stub_storage:";
  globalThis.OfficeRuntime = strict("OfficeRuntime", {
    storage: strict("OfficeRuntime.storage", {
      getItem: async (name) => localStorage.getItem(KEY + name), setItem: async (name, value) => localStorage.setItem(KEY + name, value), removeItem: async (name) => localStorage.removeItem(KEY + name),
      getItems: async (names) => Object.fromEntries(names.map((name) => [name, localStorage.getItem(KEY + name)])), setItems: async (all) => Object.entries(all).forEach(([name, value]) => localStorage.setItem(KEY + name, value)),
      removeItems: async (names) => names.forEach((name) => localStorage.removeItem(KEY + name)), getKeys: async () => Object.keys(localStorage).filter((name) => name.startsWith(KEY)).map((name) => name.slice(KEY.length)),
    }),
    auth: strict("OfficeRuntime.auth", { getAccessToken: async () => stub.fail("13000", "There is no identity provider.") }), apiInformation: strict("apiInformation", { isSetSupported }),
  });

  // --- cell functions
  const ERROR_CODES = { divisionByZero: "#DIV/0!", invalidName: "#NAME?", invalidNumber: "#NUM!", invalidReference: "#REF!", invalidValue: "#VALUE!", notAvailable: "#N/A", nullReference: "#NULL!" };
  class FunctionError extends Error {
    constructor(code, message) {
      super(message);
      this.code = code;
      if (!Object.values(ERROR_CODES).includes(code)) throw new Error(`office_stub: ${code} is no error of a cell`);
      if (message && code !== "#VALUE!" && code !== "#N/A") throw new Error("office_stub: only #VALUE! and #N/A can carry a message");
    }
  }
  globalThis.CustomFunctions = strict("CustomFunctions", {
    associate: (first, second) => (typeof first === "string" ? (state.functions[first] = second) : Object.assign(state.functions, first)), Error: FunctionError, ErrorCode: strict("ErrorCode", ERROR_CODES),
  });
  const asMatrix = (value) => (Array.isArray(value) ? (Array.isArray(value[0]) ? value : [value]) : [[value]]);
  /** An argument as Excel hands it over: {range: "Schools!B6:D9"} is read from the workbook; left out ones are null. */
  const argument = (value) => {
    if (value === null || value === undefined) return null;
    if (!value.range) return asMatrix(value);
    return stub.perCell(stub.fromAddress(stub.sheetNamed(stub.book.active), value.range), (cell) => {
      const got = stub.valueOf(cell);
      return stub.isError(got) ? { type: "Error", errorType: got, basicValue: got, basicType: "Error" } : got;
    });
  };
  const checkResult = (value) => {
    const rows = asMatrix(value);
    if (!rows.length || rows.some((row) => !Array.isArray(row) || row.length !== rows[0].length || row.length === 0)) throw new FunctionError("#VALUE!", "The rows of the result differ in length.");
    for (const one of rows.flat()) {
      const fine = one === null || ["string", "boolean"].includes(typeof one) || Number.isFinite(one) || (typeof one === "object" && typeof one.type === "string");
      if (!fine) throw new FunctionError("#VALUE!", `${String(one)} is no value of a cell.`);
    }
    return value;
  };
  const callFunction = async (name, cell, values) => {
    const plain = name.split(".").slice(-1)[0];
    const id = [name, plain].find((each) => state.functions[each]) ?? Object.keys(state.functions).find((each) => each.toUpperCase().split(".").at(-1) === plain.toUpperCase());
    if (!id) return { error: "#NAME?", message: `No function ${name} is associated; there are ${Object.keys(state.functions).join(", ") || "none"}.` };
    const invocation = { address: cell, functionName: id, isInValuePreview: false };
    try {
      return { value: checkResult(await state.functions[id](...values.map(argument), invocation)) };
    } catch (error) {
      return { error: error instanceof FunctionError ? error.code : "#VALUE!", message: error.message };
    }
  };
  /** Writes the result of a function into the cells that it spills over; only the first one has the formula. */
  const spill = (address, value, formula = "") => {
    const rows = asMatrix(value);
    const first = stub.fromAddress(stub.sheetNamed(stub.book.active), address);
    const area = stub.within(first, { rows: rows.length, columns: rows[0].length });
    const hit = stub.perCell(area, (cell) => cell?.v !== undefined || Boolean(cell?.f)).flat().slice(1).some(Boolean);
    const put = (i, j, one) => {
      const cell = (first.sheet.cells[stub.key(first.row + i, first.column + j)] ??= {});
      cell.v = one?.type === "Error" ? (one.basicValue ?? one.errorType) : (one?.basicValue ?? one ?? "");
      if (i + j === 0 && formula) cell.f = formula;
    };
    if (hit) put(0, 0, "#SPILL!");
    else rows.forEach((row, i) => row.forEach((one, j) => put(i, j, one)));
    return !hit;
  };

  // --- what tests use
  const ribbon = async (id) => {
    const names = Object.keys(state.actions);
    const found = names.find((each) => each === id) ?? names.find((each) => each.split(/[:.\-_/]/).at(-1).toLowerCase() === id.toLowerCase());
    if (!found) throw new Error(`No ribbon action "${id}" is associated; there are ${names.join(", ") || "none"}.`);
    let done;
    const completed = new Promise((resolve) => (done = resolve));
    const outcome = state.actions[found]({ source: { id: found }, completed: () => done("completed") });
    await Promise.race([completed, Promise.resolve(outcome).then(() => completed)]);
    return found;
  };
  globalThis.__office = {
    state, ribbon, spill, callFunction, handlers: stub.handlers,
    dump: () => JSON.parse(JSON.stringify(stub.book)), load: (model) => (globalThis.__excel = model), syncs: () => stub.syncs ?? 0,
    answer: (message) => {
      const dialog = state.dialogs.find((each) => each.open);
      dialog.handlers.dialogMessageReceived.forEach((handler) => handler({ message, origin: location.origin }));
    },
    dismiss: () => {
      const dialog = state.dialogs.find((each) => each.open);
      dialog.open = false;
      dialog.handlers.dialogEventReceived.forEach((handler) => handler({ error: 12006 }));
    },
    dialogs: () => state.dialogs.map(({ url, open, options: given }) => ({ url, open, options: given })),
  };
  const go = async (context, address) => {
    const [sheet] = stub.split(address);
    const owner = sheet === null ? context.workbook.worksheets.getActiveWorksheet() : context.workbook.worksheets.getItem(sheet);
    owner.activate();
    owner.getRange(stub.split(address)[1]).select();
    await context.sync();
  };
  globalThis.__office.select = (address) => stub.run((context) => go(context, address));
  globalThis.__function = callFunction;
  stub.book; // complete the model before anyone reads it
})();
