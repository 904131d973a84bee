// The whole page: sidebar, conversation, thread, and what lies over them.

import { html, useEffect } from "../vendor/htm-preact/standalone.module.js";
import { Conversation } from "./conversation.js";
import { Dialogs } from "./dialogs.js";
import { Sidebar } from "./sidebar.js";
import { CHAPERONE, channelOf, openMenu, state, t } from "./state.js";
import { Thread } from "./thread.js";
import { Toasts } from "./toasts.js";

export function App() {
  useTitle();
  useEscape();
  if (!state.isReady) return null;
  return html`
    <a class="skip" href="#messages" onClick=${toMessages}>${t("skip")}</a>
    <div class=${`page ${state.thread ? "has-thread" : ""} ${state.isMenuOpen ? "has-menu" : ""}`}>
      <${Sidebar} />
      <div class="veil" onClick=${() => openMenu(false)}></div>
      <${Conversation} key=${state.me.id + state.channel} />
      ${state.thread && html`<${Thread} key=${state.thread.root} />`}
    </div>
    <${Dialogs} />
    <${Toasts} />
    <div class="unseen" aria-live="polite" aria-atomic="true">${state.said}</div>
  `;
}

function toMessages(event) {
  event.preventDefault();
  document.querySelector("#messages")?.focus();
}

function useTitle() {
  const waiting = Object.values(state.unread).reduce((sum, count) => sum + count, 0);
  const name = state.channel === CHAPERONE ? t("chaperone") : `#${channelOf(state.channel)?.name ?? ""}`;
  useEffect(() => {
    document.title = `${waiting ? `(${waiting}) ` : ""}${name} · ${t("title")}`;
  }, [waiting, name, state.lang]);
}

// Escape closes the channel list on narrow screens; dialogs, menus and threads see to themselves.
function useEscape() {
  useEffect(() => {
    const onKey = (event) => {
      if (event.key === "Escape" && state.isMenuOpen) openMenu(false);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
