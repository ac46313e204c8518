// The palette: one field that finds records and actions. `>` actions, `@` people, `#` number, `?` help.
import { arrived, ask, csrf, debounce, make, on, parse, say, whisper } from "./common.js";
import { openPanel } from "./panel.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const url = document.body.dataset.paletteUrl;
let asked = null;

export function open(text = "") {
  if (!dialog || dialog.open) return;
  input.value = text;
  dialog.showModal();
  input.focus();
  search();
}

async function search() {
  asked?.abort();
  asked = new AbortController();
  const full = new URL(url, location.href);
  full.searchParams.set("q", input.value);
  const answer = await ask(full, { target: "palette-list", signal: asked.signal });
  if (answer.aborted) return;
  list.replaceChildren(answer.ok ? parse(answer.html) : make("p", { class: "nothing" }, say(answer.status ? "failed" : "offline")));
  options().forEach((option, n) => { option.id ||= `palette-option-${n}`; });
  point(options()[0]);
  if (input.value) whisper(say("results", { n: options().length }));
}
const searchSoon = debounce(search, 90);

const options = () => [...list.querySelectorAll("[role=option]")];
const current = () => list.querySelector('[aria-selected="true"]');

function point(option) {
  current()?.setAttribute("aria-selected", "false");
  if (!option) return void input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function go(option, event) {
  dialog.close();
  if ("post" in option.dataset) return post(option.href);
  if (event.shiftKey || event.metaKey || event.ctrlKey) return window.open(option.href, "_blank", "noopener");
  if ("panel" in option.dataset) return openPanel(option.href);
  location.assign(option.href);
}

function post(href) {
  const form = make("form", { method: "post", action: href }, make("input", { type: "hidden", name: "csrfmiddlewaretoken", value: csrf() }));
  document.body.append(form);
  arrived(form);
  form.requestSubmit();
}

input?.addEventListener("input", searchSoon);
input?.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.indexOf(current());
  const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, PageDown: Math.min(at + 8, all.length - 1), PageUp: Math.max(at - 8, 0) }[event.key];
  if (to !== undefined && all.length) { event.preventDefault(); point(all[to]); }
  else if (event.key === "Enter") { event.preventDefault(); if (current()) go(current(), event); }
});
on("click", "#palette [role=option]", (event, option) => { event.preventDefault(); go(option, event); });
on("mousemove", "#palette [role=option]", (_event, option) => { if (option !== current()) point(option); });
