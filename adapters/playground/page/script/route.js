// The address within the page: `#/as/<person>/c/<channel>/m/<message>`, every part of it optional; `#/ask/<words>` asks
// `/policy words`.

export function currentRoute() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").map(safely);
  const route = {};
  const names = { as: "person", c: "channel", m: "message", ask: "ask" };
  for (let i = 0; i + 1 < parts.length; i += 2) {
    if (parts[i] in names && parts[i + 1]) route[names[parts[i]]] = parts[i + 1];
  }
  return route;
}

export function addressOf({ person, channel, message }) {
  const seg = encodeURIComponent;
  const parts = [];
  if (person) parts.push("as", seg(person));
  if (channel) parts.push("c", seg(channel));
  if (message) parts.push("m", seg(message));
  return `#/${parts.join("/")}`;
}

export function go(route) {
  const address = addressOf(route);
  if (location.hash === address) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = address;
}

function safely(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
