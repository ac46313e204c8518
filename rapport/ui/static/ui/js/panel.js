// The right panel: loads fragments beside the page. `?open=` in the URL says what is open, so that reload and back restore it.
import { arrived, ask, failed, morph, on, parse, recall, remember } from "./common.js";
import { closeDialog } from "./dialog.js";

const panel = document.getElementById("panel");
const body = document.getElementById("panel-body");
let opener = null;
let request = null;

export const isOpen = () => !!panel && !panel.hidden;

/** Load `url` into the panel. `history` is push, replace or none. */
export async function openPanel(url, { from = null, history = "push", focus = true } = {}) {
  const target = sameOrigin(url);
  if (!panel || !target) return;
  opener = from?.closest("[data-row]") ?? from ?? opener;
  request?.abort();
  request = new AbortController();
  body.classList.add("panel-loading");
  const answer = await ask(target, { target: "panel-body", signal: request.signal });
  body.classList.remove("panel-loading");
  if (answer.aborted || failed(answer)) return;
  const wasOpen = isOpen();
  body.replaceChildren(parse(answer.html));
  panel.hidden = false;
  panel.dataset.url = target.pathname + target.search;
  if (history !== "none") note(target, wasOpen ? "replaceState" : "pushState");
  arrived(body);
  if (focus) (body.querySelector("[autofocus], form .input, form .select") ?? body).focus({ preventScroll: true });
}

/** Close it; what was typed is kept as a draft. Focus goes back to where it came from. */
export function closePanel({ history = true } = {}) {
  if (!isOpen()) return false;
  panel.hidden = true;
  body.replaceChildren();
  delete panel.dataset.url;
  if (history) note(null, "replaceState");
  const back = opener?.isConnected ? opener : document.getElementById(opener?.id);
  (back?.querySelector("a, button") ?? back)?.focus?.({ preventScroll: true });
  return true;
}

function note(target, how) {
  const url = new URL(location.href);
  if (target) url.searchParams.set("open", (target.pathname + target.search).slice(1)); else url.searchParams.delete("open");
  history[how]({ ...history.state, panel: true }, "", url);
}

function sameOrigin(url) {
  try {
    const target = new URL(url, location.href);
    return target.origin === location.origin ? target : null;
  } catch { return null; }
}

function asked() {
  const path = new URL(location.href).searchParams.get("open");
  return path && !/^[/\\]/.test(path) && !path.includes(":") ? `/${path}` : null;
}

function follow() {
  const url = asked();
  if (url && panel?.dataset.url !== url) openPanel(url, { history: "none", focus: false });
  else if (!url) closePanel({ history: false });
}

/** What a row shows beside the list: its panel address, or its page. */
export const panelUrl = (row) => row?.dataset.panelUrl || row?.dataset.pageUrl;

on("click", "a[data-panel]", (event, link) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button || !panel) return;
  event.preventDefault();
  const row = link.closest("[data-row]");
  const main = row && (link.matches(".title") || link.closest("th.title, .what > b")) && row.dataset.panelUrl;
  openPanel(link.dataset.href || main || link.href, { from: link });
});
on("click", "[data-close]", (event, button) => {
  if (button.closest("dialog")) { event.preventDefault(); button.closest("dialog").close(); }
  else if (button.closest("#panel")) { event.preventDefault(); closePanel(); }
});
// After the other events of the same answer: they are sent from the form that goes away with the panel.
document.addEventListener("close", (event) => { if (event instanceof CustomEvent) setTimeout(() => closeDialog() || closePanel()); });
addEventListener("popstate", follow);

// A record beside the page changes with it; a form keeps what is being typed.
document.addEventListener("ui:refreshed", async () => {
  const url = isOpen() && panel.dataset.url;
  if (!url || !/\/\d+\/panel(\?|$)/.test(url) || body.querySelector(".editing, form[data-draft]")) return;
  const answer = await ask(url, { target: "panel-body" });
  if (!answer.ok || panel.dataset.url !== url || !isOpen()) return;
  const fresh = document.createElement("div");
  fresh.append(parse(answer.html));
  morph(body, fresh, "innerHTML");
});

// A list scrolls inside; back finds it where it was, with the same line chosen.
const place = () => `scroll:${location.pathname}${location.search.replace(/[?&]open=[^&]*/, "")}`;
const scroller = () => document.querySelector(".fill .list-scroll, .board.fill");
addEventListener("pagehide", () => scroller() && remember(sessionStorage, place(), `${scroller().scrollTop},${scroller().scrollLeft},${document.querySelector("[data-row].cursor")?.id ?? ""}`));
const [top, left, chosen] = (recall(sessionStorage, place()) ?? "").split(",");
const [entry] = performance.getEntriesByType("navigation");
if (top && scroller() && entry?.type !== "navigate") {
  scroller().scrollTo(Number(left), Number(top));
  document.getElementById(chosen)?.classList.add("cursor");
}

if (panel && asked() && panel.hidden) follow();
