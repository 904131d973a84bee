// The message box: Enter sends, Shift+Enter breaks the line, `/policy` offers its subcommands, files come with a description.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/htm-preact/standalone.module.js";
import { Icon } from "./icons.js";
import { CHAPERONE, send, state, t, toast } from "./state.js";

export function Composer({ channel, thread = null, label }) {
  const place = `${channel}/${thread ?? ""}`;
  const box = useRef(null);
  const picker = useRef(null);
  const [text, setText] = useState(state.drafts[place] ?? "");
  const [files, setFiles] = useState([]);
  const [waiting, setWaiting] = useState(0);
  const queue = useRef(Promise.resolve());
  const failed = useRef(null);
  const [chosen, setChosen] = useState(0);
  const [isDismissed, setDismissed] = useState(false);
  const offers = isDismissed ? [] : offersFor(text);
  const listId = `offers-${thread ? "thread" : "main"}`;
  const excess = text.length - state.limits.text;

  const change = (value) => {
    state.drafts[place] = value;
    setText(value);
    setChosen(0);
    setDismissed(false);
  };

  useEffect(() => {
    if (state.fill?.channel === channel && !thread) {
      change(state.fill.text);
      state.fill = null;
      box.current.focus();
    }
  }, [state.fill?.id, channel]);

  useLayoutEffect(() => {
    box.current.rows = Math.min(10, Math.max(1, text.split("\n").length + Math.floor(text.length / 90)));
  }, [text]);

  // The box is free for the next words at once; what could not be sent comes back into it.
  const submit = () => {
    const words = (text.toWellFormed?.() ?? text).replace(/\s+$/, "");
    if (excess > 0 || (!words.trim() && files.length === 0)) return;
    const sent = { words, files, nonce: failed.current?.words === words ? failed.current.nonce : crypto.randomUUID() };
    change("");
    setFiles([]);
    setWaiting((count) => count + 1);
    queue.current = queue.current.then(() => deliver(sent));
    box.current.focus();
  };

  const deliver = async (sent) => {
    const typed = channel === CHAPERONE && !sent.words.startsWith("/") ? `/policy ${sent.words}` : sent.words;
    const isSent = await send(channel, thread, typed, sent.files, sent.nonce);
    if (isSent) for (const file of sent.files) URL.revokeObjectURL(file.url);
    else bringBack(sent);
    setWaiting((count) => count - 1);
  };

  const bringBack = (sent) => {
    failed.current = sent;
    const since = state.drafts[place] ?? "";
    change(since ? `${sent.words}\n${since}` : sent.words);
    setFiles((now) => [...sent.files, ...now].slice(0, state.limits.files));
  };

  const take = (offer) => {
    change(`/policy ${offer.name} `);
    box.current.focus();
  };

  const onKeyDown = (event) => {
    if (event.isComposing) return;
    if (offers.length > 0 && onOfferKey(event, { offers, chosen, setChosen, setDismissed, take, text })) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && text === "" && !thread) {
      editLast(event);
    }
  };

  const attach = (list) => {
    const added = [...list].map((blob) => ({ blob, alt: "", url: blob.type.startsWith("image/") ? URL.createObjectURL(blob) : "" }));
    if (files.length + added.length > state.limits.files) toast({ title: t("tooMany"), tone: "notice" });
    setFiles([...files, ...added].slice(0, state.limits.files));
    picker.current.value = "";
    box.current.focus();
  };
  const describe = (at, alt) => setFiles(files.with(at, { ...files[at], alt }));
  const detach = (at) => {
    URL.revokeObjectURL(files[at].url);
    setFiles(files.filter((_, index) => index !== at));
    box.current.focus();
  };

  return html`
    <div class="composer">
      ${offers.length > 0 && html`<${Offers} id=${listId} offers=${offers} chosen=${chosen} onTake=${take} />`}
      <div class="composer-box">
        ${files.length > 0 && html`<ul class="attached">${files.map((file, at) => html`<${Attached} key=${file.url || file.blob.name} file=${file} onDescribe=${(alt) => describe(at, alt)} onDetach=${() => detach(at)} />`)}</ul>`}
        <div class="composer-row">
          ${channel !== CHAPERONE &&
          html`<button class="icon-button" onClick=${() => picker.current.click()} aria-label=${t("attach")} title=${t("attach")}><${Icon} name="clip" /></button>`}
          <input ref=${picker} type="file" multiple hidden aria-label=${t("attach")} onChange=${(event) => attach(event.target.files)} />
          <textarea
            ref=${box}
            rows="1"
            aria-label=${label}
            placeholder=${label}
            aria-describedby=${`${listId}-hint`}
            aria-autocomplete="list"
            aria-controls=${offers.length ? listId : null}
            aria-activedescendant=${offers.length ? `${listId}-${chosen}` : null}
            value=${text}
            onInput=${(event) => change(event.target.value)}
            onKeyDown=${onKeyDown}
            onPaste=${(event) => event.clipboardData.files.length && channel !== CHAPERONE && attach(event.clipboardData.files)}
          ></textarea>
          <button class="icon-button send" onClick=${submit} disabled=${excess > 0 || (!text.trim() && files.length === 0)} aria-label=${t("send")} title=${t("send")}>
            <${Icon} name="send" />
          </button>
        </div>
      </div>
      <p class="composer-hint" id=${`${listId}-hint`}>
        ${excess > 0 ? html`<span class="excess">${t("tooLong", { n: excess.toLocaleString(state.lang) })}</span>` : waiting > 0 ? t("sending") : t("composerHint")}
      </p>
    </div>
  `;
}

function Attached({ file, onDescribe, onDetach }) {
  const label = `${t("altText")}: ${file.blob.name}`;
  return html`
    <li class="attached-file">
      ${file.url ? html`<img src=${file.url} alt="" />` : html`<${Icon} name="file" />`}
      <div>
        <span class="attached-name">${file.blob.name}</span>
        ${file.url && html`<input type="text" maxlength="1000" aria-label=${label} placeholder=${t("altText")} value=${file.alt} onInput=${(event) => onDescribe(event.target.value)} />`}
      </div>
      <button class="icon-button" onClick=${onDetach} aria-label=${t("detach", { name: file.blob.name })}><${Icon} name="close" /></button>
    </li>
  `;
}

const MOST_OFFERS = 7;

// As many as fit, with the chosen one among them.
function Offers({ id, offers, chosen, onTake }) {
  const first = Math.max(0, Math.min(chosen - MOST_OFFERS + 2, offers.length - MOST_OFFERS));
  const shown = offers.slice(first, first + MOST_OFFERS).map((offer, n) => ({ offer, at: first + n }));
  return html`
    <ul class="offers" id=${id} role="listbox" aria-label=${t("commands")}>
      ${shown.map(
        ({ offer, at }) => html`
          <li key=${offer.name} id=${`${id}-${at}`} role="option" aria-selected=${at === chosen} aria-posinset=${at + 1} aria-setsize=${offers.length} onPointerDown=${(event) => { event.preventDefault(); onTake(offer); }}>
            <code>/policy ${offer.usage}</code><span>${offer.summary}</span>
          </li>
        `,
      )}
    </ul>
  `;
}

// While `/policy` and at most the subcommand's name is typed.
function offersFor(text) {
  const typed = /^\/(\w*)(?:\s+(\S*))?$/u.exec(text);
  if (!typed) return [];
  const [, slash, word] = typed;
  if (!"policy".startsWith(slash.toLowerCase()) || (word !== undefined && slash.toLowerCase() !== "policy")) return [];
  return state.commands.filter((command) => command.name.startsWith((word ?? "").toLowerCase()));
}

// Answers true where the key was meant for the list of subcommands.
function onOfferKey(event, { offers, chosen, setChosen, setDismissed, take, text }) {
  const isWhole = offers.some((offer) => text.trim() === `/policy ${offer.name}`);
  if (event.key === "ArrowDown") setChosen((chosen + 1) % offers.length);
  else if (event.key === "ArrowUp") setChosen((chosen - 1 + offers.length) % offers.length);
  else if (event.key === "Tab" && !event.shiftKey) take(offers[chosen]);
  else if (event.key === "Enter" && !event.shiftKey && !isWhole && text.trim() !== "/policy") take(offers[chosen]);
  else if (event.key === "Escape") setDismissed(true);
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

// The arrow upwards in an empty box goes to the last message.
function editLast(event) {
  const rows = document.querySelectorAll(".conversation .row");
  if (rows.length) {
    event.preventDefault();
    rows[rows.length - 1].focus();
  }
}
