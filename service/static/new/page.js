// A new meeting: a link, files or notes become a draft, what was understood of it is shown, and can be corrected.

import { send } from "../api.js";
import { _ } from "../language.js";
import { ChosenFiles } from "./chosen_files.js";
import { Draft, wordsOf } from "./draft.js";
import { fill } from "./fragments.js";
import { Unsaved } from "./unsaved.js";

const UNFINISHED = new Set(["queued", "running"]);
const PATIENCE_MS = 10_000; // after which the page asks whether anybody is at it

const main = document.querySelector("main");
const { api } = main.dataset;
const form = document.querySelector(".new-meeting");
const [status, problem] = [document.querySelector(".progress-words"), document.querySelector(".problem")];
const section = document.querySelector(".understood");
const stop = form.querySelector(".stop");
const unsaved = new Unsaved(form.elements.text, "new");
const files = new ChosenFiles(
  form.querySelector(".chosen"),
  JSON.parse(main.dataset.kinds),
  Number(main.dataset.uploadMb),
  () => (problem.textContent = ""),
  (text) => (problem.textContent = text),
);

let draft = null; // the one that is on its way, and what it was made of
let running = null;

const given = () => ({ link: form.elements.link.value.trim(), text: form.elements.text.value.trim() && form.elements.text.value, files: files.all });

function signature({ link, text, files: chosen }) {
  return JSON.stringify([link, text, chosen.map(({ role, file }) => [role, file.name, file.size, file.lastModified])]);
}

function say(words) {
  if (status.textContent !== words) status.textContent = words;
}

function busy(on) {
  form.toggleAttribute("data-busy", on);
  stop.hidden = !on;
  form.querySelector(".main").setAttribute("aria-disabled", String(on));
}

async function goOn() {
  if (running) return;
  const wanted = given();
  problem.textContent = "";
  if (!wanted.link && !wanted.text && !wanted.files.length) {
    problem.textContent = _("Give a link, a file, or write some notes.");
    form.elements.link.focus();
    return;
  }
  if (wanted.text && wanted.files.some(({ role }) => role === "notes")) {
    problem.textContent = _("There are notes in a file and in the field. Remove one of them.");
    return;
  }
  running = new AbortController();
  busy(true);
  try {
    await show(await understood(wanted, running.signal));
  } catch (error) {
    status.textContent = "";
    if (error.name !== "AbortError") problem.textContent = error.message;
  } finally {
    running = null;
    busy(false);
  }
}

async function understood(wanted, signal) {
  status.textContent = _("Sending…");
  if (draft?.signature !== signature(wanted)) {
    draft?.it.discard();
    draft = null;
    draft = { it: await Draft.make(api, wanted, signal), signature: signature(wanted) };
  }
  await draft.it.upload((role, bytes) => files.progress(role, bytes), signal);
  say(_("Looking at it…"));
  let asked = null;
  const patience = setInterval(async () => {
    const words = asked && (await wordsOf(asked).catch(() => ""));
    if (words && running?.signal === signal && UNFINISHED.has(asked.state)) say(words);
  }, PATIENCE_MS);
  const looked = draft.it.look((found) => {
    asked = found;
    const waits = found.state === "queued" && found.place > 1;
    say(waits ? _("Waiting: others are looked at first.") : _("Looking at it…"));
  }, signal);
  const job = await looked.finally(() => clearInterval(patience));
  if (job.state !== "done") throw new Error(await wordsOf(job));
  return job;
}

async function show(job) {
  await fill(section, `${job.links.page}/understood`);
  status.textContent = "";
  form.hidden = true;
  section.hidden = false;
  section.querySelector("h2").focus();
  const corrections = section.querySelector(".corrections");
  corrections.dataset.key = `${draft.it.id} ${job.id}`; // pressed twice it is one job, looked at again another
  corrections.addEventListener("submit", (event) => (event.preventDefault(), start(corrections)));
  corrections.querySelector(".back").addEventListener("click", back);
  const preview = corrections.querySelector(".preview");
  preview?.addEventListener("toggle", () => fill(preview.querySelector("div"), preview.dataset.href), { once: true });
}

function back() {
  section.hidden = true;
  section.replaceChildren();
  form.hidden = false;
  form.elements.link.focus();
}

/** What is otherwise in the fields than it was understood. */
function changes(corrections) {
  const fields = [...corrections.querySelectorAll("input[name]")].filter((field) => field.value.trim() !== field.defaultValue);
  return Object.fromEntries(fields.map((field) => [field.name, field.value.trim() || null]));
}

async function start(corrections) {
  if (running) return;
  problem.textContent = "";
  running = new AbortController();
  try {
    await draft.it.correct(changes(corrections));
    const headers = { "Idempotency-Key": corrections.dataset.key };
    const job = await send("POST", `${api}/jobs`, { draft: draft.it.id }, { headers });
    unsaved.isSaved(form.elements.text.value);
    location.assign(job.links.page);
  } catch (refusal) {
    problem.textContent = refusal.message;
  } finally {
    running = null;
  }
}

form.addEventListener("submit", (event) => (event.preventDefault(), goOn()));
stop.addEventListener("click", () => running?.abort());
form.elements.files.addEventListener("change", ({ target }) => {
  files.add(target.files);
  target.value = ""; // the same one can be chosen again
});

const drop = form.querySelector(".drop");
addEventListener("dragover", (event) => {
  if (form.hidden || ![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  drop.classList.add("over");
});
for (const leaving of ["dragleave", "drop"]) addEventListener(leaving, () => drop.classList.remove("over"));
addEventListener("drop", (event) => {
  if (form.hidden || !event.dataTransfer.files.length) return;
  event.preventDefault();
  files.add(event.dataTransfer.files);
});

addEventListener("beforeunload", (event) => form.hasAttribute("data-busy") && event.preventDefault());
form.hidden = false;
if (unsaved.restore()) form.querySelector(".written").open = true;
