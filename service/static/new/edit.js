// The editor of notes that are ours: preview, save, earlier versions. Nothing typed is lost, nobody else's is replaced unseen.

import { send } from "../api.js";
import { localize } from "../jobs/times.js";
import { _ } from "../language.js";
import { Draft, wordsOf } from "./draft.js";
import { fill } from "./fragments.js";
import { Unsaved } from "./unsaved.js";

const main = document.querySelector("main");
const { api, notes } = main.dataset;
const form = document.querySelector(".edit-notes");
const field = form.elements.text;
const [status, problem] = [document.querySelector(".progress-words"), document.querySelector(".problem")];
const theirs = document.querySelector(".theirs");
const preview = document.querySelector(".preview-of-notes");
const revert = form.querySelector(".revert");
const unsaved = new Unsaved(field, `notes:${notes}`, { saved: field.value, about: main.dataset.seen });

let seen = main.dataset.seen; // the digest of the version that is being edited
let [saved, current] = [field.value, main.dataset.seen]; // what is stored, as far as this page knows, and its digest
let working = false;

/** One thing at a time; what came of it, as `act` returns it in pieces of text or elements, is said, or what went wrong. */
async function work(words, act) {
  if (working) return;
  working = true;
  problem.textContent = "";
  status.textContent = words;
  try {
    status.replaceChildren(...((await act()) ?? []));
  } catch (refusal) {
    status.textContent = "";
    problem.textContent = refusal.message;
  } finally {
    working = false;
    revert.hidden = !unsaved.isThere;
  }
}

async function save() {
  const text = field.value;
  let answer;
  try {
    answer = await send("PUT", notes, { text, seen });
  } catch (refusal) {
    if (refusal.status !== 409 || !refusal.problem?.digest) throw refusal;
    return showTheirs();
  }
  theirs.hidden = true;
  [seen, saved, current] = [answer.digest, text, answer.digest];
  unsaved.isSaved(text, seen);
  const { page } = answer.job.links;
  const link = Object.assign(document.createElement("a"), { href: page, textContent: _("The links are being found anew.") });
  return [_("Saved."), " ", link];
}

async function showTheirs() {
  const current = await send("GET", notes);
  theirs.querySelector("textarea").value = current.text;
  theirs.dataset.digest = current.digest;
  theirs.hidden = false;
  theirs.querySelector("h2").focus();
  return [_("Not saved: somebody else has edited these notes.")];
}

async function showPreview() {
  const { signal } = new AbortController();
  const draft = await Draft.make(api, { text: field.value }, signal);
  try {
    await draft.upload(() => {}, signal);
    const job = await draft.look(() => {}, signal);
    if (job.state !== "done") throw new Error(await wordsOf(job));
    await fill(preview.querySelector("div"), `${job.links.page}/notes`);
  } finally {
    draft.discard();
  }
  preview.hidden = false;
  preview.querySelector("h2").focus();
  return null;
}

function put(text, digest = seen) {
  [field.value, seen] = [text, digest];
  unsaved.belongsTo(digest);
  revert.hidden = !unsaved.isThere;
  field.focus();
}

form.addEventListener("submit", (event) => (event.preventDefault(), work(_("Saving…"), save)));
form.querySelector(".show-preview").addEventListener("click", () => work(_("Reading the notes…"), showPreview));
field.addEventListener("input", () => (revert.hidden = !unsaved.isThere));
revert.addEventListener("click", () => put(saved, current));
theirs.querySelector(".keep-mine").addEventListener("click", () => {
  seen = theirs.dataset.digest;
  work(_("Saving…"), save);
});
theirs.querySelector(".take-theirs").addEventListener("click", () => {
  const text = theirs.querySelector("textarea").value;
  theirs.hidden = true;
  [saved, current] = [text, theirs.dataset.digest];
  put(text, theirs.dataset.digest);
  unsaved.isSaved(text, seen);
  revert.hidden = true;
});
for (const button of document.querySelectorAll(".restore")) {
  button.addEventListener("click", () =>
    work(_("Fetching the version…"), async () => {
      const version = await send("GET", `${notes}/versions/${button.dataset.version}`);
      put(version.text);
      return [_("This is the earlier version. It counts once it is saved.")];
    }),
  );
}

localize(document);
const kept = unsaved.restore();
if (kept) {
  seen = kept.about;
  revert.hidden = false;
  status.textContent = _("What you had not saved is back.");
}
