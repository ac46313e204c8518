// Editing in place. A fact is edited by click or Enter; a cell of a list when grid.js says so. Enter saves, Tab saves and goes on,
// Escape restores. The new text shows at once; a refusal says why, a conflict offers both values.
import { arrived, ask, failed, make, morph, on, parse, say } from "./common.js";
import { showDialog } from "./dialog.js";

let editing = null; // { spot, before, done }

const spots = (spot) => [...(spot.closest("table, [data-facts]") ?? document).querySelectorAll("[data-edit]")];
const inGrid = (spot) => !!spot.closest("table[data-grid]");
const holder = (spot) => spot.closest("[data-edit-url]");
const versionOf = (spot) => spot.closest("[data-version]:not([data-version=''])")?.dataset.version ?? "";

function choose(spot) {
  for (const other of document.querySelectorAll("[data-edit].at")) { other.classList.remove("at"); other.removeAttribute("tabindex"); }
  if (!spot) return;
  spot.classList.add("at");
  const button = spot.querySelector("[data-begin]");
  if (!button) spot.tabIndex = -1;
  (button ?? spot).focus({ preventScroll: true });
  spot.scrollIntoView({ block: "nearest", inline: "nearest" });
}

async function begin(spot, typed = null) {
  if (editing?.spot === spot) return;
  if (editing && !(await save(editing.spot))) return;
  const control = "editAs" in spot.dataset ? drawn(spot, typed) : await fetched(spot);
  if (!control) return;
  for (const other of document.querySelectorAll("[data-edit].at")) if (other !== spot) other.classList.remove("at");
  editing = { spot, before: [...spot.childNodes] };
  spot.classList.remove("failed");
  spot.classList.add("editing", "at");
  spot.replaceChildren(control);
  arrived(control);
  const first = control.matches("input, select, textarea") ? control : control.querySelector("input:not([type=hidden]), select, textarea");
  first?.focus();
  if (typed === null) first?.select?.();
  else if (first && !("editAs" in spot.dataset) && first.matches("input[type=text], input:not([type])")) {
    first.value = typed; // a picker begins to look for what was typed on the cell
    first.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function drawn(spot, typed) {
  const input = make("input", { class: `input${spot.dataset.editAs === "number" ? " num" : ""}`, name: "value", type: spot.dataset.editAs === "date" ? "date" : "text", "aria-label": spot.dataset.label ?? "", autocomplete: "off" });
  if (spot.dataset.editAs === "number") input.inputMode = "decimal";
  input.value = spot.dataset.editAs === "date" ? spot.dataset.raw ?? "" : typed ?? spot.dataset.raw ?? "";
  return input;
}

async function fetched(spot) {
  const url = new URL(holder(spot).dataset.editUrl, location.href);
  url.searchParams.set("field", spot.dataset.edit);
  const answer = await ask(url, { target: "inline-edit" });
  if (failed(answer)) return null;
  const box = make("div", { class: "inline-form" });
  box.append(parse(answer.html));
  return box;
}

function stop(restore) {
  if (!editing) return;
  const { spot, before } = editing;
  editing = null;
  spot.classList.remove("editing");
  if (restore) spot.replaceChildren(...before);
}

async function save(spot) {
  const { before } = editing;
  const body = values(spot);
  if (unchanged(spot, body)) { stop(true); return true; }
  const shown = label(spot);
  editing = null;
  spot.classList.remove("editing", "at");
  spot.classList.add("saving");
  const drawnBack = [...spot.childNodes];
  spot.replaceChildren(shown);
  const answer = await ask(holder(spot).dataset.editUrl, { method: "POST", body, target: "inline-edit" });
  spot.classList.remove("saving");
  if (answer.ok) return replaced(spot, answer.html, before);
  if (answer.status === 422) return refused(spot, answer.html, before, drawnBack);
  spot.replaceChildren(...before);
  if (answer.status === 409) { showDialog(answer.html); return false; }
  failed(answer);
  return false;
}

function values(spot) {
  const body = new FormData();
  for (const control of spot.querySelectorAll("input, select, textarea")) {
    if (!control.name || (/^(checkbox|radio)$/.test(control.type) && !control.checked)) continue;
    body.append(control.name, control.value);
    if (control.name === spot.dataset.edit) body.append("value", control.value);
  }
  body.set("field", spot.dataset.edit);
  body.set("version", versionOf(spot));
  if ("raw" in spot.dataset) body.set("was", spot.dataset.raw); // another field changed by somebody is no conflict
  return body;
}

const unchanged = (spot, body) => "editAs" in spot.dataset && body.get("value") === (spot.dataset.raw ?? "");

function label(spot) {
  const picked = [...spot.querySelectorAll("[data-picked] > span")].map((one) => one.textContent).join(", ");
  const control = spot.querySelector("select, textarea, input:not([type=hidden])");
  return picked || (control?.tagName === "SELECT" ? control.selectedOptions[0]?.textContent : control?.value) || "–";
}

// The answer is the whole row or fact: its new version and whatever else the change changed come with it.
function replaced(spot, html, before) {
  const fresh = parse(html).firstElementChild;
  const old = fresh?.id && document.getElementById(fresh.id);
  if (!old) { spot.replaceChildren(...before); document.body.dispatchEvent(new CustomEvent("changed", { bubbles: true })); return true; }
  const facts = old.closest("[data-facts]");
  if (facts && fresh.dataset.version) facts.dataset.version = fresh.dataset.version;
  morph(old, fresh);
  const place = document.getElementById(fresh.id)?.querySelector(`[data-edit="${CSS.escape(spot.dataset.edit)}"]`);
  if (place && !inGrid(place) && (document.activeElement === document.body || document.activeElement === spot)) choose(place);
  return true;
}

function refused(spot, html, before, controls) {
  const message = [...parse(html).querySelectorAll(".error-summary li, .error, li")].map((line) => line.textContent.trim())[0] ?? parse(html).textContent.trim();
  spot.replaceChildren(...controls);
  spot.classList.add("editing", "failed", "at");
  editing = { spot, before };
  const first = spot.querySelector("input:not([type=hidden]), select, textarea");
  first?.setAttribute("aria-invalid", "true");
  first?.focus();
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: message.slice(0, 300) || say("failed"), tone: "bad" } }));
  return false;
}

const neighbour = (spot, by) => { const all = spots(spot); return all[all.indexOf(spot) + by]; };

function beside(spot, key) {
  if (key === "ArrowLeft" || key === "ArrowRight") return neighbour(spot, (key === "ArrowRight") === (document.dir !== "rtl") ? 1 : -1);
  if (spot.tagName === "DD") return neighbour(spot, key === "ArrowDown" ? 1 : -1);
  const row = spot.closest("tr");
  const next = key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
  return next?.querySelector(`[data-edit="${CSS.escape(spot.dataset.edit)}"]`);
}

on("click", "[data-begin]", (_event, button) => begin(button.closest("[data-edit]")));
on("click", "[data-edit]", (event, spot) => {
  if (event.target.closest("a, button, input, select, textarea, summary") || editing?.spot === spot || inGrid(spot)) return;
  if (spot.tagName === "DD" || spot.classList.contains("at")) begin(spot); else choose(spot);
});
document.addEventListener("ui:edit", (event) => begin(event.target, event.detail?.typed ?? null));

on("keydown", "[data-edit]", async (event, spot) => {
  if (event.isComposing || event.defaultPrevented) return;
  if (editing?.spot === spot) return keyWhileEditing(event, spot);
  if (inGrid(spot) || (event.target !== spot && !event.target.closest("[data-begin]")) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === "F2") { caught(event); begin(spot); }
  else if (event.key.startsWith("Arrow")) { const next = beside(spot, event.key); if (next) { caught(event); choose(next); } }
  else if (event.key === "Escape") { caught(event); choose(null); spot.closest("[data-row]")?.querySelector("a")?.focus(); }
  else if (event.key.length === 1 && spot.tagName !== "DD") { caught(event); begin(spot, event.key); }
});

async function keyWhileEditing(event, spot) {
  // An open list of proposals takes the key first; the next one leaves the field.
  if (event.key !== "Tab" && event.target.getAttribute("aria-expanded") === "true") return;
  if (event.key === "Escape") { caught(event); stop(true); if (inGrid(spot)) edited(spot.parentElement.id, spot.dataset.edit); else choose(spot); return; }
  const leave = event.key === "Tab" || (event.key === "Enter" && (!event.target.matches("textarea") || event.ctrlKey || event.metaKey));
  if (!leave) return;
  caught(event);
  const field = spot.dataset.edit;
  const id = spot.closest("[data-row], .fact")?.id;
  if (inGrid(spot)) {
    if (await save(spot)) edited(id, field, event.key === "Tab" ? (event.shiftKey ? "previous" : "next") : "down");
    return;
  }
  const all = spots(spot);
  const next = event.key === "Tab" ? all[all.indexOf(spot) + (event.shiftKey ? -1 : 1)] : null;
  const nextKey = next && [next.closest("[data-row], .fact")?.id, next.dataset.edit];
  if (!(await save(spot))) return;
  const find = (row, key) => document.getElementById(row)?.querySelector(`[data-edit="${CSS.escape(key)}"]`);
  if (nextKey) begin(find(...nextKey) ?? next); else choose(find(id, field) ?? (spot.isConnected ? spot : null));
}

/** Give the cursor back to the grid, which goes on from there. */
function edited(row, column, by = "") {
  document.dispatchEvent(new CustomEvent("ui:edited", { detail: { row, column, by } }));
}

function caught(event) { event.preventDefault(); event.stopPropagation(); }

// Going elsewhere saves, as in a spreadsheet; a dialog or a proposal list is not elsewhere.
document.addEventListener("focusout", (event) => {
  const spot = editing?.spot;
  if (!spot?.contains(event.target)) return;
  setTimeout(() => { if (editing?.spot === spot && !spot.contains(document.activeElement) && document.hasFocus() && !document.querySelector("dialog[open]")) save(spot); }, 120);
});

on("submit", "form[data-conflict]", async (event, form) => {
  event.preventDefault();
  const answer = await ask(form.action, { method: "POST", body: new FormData(form, event.submitter) });
  if (answer.status === 409) return void showDialog(answer.html);
  if (failed(answer)) return;
  form.closest("dialog")?.close();
  document.body.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
});
