// The questions that a button asks before it acts.

import { html, useState } from "../vendor/htm-preact/standalone.module.js";
import { act, closeDialog, state, t } from "./state.js";

export function Form({ action, where }) {
  const [values, setValues] = useState(Object.fromEntries(action.fields.map((field) => [field.name, field.value])));
  const [isBusy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    if (await act(action, values, where)) closeDialog();
    setBusy(false);
  };
  return html`
    <form class="form" onSubmit=${submit}>
      ${action.confirm && html`<p>${action.confirm}</p>`}
      ${action.fields.map((field) => html`<${Field} key=${field.name} field=${field} value=${values[field.name]} onChange=${(value) => setValues({ ...values, [field.name]: value })} />`)}
      <div class="buttons">
        <button type="button" class="button" onClick=${closeDialog}>${t("cancel")}</button>
        <button class=${`button ${action.style || "primary"}`} disabled=${isBusy}>${action.label}</button>
      </div>
    </form>
  `;
}

function Field({ field, value, onChange }) {
  const id = `field-${field.name}`;
  const shared = {
    id,
    name: field.name,
    required: Boolean(field.is_required),
    "aria-describedby": field.hint ? `${id}-hint` : null,
    value,
    onInput: (event) => onChange(event.target.value),
  };
  return html`
    <div class="field">
      <label for=${field.kind === "choices" ? null : id} id=${`${id}-label`}>${field.label}${field.is_required && html`<span class="unseen"> (${t("required")})</span>`}</label>
      ${field.hint && html`<p class="field-hint" id=${`${id}-hint`}>${field.hint}</p>`}
      <${Input} field=${field} shared=${shared} />
    </div>
  `;
}

function Input({ field, shared }) {
  switch (field.kind) {
    case "text":
      return html`<textarea rows="4" maxlength="3000" ...${shared}></textarea>`;
    case "choice":
      return html`<${Choice} choices=${field.choices} shared=${shared} />`;
    case "choices":
      return html`<${Choices} choices=${field.choices} shared=${shared} />`;
    case "person":
      return html`<${Choice} choices=${field.choices.length ? field.choices : everybody()} shared=${shared} />`;
    case "date":
      return html`<input type="date" ...${shared} />`;
    default:
      return html`<input type="text" maxlength="500" autocomplete="off" ...${shared} />`;
  }
}

function Choice({ choices, shared }) {
  return html`
    <select ...${shared}>
      <option value="">${t("choose")}</option>
      ${choices.map(([value, label]) => html`<option key=${value} value=${value} selected=${value === shared.value}>${label}</option>`)}
    </select>
  `;
}

function Choices({ choices, shared }) {
  const chosen = shared.value ? shared.value.split(",") : [];
  const toggle = (value, isOn) => {
    const kept = chosen.filter((each) => each !== value);
    shared.onInput({ target: { value: (isOn ? [...kept, value] : kept).join(",") } });
  };
  return html`
    <div class="choices" role="group" id=${shared.id} aria-labelledby=${`${shared.id}-label`} aria-describedby=${shared["aria-describedby"]}>
      ${choices.map(
        ([value, label]) => html`
          <label key=${value} class="choices-one">
            <input type="checkbox" name=${shared.name} checked=${chosen.includes(value)} onChange=${(event) => toggle(value, event.target.checked)} />
            ${label}
          </label>
        `,
      )}
    </div>
  `;
}

function everybody() {
  const people = [...state.people.values()].filter((person) => person.id !== state.me.id);
  return people.map((person) => [person.id, `${person.name} · ${person.title}`]);
}
