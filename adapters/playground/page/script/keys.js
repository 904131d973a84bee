// Arrow keys go from message to message; Home and End to the first and the last.

export function moveAmongMessages(event) {
  const row = event.target.closest?.(".row");
  if (event.target !== row) return;
  const rows = [...event.currentTarget.querySelectorAll(".row")];
  const at = rows.indexOf(row);
  const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined || !rows[next]) return;
  event.preventDefault();
  rows[next].focus();
}
