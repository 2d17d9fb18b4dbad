// Elements of the page. Text only ever enters it as text: a school named <img onerror=...> is a name.

/**
 * The element with an id of taskpane.html.
 * @param {string} id
 * @returns {any}
 */
export function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element "${id}".`);
  return found;
}

/**
 * A new element with a class and content.
 * @param {string} tag
 * @param {string} className
 * @param {(Node | string)[]} content strings become text
 * @returns {HTMLElement}
 */
export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/**
 * A sentence in which what stands between backticks is set as code.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function withCode(text) {
  return text.split("`").map((piece, index) => (index % 2 ? element("code", "", piece) : piece));
}

/**
 * A button that does something.
 * @param {string} className
 * @param {() => unknown} act
 * @param {(Node | string)[]} content
 * @returns {HTMLElement}
 */
export function button(className, act, ...content) {
  const made = element("button", className, ...content);
  made.setAttribute("type", "button");
  made.addEventListener("click", act);
  return made;
}

/**
 * Says something to people who listen to the page instead of seeing it.
 * @param {string} text
 */
export function announce(text) {
  part("announcement").textContent = text;
}

/** Brings what a command brought into sight, and the keyboard to it. */
export function toOutcome() {
  if (part("outcome").hidden) return;
  part("outcome-title").focus({ preventScroll: true });
  part("outcome").scrollIntoView({ block: "start" });
}

/**
 * A number and its noun.
 * @param {number} count
 * @param {string} noun in the singular
 * @returns {string} such as "1 error" or "1,204 warnings"
 */
export function counted(count, noun) {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
