// Find in this meeting: the notes and the transcript as two long texts, hits as ranges in them.

import { lastStartedBy, scrollToElement, secondsInLine } from "./sync.js";
import { _ } from "../language.js";
import { momentClock } from "../player/parts.js";

const MIN_LETTERS = 2; // one letter is everywhere
const canHighlight = Boolean(window.CSS?.highlights);

/** A text made of the text nodes of a page; it knows which node a character came from. */
class NodeText {
  #nodes = [];
  #starts = [];
  #text = "";

  /** `separatorAfter(node)` is what comes between a node and the next one. */
  constructor(nodes, separatorAfter) {
    for (const node of nodes) {
      this.#nodes.push(node);
      this.#starts.push(this.#text.length);
      // Every character keeps its place: what gets longer in lower case stays as it is.
      const lower = node.data.toLowerCase();
      this.#text += (lower.length === node.data.length ? lower : node.data).replace(/\s/g, " ") + separatorAfter(node);
    }
  }

  /** Ranges that have `words`. */
  *find(words) {
    for (let at = this.#text.indexOf(words); at >= 0; at = this.#text.indexOf(words, at + words.length)) {
      const [start, end] = [this.#locate(at), this.#locate(at + words.length - 1)];
      const range = document.createRange();
      range.setStart(...start);
      range.setEnd(end[0], end[1] + 1);
      yield range;
    }
  }

  #locate(offset) {
    const at = lastStartedBy(this.#starts, offset);
    return [this.#nodes[at], Math.min(offset - this.#starts[at], this.#nodes[at].data.length)];
  }
}

function textNodes(root, isWanted) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
    node.data.trim() && isWanted(node.parentElement) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT,
  );
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

const NOT_TEXT = ".chip, .further, .best-guess, .remark, .also, .anchor, .own-link, .pencil, .editor"; // in a block

/** A phrase may run from line to line of the transcript, but not from block to block of the notes. */
function readTexts(notes, lines) {
  const written = textNodes(notes, (element) => element.closest(".block") && !element.closest(NOT_TEXT));
  const next = new Map(written.map((node, at) => [node, written[at + 1]]));
  const blockOf = (node) => node?.parentElement.closest(".block");
  const separator = (node) => (blockOf(next.get(node)) === blockOf(node) ? "" : "\n");
  const spoken = lines ? textNodes(lines, (element) => element.matches("p > span:not(.time)")) : [];
  return [new NodeText(written, separator), new NodeText(spoken, () => " ")];
}

export class FindInPage {
  #form;
  #input;
  #plays;
  #texts = null;
  #notes;
  #lines;
  #timeline;
  #beforeMove;
  #showPanel;
  #hits = [];
  #at = -1;
  #allHits = canHighlight ? new Highlight() : null;
  #currentHit = canHighlight ? new Highlight() : null;

  /** `timeline` may be null; before the page scrolls to a hit `beforeMove` is called, and `showPanel` with the panel that
   *  has it. */
  constructor(form, { notes, lines, timeline, beforeMove, showPanel }) {
    [this.#form, this.#notes, this.#lines] = [form, notes, lines];
    [this.#timeline, this.#beforeMove, this.#showPanel] = [timeline, beforeMove, showPanel];
    this.#input = form.querySelector("input");
    this.#plays = "plays" in form.dataset;
    if (canHighlight) {
      this.#currentHit.priority = 1;
      CSS.highlights.set("found", this.#allHits);
      CSS.highlights.set("found-here", this.#currentHit);
    }
    this.#input.addEventListener("input", () => this.#search());
    this.#input.addEventListener("keydown", (key) => this.#onKey(key));
    form.addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.#move(1);
    });
    form.querySelector(".previous").addEventListener("click", () => this.#move(-1));
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  #onKey(key) {
    if (key.key === "Enter" && key.shiftKey) {
      key.preventDefault();
      this.#move(-1);
    } else if (key.key === "Escape") {
      this.#input.value = "";
      this.#search();
      this.#input.blur();
    }
  }

  #search() {
    const words = this.#input.value.trim().replace(/\s+/g, " ").toLowerCase();
    this.#texts ??= readTexts(this.#notes, this.#lines);
    this.#hits = words.length < MIN_LETTERS ? [] : this.#texts.flatMap((text) => [...text.find(words)]);
    this.#at = -1;
    if (canHighlight) {
      this.#allHits.clear();
      this.#hits.forEach((range) => this.#allHits.add(range));
    }
    this.#timeline?.markHits(this.#hits.map(momentOf).filter((moment) => moment?.href));
    this.#update(words);
  }

  #move(step) {
    const count = this.#hits.length;
    if (!count) return;
    this.#at = this.#at < 0 && step < 0 ? count - 1 : (this.#at + step + count) % count;
    const holder = holderOf(this.#hits[this.#at]);
    if (!holder) return; // it has gone from the page since
    this.#beforeMove();
    this.#showPanel(holder.closest(".speech") ? "transcript" : "notes");
    reveal(holder);
    this.#update(this.#input.value);
  }

  #update(words) {
    document.querySelector("[data-found]")?.removeAttribute("data-found");
    this.#currentHit?.clear();
    const range = this.#hits[this.#at];
    if (range) {
      this.#currentHit?.add(range);
      holderOf(range)?.setAttribute("data-found", "");
    }
    const count = this.#hits.length;
    const place = _("%(at)s of %(count)s", { at: this.#at + 1, count });
    const summary = !count ? _("no hits") : range ? place : `${count}`;
    this.#form.querySelector("output").textContent = words.length < MIN_LETTERS ? "" : summary;
    this.#form.querySelector(".found").hidden = words.length < MIN_LETTERS;
    this.#form.classList.toggle("finding", words.length >= MIN_LETTERS);
    this.#updateLink(range && momentOf(range));
  }

  /** The link that plays the hit. */
  #updateLink(moment) {
    this.#form.querySelector(".hit-time")?.remove();
    if (!this.#plays || !moment?.href) return;
    const link = Object.assign(document.createElement("a"), { className: "hit-time" });
    this.#form.querySelector(".found").prepend(link);
    link.setAttribute("href", moment.href);
    link.dataset.start = moment.start;
    link.textContent = momentClock(moment.start);
    link.setAttribute("aria-label", _("Play this hit from %(time)s", { time: momentClock(moment.start) }));
  }
}

/** The block or the line of the transcript that has a range. */
function holderOf(range) {
  return range.startContainer.parentElement?.closest(".block, .lines p") ?? null;
}

/** When a hit was said: {start, href}; null for notes without a moment. */
function momentOf(range) {
  const element = range.startContainer.parentElement;
  const line = element?.closest(".lines p");
  const link = line ? line.querySelector("a[data-start]") : element?.closest(".block")?.querySelector(".chip[data-start]");
  if (!link) return null;
  const start = line ? secondsInLine(line, range.startContainer, range.startOffset) : Number(link.dataset.start);
  return { start, href: link.getAttribute("href") };
}

/** Scrolls the transcript where it scrolls by itself, otherwise the page. */
function reveal(holder) {
  const panel = holder.closest(".lines");
  if (panel && getComputedStyle(panel).overflowY === "auto") {
    const center = () => {
      const [outer, inner] = [panel.getBoundingClientRect(), holder.getBoundingClientRect()];
      panel.scrollTop += inner.top - outer.top - panel.clientHeight / 3;
    };
    center();
    requestAnimationFrame(center); // the batches on the way are laid out now
  } else scrollToElement(holder);
}
