// A list as a spreadsheet: a cell cursor, ranges by Shift and mouse. What is done with a range stands in grid_clipboard.js.
// Arrows, Home, End, Page Up and Down move; Enter, F2 or typing edits; Tab goes on; Escape leaves the cells for the line.
import { make, on, say, visible, whisper } from "./common.js";
import { toast } from "./toast.js";

// Rows by id and columns by key: rows are drawn anew while one works.
let anchor = null; // where the range begins: { row, column }
let head = null; // the cursor
let dragging = null;

export const grid = () => document.querySelector("table[data-grid]");
export const rows = () => [...(grid()?.querySelectorAll("tbody > tr[data-edit-url]") ?? [])].filter(visible);
/** The heads of the columns that are shown, without the check box. */
export const columns = () => [...(grid()?.querySelectorAll("thead th[data-column]") ?? [])].filter(visible);
export const isActive = () => !!head && !!grid()?.contains(document.activeElement) && !document.activeElement.closest(".editing");

export const cellAt = (row, column) => row && column ? row.cells[column.cellIndex] : null;
const headOf = (cell) => grid().tHead.rows[0].cells[cell.cellIndex];
const placeOf = (cell) => ({ row: cell.parentElement.id, column: headOf(cell).dataset.column });

function indexes(place) {
  return place && { row: rows().findIndex((row) => row.id === place.row), column: columns().findIndex((one) => one.dataset.column === place.column) };
}

/** The range as indexes into rows() and columns(), ends included; null where no cell is chosen. */
export function range() {
  const [from, to] = [indexes(anchor), indexes(head)];
  if (!from || !to || Math.min(from.row, to.row, from.column, to.column) < 0) return null;
  const order = (a, b) => [Math.min(a, b), Math.max(a, b)];
  const [[top, bottom], [left, right]] = [order(from.row, to.row), order(from.column, to.column)];
  return { top, bottom, left, right, height: bottom - top + 1, width: right - left + 1 };
}

/** The cells of a range, line by line. */
export function cellsOf({ top, bottom, left, right }) {
  const heads = columns().slice(left, right + 1);
  return rows().slice(top, bottom + 1).map((row) => heads.map((column) => cellAt(row, column)));
}

export const cursorCell = () => {
  const at = indexes(head);
  return at && at.row >= 0 && at.column >= 0 ? cellAt(rows()[at.row], columns()[at.column]) : null;
};

function paint() {
  const found = range();
  const cursor = cursorCell();
  for (const cell of grid()?.querySelectorAll(".at, .in-range, [data-grid-cell]") ?? []) {
    cell.classList.remove("at", "in-range");
    cell.removeAttribute("aria-selected");
    if (cell.dataset.gridCell !== undefined && cell !== cursor) { delete cell.dataset.gridCell; cell.removeAttribute("tabindex"); } // losing it loses the focus
  }
  if (!found || !cursor) return;
  if (found.width * found.height > 1) for (const cell of cellsOf(found).flat()) { cell.classList.add("in-range"); cell.setAttribute("aria-selected", "true"); }
  cursor.classList.add("at");
  cursor.dataset.gridCell = "";
  cursor.tabIndex = 0;
}

/** Put the cursor on a cell; with `extend` the range goes on to there. */
export function choose(cell, { extend = false, focus = true } = {}) {
  if (!cell) return leave();
  head = placeOf(cell);
  if (!extend || !anchor) anchor = head;
  paint();
  if (focus) cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  const found = range();
  if (found && found.width * found.height > 1) whisper(say("range", { rows: found.height, columns: found.width }));
  else if (cell.dataset.problem ?? cell.dataset.locked) whisper(cell.dataset.problem ?? cell.dataset.locked);
}

/** The cursor and range again, on rows that were drawn anew. */
export const again = () => cursorCell() && choose(cursorCell(), { extend: true });

function leave() {
  const line = cursorCell()?.parentElement;
  anchor = head = null;
  paint();
  line?.querySelector(".title a, a")?.focus({ preventScroll: true });
}

function moved(by, extend) {
  const at = indexes(head);
  const [all, heads] = [rows(), columns()];
  if (!at || at.row < 0) return false;
  const row = Math.min(Math.max(at.row + (by.rows ?? 0), 0), all.length - 1);
  const column = Math.min(Math.max(at.column + (by.columns ?? 0), 0), heads.length - 1);
  if (row === all.length - 1 && (by.rows ?? 0) > 0) document.querySelector(".more-row a")?.click();
  choose(cellAt(all[row], heads[column]), { extend });
  return true;
}

/** How many lines the window shows, for Page Up and Down. */
const page = () => Math.max(1, Math.floor((grid().closest(".list-scroll")?.clientHeight ?? 400) / (rows()[0]?.offsetHeight || 36)) - 2);
const ahead = () => (document.dir === "rtl" ? -1 : 1);
const FAR = 1e6;
const STEPS = {
  ArrowUp: () => ({ rows: -1 }),
  ArrowDown: () => ({ rows: 1 }),
  ArrowLeft: () => ({ columns: -ahead() }),
  ArrowRight: () => ({ columns: ahead() }),
  PageUp: () => ({ rows: -page() }),
  PageDown: () => ({ rows: page() }),
  Home: (event) => ({ columns: -FAR, rows: event.ctrlKey || event.metaKey ? -FAR : 0 }),
  End: (event) => ({ columns: FAR, rows: event.ctrlKey || event.metaKey ? FAR : 0 }),
};

const edit = (cell, typed = null) => cell.dispatchEvent(new CustomEvent("ui:edit", { bubbles: true, detail: { typed } }));

on("keydown", "table[data-grid] tbody", (event) => {
  const cell = event.target.closest("td, th");
  if (event.isComposing || event.defaultPrevented || !cell || cell.classList.contains("editing") || cell.matches(".tick")) return;
  const onCell = event.target === cell || event.target.closest("[data-begin]");
  // From a link of the line the arrows step into the cells.
  if (!onCell && !(event.key in STEPS && event.key.startsWith("Arrow") && !event.altKey)) return;
  if (pressed(event, cell)) { event.preventDefault(); event.stopPropagation(); }
}, true); // before the keys of the page: a letter typed on a cell is text

function pressed(event, cell) {
  if (event.altKey) return false;
  if (!head) { if (!rows().includes(cell.parentElement)) return false; choose(cell); if (event.key.startsWith("Arrow") && event.target !== cell) return true; }
  if (event.key in STEPS && !((event.ctrlKey || event.metaKey) && event.key.startsWith("Arrow"))) return moved(STEPS[event.key](event), event.shiftKey);
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a") { const [all, heads] = [rows(), columns()]; anchor = placeOf(cellAt(all[0], heads[0])); choose(cellAt(all.at(-1), heads.at(-1)), { extend: true }); return true; }
  if (event.ctrlKey || event.metaKey) return false;
  if (event.key === "Tab") return next(event.shiftKey ? -1 : 1);
  if (event.key === "Escape") { const found = range(); if (found && found.width * found.height > 1) choose(cell); else leave(); return true; }
  if (event.key === "Enter" || event.key === "F2") return begin(cell, event);
  if (event.key.length === 1 && event.key !== " " && cell.dataset.locked) { toast({ text: cell.dataset.locked, tone: "warn" }); return true; }
  if (event.key.length === 1 && event.key !== " " && "edit" in cell.dataset) { edit(cell, event.key); return true; }
  return false;
}

/** Enter on a cell that cannot be changed opens its line. */
function begin(cell, event) {
  if ("edit" in cell.dataset && !event.shiftKey) { edit(cell); return true; }
  if (cell.dataset.locked && !event.shiftKey) { toast({ text: cell.dataset.locked, tone: "warn" }); return true; }
  if (event.key === "F2") { toast({ text: say("not_here"), tone: "warn" }); return true; }
  return false;
}

/** Tab goes on through the cells of the lines; past the last one it leaves the table, as everywhere. */
function next(by) {
  const at = indexes(head);
  const width = columns().length;
  const place = at.row * width + at.column + by;
  if (place < 0 || place >= rows().length * width) { leave(); return false; }
  choose(cellAt(rows()[Math.floor(place / width)], columns()[place % width]));
  return true;
}

// After an editor closes: on to the next cell, or back to this one.
document.addEventListener("ui:edited", (event) => {
  const { row, column, by } = event.detail;
  const line = document.getElementById(row);
  const heads = columns();
  const place = heads.findIndex((one) => one.dataset.column === column);
  if (!line?.closest("table[data-grid]") || place < 0) return;
  choose(cellAt(line, heads[place]));
  if (by === "down") moved({ rows: 1 }, false);
  else if (by) next(by === "next" ? 1 : -1);
});

// By mouse: press, drag, release; a second press on the cursor edits.
const pointed = (event) => {
  const cell = event.target instanceof Element && event.target.closest("table[data-grid] tbody > tr[data-edit-url] > :is(td, th)");
  return cell && !cell.matches(".tick, .editing") && !event.target.closest("a, button, input, select, textarea, summary, label") ? cell : null;
};
document.addEventListener("pointerdown", (event) => {
  const cell = event.pointerType === "mouse" && event.button === 0 ? pointed(event) : null;
  if (!cell) return;
  dragging = { again: cell === cursorCell() && !event.shiftKey, moved: false };
  choose(cell, { extend: event.shiftKey });
  event.preventDefault(); // no text is marked; the focus was put by hand
});
document.addEventListener("pointermove", (event) => {
  if (!dragging || !(event.buttons & 1)) return;
  const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest("table[data-grid] tbody > tr[data-edit-url] > :is(td, th):not(.tick)");
  if (!cell || cell === cursorCell()) return;
  dragging.moved = true;
  choose(cell, { extend: true });
});
document.addEventListener("pointerup", (event) => {
  const was = dragging;
  dragging = null;
  const cell = was && !was.moved && was.again ? pointed(event) : null;
  if (cell && "edit" in cell.dataset) edit(cell);
});
// A finger has no cursor: it taps a cell to edit it.
on("click", "table[data-grid] td[data-edit]", (event, cell) => {
  if (event.pointerType && event.pointerType !== "mouse" && pointed(event)) edit(cell);
});

document.addEventListener("focusin", (event) => {
  if (head && !event.target.closest?.("table[data-grid], dialog, .toasts, #panel")) { anchor = head = null; paint(); }
});

export function enhance() {
  for (const table of document.querySelectorAll(".list table:not([data-grid])")) {
    if (!table.querySelector("tbody > tr[data-edit-url]") || matchMedia("(width < 700px)").matches) continue;
    table.dataset.grid = "";
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    table.setAttribute("aria-describedby", "grid-help");
    if (!document.getElementById("grid-help")) table.after(make("p", { class: "unseen", id: "grid-help" }, say("grid_help")));
  }
  paint();
  // The page was drawn anew under the cursor.
  if (head && document.activeElement === document.body && !document.querySelector("dialog[open]")) again();
}
