// The page of one meeting: a click on a time plays from there, and the page shows where the recording is.
// Without this script every time is a link that works, too.

import { LinkEditor } from "./edit.js";
import { EvidencePopover } from "./evidence_popover.js";
import { FindInPage } from "./find_in_page.js";
import { listenForArrows } from "./line_focus.js";
import { Panels } from "./panels.js";
import { Quotations } from "./quotation.js";
import { listenForRedactions } from "./redaction.js";
import { ShareDialog, offerQuotations } from "./share.js";
import { listenForShortcuts } from "./shortcuts.js";
import { SpeakerStrip, foldVoices, listenForVoices } from "./speaker_strip.js";
import { listenForNames } from "./speakers.js";
import { Suggestions } from "./suggest.js";
import { NotesSync, Sync, TranscriptSync, headingText, scrollToElement } from "./sync.js";
import { Timeline } from "./timeline.js";
import { Transport } from "./transport.js";
import { _ } from "../language.js";
import { momentClock } from "../player/parts.js";
import { playerIn } from "../player/player.js";
import { readMoment, readRange } from "../timecode.js";

const SECTION_START_SECONDS = 3; // into a section, “previous” means the one before
const ROUNDING_SECONDS = 0.001; // a player may be a little before the moment it was sent to
const STATUS_MS = 6000; // for which a message stands where the section is named otherwise

const one = (selector) => document.querySelector(selector);

const playerSection = one(".player");
const status = one(".status");
const lines = one(".speech .lines");
const notes = new NotesSync(document);
const transcript = lines && new TranscriptSync(lines);
const sync = new Sync(notes, transcript, one(".follow"));
const timeline = one(".timeline") && new Timeline(one(".timeline"), one(".at"), one(".outline"));
const strip = one(".strip") && new SpeakerStrip(one(".strip"), nameTurn);
const panels = new Panels(one("main"), () => sync.revealAgain());
const find = new FindInPage(one(".find"), {
  notes: one("main"),
  lines,
  timeline,
  beforeMove: () => sync.pause(),
  showPanel: (name) => panels.show(name),
});
const quotations = new Quotations(lines);
const player = playerIn(playerSection);
const editButton = one(".edit:not(.suggest)");
const suggestButton = one(".suggest");
const speakerNames = one(".speakers");
const redaction = one(".redaction");
let stopAt = null; // seconds; where to stop playing, when a link asked for a range
let statusTimer = 0;
let startingAt = null; // seconds; where it was sent to, while it does not play yet

function show(seconds) {
  sync.show(seconds + ROUNDING_SECONDS);
  timeline?.show(seconds + ROUNDING_SECONDS, notes.currentSection());
  strip?.show(seconds + ROUNDING_SECONDS);
  if (stopAt !== null && seconds >= stopAt) {
    if (seconds < stopAt + 1) player.pause(); // later, the reader has gone elsewhere
    stopAt = null;
    setStatus("");
  }
}

/** Names the turn on the strip that is pointed at; null: what is named otherwise. */
function nameTurn(text) {
  if (timeline) timeline.nameOther(text);
  else one(".at").textContent = text ?? "";
}

/** Tells what was done, for some seconds or as long as it `stays` true, or what went wrong, until something else is told. */
function setStatus(text, trouble = false, stays = false) {
  clearTimeout(statusTimer);
  one("main").classList.toggle("in-trouble", trouble); // which takes more room
  status.classList.toggle("trouble", trouble);
  status.textContent = text;
  if (!trouble && !stays) statusTimer = setTimeout(() => (status.textContent = ""), STATUS_MS);
}

/** Says why it does not play, and where it does, if that is known, from a moment. */
function showPlayerError(text, href, seconds = player.time()) {
  setStatus(`${text} `, true);
  const textContent = _("Open it at %(time)s", { time: momentClock(seconds) });
  if (href) status.append(Object.assign(document.createElement("a"), { href, textContent }));
  one("main").classList.toggle("unplayable", !player.externalUrl);
}

function showPlaying(isPlaying) {
  transport.showPlaying(isPlaying);
  if (isPlaying && startingAt !== null) setStatus(_("Playing from %(time)s", { time: momentClock(startingAt) }));
  if (isPlaying) startingAt = null;
}

/** Plays from a moment, and shows `block` there, if it is given. */
function playFrom(seconds, block = null) {
  if (player.isBrokenAt(seconds)) return;
  stopAt = null;
  markPassage(null);
  notes.choose(block);
  if (!one(".editor")) sync.resume(); // who looks for the right moment stays at the block
  setStatus(_("Starting at %(time)s", { time: momentClock(seconds) }));
  startingAt = seconds;
  player.seek(seconds);
  player.play();
  show(seconds);
  if (player.isPlaying()) showPlaying(true);
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
    else playFrom(player.time());
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

/** Whether a range is the whole of what is linked with a block. */
function isOfBlock({ start, end }, block) {
  const { from, to } = block?.dataset ?? {};
  return Math.floor(from) === start && Math.ceil(to) === end;
}

/** Marks what is said in a range, which somebody quoted; null: nothing. */
function markPassage(range) {
  window.CSS?.highlights?.delete("passage");
  if (range) window.CSS?.highlights?.set("passage", new Highlight(...quotations.wordsIn(range.start, range.end)));
}

/** Goes where the address asks: to a moment, to a range, or to a block, where the recording then waits. */
function openAt(hash, asked) {
  const block = document.getElementById(hash.slice(1)); // ids need no escapes
  const range = readRange(hash) ?? asked;
  const isOfTranscript = lines && range?.end && !isOfBlock(range, block);
  if (isOfTranscript) panels.show("transcript");
  else if (block && panels.show("notes")) scrollToElement(block);
  markPassage(isOfTranscript ? range : null);
  if (range) {
    const seconds = range.end ? range.start : secondsOf(range, block);
    notes.choose(block);
    if (block && !block.dataset.from) sync.pause(); // it is shown, and nothing else
    player.startAt(seconds);
    show(seconds);
    stopAt = range.end ?? null;
    if (stopAt) {
      const clocks = { start: momentClock(seconds), end: momentClock(stopAt) };
      setStatus(_("Plays %(start)s to %(end)s", clocks), false, true);
    }
  } else if (block?.dataset.from) {
    notes.choose(block);
    player.seek(Number(block.dataset.from));
  }
}

/** What the page was asked for: a moment, or a range. A server says what it has understood; a file knows nothing. */
function askedByAddress() {
  const { start, end } = playerSection.dataset;
  if (start === undefined) {
    const asked = readRange(location.search.replace(/^\?/, ""));
    return asked && asked.start <= (timeline?.length || Infinity) ? asked : null;
  }
  return start ? { ...readMoment(start), end: end ? Number(end) : null } : null;
}

/** The address of a moment, or of a range: that of the block that is discussed there. Where the block begins it is the
 *  block's own link, which opens exactly there, unless it leads to the recording itself. */
function addressOf({ start, end = null, block = null }) {
  const second = Math.floor(start + ROUNDING_SECONDS);
  const named = block ?? notes.at(start + ROUNDING_SECONDS);
  const link = named?.querySelector("a.chip:not(.within)");
  const page = new URL(one("main").dataset.page, location.href);
  const isOfPage = link?.origin === page.origin && link.pathname === page.pathname;
  const isItsStart = isOfPage && Math.floor(Number(link.dataset.start)) === second;
  const address = isItsStart ? new URL(link.href) : page;
  if (!isItsStart) address.search = `?t=${second}`;
  if (end !== null) address.search = address.search.replace(`t=${second}`, `t=${second},${Math.ceil(end)}`);
  if (named) address.hash = named.id;
  return address;
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

function setRate(rate) {
  player.setRate(rate);
  setStatus(_("Speed %(rate)s×", { rate }));
}

function changeRate(step) {
  const rate = player.changeRate(step);
  transport.showRate(rate);
  setStatus(_("Speed %(rate)s×", { rate }));
}

function openTools(isOpen = !one(".bar").classList.contains("open")) {
  one(".bar").classList.toggle("open", isOpen);
  document.documentElement.classList.toggle("tools-open", isOpen);
  one(".open-tools")?.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) find.focus();
}

if (lines) {
  new EvidencePopover(lines);
  listenForArrows(lines);
}

one(".open-tools")?.addEventListener("click", () => openTools());

if (one(".voices")) {
  listenForVoices(one(".voices"), one(".strip"), lines);
  foldVoices(one(".voices"));
}
if (speakerNames) listenForNames(speakerNames, lines, setStatus);
if (redaction) listenForRedactions(redaction, quotations, setStatus);

const transport = player && new Transport(one(".transport"), { toggle: () => player.toggle(), jumpToSection, setRate });

if (player) {
  player.onTime(show);
  player.onError(showPlayerError);
  player.onPlaying(showPlaying);
  document.addEventListener("click", onClick);
  window.addEventListener("hashchange", () => openAt(location.hash, null));
  openAt(location.hash, askedByAddress());
  if (editButton) {
    new LinkEditor(editButton, player, setStatus, { opened: () => sync.pause(), changed: () => notes.read(document) });
  }
  if (suggestButton) new Suggestions(suggestButton, one("dialog.suggestion"), player, setStatus, () => sync.pause());
  const title = headingText(one(".opening h1"));
  const share = new ShareDialog(one("dialog.share"), {
    addressOf,
    quotations,
    title,
    setStatus,
    frame: one("main").dataset.frame,
  });
  one(".open-share").addEventListener("click", () => share.open(player.time()));
  offerQuotations(one(".quote"), quotations, (quoted) => share.open(player.time(), quoted));
  const dialog = one("dialog.shortcuts");
  one(".show-shortcuts").addEventListener("click", () => dialog.showModal());
  listenForShortcuts(
    {
      toggle: () => player.toggle(),
      skip,
      jumpToShare,
      jumpToSection,
      find: () => openTools(true),
      mute: () => player.mute(),
      changeRate,
      fullscreen: () => player.fullscreen(),
      share: () => share.open(player.time()),
    },
    dialog,
  );
}
