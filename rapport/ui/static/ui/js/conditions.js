// Fields that are shown or required under a condition: asked of the server whenever a value changed. What is read-only is
// so by the record as it is stored; the form comes with it disabled.
import { ask, debounce, make, on } from "./common.js";

async function renew(form) {
  const answer = await ask(form.dataset.conditions, { method: "POST", body: new FormData(form), target: "conditions" });
  if (!answer.ok) return;
  for (const [name, state] of Object.entries(JSON.parse(answer.html))) {
    const input = form.querySelector(`[id="f-${name}"]`);
    const field = input?.closest(".field");
    if (!field) continue;
    field.hidden = !state.shown && !state.required;
    input.toggleAttribute("required", state.required);
    mark(field, state.required);
  }
}

function mark(field, required) {
  const label = field.querySelector("label, legend");
  const star = label?.querySelector(".required");
  if (required && label && !star) label.append(" ", make("span", { class: "required", "aria-hidden": "true" }, "*"));
  if (!required) star?.remove();
}

const soon = debounce(renew, 150);
on("change", "form[data-conditions]", (_event, form) => soon(form));
on("input", "form[data-conditions]", (_event, form) => soon(form));

export function enhance() {
  for (const form of document.querySelectorAll("form[data-conditions]:not(.asked)")) {
    form.classList.add("asked");
    renew(form);
  }
}
