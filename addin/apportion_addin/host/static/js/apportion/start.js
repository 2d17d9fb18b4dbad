// Connects the page: commands, scenario, refresh, help; then reads where the plan stands.
import { address, has } from "./host.js";
import { part } from "./page.js";
import { hideStanding } from "./plan.js";
import { run } from "./running.js";
import { commandNamed, session } from "./session.js";
import { connectTrouble } from "./trouble.js";

const LOOK = { name: "look", label: "Reading the plan" };

/** Starts the pane. What the ribbon needs is there at once, before Excel answers. */
export function start() {
  session.commands = JSON.parse(part("apportion-commands").textContent || "[]");
  globalThis.apportion = { runFromRibbon, openHelp };
  connectTrouble();
  for (const form of document.querySelectorAll("form.command")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      press(/** @type {HTMLFormElement} */ (form));
    });
  }
  part("refresh").addEventListener("click", look);
  part("help").addEventListener("click", openHelp);
  part("scenario").addEventListener("change", () => {
    session.scenario = part("scenario").value;
    look();
  });
  for (const close of document.querySelectorAll(".btn-close")) {
    close.addEventListener("click", () => close.parentElement?.classList.add("d-none"));
  }
  Office.onReady((info) => {
    if (info.host) look();
  });
}

/**
 * Reads where the plan stands. A scenario that was renamed meanwhile is forgotten.
 * @returns {Promise<void>}
 */
async function look() {
  hideStanding();
  part("scope").textContent = "Reading the plan …";
  const chosen = session.scenario;
  const read = await run(LOOK, [chosen], "quiet");
  if (!read) {
    part("scope").textContent = "";
    if (chosen !== null) session.scenario = null; // "Try again" and Refresh begin with the first one
  }
}

/** @param {HTMLFormElement} form */
function press(form) {
  const command = commandNamed(form.dataset.command ?? "");
  if (!command) return;
  const options = command.options.map(({ name, field }) => {
    if (field === "scenario") return session.scenario;
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    return field === "check" ? input.checked : input.value.trim() || null;
  });
  run(command, options, "pane");
}

/**
 * Runs a command for its button on the ribbon, with its defaults and the scenario chosen in the pane.
 * @param {string} name
 */
export async function runFromRibbon(name) {
  const command = commandNamed(name);
  if (!command) return;
  await Office.onReady();
  const options = command.options.map(({ field }) => (field === "scenario" ? session.scenario : null));
  await run(command, options, "ribbon");
}

/** Opens the reference of functions and commands in the browser. */
export function openHelp() {
  const page = address("/help.html");
  if (has("OpenBrowserWindowApi", "1.1")) Office.context.ui.openBrowserWindow(page);
  else window.open(page, "_blank", "noopener");
}
