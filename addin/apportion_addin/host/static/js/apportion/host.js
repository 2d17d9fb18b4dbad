// What this Excel can do, and how its errors are told.

/**
 * Whether this Excel has the requirement set ExcelApi of a version, such as "1.9".
 * @param {string} version
 * @returns {boolean}
 */
export function hasExcelApi(version) {
  return Office.context.requirements.isSetSupported("ExcelApi", version);
}

/**
 * Whether this host has another requirement set, such as "SharedRuntime" "1.1".
 * @param {string} name
 * @param {string} version
 * @returns {boolean}
 */
export function has(name, version) {
  return Office.context?.requirements?.isSetSupported(name, version) ?? false;
}

/**
 * The public address of a page of the server.
 * @param {string} path with a leading slash
 * @returns {string}
 */
export function address(path) {
  return window.location.origin + (globalThis.config?.appPath ?? "") + path;
}

/** Errors of Excel that people can do something about, by code. @type {Record<string, string>} */
const REMEDIES = {
  InvalidOperationInCellEditMode: "A cell is being edited. Finish it with Enter, then try again.",
  AccessDenied: "The workbook is protected or opened for reading only. Allow editing, then try again.",
  ItemNotFound: "A sheet, table or name that Apportion expected is not there (it may have just been renamed). Try again.",
  PayloadSizeLimitExceeded: "The workbook is too large for this Excel to hand over at once. Try it in Excel for Windows or Mac.",
  RequestPayloadSizeLimitExceeded: "That is more than this Excel takes at once. Try it in Excel for Windows or Mac.",
  ResponsePayloadSizeLimitExceeded: "The workbook is too large for this Excel to hand over at once. Try it in Excel for Windows or Mac.",
};

/**
 * An error in words for the person in front of Excel.
 * @param {any} error anything that was thrown
 * @returns {string}
 */
export function inWords(error) {
  if (typeof error === "string") return error;
  return REMEDIES[error?.code] ?? error?.message ?? String(error);
}

/**
 * Sends what is queued to Excel. When Excel refuses a step, the error says at which sheet and address.
 * The steps were announced by `context.trace(place)`.
 * @param {Excel.RequestContext} context
 * @param {string} sheetName
 */
export async function syncSheet(context, sheetName) {
  try {
    await context.sync();
  } catch (thrown) {
    const error = /** @type {any} */ (thrown);
    const place = error?.traceMessages?.at(-1);
    if (place === undefined) throw error; // a step that stood in the queue before ours
    throw new Error(`Sheet "${sheetName}"${place ? `, ${place}` : ""}: ${inWords(error)}`, { cause: error });
  }
}
