// A button that opens a short list of actions: arrow keys, Escape, and focus back to the button.

import { html, useEffect, useRef, useState } from "../vendor/htm-preact/standalone.module.js";
import { Icon } from "./icons.js";

export function Menu({ label, items }) {
  const [isOpen, setOpen] = useState(false);
  const [isUp, setUp] = useState(false);
  const whole = useRef(null);
  const button = useRef(null);

  const open = () => {
    // Near the lower edge the list opens upwards.
    setUp(button.current.getBoundingClientRect().bottom > window.innerHeight - 280);
    setOpen(true);
  };
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  useEffect(() => {
    if (!isOpen) return undefined;
    whole.current.querySelector("[role=menuitem]").focus();
    const onOutside = (event) => whole.current?.contains(event.target) || setOpen(false);
    document.addEventListener("pointerdown", onOutside);
    return () => document.removeEventListener("pointerdown", onOutside);
  }, [isOpen]);

  const onKeyDown = (event) => {
    const all = [...whole.current.querySelectorAll("[role=menuitem]")];
    const at = all.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") {
      event.stopPropagation();
      close();
    } else if (next !== undefined && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      all[next % all.length].focus();
    }
  };

  return html`
    <span class="menu" ref=${whole} onKeyDown=${isOpen ? onKeyDown : null}>
      <button ref=${button} class="icon-button" aria-haspopup="menu" aria-expanded=${isOpen} aria-label=${label} title=${label} onClick=${() => (isOpen ? close() : open())}>
        <${Icon} name="more" />
      </button>
      ${isOpen &&
      html`<ul class=${`menu-list ${isUp ? "up" : ""}`} role="menu" aria-label=${label}>
        ${items.map(
          (item) => html`<li role="none" key=${item.label}>
            <button role="menuitem" tabindex="-1" class=${item.isDanger ? "danger" : ""} onClick=${() => { close(); item.run(); }}>${item.label}</button>
          </li>`,
        )}
      </ul>`}
    </span>
  `;
}
