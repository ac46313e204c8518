// Files by drop or choice, with progress; each answer is the line that shows the stored file.
import { csrf, failed, make, on, parse, say } from "./common.js";

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
  request.onerror = () => { line.remove(); failed({ ok: false, status: 0 }); };
  request.onload = () => {
    if (request.status >= 200 && request.status < 300) return line.replaceWith(parse(request.responseText));
    const reason = request.status === 413 ? say("too_large", { name: file.name }) : parse(request.responseText).textContent.trim().slice(0, 200) || say("upload_failed", { name: file.name });
    line.replaceChildren(make("span", { class: "error" }, reason));
  };
  request.send(body);
}

const zoneOf = (event) => event.target instanceof Element && event.target.closest("[data-upload]");
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
