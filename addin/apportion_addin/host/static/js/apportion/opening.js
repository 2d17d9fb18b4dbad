// apportionOpen: a new workbook beside the open one.
import { hasExcelApi } from "./host.js";
import { offerDownload } from "./outcome.js";

/**
 * Opens a workbook that the server made. Where Excel cannot, or refuses, the pane offers it as a download.
 * @param {Excel.RequestContext} _context
 * @param {string} fileName
 * @param {string} content of the .xlsx file, in base64
 */
export async function openWorkbook(_context, fileName, content) {
  offerDownload("", "");
  if (hasExcelApi("1.8")) {
    try {
      await Excel.createWorkbook(content);
      return;
    } catch (error) {
      console.error(error);
    }
  }
  offerDownload(fileName, content);
}
