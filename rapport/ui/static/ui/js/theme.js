// Light, dark or as the system; the navigation wide or narrow. Remembered by this browser, and by the server when it is asked to.
import { csrf, on, remember } from "./common.js";

on("click", "[data-theme-choice]", (event, button) => {
  event.preventDefault();
  const theme = button.dataset.themeChoice;
  if (theme === "system") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
  remember(localStorage, "theme", theme === "system" ? null : theme);
  for (const other of document.querySelectorAll("[data-theme-choice]")) other.toggleAttribute("aria-current", other === button);
  button.setAttribute("aria-current", "true");
  const url = button.form?.getAttribute("action");
  if (url && button.type === "submit") {
    fetch(url, { method: "POST", body: new URLSearchParams({ theme }), headers: { "X-CSRFToken": csrf(), "HX-Request": "true" } }).catch(() => null);
  }
});

on("click", "[data-nav-toggle]", () => {
  const root = document.documentElement;
  const narrow = root.dataset.nav !== "narrow";
  if (narrow) root.dataset.nav = "narrow"; else delete root.dataset.nav;
  remember(localStorage, "nav", narrow ? "narrow" : null);
});
