// Short notices in a corner. Urgent ones interrupt a screen reader and stay until dismissed.

import { html } from "../vendor/htm-preact/standalone.module.js";
import { Icon } from "./icons.js";
import { dropToast, openChannel, state, t } from "./state.js";

export function Toasts() {
  const urgent = state.toasts.filter((toast) => toast.tone === "urgent");
  const others = state.toasts.filter((toast) => toast.tone !== "urgent");
  return html`
    <section class="toasts" aria-label=${t("newAlert")}>
      <div aria-live="assertive">${urgent.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} />`)}</div>
      <div aria-live="polite">${others.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} />`)}</div>
    </section>
  `;
}

function Toast({ toast }) {
  const view = () => {
    dropToast(toast.id);
    openChannel(toast.open);
  };
  return html`
    <div class=${`toast tone-${toast.tone}`}>
      <div class="toast-words">
        ${toast.open && html`<small>${t("newAlert")}</small>`}
        <strong>${toast.title}</strong>
        ${toast.text && html`<span>${toast.text}</span>`}
      </div>
      ${toast.open && html`<button class="button primary" onClick=${view}>${t("view")}</button>`}
      <button class="icon-button" onClick=${() => dropToast(toast.id)} aria-label=${t("close")}><${Icon} name="close" /></button>
    </div>
  `;
}
