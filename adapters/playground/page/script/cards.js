// Cards: alerts and answers with marked words, facts and buttons.

import { html, useState } from "../vendor/htm-preact/standalone.module.js";
import { ChaperoneAvatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { Part } from "./parts.js";
import { hideAnswer, openMessage, press, state, t, toast } from "./state.js";
import { timeOf } from "./when.js";

const ICONS = { urgent: "siren", warning: "alert", notice: "info", done: "check", plain: "shield" };

export function CardView({ card, where, at = null }) {
  return html`
    <article class=${`card tone-${card.tone}`} aria-label=${`${t(`tone_${card.tone}`)}: ${card.title}`}>
      <header class="card-head">
        <span class="card-icon"><${Icon} name=${ICONS[card.tone]} /></span>
        <h2>${card.title}</h2>
        ${card.tone === "urgent" && html`<span class="card-tone">${t("tone_urgent")}</span>`}
        ${at && html`<time dateTime=${at}>${timeOf(at, state.lang)}</time>`}
      </header>
      <div class="card-body">${card.blocks.map((block) => html`<${Block} block=${block} />`)}</div>
      ${card.actions.length > 0 && html`<${Actions} actions=${card.actions} where=${where} />`}
      ${card.footer && html`<p class="card-footer">${card.footer}</p>`}
    </article>
  `;
}

// A private answer in a conversation: shown to this person, on this page, until the page is closed.
export function Answer({ answer, channel, thread = null }) {
  return html`
    <li class="row answer" data-id=${answer.id} tabindex="-1">
      <${ChaperoneAvatar} />
      <div class="message-body">
        <p class="private">
          <${Icon} name="lock" />${t("onlyYou")}
          ${answer.typed && html`<code class="typed">${answer.typed.slice(0, 200)}</code>`}
          <button class="icon-button small" onClick=${() => hideAnswer(channel, thread, answer.id)} aria-label=${t("dismissAnswer")} title=${t("dismissAnswer")}><${Icon} name="close" /></button>
        </p>
        <${CardView} card=${answer.card} where=${{ channel, thread }} />
      </div>
    </li>
  `;
}

function Block({ block }) {
  switch (block.kind) {
    case "paragraph":
      return html`<p>${block.text}</p>`;
    case "excerpt":
      return html`<${Excerpt} block=${block} />`;
    case "facts":
      return html`<dl class="facts">${block.rows.map((row) => html`<div><dt>${row.label}</dt><dd><${Fact} row=${row} /></dd></div>`)}</dl>`;
    default:
      return html`<ul class="bullets">${block.items.map((item) => html`<li>${item}</li>`)}</ul>`;
  }
}

const MOST_LETTERS = 1_500;

function Excerpt({ block }) {
  const [isOpen, setOpen] = useState(false);
  const length = block.pieces.reduce((sum, piece) => sum + piece.text.length, 0);
  const isLong = length > MOST_LETTERS;
  const pieces = isLong && !isOpen ? clipped(block.pieces) : block.pieces;
  const marked = block.pieces.filter((piece) => piece.is_marked).slice(0, 20);
  return html`
    <figure class="excerpt">
      <blockquote>
        ${pieces.map((piece) => (piece.is_marked ? html`<mark>${piece.text}</mark>` : piece.text))}
      </blockquote>
      ${marked.length > 0 && html`<p class="unseen">${t("markedWords")}: ${marked.map((piece) => `“${piece.text}”`).join(", ")}</p>`}
      ${isLong && html`<button class="link" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>${t(isOpen ? "showLess" : "showAll")}</button>`}
      ${block.caption && html`<figcaption>${block.caption}</figcaption>`}
    </figure>
  `;
}

// Long unmarked stretches lose their middle, so that the words in question stay in view.
function clipped(pieces) {
  const AROUND = 200;
  return pieces.slice(0, 60).map((piece) =>
    piece.is_marked || piece.text.length <= 2 * AROUND
      ? piece
      : { ...piece, text: `${piece.text.slice(0, AROUND)} … ${piece.text.slice(-AROUND)}` },
  );
}

function Fact({ row }) {
  if (!row.open) return row.parts.map((part) => html`<${Part} part=${part} />`);
  const [first, channel, , message] = row.open.split("/");
  if (first === "ask") return html`<${Address} hash=${row.open} />`;
  return html`<button class="link" onClick=${() => openMessage(channel, message)}>${t("openMessage")}</button>`;
}

// An address of this page to hand on, with a button that copies it.
function Address({ hash }) {
  const address = new URL(`#/${hash}`, location.href).href;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      toast({ title: t("copied"), tone: "done" });
    } catch {
      toast({ title: address, tone: "plain" });
    }
  };
  return html`<a class="address" href=${address}>${address}</a> <button class="link" onClick=${copy}>${t("copyLink")}</button>`;
}

function Actions({ actions, where }) {
  const [busy, setBusy] = useState("");
  const go = async (action) => {
    setBusy(action.name);
    await press(action, where);
    setBusy("");
  };
  return html`
    <div class="card-actions">
      ${actions.map(
        (action) => html`
          <button key=${action.name + action.subject} class=${`button ${action.style}`} disabled=${busy === action.name} onClick=${() => go(action)} aria-haspopup=${action.fields.length || action.confirm ? "dialog" : null}>
            ${action.label}
          </button>
        `,
      )}
    </div>
  `;
}
