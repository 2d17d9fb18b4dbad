// apportionShow: the last action of an answer, which carries the outcome to the pane.
import { has } from "./host.js";
import { showOutcome } from "./outcome.js";
import { session } from "./session.js";

/**
 * Shows an outcome in the pane, and opens the pane for a press on the ribbon when there is anything to look at.
 * @param {Excel.RequestContext} _context
 * @param {import("./outcome.js").Outcome} outcome
 */
export async function show(_context, outcome) {
  const origin = session.run?.origin ?? "quiet";
  showOutcome(outcome);
  if (outcome.plan) await loadNextTime();
  const toSee = outcome.findings?.length || !outcome.ok || !outcome.sheets?.length;
  if (origin === "ribbon" && toSee) await openPane();
}

/** Opens the task pane, where the host lets an add-in do that. */
export async function openPane() {
  if (!has("SharedRuntime", "1.1")) return;
  try {
    await Office.addin.showAsTaskpane();
  } catch (error) {
    console.error(error);
  }
}

/** Lets Excel load the add-in together with this workbook from now on, so that the first click works. */
async function loadNextTime() {
  if (!has("SharedRuntime", "1.1")) return;
  try {
    await Office.addin.setStartupBehavior(Office.StartupBehavior.load);
  } catch (error) {
    console.error(error);
  }
}
