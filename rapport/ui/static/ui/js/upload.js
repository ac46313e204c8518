// Files by drop or choice, with progress; each answer is the line that shows the stored file.
import { csrf, failed, make, on, parse, refresh, say } from "./common.js";

let pending = 0;
let filed = false; // something became a record: the page is read again once nothing is on its way any more

function over(zone) {
  if (--pending || !filed) return;
  filed = false;
  const kept = [...zone.parentElement.querySelectorAll("[data-files] > :is(.said, :has(> .error))")];
  refresh().then(() => (zone.parentElement?.querySelector("[data-files]") ?? zone).append(...kept.filter((line) => !line.isConnected)));
}

function send(zone, file) {
  const files = zone.parentElement.querySelector("[data-files]") ?? zone.parentElement.appendChild(make("ul", { class: "files", "data-files": true }));
  const bar = make("progress", { max: "100", value: "0", "aria-label": file.name });
  const line = make("li", {}, make("span", { class: "cut" }, file.name), bar);
  files.append(line);
  const body = new FormData();
  body.append("file", file);
  body.append("name", zone.dataset.name ?? "file");
  const request = new XMLHttpRequest();
  request.open("POST", zone.dataset.upload);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("X-CSRFToken", csrf());
  request.upload.onprogress = (event) => { bar.value = (100 * event.loaded) / event.total; };
  request.onerror = () => { line.remove(); failed({ ok: false, status: 0 }); over(zone); };
  request.onload = () => {
    const told = JSON.parse(request.getResponseHeader("HX-Trigger") ?? "{}");
    if (told.toast) document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: told.toast }));
    filed ||= !!told.filed;
    show();
    over(zone);
  };
  const show = () => {
    if (request.status >= 200 && request.status < 300) return line.replaceWith(parse(request.responseText));
    const reason = request.status === 413 ? say("too_large", { name: file.name }) : parse(request.responseText).textContent.trim().slice(0, 200) || say("upload_failed", { name: file.name });
    line.replaceChildren(make("span", { class: "error" }, reason));
  };
  pending += 1;
  request.send(body);
}

const zoneOf = (event) => event.target instanceof Element && event.target.closest("fieldset:disabled") === null && event.target.closest("[data-upload]");
for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const zone = zoneOf(event);
    if (!zone || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.toggle("over", type === "dragover");
    if (type === "drop") for (const file of event.dataTransfer.files) send(zone, file);
  });
}
on("change", "[data-upload] input[type=file]", (_event, input) => {
  for (const file of input.files) send(input.closest("[data-upload]"), file);
  input.value = ""; // it has its own line now and must not be sent a second time with the form
});
