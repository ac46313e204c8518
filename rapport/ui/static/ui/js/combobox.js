// Search as you type for references, people, tags (WAI-ARIA combobox, list autocomplete with manual choice).
import { arrived, ask, debounce, icon, make, on, parse, say, whisper } from "./common.js";

const requests = new WeakMap();
const box = (element) => element.closest("[data-combobox]");
const input = (combo) => combo.querySelector('input[role="combobox"]');
const list = (combo) => combo.querySelector('[role="listbox"]');
const options = (combo) => [...list(combo).querySelectorAll('[role="option"]')];
const current = (combo) => list(combo).querySelector('[aria-selected="true"]');

async function search(combo) {
  requests.get(combo)?.abort();
  const request = new AbortController();
  requests.set(combo, request);
  const url = new URL(combo.dataset.combobox, location.href);
  url.searchParams.set("q", input(combo).value.trim());
  for (const hidden of combo.querySelectorAll("[data-picked] input")) url.searchParams.append("not", hidden.value);
  const answer = await ask(url, { target: list(combo).id, signal: request.signal });
  if (answer.aborted || document.activeElement !== input(combo)) return;
  list(combo).replaceChildren(answer.ok ? parse(answer.html) : make("p", { class: "nothing" }, say(answer.status ? "failed" : "offline")));
  options(combo).forEach((option, n) => { option.id = `${list(combo).id}-${n}`; });
  show(combo, true);
  point(combo, options(combo)[0]);
  whisper(say("results", { n: options(combo).length }));
}
const searchSoon = debounce(search, 120);

function show(combo, open) {
  list(combo).hidden = !open;
  input(combo).setAttribute("aria-expanded", String(open));
  if (!open) input(combo).removeAttribute("aria-activedescendant");
}

function point(combo, option) {
  current(combo)?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input(combo).setAttribute("aria-activedescendant", option.id);
}

function pick(combo, value, label) {
  if (!("many" in combo.dataset)) for (const old of combo.querySelectorAll("[data-picked]")) old.remove();
  const remove = make("button", { type: "button", "data-unpick": true, "aria-label": `${say("remove")}: ${label}` }, icon("x"));
  const chosen = make("span", { class: "picked", "data-picked": true }, make("input", { type: "hidden", name: combo.dataset.name, value }), make("span", {}, label), remove);
  input(combo).before(chosen);
  input(combo).value = "";
  show(combo, false);
  arrived(chosen);
  combo.dispatchEvent(new Event("change", { bubbles: true }));
}

const take = (combo, option) => pick(combo, option.dataset.value, option.dataset.label);

on("input", "[data-combobox] input[role=combobox]", (_event, field) => searchSoon(box(field)));
on("click", "[data-combobox] input[role=combobox]", (_event, field) => { if (list(box(field)).hidden) search(box(field)); });
on("mousedown", "[data-combobox] [role=option]", (event, option) => { event.preventDefault(); take(box(option), option); });
on("click", "[data-unpick]", (_event, button) => {
  const combo = box(button);
  button.closest("[data-picked]").remove();
  combo.dispatchEvent(new Event("change", { bubbles: true }));
  input(combo).focus();
});
on("focusout", "[data-combobox]", (event, combo) => { if (!combo.contains(event.relatedTarget)) show(combo, false); });
on("keydown", "[data-combobox] input[role=combobox]", (event, field) => {
  const combo = box(field);
  const all = options(combo);
  const at = all.indexOf(current(combo));
  const open = !list(combo).hidden;
  if (event.key === "ArrowDown" && !open) search(combo);
  else if (event.key === "ArrowDown") point(combo, all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp" && open) point(combo, all[(at - 1 + all.length) % all.length]);
  else if (event.key === "Enter" && open && current(combo)) take(combo, current(combo));
  else if ((event.key === "Enter" || event.key === ",") && "free" in combo.dataset && field.value.trim()) pick(combo, field.value.trim(), field.value.trim());
  else if (event.key === "Escape" && open) show(combo, false);
  else if (event.key === "Backspace" && !field.value && combo.querySelector("[data-picked]")) return void [...combo.querySelectorAll("[data-unpick]")].pop().click();
  else return;
  event.preventDefault();
  event.stopPropagation();
});
