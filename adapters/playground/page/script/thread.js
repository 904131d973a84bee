// A message with its answers, beside the conversation.

import { html, useEffect, useRef } from "../vendor/htm-preact/standalone.module.js";
import { Answer } from "./cards.js";
import { Composer } from "./composer.js";
import { Icon } from "./icons.js";
import { moveAmongMessages } from "./keys.js";
import { Message } from "./message.js";
import { useScroll } from "./scroll.js";
import { answersIn, channelOf, closeThread, state, t } from "./state.js";

export function Thread() {
  const { channel, root, messages } = state.thread;
  const answers = answersIn(channel, root);
  const list = useScroll(messages.length + answers.length, state.wanted);
  const panel = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current.querySelector("textarea")?.focus();
    return () => before?.isConnected && before.focus();
  }, []);
  const onKeyDown = (event) => event.key === "Escape" && !event.defaultPrevented && closeThread();
  const entries = [
    ...messages.map((message) => ({ place: message.place, draw: () => html`<${Message} key=${message.id} message=${message} isInThread=${true} />` })),
    ...answers.map((answer) => ({ place: answer.after, draw: () => html`<${Answer} key=${answer.id} answer=${answer} channel=${channel} thread=${root} />` })),
  ].sort((a, b) => a.place - b.place);
  return html`
    <aside class="thread" ref=${panel} aria-label=${t("thread")} onKeyDown=${onKeyDown}>
      <header class="header">
        <div class="header-words">
          <h2>${t("thread")}</h2>
          <p>#${channelOf(channel)?.name}</p>
        </div>
        <button class="icon-button" onClick=${closeThread} aria-label=${t("closeThread")}><${Icon} name="close" /></button>
      </header>
      <div class="scroller" ref=${list} tabindex="-1" role="region" aria-label=${t("messagesIn", { name: t("thread") })}>
        <ol class="messages" onKeyDown=${moveAmongMessages}>${entries.map((entry) => entry.draw())}</ol>
      </div>
      <${Composer} channel=${channel} thread=${root} label=${t("replyTo")} />
    </aside>
  `;
}
