// A strip of tabs wider than its place shows the one that is open.
export function enhance(root) {
  for (const tab of root.querySelectorAll(".tabs [aria-current]")) {
    const strip = tab.parentElement, at = tab.getBoundingClientRect(), place = strip.getBoundingClientRect();
    strip.scrollLeft += at.left - place.left - (place.width - at.width) / 2;
  }
}
