// Lists put in order by drag or by key: `data-sortable="group"` holds `data-item`s, each with a `data-handle`. What is
// sent is the order on the page; lists of one group give items to each other.
import { ask, debounce, failed, on, say, script, whisper } from "./common.js";

export async function enhance() {
  const lists = [...document.querySelectorAll("[data-sortable]:not([data-sorted])")];
  for (const list of lists) list.dataset.sorted = "";
  if (!lists.length) return;
  await script("sortable");
  for (const list of lists) window.Sortable.create(list, {
    group: list.dataset.sortable, draggable: "[data-item]", handle: "[data-handle]", ghostClass: "ghost",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 130, onEnd: (event) => told(event.item),
  });
}

const items = (list) => [...list.children].filter((child) => child.matches("[data-item]"));
const group = (list) => [...document.querySelectorAll(`[data-sortable="${CSS.escape(list.dataset.sortable)}"]`)];

function told(item) {
  const all = items(item.parentElement);
  whisper(say("placed", { card: item.dataset.label, n: all.indexOf(item) + 1, of: all.length }));
  item.dispatchEvent(new CustomEvent("placed", { bubbles: true }));
}

// A list with `data-order-url` keeps its order at once: sent are its items as they stand.
const keep = debounce(async (list) => {
  const body = new FormData();
  for (const item of items(list)) body.append("item", item.dataset.item);
  const answer = await ask(list.dataset.orderUrl, { method: "POST", body, target: "order" });
  if (!failed(answer)) document.body.dispatchEvent(new CustomEvent("changed", { bubbles: true })); // what is first and last
}, 400);
document.addEventListener("placed", (event) => {
  const list = event.target.closest("[data-order-url]");
  if (list) keep(list);
});

// By keyboard: the arrows on the handle move the item, past the end into the next list of the group.
on("keydown", "[data-handle]", (event, handle) => {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation();
  const item = handle.closest("[data-item]"), list = item.parentElement, all = items(list);
  const other = all[all.indexOf(item) + by];
  if (other) other[by > 0 ? "after" : "before"](item);
  else {
    const lists = group(list), next = lists[lists.indexOf(list) + by];
    if (!next) return;
    next[by > 0 ? "prepend" : "append"](item);
  }
  handle.focus();
  told(item);
});
