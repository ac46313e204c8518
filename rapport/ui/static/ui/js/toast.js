// Short messages at the edge, with Undo. The server sends them by header: HX-Trigger: {"toast": {"text": …, "undo_url": …}}.
import { ask, failed, icon, make, on, parse, refresh, say } from "./common.js";

const SHORT = 5000;
const WITH_BUTTON = 12000; // time enough to read and reach it (WCAG 2.2.1: it also stays while hovered or focused)
const MOST = 3;
const REMEMBERED = 50;
const taken = []; // what can be undone still, the latest last; a message goes, its undo stays until the page does

export function toast({ text, tone = "", undo_url, href, link }) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const sign = icon({ good: "circle-check", bad: "circle-alert", warn: "circle-alert" }[tone] ?? "info");
  sign.classList.add("sign");
  const box = make("div", { class: `toast ${tone}`, "data-toast": true }, sign, make("span", {}, text));
  if (undo_url && taken.push(undo_url) > REMEMBERED) taken.shift();
  if (undo_url) box.append(make("button", { type: "button", "data-undo": undo_url }, say("undo"), make("kbd", { "aria-hidden": "true" }, "u")));
  if (href) box.append(make("a", { href: new URL(href, location.href).protocol.startsWith("http") ? href : "#" }, link ?? href));
  region.append(box);
  while (region.children.length > MOST) region.firstElementChild.remove();
  fade(box);
}

function fade(box) {
  let timer;
  const wait = () => { timer = setTimeout(() => box.remove(), box.querySelector("button, a") ? WITH_BUTTON : SHORT); };
  for (const type of ["mouseenter", "focusin"]) box.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["mouseleave", "focusout"]) box.addEventListener(type, () => { clearTimeout(timer); wait(); });
  wait();
}

export async function undo(button) {
  const box = button.closest("[data-toast]");
  button.disabled = true;
  const answer = await ask(button.dataset.undo, { method: "POST", body: new FormData() });
  if (answer.status === 422) return refused(box, answer);
  if (failed(answer)) { button.disabled = false; return; }
  forget(button.dataset.undo);
  box?.remove();
  const said = answer.headers.get("HX-Trigger") ?? "";
  if (!said.includes("toast")) toast({ text: say("undone"), tone: "good" });
  if (!said.includes("changed")) refresh();
}

/** A change that cannot be undone any more says why, and is offered no longer. */
function refused(box, answer) {
  forget(box?.querySelector("[data-undo]")?.dataset.undo);
  box?.remove();
  toast({ text: parse(answer.html).textContent.trim().slice(0, 300) || say("failed"), tone: "bad" });
}

const forget = (url) => { const at = taken.lastIndexOf(url); if (at >= 0) taken.splice(at, 1); };

export function undoLast() {
  const buttons = document.querySelectorAll(".toasts [data-undo]");
  if (buttons.length) undo(buttons[buttons.length - 1]);
  else if (taken.length) undo(make("button", { "data-undo": taken.at(-1) }));
}

on("click", "[data-undo]", (event, button) => { event.preventDefault(); undo(button); });
document.addEventListener("toast", (event) => toast(event.detail));
for (const box of document.querySelectorAll("[data-toast]")) {
  if (!box.closest(".toasts")) continue;
  const button = box.querySelector("[data-undo]");
  if (button) taken.push(button.dataset.undo);
  fade(box);
}
