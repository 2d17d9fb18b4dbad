// What a command brought: its sentence, the sheets it wrote, what it found.
import { showFindings } from "./findings.js";
import { announce, button, element, part } from "./page.js";
import { goTo } from "./places.js";
import { showPlan, showStanding } from "./plan.js";

/**
 * @typedef {object} Outcome
 * @property {string} command
 * @property {string} label
 * @property {boolean} ok
 * @property {string} summary
 * @property {import("./plan.js").Tally} tally
 * @property {import("./findings.js").Finding[]} findings
 * @property {string[]} sheets written, in their order
 * @property {import("./plan.js").Plan | null} [plan]
 */

/**
 * Shows the outcome of a command, and where the plan stands after it.
 * @param {Outcome} outcome
 */
export function showOutcome(outcome) {
  const { command, findings = [], sheets = [], tally = {}, plan } = outcome;
  const quiet = command === "look";
  if (plan !== undefined && (plan !== null || quiet)) showPlan(plan);
  if (plan) showStanding(tally);
  const empty = quiet && !plan;
  part("outcome-title").textContent = quiet ? "Where the plan stands" : outcome.label;
  part("summary").textContent = outcome.summary ?? "";
  part("outcome").dataset.ok = String(Boolean(outcome.ok));
  showWritten(sheets);
  part("fine").hidden = quiet || findings.length > 0 || !outcome.ok || !plan; // quietly, the head says it
  showFindings(findings);
  part("outcome").hidden = empty;
  if (!quiet) announce(`${outcome.label}: ${outcome.summary}`);
}

/** Takes away what the last command brought. */
export function hideOutcome() {
  part("outcome").hidden = true;
  offerDownload("", "");
}

/**
 * Offers a workbook that Excel could not open by itself; with an empty name, takes the offer back.
 * @param {string} fileName
 * @param {string} content in base64
 */
export function offerDownload(fileName, content) {
  const place = part("download");
  place.hidden = !fileName;
  if (!fileName) return place.replaceChildren();
  const link = document.createElement("a");
  link.href = `data:application/vnd.openxmlformats-officedocument.spreadsheetml.sheet;base64,${content}`;
  link.download = fileName;
  link.textContent = `Save ${fileName}`;
  place.replaceChildren("This Excel cannot open a new workbook by itself. ", link, " and open it.");
}

/** @param {string[]} sheets */
function showWritten(sheets) {
  part("written").hidden = sheets.length === 0;
  part("written-list").replaceChildren(
    ...sheets.map((sheet) => element("li", "", button("link", () => goTo(sheet), sheet))),
  );
}
