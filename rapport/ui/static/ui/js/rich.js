// Rich text: Trix replaces the textarea, which stays in the form and carries the HTML. Loaded only where such a field is.
import { make, script } from "./common.js";

let ready = null;

// Trix inserts <style> elements, which the content security policy refuses (and reports). Their rules are in css/rich.css, so
// the elements are kept off the page while it loads.
function load() {
  const insert = document.head.insertBefore;
  document.head.insertBefore = (element, before) => (element.dataset?.tagName ? element : insert.call(document.head, element, before));
  return script("trix").then(() => new Promise((done) => setTimeout(() => { delete document.head.insertBefore; done(); })));
}

export async function enhance(root) {
  const areas = [...root.querySelectorAll("textarea[data-rich]:not([data-rich-on], :disabled)")];
  if (!areas.length) return;
  for (const area of areas) area.dataset.richOn = "";
  await (ready ??= load());
  for (const area of areas) replace(area);
}

function replace(area) {
  const holder = make("input", { type: "hidden", id: `${area.id}-html`, value: area.value });
  const toolbar = make("trix-toolbar", { id: `${area.id}-bar` });
  const editor = make("trix-editor", { input: holder.id, toolbar: toolbar.id, class: "input rich", "aria-label": area.dataset.richLabel ?? "" });
  area.after(holder, toolbar, editor);
  area.hidden = true;
  editor.addEventListener("trix-change", () => { area.value = holder.value; area.dispatchEvent(new Event("input", { bubbles: true })); });
  editor.addEventListener("trix-file-accept", (event) => event.preventDefault());
  area.addEventListener("ui:restored", () => editor.editor?.loadHTML(area.value));
}
