// What a newcomer may try: sample messages that one click puts into the message box.

import { html } from "../vendor/htm-preact/standalone.module.js";
import { Icon } from "./icons.js";
import { channelOf, hideHints, openDialog, personOf, state, t, tryOut } from "./state.js";

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
      <button class="icon-button hints-close" onClick=${hideHints} aria-label=${t("hideHints")} title=${t("hideHints")}><${Icon} name="close" /></button>
    </section>
  `;
}
