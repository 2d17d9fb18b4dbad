// One way for every command to run, from the pane and from the ribbon.
import { xlAlert } from "../alerts/parent.js";
import { forbidCancel, hideBusy, showBusy, showStage } from "./busy.js";
import { address, inWords } from "./host.js";
import { hideOutcome } from "./outcome.js";
import { announce, toOutcome } from "./page.js";
import { openPane } from "./showing.js";
import { session } from "./session.js";
import { CallFailed, call, cancelled } from "./transport.js";
import { askForToken, hideTrouble, showTrouble } from "./trouble.js";

const BETWEEN_QUESTIONS = 500; // milliseconds between two questions about progress
const AT_ONCE = 20; // actions that are written before progress is shown again
const LONGEST_PROMPT = 800; // characters of a dialog's text, which travels in its address

/** @typedef {import("./session.js").Run} Run */

/**
 * Runs a command on the open workbook. It never throws: what goes wrong is shown.
 * @param {{name: string, label: string}} command
 * @param {unknown[]} options in the order of the registry, without the book
 * @param {Run["origin"]} origin
 * @returns {Promise<boolean>} whether it came to its end
 */
export async function run(command, options, origin) {
  const before = session.run;
  // Reading where the plan stands gives way to what a person presses; everything else comes to its end.
  if (before && (before.origin !== "quiet" || origin === "quiet")) return refuseSecond(command, origin);
  before?.stop.abort();
  let end = () => {};
  const ended = /** @type {Promise<void>} */ (new Promise((resolve) => (end = resolve)));
  const stop = new AbortController();
  const current = { id: randomId(), command: command.name, label: command.label, origin, stop, ended };
  session.run = current;
  const again = () => run(command, options, origin === "ribbon" ? "pane" : origin);
  let token = "";
  let finished = false;
  try {
    hideTrouble();
    if (origin !== "quiet") {
      hideOutcome();
      showBusy(command.label, () => stop.abort());
    }
    await before?.ended;
    token = (await globalThis.getAuth()).token;
    const actions = await ask(current, options, token);
    await write(current, actions);
    finished = true;
  } catch (error) {
    await tell(current, error, token !== "", again);
  } finally {
    if (session.run === current) session.run = null;
    if (origin !== "quiet") hideBusy();
    end();
  }
  if (finished && origin === "pane") toOutcome(); // after the busy panel is gone, which would shift it
  return finished;
}

/**
 * @param {{label: string}} command
 * @param {Run["origin"]} origin
 */
async function refuseSecond(command, origin) {
  if (origin === "quiet") return false;
  const text = `${session.run?.label} is still running. Wait for it, or cancel it, before you press ${command.label}.`;
  announce(text);
  if (origin === "ribbon") await openPane();
  return false;
}

/**
 * What the server wants to be done in the workbook.
 * @param {Run} current
 * @param {unknown[]} options
 * @param {string} token
 * @returns {Promise<any[]>} actions
 */
async function ask(current, options, token) {
  stage("Reading the workbook");
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": "application/json", "X-Apportion-Run": current.id, ...(token ? { Authorization: token } : {}) };
  const payload = await globalThis.xlwings.getBookData({ auth: token, headers, ...(await wanted(current.command)) });
  if (current.stop.signal.aborted) throw cancelled();
  stage("Waiting for the server");
  const progress = follow(current, headers);
  try {
    const answer = await call("POST", address(`/xlwings/custom-scripts-call/${encodeURIComponent(current.command)}`), {
      headers,
      body: { ...payload, args: options },
      seconds: globalThis.config?.requestTimeout ?? 0,
      signal: current.stop.signal,
    });
    return answer?.actions ?? [];
  } finally {
    progress.abort();
  }
}

/** @type {Promise<any[]> | null} */
let scripts = null;

/**
 * Which sheets a script wants to see, as it declared.
 * @param {string} name
 * @returns {Promise<{include: string, exclude: string, lazy: boolean}>}
 */
async function wanted(name) {
  scripts ??= call("GET", address("/xlwings/custom-scripts-meta.json")).catch(() => {
    scripts = null; // asked again next time
    return [];
  });
  const declared = (await scripts).find((/** @type {any} */ script) => script.function_name === name);
  return { include: declared?.include || "", exclude: declared?.exclude || "", lazy: declared?.lazy || false };
}

/**
 * Shows how far the server is, until the answer is there.
 * @param {Run} current
 * @param {Record<string, string>} headers
 * @returns {AbortController} ends it
 */
function follow(current, headers) {
  const stop = new AbortController();
  const look = async () => {
    if (stop.signal.aborted) return;
    try {
      const { stage: name, done } = await call("GET", address(`/apportion/progress/${current.id}`), {
        headers: headers.Authorization ? { Authorization: headers.Authorization } : {},
        seconds: 10,
        signal: stop.signal,
      });
      if (name && !stop.signal.aborted) stage(name, Number.isFinite(done) ? done : null);
    } catch (error) {
      // Progress is a courtesy: the call itself tells what goes wrong.
      if (error instanceof CallFailed && error.kind === "input") return;
    }
    setTimeout(look, BETWEEN_QUESTIONS);
  };
  setTimeout(look, BETWEEN_QUESTIONS);
  return stop;
}

/**
 * Applies actions to the workbook, some at a time, so that the pane can say how far it is.
 * @param {Run} current
 * @param {any[]} actions
 */
async function write(current, actions) {
  if (current.stop.signal.aborted) throw cancelled();
  forbidCancel();
  const total = actions.length;
  await Excel.run(async (context) => {
    for (let done = 0; done < total; done += AT_ONCE) {
      if (total > 1) showStage(`Writing sheets: ${done} of ${total} steps`, done / total);
      if (done === 0 && total > 1) announce("Writing sheets");
      try {
        await globalThis.xlwings.runActions({ actions: actions.slice(done, done + AT_ONCE) }, context);
        await context.sync();
      } catch (error) {
        throw halfWritten(error, done, total, current.label);
      }
    }
  });
}

/**
 * @param {any} error of xlwings' dispatcher, which counts from the slice's beginning
 * @param {number} done
 * @param {number} total
 * @param {string} label
 * @returns {Error}
 */
function halfWritten(error, done, total, label) {
  const step = done + (error?.actionIndex ?? 0) + 1;
  if (total === 1) return error?.cause ?? error;
  const what = error?.actionFunc ? ` (${error.actionFunc})` : "";
  const cause = inWords(error?.cause ?? error).replace(/([^.!?])$/, "$1.");
  const half = new Error(`${cause} It stopped at step ${step} of ${total}${what}; sheets that ${label} writes may be incomplete. Run it again.`);
  return Object.assign(half, { cause: error });
}

/**
 * Tells the person what went wrong.
 * @param {Run} current
 * @param {any} error
 * @param {boolean} hadToken
 * @param {() => unknown} again
 */
async function tell(current, error, hadToken, again) {
  const kind = error instanceof CallFailed ? error.kind : "excel";
  if (kind === "cancelled") return announceCancelled(current);
  if (kind !== "input") console.error(error);
  if (kind === "token") {
    askForToken(hadToken, again);
    if (current.origin === "ribbon") await openPane();
    return;
  }
  const text = inWords(error);
  showTrouble(current.origin === "quiet" ? "The plan could not be read" : `${current.label} did not finish`, text, again);
  if (current.origin === "ribbon") {
    await xlAlert(text.replaceAll("`", "").slice(0, LONGEST_PROMPT), current.label, "ok", "critical", "");
  }
}

/** @param {Run} current */
function announceCancelled(current) {
  if (current.origin !== "quiet") showTrouble(`${current.label} was cancelled`, "Nothing was written.");
}

/**
 * @param {string} name
 * @param {number | null} [done]
 */
function stage(name, done = null) {
  showStage(name, done);
  if (session.run?.origin !== "quiet") announce(name);
}

/** @returns {string} */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
