// What the pane remembers between two presses.

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {string} command
 * @property {string} label
 * @property {"pane"|"ribbon"|"quiet"} origin a quiet run only reads where the plan stands
 * @property {AbortController} stop
 * @property {Promise<unknown>} ended
 */

/** @typedef {{name: string, label: string, help: string, options: {name: string, field: string}[]}} Command */

export const session = {
  /** @type {Run | null} The run under way; there is at most one. */
  run: null,
  /** @type {string | null} The scenario chosen in the pane, when the plan has several. */
  scenario: null,
  /** @type {Command[]} The commands of the registry. */
  commands: [],
};

/**
 * @param {string} name
 * @returns {Command | undefined}
 */
export function commandNamed(name) {
  return session.commands.find((command) => command.name === name);
}
