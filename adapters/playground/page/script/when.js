// Days and hours as people of a language write them.

const formats = new Map();

function format(lang, options) {
  const name = lang + JSON.stringify(options);
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(lang === "es" ? "es-US" : "en-US", options));
  return formats.get(name);
}

export const timeOf = (at, lang) => format(lang, { hour: "numeric", minute: "2-digit" }).format(new Date(at));

export const momentOf = (at, lang) =>
  format(lang, { weekday: "long", month: "long", day: "numeric", hour: "numeric", minute: "2-digit" }).format(new Date(at));

export const dayKey = (at) => new Date(at).toDateString();

export function dayOf(at, lang, t) {
  const day = dayKey(at);
  if (day === dayKey(Date.now())) return t("today");
  if (day === dayKey(Date.now() - 86_400_000)) return t("yesterday");
  const words = format(lang, { weekday: "long", month: "long", day: "numeric" }).format(new Date(at));
  return words[0].toUpperCase() + words.slice(1);
}
