/* Sends what a form of the API page says: with the token typed in, without a cookie. */

const token = document.getElementById("api-token");

for (const form of document.querySelectorAll(".api-try")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form).catch((error) => show(form, String(error), ""));
  });
}

async function send(form) {
  const request = requestOf(form);
  const started = performance.now();
  const response = await fetch(request.url, request);
  const took = Math.round(performance.now() - started);
  const etag = response.headers.get("ETag");
  const head = `${request.method} ${request.url}\n${response.status} ${response.statusText} · ${took} ms${etag ? ` · ETag ${etag}` : ""}`;
  show(form, head, await readable(response));
}

function requestOf(form) {
  const headers = { Authorization: `Bearer ${token.value.trim()}` };
  const query = new URLSearchParams();
  let address = form.dataset.url;
  for (const input of form.querySelectorAll("[data-in]")) {
    if (!input.value) continue;
    if (input.dataset.in === "path") address = address.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (input.dataset.in === "header") headers[input.name] = input.value;
    else query.set(input.name, input.value);
  }
  const file = form.elements.namedItem("file");
  const body = form.elements.namedItem("body");
  if (body) headers["Content-Type"] = "application/json";
  if (file) headers["Content-Type"] = "application/octet-stream";
  return {
    method: form.dataset.method,
    url: query.size ? `${address}?${query}` : address,
    headers,
    body: file ? file.files[0] : body ? body.value : undefined,
    credentials: "omit",
  };
}

async function readable(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (!type.includes("json")) return `${(await response.blob()).size} bytes, ${type}`;
  return JSON.stringify(await response.json(), null, 2);
}

function show(form, head, content) {
  const output = form.querySelector(".api-answer");
  const parts = [head, content].filter(Boolean).map((text) => {
    const pre = document.createElement("pre");
    pre.tabIndex = 0;
    pre.textContent = text;
    return pre;
  });
  output.replaceChildren(...parts);
}
