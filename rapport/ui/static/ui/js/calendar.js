// The calendar: an entry goes to another day by mouse, finger or keyboard. The server has the last word; a refusal puts it back.
import { ask, failed, on, parse, say, script, whisper } from "./common.js";
import { showDialog } from "./dialog.js";

let lifted = null; // the keyboard move: { entry, list, next }
let origin = null;

const dayOf = (entry) => entry.closest("[data-day]");
const days = () => [...document.querySelectorAll("[data-calendar] [data-day]")];

export async function enhance() {
  const lists = [...document.querySelectorAll("[data-calendar][data-move-url] [data-entries]:not([data-sorted])")];
  for (const list of lists) list.dataset.sorted = "";
  if (!lists.length) return;
  await script("sortable");
  for (const list of lists) window.Sortable.create(list, {
    group: "calendar", draggable: "[data-can-move]", sort: false, ghostClass: "ghost", delay: 140, delayOnTouchOnly: true, scrollSensitivity: 60,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 130,
    onStart: (event) => { origin = { list: event.from, next: event.item.nextElementSibling }; },
    onMove: (event) => { over(event.to.closest("[data-day]")); },
    onEnd: (event) => { over(null); if (event.from !== event.to) send(event.item, origin); },
  });
}

function over(day) {
  for (const other of document.querySelectorAll(".day.over")) other.classList.remove("over");
  day?.classList.add("over");
}

async function send(entry, from) {
  const calendar = entry.closest("[data-calendar]");
  const body = new FormData();
  body.set("id", entry.dataset.entry);
  body.set("field", calendar.dataset.field);
  body.set("day", dayOf(entry).dataset.day);
  body.set("version", entry.dataset.version);
  entry.classList.add("moving");
  const answer = await ask(calendar.dataset.moveUrl, { method: "POST", body, target: "calendar" });
  entry.classList.remove("moving");
  if (answer.ok) return; // the page is asked for again, and with it the order of the day
  putBack(entry, from);
  if (answer.status === 409 && answer.html.includes("<dialog")) return void showDialog(answer.html);
  if (answer.status === 422) return void document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: parse(answer.html).textContent.trim().slice(0, 300), tone: "bad" } }));
  failed(answer);
}

function putBack(entry, from) {
  from.list.insertBefore(entry, from.next?.parentElement === from.list ? from.next : null);
  whisper(say("put_back", { card: entry.dataset.label }));
}

// By keyboard: Space lifts, arrows go a day or a week on, Enter or Space drops, Escape puts back.
on("keydown", "[data-can-move]", (event, entry) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (!lifted) {
    if (event.key !== " ") return;
    lifted = { entry, list: entry.parentElement, next: entry.nextElementSibling };
    entry.classList.add("lifted");
    whisper(say("lifted", { card: entry.dataset.label }));
  } else if (event.key.startsWith("Arrow")) move(event.key);
  else if (event.key === "Escape") { putBack(entry, lifted); entry.querySelector("a").focus(); drop(); }
  else if (event.key === "Enter" || event.key === " ") {
    const from = drop();
    if (entry.parentElement !== from.list) send(entry, from);
  } else if (event.key !== "Tab") return;
  event.preventDefault();
  event.stopPropagation();
}, true);

function move(key) {
  const { entry } = lifted;
  const ahead = document.dir === "rtl" ? -1 : 1;
  const week = document.querySelector("[data-calendar]").matches(".agenda") ? 1 : 7;
  const by = { ArrowLeft: -ahead, ArrowRight: ahead, ArrowUp: -week, ArrowDown: week }[key];
  const all = days();
  const target = all[all.indexOf(dayOf(entry)) + by];
  if (!target) return;
  target.querySelector("[data-entries]").append(entry);
  entry.querySelector("a").focus();
  entry.scrollIntoView({ block: "nearest" });
  whisper(say("day_moved", { card: entry.dataset.label, day: target.dataset.name }));
}

function drop() {
  const from = lifted;
  lifted?.entry.classList.remove("lifted");
  lifted = null;
  return from;
}

on("focusout", "[data-entry].lifted", (_event, entry) => setTimeout(() => {
  if (lifted?.entry === entry && !entry.contains(document.activeElement)) { putBack(entry, lifted); drop(); }
}, 50));
