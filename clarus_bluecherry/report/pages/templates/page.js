"use strict";
// What a page can do beside being read: its tables are sorted, filtered, searched, grouped, copied and exported, and
// a figure opens the rows behind it. There is one engine for ten rows and for twenty thousand: it holds all rows as
// texts, and has in the document only those that are on the screen. Nothing is fetched, and every text of data goes
// into the document as `textContent`. Sums are of whole numbers (BigInt), so they are exact.
//
// The address says what a table shows (`#table-lines?is.class=held&sort=-value`), so it can be kept and gone back to.

const UNKNOWN = "not known";
const ALL_AT_ONCE = 200; // more rows than these are windowed
const BESIDE = 12; // rows that are there above and below the window
const ON_PAPER = 50;
const FORMULA = /^(?:[\s']*[=+\-@＝＋－＠]|'*[\t\r\n]|'+[0-9]+$)/; // as `tables.escaped` has it
const BEHIND = /([\s';]+)([=@＝＠+\-＋－]?)/g; // where another spreadsheet may divide a text
const collator = new Intl.Collator("en", { numeric: true });

/** @typedef {null | string | [string, string]} Cell  not known; a text; a text and what it sorts by */
/** @typedef {{name: string, title: string, unit: string, currency: string, classes: string, is: string,
 *   amounts: boolean, added: boolean, opens: string, by: string[], story: string}} Column */
/** @typedef {{columns: Column[], rows: Cell[][], groups: string[], decimals: Record<string, number>,
 *   page: string}} TableData */
/** @typedef {{cells: Cell[], count: number, sums: (string[] | null)[] | null}} Line  a row, or a group of rows */

/** @returns {string} what stands in a cell */
function textOf(/** @type {Cell} */ cell) {
  return cell === null ? UNKNOWN : typeof cell === "string" ? cell : cell[0];
}

/** @returns {number} what a number sorts by; of what is none, NaN */
function numberOf(/** @type {Cell} */ cell) {
  if (cell === null) return NaN;
  return typeof cell === "string" ? parseFloat(cell.replaceAll(",", "")) : Number(cell[1]);
}

/** @returns {string | null} what a text, a day or an instant sorts by */
function sortText(/** @type {Cell} */ cell) {
  return Array.isArray(cell) ? cell[1] : cell;
}

/** An element with its text. */
function made(/** @type {string} */ name, /** @type {string} */ text = "", /** @type {Record<string, string>} */ has = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(has)) element.setAttribute(key, value);
  return element;
}

function button(/** @type {string} */ text, /** @type {() => void} */ act, has = {}) {
  const element = made("button", text, { type: "button", ...has });
  element.addEventListener("click", act);
  return element;
}

function tell(/** @type {string} */ text) {
  const told = document.getElementById("told");
  if (told) told.textContent = text;
}

function counted(/** @type {number} */ count) {
  return `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;
}

/** The amounts of one column, as whole numbers of its smallest part, each with its currency. */
class Amounts {
  constructor(/** @type {Column} */ column, /** @type {Cell[]} */ cells, /** @type {Record<string, number>} */ decimals) {
    this.column = column;
    this.decimals = decimals;
    const parts = cells.map((cell) => (typeof cell === "string" ? /^(-?)([\d,]+)(?:\.(\d+))?(?: ([^]+))?$/.exec(cell) : null));
    this.scale = parts.reduce((most, part) => Math.max(most, part?.[3]?.length ?? 0), 0);
    /** @type {(bigint | null)[]} */
    this.wholes = parts.map((part) => part && BigInt(part[1] + part[2].replaceAll(",", "") + (part[3] ?? "").padEnd(this.scale, "0")));
    this.isUnknown = cells.map((cell) => cell === null);
    this.currencies = [column.currency, ...new Set(parts.flatMap((part) => part?.[4] ?? []))];
    this.currencyOf = parts.map((part) => Math.max(0, this.currencies.indexOf(part?.[4] ?? column.currency)));
  }

  /** @returns {string[]} what the rows come to, a line for each currency, and how many are not known */
  sums(/** @type {number[]} */ rows) {
    /** @type {(bigint | undefined)[]} */
    const sums = [];
    let unknown = 0;
    for (const row of rows) {
      const whole = this.wholes[row];
      if (this.isUnknown[row]) unknown += 1;
      else if (whole !== null) sums[this.currencyOf[row]] = (sums[this.currencyOf[row]] ?? 0n) + whole;
    }
    if (!sums.length && !unknown) sums.push(0n);
    const lines = sums.flatMap((sum, at) => (sum === undefined ? [] : [this.written(sum, this.currencies[at])]));
    return unknown ? [...lines, `${lines.length ? "and " : ""}${unknown.toLocaleString("en")} ${UNKNOWN}`] : lines;
  }

  /** @returns {bigint} what the rows come to in the column's own currency */
  total(/** @type {number[]} */ rows) {
    return rows.reduce((sum, row) => (this.currencyOf[row] ? sum : sum + (this.wholes[row] ?? 0n)), 0n);
  }

  written(/** @type {bigint} */ sum, /** @type {string} */ currency) {
    const digits = (sum < 0n ? -sum : sum).toString().padStart(this.scale + 1, "0");
    const whole = digits.slice(0, digits.length - this.scale);
    const least = currency ? (this.decimals[currency] ?? 2) : 0;
    const part = digits.slice(digits.length - this.scale).replace(/0+$/, "").padEnd(least, "0");
    const number = (sum < 0n ? "-" : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
    return currency === this.column.currency ? number : `${number} ${currency}`;
  }
}

/** @returns {(cell: Cell, number: number) => boolean} whether a cell has what somebody typed above its column: `held`, `>100`, `1..9` */
function wanted(/** @type {Column} */ column, /** @type {string} */ typed) {
  const low = typed.trim().toLowerCase();
  const bound = column.is === "text" ? null : /^([<>]=?|=)\s*(-?[\d,.]+)$/.exec(low);
  const range = column.is === "text" ? null : /^(-?[\d,.]+)\s*\.\.\s*(-?[\d,.]+)$/.exec(low);
  const scale = column.is === "share" ? 100 : 1;
  const number = (/** @type {string} */ text) => parseFloat(text.replaceAll(",", "")) / scale;
  if (range) {
    const [least, most] = [number(range[1]), number(range[2])];
    return (_, n) => n >= least && n <= most;
  }
  if (!bound && column.is !== "text" && /^-?[\d,.]+$/.test(low)) {
    const digits = low.replaceAll(",", "");
    return (cell) => cell !== null && textOf(cell).replaceAll(",", "").includes(digits);
  }
  if (!bound) return (cell) => textOf(cell).toLowerCase().includes(low);
  const limit = number(bound[2]);
  /** @type {Record<string, (n: number) => boolean>} */
  const ways = { "<": (n) => n < limit, "<=": (n) => n <= limit, ">": (n) => n > limit, ">=": (n) => n >= limit, "=": (n) => n === limit };
  const way = ways[bound[1]];
  return (_, n) => way(n);
}

/** One table of the page: what it has, what is asked of it, and what of it is on the screen. */
class TableView {
  asked = new URLSearchParams();
  count = made("span", "", { class: "count" });
  filters = made("tr", "", { class: "typed-filters", hidden: "" });
  search = /** @type {HTMLInputElement} */ (made("input", "", { type: "search", placeholder: "Search" }));
  groups = /** @type {HTMLSelectElement} */ (made("select"));
  /** @type {number[]} */
  rows = [];
  /** @type {Line[] | null} */
  lines = null;
  /** @type {number[][]} */
  numbersOf = [];
  /** @type {{by: string, rows: number[]} | undefined} */
  sorted;
  /** @type {number | undefined} */
  isSoon;
  /** @type {string[] | undefined} */
  textsOf;
  /** @type {(Amounts | null)[] | undefined} */
  amountsOf;
  rowHeight = 0;

  constructor(/** @type {HTMLElement} */ box, /** @type {TableData} */ data) {
    this.box = box;
    this.data = data;
    this.table = /** @type {HTMLTableElement} */ (box.querySelector("table"));
    this.scroll = /** @type {HTMLElement} */ (box.querySelector(".scroll"));
    this.body = this.table.tBodies[0];
    this.title = /** @type {HTMLElement} */ (box.querySelector("h3"));
    this.places = new Map(data.columns.map((column, place) => [column.name, place]));
    this.head = /** @type {HTMLTableSectionElement} */ (this.table.tHead);
    this.makeHead();
    this.makeTools();
    this.scroll.addEventListener("scroll", () => this.paintSoon());
    this.show();
    (window.requestIdleCallback ?? setTimeout)(() => [this.texts(), this.amounts()]); // while nobody waits for them
  }

  /** @returns {string[]} what a search looks through, by row; made once */
  texts() {
    const text = (/** @type {Cell} */ cell, /** @type {number} */ place) => {
      const shown = textOf(cell);
      return this.data.columns[place].is !== "text" && shown.includes(",") ? `${shown}\n${shown.replaceAll(",", "")}` : shown;
    };
    return (this.textsOf ??= this.data.rows.map((row) => row.map(text).join("\n").toLowerCase()));
  }

  /** @returns {(Amounts | null)[]} what is added up, by column; made once */
  amounts() {
    return (this.amountsOf ??= this.data.columns.map((column, place) =>
      column.added ? new Amounts(column, this.data.rows.map((row) => row[place]), this.data.decimals) : null));
  }

  // What stands above the rows

  makeHead() {
    const headers = [...this.head.rows[0].cells];
    headers.forEach((header, place) => {
      const sort = button("", () => this.sortBy(this.data.columns[place].name));
      sort.append(...header.childNodes);
      header.append(sort);
    });
    for (const column of this.data.columns) {
      const cell = made("td", "", { class: column.classes });
      const input = /** @type {HTMLInputElement} */ (made("input", "", {
        type: "search", "aria-label": `Filter ${column.title}`, "data-column": column.name,
        placeholder: column.is === "text" ? "contains" : ">0, 1..9",
      }));
      input.addEventListener("input", () => this.ask(`has.${column.name}`, input.value));
      cell.append(input);
      this.filters.append(cell);
    }
    this.head.append(this.filters);
  }

  makeTools() {
    const tools = /** @type {HTMLElement} */ (this.box.querySelector(".tools"));
    this.search.setAttribute("aria-label", `Search ${this.title.textContent}`);
    this.search.addEventListener("input", () => this.ask("q", this.search.value));
    const filter = button("Filter columns", () => {
      this.filters.hidden = !this.filters.hidden;
      filter.setAttribute("aria-expanded", String(!this.filters.hidden));
      this.paint();
    }, { "aria-expanded": "false" });
    tools.append(this.search, filter);
    if (this.data.groups.length) tools.append(this.makeGroups());
    tools.append(button("Copy", () => this.copy()), button("CSV", () => this.save(), { "aria-label": `Save ${this.title.textContent} as CSV` }));
    tools.append(this.count);
    this.box.classList.toggle("short", this.data.rows.length <= 10);
  }

  makeGroups() {
    const label = made("label", "Group by ");
    this.groups.append(new Option("nothing", ""));
    for (const name of this.data.groups) this.groups.append(new Option(this.column(name).title, name));
    this.groups.addEventListener("change", () => this.ask("group", this.groups.value));
    label.append(this.groups);
    return label;
  }

  column(/** @type {string} */ name) {
    return this.data.columns[/** @type {number} */ (this.places.get(name))];
  }

  // What is asked of it

  /** Ask something of the table, and keep it in the address. */
  ask(/** @type {string} */ key, /** @type {string} */ value) {
    if (value) this.asked.set(key, value);
    else this.asked.delete(key);
    const query = this.asked.toString();
    history.replaceState(history.state, "", `#${this.box.id}${query ? `?${query}` : ""}`);
    this.show();
    tell(this.count.textContent ?? "");
  }

  sortBy(/** @type {string} */ name) {
    const now = this.asked.get("sort");
    const first = this.column(name).is === "text" ? name : `-${name}`;
    const other = first === name ? `-${name}` : name;
    this.ask("sort", now === first ? other : now === other ? "" : first);
  }

  /** Show what an address asks for. */
  answer(/** @type {URLSearchParams} */ asked) {
    this.asked = asked;
    this.show();
  }

  show() {
    this.search.value = this.asked.get("q") ?? "";
    this.groups.value = this.asked.get("group") ?? "";
    for (const input of this.filters.querySelectorAll("input")) {
      const typed = this.asked.get(`has.${input.dataset.column}`) ?? "";
      if (input.value !== typed) input.value = typed;
      if (typed) this.filters.hidden = false;
    }
    this.rows = this.found();
    const group = this.asked.get("group") ?? "";
    this.lines = this.places.has(group) ? this.grouped(group) : null;
    this.scroll.scrollTop = 0;
    this.showHead();
    this.showFilters();
    this.showFoot();
    this.paint();
  }

  /** @returns {number[]} the rows that have what is asked for, in the order that is asked for */
  found() {
    /** @type {((row: Cell[], place: number) => boolean)[]} */
    const tests = [];
    for (const [key, value] of this.asked) {
      const [way, name] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
      const place = this.places.get(name);
      if (key === "q" && value.trim()) {
        const [texts, low] = [this.texts(), value.trim().toLowerCase()];
        tests.push((_, row) => texts[row].includes(low));
      } else if (way === "is" && place !== undefined) {
        tests.push((row) => textOf(row[place]) === value);
      } else if (way === "has" && place !== undefined) {
        const test = wanted(this.data.columns[place], value);
        const numbers = this.numbers(place);
        tests.push((cells, row) => test(cells[place], numbers[row]));
      }
    }
    const rows = this.ordered();
    return tests.length ? rows.filter((row) => tests.every((test) => test(this.data.rows[row], row))) : rows;
  }

  /** @returns {number[]} the numbers of a column, by row; made once */
  numbers(/** @type {number} */ place) {
    return (this.numbersOf[place] ??= this.data.rows.map((row) => numberOf(row[place])));
  }

  /** @returns {number[]} all rows in the order that is asked for; what is not known comes last */
  ordered() {
    const sort = this.asked.get("sort") ?? "";
    if (this.sorted?.by === sort) return this.sorted.rows;
    const rows = this.data.rows.map((_, row) => row);
    const place = this.places.get(sort.replace(/^-/, ""));
    if (place !== undefined) {
      const sign = sort.startsWith("-") ? -1 : 1;
      const isText = this.data.columns[place].is === "text";
      const numbers = this.numbers(place);
      const texts = this.data.rows.map((row) => sortText(row[place]) ?? "");
      const isUnknown = this.data.rows.map((row, at) => row[place] === null || (!isText && Number.isNaN(numbers[at])));
      rows.sort((one, other) => {
        if (isUnknown[one] || isUnknown[other]) return Number(isUnknown[one]) - Number(isUnknown[other]);
        return sign * (isText ? collator.compare(texts[one], texts[other]) : numbers[one] - numbers[other]) || one - other;
      });
    }
    this.sorted = { by: sort, rows };
    return rows;
  }

  /** @returns {Line[]} the rows found, those with the same value of a column as one line with their sums */
  grouped(/** @type {string} */ name) {
    const place = /** @type {number} */ (this.places.get(name));
    /** @type {Map<string, number[]>} */
    const groups = new Map();
    for (const row of this.rows) {
      const text = textOf(this.data.rows[row][place]);
      const group = groups.get(text);
      if (group) group.push(row);
      else groups.set(text, [row]);
    }
    const by = this.amounts()[this.places.get((this.asked.get("sort") ?? "").replace(/^-/, "")) ?? -1];
    if (by) this.sortGroups(groups, by);
    return [...groups].map(([text, rows]) => ({
      count: rows.length,
      cells: this.data.columns.map((_, at) => (at === place ? text : "")),
      sums: this.amounts().map((amounts) => amounts && amounts.sums(rows)),
    }));
  }

  /** Sorted by a column that is added up, groups stand by what they come to. */
  sortGroups(/** @type {Map<string, number[]>} */ groups, /** @type {Amounts} */ by) {
    const sign = this.asked.get("sort")?.startsWith("-") ? -1n : 1n;
    const sorted = [...groups].map(([text, rows]) => ({ text, rows, total: by.total(rows) * sign }));
    sorted.sort((one, other) => (one.total < other.total ? -1 : one.total > other.total ? 1 : 0));
    groups.clear();
    for (const group of sorted) groups.set(group.text, group.rows);
  }

  // What of it is on the screen

  showHead() {
    const sort = this.asked.get("sort") ?? "";
    [...this.head.rows[0].cells].forEach((header, place) => {
      const name = this.data.columns[place].name;
      header.setAttribute("aria-sort", sort === name ? "ascending" : sort === `-${name}` ? "descending" : "none");
    });
  }

  showFilters() {
    const place = /** @type {HTMLElement} */ (this.box.querySelector(".filters"));
    const exact = [...this.asked].filter(([key]) => key.startsWith("is.") && this.places.has(key.slice(3)));
    const isAsked = [...this.asked.keys()].some((key) => key !== "sort" && key !== "group");
    place.hidden = !isAsked;
    place.replaceChildren(...exact.map(([key, value]) =>
      button(`${this.column(key.slice(3)).title}: ${value} ✕`, () => this.ask(key, ""), { "aria-label": `Not only ${this.column(key.slice(3)).title}: ${value}` })));
    if (isAsked) place.append(button("Show all rows", () => { this.asked = new URLSearchParams(); this.ask("q", ""); }));
    const [all, shown] = [this.data.rows.length, this.rows.length];
    const groups = this.lines ? `, in ${this.lines.length.toLocaleString("en")} groups` : "";
    this.count.textContent = (shown === all ? counted(all) : `${shown.toLocaleString("en")} of ${counted(all)}`) + groups;
  }

  /** Under a table that does not show all its rows stands what the rows shown come to. */
  showFoot() {
    if (!this.table.tFoot) return;
    this.table.tFoot.querySelector(".shown")?.remove();
    if (this.rows.length === this.data.rows.length) return;
    const foot = made("tr", "", { class: "shown" });
    this.data.columns.forEach((column, place) => {
      const amounts = this.amounts()[place];
      const cell = made("td", amounts || place ? "" : `Shown ${counted(this.rows.length)}`, { class: column.classes });
      if (amounts) cell.append(...amounts.sums(this.rows).map((line) => made("span", line)));
      foot.append(cell);
    });
    this.table.tFoot.prepend(foot);
  }

  paintSoon() {
    this.isSoon ??= requestAnimationFrame(() => { this.isSoon = undefined; this.paint(); });
  }

  /** Put the rows that are to be seen into the document, and room for the others above and below. */
  paint(isPaper = matchMedia("print").matches) {
    const count = this.lines ? this.lines.length : this.rows.length;
    const isWindowed = count > ALL_AT_ONCE;
    this.box.classList.toggle("windowed", isWindowed && !isPaper);
    let [first, last] = [0, isPaper ? Math.min(count, ON_PAPER) : count];
    if (isWindowed && !isPaper) {
      this.rowHeight ||= this.measured();
      first = Math.max(0, Math.floor(this.scroll.scrollTop / this.rowHeight) - BESIDE);
      last = Math.min(count, first + Math.ceil(Math.min(this.scroll.clientHeight || 600, innerHeight) / this.rowHeight) + 2 * BESIDE);
    }
    const rows = [];
    for (let at = first; at < last; at += 1) rows.push(this.drawn(at));
    const isRoom = isWindowed && !isPaper;
    this.body.replaceChildren(...(isRoom ? [room(first * this.rowHeight), ...rows, room((count - last) * this.rowHeight)] : rows));
    this.table.setAttribute("aria-rowcount", String(count + 1));
    const rest = this.box.querySelector(".rest");
    if (rest) rest.textContent = count > ON_PAPER || count < this.data.rows.length
      ? `Here are the first ${Math.min(count, ON_PAPER).toLocaleString("en")} of ${counted(count)}; the workbook ${this.data.page}.xlsx has all ${counted(this.data.rows.length)}.` : "";
    this.showEdges();
  }

  measured() {
    this.body.replaceChildren(this.drawn(0));
    return this.body.rows[0].getBoundingClientRect().height || 32;
  }

  /** Say that there is more to the side. */
  showEdges() {
    const more = this.scroll.scrollWidth - this.scroll.clientWidth - this.scroll.scrollLeft;
    this.box.classList.toggle("more-right", more > 1);
    this.box.classList.toggle("more-left", this.scroll.scrollLeft > 1);
  }

  drawn(/** @type {number} */ at) {
    const line = this.lines?.[at];
    const cells = line ? line.cells : this.data.rows[this.rows[at]];
    const row = made("tr", "", { "aria-rowindex": String(at + 2) });
    this.data.columns.forEach((column, place) => {
      const cell = made("td", "", { class: column.classes });
      if (line) cell.append(...this.drawnGroup(line, column, place));
      else cell.append(this.drawnCell(cells, column, place));
      if (place === 0 && !line) cell.append(button("⋯", () => this.unfold(cells), { class: "unfold", "aria-label": `The whole row ${textOf(cells[0])}` }));
      row.append(cell);
    });
    if (line) row.classList.add("group");
    return row;
  }

  drawnCell(/** @type {Cell[]} */ cells, /** @type {Column} */ column, /** @type {number} */ place) {
    const text = textOf(cells[place]);
    if (cells[place] === null) return made("span", text, { class: "unknown" });
    const by = column.by.map((name) => [`is.${name}`, textOf(cells[/** @type {number} */ (this.places.get(name))])]);
    if (column.opens && text && (!by.length || by.some(([, told]) => told))) {
      const where = new URLSearchParams(by);
      return made("a", text, { href: `#${column.opens}?${where}` });
    }
    if (text && column.story) return made("a", text, { href: column.story.replace("{}", encodeURIComponent(text)) });
    return document.createTextNode(text);
  }

  drawnGroup(/** @type {Line} */ line, /** @type {Column} */ column, /** @type {number} */ place) {
    const sums = line.sums?.[place];
    if (sums) return sums.map((sum) => made("span", sum));
    const name = this.asked.get("group") ?? "";
    if (column.name !== name) return [];
    const asked = new URLSearchParams(this.asked);
    asked.delete("group");
    asked.set(`is.${name}`, textOf(line.cells[place]));
    return [made("a", textOf(line.cells[place]), { href: `#${this.box.id}?${asked}` }), made("span", counted(line.count), { class: "note" })];
  }

  /** All columns of a row, also those for which a screen has no room. */
  unfold(/** @type {Cell[]} */ cells) {
    const whole = /** @type {HTMLDialogElement} */ (document.getElementById("whole"));
    const list = /** @type {HTMLElement} */ (whole.querySelector("dl"));
    list.replaceChildren(...this.data.columns.map((column, place) => {
      const pair = made("div");
      const text = made("dd", "", { class: column.classes.replace("wide", "") });
      text.append(this.drawnCell(cells, column, place));
      if (column.unit && cells[place] !== null) text.append(` ${column.unit}`);
      pair.append(made("dt", column.title), text);
      return pair;
    }));
    whole.showModal();
  }

  // What is taken from it

  /** @returns {string[][]} what is shown, with its header: texts that no spreadsheet runs, numbers as numbers */
  grid() {
    const lines = this.lines ?? this.rows.map((row) => ({ cells: this.data.rows[row], count: 1, sums: null }));
    /** @type {string[][]} */
    const grid = [[]];
    for (const column of this.data.columns) {
      grid[0].push(inert(column.unit && !column.amounts ? `${column.title} (${column.unit})` : column.title));
      if (column.amounts) grid[0].push(inert(`${column.title}, currency`));
    }
    if (this.lines) grid[0].push("Rows");
    for (const line of lines) {
      const told = this.data.columns.flatMap((column, place) => this.exported(column, line, place));
      grid.push(this.lines ? [...told, String(line.count)] : told);
    }
    return grid;
  }

  /** @returns {string[]} a cell as programs read it; an amount stands beside its currency */
  exported(/** @type {Column} */ column, /** @type {Line} */ line, /** @type {number} */ place) {
    const cell = line.sums?.[place] ? line.sums[place].join("; ") : line.cells[place];
    if (cell === null || cell === "") return column.amounts ? ["", ""] : [""];
    if (column.is === "share") return [Array.isArray(cell) ? cell[1] : inert(cell)];
    if (column.is !== "number") return [inert(textOf(cell))];
    const [, number, currency] = /^(-?[\d,.]+)(?: ([^]+))?$/.exec(textOf(cell)) ?? [];
    if (number === undefined) return column.amounts ? [inert(textOf(cell)), ""] : [inert(textOf(cell))];
    const plain = number.replaceAll(",", "");
    return column.amounts ? [plain, inert(currency ?? column.currency)] : [plain];
  }

  async copy() {
    const plain = (/** @type {string} */ cell) => quoted(cell.replace(/[\t\r\n]+/g, " "));
    const text = this.grid().map((row) => row.map(plain).join("\t")).join("\n");
    await copied(text, `Copied ${counted(this.lines?.length ?? this.rows.length)}.`);
  }

  save() {
    const text = this.grid().map((row) => row.map((cell) => quoted(cell, ",")).join(",")).join("\r\n");
    const address = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
    const link = made("a", "", { href: address, download: `${this.data.page}-${this.box.dataset.table}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    tell(`Saved ${counted(this.lines?.length ?? this.rows.length)}.`);
  }
}

/** A spreadsheet takes the quotes of a cell away, also of one that is pasted, and runs what stands in them. */
function quoted(/** @type {string} */ cell, mark = "\t") {
  return /["\r\n]/.test(cell) || cell.includes(mark) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function inert(/** @type {string} */ text) {
  const marked = text.replace(BEHIND, (found, before, sign) => (isRun(before, sign) ? `${before}'${sign}` : found));
  return FORMULA.test(text) ? `'${marked}` : marked;
}

function isRun(/** @type {string} */ before, /** @type {string} */ sign) {
  const divides = "+-＋－".includes(sign) ? /[;\r\n]'*$/ : /[;\r\n]/;
  return sign !== "" && divides.test(before);
}

function room(/** @type {number} */ height) {
  const row = made("tr", "", { class: "room", "aria-hidden": "true" });
  row.append(made("td"));
  row.style.height = `${height}px`;
  return row;
}

async function copied(/** @type {string} */ text, /** @type {string} */ said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // an old browser, or one that is asked from a file
    const area = /** @type {HTMLTextAreaElement} */ (made("textarea", "", { class: "hidden" }));
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  tell(said);
}

// The page

/** @type {Map<string, TableView>} */
const views = new Map();
/** @type {HTMLElement | null} */
let lastLink = null;

/** Show what the address asks for: a table at some of its rows; or, gone back, where the reader was. */
function follow(isFirst = false) {
  const [id, query] = location.hash.slice(1).split("?");
  const view = views.get(id);
  for (const other of views.values()) if (other !== view && other.asked.size) other.answer(new URLSearchParams());
  if (!view) {
    if (!id) lastLink?.focus();
    return;
  }
  view.answer(new URLSearchParams(query ?? ""));
  for (let fold = view.box.closest("details") ?? view.box.querySelector("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  view.paint();
  const isAgain = isFirst && /** @type {PerformanceNavigationTiming} */ (performance.getEntriesByType("navigation")[0])?.type === "reload";
  if (isAgain) return;
  view.title.focus({ preventScroll: true });
  view.box.scrollIntoView({ block: "start" });
  tell(`${view.title.textContent}: ${view.count.textContent}`);
}

function keepFresh(/** @type {number} */ seconds) {
  setInterval(() => {
    const isBusy = document.activeElement?.matches("input, select") || document.querySelector("dialog[open]");
    const isHeld = document.querySelector("[data-act=hold]")?.getAttribute("aria-pressed") === "true";
    if (!isBusy && !isHeld && !document.hidden) location.reload();
  }, seconds * 1000);
}

/** @type {Record<string, (it: HTMLElement) => void>} */
const acts = {
  hold: (/** @type {HTMLElement} */ it) => {
    const isHeld = it.getAttribute("aria-pressed") !== "true";
    it.setAttribute("aria-pressed", String(isHeld));
    tell(isHeld ? "The page is not updated any more." : "The page is updated again.");
  },
  look: () => {
    const isDark = getComputedStyle(document.documentElement).colorScheme === "dark" ||
      (!document.documentElement.dataset.look && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.look = isDark ? "light" : "dark";
  },
  "copy-code": (/** @type {HTMLElement} */ it) => copied(it.parentElement?.querySelector("code")?.textContent ?? "", "Copied."),
};

function start() {
  document.documentElement.classList.add("scripted");
  for (const script of document.querySelectorAll("script[data-table]")) {
    const box = document.getElementById(`table-${/** @type {HTMLElement} */ (script).dataset.table}`);
    if (box?.querySelector("table")) views.set(box.id, new TableView(box, JSON.parse(script.textContent ?? "")));
  }
  for (const link of document.querySelectorAll("a[data-opens]")) {
    const asks = /** @type {HTMLElement} */ (link).dataset.opens;
    if (asks) link.setAttribute("href", `${link.getAttribute("href")}?${asks}`);
  }
  document.addEventListener("click", (event) => {
    const on = /** @type {HTMLElement} */ (event.target);
    const act = on.closest("[data-act]");
    if (act) acts[/** @type {HTMLElement} */ (act).dataset.act ?? ""]?.(/** @type {HTMLElement} */ (act));
    const link = /** @type {HTMLElement | null} */ (on.closest("a[href^='#']"));
    if (link && !link.closest("tbody")) lastLink = link;
    if (link?.closest("dialog")) /** @type {HTMLDialogElement} */ (document.getElementById("whole")).close();
  });
  addEventListener("hashchange", () => follow());
  addEventListener("resize", () => views.forEach((view) => view.paintSoon()));
  addEventListener("toggle", () => views.forEach((view) => view.paintSoon()), true);
  addEventListener("beforeprint", () => views.forEach((view) => view.paint(true)));
  addEventListener("afterprint", () => views.forEach((view) => view.paint(false)));
  follow(true);
  const seconds = Number(document.body.dataset.refresh);
  if (seconds) keepFresh(seconds);
}

start();
