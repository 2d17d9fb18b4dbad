// Going to a place in the workbook.
import { inWords } from "./host.js";
import { showTrouble } from "./trouble.js";

/**
 * Shows a sheet, and selects a cell of it when one is given. What is not there any more is said in the pane.
 * @param {string} sheetName
 * @param {string} [cell]
 */
export async function goTo(sheetName, cell) {
  try {
    await Excel.run(async (context) => {
      const sheet = context.workbook.worksheets.getItemOrNullObject(sheetName).load("visibility");
      await context.sync();
      if (sheet.isNullObject) throw new Error(`There is no sheet "${sheetName}" any more. Press Refresh to read the plan again.`);
      if (sheet.visibility !== "Visible") {
        throw new Error(`The sheet "${sheetName}" is hidden. Right-click any sheet's tab and press Unhide to see it.`);
      }
      sheet.activate();
      if (cell) sheet.getRange(cell).select();
      await context.sync();
    });
  } catch (error) {
    showTrouble(`${sheetName}${cell ? ` ${cell}` : ""} cannot be shown`, inWords(error));
  }
}
