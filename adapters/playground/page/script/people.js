// Picks who to be.

import { html, useState } from "../vendor/htm-preact/standalone.module.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { state, switchTo, t } from "./state.js";

export function People() {
  const [wanted, setWanted] = useState("");
  const found = [...state.people.values()].filter((person) => matches(person, wanted));
  const schools = [...new Set(found.map((person) => person.school))];
  return html`
    <div class="people" onKeyDown=${roam}>
      <p class="muted">${t("switchHint")}</p>
      <input type="search" class="search" aria-label=${t("searchPeople")} placeholder=${t("searchPeople")} value=${wanted} onInput=${(event) => setWanted(event.target.value)} />
      <div class="people-list" role="status" aria-live="polite">${found.length === 0 && html`<p class="muted">${t("nobodyFound")}</p>`}</div>
      <div class="people-scroll">
        ${schools.map(
          (school) => html`
            <h3 key=${school}>${school}</h3>
            <ul>
              ${found.filter((person) => person.school === school).map((person) => html`<${One} key=${person.id} person=${person} />`)}
            </ul>
          `,
        )}
      </div>
    </div>
  `;
}

function One({ person }) {
  const isMe = person.id === state.me.id;
  return html`
    <li>
      <button class=${`person ${isMe ? "is-me" : ""}`} aria-current=${isMe ? "true" : null} onClick=${() => switchTo(person.id)}>
        <${Avatar} person=${person} />
        <span class="person-words"><strong>${person.name}</strong><span>${person.title}</span></span>
        <span class=${`role role-${person.role}`}>${t(`role_${person.role}`)}</span>
        ${person.lang === "es" && html`<span class="role" title="Español">ES</span>`}
        ${isMe && html`<${Icon} name="check" />`}
      </button>
    </li>
  `;
}

function matches(person, wanted) {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const all = plain([person.name, person.title, person.school, t(`role_${person.role}`), person.id].join(" "));
  return plain(wanted).split(/\s+/).every((word) => all.includes(word));
}

// Arrow keys go from the search through the people; Enter in the search takes the first.
function roam(event) {
  const all = [...event.currentTarget.querySelectorAll("button.person")];
  const at = all.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? event.currentTarget.querySelector("input") : all[Math.min(next, all.length - 1)])?.focus();
  } else if (event.key === "Enter" && at < 0 && all.length) {
    event.preventDefault();
    all[0].click();
  }
}
