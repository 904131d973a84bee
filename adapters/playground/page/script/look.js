// Puts on the chosen light or dark look before anything is drawn.
try {
  const chosen = localStorage.getItem("chaperone.look");
  if (chosen) document.documentElement.dataset.look = chosen;
} catch {
  // Storage may be forbidden; then the system's choice holds.
}
