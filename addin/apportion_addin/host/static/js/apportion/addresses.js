// Cell addresses and sizes, as Excel writes and measures them.

/**
 * The letters of a column.
 * @param {number} index counted from 0
 * @returns {string} such as "A" or "AB"
 */
export function columnLetters(index) {
  let letters = "";
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/**
 * The index of a column, counted from 0.
 * @param {string} letters
 * @returns {number}
 */
export function columnIndex(letters) {
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/**
 * @typedef {{row: number, column: number, rows: number, columns: number}} Area
 * Where a rectangle of cells begins (counted from 0) and how large it is.
 */

/**
 * The rectangle of an address such as "B5", "$B$5:D9".
 * @param {string} reference
 * @returns {Area}
 */
export function areaOf(reference) {
  const match = /^\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?$/i.exec(reference.trim());
  if (!match) throw new Error(`"${reference}" is not an address of cells.`);
  const row = Number(match[2]) - 1;
  const column = columnIndex(match[1]);
  return {
    row,
    column,
    rows: (match[4] ? Number(match[4]) : row + 1) - row,
    columns: (match[3] ? columnIndex(match[3]) + 1 : column + 1) - column,
  };
}

/**
 * The address of a rectangle.
 * @param {Area} area
 * @returns {string} such as "B5:D9"
 */
export function addressOf({ row, column, rows, columns }) {
  const first = columnLetters(column) + (row + 1);
  return rows * columns === 1 ? first : `${first}:${columnLetters(column + columns - 1)}${row + rows}`;
}

/**
 * The width of a column in points, from characters of the standard font (7 pixels each and 5 of margin, at 96 dpi).
 * @param {number} characters
 * @returns {number}
 */
export function widthInPoints(characters) {
  return (Math.floor(7 * characters + 0.5) + 5) * 0.75; // Excel keeps whole pixels
}

/**
 * What of a rectangle lies outside of others, as rectangles from top to bottom.
 * @param {Area} whole
 * @param {Area[]} holes
 * @returns {Area[]}
 */
export function around(whole, holes) {
  return holes.reduce((pieces, hole) => pieces.flatMap((piece) => without(piece, hole)), [whole]);
}

/**
 * @param {Area} piece
 * @param {Area} hole
 * @returns {Area[]} the parts above, left, right and below of the hole
 */
function without(piece, hole) {
  const top = Math.max(piece.row, hole.row);
  const bottom = Math.min(piece.row + piece.rows, hole.row + hole.rows);
  const left = Math.max(piece.column, hole.column);
  const right = Math.min(piece.column + piece.columns, hole.column + hole.columns);
  if (top >= bottom || left >= right) return [piece];
  const middle = { row: top, rows: bottom - top };
  return [
    { ...piece, rows: top - piece.row },
    { ...middle, column: piece.column, columns: left - piece.column },
    { ...middle, column: right, columns: piece.column + piece.columns - right },
    { ...piece, row: bottom, rows: piece.row + piece.rows - bottom },
  ].filter((part) => part.rows > 0 && part.columns > 0);
}
