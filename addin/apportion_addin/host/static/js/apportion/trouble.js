// The panel that says what went wrong, and the one that asks for the token.
import { part, withCode } from "./page.js";

/** @type {(() => unknown) | null} */
let again = null;

/**
 * Shows what went wrong.
 * @param {string} title
 * @param {string} text
 * @param {(() => unknown) | null} [retry] what "Try again" does; without it there is no such button
 */
export function showTrouble(title, text, retry = null) {
  again = retry;
  part("trouble-title").textContent = title;
  part("trouble-text").replaceChildren(...withCode(text));
  part("trouble-retry").hidden = !retry;
  part("trouble").hidden = false;
  part("trouble").scrollIntoView({ block: "nearest" });
  const lost = document.activeElement === document.body || part("busy").contains(document.activeElement);
  if (lost) part(retry ? "trouble-retry" : "trouble-close").focus();
}

/** Closes both panels. */
export function hideTrouble() {
  part("trouble").hidden = true;
  part("sign-in").hidden = true;
}

/**
 * Asks for the token and then tries again.
 * @param {boolean} refused whether a token was given and refused
 * @param {() => unknown} retry
 */
export function askForToken(refused, retry) {
  again = retry;
  part("sign-in-text").textContent = refused
    ? "The server does not accept this token. Type the one it was started with."
    : "This Apportion server works for people who have its token.";
  part("sign-in").hidden = false;
  part("token").value = "";
  part("token").focus();
}

/** Connects the buttons of both panels. */
export function connectTrouble() {
  const retry = () => {
    hideTrouble();
    return again?.();
  };
  part("trouble-retry").addEventListener("click", retry);
  part("trouble-close").addEventListener("click", hideTrouble);
  part("sign-in-close").addEventListener("click", hideTrouble);
  part("sign-in").addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    globalThis.keepToken(part("token").value.trim());
    part("token").value = "";
    retry();
  });
}
