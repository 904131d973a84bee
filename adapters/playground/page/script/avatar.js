// A person as a disc with initials; the colour stays with the person.

import { html } from "../vendor/htm-preact/standalone.module.js";
import { Icon } from "./icons.js";
import { state } from "./state.js";

const HUES = 10;

export function Avatar({ person, size = "" }) {
  const initials = person.name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("");
  return html`<span class=${`avatar hue-${hueOf(person.id)} ${size}`} aria-hidden="true">${initials}</span>`;
}

export function ChaperoneAvatar({ size = "" }) {
  return html`<span class=${`avatar chaperone ${size}`} aria-hidden="true"><${Icon} name="shield" /></span>`;
}

// Neighbours in the list of people differ in colour.
const hueOf = (id) => Math.max(0, [...state.people.keys()].indexOf(id)) % HUES;
