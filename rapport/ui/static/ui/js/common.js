// What all modules share: words, requests, finding elements.

const words = JSON.parse(document.querySelector('meta[name="ui-words"]')?.content || "{}");

/** The sentence for `key` with its `{places}` filled. */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

const vendor = (name) => JSON.parse(document.querySelector('meta[name="ui-vendor"]')?.content || "{}")[name];
export const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content || "";

/** Listen for `type` on everything that matches `selector`, now and later. */
export function on(type, selector, act, options) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(event, found);
  }, options);
}

/** An element from a tag name, attributes and children (strings become text). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== false) element.setAttribute(name, value === true ? "" : value);
  element.append(...children);
  return element;
}

const scripts = {};

/** Load a vendored script once. The policy of the page asks each script for the nonce of the page. */
export const script = (name) => (scripts[name] ??= new Promise((done, fail) => {
  const nonce = document.querySelector("script[nonce]")?.nonce ?? "";
  const element = make("script", { src: vendor(name), nonce });
  element.onload = done;
  element.onerror = fail;
  document.head.append(element);
}));

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** The elements of an HTML answer; a table row keeps being one. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/**
 * Ask the server for a fragment. Never throws: `status` 0 means it could not be reached.
 * Header events (`HX-Trigger`) are sent as htmx would, a redirect is followed.
 */
export async function ask(url, { method = "GET", body = null, target = "", signal } = {}) {
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  if (target) headers["HX-Target"] = target;
  if (method !== "GET") headers["X-CSRFToken"] = csrf();
  let answer;
  try {
    answer = await fetch(url, { method, body, headers, signal, credentials: "same-origin" });
  } catch (error) {
    return { status: 0, ok: false, html: "", aborted: error.name === "AbortError" };
  }
  const away = answer.headers.get("HX-Redirect");
  if (away) location.assign(away);
  const html = await answer.text();
  if (answer.headers.get("HX-Refresh") === "true") location.reload();
  announce(answer.headers.get("HX-Trigger"));
  return { status: answer.status, ok: answer.ok, html, headers: answer.headers };
}

function announce(header) {
  if (!header) return;
  let events;
  try { events = JSON.parse(header); } catch { events = Object.fromEntries(header.split(",").map((name) => [name.trim(), true])); }
  for (const [name, detail] of Object.entries(events)) {
    document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: Object(detail) === detail ? detail : { value: detail } }));
  }
}

/** Say in a toast why a request came to nothing; true when it did. */
export function failed(answer) {
  if (answer.ok || answer.aborted) return answer.aborted ?? false;
  const reason = { 0: "offline", 403: "forbidden", 404: "gone", 410: "gone" }[answer.status] ?? "failed";
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: say(reason), tone: "bad" } }));
  return true;
}

/** Tell htmx and our own modules about elements that have just come in. */
export function arrived(root) {
  window.htmx?.process(root);
  document.dispatchEvent(new CustomEvent("ui:arrived", { detail: root }));
}

/** Fetch this page again and change only what differs; focus, scroll and open editors stay. The panel follows. */
export async function refresh() {
  const answer = await ask(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(answer.html, "text/html").getElementById("main") ?? parse(answer.html);
  const main = document.getElementById("main");
  if (!main) return;
  if (fresh.id === "main") morph(main, fresh); else morph(main, fresh, "innerHTML");
  document.dispatchEvent(new CustomEvent("ui:refreshed"));
}

export function morph(from, to, morphStyle = "outerHTML") {
  const done = window.Idiomorph
    // What is being typed stays; a link or a cell that merely has the focus is drawn anew like all others.
    ? window.Idiomorph.morph(from, to, { morphStyle, ignoreActiveValue: typing(document.activeElement) })
    : (from.replaceWith(to), [to]);
  document.dispatchEvent(new CustomEvent("ui:arrived", { detail: document.body }));
  return done;
}

export const typing = (target) =>
  target instanceof Element && !!target.closest('input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"]), textarea, select, [contenteditable=""], [contenteditable="true"], trix-editor');

export const visible = (element) => !!element && element.checkVisibility?.({ visibilityProperty: true }) !== false && element.getClientRects().length > 0;

export function debounce(act, milliseconds) {
  let timer;
  return (...values) => { clearTimeout(timer); timer = setTimeout(() => act(...values), milliseconds); };
}

/** Read something aloud without showing it. */
export function whisper(text) {
  const voice = document.getElementById("ui-voice") ?? document.body.appendChild(make("div", { id: "ui-voice", class: "unseen", role: "status", "aria-live": "assertive" }));
  voice.textContent = text;
}

export const remember = (store, key, value) => { try { value === null ? store.removeItem(key) : store.setItem(key, value); } catch { /* full or forbidden: then it is not remembered */ } };
export const recall = (store, key) => { try { return store.getItem(key); } catch { return null; } };
