// Formulas as text: whether Excel would take them, and what becomes of them when a sheet or table changes its name.
(() => {
  const stub = globalThis.OfficeStub;

  /** The end of what is in brackets from `start` on; a quote mark in a structured reference escapes. */
  const bracketEnd = (text, start) => {
    let depth = 0;
    for (let i = start; i < text.length; i += 1) {
      if (text[i] === "'" && depth > 0) i += 1;
      else if (text[i] === "[") depth += 1;
      else if (text[i] === "]") {
        depth -= 1;
        if (depth === 0) return i + 1;
      }
    }
    return -1;
  };

  /**
   * Parts of a formula as {kind, text}: "text", "sheet" (with `name`, and its exclamation mark), "structured" (with
   * `table` and `inner`), "word", "other". Joined they give the formula again. Null when quotes or brackets are open.
   */
  const parts = (formula) => {
    const found = [];
    let i = 0;
    const push = (kind, end, more = {}) => {
      found.push({ kind, text: formula.slice(i, end), ...more });
      i = end;
    };
    while (i < formula.length) {
      const rest = formula.slice(i);
      let m;
      if (rest[0] === '"') {
        m = /^"(?:[^"]|"")*"/.exec(rest);
        if (!m) return null;
        push("text", i + m[0].length);
      } else if ((m = /^'((?:[^']|'')+)'!/.exec(rest))) push("sheet", i + m[0].length, { name: m[1].replaceAll("''", "'") });
      else if (rest[0] === "'") return null;
      else if ((m = /^#(?:REF!|N\/A|NAME\?|NULL!|NUM!|VALUE!|DIV\/0!)/.exec(rest))) push("other", i + m[0].length);
      else if ((m = /^[\p{L}_\\][\p{L}\p{N}_.\\]*!/u.exec(rest))) push("sheet", i + m[0].length, { name: m[0].slice(0, -1) });
      else if ((m = /^(?:[\p{L}_\\][\p{L}\p{N}_.\\]*)?\[/u.exec(rest))) {
        const open = i + m[0].length - 1;
        const end = bracketEnd(formula, open);
        if (end < 0) return null;
        push("structured", end, { table: m[0].slice(0, -1), inner: formula.slice(open + 1, end - 1) });
      } else if ((m = /^[\p{L}_$\\][\p{L}\p{N}_.$\\]*/u.exec(rest))) push("word", i + m[0].length);
      else push("other", i + 1);
    }
    return found;
  };

  /** The columns that a structured reference names. */
  const columnsIn = (inner) => {
    const plain = (text) => text.replace(/'(.)/g, "$1");
    const body = inner.startsWith("@") ? inner.slice(1) : inner;
    if (!body.includes("[")) return body === "" || /^#(All|Data|Headers|Totals|This Row)$/i.test(body) ? [] : [plain(body)];
    return [...body.matchAll(/\[((?:[^\]']|'.)*)\]/g)].map((m) => m[1]).filter((text) => !text.startsWith("#")).map(plain);
  };

  const NAME = /^[\p{L}_\\][\p{L}\p{N}_.\\?]*$/u;
  const looksLikeCell = (name) => stub.parse(name) !== null || /^(?:R\d*C?\d*|C\d*)$/i.test(name);
  /** Whether Excel takes this as the name of a table or a defined name. */
  const validName = (name) => typeof name === "string" && name.length <= 255 && NAME.test(name) && !looksLikeCell(name);
  const validSheet = (name) =>
    typeof name === "string" && name.length > 0 && name.length <= 31 && !/[\\/?*[\]:]/.test(name)
    && !name.startsWith("'") && !name.endsWith("'") && name.toLowerCase() !== "history";

  /**
   * Why Excel refuses a formula, or "". `book` has `sheet(name)`, `table(name)` (with its `columns`); `table` is the
   * table that the cell stands in.
   */
  const fault = (formula, book, own = null) => {
    if (formula.length > 8192) return "the formula is longer than 8,192 characters";
    const all = parts(formula.slice(1));
    if (!all) return "a quotation mark or bracket is not closed";
    let depth = 0;
    let braces = 0;
    for (const [at, part] of all.entries()) {
      const { kind, text } = part;
      if (text === "(") depth += 1;
      if (text === ")") depth -= 1;
      if (text === "{") braces += 1;
      if (text === "}") braces -= 1;
      if (depth < 0) return "a parenthesis is closed that was not opened";
      if (text === ";" && braces === 0) return "arguments are separated by commas, not semicolons";
      if (kind === "word" && /^_xl(fn|ws|pm|udf|dudf)/i.test(text)) return `${text}: prefixes of the file format are not typed`;
      if (kind === "sheet" && !book.sheet(part.name)) return `there is no sheet "${part.name}"`;
      if (kind === "structured") {
        if (part.table === "" && all[at + 1]?.kind === "sheet") return "it refers to another workbook";
        const table = part.table === "" ? own : book.table(part.table);
        if (!table) return part.table === "" ? `[${part.inner}] stands outside a table` : `there is no table "${part.table}"`;
        const headers = table.columns.map((column) => column.name.toLowerCase());
        const missing = columnsIn(part.inner).find((column) => !headers.includes(column.toLowerCase()));
        if (missing !== undefined) return `table "${table.name}" has no column "${missing}"`;
      }
    }
    if (depth !== 0) return "a parenthesis is not closed";
    if (/[+\-*/^&=<>,]\s*$/.test(formula) || /^=\s*[*/^&<>,)]/.test(formula)) return "an operator has no operand";
    const operand = (part) => part && (part.kind !== "other" || /[\w(")]/.test(part.text));
    const meaning = all.filter((part) => part.text.trim() !== "" || part.kind !== "other");
    for (let at = 1; at < meaning.length; at += 1) {
      const [before, after] = [meaning[at - 1], meaning[at]];
      if (before.kind === "text" && operand(after) && after.text !== ")") return "two values stand side by side";
      if (before.kind === "word" && after.kind === "text") return "two values stand side by side";
    }
    return "";
  };

  /** A formula with its parts replaced: `change(part)` gives new text, or undefined to leave it. */
  const rewrite = (formula, change) => {
    const all = parts(formula.slice(1));
    return all ? `=${all.map((part) => change(part, all) ?? part.text).join("")}` : formula;
  };
  /** A formula in which what refers to a deleted sheet or table is #REF!. */
  const broken = (formula, gone) => {
    const all = parts(formula.slice(1));
    if (!all) return formula;
    const text = all.map((part, at) => {
      if (gone(part)) return part.kind === "sheet" ? "" : "#REF!";
      return at > 0 && all[at - 1].kind === "sheet" && gone(all[at - 1]) ? "#REF!" : part.text;
    });
    return `=${text.join("")}`.replace(/#REF!:(?:#REF!|\$?[A-Z]{1,3}\$?\d+)/gi, "#REF!");
  };

  Object.assign(stub, { parts, columnsIn, validName, validSheet, fault, rewrite, broken });
})();
