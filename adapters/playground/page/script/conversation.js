// One channel, or the private conversation with Chaperone: header, messages, composer.

import { html, useState } from "../vendor/htm-preact/standalone.module.js";
import { ChaperoneAvatar } from "./avatar.js";
import { Answer, CardView } from "./cards.js";
import { Composer } from "./composer.js";
import { Hints } from "./hints.js";
import { Icon } from "./icons.js";
import { Day, Message, NewMark } from "./message.js";
import { useScroll } from "./scroll.js";
import { CHAPERONE, answersIn, channelOf, openDialog, openMenu, showHome, showNewest, showOlder, state, t } from "./state.js";
import { dayKey, momentOf, timeOf } from "./when.js";
import { moveAmongMessages } from "./keys.js";

export function Conversation() {
  const isPrivate = state.channel === CHAPERONE;
  const channel = isPrivate ? null : channelOf(state.channel);
  const page = state.pages[state.channel];
  const rows = isPrivate ? cardRows() : messageRows(page, channel?.announcements ?? []);
  const list = useScroll(rows.length + answersIn(state.channel).length, state.wanted);
  const name = isPrivate ? t("chaperone") : `#${channel?.name ?? ""}`;
  return html`
    <main class="conversation" aria-label=${name}>
      <${Header} channel=${channel} />
      ${!state.isOnline && html`<p class="offline" role="status">${t("offline")}</p>`}
      <${Hints} />
      ${channel?.announcements.filter((one) => one.is_pinned).map((one) => html`<${Pinned} key=${one.id} one=${one} />`)}
      <div class="scroller" ref=${list} id="messages" tabindex="-1" role="region" aria-label=${t("messagesIn", { name })}>
        ${page?.has_more && html`<button class="button older" onClick=${showOlder}>${t("older")}</button>`}
        ${!isPrivate && !page && html`<p class="empty" role="status">${t("loading")}</p>`}
        ${rows.length === 0 && (isPrivate || page) && html`<p class="empty">${t(isPrivate ? "emptyChaperone" : "emptyChannel")}</p>`}
        <ol class="messages" onKeyDown=${moveAmongMessages}>${rows}</ol>
      </div>
      ${page && !page.is_newest && html`<button class="button to-newest" onClick=${showNewest}>${t("toNewest")}</button>`}
      <${Composer} channel=${state.channel} label=${isPrivate ? t("askChaperone") : t("messageTo", { name: channel?.name ?? "" })} />
    </main>
  `;
}

// What Chaperone pinned, folded: its title is always in view.
function Pinned({ one }) {
  const [isOpen, setOpen] = useState(false);
  return html`
    <section class="pinned" aria-label=${t("pinned")}>
      <button class="pinned-title" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>
        <${Icon} name="pin" /><span class="unseen">${t("pinned")}: </span><span class="pinned-words">${one.title}</span><${Icon} name="down" />
      </button>
      ${isOpen && html`<div class="pinned-card"><${CardView} card=${one} where=${{ channel: state.channel, thread: null }} at=${one.at} /></div>`}
    </section>
  `;
}

// What Chaperone said to everybody in the channel.
function Announced({ one }) {
  return html`
    <li class="row announced" data-id=${one.id} tabindex="-1">
      <${ChaperoneAvatar} />
      <div class="message-body">
        <div class="message-head">
          <strong>${t("chaperone")}</strong>
          <time dateTime=${one.at} title=${momentOf(one.at, state.lang)}>${timeOf(one.at, state.lang)}</time>
        </div>
        <${CardView} card=${one} where=${{ channel: state.channel, thread: null }} />
      </div>
    </li>
  `;
}

function Header({ channel }) {
  const waiting = Object.entries(state.unread).some(([id, count]) => id !== state.channel && count > 0);
  return html`
    <header class="header">
      <button class="icon-button only-narrow" onClick=${() => openMenu(true)} aria-label=${t("openMenu")} aria-expanded=${state.isMenuOpen} aria-controls="sidebar">
        <${Icon} name="menu" />${waiting && html`<span class="dot"></span>`}
      </button>
      <div class="header-words">
        <h1>
          <${Icon} name=${channel ? "hash" : "shield"} />
          <span class="header-name">${channel ? channel.name : t("chaperone")}</span>
          ${channel?.state === "requested" && html`<span class="state-mark">${t("awaiting")}</span>`}
          ${channel?.state === "noticed" && html`<span class="state-mark">${t("unregistered")}</span>`}
        </h1>
        <p>${channel ? channel.purpose || channel.topic : t("chaperoneTopic")}</p>
      </div>
      ${!channel && html`<button class="button quiet" onClick=${showHome}>${t("home")}</button>`}
      ${channel &&
      html`<button class="button quiet members-button" onClick=${() => openDialog({ kind: "members", channel: channel.id })} aria-haspopup="dialog">
        <${Icon} name="people" /><span aria-hidden="true">${channel.members.length}</span><span class="unseen">${t("members")}: ${channel.members.length}</span>
      </button>`}
    </header>
  `;
}

// Messages in their order, with days, the mark of what is new, and private answers where they came in.
function messageRows(page, announcements) {
  if (!page) return [];
  const answers = page.is_newest ? answersIn(state.channel) : [];
  const first = page.has_more ? page.messages[0].place : 0;
  const last = page.is_newest ? Infinity : page.messages.at(-1).place;
  const entries = [
    ...announcements.filter((one) => one.place >= first && one.place <= last).map((one) => ({ at: one.at, place: one.place, announced: one })),
    ...page.messages.map((message) => ({ at: message.at, place: message.place, message })),
    ...answers.map((answer) => ({ at: answer.at, place: answer.after, answer })),
  ].sort((a, b) => a.place - b.place);
  return withDays(entries, (entry, before) =>
    entry.announced
      ? html`<${Announced} key=${entry.announced.id} one=${entry.announced} />`
      : entry.answer
      ? html`<${Answer} key=${entry.answer.id} answer=${entry.answer} channel=${state.channel} />`
      : html`<${Message} key=${entry.message.id} message=${entry.message} follows=${isSequel(entry, before)} />`,
  );
}

function cardRows() {
  const entries = [
    ...state.cards.map((card) => ({ at: card.changed_at, place: card.called || Number(card.id.slice(1)), card })),
    ...answersIn(CHAPERONE).map((answer) => ({ at: answer.at, place: answer.after, answer })),
  ].sort((a, b) => a.place - b.place);
  return withDays(entries, (entry) =>
    entry.answer
      ? html`<${Answer} key=${entry.answer.id} answer=${entry.answer} channel=${CHAPERONE} />`
      : html`<li key=${entry.card.id} class="row card-row" data-id=${entry.card.id} tabindex="-1"><${CardView} card=${entry.card} where=${{ channel: CHAPERONE, thread: null }} at=${entry.card.changed_at} /></li>`,
  );
}

function withDays(entries, draw) {
  const rows = [];
  let before = null;
  let isMarked = false;
  for (const entry of entries) {
    if (!before || dayKey(before.at) !== dayKey(entry.at)) rows.push(html`<${Day} key=${`day-${dayKey(entry.at)}-${entry.place}`} at=${entry.at} />`);
    if (!isMarked && isNews(entry)) {
      isMarked = true;
      rows.push(html`<${NewMark} key="new" />`);
      before = null;
    }
    rows.push(draw(entry, before));
    before = entry;
  }
  return rows;
}

const isNews = (entry) => Boolean(entry.message) && entry.place > state.newFrom && entry.message.author !== state.me.id;

function isSequel(entry, before) {
  if (!before?.message || dayKey(before.at) !== dayKey(entry.at)) return false;
  const [a, b] = [before.message, entry.message];
  return a.author === b.author && !a.is_deleted && !a.replies && new Date(b.at) - new Date(a.at) < 300_000;
}
