// Naming the speakers of the transcript, for those who may.

import { _ } from "../language.js";

const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g; // the server leaves them out, too

/** The forms in `panel`, one for each speaker; `lines` is the transcript, whose names change with them. */
export function listenForNames(panel, lines, setStatus) {
  panel.hidden = false;
  panel.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const speaker = form.dataset.speaker;
    const name = form.elements.name.value.replace(DIRECTIONS, "").trim().replace(/\s+/g, " ");
    if (name === speaker) return;
    const problem = await save(panel, { speaker, name });
    setStatus(problem ?? _("Saved: %(speaker)s is %(name)s", { speaker, name }), problem !== null);
    if (problem !== null) return;
    if (!name) return location.reload(); // only the server knows what the transcript calls them
    for (const shown of lines.querySelectorAll("b")) if (shown.textContent === speaker) shown.textContent = name;
    showIn(form, name);
  });
}

/** Two of one name are one from now on, and need one form. */
function showIn(form, name) {
  const same = [...form.parentElement.querySelectorAll("form")].find((other) => other.dataset.speaker === name);
  if (same) {
    form.remove();
    same.elements.name.focus();
    return;
  }
  form.dataset.speaker = form.elements.name.value = name;
  form.querySelector("label").firstChild.textContent = name;
}

/** What is wrong, in a sentence; null when it is saved. */
async function save(panel, names) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": panel.dataset.csrf };
  try {
    const response = await fetch(panel.dataset.api, { method: "PUT", headers, body: JSON.stringify(names) });
    if (response.ok) return null;
    const { detail, hint } = await response.json();
    return `${detail} ${hint}`.trim();
  } catch {
    return _("Not saved: the server cannot be reached.");
  }
}
