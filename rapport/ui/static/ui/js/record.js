// The parts of a record page as tabs where there is no room for all, and the list's place under the head.
import { on } from "./common.js";

function choose(part) {
  const record = document.querySelector("[data-record]");
  if (!record) return;
  record.dataset.part = part;
  for (const link of document.querySelectorAll("[data-part-link]")) {
    if (link.dataset.partLink === part) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
}

on("click", "[data-part-link]", (event, link) => {
  event.preventDefault();
  choose(link.dataset.partLink);
});

export function enhance() {
  const record = document.querySelector("[data-record]");
  if (record && !record.dataset.part) choose("story");
  const head = document.querySelector(".record-sticky");
  if (head) document.documentElement.style.setProperty("--composer-top", `${head.offsetHeight + 4}px`);
}
