// The one script of a page. Small modules come at once, the others when a page has what they act on.
import { arrived, csrf, debounce, failed, make, morph, on, parse, refresh, say } from "./common.js";
import "./toast.js";
import "./dialog.js";
import "./panel.js";
import "./keys.js";
import "./theme.js";
import "./drafts.js";
import { open as palette } from "./palette.js";
import "./relative_time.js";

const LATER = {
  "[data-bulk]": () => import("./bulk.js"),
  "[data-query]": () => import("./filter.js"),
  "[data-board]": () => import("./board.js"),
  "[data-facts]": () => import("./inline_edit.js"),
  ".list tr[data-edit-url]": () => whenIdle().then(() => Promise.all([import("./grid.js"), import("./grid_clipboard.js"), import("./inline_edit.js")])).then(([grid]) => grid),
  "table[data-arrange]": () => whenIdle().then(() => import("./columns.js")),
  "[data-calendar]": () => import("./calendar.js"),
  "[data-fold]": () => import("./groups.js"),
  "[data-combobox]": () => import("./combobox.js"),
  "[data-upload]": () => import("./upload.js"),
  "[data-find-field]": () => import("./find_field.js"),
  "body[data-mention-url] textarea.input": () => import("./mentions.js"),
  "[data-sortable]": () => import("./sortable.js"),
  "[data-formula]": () => import("./formula.js"),
  "form[data-conditions]": () => import("./conditions.js"),
  "[data-rich]": () => import("./rich.js"),
  "form[data-passkey]": () => import("./passkey.js"),
  "main[data-live]": () => import("./live.js"),
  ".tabs": () => import("./tabs.js"),
  "[data-record], .list-scroll": () => import("./record.js"),
};

/** The list is read before it is worked in: its cells wait until the page stands. */
const whenIdle = () => new Promise((done) => (window.requestIdleCallback ?? setTimeout)(done, { timeout: 500 }));

function enhance(root) {
  for (const [selector, load] of Object.entries(LATER)) {
    if (root.matches?.(selector) || root.querySelector(selector)) load().then((module) => module.enhance?.(root));
  }
}

document.addEventListener("ui:arrived", (event) => enhance(event.detail));
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
enhance(document.body);

// htmx: the token goes along, failures are said, morphing is a way to swap.
document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrf(); });
document.addEventListener("htmx:responseError", (event) => failed({ ok: false, status: event.detail.xhr.status }));
document.addEventListener("htmx:sendError", () => failed({ ok: false, status: 0 }));
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 409) return;
  document.getElementById("dialogs")?.replaceChildren(parse(event.detail.xhr.responseText));
  arrived(document.getElementById("dialogs"));
});
// A refusal without a form to stand in (undo, a move by the stage bar) is said in a toast.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, elt, target } = event.detail;
  if (xhr.status !== 422 || !(elt.matches?.("[hx-swap='none']") || (target?.id === "dialogs" && !xhr.responseText.includes("<dialog")))) return;
  event.detail.shouldSwap = false;
  const answer = parse(xhr.responseText);
  const text = [...answer.querySelectorAll("li")].map((line) => line.textContent.trim()).join(" ") || answer.textContent.trim();
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: text.slice(0, 300) || say("failed"), tone: "bad" } }));
});
document.addEventListener("htmx:afterSettle", (event) => event.detail.elt.querySelector?.("[data-focus]")?.focus());
window.htmx?.defineExtension("morph", {
  isInlineSwap: (style) => style === "morph",
  handleSwap: (style, target, fragment) => style.startsWith("morph") && morph(target, fragment.children, style === "morph:innerHTML" ? "innerHTML" : "outerHTML"),
});

const again = debounce(refresh, 60);
document.addEventListener("changed", () => again());
document.addEventListener("refresh", () => again());

on("click", "[data-remove]", (_event, button) => button.closest(button.dataset.remove)?.remove());
on("click", "a[href^='#f-'], .error-summary a[href^='#']", (event, link) => {
  const field = document.getElementById(link.hash.slice(1));
  if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
});

// Here from the start: who presses Ctrl K types on at once, and no letter may be lost while a script still loads.
on("click", "[data-palette]", (event, link) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  palette(link.dataset.palette ?? "");
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") { event.preventDefault(); palette(); }
});

// Before what cannot be undone, ask.
for (const type of ["click", "submit"]) {
  on(type, type === "click" ? "button[data-confirm], a[data-confirm]" : "form[data-confirm]", (event, element) => {
    if (element.dataset.confirmed) return void delete element.dataset.confirmed;
    event.preventDefault();
    event.stopImmediatePropagation();
    confirmFirst(element.dataset.confirm).then((yes) => {
      if (!yes) return;
      element.dataset.confirmed = "yes";
      if (type === "click") element.click(); else element.requestSubmit();
    });
  }, true);
}

function confirmFirst(question) {
  const yes = make("button", { class: "button primary danger", value: "yes" }, say("confirm_yes"));
  const no = make("button", { class: "button", value: "", autofocus: true }, say("cancel"));
  const box = make("dialog", { class: "dialog", "aria-label": question },
    make("form", { method: "dialog", class: "dialog-main body" }, make("p", {}, question), make("div", { class: "form-actions" }, yes, no)));
  document.body.append(box);
  box.showModal();
  return new Promise((done) => box.addEventListener("close", () => { done(box.returnValue === "yes"); box.remove(); }));
}

on("click", "[data-copy]", async (_event, button) => {
  const field = document.getElementById(button.dataset.copy);
  try { await navigator.clipboard.writeText(field.value); } catch { field.select(); document.execCommand("copy"); }
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: say("copied"), tone: "good" } }));
});

// A form may be sent while the same form is on its way: then it is not.
on("submit", "form:not([hx-post], [hx-get], [method='dialog'], [method='get'])", (event, form) => {
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  setTimeout(() => delete form.dataset.sent, 4000);
});

