// Dialogs: open those on the page, load others, close with what closes everything else.
import { arrived, ask, failed, on, parse } from "./common.js";

/** Load a dialog and open it; `body` makes it a POST (the selection of a list goes along). */
export async function loadDialog(url, body = null) {
  const answer = await ask(url, { method: body ? "POST" : "GET", body, target: "dialogs" });
  if (answer.status !== 422 && answer.status !== 409 && failed(answer)) return null;
  return showDialog(answer.html);
}

/** Put a dialog from the server on the page and open it. */
export function showDialog(html) {
  const place = document.getElementById("dialogs");
  place.replaceChildren(parse(html));
  arrived(place);
  return place.querySelector("dialog");
}

function openNew(root) {
  const found = root.matches?.("dialog[data-open]") ? [root] : root.querySelectorAll("dialog[data-open]");
  for (const dialog of found) {
    dialog.removeAttribute("data-open");
    dialog.removeAttribute("open"); // so that it is seen without script; with script it is modal
    dialog.showModal();
  }
}

/** Close the topmost dialog; false when there is none. */
export function closeDialog() {
  const open = [...document.querySelectorAll("dialog[open]")].pop();
  open?.close();
  return !!open;
}

on("click", "[data-dialog]", (event, button) => {
  const dialog = document.getElementById(button.dataset.dialog);
  if (dialog) { event.preventDefault(); dialog.showModal(); }
});
on("click", "[data-dialog-url]", (event, button) => {
  if (event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  loadDialog(withText(button.dataset.dialogUrl, button), button.closest("form[data-bulk]") ? new FormData(button.form, button) : null);
});
// A press on the backdrop closes, unless something was typed.
on("mousedown", "dialog", (event, dialog) => {
  if (event.target !== dialog) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && ![...dialog.querySelectorAll("input, textarea, select")].some(changed)) dialog.close();
});
document.addEventListener("close", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.closest("#dialogs")) event.target.remove();
}, true);
document.addEventListener("ui:arrived", (event) => openNew(event.detail));
document.addEventListener("htmx:load", (event) => openNew(event.detail.elt));
openNew(document.body);

// The builder begins with what stands in the filter bar, typed but not yet applied.
function withText(url, button) {
  const typed = button.closest("[data-query]")?.querySelector(".query input")?.value;
  if (typed === undefined) return url;
  const full = new URL(url, location.href);
  full.searchParams.set("text", typed);
  return full;
}

function changed(control) {
  if (control.type === "hidden") return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.tagName === "SELECT") return [...control.options].some((option) => option.selected !== option.defaultSelected);
  return control.value !== control.defaultValue;
}
