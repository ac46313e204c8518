// The editor of a formula: what it comes to while it is typed, and what can come next. The server reads and judges.
import { ask, debounce, make, on, parse } from "./common.js";

const beside = (area) => area.closest(".field").querySelector(".formula-told");
const words = (area) => area.closest(".field").querySelector(".formula-words");
const options = (area) => [...words(area).querySelectorAll("[role=option]")];
const chosen = (area) => words(area).querySelector('[aria-selected="true"]');
const requests = new WeakMap();

async function check(area) {
  const body = new FormData();
  body.set("formula", area.value);
  body.set("key", area.dataset.key ?? "");
  body.set("places", area.form.elements.places?.value ?? "");
  const answer = await ask(area.dataset.formula, { method: "POST", body, target: "formula" });
  if (answer.ok) beside(area).replaceChildren(parse(answer.html));
}
const checkSoon = debounce(check, 250);

async function complete(area) {
  requests.get(area)?.abort();
  const request = new AbortController();
  requests.set(area, request);
  const full = new URL(area.dataset.words, location.href);
  full.searchParams.set("text", area.value);
  full.searchParams.set("at", [...area.value.slice(0, area.selectionStart)].length);
  const answer = await ask(full, { target: "suggestions", signal: request.signal });
  if (!answer.ok || document.activeElement !== area) return;
  words(area).replaceChildren(parse(answer.html));
  options(area).forEach((option, n) => { option.id = `${area.id}-word-${n}`; });
  area.setAttribute("aria-expanded", String(options(area).length > 0));
}
const completeSoon = debounce(complete, 120);

function point(area, option) {
  chosen(area)?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  area.setAttribute("aria-activedescendant", option.id);
}

function close(area) {
  words(area).replaceChildren();
  area.setAttribute("aria-expanded", "false");
  area.removeAttribute("aria-activedescendant");
}

function take(area, option) {
  const { insert, start, end } = option.dataset;
  const letters = [...area.value]; // the server counts characters, not UTF-16 units
  const before = letters.slice(0, Number(start)).join("");
  area.value = before + insert + letters.slice(Number(end)).join("");
  area.focus();
  area.setSelectionRange(before.length + insert.length, before.length + insert.length);
  close(area);
  checkSoon(area);
  completeSoon(area);
}

on("input", "[data-formula]", (_event, area) => { checkSoon(area); completeSoon(area); });
on("focusout", "[data-formula]", (_event, area) => close(area));
on("mousedown", ".formula-words [role=option]", (event, option) => {
  event.preventDefault();
  take(option.closest(".field").querySelector("[data-formula]"), option);
});
on("keydown", "[data-formula]", (event, area) => {
  const all = options(area);
  const at = all.indexOf(chosen(area));
  if (!all.length) return;
  if (event.key === "ArrowDown") point(area, all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp" && at >= 0) point(area, all[(at - 1 + all.length) % all.length]);
  else if ((event.key === "Enter" || event.key === "Tab") && chosen(area)) take(area, chosen(area));
  else if (event.key === "Escape") close(area);
  else return;
  event.preventDefault();
  event.stopPropagation();
});

export function enhance() {
  for (const area of document.querySelectorAll("[data-formula]:not(.lit)")) {
    const list = make("div", { class: "formula-words", id: `${area.id}-words` });
    area.after(list, make("div", { class: "formula-told", role: "status" }));
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
    Object.entries(attributes).forEach(([name, value]) => area.setAttribute(name, value));
    area.classList.add("lit");
    check(area);
  }
}
