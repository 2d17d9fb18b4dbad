// Addresses as Excel writes them, and rectangles of cells. A rectangle is {row, column, rows, columns}, counted from 0.
(() => {
  const ROWS = 1048576;
  const COLUMNS = 16384;

  const letters = (index) => {
    let text = "";
    for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26)) text = String.fromCharCode(65 + ((n - 1) % 26)) + text;
    return text;
  };
  const columnOf = (text) => [...text.toUpperCase()].reduce((sum, c) => sum * 26 + c.charCodeAt(0) - 64, 0) - 1;
  const key = (row, column) => letters(column) + (row + 1);

  const known = new Map();
  /** Row and column of a cell's key such as "B7". */
  const place = (cell) => {
    let found = known.get(cell);
    if (!found) {
      const [, column, row] = /^([A-Z]+)(\d+)$/.exec(cell);
      known.set(cell, (found = [Number(row) - 1, columnOf(column)]));
    }
    return found;
  };

  const rectangle = (row, column, rows, columns) => ({ row, column, rows, columns });
  const inside = (r) =>
    r.row >= 0 && r.column >= 0 && r.rows > 0 && r.columns > 0 && r.row + r.rows <= ROWS && r.column + r.columns <= COLUMNS;

  /** The rectangle of "B5:D9", "$B$5", "N:U" or "5:7" without sheet; null when it is none. */
  const parse = (text) => {
    const plain = String(text).replaceAll("$", "").toUpperCase();
    let m = /^([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?$/.exec(plain);
    let corners = m && [m[2] - 1, columnOf(m[1]), (m[4] ?? m[2]) - 1, columnOf(m[3] ?? m[1])];
    if (!m && (m = /^([A-Z]{1,3}):([A-Z]{1,3})$/.exec(plain))) corners = [0, columnOf(m[1]), ROWS - 1, columnOf(m[2])];
    if (!m && (m = /^(\d{1,7}):(\d{1,7})$/.exec(plain))) corners = [m[1] - 1, 0, m[2] - 1, COLUMNS - 1];
    if (!corners) return null;
    const [row, column] = [Math.min(corners[0], corners[2]), Math.min(corners[1], corners[3])];
    const found = rectangle(row, column, Math.abs(corners[2] - corners[0]) + 1, Math.abs(corners[3] - corners[1]) + 1);
    return inside(found) ? found : null;
  };

  /** "Sheet!A1" or "'My sheet'!A1" as [sheet or null, rest]. */
  const split = (text) => {
    const m = /^=?(?:'((?:[^']|'')+)'|([^'!]+))!(.+)$/.exec(text);
    return m ? [(m[1] ?? m[2]).replaceAll("''", "'"), m[3]] : [null, String(text).replace(/^=/, "")];
  };

  const allRows = (r) => r.row === 0 && r.rows === ROWS;
  const allColumns = (r) => r.column === 0 && r.columns === COLUMNS;
  const write = (r, dollar = "") => {
    const [bottom, right] = [r.row + r.rows - 1, r.column + r.columns - 1];
    if (allRows(r)) return `${dollar}${letters(r.column)}:${dollar}${letters(right)}`;
    if (allColumns(r)) return `${dollar}${r.row + 1}:${dollar}${bottom + 1}`;
    const cell = (row, column) => `${dollar}${letters(column)}${dollar}${row + 1}`;
    return r.rows * r.columns === 1 ? cell(r.row, r.column) : `${cell(r.row, r.column)}:${cell(bottom, right)}`;
  };
  const quote = (sheet) =>
    /^[A-Za-z_\u00c0-\uffff][\w.\u00c0-\uffff]*$/.test(sheet) && !parse(sheet) && !/^(R|C|RC|R\d+C\d+)$/i.test(sheet)
      ? sheet
      : `'${sheet.replaceAll("'", "''")}'`;

  const intersection = (a, b) => {
    const row = Math.max(a.row, b.row);
    const column = Math.max(a.column, b.column);
    const rows = Math.min(a.row + a.rows, b.row + b.rows) - row;
    const columns = Math.min(a.column + a.columns, b.column + b.columns) - column;
    return rows > 0 && columns > 0 ? rectangle(row, column, rows, columns) : null;
  };
  const contains = (outer, inner) => {
    const both = intersection(outer, inner);
    return both !== null && both.rows === inner.rows && both.columns === inner.columns;
  };
  const holds = (r, row, column) =>
    row >= r.row && row < r.row + r.rows && column >= r.column && column < r.column + r.columns;
  const bounding = (a, b) => {
    const row = Math.min(a.row, b.row);
    const column = Math.min(a.column, b.column);
    const bottom = Math.max(a.row + a.rows, b.row + b.rows);
    const right = Math.max(a.column + a.columns, b.column + b.columns);
    return rectangle(row, column, bottom - row, right - column);
  };
  /** What is left of `a` without `b`: up to four rectangles. */
  const without = (a, b) => {
    const cut = intersection(a, b);
    if (!cut) return [a];
    const bottom = cut.row + cut.rows;
    const right = cut.column + cut.columns;
    return [
      rectangle(a.row, a.column, cut.row - a.row, a.columns),
      rectangle(bottom, a.column, a.row + a.rows - bottom, a.columns),
      rectangle(cut.row, a.column, cut.rows, cut.column - a.column),
      rectangle(cut.row, right, cut.rows, a.column + a.columns - right),
    ].filter((r) => r.rows > 0 && r.columns > 0);
  };

  globalThis.OfficeStub = {
    ROWS, COLUMNS, letters, columnOf, key, place, rectangle, inside, parse, split, write, quote,
    allRows, allColumns, intersection, contains, holds, bounding, without,
  };
})();
