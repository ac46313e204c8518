// An open page hears what others change and draws itself anew. The stream says only that something changed.
// One stream while the page is looked at: a hidden tab holds none, and says when it is back how far it had heard.
import { debounce, refresh, say, typing } from "./common.js";

const { liveUrl: url, livePlace } = document.body.dataset;
const of = () => document.getElementById("main")?.dataset.live;
const SOONEST = 400; // what happens together is drawn together
const BUSY = 1500; // who is writing is asked again so much later
const AWAY = [2_000, 10_000, 60_000, 300_000]; // pauses while the streams cannot be reached

let place = livePlace;
let source = null;
let tries = 0;
let later = 0;

/** A server that was reached before is asked again on its own; one that refuses or is away after a pause of ours. */
function listen() {
  if (source || document.hidden || !url || !place || !of()) return;
  const address = new URL(url, location.href);
  address.search = new URLSearchParams({ of: of(), after: place });
  source = new EventSource(address, { withCredentials: true });
  source.addEventListener("open", () => { tries = 0; document.documentElement.dataset.hears = "yes"; });
  source.addEventListener("changed", heard);
  source.addEventListener("gone", (event) => { place = event.lastEventId; location.reload(); });
  source.addEventListener("over", () => { stop(); tries = AWAY.length; });
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    stop();
    if (tries < AWAY.length) later = setTimeout(listen, AWAY[tries++]);
  });
}

function stop() {
  clearTimeout(later);
  source?.close();
  source = null;
  delete document.documentElement.dataset.hears;
}

function heard(event) {
  place = event.lastEventId;
  // What one did oneself in this window is drawn already.
  if (JSON.parse(event.data).mine && document.hasFocus()) return;
  draw();
}

const draw = debounce(async () => {
  const main = document.getElementById("main");
  if (!main) return;
  if (isBusy(main)) return void setTimeout(draw, BUSY);
  if (hasReadOn(main)) return offer();
  const before = rows(main);
  await refresh();
  for (const [key, text] of rows(main)) if (before.has(key) ? before.get(key) !== text : before.size) light(key);
}, SOONEST);

/** Whether drawing now would take something out of somebody's hands. */
function isBusy(main) {
  return (typing(document.activeElement) && main.contains(document.activeElement))
    || !!main.querySelector(".editing, .lifted, .sortable-chosen, .tick input:checked")
    || !!document.querySelector("dialog[open]")
    || [...main.querySelectorAll("trix-editor")].some((editor) => editor.textContent.trim())
    || [...main.querySelectorAll("form :is(input, textarea):not([type=hidden])")].some(isChanged);
}

const isChanged = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);

/** Somebody who has read on for pages would be thrown back to the first: they are asked. */
const hasReadOn = (main) => main.querySelectorAll(".list tbody tr[data-row]").length > 60;

function offer() {
  if (document.querySelector(`#toasts a[href="${CSS.escape(location.href)}"]`)) return;
  document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: say("changed_elsewhere"), href: location.href, link: say("show_changes") } }));
}

const rows = (main) => new Map([...main.querySelectorAll("tr[data-row][id], [data-card][id]")].map((row) => [row.id, row.textContent]));

function light(id) {
  const row = document.getElementById(id);
  row?.classList.add("news");
  setTimeout(() => row?.classList.remove("news"), 2_500);
}

document.addEventListener("visibilitychange", () => (document.hidden ? stop() : listen()));
addEventListener("pagehide", stop);
addEventListener("pageshow", (event) => { if (event.persisted) { tries = 0; listen(); } });
listen();
