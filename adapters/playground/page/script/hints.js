// What a newcomer may try: sample messages that one click puts into the message box.

import { html } from "../vendor/htm-preact/standalone.module.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { channelOf, hideHints, lookAs, openDialog, personOf, state, t, tryOut } from "./state.js";

export function Hints() {
  if (state.areHintsHidden) return null;
  const samples = [...state.tries].sort((a, b) => (b.lang === state.lang) - (a.lang === state.lang));
  return html`
    <section class="hints" aria-label=${t("tryThis")}>
      <p class="hints-title">
        <${Icon} name="spark" /> <strong>${t("tryThis")}.</strong> ${t("tryHint")}
        ${" "}<button class="link" onClick=${() => openDialog({ kind: "about" })}>${t("whatIsThis")}</button>
      </p>
      <ul class="hints-list">
        ${samples.map(
          (sample) => html`
            <li key=${sample.says}>
              <button class="hint" lang=${sample.lang} onClick=${() => tryOut(sample)}>
                <span class="hint-words">${sample.says}</span>
                <span class="hint-who">${t("asPerson", { name: personOf(sample.by).name })} · #${channelOf(sample.channel)?.name ?? sample.channel}</span>
              </button>
            </li>
          `,
        )}
      </ul>
      <${Others} />
      <button class="icon-button hints-close" onClick=${hideHints} aria-label=${t("hideHints")} title=${t("hideHints")}><${Icon} name="close" /></button>
    </section>
  `;
}

// Those who are told of what happens in this channel.
function Others() {
  const channel = channelOf(state.channel);
  const told = [channel?.owner, channel?.supervisor].filter((id) => id && id !== state.me.id);
  if (told.length === 0) return null;
  return html`
    <p class="others">
      <span>${t("lookAs")}</span>
      ${told.map(personOf).map(
        (person) => html`<button key=${person.id} class="other" onClick=${() => lookAs(person.id)}>
          <${Avatar} person=${person} size="tiny" />${person.name}<span class="muted">${person.title}</span>
        </button>`,
      )}
    </p>
  `;
}
