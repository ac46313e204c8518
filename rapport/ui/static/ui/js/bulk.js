// Choosing lines: all, a range with Shift, how many; the bar itself is plain HTML.
import { on, say } from "./common.js";

let last = null;
const boxes = (form) => [...form.querySelectorAll('input[name="ids"]')];

function count(form) {
  const all = boxes(form);
  const n = all.filter((box) => box.checked).length;
  const every = form.querySelector('[name="all"]')?.checked;
  const words = form.querySelector("[data-bulk-count]");
  if (words) words.textContent = every ? form.querySelector('[name="all"]').closest("label").textContent.trim() : say("selected", { n });
  const head = form.querySelector("[data-all]");
  if (head) { head.checked = n > 0 && n === all.length; head.indeterminate = n > 0 && n < all.length; }
}

on("change", "[data-bulk] [data-all]", (_event, head) => {
  for (const box of boxes(head.form)) box.checked = head.checked;
  count(head.form);
});
on("click", '[data-bulk] input[name="ids"]', (event, box) => {
  const all = boxes(box.form);
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  count(box.form);
});
on("change", '[data-bulk] [name="all"]', (_event, box) => count(box.form));
on("reset", "[data-bulk]", (_event, form) => setTimeout(() => count(form)));

export function enhance(root) {
  for (const form of document.querySelectorAll("[data-bulk]")) if (root.contains(form) || form.contains(root)) count(form);
}
