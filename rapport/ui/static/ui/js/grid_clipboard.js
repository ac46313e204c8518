// What is done with a range of cells: copy as text and as a table, paste from a spreadsheet, fill down, clear, undo. All cells of
// one deed go in one request; they show at once, and those that are refused get their old value back and say why.
import { arrived, ask, failed, morph, parse, say, whisper } from "./common.js";
import { showDialog } from "./dialog.js";
import { again, cellAt, cellsOf, choose, columns, grid, isActive, range, rows } from "./grid.js";
import { toast, undoLast } from "./toast.js";

const OWN = "application/x-rapport-cells"; // raw values, so that a record is pasted as itself and not by its name

// --- copy ---------------------------------------------------------------------------------------------------------------

/** What a cell says to other programs: days as ISO, numbers as one would type them, everything else as it reads. */
function textOf(cell) {
  const raw = cell.dataset.raw;
  if (cell.matches(".num") && raw !== undefined) return raw;
  const time = cell.querySelector("time[datetime]");
  if (time) return raw && /^\d{4}-\d{2}-\d{2}$/.test(raw) ? raw : time.getAttribute("datetime").replace(/T00:00:00.*$/, "");
  const face = cell.querySelector(".face[aria-label]");
  if (face) return face.getAttribute("aria-label");
  if (cell.querySelector(".chips")) return [...cell.querySelectorAll(".chip")].map((one) => one.textContent.trim()).join(", ");
  return cell.textContent.trim().replace(/\s+/g, " ");
}

const quoted = (text) => (/["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

document.addEventListener("copy", (event) => {
  const found = isActive() && range();
  if (!found || String(document.getSelection() ?? "")) return;
  const lines = cellsOf(found).map((line) => line.map(textOf));
  event.clipboardData.setData("text/plain", lines.map((line) => line.map(quoted).join("\t")).join("\r\n"));
  event.clipboardData.setData("text/html", `<table>${lines.map((line) => `<tr>${line.map((text) => `<td>${escaped(text)}</td>`).join("")}</tr>`).join("")}</table>`);
  const own = cellsOf(found).map((line) => line.map((cell) => ({ field: cell.dataset.edit ?? "", raw: cell.dataset.raw ?? "", text: textOf(cell) })));
  event.clipboardData.setData(OWN, JSON.stringify(own));
  event.preventDefault();
  whisper(say("copied_cells", { rows: found.height, columns: found.width }));
});

// --- paste --------------------------------------------------------------------------------------------------------------

/** Lines of cells from tab separated text; a cell with a tab, a line end or a quotation mark stands in quotation marks. */
export function linesOf(text) {
  const lines = [[]];
  let cell = "";
  let quotedCell = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quotedCell) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') { cell += '"'; at++; }
      else quotedCell = false;
    } else if (sign === '"' && cell === "") quotedCell = true;
    else if (sign === "\t") { lines.at(-1).push(cell); cell = ""; }
    else if (sign === "\n") { lines.at(-1).push(cell); lines.push([]); cell = ""; }
    else if (sign !== "\r") cell += sign;
  }
  if (cell !== "" || lines.at(-1).length) lines.at(-1).push(cell); else lines.pop();
  return lines;
}

document.addEventListener("paste", (event) => {
  if (!isActive()) return;
  event.preventDefault();
  const own = event.clipboardData.getData(OWN);
  const text = event.clipboardData.getData("text/plain");
  const lines = own ? JSON.parse(own) : linesOf(text).map((line) => line.map((one) => ({ text: one })));
  if (lines.length) put(lines);
});

/** Lay lines over the range: from its first cell on; over all of it where it is a multiple of what was copied. */
function put(lines) {
  const found = range();
  const height = lines.length;
  const width = Math.max(...lines.map((line) => line.length));
  const fits = found.height % height === 0 && found.width % width === 0;
  const [tall, broad] = fits ? [found.height, found.width] : [height, width];
  const [all, heads] = [rows(), columns()];
  const wanted = [];
  let beyond = 0;
  for (let line = 0; line < tall; line++) for (let place = 0; place < broad; place++) {
    const given = lines[line % height][place % width];
    const cell = given && cellAt(all[found.top + line], heads[found.left + place]);
    if (!given) continue;
    if (!cell) { beyond++; continue; }
    // A raw value is only right for the field it came from.
    wanted.push({ cell, value: given.field && given.field === cell.dataset.edit ? given.raw : given.text, text: given.text });
  }
  if (beyond) toast({ text: say("beyond", { n: beyond }), tone: "warn" });
  mark(found, tall, broad);
  fill(wanted);
}

function mark(found, tall, broad) {
  const [all, heads] = [rows(), columns()];
  choose(cellAt(all[found.top], heads[found.left]));
  choose(cellAt(all[Math.min(found.top + tall, all.length) - 1], heads[Math.min(found.left + broad, heads.length) - 1]), { extend: true });
}

// --- fill down, clear, undo ---------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (!isActive() || event.altKey || event.isComposing) return;
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (control && key === "d") down();
  else if (control && !event.shiftKey && key === "z") undoLast();
  else if (!control && (event.key === "Delete" || event.key === "Backspace")) clear();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

/** The first line of the range into all below; of one line alone, the line above into it. */
function down() {
  const found = range();
  const whole = found.height === 1 ? { ...found, top: Math.max(0, found.top - 1) } : found;
  const [first, ...rest] = cellsOf(whole);
  fill(rest.flatMap((line) => line.map((cell, place) => ({ cell, value: first[place].dataset.raw ?? textOf(first[place]), text: textOf(first[place]) }))));
}

const clear = () => fill(cellsOf(range()).flat().filter((cell) => "edit" in cell.dataset).map((cell) => ({ cell, value: "", text: "" })));

// --- to the server ------------------------------------------------------------------------------------------------------

async function fill(wanted) {
  const done = wanted.filter(({ cell, value }) => !("raw" in cell.dataset) || cell.dataset.raw !== value);
  if (!done.length) return;
  const url = new URL(done[0].cell.parentElement.dataset.editUrl, location.href);
  const body = new FormData();
  body.set("cells", JSON.stringify(done.map(({ cell, value }) => ({
    id: cell.parentElement.dataset.row, version: cell.parentElement.dataset.version, field: keyOf(cell), value,
  }))));
  body.set("columns", url.searchParams.get("columns") ?? "");
  const before = new Map(done.map(({ cell }) => [cell, [...cell.childNodes]]));
  for (const { cell, text } of done) { clean(cell); cell.classList.add("saving"); cell.replaceChildren(text); }
  const answer = await ask(url.pathname.replace(/\/\d+\/field$/, "/cells"), { method: "POST", body, target: "cells" });
  for (const [cell, nodes] of before) { cell.classList.remove("saving"); cell.replaceChildren(...nodes); }
  if (answer.status === 422) return void toast({ text: parse(answer.html).textContent.trim().slice(0, 300) || say("failed"), tone: "bad" });
  if (failed(answer)) return;
  settle(JSON.parse(answer.html));
}

const keyOf = (cell) => grid().tHead.rows[0].cells[cell.cellIndex].dataset.column;

/** The rows as they are now; what was refused says so on its cell. */
function settle({ rows: fresh, cells, dialog }) {
  for (const [id, html] of Object.entries(fresh)) {
    const old = document.getElementById(`row-${id}`);
    const row = parse(html).firstElementChild;
    if (old && row) { for (const cell of old.cells) clean(cell); morph(old, row); }
  }
  const heads = columns();
  for (const one of cells) {
    const row = document.getElementById(`row-${one.id}`);
    const cell = row && cellAt(row, heads.find((head) => head.dataset.column === one.field));
    if (!cell) continue;
    cell.classList.add("failed");
    cell.dataset.problem = one.reason;
    cell.setAttribute("aria-invalid", "true");
  }
  arrived(grid());
  again();
  if (dialog) showDialog(dialog);
}

function clean(cell) {
  cell.classList.remove("failed");
  cell.removeAttribute("aria-invalid");
  delete cell.dataset.problem;
}
