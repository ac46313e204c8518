// Heads of a list: drawn wider at their edge, taken elsewhere by dragging; on a focused head Shift and arrows make it wider or
// narrower, Ctrl, Shift and arrows put it elsewhere. Kept for this reader and view.
import { ask, debounce, failed, make, on, refresh, say, whisper } from "./common.js";

const LEAST = 48;
const STEP = 16;
const FAR = 6; // pixels before a press is a drag
let drag = null; // { head, x, width } while sizing, { head, x, moved } while moving

const heads = (table) => [...table.querySelectorAll("thead th[data-column]")];
const shown = (table) => heads(table).filter((head) => head.getClientRects().length);
const ahead = () => (document.dir === "rtl" ? -1 : 1);
const name = (head) => head.textContent.trim();

/** From widths the browser finds to widths of our own, each column as wide as it is now. */
function fix(table) {
  if (table.classList.contains("fixed")) return;
  const columns = [...table.tHead.rows[0].cells];
  const widths = columns.map((cell) => Math.round(cell.getBoundingClientRect().width));
  const group = make("colgroup");
  columns.forEach((cell, place) => group.append(make("col", { width: widths[place] || 120, class: cell.className.match(/keep-\d/)?.[0] ?? false })));
  table.querySelector("colgroup")?.remove();
  table.prepend(group);
  table.classList.add("fixed");
}

const columnOf = (head) => head.closest("table").querySelector("colgroup").children[head.cellIndex];

function size(head, width) {
  const table = head.closest("table");
  fix(table);
  columnOf(head).setAttribute("width", Math.max(LEAST, Math.round(width)));
}

const keep = debounce(async (table) => {
  const widths = table.classList.contains("fixed") ? Object.fromEntries(heads(table).map((head) => [head.dataset.column, Number(columnOf(head).getAttribute("width"))])) : {};
  failed(await send(table, heads(table).map((head) => head.dataset.column), widths));
}, 400);

function send(table, columns, widths) {
  const body = new FormData();
  body.set("columns", columns.join(","));
  body.set("widths", JSON.stringify(widths));
  return ask(table.dataset.arrange, { method: "POST", body, target: "columns" });
}

async function put(head, before) {
  const table = head.closest("table");
  const widths = table.classList.contains("fixed") ? Object.fromEntries(heads(table).map((one) => [one.dataset.column, Number(columnOf(one).getAttribute("width"))])) : {};
  const order = heads(table).map((one) => one.dataset.column).filter((key) => key !== head.dataset.column);
  order.splice(before ? order.indexOf(before.dataset.column) : order.length, 0, head.dataset.column);
  if (failed(await send(table, order, widths))) return;
  const url = new URL(location.href);
  if (url.searchParams.has("columns")) { url.searchParams.set("columns", order.join(",")); history.replaceState(history.state, "", url); }
  const key = head.dataset.column;
  await refresh();
  const again = document.querySelector(`th[data-column="${CSS.escape(key)}"]`);
  (again?.querySelector("a") ?? again)?.focus();
  whisper(say("column_place", { name: again ? name(again) : key, n: order.indexOf(key) + 1, of: order.length }));
}

// --- by mouse -----------------------------------------------------------------------------------------------------------

on("pointerdown", "table[data-arrange] thead th[data-column]", (event, head) => {
  if (event.button || event.pointerType === "touch") return;
  const grip = event.target.closest(".grip");
  drag = grip ? { head, x: event.clientX, width: head.getBoundingClientRect().width } : { head, x: event.clientX, moved: false };
  if (grip) { fix(head.closest("table")); head.classList.add("sizing"); event.preventDefault(); }
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const way = (event.clientX - drag.x) * ahead();
  if (drag.width) return void size(drag.head, drag.width + way);
  if (!drag.moved && Math.abs(way) < FAR) return;
  drag.moved = true;
  drag.head.classList.add("taken");
  mark(event.clientX);
});
document.addEventListener("pointerup", () => {
  const was = drag;
  drag = null;
  if (!was) return;
  was.head.classList.remove("sizing", "taken");
  if (was.width) { swallow(was.head); keep(was.head.closest("table")); return; }
  const target = unmark(was.head.closest("table"));
  if (was.moved) swallow(was.head);
  if (was.moved && target && target.head !== was.head) put(was.head, target.before);
});
on("dragstart", "table[data-arrange] thead a", (event) => event.preventDefault());

/** The click at the end of a drag sorts nothing. */
function swallow(head) {
  const stop = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
  head.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => head.removeEventListener("click", stop, { capture: true }), 50);
}

function mark(x) {
  const all = shown(drag.head.closest("table"));
  unmark(drag.head.closest("table"));
  const target = all.find((head) => { const box = head.getBoundingClientRect(); return x >= box.left && x <= box.right; });
  if (!target || target === drag.head) return;
  const box = target.getBoundingClientRect();
  target.classList.add((x < box.left + box.width / 2) === (ahead() > 0) ? "before" : "after");
}

function unmark(table) {
  let found = null;
  const all = heads(table);
  for (const head of all) {
    if (head.matches(".before")) found = { head, before: head };
    if (head.matches(".after")) found = { head, before: all[all.indexOf(head) + 1] ?? null };
    head.classList.remove("before", "after");
  }
  return found;
}

// --- by keyboard --------------------------------------------------------------------------------------------------------

on("keydown", "table[data-arrange] thead th[data-column]", (event, head) => {
  if (!event.shiftKey || event.altKey || !/^Arrow(Left|Right)$/.test(event.key)) return;
  const by = (event.key === "ArrowRight" ? 1 : -1) * ahead();
  event.preventDefault();
  event.stopPropagation();
  if (event.ctrlKey || event.metaKey) {
    const all = heads(head.closest("table"));
    const at = all.indexOf(head);
    if (all[at + by]) put(head, by > 0 ? all[at + 2] ?? null : all[at - 1]);
    return;
  }
  fix(head.closest("table"));
  const width = Number(columnOf(head).getAttribute("width")) + by * STEP;
  size(head, width);
  whisper(say("column_width", { name: name(head), n: Math.max(LEAST, width) }));
  keep(head.closest("table"));
}, true);

export function enhance() {
  for (const table of document.querySelectorAll("table[data-arrange]")) for (const head of heads(table)) {
    if (!head.querySelector(".grip")) head.append(make("span", { class: "grip", "aria-hidden": "true" }));
    if (!head.querySelector("a")) head.tabIndex = 0;
  }
}
