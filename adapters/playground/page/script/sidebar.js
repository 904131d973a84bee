// Who one is, the channels, the conversation with Chaperone, and settings.

import { html, useState } from "../vendor/htm-preact/standalone.module.js";
import { Avatar, ChaperoneAvatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { CHAPERONE, chooseLanguage, openChannel, openDialog, openMenu, showHints, state, store, stored, t } from "./state.js";

export function Sidebar() {
  return html`
    <nav class="sidebar" id="sidebar" aria-label=${t("channels")}>
      <div class="brand">
        <${ChaperoneAvatar} size="small" />
        <span class="brand-name">${state.workspace}</span>
        <button class="icon-button only-narrow" onClick=${() => openMenu(false)} aria-label=${t("closeMenu")}><${Icon} name="close" /></button>
      </div>
      <${Me} />
      <div class="channel-lists" onKeyDown=${roam}>
        <ul class="channel-list">
          <${Item} id=${CHAPERONE} icon="shield" name=${t("chaperone")} />
        </ul>
        <h2 class="list-title">
          ${t("channels")}
          ${state.me.role === "staff" &&
          html`<button class="icon-button" onClick=${() => openDialog({ kind: "new-channel" })} aria-label=${t("newChannel")}><${Icon} name="plus" /></button>`}
        </h2>
        <ul class="channel-list">
          ${state.channels.map((channel) => html`<${Item} key=${channel.id} id=${channel.id} icon="hash" name=${channel.name} state=${channel.state} />`)}
        </ul>
      </div>
      <${Settings} />
    </nav>
  `;
}

function Me() {
  const { me } = state;
  return html`
    <button class="me" onClick=${() => openDialog({ kind: "people" })} aria-haspopup="dialog">
      <${Avatar} person=${me} />
      <span class="me-words">
        <span class="me-label">${t("youAre")}<span class="unseen">: </span></span>
        <strong>${me.name}</strong>
        <span class="me-title">${me.title} · ${me.school}</span>
      </span>
      <span class="me-switch"><${Icon} name="down" /><span class="unseen">${t("switchPerson")}</span></span>
    </button>
  `;
}

function Item({ id, icon, name, state: registered = "approved" }) {
  const unread = state.unread[id] ?? 0;
  const isHere = state.channel === id;
  const mark = MARKS[registered];
  return html`
    <li>
      <button
        class=${`channel ${isHere ? "is-here" : ""} ${unread ? "is-unread" : ""} ${id === CHAPERONE ? "is-chaperone" : ""}`}
        aria-current=${isHere ? "page" : null}
        onClick=${() => openChannel(id)}
      >
        <${Icon} name=${icon} />
        <span class="channel-name">${name}</span>
        ${mark && html`<span class="channel-mark" title=${t(mark)}>${t(mark)}</span>`}
        ${unread > 0 && html`<span class="badge"><span aria-hidden="true">${unread > 99 ? "99+" : unread}</span><span class="unseen">${t("unread", { n: unread })}</span></span>`}
      </button>
    </li>
  `;
}

const MARKS = { requested: "awaiting", noticed: "unregistered", declined: "declined", closed: "closed" };

// Arrow keys go from channel to channel.
function roam(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = [...event.currentTarget.querySelectorAll("button.channel")];
  const at = all.indexOf(document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  all[(at + step + all.length) % all.length].focus();
}

const LOOKS = { auto: "light", light: "dark", dark: "auto" };
const LOOK_ICONS = { auto: "system", light: "sun", dark: "moon" };

function Settings() {
  const [look, setLook] = useState(stored("chaperone.look") ?? "auto");
  const next = () => {
    const chosen = LOOKS[look];
    store("chaperone.look", chosen === "auto" ? null : chosen);
    if (chosen === "auto") delete document.documentElement.dataset.look;
    else document.documentElement.dataset.look = chosen;
    setLook(chosen);
  };
  const lookLabel = t("lookLabel", { look: t(`look_${look}`) });
  const other = state.lang === "es" ? "en" : "es";
  const help = () => {
    showHints();
    openDialog({ kind: "about" });
  };
  return html`
    <div class="settings" role="group" aria-label=${t("settings")}>
      <button class="icon-button" onClick=${next} aria-label=${lookLabel} title=${lookLabel}><${Icon} name=${LOOK_ICONS[look]} /></button>
      <button class="icon-button wide" lang=${other} onClick=${() => chooseLanguage(other)}><${Icon} name="globe" />${t("otherLanguage")}</button>
      <button class="icon-button" onClick=${help} aria-label=${t("whatIsThis")} title=${t("whatIsThis")}><${Icon} name="help" /></button>
      <button class="icon-button" onClick=${() => openDialog({ kind: "start-over" })} aria-label=${t("startOver")} title=${t("startOver")}><${Icon} name="again" /></button>
    </div>
  `;
}
