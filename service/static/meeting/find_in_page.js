// Find in this meeting: the notes and the transcript as two long texts, hits as ranges in them.

import { bring, indexAt, timeIn } from "./sync.js";
import { clock } from "../timecode.js";

const SHORTEST = 2; // letters; one letter is everywhere
const canPaint = Boolean(window.CSS?.highlights);

/** A text made of the pieces of a page, that knows which piece a character came from. */
class Text {
  #nodes = [];
  #starts = [];
  #text = "";

  constructor(nodes, between) {
    for (const node of nodes) {
      this.#nodes.push(node);
      this.#starts.push(this.#text.length);
      // Every character keeps its place: what gets longer in lower case stays as it is.
      const lower = node.data.toLowerCase();
      this.#text += (lower.length === node.data.length ? lower : node.data).replace(/\s/g, " ") + between(node);
    }
  }

  /** Ranges that hold `words`. */
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
    const at = indexAt(this.#starts, offset);
    return [this.#nodes[at], Math.min(offset - this.#starts[at], this.#nodes[at].data.length)];
  }
}

function textsIn(root, wanted) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
    node.data.trim() && wanted(node.parentElement) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT,
  );
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

/** What was said goes on from line to line; a block of the notes ends. */
function read(notes, lines) {
  const inBlock = (element) => element.closest(".block") && !element.closest(".chip, .also, .guess, .remark, .anchor, .pencil, .editor");
  const written = textsIn(notes, inBlock);
  const after = new Map(written.map((node, at) => [node, written[at + 1]]));
  const ends = (node) => (after.get(node)?.parentElement.closest(".block") === node.parentElement.closest(".block") ? "" : "\n");
  const said = lines ? textsIn(lines, (element) => element.matches("p > span:not(.time)")) : [];
  return [new Text(written, ends), new Text(said, () => " ")];
}

export class Find {
  #form;
  #input;
  #texts = null;
  #notes;
  #lines;
  #strip;
  #hits = [];
  #at = -1;
  #all = canPaint ? new Highlight() : null;
  #one = canPaint ? new Highlight() : null;
  #moved;

  /** `strip` may be null; `moved` is called before the page goes to a hit. */
  constructor(form, { notes, lines, strip, moved }) {
    [this.#form, this.#notes, this.#lines, this.#strip, this.#moved] = [form, notes, lines, strip, moved];
    this.#input = form.querySelector("input");
    if (canPaint) {
      this.#one.priority = 1;
      CSS.highlights.set("found", this.#all);
      CSS.highlights.set("found-here", this.#one);
    }
    this.#input.addEventListener("input", () => this.#search());
    this.#input.addEventListener("keydown", (key) => this.#key(key));
    form.addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.#go(1);
    });
    form.querySelector(".previous").addEventListener("click", () => this.#go(-1));
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  #key(key) {
    if (key.key === "Enter" && key.shiftKey) {
      key.preventDefault();
      this.#go(-1);
    } else if (key.key === "Escape") {
      this.#input.value = "";
      this.#search();
      this.#input.blur();
    }
  }

  #search() {
    const words = this.#input.value.trim().replace(/\s+/g, " ").toLowerCase();
    this.#texts ??= read(this.#notes, this.#lines);
    this.#hits = words.length < SHORTEST ? [] : this.#texts.flatMap((text) => [...text.find(words)]);
    this.#at = -1;
    if (canPaint) {
      this.#all.clear();
      this.#hits.forEach((range) => this.#all.add(range));
    }
    this.#strip?.mark(this.#hits.map(placeOf).filter((place) => place?.href));
    this.#tell(words);
  }

  #go(step) {
    const count = this.#hits.length;
    if (!count) return;
    this.#at = this.#at < 0 && step < 0 ? count - 1 : (this.#at + step + count) % count;
    const range = this.#hits[this.#at];
    const holder = range.startContainer.parentElement?.closest(".block, .lines p");
    if (!holder) return; // it has gone from the page since
    this.#moved();
    const folded = holder.closest("details.speech");
    if (folded) folded.open = true;
    reveal(holder);
    this.#tell(this.#input.value);
  }

  #tell(words) {
    document.querySelector("[data-found]")?.removeAttribute("data-found");
    this.#one?.clear();
    const range = this.#hits[this.#at];
    if (range) {
      this.#one?.add(range);
      range.startContainer.parentElement?.closest(".block, .lines p")?.setAttribute("data-found", "");
    }
    const count = this.#hits.length;
    const told = !count ? "not found" : range ? `${this.#at + 1} of ${count}` : `${count}`;
    this.#form.querySelector("output").textContent = words.length < SHORTEST ? "" : told;
    this.#form.querySelector(".found").hidden = words.length < SHORTEST;
    this.#offer(range && placeOf(range));
  }

  /** The moment of the hit, to play from. */
  #offer(place) {
    const link = this.#form.querySelector(".hit");
    if (!link) return;
    link.hidden = !place?.href;
    if (link.hidden) return;
    link.setAttribute("href", place.href);
    link.dataset.start = place.start;
    link.textContent = clock(place.start);
    link.setAttribute("aria-label", `Play this hit from ${clock(place.start)}`);
  }
}

/** When what a range holds was said: {start, href}; null for notes without a moment. */
function placeOf(range) {
  const element = range.startContainer.parentElement;
  const line = element?.closest(".lines p");
  const link = line ? line.querySelector("a[data-start]") : element?.closest(".block")?.querySelector(".chip[data-start]");
  if (!link) return null;
  const start = line ? timeIn(line, range.startContainer, range.startOffset) : Number(link.dataset.start);
  return { start, href: link.getAttribute("href") };
}

/** Within the transcript's own scrolling first, then on the page. */
function reveal(holder) {
  const panel = holder.closest(".lines");
  if (panel && getComputedStyle(panel).overflowY === "auto") {
    const center = () => {
      const [outer, inner] = [panel.getBoundingClientRect(), holder.getBoundingClientRect()];
      panel.scrollTop += inner.top - outer.top - panel.clientHeight / 3;
    };
    center();
    requestAnimationFrame(center); // the stretches on the way are laid out now
  } else bring(holder);
}
