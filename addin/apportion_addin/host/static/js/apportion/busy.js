// The panel that says what is going on while a command runs.
import { part } from "./page.js";

let ticking = 0;

/**
 * Shows that a command runs, with the seconds since it began and a button that stops it.
 * @param {string} label
 * @param {() => void} cancel
 */
export function showBusy(label, cancel) {
  const began = Date.now();
  const tick = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    part("busy-time").textContent = seconds >= 2 ? `${seconds.toLocaleString("en-US")} s` : "";
  };
  part("busy-title").textContent = label;
  part("busy-cancel").hidden = false;
  part("busy-cancel").onclick = cancel;
  part("busy").hidden = false;
  part("apportion-pane").dataset.state = "busy";
  part("apportion-pane").setAttribute("aria-busy", "true");
  for (const press of document.querySelectorAll(".press")) press.setAttribute("aria-disabled", "true");
  clearInterval(ticking);
  ticking = window.setInterval(tick, 1000);
  tick();
}

/**
 * Says which stage it is at.
 * @param {string} stage in words
 * @param {number | null} [done] 0 to 1; null when nobody knows
 */
export function showStage(stage, done = null) {
  if (part("busy-stage").textContent !== stage) part("busy-stage").textContent = stage;
  if (done === null) part("busy-bar").removeAttribute("value");
  else part("busy-bar").value = done;
}

/** From here on it cannot be stopped without leaving half of it in the workbook. */
export function forbidCancel() {
  const cancel = part("busy-cancel");
  if (document.activeElement === cancel) part("busy-title").focus();
  cancel.hidden = true;
}

/** Ends the busy state. */
export function hideBusy() {
  clearInterval(ticking);
  part("busy").hidden = true;
  part("busy-stage").textContent = "";
  part("apportion-pane").dataset.state = "ready";
  part("apportion-pane").removeAttribute("aria-busy");
  for (const press of document.querySelectorAll(".press")) press.removeAttribute("aria-disabled");
}
