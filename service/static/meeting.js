// The page of one meeting: a click on a time plays from there, and the page shows where the recording is.
// Without this script every time is a link that works, too.

import { NotesFollower, TranscriptFollower } from "./follow.js";
import { playerIn } from "./player.js";
import { clock, momentOf } from "./timecode.js";

const section = document.querySelector(".player");
const status = section?.querySelector(".status");
const transcript = document.querySelector(".speech");
const notes = new NotesFollower(document);
const speech = transcript && new TranscriptFollower(transcript.querySelector(".lines"));
const player = playerIn(section);

function show(seconds, options) {
  notes.show(seconds);
  speech?.show(seconds, options);
}

function isPlain(click) {
  return click.button === 0 && !(click.metaKey || click.ctrlKey || click.shiftKey || click.altKey);
}

function jump(link) {
  const seconds = Number(link.dataset.start);
  document.querySelector("[data-played]")?.removeAttribute("data-played");
  link.dataset.played = "";
  player.seek(seconds);
  player.play();
  show(seconds, { jumped: true });
  status.textContent = `Playing from ${clock(seconds)}`;
}

function startAt(seconds) {
  if (seconds === null) return;
  player.cue(seconds);
  show(seconds, { jumped: true });
}

function tellTrouble(text, href) {
  const link = Object.assign(document.createElement("a"), { href, textContent: "Open it by itself" });
  status.classList.add("trouble");
  status.replaceChildren(`${text} `, link);
}

// On a small screen the notes come first, and the transcript waits below them.
if (transcript && window.matchMedia("(max-width: 59.99rem)").matches) transcript.open = false;

if (player) {
  player.onTime(show);
  player.onTrouble(tellTrouble);
  document.addEventListener("click", (click) => {
    if (!isPlain(click)) return;
    const link = click.target.closest("a[data-start], a.facade");
    if (!link) return;
    click.preventDefault();
    if (link.dataset.start) jump(link);
    else player.play();
  });
  window.addEventListener("hashchange", () => startAt(momentOf(location.hash)));
  startAt(momentOf(location.hash) ?? (section.dataset.start ? Number(section.dataset.start) : null));
}
