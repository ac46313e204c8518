// Runs before the first paint: what this browser remembers must not flicker. Everything else waits.
(() => {
  const root = document.documentElement;
  const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const theme = stored("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (stored("nav") === "narrow") root.dataset.nav = "narrow";
  root.classList.add("script");
})();
