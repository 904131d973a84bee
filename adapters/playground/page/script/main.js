// Starts the page.

import { html, render } from "../vendor/htm-preact/standalone.module.js";
import { Problem } from "./api.js";
import { App } from "./app.js";
import { begin, markRead, subscribe } from "./state.js";

const root = document.getElementById("app");
let isDue = false;

function draw() {
  isDue = false;
  render(html`<${App} />`, root);
}

// Several changes in a row are drawn once.
subscribe(() => {
  if (!isDue) {
    isDue = true;
    queueMicrotask(draw);
  }
});

document.addEventListener("visibilitychange", markRead);

begin().then(
  () => root.querySelector(".loading")?.remove(),
  (problem) => {
    const words = problem instanceof Problem ? problem.words : { en: String(problem), es: String(problem) };
    root.querySelector(".loading").textContent = `${words.en} · ${words.es}`;
  },
);
