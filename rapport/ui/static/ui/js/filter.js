// The filter bar: colours the Query while it is typed and proposes what can come next. The text stays the one truth.
import { ask, debounce, make, on, parse } from "./common.js";

const PARTS = /("(?:[^"\\]|\\.)*"?|“[^”]*”?|'(?:[^'\\]|\\.)*'?)|(<=|>=|!=|[=<>≤≥≠~:])|([()\[\],])|(\d[\d.,:%-]*)|([\p{L}_][\p{L}\p{N}_.-]*)|(\s+)|(.)/gu;
const WORDS = new Set(["and", "or", "not", "where", "any", "no", "count", "of", "order", "by", "asc", "desc"]);
const OPERATORS = new Set(["in", "is", "contains", "starts", "ends", "with", "has", "between", "empty", "before", "after"]);

/** A quick reading for the eye only: a name before an operator is a field, after it a value. The server judges. */
export function tokens(text) {
  const found = [];
  let value = false;
  for (const [piece, quoted, sign, bracket, digits, name, blank] of text.matchAll(PARTS)) {
    const lower = name?.toLowerCase();
    let kind = "word";
    if (quoted || digits) kind = "value";
    else if (sign) { kind = "op"; value = true; }
    else if (name && WORDS.has(lower)) value = false;
    else if (name && OPERATORS.has(lower)) { kind = "op"; value = true; }
    else if (name) kind = value ? "value" : "field";
    else if (bracket === "(" && !value) kind = "word";
    else if (blank) kind = "space";
    found.push([piece, kind]);
  }
  return found;
}

const inputOf = (bar) => bar.querySelector(".query input");
const listOf = (bar) => bar.querySelector("[data-suggestions]");
const options = (bar) => [...listOf(bar).querySelectorAll("[role=option]")];
const current = (bar) => listOf(bar).querySelector('[aria-selected="true"]');
const requests = new WeakMap();

function paint(bar) {
  const ink = bar.querySelector(".query-ink");
  ink.replaceChildren(...tokens(inputOf(bar).value).map(([text, kind]) => make("span", { class: `is-${kind}` }, text)));
  ink.scrollLeft = inputOf(bar).scrollLeft;
}

async function complete(bar) {
  const url = bar.dataset.completeUrl;
  if (!url) return;
  requests.get(bar)?.abort();
  const request = new AbortController();
  requests.set(bar, request);
  const full = new URL(url, location.href);
  full.searchParams.set("object", bar.dataset.object);
  full.searchParams.set("text", inputOf(bar).value);
  full.searchParams.set("at", inputOf(bar).selectionStart);
  const answer = await ask(full, { target: "suggestions", signal: request.signal });
  if (!answer.ok || document.activeElement !== inputOf(bar)) return;
  listOf(bar).replaceChildren(parse(answer.html));
  options(bar).forEach((option, n) => { option.id = `query-option-${n}`; });
  show(bar, options(bar).length > 0 || !!listOf(bar).textContent.trim());
}
const completeSoon = debounce(complete, 100);

function show(bar, open) {
  if (!open) listOf(bar).replaceChildren();
  const input = inputOf(bar);
  input.setAttribute("aria-expanded", String(open));
  input.removeAttribute("aria-activedescendant");
}

function point(bar, option) {
  current(bar)?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  inputOf(bar).setAttribute("aria-activedescendant", option.id);
}

function take(bar, option) {
  const input = inputOf(bar);
  const { insert, start, end } = option.dataset;
  const letters = [...input.value]; // the server counts characters, not UTF-16 units
  const before = letters.slice(0, Number(start)).join("");
  input.value = before + insert + letters.slice(Number(end)).join("");
  const at = before.length + insert.length;
  input.focus();
  input.setSelectionRange(at, at);
  paint(bar);
  complete(bar);
}

on("input", "[data-query] .query input", (_event, input) => { paint(input.form); completeSoon(input.form); });
on("focusin", "[data-query] .query input", (_event, input) => completeSoon(input.form));
on("focusout", "[data-query] .query input", (_event, input) => show(input.form, false));
on("scroll", "[data-query] .query input", (_event, input) => paint(input.form), true);
on("mousedown", "[data-suggestions] [role=option]", (event, option) => { event.preventDefault(); take(option.closest("form"), option); });
on("keydown", "[data-query] .query input", (event, input) => {
  const bar = input.form;
  const all = options(bar);
  const at = all.indexOf(current(bar));
  if (event.key === "ArrowDown" && all.length) point(bar, all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp" && all.length) point(bar, all[(at - 1 + all.length) % all.length]);
  else if ((event.key === "Enter" || event.key === "Tab") && current(bar)) take(bar, current(bar));
  else if (event.key === "Tab" && all.length === 1 && input.value) take(bar, all[0]);
  else if (event.key === "Escape" && all.length) show(bar, false);
  else if (event.key === "Escape") { input.value = input.defaultValue; paint(bar); input.blur(); }
  else return;
  event.preventDefault();
  event.stopPropagation();
});

export function enhance() {
  for (const bar of document.querySelectorAll("[data-query]:not(.lit)")) {
    const input = inputOf(bar);
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" }).forEach(([name, value]) => input.setAttribute(name, value));
    listOf(bar).id ||= `suggestions-${bar.dataset.object}`;
    input.setAttribute("aria-controls", listOf(bar).id);
    if (!bar.querySelector(".query-ink").childElementCount) paint(bar); // else the server's own colours, errors included
    bar.classList.add("lit");
  }
}
// Only another field or comparison draws the builder anew; a value must not, or a quick click on “Add” would meet a form that is gone.
document.addEventListener("change", (event) => { if (event.target.matches?.(".builder [name='value'], .builder [name='joint']")) event.stopPropagation(); }, true);
