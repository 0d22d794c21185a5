// Shows in the notes and in the transcript where the recording is, and keeps it in sight until the reader scrolls.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const SCROLLS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

function mark(before, after) {
  if (before === after) return;
  before?.removeAttribute("aria-current");
  after?.setAttribute("aria-current", "time");
}

function glide(far) {
  return far || calm.matches ? "auto" : "smooth";
}

/** The page between what is pinned at its top and at its bottom: {top, bottom} in pixels of the window. */
function view() {
  const deck = document.querySelector(".deck")?.getBoundingClientRect();
  const stacked = deck && deck.width > window.innerWidth * 0.8;
  return { top: stacked ? Math.max(deck.bottom, 0) : 0, bottom: window.innerHeight - (stacked ? 56 : 0) };
}

/** Brings `element` into the page's view if it is not. */
export function bring(element) {
  const [seen, at] = [view(), element.getBoundingClientRect()];
  if (at.top >= seen.top && at.bottom <= seen.bottom) return;
  const top = window.scrollY + at.top - seen.top - (seen.bottom - seen.top) / 4;
  window.scrollTo({ top, behavior: glide(Math.abs(top - window.scrollY) > 2 * window.innerHeight) });
}

/** The index of the last of `starts` that is not after `seconds`; -1 before the first. */
export function indexAt(starts, seconds) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Follows in both, until the reader scrolls one of them; a button takes both up again. */
export class Following {
  #notes;
  #speech;
  #button;
  #left = new Set(); // what the reader has scrolled away

  constructor(notes, speech, button) {
    [this.#notes, this.#speech, this.#button] = [notes, speech, button];
    for (const event of ["wheel", "touchmove"]) {
      document.addEventListener(event, ({ target }) => this.#leave(target), { passive: true });
    }
    document.addEventListener("keydown", ({ key, target }) => {
      if (SCROLLS.has(key) && !target.closest("input, textarea")) this.#leave(target);
    });
    // The bar of the page's own scrolling stands beside the document.
    document.addEventListener("pointerdown", ({ clientX, target }) => {
      if (clientX >= document.documentElement.clientWidth) this.#leave(target);
    });
    // The bar of the transcript's own scrolling.
    speech?.panel.addEventListener("pointerdown", ({ target }) => target === speech.panel && this.#leave(target));
    button?.addEventListener("click", () => {
      this.resume();
      this.#notes.reveal();
      this.#speech?.reveal();
    });
  }

  resume() {
    this.#left.clear();
    if (this.#button) this.#button.hidden = true;
  }

  show(seconds) {
    if (this.#notes.show(seconds) && !this.#left.has(this.#notes)) this.#notes.reveal();
    if (this.#speech?.show(seconds) && !this.#left.has(this.#speech)) this.#speech.reveal();
    this.#offer();
  }

  /** Stops following: the reader, or a search, has gone elsewhere. */
  leave() {
    this.#left.add(this.#notes);
    if (this.#speech) this.#left.add(this.#speech);
    this.#offer();
  }

  #leave(target) {
    const inPanel = this.#speech?.scrolls() && this.#speech.panel.contains(target);
    this.#left.add(inPanel ? this.#speech : this.#notes);
    if (this.#speech && !this.#speech.scrolls()) this.#left.add(this.#speech);
    this.#offer();
  }

  #offer() {
    const away = (this.#left.has(this.#speech) && this.#speech?.current) || (this.#left.has(this.#notes) && this.#notes.current);
    if (this.#button) this.#button.hidden = !away;
  }
}

/** Marks the block that is being discussed: of those that hold the moment, the one that began last; a block rather than
 *  its heading. */
export class NotesFollower {
  current = null;
  #spans;

  constructor(notes) {
    this.read(notes);
  }

  /** Takes the blocks' moments from the page, again after they have changed. */
  read(notes) {
    this.#spans = [...notes.querySelectorAll("[data-from]")].map((block) => ({
      block,
      start: Number(block.dataset.from),
      end: Number(block.dataset.to),
      isTopic: block.matches(".topic, .opening *"),
    }));
  }

  /** Whether another block is marked than before. */
  show(seconds) {
    let found = null;
    for (const span of this.#spans) {
      if (seconds < span.start || seconds >= span.end) continue;
      const closer = !found || span.start > found.start || (span.start === found.start && found.isTopic);
      if (closer) found = span;
    }
    const block = found?.block ?? null;
    if (block === this.current) return false;
    mark(this.current, block);
    this.current = block;
    return true;
  }

  reveal() {
    if (this.current) bring(this.current);
  }
}

/** Marks the line, and the word, that is being said. */
export class TranscriptFollower {
  panel;
  current = null;
  #lines;
  #starts;
  #word = window.CSS?.highlights ? new Highlight() : null; // marks words without touching the page
  #words = null; // of the current line: {starts, ranges}

  constructor(panel) {
    this.panel = panel;
    this.#lines = [...panel.querySelectorAll("p")];
    this.#starts = this.#lines.map((line) => Number(line.firstElementChild.dataset.start));
    if (this.#word) CSS.highlights.set("spoken", this.#word);
  }

  /** Whether another line is marked than before. */
  show(seconds) {
    const line = this.#lines[indexAt(this.#starts, seconds)] ?? null;
    const changed = line !== this.current;
    if (changed) {
      mark(this.current, line);
      this.current = line;
      this.#words = line && this.#word ? wordsOf(line) : null;
    }
    this.#word?.clear();
    const at = this.#words ? indexAt(this.#words.starts, seconds) : -1;
    if (at >= 0) this.#word.add(this.#words.range(at));
    return changed;
  }

  /** When the word at a point of the screen was said, in seconds; null where no line is. */
  momentAt(x, y) {
    const found = document.caretPositionFromPoint?.(x, y) ?? null;
    const range = found ? null : document.caretRangeFromPoint?.(x, y);
    const [node, offset] = found ? [found.offsetNode, found.offset] : [range?.startContainer, range?.startOffset];
    const line = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(".lines p");
    if (!line) return null;
    return timeIn(line, node, offset);
  }

  /** Whether the transcript scrolls by itself rather than with the page. */
  scrolls() {
    return getComputedStyle(this.panel).overflowY === "auto";
  }

  reveal() {
    const line = this.current;
    if (!line || !this.panel.closest("details").open) return;
    if (this.scrolls()) this.#center(line);
    else if (document.activeElement?.closest(".speech")) bring(line);
  }

  #center(line, again = true) {
    const [outer, inner] = [this.panel.getBoundingClientRect(), line.getBoundingClientRect()];
    if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
    // Only the panel moves: the page is where the reader left it.
    const top = this.panel.scrollTop + inner.top - outer.top - this.panel.clientHeight / 3;
    const far = Math.abs(top - this.panel.scrollTop) > 2 * this.panel.clientHeight;
    this.panel.scrollTo({ top, behavior: glide(far) });
    // What was never in sight has a guessed height: once it is laid out, the line may stand elsewhere.
    if (far && again) requestAnimationFrame(() => this.#center(line, false));
  }
}

/** When the text at `offset` of `node`, in a line of the transcript, was said. */
export function timeIn(line, node, offset) {
  const start = Number(line.firstElementChild.dataset.start);
  const words = wordsOf(line);
  if (!words || node !== words.node) return start;
  return words.starts[Math.max(indexAt(words.offsets, offset), 0)] ?? start;
}

function wordsOf(line) {
  if (!line.dataset.words) return null;
  const node = line.lastElementChild.lastChild;
  const found = [...node.data.matchAll(/\S+/g)];
  const start = Number(line.firstElementChild.dataset.start);
  return {
    node,
    offsets: found.map((word) => word.index),
    starts: line.dataset.words.split(" ").map((tenths) => start + Number(tenths) / 10),
    range(at) {
      const range = new StaticRange({
        startContainer: node,
        startOffset: found[at].index,
        endContainer: node,
        endOffset: found[at].index + found[at][0].length,
      });
      return range;
    },
  };
}
