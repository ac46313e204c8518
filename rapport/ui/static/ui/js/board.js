// The board: cards go from column to column by mouse, touch or keyboard. The server has the last word; a refusal puts the card back.
import { ask, failed, morph, parse, on, say, script, whisper } from "./common.js";
import { showDialog } from "./dialog.js";

let lifted = null; // the keyboard move: { card, from, next }

const columnOf = (card) => card.closest("[data-board-column]");
const cards = (column) => [...column.querySelectorAll("[data-card]")];
const nextCard = (card) => { let next = card.nextElementSibling; while (next && !next.matches("[data-card]")) next = next.nextElementSibling; return next; };
const name = (column) => column.querySelector("h2").textContent;

export async function enhance() {
  const lists = [...document.querySelectorAll("[data-board] [data-cards]:not([data-sorted])")];
  for (const list of lists) list.dataset.sorted = "";
  if (!lists.length) return;
  await script("sortable");
  for (const list of lists) window.Sortable.create(list, {
    group: "board", draggable: "[data-card]", ghostClass: "ghost", animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 130,
    delay: 140, delayOnTouchOnly: true, scrollSensitivity: 60, filter: ".more", preventOnFilter: false,
    onStart: (event) => { event.item.dataset.origin = event.from.closest("[data-board-column]").dataset.boardColumn; origin = { list: event.from, next: nextCard(event.item) }; },
    onMove: (event) => { over(event.to.closest("[data-board-column]")); },
    onEnd: (event) => { over(null); if (event.from !== event.to || event.oldDraggableIndex !== event.newDraggableIndex) send(event.item, origin); },
  });
}
let origin = null;

function over(column) {
  for (const other of document.querySelectorAll(".board-column.over")) other.classList.remove("over");
  column?.classList.add("over");
}

async function send(card, from) {
  const board = card.closest("[data-board]");
  const body = new FormData();
  body.set("id", card.dataset.card);
  body.set("column", columnOf(card).dataset.boardColumn);
  body.set("before", nextCard(card)?.dataset.card ?? "");
  body.set("version", card.dataset.version);
  card.classList.add("moving");
  const answer = await ask(board.dataset.moveUrl, { method: "POST", body, target: "board" });
  card.classList.remove("moving");
  if (answer.ok) return columns(answer.html);
  putBack(card, from);
  if ((answer.status === 422 || answer.status === 409) && answer.html.includes("<dialog")) return askMore(showDialog(answer.html));
  if (answer.status === 422) return void document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: parse(answer.html).textContent.trim().slice(0, 300), tone: "bad" } }));
  failed(answer);
}

function columns(html) {
  for (const fresh of [...parse(html).querySelectorAll("[data-board-column]")]) {
    const old = document.getElementById(fresh.id);
    if (old) morph(old, fresh);
  }
  enhance();
}

function putBack(card, from) {
  from.list.insertBefore(card, from.next?.parentElement === from.list ? from.next : from.list.querySelector(".more"));
  whisper(say("put_back", { card: card.dataset.label }));
}

// A gated stage: the dialog asks for what is missing and posts the move again.
function askMore(dialog) {
  const form = dialog?.querySelector("form:not([method=dialog])");
  if (!form || form.hasAttribute("data-conflict")) return;
  form.removeAttribute("hx-post");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const answer = await ask(form.action, { method: "POST", body: new FormData(form, event.submitter), target: "board" });
    if (answer.ok) { dialog.close(); columns(answer.html); }
    else if (answer.status === 422 && answer.html.includes("<dialog")) askMore(showDialog(answer.html));
    else failed(answer);
  });
}

// By keyboard: Space lifts, arrows move, Enter or Space drops, Escape puts back.
on("keydown", "[data-board] [data-card]", (event, card) => {
  const onGrip = event.target.closest("[data-grip], a.title");
  if (!lifted) {
    if (event.key !== " " || !onGrip) return;
    lifted = { card, list: card.parentElement, next: nextCard(card) };
    card.classList.add("lifted");
    whisper(say("lifted", { card: card.dataset.label }));
  } else if (event.key.startsWith("Arrow")) move(event.key);
  else if (event.key === "Escape") { putBack(card, lifted); drop(); }
  else if (event.key === "Enter" || event.key === " ") {
    const from = drop();
    whisper(say("dropped", { card: card.dataset.label, column: name(columnOf(card)) }));
    if (card.parentElement !== from.list || nextCard(card) !== from.next) send(card, from);
  } else if (event.key !== "Tab") return;
  event.preventDefault();
  event.stopPropagation();
});

function move(key) {
  const { card } = lifted;
  const column = columnOf(card);
  if (key === "ArrowUp" || key === "ArrowDown") {
    const all = cards(column);
    const other = all[all.indexOf(card) + (key === "ArrowDown" ? 1 : -1)];
    if (other) other[key === "ArrowDown" ? "after" : "before"](card);
  } else {
    const forward = (key === "ArrowRight") === (document.dir !== "rtl");
    const target = forward ? column.nextElementSibling : column.previousElementSibling;
    if (target) {
      const place = cards(target)[Math.min(cards(column).indexOf(card), cards(target).length)];
      target.querySelector("[data-cards]").insertBefore(card, place ?? target.querySelector(".more"));
    }
  }
  card.querySelector("[data-grip]").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  const now = columnOf(card);
  whisper(say("moved", { card: card.dataset.label, column: name(now), n: cards(now).indexOf(card) + 1, of: cards(now).length }));
}

function drop() {
  const from = lifted;
  lifted?.card.classList.remove("lifted");
  lifted = null;
  return from;
}

on("focusout", "[data-card].lifted", (event, card) => setTimeout(() => {
  if (lifted?.card === card && !card.contains(document.activeElement)) { putBack(card, lifted); drop(); }
}, 50));
