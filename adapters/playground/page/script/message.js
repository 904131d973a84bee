// One message: who, when, the words, files, answers, and what can be done with it.

import { html, useEffect, useRef, useState } from "../vendor/htm-preact/standalone.module.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { Menu } from "./menu.js";
import {
  checkMessage,
  deleteMessage,
  editMessage,
  fileUrl,
  openDialog,
  openThread,
  personOf,
  reportMessage,
  state,
  t,
  toast,
} from "./state.js";
import { addressOf } from "./route.js";
import { dayOf, momentOf, timeOf } from "./when.js";
import { Words } from "./parts.js";

export function Day({ at }) {
  return html`<li class="day"><span>${dayOf(at, state.lang, t)}</span></li>`;
}

export function NewMark() {
  return html`<li class="new-mark"><span>${t("newMark")}</span></li>`;
}

export function Message({ message, follows = false, isInThread = false }) {
  const [isEditing, setEditing] = useState(false);
  const author = personOf(message.author);
  const isMine = message.author === state.me.id;
  const edit = () => setEditing(true);
  return html`
    <li class=${`row message ${follows ? "follows" : ""}`} data-id=${message.id} tabindex="-1">
      ${follows ? html`<time class="gutter" dateTime=${message.at} aria-hidden="true">${timeOf(message.at, state.lang)}</time>` : html`<${Avatar} person=${author} />`}
      <div class="message-body">
        <div class=${`message-head ${follows ? "unseen" : ""}`}>
          <strong>${author.name}</strong>
          ${author.role !== "student" && html`<span class="role">${t(`role_${author.role}`)}</span>`}
          <time dateTime=${message.at} title=${momentOf(message.at, state.lang)}>${timeOf(message.at, state.lang)}</time>
        </div>
        ${isEditing
          ? html`<${Editor} message=${message} onDone=${() => setEditing(false)} />`
          : message.is_deleted
            ? html`<p class="gone">${t("deleted")}</p>`
            : message.is_blocked
            ? html`<p class="gone">${t("blocked")}</p>`
            : html`<${Body} message=${message} />`}
        ${message.replies > 0 && !isInThread && html`<${Replies} message=${message} />`}
      </div>
      ${!message.is_deleted && !message.is_blocked && !isEditing && html`<${Tools} message=${message} isMine=${isMine} isInThread=${isInThread} onEdit=${edit} />`}
    </li>
  `;
}

function Body({ message }) {
  return html`
    ${message.text && html`<${Words} parts=${message.parts} isEdited=${message.is_edited} />`}
    ${message.files.length > 0 && html`<ul class="files">${message.files.map((file) => html`<${File} key=${file.id} file=${file} />`)}</ul>`}
    ${message.tip && html`<p class="tip">${message.tip}</p>`}
  `;
}

function File({ file }) {
  const url = fileUrl(file.id);
  if (file.is_picture) {
    const alt = file.alt || t("noAlt", { name: file.name });
    return html`<li>
      <figure class="picture">
        <a href=${url} target="_blank" rel="noopener"><img src=${url} alt=${alt} loading="lazy" /></a>
        ${file.alt && html`<figcaption aria-hidden="true">${file.alt}</figcaption>`}
      </figure>
    </li>`;
  }
  return html`<li>
    <a class="file" href=${url} download=${file.name}>
      <${Icon} name="file" />
      <span><strong>${file.name}</strong><small>${t("bytes", { n: Math.max(1, Math.round(file.size / 1024)) })}${file.alt && ` · ${file.alt}`}</small></span>
    </a>
  </li>`;
}

function Replies({ message }) {
  const words = message.replies === 1 ? t("reply1") : t("replies", { n: message.replies });
  return html`<button class="replies" onClick=${() => openThread(message.channel, message.id)}>
    <${Icon} name="reply" />${words}<time dateTime=${message.last_reply_at}>${timeOf(message.last_reply_at, state.lang)}</time>
  </button>`;
}

function Tools({ message, isMine, isInThread, onEdit }) {
  const author = personOf(message.author).name;
  const mayReply = !isInThread && !message.thread;
  const reply = () => openThread(message.channel, message.id);
  const items = [
    mayReply && { label: t("replyInThread"), run: reply },
    isMine && { label: t("edit"), run: onEdit },
    { label: t("check"), run: () => checkMessage(message) },
    { label: t("copyLink"), run: () => copyLink(message) },
    !isMine && { label: t("report"), run: () => reportMessage(message), isDanger: true },
    isMine && { label: t("remove_message"), run: () => askDelete(message), isDanger: true },
  ].filter(Boolean);
  return html`
    <div class="tools" role="group" aria-label=${`${t("more")}: ${author}, ${timeOf(message.at, state.lang)}`}>
      ${mayReply &&
      html`<button class="icon-button" onClick=${reply} aria-label=${t("replyInThread")} title=${t("replyInThread")}><${Icon} name="reply" /></button>`}
      <${Menu} label=${t("more")} items=${items} />
    </div>
  `;
}

function askDelete(message) {
  openDialog({ kind: "confirm", text: t("reallyDelete"), isDanger: true, yes: t("remove_message"), onYes: () => deleteMessage(message) });
}

async function copyLink(message) {
  const link = new URL(addressOf({ channel: message.channel, message: message.id }), location.href).href;
  try {
    await navigator.clipboard.writeText(link);
    toast({ title: t("copied"), tone: "done" });
  } catch {
    toast({ title: link, tone: "plain" });
  }
}

function Editor({ message, onDone }) {
  const box = useRef(null);
  const [text, setText] = useState(message.text);
  useEffect(() => {
    box.current.focus();
    box.current.setSelectionRange(text.length, text.length);
  }, []);
  const save = async () => {
    if (await editMessage(message, text.toWellFormed?.() ?? text)) onDone();
  };
  const onKeyDown = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onDone();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  };
  return html`
    <div class="editor">
      <textarea ref=${box} rows="2" aria-label=${t("edit")} value=${text} onInput=${(event) => setText(event.target.value)} onKeyDown=${onKeyDown}></textarea>
      <div class="buttons">
        <button class="button" onClick=${onDone}>${t("cancel")}</button>
        <button class="button primary" onClick=${save}>${t("save")}</button>
      </div>
    </div>
  `;
}
