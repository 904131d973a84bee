// Keeps the end of a conversation in view while one is there, keeps the place while older messages come, and goes to a
// message that was asked for.

import { useLayoutEffect, useRef } from "../vendor/htm-preact/standalone.module.js";
import { forgetWanted } from "./state.js";

const NEAR = 80;

export function useScroll(count, wanted = "") {
  const list = useRef(null);
  const was = useRef({ height: 0, isAtEnd: true, first: null });

  useLayoutEffect(() => {
    const box = list.current;
    const onScroll = () => {
      was.current.isAtEnd = isAtEnd(box);
    };
    // Pictures and folded text change the height after the fact.
    const observer = new ResizeObserver(() => was.current.isAtEnd && toEnd(box));
    observer.observe(box);
    if (box.lastElementChild) observer.observe(box.lastElementChild);
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", onScroll);
    };
  }, []);

  useLayoutEffect(() => {
    const box = list.current;
    const first = box.querySelector("[data-id]")?.dataset.id;
    const grewAbove = was.current.first && first !== was.current.first && !was.current.isAtEnd;
    if (wanted && reveal(box, wanted)) was.current.isAtEnd = false;
    else if (was.current.isAtEnd) toEnd(box);
    else if (grewAbove) box.scrollTop += box.scrollHeight - was.current.height;
    was.current.height = box.scrollHeight;
    was.current.first = first;
  }, [count, wanted]);

  return list;
}

const lastRow = (box) => [...box.querySelectorAll(".row")].at(-1);

// The end is in view too while the last row fills the box from its beginning on.
function isAtEnd(box) {
  const row = lastRow(box);
  return box.scrollHeight - box.scrollTop - box.clientHeight < NEAR || (row && row.offsetTop - box.scrollTop < NEAR);
}

// A last row that is taller than the box is shown from its beginning.
function toEnd(box) {
  const row = lastRow(box);
  const isTall = row && row.offsetHeight > box.clientHeight - NEAR;
  box.scrollTop = isTall ? row.offsetTop - 8 : box.scrollHeight;
}

function reveal(box, id) {
  const row = box.querySelector(`[data-id="${CSS.escape(id)}"]`);
  if (!row) return false;
  row.scrollIntoView({ block: "center" });
  row.classList.add("is-wanted");
  row.focus({ preventScroll: true });
  setTimeout(() => {
    row.classList.remove("is-wanted");
    forgetWanted();
  }, 2500);
  return true;
}
