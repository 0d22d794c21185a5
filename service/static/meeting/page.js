// The page of one meeting: a click on a time plays from there, and the page shows where the recording is.
// Without this script every time is a link that works, too.

import { LinkEditor } from "./edit.js";
import { EvidencePopover } from "./evidence_popover.js";
import { FindInPage } from "./find_in_page.js";
import { listenForShortcuts } from "./shortcuts.js";
import { listenForNames } from "./speakers.js";
import { NotesSync, Sync, TranscriptSync } from "./sync.js";
import { Timeline } from "./timeline.js";
import { momentClock } from "../player/parts.js";
import { playerIn } from "../player/player.js";
import { readMoment, readRange } from "../timecode.js";

const SECTION_START_SECONDS = 3; // into a section, “previous” means the one before
const ROUNDING_SECONDS = 0.001; // a player may be a little before the moment it was sent to

const one = (selector) => document.querySelector(selector);

const playerSection = one(".player");
const status = one(".status");
const transcriptPanel = one(".speech");
const lines = transcriptPanel?.querySelector(".lines") ?? null;
const notes = new NotesSync(document);
const transcript = lines && new TranscriptSync(lines);
const sync = new Sync(notes, transcript, one(".follow"));
const timeline = one(".timeline") && new Timeline(one(".timeline"), one(".at"));
const find = new FindInPage(one(".find"), { notes: one("main"), lines, timeline, beforeMove: () => sync.pause() });
const player = playerIn(playerSection);
const editButton = one(".edit");
const speakerNames = one(".speakers");
let stopAt = null; // seconds; where to stop playing, when a link asked for a range

function show(seconds) {
  sync.show(seconds + ROUNDING_SECONDS);
  timeline?.show(seconds + ROUNDING_SECONDS, notes.currentSection());
  if (stopAt !== null && seconds >= stopAt) {
    if (seconds < stopAt + 1) player.pause(); // later, the reader has gone elsewhere
    stopAt = null;
  }
}

function setStatus(text, trouble = false) {
  status.classList.toggle("trouble", trouble);
  status.textContent = text;
}

/** Says why it does not play, and where it does, if that is known, from a moment. */
function showPlayerError(text, href, seconds = player.time()) {
  const textContent = `Open it at ${momentClock(seconds)}`;
  status.classList.add("trouble");
  status.replaceChildren(`${text} `, href ? Object.assign(document.createElement("a"), { href, textContent }) : "");
  one("main").classList.toggle("unplayable", !player.externalUrl);
}

/** Plays from a moment, and shows `block` there, if it is given. */
function playFrom(seconds, block = null) {
  if (player.isBrokenAt(seconds)) return;
  stopAt = null;
  notes.choose(block);
  if (!one(".editor")) sync.resume(); // who looks for the right moment stays at the block
  player.seek(seconds);
  player.play();
  show(seconds);
  setStatus(`Playing from ${momentClock(seconds)}`);
}

function playLink(link) {
  one("[data-played]")?.removeAttribute("data-played");
  link.dataset.played = "";
  playFrom(Number(link.dataset.start), link.closest(".block"));
}

function isPlain(click) {
  return click.button === 0 && !(click.metaKey || click.ctrlKey || click.shiftKey || click.altKey);
}

/** The link a click stands for: itself or, for a click on the text of a heading, the time beside it. */
function linkOf(click) {
  const link = click.target.closest("a, button, summary");
  if (link) return link.matches("a[data-start], a.facade") ? link : null;
  const heading = click.target.closest(":is(.topic, .opening .block) > :is(h1, h2, h3, h4, h5, h6)");
  return heading && getSelection().isCollapsed ? heading.parentElement.querySelector("a.chip") : null;
}

/** A click on a time or a heading, or on a word of the transcript, unless text is being selected. */
function onClick(click) {
  if (!isPlain(click)) return;
  const link = linkOf(click);
  if (link && player.isBrokenAt(Number(link.dataset.start ?? player.time()))) {
    const elsewhere = link.dataset.start && player.externalUrl?.(Number(link.dataset.start));
    if (!elsewhere) return;
    click.preventDefault();
    location.assign(elsewhere);
    return;
  }
  if (link) {
    click.preventDefault();
    const pointed = timeline?.secondsAt(click) ?? NaN;
    if (!Number.isNaN(pointed)) playFrom(pointed);
    else if (link.dataset.start) playLink(link);
    else player.play();
    return;
  }
  if (!click.target.closest(".lines p") || !getSelection().isCollapsed) return;
  const seconds = transcript.secondsAt(click.clientX, click.clientY);
  if (seconds !== null) playFrom(seconds);
}

/** The seconds an address asks for with a moment and, perhaps, a block. A whole second stands for what begins within
 *  it: that block, or else a section, or any block. */
function secondsOf({ start, isWholeSecond }, block) {
  if (!isWholeSecond) return start;
  const from = Number(block?.dataset.from);
  if (from >= start && from < start + 1) return from;
  return timeline?.sectionStartBetween(start, start + 1) ?? notes.startBetween(start, start + 1) ?? start;
}

/** Goes where the address asks: to a moment, to a range, or to a block, where the recording then waits. */
function openAt(hash, asked) {
  const block = document.getElementById(hash.slice(1)); // ids need no escapes
  const range = readRange(hash) ?? asked;
  if (range) {
    const seconds = range.end ? range.start : secondsOf(range, block);
    notes.choose(block);
    player.startAt(seconds);
    show(seconds);
    stopAt = range.end ?? null;
  } else if (block?.dataset.from) {
    notes.choose(block);
    player.seek(Number(block.dataset.from));
  }
}

/** The address of a moment. Where a block begins it is the block's own, which opens exactly there. */
function addressOf(seconds) {
  const second = Math.floor(seconds + ROUNDING_SECONDS);
  const link = notes.current?.querySelector("a.chip");
  if (link && Math.floor(Number(link.dataset.start)) === second) return new URL(link.href);
  const address = new URL(location.pathname, location.href);
  address.searchParams.set("t", second);
  return address;
}

async function copyLink() {
  const seconds = player.time();
  const address = addressOf(seconds);
  try {
    await navigator.clipboard.writeText(address.href);
    setStatus(`Link to ${momentClock(seconds)} copied`);
  } catch {
    history.replaceState(null, "", address); // nothing may be copied here; the address bar can
    setStatus(`The address bar now has the link to ${momentClock(seconds)}`);
  }
}

function jumpToSection(step) {
  const starts = [...document.querySelectorAll(".topic[data-from]")].map((topic) => Number(topic.dataset.from));
  starts.sort((a, b) => a - b);
  const now = player.time();
  const next =
    step > 0 ? starts.find((start) => start > now + 0.5) : starts.findLast((start) => start < now - SECTION_START_SECONDS);
  if (next !== undefined) playFrom(next);
}

function skip(seconds) {
  const target = Math.max(player.time() + seconds, 0);
  player.seek(target);
  show(target);
}

function jumpToShare(share) {
  const length = player.length() || timeline?.length;
  if (length) playFrom(length * share);
}

if (lines) new EvidencePopover(lines);

// On a small screen the notes come first, and the transcript waits below them.
if (transcriptPanel && window.matchMedia("(max-width: 59.99rem)").matches) transcriptPanel.open = false;

if (speakerNames) listenForNames(speakerNames, lines, setStatus);

if (player) {
  player.onTime(show);
  player.onError(showPlayerError);
  document.addEventListener("click", onClick);
  window.addEventListener("hashchange", () => openAt(location.hash, null));
  openAt(location.hash, readMoment(playerSection.dataset.start));
  one(".copy").addEventListener("click", copyLink);
  if (editButton) {
    new LinkEditor(editButton, player, status, { opened: () => sync.pause(), changed: () => notes.read(document) });
  }
  const dialog = one("dialog.shortcuts");
  one(".show-shortcuts").addEventListener("click", () => dialog.showModal());
  listenForShortcuts(
    {
      toggle: () => player.toggle(),
      skip,
      jumpToShare,
      jumpToSection,
      find: () => find.focus(),
      mute: () => player.mute(),
      changeRate: (step) => setStatus(`Speed ${player.changeRate(step)}×`),
      fullscreen: () => player.fullscreen(),
    },
    dialog,
  );
}
