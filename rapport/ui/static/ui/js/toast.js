// Short messages at the edge, with Undo. The server sends them by header: HX-Trigger: {"toast": {"text": …, "undo_url": …}}.
import { ask, failed, icon, make, on, refresh, say } from "./common.js";

const SHORT = 5000;
const WITH_BUTTON = 12000; // time enough to read and reach it (WCAG 2.2.1: it also stays while hovered or focused)
const MOST = 3;

export function toast({ text, tone = "", undo_url, href, link }) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const sign = icon({ good: "circle-check", bad: "circle-alert", warn: "circle-alert" }[tone] ?? "info");
  sign.classList.add("sign");
  const box = make("div", { class: `toast ${tone}`, "data-toast": true }, sign, make("span", {}, text));
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
  if (failed(answer)) { button.disabled = false; return; }
  box?.remove();
  if (!answer.headers.get("HX-Trigger")?.includes("toast")) toast({ text: say("undone"), tone: "good" });
  refresh();
}

export function undoLast() {
  const buttons = document.querySelectorAll("[data-undo]");
  if (buttons.length) undo(buttons[buttons.length - 1]);
}

on("click", "[data-undo]", (event, button) => { event.preventDefault(); undo(button); });
document.addEventListener("toast", (event) => toast(event.detail));
for (const box of document.querySelectorAll("[data-toast]")) if (box.closest(".toasts")) fade(box);
