// Typed text is never lost: a form with data-draft="KEY" is kept on this device until it has been saved.
import { debounce, make, recall, remember, say } from "./common.js";

const PREFIX = "draft:";
const LONGEST = 200_000;
const OLDEST = 30 * 24 * 3600 * 1000;
const NEVER = 'input[type="hidden"], input[type="password"], input[type="file"], button, :disabled';

const controls = (form) => [...form.elements].filter((control) => control.name && !control.matches(NEVER));
const state = (control) => (/^(checkbox|radio)$/.test(control.type) ? String(control.checked) : control.value);
const slot = (control) => (/^(checkbox|radio)$/.test(control.type) ? `${control.name}=${control.value}` : control.name);

function keep(form) {
  if (!form.isConnected || form.dataset.saved) return; // a late event of a form that has been sent
  const changed = controls(form).filter((control) => state(control) !== control.dataset.was);
  const text = JSON.stringify({ at: Date.now(), values: Object.fromEntries(changed.map((control) => [slot(control), state(control)])) });
  remember(localStorage, PREFIX + form.dataset.draft, changed.length && text.length < LONGEST ? text : null);
}
const keepSoon = debounce(keep, 250);

function restore(form) {
  if (form.dataset.drafting) return;
  form.dataset.drafting = "yes";
  for (const control of controls(form)) control.dataset.was = state(control);
  const draft = read(form.dataset.draft);
  if (!draft || form.querySelector(".error-summary")) return;
  let put = false;
  for (const control of controls(form)) {
    const value = draft.values[slot(control)];
    if (value === undefined || value === state(control)) continue;
    if (/^(checkbox|radio)$/.test(control.type)) control.checked = value === "true"; else control.value = value;
    control.dispatchEvent(new Event("ui:restored", { bubbles: true }));
    put = true;
  }
  if (put) explain(form);
}

function explain(form) {
  const discard = make("button", { type: "button", class: "button quiet tight" }, say("draft_discard"));
  const line = make("p", { class: "notice" }, make("span", {}, say("draft_restored")), discard);
  discard.addEventListener("click", () => { forget(form); form.reset(); line.remove(); form.dispatchEvent(new Event("ui:reset", { bubbles: true })); });
  form.prepend(line);
}

function read(key) {
  try {
    const draft = JSON.parse(recall(localStorage, PREFIX + key));
    return draft && Date.now() - draft.at < OLDEST ? draft : null;
  } catch { return null; }
}

function forget(form) {
  form.dataset.saved = "yes";
  remember(localStorage, PREFIX + form.dataset.draft, null);
}
const within = (target) => target instanceof Element && target.closest("form[data-draft]");

for (const type of ["input", "change", "trix-change"]) {
  document.addEventListener(type, (event) => {
    const form = within(event.target);
    if (!form) return;
    if (type === "input") delete form.dataset.saved;
    keepSoon(form);
  });
}
document.addEventListener("htmx:afterRequest", (event) => {
  const form = within(event.detail.requestConfig?.elt ?? event.detail.elt);
  if (form && event.detail.successful) forget(form);
});
// A plain submit leaves the page: what comes back without this form has saved it.
document.addEventListener("submit", (event) => {
  const form = within(event.target);
  if (form && !form.hasAttribute("hx-post")) remember(sessionStorage, "draft-sent", form.dataset.draft);
  if (/\/sign-out\/?$/.test(event.target.getAttribute?.("action") ?? "")) forgetAll();
});
const sent = recall(sessionStorage, "draft-sent");
if (sent) {
  remember(sessionStorage, "draft-sent", null);
  if (![...document.querySelectorAll("form[data-draft]")].some((form) => form.dataset.draft === sent)) remember(localStorage, PREFIX + sent, null);
}

function forgetAll() {
  try { for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key); } catch { /* nothing was kept */ }
}

const restoreAll = (root) => { for (const form of root.querySelectorAll?.("form[data-draft]") ?? []) restore(form); if (root.matches?.("form[data-draft]")) restore(root); };
document.addEventListener("ui:arrived", (event) => restoreAll(event.detail));
document.addEventListener("htmx:load", (event) => restoreAll(event.detail.elt));
restoreAll(document);
