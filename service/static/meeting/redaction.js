// Taking a passage out of the recording, for those who may: what is selected in the transcript, or from one time to another.

import { _ } from "../language.js";
import { clock, parse } from "../timecode.js";

/** The form in `panel`; `quotations` says when what is selected was said. */
export function listenForRedactions(panel, quotations, setStatus) {
  const form = panel.querySelector("form");
  panel.hidden = false;
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const selected = selection.isCollapsed || !selection.rangeCount ? null : quotations.ofSelection(selection.getRangeAt(0));
    if (!selected || selected.said === undefined) return; // nothing of the transcript
    form.elements.from.value = exact(selected.start, Math.ceil); // no word before or after it
    form.elements.to.value = exact(selected.said, Math.floor);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [start, end] = [parse(form.elements.from.value.trim()), parse(form.elements.to.value.trim())];
    if (start === null || end === null || end <= start) {
      setStatus(_("Give where the passage begins and ends, such as 12:30 and 13:10."), true);
      return;
    }
    const times = { from: exact(start), to: exact(end) };
    if (!confirm(_("Take out what is said from %(from)s to %(to)s, and its sound? There is no way back.", times))) return;
    const problem = await send(panel, { start, end, reason: form.elements.reason.value });
    if (problem === null) location.reload();
    else setStatus(problem, true);
  });
}

/** A time with the tenths of its second, which `parse` reads. */
function exact(seconds, round = Math.round) {
  const tenths = round(Number((seconds * 10).toFixed(3)));
  return tenths % 10 ? `${clock(Math.floor(tenths / 10))}.${tenths % 10}` : clock(tenths / 10);
}

/** What is wrong, in a sentence; null when it is taken out. */
async function send(panel, passage) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": panel.dataset.csrf };
  try {
    const response = await fetch(panel.dataset.api, { method: "POST", headers, body: JSON.stringify(passage) });
    if (response.ok) return null;
    const { detail, hint } = await response.json();
    return `${detail} ${hint}`.trim();
  } catch {
    return _("Not saved: the server cannot be reached.");
  }
}
