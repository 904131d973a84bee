// What the page knows, and how it changes. Views read `state` and call `actions`; every change draws anew.

import { Problem, as, start, startOver } from "./api.js";
import { follow } from "./live.js";
import { addressOf, currentRoute, go } from "./route.js";
import { errorIn, speak } from "./words.js";

export const CHAPERONE = "chaperone";

export const state = {
  isReady: false,
  workspace: "",
  people: new Map(),
  tries: [],
  limits: { text: 100_000, files: 4 },
  me: null,
  lang: "en",
  t: speak("en"),
  channels: [],
  unread: {},
  read: {},
  cards: [],
  commands: [],
  position: "",
  isOnline: true,
  channel: "",
  wanted: "",
  newFrom: 0,
  thread: null,
  pages: {},
  answers: {},
  drafts: {},
  fill: null,
  toasts: [],
  said: "",
  dialog: null,
  isMenuOpen: false,
  areHintsHidden: stored("chaperone.hints") === "hidden",
};

const listeners = new Set();
let api = null;
let hangUp = () => {};
let number = 0;

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function set(changes) {
  Object.assign(state, changes);
  for (const listener of listeners) listener();
}

export function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Without storage a choice holds until the page is closed.
  }
}

export const t = (key, values) => state.t(key, values);
export const personOf = (id) => state.people.get(id) ?? { id, name: id, title: "", role: "outsider", school: "" };
export const channelOf = (id) => state.channels.find((channel) => channel.id === id);
export const fileUrl = (id) => api.file(id);
const key = (channel, thread) => (thread ? `${channel}/${thread}` : channel);

// --- beginning and switching ----------------------------------------------------------------------------------------

export async function begin() {
  const found = await start();
  set({
    workspace: found.workspace,
    people: new Map(found.people.map((person) => [person.id, person])),
    tries: found.tries,
    limits: found.limits,
  });
  window.addEventListener("hashchange", () => run(arrive)());
  await arrive();
  set({ isReady: true });
}

// Goes where the address says: as whom, to which channel, to which message.
async function arrive() {
  const route = currentRoute();
  const asked = route.person ?? state.me?.id ?? stored("chaperone.me");
  const person = state.people.has(asked) ? asked : state.tries[0].by;
  if (state.me?.id !== person) await become(person);
  if (route.ask) return askHere(route.ask);
  if (route.message && !route.channel) return;
  const isKnown = route.channel === CHAPERONE || channelOf(route.channel);
  const channel = isKnown ? route.channel : (state.channels[0]?.id ?? CHAPERONE);
  if (route.channel && !isKnown) toast({ title: t("notThere"), tone: "notice" });
  await show(channel, route.message);
}

// A link that asks something does so once: the address is then that of the conversation with the answer.
async function askHere(words) {
  history.replaceState(null, "", addressOf({ person: state.me.id, channel: CHAPERONE }));
  await show(CHAPERONE);
  await ask(CHAPERONE, null, words, `/policy ${words}`);
}

async function become(person) {
  hangUp();
  api = as(person);
  const [mine, { commands }] = await Promise.all([api.state(), api.commands().catch(() => ({ commands: [] }))]);
  store("chaperone.me", person);
  const lang = stored("chaperone.lang") ?? mine.me.lang;
  document.documentElement.lang = lang;
  set({
    ...mine,
    commands,
    lang,
    t: speak(lang),
    channel: "",
    thread: null,
    pages: {},
    answers: {},
    drafts: {},
    toasts: [],
    isOnline: true,
  });
  hangUp = follow(api.live, mine.position, { onChange, onReset: () => location.reload(), onLine });
}

async function show(channel, message = "") {
  const isSame = state.channel === channel;
  set({ channel, isMenuOpen: false, newFrom: isSame ? state.newFrom : (state.read[channel] ?? 0) });
  if (!isSame && state.thread?.channel !== channel) set({ thread: null });
  if (channel === CHAPERONE) set({ wanted: message });
  else if (message) await showMessage(channel, message);
  else if (!state.pages[channel]) await loadPage(channel);
  markRead();
}

async function showMessage(channel, message) {
  const place = await api.locate(message);
  const first = place.thread ?? message;
  if (!state.pages[channel]?.messages.some((one) => one.id === first)) {
    await loadPage(channel, `?around=${encodeURIComponent(first)}`);
  }
  if (place.thread) await openThread(channel, place.thread);
  set({ wanted: message });
}

async function loadPage(channel, query = "") {
  const person = state.me.id;
  const page = await api.messages(channel, query);
  if (state.me.id !== person) return;
  set({ pages: { ...state.pages, [channel]: page } });
}

// --- what arrives ---------------------------------------------------------------------------------------------------

function onLine(isOnline) {
  if (state.isOnline !== isOnline) set({ isOnline });
}

function onChange(change, position) {
  set({ position, unread: change.unread });
  if (change.kind === "message" && change.is) takeMessage(change.is);
  else if (change.kind === "card" && change.is) takeCard(change.is);
  else if (change.kind === "channels") refreshChannels();
  markRead();
}

function takeMessage(message) {
  const page = state.pages[message.channel];
  const known = [...(page?.messages ?? []), ...(state.thread?.messages ?? [])];
  const isNew = Boolean(page) && !known.some((one) => one.id === message.id);
  if (message.thread === null && page) {
    const messages = put(page.messages, message, page.is_newest);
    set({ pages: { ...state.pages, [message.channel]: { ...page, messages } } });
  }
  const thread = state.thread;
  if (thread && (message.id === thread.root || message.thread === thread.root)) {
    set({ thread: { ...thread, messages: put(thread.messages, message, true) } });
  }
  if (isNew && message.author !== state.me.id && message.channel === state.channel && !message.is_deleted) {
    const names = { name: personOf(message.author).name, channel: channelOf(message.channel)?.name ?? "" };
    announce(t("says", { ...names, text: message.text.slice(0, 300) }));
  }
}

function put(messages, message, mayAdd) {
  const at = messages.findIndex((one) => one.id === message.id);
  if (at >= 0) return messages.with(at, message);
  return mayAdd ? [...messages, message].sort((a, b) => a.place - b.place) : messages;
}

function takeCard(card) {
  const old = state.cards.find((one) => one.id === card.id);
  set({ cards: [...state.cards.filter((one) => one.id !== card.id), card].sort((a, b) => order(a) - order(b)) });
  refreshChannels();
  if (card.called > (old?.called ?? 0) && state.channel !== CHAPERONE) {
    toast({ title: card.title, text: card.summary, tone: card.tone, open: CHAPERONE, card: card.id });
  } else if (card.called > (old?.called ?? 0)) {
    announce(`${t("newAlert")}: ${card.title}. ${card.summary}`);
  }
}

const order = (card) => card.called || Number(card.id.slice(1));
const placeOf = (position) => Number(position.slice(position.lastIndexOf("/") + 1));

// What the register says of a channel may have changed with any card or answer.
async function refreshChannels() {
  const { channels } = await api.state();
  set({ channels });
}

// Whoever looks at a conversation has read it.
export function markRead() {
  const { channel, unread, position } = state;
  if (!document.hidden && channel && unread[channel]) {
    set({ unread: { ...unread, [channel]: 0 }, read: { ...state.read, [channel]: placeOf(position) } });
    api.read(channel, placeOf(position)).catch(() => {});
  }
}

// --- what people do -------------------------------------------------------------------------------------------------

// Wraps an action: whatever goes wrong is told to the person, in their language. Answers true where all went well.
export function run(action) {
  return async (...given) => {
    try {
      await action(...given);
      return true;
    } catch (problem) {
      if (!(problem instanceof Problem)) console.error(problem);
      const words = errorIn(state.lang, problem);
      if (state.dialog) set({ dialog: { ...state.dialog, error: words } });
      else toast({ title: words, tone: "warning" });
      return false;
    }
  };
}

export const openChannel = (channel) => go({ person: state.me.id, channel });
export const openMessage = run(async (channel, message) => {
  go({ person: state.me.id, channel, message });
  await showMessage(channel, message);
});

export function switchTo(person) {
  set({ dialog: null, isMenuOpen: false });
  const channel = state.channel;
  const stays = personCanSee(person, channel);
  go({ person, channel: stays ? channel : undefined });
}

function personCanSee(person, channel) {
  return channel === CHAPERONE || Boolean(channelOf(channel)?.members.includes(person));
}

export const openThread = run(async (channel, root) => {
  const { messages } = await api.thread(channel, root);
  set({ thread: { channel, root, messages } });
});

export const closeThread = () => set({ thread: null });

export const showOlder = run(async () => {
  const page = state.pages[state.channel];
  const before = page.messages[0].place;
  const older = await api.messages(state.channel, `?before=${before}`);
  const messages = [...older.messages, ...page.messages];
  set({ pages: { ...state.pages, [state.channel]: { ...page, messages, has_more: older.has_more } } });
});

export const showNewest = run(() => loadPage(state.channel));

export const send = run(async (channel, thread, text, files, nonce) => {
  if (text.startsWith("/")) return sendCommand(channel, thread, text);
  const body = { text, thread, nonce, alts: files.map((file) => file.alt) };
  if (files.length === 0) {
    await api.post(channel, body);
  } else {
    const form = new FormData();
    form.append("message", JSON.stringify(body));
    for (const file of files) form.append("file", file.blob, file.blob.name);
    await api.post(channel, form);
  }
  if (state.pages[channel] && !state.pages[channel].is_newest && !thread) await loadPage(channel);
});

async function sendCommand(channel, thread, text) {
  const typed = /^\/policy(?:\s+([\s\S]*))?$/i.exec(text);
  if (!typed) throw new Problem({ en: speak("en")("slashOnly"), es: speak("es")("slashOnly") });
  await ask(channel, thread, (typed[1] ?? "").trim(), text);
}

async function ask(channel, thread, words, typed) {
  const { card } = await api.command(channel === CHAPERONE ? null : channel, words);
  answer(channel, thread, card, typed);
  refreshChannels();
}

export const checkMessage = run(async (message) => {
  const { card } = await api.check(message.id);
  answer(message.channel, message.thread ?? openRoot(message), card);
});

// What needs the person, as Chaperone tells it now.
export const showHome = run(async () => {
  const { cards } = await api.home();
  for (const card of cards) answer(CHAPERONE, null, card);
});

const openRoot = (message) => (state.thread?.root === message.id ? message.id : null);

function answer(channel, thread, card, typed = "") {
  if (!card) return;
  const where = key(channel, thread);
  const made = { id: `a${++number}`, card, typed, at: new Date().toISOString(), after: placeOf(state.position) };
  set({ answers: { ...state.answers, [where]: [...(state.answers[where] ?? []), made] } });
  announce(`${t("onlyYou")}. ${card.title}. ${card.summary}`);
}

export const answersIn = (channel, thread) => state.answers[key(channel, thread)] ?? [];

export function hideAnswer(channel, thread, id) {
  const where = key(channel, thread);
  set({ answers: { ...state.answers, [where]: state.answers[where].filter((one) => one.id !== id) } });
}

// Presses a card's button, after asking what it wants to know.
export async function press(action, where) {
  if (action.fields.length > 0) set({ dialog: { kind: "form", action, where } });
  else if (action.confirm) set({ dialog: { kind: "confirm", text: action.confirm, onYes: () => act(action, {}, where) } });
  else await act(action, {}, where);
}

export const act = run(async (action, values, where) => {
  const { card } = action.send ? await action.send(values) : await api.act(action.name, action.subject, values);
  answer(where.channel, where.thread, card);
  refreshChannels();
});

export const editMessage = run((message, text) => api.edit(message.id, text));
export const deleteMessage = run((message) => api.remove(message.id));

export function reportMessage(message) {
  const action = {
    send: ({ note }) => api.report(message.id, note),
    label: t("report"),
    fields: [{ name: "note", label: t("reportNote"), kind: "text", hint: t("reportHint"), choices: [], value: "" }],
  };
  press(action, { channel: message.channel, thread: message.thread ?? openRoot(message) });
}

export const makeChannel = run(async (name, topic) => {
  const { id } = await api.makeChannel(name, topic);
  await refreshChannels();
  openChannel(id);
});

export const addMember = run(async (channel, person) => {
  await api.addMember(channel, person);
  await refreshChannels();
});

export const removeMember = run(async (channel, person) => {
  await api.removeMember(channel, person);
  await refreshChannels();
});

export const beginAgain = run(async () => {
  await startOver();
  location.reload();
});

// Shows what has arrived at somebody.
export function lookAs(person) {
  go({ person, channel: CHAPERONE });
}

// Puts a sample into the message box of whoever would say it.
export function tryOut(sample) {
  set({ fill: { channel: sample.channel, text: sample.says, id: ++number } });
  go({ person: sample.by, channel: sample.channel });
}

export function chooseLanguage(lang) {
  store("chaperone.lang", lang);
  document.documentElement.lang = lang;
  set({ lang, t: speak(lang) });
}

export function hideHints() {
  store("chaperone.hints", "hidden");
  set({ areHintsHidden: true });
}

export function showHints() {
  store("chaperone.hints", null);
  set({ areHintsHidden: false });
}

export const openDialog = (dialog) => set({ dialog });
export const closeDialog = () => set({ dialog: null });
export const openMenu = (isMenuOpen) => set({ isMenuOpen });
export const forgetWanted = () => set({ wanted: "" });

// --- telling --------------------------------------------------------------------------------------------------------

const TOAST_MILLISECONDS = 9_000;

export function toast(one) {
  const id = ++number;
  set({ toasts: [...state.toasts.filter((other) => !one.card || other.card !== one.card).slice(-3), { id, text: "", ...one }] });
  if (one.tone !== "urgent") setTimeout(() => dropToast(id), TOAST_MILLISECONDS);
}

export const dropToast = (id) => set({ toasts: state.toasts.filter((one) => one.id !== id) });

// Says something to screen readers only.
function announce(words) {
  set({ said: words });
}
