// The page of one meeting: a click on a time plays from there, and the page shows where the recording is.
// Without this script every time is a link that works, too.

import { Editor } from "./edit.js";
import { Find } from "./find_in_page.js";
import { Following, NotesFollower, TranscriptFollower } from "./sync.js";
import { listen } from "./shortcuts.js";
import { playerIn } from "../player/player.js";
import { Quote } from "./evidence_popover.js";
import { Strip } from "./timeline.js";
import { clock, rangeOf } from "../timecode.js";

const only = (selector) => document.querySelector(selector);

const section = only(".player");
const status = only(".status");
const transcript = only(".speech");
const lines = transcript?.querySelector(".lines") ?? null;
const notes = new NotesFollower(document);
const speech = lines && new TranscriptFollower(lines);
const following = new Following(notes, speech, only(".follow"));
const strip = only(".strip") && new Strip(only(".strip"), only(".at"));
const find = new Find(only(".find"), { notes: document.querySelector("main"), lines, strip, moved: () => following.leave() });
const player = playerIn(section);
const edit = only(".edit");
const LEAD = 3; // seconds into a section within which “previous” means the one before
let until = null; // where playing is to stop, when a link asked for a stretch

function show(seconds) {
  following.show(seconds);
  strip?.show(seconds);
  if (until !== null && seconds >= until) {
    if (seconds < until + 1) player.pause(); // later, the reader has gone elsewhere
    until = null;
  }
}

function tell(text) {
  status.classList.remove("trouble");
  status.textContent = text;
}

function isPlain(click) {
  return click.button === 0 && !(click.metaKey || click.ctrlKey || click.shiftKey || click.altKey);
}

function playFrom(seconds) {
  if (player.broken) return;
  until = null;
  if (!only(".editor")) following.resume(); // who looks for the right moment stays at the block
  player.seek(seconds);
  player.play();
  show(seconds);
  tell(`Playing from ${clock(seconds)}`);
}

function jump(link) {
  only("[data-played]")?.removeAttribute("data-played");
  link.dataset.played = "";
  playFrom(Number(link.dataset.start));
}

function tellTrouble(text, href) {
  const link = Object.assign(document.createElement("a"), { href, textContent: `Open it at ${clock(player.time())}` });
  status.classList.add("trouble");
  status.replaceChildren(`${text} `, link);
}

/** A click on a time, or on a word of the transcript that is not being selected. */
function onClick(click) {
  if (!isPlain(click)) return;
  const link = click.target.closest("a[data-start], a.facade");
  if (player.broken) {
    if (!link?.dataset.start || !player.elsewhere) return;
    click.preventDefault();
    location.assign(player.elsewhere(Number(link.dataset.start)));
    return;
  }
  if (link) {
    click.preventDefault();
    const pointed = strip?.secondsAt(click) ?? NaN;
    if (!Number.isNaN(pointed)) playFrom(pointed);
    else if (link.dataset.start) jump(link);
    else player.play();
    return;
  }
  if (!click.target.closest(".lines p") || !getSelection().isCollapsed) return;
  const seconds = speech.momentAt(click.clientX, click.clientY);
  if (seconds !== null) playFrom(seconds);
}

/** The address asks for a moment, a stretch, or a block: there the recording waits. */
function openAt(hash, asked) {
  const range = rangeOf(hash);
  if (range) {
    player.cue(range.start);
    show(range.start);
    until = range.end;
  } else if (asked !== null) {
    player.cue(asked);
    show(asked);
  } else {
    const block = document.getElementById(hash.slice(1)); // ids need no escapes
    if (block?.dataset.from) player.place(Number(block.dataset.from));
  }
}

async function copyLink() {
  const address = new URL(location.pathname, location.href);
  address.searchParams.set("t", Math.floor(player.time()));
  try {
    await navigator.clipboard.writeText(address.href);
    tell(`Link to ${clock(player.time())} copied`);
  } catch {
    history.replaceState(null, "", address); // nothing may be copied here; the address bar can
    tell(`The address now leads to ${clock(player.time())}`);
  }
}

function nextSection(step) {
  const starts = [...document.querySelectorAll(".topic[data-from]")].map((topic) => Number(topic.dataset.from));
  starts.sort((a, b) => a - b);
  const now = player.time();
  const next = step > 0 ? starts.find((start) => start > now + 0.5) : starts.findLast((start) => start < now - LEAD);
  if (next !== undefined) playFrom(next);
}

function skip(seconds) {
  const to = Math.max(player.time() + seconds, 0);
  player.seek(to);
  show(to);
}

function toShare(share) {
  const length = player.length() || strip?.length;
  if (length) playFrom(length * share);
}

if (lines) new Quote(lines);

// On a small screen the notes come first, and the transcript waits below them.
if (transcript && window.matchMedia("(max-width: 59.99rem)").matches) transcript.open = false;

if (player) {
  player.onTime(show);
  player.onTrouble(tellTrouble);
  document.addEventListener("click", onClick);
  window.addEventListener("hashchange", () => openAt(location.hash, null));
  openAt(location.hash, section.dataset.start ? Number(section.dataset.start) : null);
  only(".copy").addEventListener("click", copyLink);
  if (edit) new Editor(edit, player, status, { opened: () => following.leave(), changed: () => notes.read(document) });
  const dialog = only("dialog.keys");
  only(".ask").addEventListener("click", () => dialog.showModal());
  listen(
    {
      skip,
      to: toShare,
      section: nextSection,
      find: () => find.focus(),
      toggle: () => player.toggle(),
      mute: () => player.mute(),
      speed: (step) => tell(`Speed ${player.speed(step)}×`),
      full: () => player.fullscreen(),
    },
    dialog,
  );
}
