// Naming the speakers of the transcript, for those who may.

/** The forms in `panel`, one for each speaker; `lines` is the transcript, whose names change with them. */
export function listenForNames(panel, lines, setStatus) {
  panel.hidden = false;
  panel.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const [speaker, name] = [form.dataset.speaker, form.elements.name.value.trim()];
    if (!name || name === speaker) return;
    const problem = await save(panel, { speaker, name });
    setStatus(problem ?? `Saved: ${speaker} is ${name}`, problem !== null);
    if (problem !== null) return;
    for (const shown of lines.querySelectorAll("b")) if (shown.textContent === speaker) shown.textContent = name;
    form.dataset.speaker = name;
    form.querySelector("label").firstChild.textContent = name;
  });
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
    return "Not saved: the server cannot be reached.";
  }
}
