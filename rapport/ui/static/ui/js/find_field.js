// Narrows the facts of a record to the fields whose label or value holds what is typed; Enter goes to the first one found.
import { on, say, whisper } from "./common.js";

const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const facts = (input) => [...(document.querySelector(input.dataset.findField)?.querySelectorAll(".fact") ?? [])];

function narrow(input) {
  const wanted = folded(input.value.trim());
  let found = 0;
  for (const fact of facts(input)) {
    fact.hidden = !!wanted && !folded(fact.textContent).includes(wanted);
    found += fact.hidden ? 0 : 1;
  }
  for (const group of document.querySelectorAll(`${input.dataset.findField} .facts`)) {
    group.hidden = !!wanted && !group.querySelector(".fact:not([hidden])");
    if (group.tagName !== "DETAILS") continue;
    group.dataset.was ??= String(group.open);
    group.open = wanted ? true : group.dataset.was === "true";
    if (!wanted) delete group.dataset.was;
  }
  if (wanted) whisper(say("results", { n: found }));
}

on("input", "[data-find-field]", (_event, input) => narrow(input));
on("keydown", "[data-find-field]", (event, input) => {
  if (event.key === "Escape" && input.value) { event.stopPropagation(); input.value = ""; narrow(input); }
  if (event.key !== "Enter") return;
  event.preventDefault();
  facts(input).find((fact) => !fact.hidden)?.querySelector("[data-edit], a")?.focus();
});
