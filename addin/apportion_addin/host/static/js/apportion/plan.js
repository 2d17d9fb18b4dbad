// The head of the pane: which plan this is and where it stands.
import { SEVERITIES } from "./findings.js";
import { button, counted, element, part, toOutcome } from "./page.js";
import { session } from "./session.js";

/**
 * @typedef {{district: string, scenario: string, year: number|null, scenarios: string[], schools: [string, string][]}} Plan
 */
/** @typedef {Partial<Record<"error"|"warning"|"note", number>>} Tally */

/**
 * Shows the plan, or that the workbook has none.
 * @param {Plan | null} plan
 */
export function showPlan(plan) {
  part("no-plan").hidden = plan !== null;
  part("apportion-pane").dataset.plan = plan ? "one" : "none";
  if (!plan) document.querySelector('[data-command="new"] details')?.setAttribute("open", "");
  part("district").textContent = plan?.district || (plan ? "Unnamed district" : "Apportion");
  part("scope").textContent = plan ? scopeOf(plan) : "Staff and dollars for every school.";
  showScenarios(plan);
  const schools = (plan?.schools ?? []).map(([code, name]) => {
    const option = document.createElement("option");
    option.value = code;
    option.label = name;
    return option;
  });
  part("schools").replaceChildren(...schools);
}

/**
 * Shows how many errors, warnings and notes stand, each with its word and color.
 * @param {Tally} tally
 */
export function showStanding(tally) {
  const counts = /** @type {("error"|"warning"|"note")[]} */ (Object.keys(SEVERITIES))
    .filter((severity) => tally[severity])
    .map((severity) => element("span", `mark ${severity}`, counted(tally[severity] ?? 0, severity)));
  const standing = part("standing");
  standing.replaceChildren(
    ...(counts.length
      ? [...counts, button("link", toOutcome, "Show them")]
      : [element("span", "mark fine", "Nothing is wrong")]),
  );
  standing.hidden = false;
}

/** Hides where the plan stands: nobody knows. */
export function hideStanding() {
  part("standing").hidden = true;
}

/**
 * @param {Plan} plan
 * @returns {string} such as "Scenario FY2027 base · FY2027 · 38 organizations"
 */
function scopeOf(plan) {
  const several = (plan.scenarios ?? []).length > 1; // then the list says it
  return [
    plan.scenario && !several ? `Scenario ${plan.scenario}` : "",
    plan.year ? `FY${plan.year}` : "",
    plan.schools?.length ? counted(plan.schools.length, "organization") : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {Plan | null} plan */
function showScenarios(plan) {
  const names = plan?.scenarios ?? [];
  part("scenario-field").hidden = names.length < 2;
  const options = names.map((name) => {
    const option = element("option", "", name);
    option.setAttribute("value", name);
    return option;
  });
  part("scenario").replaceChildren(...options);
  session.scenario = names.length > 1 ? (plan?.scenario ?? names[0]) : null;
  if (session.scenario !== null) part("scenario").value = session.scenario;
}
