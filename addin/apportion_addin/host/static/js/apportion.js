// Our own actions: what the server's answer asks for and xlwings' standard actions cannot do. xlwings' action
// "runMacro" finds them by name in globalThis.callbacks.
import { drawCharts } from "./apportion/charts.js";
import { clearSheet } from "./apportion/clearing.js";
import { formatSheet } from "./apportion/formatting.js";
import { openWorkbook } from "./apportion/opening.js";
import { show } from "./apportion/showing.js";

Object.assign((globalThis.callbacks ??= {}), {
  apportionCharts: drawCharts,
  apportionClear: clearSheet,
  apportionFormat: formatSheet,
  apportionOpen: openWorkbook,
  apportionShow: show,
});
