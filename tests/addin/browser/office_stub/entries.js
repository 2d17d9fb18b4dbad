// What becomes of text that is set as a value: Excel reads it as if it were typed (English, United States).
(() => {
  const stub = globalThis.OfficeStub;
  const DAY = 86400000;
  const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
  const ERRORS = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"];

  const monthOf = (text) => {
    const at = MONTHS.indexOf(text.slice(0, 3).toLowerCase());
    const full = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
      "november", "december"][at];
    const known = text.length === 3 || text.toLowerCase() === full || text.toLowerCase() === "sept";
    return at >= 0 && known ? at + 1 : 0;
  };
  /** Serial number of a day, or null when the calendar has none such. Excel counts a 29 February 1900 too. */
  const serial = (year, month, day) => {
    const full = year < 30 ? 2000 + year : year < 100 ? 1900 + year : year;
    const date = new Date(Date.UTC(full, month - 1, day));
    const real = date.getUTCFullYear() === full && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
    const days = date.getTime() / DAY + 25569;
    return real && full >= 1900 && full <= 9999 ? days - Number(days < 61) : null;
  };
  const clock = (hour, minute, second, half) => {
    if (minute > 59 || second >= 60 || (half && (hour < 1 || hour > 12))) return null;
    const hours = half ? (hour % 12) + (half.toLowerCase().startsWith("p") ? 12 : 0) : hour;
    return (hours * 3600 + minute * 60 + second) / 86400;
  };

  // Pattern, then the serial number and the format that a General cell takes on.
  const DATES = [
    [/^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/, (m) => [serial(+m[1], +m[2], +m[3]), "m/d/yyyy"]],
    [/^(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{1,2})$/, (m) => [serial(+m[3], +m[1], +m[2]), "m/d/yyyy"]],
    [/^(\d{1,2})[-/](\d{1,2})$/, (m, year) => (+m[1] > 12 ? [null] : serial(year, +m[1], +m[2]) === null
      ? [serial(+m[2], +m[1], 1), "mmm-yy"] : [serial(year, +m[1], +m[2]), "d-mmm"])],
    [/^(\d{4})[-/](\d{1,2})$/, (m) => [serial(+m[1], +m[2], 1), "mmm-yy"]],
    [/^(\d{1,2})[-/](\d{4})$/, (m) => [serial(+m[2], +m[1], 1), "mmm-yy"]],
    [/^(\d{1,2})[- ]([a-z]{3,9})$/i, (m, year) => [monthOf(m[2]) && serial(year, monthOf(m[2]), +m[1]), "d-mmm"]],
    [/^(\d{1,2})[- ]([a-z]{3,9})[- ,]+(\d{4}|\d{2})$/i, (m) => [monthOf(m[2]) && serial(+m[3], monthOf(m[2]), +m[1]), "d-mmm-yy"]],
    [/^([a-z]{3,9})[- ](\d{1,2}),? (\d{4})$/i, (m) => [monthOf(m[1]) && serial(+m[3], monthOf(m[1]), +m[2]), "d-mmm-yy"]],
    [/^([a-z]{3,9})[- ]?(\d{1,2})$/i, (m, year) => [monthOf(m[1]) && (serial(year, monthOf(m[1]), +m[2]) ?? serial(+m[2], monthOf(m[1]), 1)),
      monthOf(m[1]) && serial(year, monthOf(m[1]), +m[2]) !== null ? "d-mmm" : "mmm-yy"]],
    [/^([a-z]{3,9})[- ](\d{4})$/i, (m) => [monthOf(m[1]) && serial(+m[2], monthOf(m[1]), 1), "mmm-yy"]],
  ];
  const TIME = /^(\d{1,4}):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?(?: ?([ap])m?)?$/i;

  const dateOrTime = (text, year) => {
    const time = TIME.exec(text);
    if (time) {
      const value = clock(+time[1], +time[2], +(time[3] ?? 0), time[4]);
      const format = value >= 1 ? "[h]:mm:ss" : (time[3] ? "h:mm:ss" : "h:mm") + (time[4] ? " AM/PM" : "");
      return value === null ? null : { value, format };
    }
    const hour = /^(\d{1,2}) ([ap])m?$/i.exec(text);
    if (hour) {
      const value = clock(+hour[1], 0, 0, hour[2]);
      return value === null ? null : { value, format: "h:mm AM/PM" };
    }
    const both = /^(\S+)[ T](\d{1,2}:\d{2}.*)$/i.exec(text);
    if (both) {
      const [day, moment] = [dateOrTime(both[1], year), dateOrTime(both[2].replace(/Z$/, ""), year)];
      return day && moment ? { value: day.value + moment.value, format: "m/d/yyyy h:mm" } : null;
    }
    for (const [pattern, read] of DATES) {
      const m = pattern.exec(text);
      const [value, format] = m ? read(m, year) : [];
      if (value) return { value, format };
    }
    return null;
  };

  const DOLLARS = '"$"#,##0_);[Red]\\("$"#,##0\\)';
  const NUMBER = /^(?:\d+\.?\d*|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d*)?)(?:e[+-]?\d+)?$/i;
  const number = (text) => {
    const m = /^([+-]?)(\()?([+-]?)(\$?)([+-]?) ?([\d.,]+(?:e[+-]?\d+)?) ?(%?)(\))?$/i.exec(text);
    const signs = m ? m[1] + m[3] + m[5] : "";
    if (!m || !NUMBER.test(m[6]) || signs.length > 1 || Boolean(m[2]) !== Boolean(m[8]) || (m[2] && signs)) {
      const fraction = /^([+-]?)(\d+) (\d{1,3})\/(\d{1,3})$/.exec(text);
      if (!fraction || +fraction[4] === 0) return null;
      return { value: (fraction[1] === "-" ? -1 : 1) * (+fraction[2] + fraction[3] / fraction[4]), format: "# ?/?" };
    }
    const size = Number(m[6].replaceAll(",", "")) / (m[7] ? 100 : 1);
    if (!Number.isFinite(size)) return null;
    const decimals = /\./.test(m[6]);
    const format = m[4] ? (decimals ? DOLLARS.replaceAll("#,##0", "#,##0.00") : DOLLARS) : m[7] ? (decimals ? "0.00%" : "0%")
      : /e/i.test(m[6]) ? "0.00E+00" : m[6].includes(",") ? (decimals ? "#,##0.00" : "#,##0") : null;
    return { value: signs === "-" || m[2] ? -size : size, format };
  };

  /**
   * What a cell holds after `entry` was set: {value} and perhaps {formula}, {format} for a General cell, {quoted}.
   * `format` is the cell's number format, `year` the current one ("1-2" is a day of this year).
   */
  const read = (entry, format, year) => {
    if (typeof entry === "boolean") return { value: format === "@" ? String(entry).toUpperCase() : entry };
    if (typeof entry === "number") return { value: format === "@" ? String(entry) : entry };
    if (entry === "") return { value: undefined };
    if (entry.startsWith("'")) return { value: entry.slice(1), quoted: true };
    if (format === "@") return { value: entry };
    if (entry.startsWith("=") && entry.length > 1) return { formula: entry };
    const text = entry.trim();
    if (/^(true|false)$/i.test(text)) return { value: text.toLowerCase() === "true" };
    if (ERRORS.includes(text.toUpperCase())) return { value: text.toUpperCase() };
    const found = text === "" ? null : (number(text) ?? dateOrTime(text, year));
    if (found) return found;
    // What starts with a plus, a minus or an at sign is a formula too.
    if (/^[+\-@]./.test(text)) return { formula: `=${text}` };
    return { value: entry };
  };

  const isError = (value) => typeof value === "string" && ERRORS.includes(value);
  Object.assign(stub, { read, isError, ERRORS });
})();
