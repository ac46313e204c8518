// Groups of a list fold in place; the address says which are closed, so that it can be sent and gone back to.
import { on } from "./common.js";

const SENT = "folded";

on("click", "a[data-fold]", (event, link) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  const group = link.closest("[data-group]");
  const more = group.querySelector(".more-row a");
  event.preventDefault();
  const folded = group.toggleAttribute("data-folded");
  link.setAttribute("aria-expanded", String(!folded));
  if (!folded && more && !group.querySelector("tr[data-row]")) more.click();
  note(group.dataset.group, folded);
});

function note(key, folded) {
  const url = new URL(location.href);
  const closed = new Set((url.searchParams.get(SENT) ?? "").split(",").filter(Boolean));
  if (folded) closed.add(key); else closed.delete(key);
  if (closed.size) url.searchParams.set(SENT, [...closed].join(",")); else url.searchParams.delete(SENT);
  history.replaceState(history.state, "", url);
}
