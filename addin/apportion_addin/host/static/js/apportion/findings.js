// The list of findings: grouped by sheet, the worst first, each a button that goes to its cell.
import { button, counted, element, part } from "./page.js";
import { goTo } from "./places.js";

/**
 * @typedef {{severity: "error"|"warning"|"note", what: string, remedy?: string, sheet?: string, table?: string,
 *   row?: number|null, cell?: string}} Finding
 */

/** The words of each severity; their order is that of the list. */
export const SEVERITIES = /** @type {const} */ ({ error: "Error", warning: "Warning", note: "Note" });
const ORDER = Object.keys(SEVERITIES);
const FIRST_SHOWN = 200;

/**
 * Shows findings; of a long list the first ones, with a button for the rest.
 * @param {Finding[]} findings
 */
export function showFindings(findings) {
  const sorted = [...findings].sort((one, other) => rank(one) - rank(other));
  const groups = Map.groupBy?.(sorted, placeOf) ?? grouped(sorted);
  const inOrder = [...groups.values()].flat();
  fill(inOrder.slice(0, FIRST_SHOWN), groups);
  const all = part("show-all");
  all.hidden = inOrder.length <= FIRST_SHOWN;
  all.textContent = `Show all ${counted(inOrder.length, "finding")}`;
  all.onclick = () => {
    all.hidden = true;
    fill(inOrder, groups);
    part("findings").querySelectorAll("li button, li .finding")[FIRST_SHOWN]?.focus();
  };
}

/**
 * @param {Finding[]} findings those to be shown, group by group
 * @param {Map<string, Finding[]>} groups all of them
 */
function fill(findings, groups) {
  const lists = document.createDocumentFragment();
  for (const [place, ofPlace] of grouped(findings)) {
    const all = groups.get(place) ?? ofPlace;
    const title = element("h3", "", element("span", "place", place || "Workbook"), element("span", "muted", tallyOf(all)));
    const list = element("ul", "list");
    list.append(...ofPlace.map((finding) => element("li", "", findingElement(finding))));
    lists.append(element("section", "by-sheet", title, list));
  }
  part("findings").replaceChildren(lists);
}

/**
 * @param {Finding} finding
 * @returns {HTMLElement} a button when it is known where it stands
 */
function findingElement(finding) {
  const place = [finding.cell || (finding.row ? `row ${finding.row}` : "")].filter(Boolean);
  const content = [
    element("span", "tag", SEVERITIES[finding.severity] ?? SEVERITIES.note),
    ...place.map((text) => element("span", "cell", text)),
    element("span", "what", sentence(finding.what)),
    ...(finding.remedy ? [element("span", "remedy", finding.remedy)] : []),
  ];
  const className = `finding ${finding.severity}`;
  const { sheet, cell } = finding;
  if (!sheet) return element("div", className, ...content);
  const made = button(className, () => goTo(sheet, cell || undefined), ...content);
  made.title = cell ? `Go to ${sheet} ${cell}` : `Go to ${sheet}`;
  return made;
}

/** @param {Finding} finding */
function rank(finding) {
  const known = ORDER.indexOf(finding.severity);
  return known < 0 ? ORDER.length : known;
}

/** @param {Finding} finding */
function placeOf(finding) {
  return finding.sheet || finding.table || "";
}

/**
 * Findings by sheet; older hosts have no Map.groupBy.
 * @param {Finding[]} findings
 * @returns {Map<string, Finding[]>}
 */
function grouped(findings) {
  const groups = new Map();
  for (const finding of findings) {
    const place = placeOf(finding);
    if (!groups.has(place)) groups.set(place, []);
    groups.get(place).push(finding);
  }
  return groups;
}

/**
 * @param {Finding[]} findings
 * @returns {string} such as "2 errors, 1 note"
 */
function tallyOf(findings) {
  return ORDER.map((severity) => [severity, findings.filter((each) => each.severity === severity).length])
    .filter(([, count]) => count)
    .map(([severity, count]) => counted(Number(count), String(severity)))
    .join(", ");
}

/**
 * A finding's text goes on after the name of its table; alone it begins a sentence.
 * @param {string} text
 * @returns {string}
 */
function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
