// Talks to the server. Every error is a Problem with words in both languages.

const HERE = "api/";

export class Problem extends Error {
  constructor(words, status) {
    super(words.en);
    this.words = words;
    this.status = status;
  }
}

const AWAY = {
  en: "Chaperone does not answer. Is it still running? What you wrote is still here.",
  es: "Chaperone no responde. ¿Sigue en marcha? Lo que escribió sigue aquí.",
};

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof FormData) {
    options.body = body;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(HERE + path, options);
  } catch {
    throw new Problem(AWAY, 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(answer.error ?? AWAY, response.status);
  return answer;
}

const seg = encodeURIComponent;

// All that one person may ask for.
export function as(person) {
  const mine = `as/${seg(person)}`;
  const channel = (id) => `${mine}/channels/${seg(id)}`;
  return {
    state: () => call("GET", mine),
    commands: () => call("GET", `${mine}/commands`),
    messages: (id, query = "") => call("GET", `${channel(id)}/messages${query}`),
    thread: (id, message) => call("GET", `${channel(id)}/threads/${seg(message)}`),
    locate: (message) => call("GET", `${mine}/messages/${seg(message)}`),
    post: (id, body) => call("POST", `${channel(id)}/messages`, body),
    edit: (message, text) => call("PATCH", `${mine}/messages/${seg(message)}`, { text }),
    remove: (message) => call("DELETE", `${mine}/messages/${seg(message)}`),
    check: (message) => call("POST", `${mine}/messages/${seg(message)}/check`),
    report: (message, note) => call("POST", `${mine}/messages/${seg(message)}/report`, { note }),
    home: () => call("GET", `${mine}/home`),
    read: (id, upto) => call("POST", `${mine}/read`, { channel: id, upto }),
    command: (id, text) => call("POST", `${mine}/command`, { channel: id, text }),
    act: (name, subject, values) => call("POST", `${mine}/act`, { name, subject, values }),
    makeChannel: (name, topic) => call("POST", `${mine}/channels`, { name, topic }),
    addMember: (id, who) => call("POST", `${channel(id)}/members`, { person: who }),
    removeMember: (id, who) => call("DELETE", `${channel(id)}/members/${seg(who)}`),
    file: (id) => `${HERE}${mine}/files/${seg(id)}`,
    live: (after) => `${HERE}${mine}/live?after=${seg(after)}`,
  };
}

export const start = () => call("GET", "start");
export const startOver = () => call("POST", "start-over", { confirm: true });
