// What lies over the page. The browser's own dialog keeps the focus inside, closes on Escape and gives the focus back.

import { html, useEffect, useRef, useState } from "../vendor/htm-preact/standalone.module.js";
import { ChannelForm, Members } from "./channel_dialogs.js";
import { Form } from "./form.js";
import { Icon } from "./icons.js";
import { People } from "./people.js";
import { beginAgain, channelOf, closeDialog, state, t } from "./state.js";

export function Dialogs() {
  const { dialog } = state;
  if (!dialog) return null;
  const [title, content] = contentOf(dialog);
  return html`<${Dialog} key=${dialog.kind + title} title=${title}>${content}<//>`;
}

function contentOf(dialog) {
  switch (dialog.kind) {
    case "people":
      return [t("switchTitle"), html`<${People} />`];
    case "form":
      return [dialog.action.label, html`<${Form} action=${dialog.action} where=${dialog.where} />`];
    case "members":
      return [t("membersOf", { name: channelOf(dialog.channel)?.name ?? "" }), html`<${Members} id=${dialog.channel} />`];
    case "new-channel":
      return [t("newChannel"), html`<${ChannelForm} />`];
    case "about":
      return [t("whatIsThis"), html`<div class="prose"><p>${t("about1")}</p><p>${t("about2")}</p><p>${t("about3")}</p></div>`];
    case "start-over":
      return [t("startOverTitle"), html`<${Confirm} text=${t("startOverText")} yes=${t("startOver")} isDanger=${true} onYes=${beginAgain} />`];
    default:
      return [t("confirmTitle"), html`<${Confirm} ...${dialog} />`];
  }
}

function Dialog({ title, children }) {
  const box = useRef(null);
  useEffect(() => {
    const dialog = box.current;
    dialog.showModal();
    dialog.querySelector("[autofocus], input, textarea, select")?.focus();
    // Closing gives the focus back to where it was.
    return () => dialog.close();
  }, []);
  const onPointerDown = (event) => event.target === box.current && closeDialog();
  return html`
    <dialog class="dialog" ref=${box} aria-labelledby="dialog-title" onCancel=${closeDialog} onClose=${closeDialog} onPointerDown=${onPointerDown}>
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id="dialog-title">${title}</h2>
          <button class="icon-button" onClick=${closeDialog} aria-label=${t("close")}><${Icon} name="close" /></button>
        </header>
        ${state.dialog.error && html`<p class="problem" role="alert"><${Icon} name="alert" />${state.dialog.error}</p>`}
        ${children}
      </div>
    </dialog>
  `;
}

function Confirm({ text, yes, isDanger = false, onYes }) {
  const [isBusy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    closeDialog();
    await onYes();
  };
  return html`
    <div class="prose"><p>${text}</p></div>
    <div class="buttons">
      <button class="button" autofocus onClick=${closeDialog}>${t("cancel")}</button>
      <button class=${`button ${isDanger ? "danger" : "primary"}`} disabled=${isBusy} onClick=${go}>${yes ?? t("confirm")}</button>
    </div>
  `;
}
