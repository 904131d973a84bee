// Making a channel, and who is in one.

import { html, useState } from "../vendor/htm-preact/standalone.module.js";
import { Avatar } from "./avatar.js";
import { addMember, channelOf, closeDialog, makeChannel, personOf, removeMember, state, t } from "./state.js";

export function ChannelForm() {
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    if (await makeChannel(name, topic)) closeDialog();
  };
  return html`
    <form class="form" onSubmit=${submit}>
      <p class="muted">${t("newChannelHint")}</p>
      <div class="field">
        <label for="channel-name">${t("channelName")}</label>
        <input id="channel-name" type="text" required minlength="2" maxlength="40" autocomplete="off" value=${name} onInput=${(event) => setName(event.target.value)} />
      </div>
      <div class="field">
        <label for="channel-topic">${t("channelTopic")}</label>
        <input id="channel-topic" type="text" maxlength="200" autocomplete="off" value=${topic} onInput=${(event) => setTopic(event.target.value)} />
      </div>
      <div class="buttons">
        <button type="button" class="button" onClick=${closeDialog}>${t("cancel")}</button>
        <button class="button primary">${t("create")}</button>
      </div>
    </form>
  `;
}

export function Members({ id }) {
  const channel = channelOf(id);
  const [added, setAdded] = useState("");
  if (!channel) return null;
  const mayChange = state.me.role === "staff";
  const others = [...state.people.values()].filter((person) => !channel.members.includes(person.id));
  const add = async (event) => {
    event.preventDefault();
    if (added && (await addMember(id, added))) setAdded("");
  };
  return html`
    ${mayChange &&
    html`<form class="add-member" onSubmit=${add}>
      <label class="unseen" for="add-member">${t("addMember")}</label>
      <select id="add-member" value=${added} onInput=${(event) => setAdded(event.target.value)}>
        <option value="">${t("addMember")} …</option>
        ${others.map((person) => html`<option key=${person.id} value=${person.id}>${person.name} · ${person.title}</option>`)}
      </select>
      <button class="button primary" disabled=${!added}>${t("add")}</button>
    </form>`}
    <ul class="people-scroll member-list">
      ${channel.members.map((member) => html`<${One} key=${member} person=${personOf(member)} channel=${channel} mayRemove=${mayChange && member !== state.me.id} />`)}
    </ul>
  `;
}

function One({ person, channel, mayRemove }) {
  const part = person.id === channel.owner ? t("owner") : person.id === channel.supervisor ? t("supervisor") : "";
  return html`
    <li class="person">
      <${Avatar} person=${person} />
      <span class="person-words"><strong>${person.name}</strong><span>${person.title}</span></span>
      ${part && html`<span class="role">${part}</span>`}
      ${mayRemove && html`<button class="button quiet" onClick=${() => removeMember(channel.id, person.id)} aria-label=${`${t("remove")}: ${person.name}`}>${t("remove")}</button>`}
    </li>
  `;
}
