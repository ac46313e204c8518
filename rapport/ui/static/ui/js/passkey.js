// Passkeys: a form that carries what the device answered. [data-passkey] names where the challenge comes from.
import { ask, failed, say } from "./common.js";

const can = () => !!window.PublicKeyCredential && window.isSecureContext;
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export function enhance(root) {
  for (const form of root.querySelectorAll("form[data-passkey]")) {
    for (const part of form.querySelectorAll("[data-passkey-can]")) part.hidden = !can();
    for (const part of form.querySelectorAll("[data-passkey-cannot]")) part.hidden = can();
  }
}

// Before the form goes: ask the device, put its answer in, and send it then.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-passkey]") || form.elements.answer.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const answer = await ask(form.dataset.passkey, { method: "POST" });
  if (failed(answer) || !answer.html) return;
  const { publicKey } = JSON.parse(answer.html);
  try {
    const credential = form.matches("[data-passkey-new]")
      ? await navigator.credentials.create({ publicKey: read(publicKey) })
      : await navigator.credentials.get({ publicKey: read(publicKey) });
    form.elements.answer.value = JSON.stringify(written(credential));
  } catch (error) {
    const key = error.name === "InvalidStateError" ? "passkey_known" : "passkey_failed";
    document.body.dispatchEvent(new CustomEvent("toast", { bubbles: true, detail: { text: say(key), tone: "bad" } }));
    return;
  }
  form.submit();
  form.elements.answer.value = ""; // used up, whatever the server says
}, true);

function read(options) {
  const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
  };
}

function written(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}
