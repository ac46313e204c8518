// The keyboard. What a key does stands in the page as data-key, so `?` lists exactly what is valid here.
import { make, on, say, typing, visible } from "./common.js";
import { closePanel, isOpen, openPanel, panelUrl } from "./panel.js";
import { undoLast } from "./toast.js";

const PATIENCE = 1200; // ms between g and its letter
let prefix = "";
let forget;

const bound = () => [...document.querySelectorAll("[data-key]")].filter((element) => reachable(element));
const openDialogs = () => document.querySelector("dialog[open]");

function reachable(element) {
  const dialog = openDialogs();
  if (dialog && !dialog.contains(element)) return false;
  return visible(element) || (element.closest("[popover]") && !dialog);
}

/** The lines one moves through: of the dialog or panel in front, else of the page. */
function rows() {
  const place = openDialogs() ?? (isOpen() && document.activeElement?.closest("#panel")) ?? document;
  return [...(place || document).querySelectorAll("[data-row]")].filter(visible);
}

export const cursor = () => document.querySelector("[data-row].cursor");

function put(row, { focus = true } = {}) {
  for (const other of document.querySelectorAll("[data-row].cursor")) if (other !== row) other.classList.remove("cursor");
  if (!row) return;
  row.classList.add("cursor");
  row.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (focus) row.querySelector(".title a, a.title, .what a, a")?.focus({ preventScroll: true });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(cursor() ?? document.activeElement?.closest("[data-row]"));
  const next = all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)];
  const more = at === all.length - 1 && by > 0 && document.querySelector(".more-row a, .more a");
  if (more) more.click();
  put(next);
  if (isOpen() && !next.closest("#panel") && panelUrl(next)) openPanel(panelUrl(next), { from: next, history: "replace", focus: false });
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  Enter: (event) => open(event),
  x: () => tick(),
  e: () => edit(),
  u: () => undoLast(),
  "?": () => help(),
};

function open(event) {
  const row = cursor();
  const focused = document.activeElement;
  if (focused && focused !== document.body && !(row && focused.closest("[data-row]") === row && focused.matches("a, tr, li"))) return false;
  if (!row) return false;
  if (event.shiftKey) location.assign(row.dataset.pageUrl || panelUrl(row));
  else if (panelUrl(row)) openPanel(panelUrl(row), { from: row });
  else return false;
  return true;
}

function tick() {
  const box = cursor()?.querySelector('.tick input, input[name="ids"]');
  if (!box) return false;
  box.click();
}

function edit() {
  const spot = cursor()?.querySelector("[data-edit]") ?? document.querySelector("#panel:not([hidden]) [data-edit], .record [data-edit]");
  if (!spot) return false;
  spot.dispatchEvent(new CustomEvent("ui:edit", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return escape(event);
  if (typing(event.target)) return;
  const done = pressed(event);
  if (done) event.preventDefault();
});

function pressed(event) {
  const key = prefix ? `${prefix} ${event.key}` : event.key;
  clearTimeout(forget);
  const starts = !prefix && bound().some((element) => element.dataset.key.startsWith(`${key} `));
  prefix = "";
  if (starts) {
    prefix = key;
    forget = setTimeout(() => { prefix = ""; }, PATIENCE);
    return true;
  }
  const inRow = (cursor() ?? document.activeElement?.closest("[data-row]"))?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  const found = inRow ?? bound().find((element) => element.dataset.key === key);
  if (found) return press(found);
  if (openDialogs() && key !== "?") return false;
  return key in ACTS && ACTS[key](event) !== false;
}

function press(element) {
  if (element.matches("input, textarea, select")) { element.focus(); element.select?.(); } else element.click();
  return true;
}

function escape(event) {
  if (openDialogs()) return; // the browser closes it
  if (typing(event.target)) { if (!event.target.closest("[data-combobox], [data-query], .editing")) event.target.blur(); return; }
  if (closePanel()) event.preventDefault();
  else put(null);
}

on("click", "[data-row]", (_event, row) => put(row, { focus: false }));
on("focusin", "[data-row]", (_event, row) => put(row, { focus: false }));

/** The sheet of all keys that work here, read from the page. */
function help() {
  const dialog = document.getElementById("keys");
  const place = dialog?.querySelector("[data-keys]");
  if (!place || dialog.open) return;
  const go = [], here = [];
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key], [data-row-key]")) {
    const key = element.dataset.key ?? element.dataset.rowKey;
    if (seen.has(key) || !reachable(element)) continue;
    seen.add(key);
    (key.includes(" ") ? go : here).push([key, name(element)]);
  }
  const everywhere = [["Ctrl K", say("key_palette")], ["u", say("key_undo")], ["?", say("key_help")], ["Esc", say("key_close")]];
  if (rows().length) {
    here.push(["j", say("key_next")], ["k", say("key_previous")], ["Enter", say("key_open")], ["⇧ Enter", say("key_page")]);
    if (document.querySelector('.tick, input[name="ids"]')) here.push(["x", say("key_select")]);
  }
  if (document.querySelector("[data-edit]") && !seen.has("e")) here.push(["e", say("key_edit")]);
  const cells = document.querySelector("table[data-grid]")
    ? [["↑ ↓ ← →", say("key_arrows")], ["⇧ →", say("key_mark")], ["Enter", say("key_cell")], ["Ctrl C", say("key_copy")], ["Ctrl D", say("key_down")], ["Del", say("key_clear")], ["Ctrl Z", say("key_back")], ["⇧ →", say("key_width")], ["Ctrl ⇧ →", say("key_place")]]
    : [];
  place.replaceChildren();
  for (const [title, keys] of [[say("here"), here], [say("cells"), cells], [say("go"), go], [say("everywhere"), everywhere]]) {
    if (!keys.length) continue;
    const list = make("dl", { class: "help-list" });
    place.append(make("h3", { class: "help-title" }, title), list);
    for (const [key, label] of keys) list.append(make("div", {}, make("dt", {}, label), make("dd", {}, ...key.split(" ").map((part) => make("kbd", {}, part)))));
  }
  dialog.showModal();
}

function name(element) {
  if (element.dataset.keyLabel) return element.dataset.keyLabel;
  if (element.ariaLabel) return element.ariaLabel;
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll("kbd, .count")) part.remove();
  return copy.textContent.trim();
}

export { help };
