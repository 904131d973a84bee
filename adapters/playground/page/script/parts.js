// A member's words: text and links, never markup. Very long ones are folded until asked for.

import { html, useState } from "../vendor/htm-preact/standalone.module.js";
import { t } from "./state.js";

const LONGEST = 2_500;
const MOST_LINES = 24;

export function Words({ parts, isEdited = false }) {
  const [isOpen, setOpen] = useState(false);
  const short = isOpen ? null : shortened(parts);
  return html`
    <p class="words">
      ${(short ?? parts).map((part) => html`<${Part} part=${part} />`)}
      ${short && " …"}
      ${isEdited && html`<span class="edited"> ${t("edited")}</span>`}
    </p>
    ${(short || isOpen) && html`<button class="link" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>${t(isOpen ? "showLess" : "showAll")}</button>`}
  `;
}

export function Part({ part }) {
  if (!part.href) return part.text;
  return html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.text}</a>${part.host &&
  html`<span class="host" title=${t("leadsTo", { host: part.host })}> (${part.host})</span>`}`;
}

// The beginning of a long message; null where it is short enough to be shown whole.
function shortened(parts) {
  const kept = [];
  let letters = LONGEST;
  let lines = MOST_LINES;
  for (const part of parts) {
    const text = part.text.slice(0, letters).split("\n").slice(0, lines).join("\n");
    kept.push({ ...part, text });
    letters -= text.length;
    lines -= text.split("\n").length - 1;
    if (text.length < part.text.length || letters <= 0) return kept;
  }
  return null;
}
