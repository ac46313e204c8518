// After an "@" in a long text: colleagues to name. Arrows choose, Enter or Tab takes, Escape leaves the text as it is.
import { ask, debounce, make, on, parse } from "./common.js";

const WORD = /(?:^|[^\w.@])@([\p{L}\p{M}.'’-]*(?: [\p{L}\p{M}.'’-]+)?)$/u;
let open = null; // { area, list, from, chosen }
let number = 0;

const options = () => [...open.list.querySelectorAll("[role=option]")];

const propose = debounce(async (area) => {
  const match = WORD.exec(area.value.slice(0, area.selectionStart));
  if (!match || document.activeElement !== area) return close();
  const url = new URL(document.body.dataset.mentionUrl, location.href);
  url.searchParams.set("q", match[1]);
  const answer = await ask(url);
  if (!answer.ok || document.activeElement !== area) return close();
  const found = parse(answer.html);
  if (!found.querySelector("[role=option]")) return close();
  show(area, found, area.selectionStart - match[1].length);
}, 120);

function show(area, found, from) {
  close();
  const list = make("div", { class: "suggestions", role: "listbox", id: `mentions-${++number}`, "aria-label": "@" });
  list.append(found);
  options_(list).forEach((option, place) => { option.id = `${list.id}-${place}`; });
  area.parentElement.classList.add("mention-field");
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  open = { area, list, from, chosen: 0 };
  choose(0);
}
const options_ = (list) => [...list.querySelectorAll("[role=option]")];

function choose(place) {
  const all = options();
  open.chosen = (place + all.length) % all.length;
  all.forEach((option, at) => option.setAttribute("aria-selected", String(at === open.chosen)));
  open.area.setAttribute("aria-activedescendant", all[open.chosen].id);
  all[open.chosen].scrollIntoView({ block: "nearest" });
}

function take(option) {
  const { area, from } = open;
  area.setRangeText(`${option.dataset.value} `, from, area.selectionStart, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  close();
  area.focus();
}

function close() {
  open?.area.removeAttribute("aria-activedescendant");
  open?.area.removeAttribute("aria-controls");
  open?.list.remove();
  open = null;
}

on("input", "textarea.input:not([data-rich])", (event, area) => {
  if (open || area.value.slice(0, area.selectionStart).includes("@")) propose(area);
});
on("keydown", "textarea.input", (event) => {
  if (!open || event.isComposing) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) choose(open.chosen + by);
  else if (event.key === "Enter" || event.key === "Tab") take(options()[open.chosen]);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
on("mousedown", ".mention-field [role=option]", (event, option) => { if (open) { event.preventDefault(); take(option); } });
on("focusout", "textarea.input", () => setTimeout(() => { if (open && document.activeElement !== open.area) close(); }, 150));
