// Calls of the server, by XMLHttpRequest: in Excel for Mac fetch() gives up after 60 seconds, whatever it is told.

/** Raised when a call brought no result: `kind` says why, the message is for the person in front of Excel. */
export class CallFailed extends Error {
  /**
   * @param {"token"|"input"|"size"|"server"|"silence"|"timeout"|"cancelled"} kind
   * @param {string} message
   */
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/**
 * The JSON that the server answers.
 * @param {"GET"|"POST"} method
 * @param {string} url
 * @param {{headers?: Record<string, string>, body?: unknown, seconds?: number, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export function call(method, url, { headers = {}, body, seconds = 0, signal } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled());
    const text = body === undefined ? null : JSON.stringify(body);
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    const done = (/** @type {() => void} */ settle) => () => {
      signal?.removeEventListener("abort", abort);
      settle();
    };
    xhr.open(method, url, true);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.timeout = seconds * 1000;
    xhr.onload = done(() => {
      const answer = parsed(xhr);
      if (xhr.status >= 200 && xhr.status < 300) resolve(answer);
      else reject(refusal(xhr.status, answer, text?.length ?? 0));
    });
    xhr.onerror = done(() => reject(silence()));
    xhr.ontimeout = done(() => reject(timeout(seconds)));
    xhr.onabort = done(() => reject(cancelled()));
    signal?.addEventListener("abort", abort);
    xhr.send(text);
  });
}

/**
 * @param {XMLHttpRequest} xhr
 * @returns {any}
 */
function parsed(xhr) {
  const isJson = (xhr.getResponseHeader("Content-Type") ?? "").includes("application/json");
  try {
    return isJson ? JSON.parse(xhr.responseText) : xhr.responseText;
  } catch {
    return xhr.responseText;
  }
}

/**
 * What a status other than success means.
 * @param {number} status
 * @param {any} answer
 * @param {number} sent characters
 * @returns {CallFailed}
 */
function refusal(status, answer, sent) {
  const said = sentence(answer);
  if (status === 401) return new CallFailed("token", said || "The server asks for a token.");
  if (status === 413) return new CallFailed("size", tooLarge(sent));
  if (status >= 500) return new CallFailed("server", `The server had a problem. ${said || `It answered with status ${status}.`}`);
  return new CallFailed("input", said || `The server refused the call with status ${status}.`);
}

/**
 * @param {any} answer
 * @returns {string} the text of an answer, whether it is plain or FastAPI's {"detail": ...}
 */
function sentence(answer) {
  if (typeof answer === "string") return answer.trim();
  const detail = answer?.detail ?? answer?.error;
  return typeof detail === "string" ? detail : detail ? JSON.stringify(detail) : "";
}

/**
 * @param {number} sent characters
 * @returns {string}
 */
function tooLarge(sent) {
  const size = Math.max(sent / 1e6, 0.1).toLocaleString("en-US", { maximumFractionDigits: 1 });
  return (
    `This workbook is ${size} MB, more than the server accepts. Remove sheets that the plan does not need, ` +
    "or ask whoever runs the server to raise its limit."
  );
}

/** @returns {CallFailed} */
function silence() {
  return new CallFailed(
    "silence",
    `The Apportion server does not answer at ${window.location.origin}. Start it with \`apportion serve\` ` +
      "on the computer where it runs, then try again.",
  );
}

/**
 * @param {number} seconds
 * @returns {CallFailed}
 */
function timeout(seconds) {
  return new CallFailed("timeout", `The server did not finish within ${seconds} seconds. Try again, or ask whoever runs it.`);
}

/** @returns {CallFailed} */
export function cancelled() {
  return new CallFailed("cancelled", "Cancelled before anything was written.");
}
