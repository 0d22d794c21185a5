// The search of a site of files. Pagefind, and the pieces of its index that a query needs, are fetched on first use.
//
// What Pagefind searches are pages that nobody sees: the notes of a meeting, and quarters of an hour of what was said.
// In them an empty element stands before every block and line; its id says where that is. So a word that was found is
// in the block, or line, of the last such element before it.

import { _, ngettext } from "../language.js";
import { clock } from "../timecode.js";
import "../search_key.js";

const TYPING_PAUSE_MS = 200; // without a key, before we ask
const FIRST_PAGES = 4; // of those nobody sees, each some kilobytes, that are looked into at first
const MORE_PAGES = 15; // and whenever more is asked for
const MAX_HITS = 3; // of each, the best
const NEAR_WORDS = 25; // within which words found in speech belong together
const LONG_LINE_SECONDS = 20; // from which on a line is no moment
const LEAD_SECONDS = 5; // before a word whose moment is not quite known
const WORDS_BEFORE = 6; // a hit, that are shown
const WORDS_SHOWN = 40;
const FILTERS = { notes: { in: "notes" }, transcript: { not: { in: "notes" } } }; // only notes say what they are
const SOURCES = { notes: _("notes"), transcript: _("transcript") };

const form = document.querySelector(".search");
const input = form.querySelector("input");
const status = document.querySelector("[role=status]");
const results = document.querySelector(".results");
const help = document.querySelector(".help");
const heading = document.querySelector("h1");
const sources = document.querySelector(".sources");
const root = new URL(document.querySelector("main").dataset.root, location.href);
const title = document.title;
let loading = null; // Pagefind, once it is wanted
let timer = 0;
let asked = 0; // queries so far: an older answer must not replace a newer one
let shown = "";
let source = "";

/** Pagefind, ready to search. */
function pagefind() {
  loading ??= import(new URL("pagefind/pagefind.js", root).href).then(async (library) => {
    await library.options({ baseUrl: root.pathname, noWorker: true });
    await library.init();
    return library;
  });
  loading.catch(() => (loading = null)); // it can be tried again
  return loading;
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** The words of a page as Pagefind counts them: it marks where they end in scripts that put no spaces between them. */
function wordsOf(page) {
  const isMarked = page.raw_content.includes("\u200b");
  return { words: page.raw_content.split(isMarked ? "\u200b" : /\s+/), gap: isMarked ? "" : " " };
}

/** The places in a page where most of the query stands, the best first: {start, places}, by the numbers of words. In
 *  notes each is a block. */
function placesIn(page) {
  const found = [...page.locations].sort((a, b) => a - b);
  const isNear =
    sourceOf(page) === "notes"
      ? (at, start) => anchorBefore(page, at) === anchorBefore(page, start)
      : (at, start) => at - start < NEAR_WORDS;
  const groups = [];
  for (const at of found) {
    const group = groups.at(-1);
    if (group && isNear(at, group.start)) group.places.push(at);
    else groups.push({ start: at, places: [at] });
  }
  return groups.sort((a, b) => b.places.length - a.places.length || a.start - b.start).slice(0, MAX_HITS);
}

/** The element before a word: {id, location}. */
function anchorBefore(page, at) {
  return page.anchors.findLast(({ location }) => location <= at);
}

/** Where a hit leads, and what is told of it: {href, clock, speaker, start}; `start` in seconds, or null. */
function momentOf(page, at) {
  const [name, told] = anchorBefore(page, at)?.id.split("~") ?? ["", ""];
  if (sourceOf(page) === "transcript") {
    const start = secondsAt(page, at);
    return { href: `${addressOf(page)}?t=${start.toFixed(2)}`, start, speaker: decodeURIComponent(told) };
  }
  const start = told ? Number(told) : null;
  const moment = told ? `?t=${Math.floor(start)}` : "";
  return { href: `${addressOf(page)}${moment}${name && `#${name}`}`, start, speaker: "" };
}

/** About when a word was said: with its line or, where that is long, as far into it as the word is. */
function secondsAt(page, at) {
  const line = anchorBefore(page, at);
  const next = page.anchors.find(({ location }) => location > line.location);
  const [start, end] = [parseFloat(line.id), parseFloat(next?.id)];
  if (!(end - start > LONG_LINE_SECONDS)) return start;
  const share = (at - line.location) / (next.location - line.location);
  return Math.max(start, start + share * (end - start) - LEAD_SECONDS);
}

/** Of a meeting. */
function addressOf(page) {
  return new URL(`meetings/${encodeURIComponent(page.meta.slug)}/`, root).href;
}

/** "notes" or "transcript". */
function sourceOf(page) {
  return page.filters.in ? "notes" : "transcript";
}

/** Pagefind keeps text as HTML has it: `->` is `-&gt;`. */
function asText(html) {
  return html.includes("&") ? new DOMParser().parseFromString(html, "text/html").body.textContent : html;
}

function snippet(page, { start, places }) {
  const { words, gap } = wordsOf(page);
  const anchor = anchorBefore(page, start)?.location ?? 0;
  const first = Math.max(anchor, start - WORDS_BEFORE);
  // A block stands for itself; who speaks goes on in the next line.
  const after = sourceOf(page) === "notes" ? page.anchors.find(({ location }) => location > start)?.location : null;
  const end = Math.min(first + WORDS_SHOWN, after ?? words.length);
  const made = element("span", { dir: "auto" }, first > anchor ? "… " : "");
  for (let at = first; at < end; at++) {
    const word = asText(words[at]);
    made.append(places.includes(at) ? element("mark", { textContent: word }) : word, gap);
  }
  if (end < (after ?? words.length)) made.append("…");
  return made;
}

function hitRow(page, group) {
  const { href, start, speaker } = momentOf(page, group.start);
  const from = sourceOf(page);
  const when = element("span", { className: "when" });
  if (start !== null) when.append(element("span", { className: "chip", textContent: clock(start) }));
  when.append(element("span", { className: `source ${from}`, textContent: SOURCES[from] }));
  const link = element("a", { className: "hit", href }, when, snippet(page, group));
  if (speaker) link.append(element("span", { className: "context", dir: "auto", textContent: speaker }));
  const row = element("li", {}, link);
  row.dataset.start = start ?? -1;
  return row;
}

function meetingSection(page) {
  const day = page.meta.date ? dayOf(page.meta.date) : _("No date");
  const name = element(
    "h2",
    {},
    element("a", { href: addressOf(page), dir: "auto", textContent: page.meta.title }),
    " ",
    element("span", { className: "day", textContent: day }),
  );
  const section = element("section", { className: "meeting-hits" }, name, element("ul", {}));
  section.dataset.slug = page.meta.slug;
  return section;
}

function dayOf(date) {
  const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  return new Date(`${date}T00:00:00Z`).toLocaleDateString(locale, { dateStyle: "medium", timeZone: "UTC" });
}

/** Adds what was found in a page to the hits of its meeting, in the order of the recording. */
function add(page) {
  const known = results.querySelector(`[data-slug="${CSS.escape(page.meta.slug)}"]`);
  const section = known ?? results.appendChild(meetingSection(page));
  const list = section.querySelector("ul");
  list.append(...placesIn(page).map((group) => hitRow(page, group)));
  list.append(...[...list.children].sort((a, b) => a.dataset.start - b.dataset.start));
}

/** Looks into the next of the pages that were found. */
async function showMore(found, first, count, number) {
  const pages = await Promise.all(found.slice(first, first + count).map((each) => each.data()));
  if (number !== asked) return;
  results.querySelector(".more")?.remove();
  pages.forEach(add);
  const next = first + count;
  if (found.length <= next) return;
  const button = element("button", { type: "button", className: "plain", textContent: _("More results") });
  button.addEventListener("click", () => showMore(found, next, MORE_PAGES, number).catch(fail));
  results.append(element("p", { className: "more" }, button));
}

function tell(text) {
  heading.textContent = status.textContent = text;
}

function fail(error) {
  console.warn(error);
  tell(_("The search cannot be loaded."));
}

function addressOfQuery(query) {
  const parameters = new URLSearchParams(query ? { q: query, ...(source && { in: source }) } : {});
  return `${location.pathname}${query ? `?${parameters}` : ""}`;
}

async function search() {
  const query = input.value.trim();
  const wanted = query && `${query} ${source}`;
  if (wanted === shown) return;
  const number = ++asked;
  shown = wanted;
  let found = [];
  if (query) {
    try {
      const options = source ? { filters: FILTERS[source] } : {};
      found = (await (await pagefind()).search(query, options)).results;
    } catch (error) {
      if (number === asked) fail(error);
      shown = "";
      return;
    }
  }
  if (number !== asked) return;
  history.replaceState(null, "", addressOfQuery(query));
  document.title = query ? `${query} · ${title}` : title;
  results.replaceChildren();
  help.hidden = Boolean(query);
  sources.hidden = !query;
  if (!query) return tell(_("Search"));
  if (!found.length) return tell(_("Nothing found"));
  await showMore(found, 0, FIRST_PAGES, number).catch(fail);
  if (number === asked) tell(headingOf(found));
}

/** How much was found: the meetings, once all of their pages have been looked into. */
function headingOf(found) {
  const meetings = results.querySelectorAll(".meeting-hits").length;
  if (found.length <= FIRST_PAGES) return ngettext("Found in %(num)s meeting", "Found in %(num)s meetings", meetings);
  return _("Best results");
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(search, TYPING_PAUSE_MS);
}

function choose(name) {
  source = name;
  for (const button of sources.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.source === name));
  }
}

input.addEventListener("focus", () => pagefind().catch(() => {}), { once: true }); // it will be there when words are
input.addEventListener("input", (typed) => !typed.isComposing && later());
input.addEventListener("compositionend", later);
form.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  clearTimeout(timer);
  search();
});
sources.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  choose(button.dataset.source);
  search();
});

const parameters = new URLSearchParams(location.search);
if (parameters.get("in") in SOURCES) choose(parameters.get("in"));
input.value ||= parameters.get("q") ?? ""; // or what was typed before this script ran, or restored by the browser
search();
