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

on("input", "[data-find-field]", (_event, field) => {
  const words = field.value.trim().toLocaleLowerCase();
  for (const fact of document.querySelectorAll(`${field.dataset.findField} .fact`)) fact.hidden = !!words && !fact.textContent.toLocaleLowerCase().includes(words);
  for (const group of document.querySelectorAll(`${field.dataset.findField} .facts`)) {
    const facts = [...group.querySelectorAll(".fact")];
    group.hidden = facts.length > 0 && facts.every((fact) => fact.hidden);
    if (words && group.tagName === "DETAILS" && !group.hidden) group.open = true;
  }
});

export function enhance() {
  const record = document.querySelector("[data-record]");
  if (record && !record.dataset.part) choose("story");
  const head = document.querySelector(".record-sticky");
  if (head) document.documentElement.style.setProperty("--composer-top", `${head.offsetHeight + 4}px`);
}
