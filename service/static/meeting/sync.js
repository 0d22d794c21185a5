// Shows in the notes and in the transcript where the recording is, and keeps it in sight until the reader scrolls.

const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
const SCROLL_KEYS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

function moveCurrentMark(from, to) {
  if (from === to) return;
  from?.removeAttribute("aria-current");
  to?.setAttribute("aria-current", "time");
}

function scrollBehavior(isFar) {
  return isFar || reducedMotion.matches ? "auto" : "smooth";
}

function isShown(element) {
  return element.getClientRects().length > 0;
}

/** The part of the window between what is pinned at its top and at its bottom: {top, bottom} in pixels. `pinned` is the
 *  top once the page is scrolled so far that it is pinned there. */
function visibleArea() {
  const bar = document.querySelector(".bar");
  if (!bar || getComputedStyle(bar).position !== "fixed") return { top: 0, pinned: 0, bottom: window.innerHeight };
  const { top: bottom } = bar.getBoundingClientRect();
  const controls = document.querySelector(".controls");
  const holder = [controls?.closest(".deck"), controls].find((part) => part && getComputedStyle(part).position === "sticky");
  if (!holder) return { top: 0, pinned: 0, bottom };
  const { bottom: end } = controls.getBoundingClientRect();
  return { top: Math.max(end, 0), pinned: end - holder.getBoundingClientRect().top, bottom };
}

/** Scrolls the page to `element` unless it is in sight. */
export function scrollToElement(element) {
  const [area, box] = [visibleArea(), element.getBoundingClientRect()];
  if (box.top >= area.top && box.bottom <= area.bottom) return;
  const top = window.scrollY + box.top - area.pinned - (area.bottom - area.pinned) / 4;
  const isFar = Math.abs(top - window.scrollY) > 2 * window.innerHeight;
  window.scrollTo({ top, behavior: scrollBehavior(isFar) });
}

/** The index of the last of `starts` that is not after `seconds`; -1 before the first. */
export function lastStartedBy(starts, seconds) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Keeps notes and transcript at the recording's moment. Each is left alone once the reader has scrolled it, until a
 *  button makes both follow again. */
export class Sync {
  #notes;
  #transcript;
  #followButton;
  #paused = new Set(); // what the reader has scrolled

  constructor(notes, transcript, followButton) {
    [this.#notes, this.#transcript, this.#followButton] = [notes, transcript, followButton];
    for (const event of ["wheel", "touchmove"]) {
      document.addEventListener(event, ({ target }) => this.#pauseScrolled(target), { passive: true });
    }
    document.addEventListener("keydown", ({ key, target }) => {
      if (SCROLL_KEYS.has(key) && !target.closest("input, textarea")) this.#pauseScrolled(target);
    });
    // The scroll bar of the page is beside the document.
    document.addEventListener("pointerdown", ({ clientX, target }) => {
      if (clientX >= document.documentElement.clientWidth) this.#pauseScrolled(target);
    });
    // The scroll bar of the transcript.
    const panel = transcript?.panel;
    panel?.addEventListener("pointerdown", ({ target }) => target === panel && this.#pauseScrolled(target));
    followButton?.addEventListener("click", () => {
      this.resume();
      this.#notes.reveal();
      this.#transcript?.reveal();
    });
  }

  show(seconds) {
    if (this.#notes.show(seconds) && !this.#paused.has(this.#notes)) this.#notes.reveal();
    if (this.#transcript?.show(seconds) && !this.#paused.has(this.#transcript)) this.#transcript.reveal();
    this.#updateButton();
  }

  /** Leaves both alone: the reader, or a search, has gone elsewhere. */
  pause() {
    this.#paused.add(this.#notes);
    if (this.#transcript) this.#paused.add(this.#transcript);
    this.#updateButton();
  }

  resume() {
    this.#paused.clear();
    if (this.#followButton) this.#followButton.hidden = true;
  }

  /** Shows both where the recording is, unless the reader has left it: a part was out of sight until now. */
  revealAgain() {
    for (const part of [this.#notes, this.#transcript]) if (part && !this.#paused.has(part)) part.reveal();
  }

  #pauseScrolled(target) {
    const isInPanel = this.#transcript?.scrollsAlone() && this.#transcript.panel.contains(target);
    this.#paused.add(isInPanel ? this.#transcript : this.#notes);
    if (this.#transcript && !this.#transcript.scrollsAlone()) this.#paused.add(this.#transcript);
    this.#updateButton();
  }

  #updateButton() {
    const isAway = [this.#transcript, this.#notes].some((part) => part?.current && this.#paused.has(part));
    if (this.#followButton) this.#followButton.hidden = !isAway;
  }
}

/** Marks the block that is being discussed: of those at the moment, the one that began last. Of several that begin
 *  together it is the one the reader chose, or else a block rather than its heading. */
export class NotesSync {
  current = null;
  #chosen = null;
  #spans;

  constructor(notes) {
    this.read(notes);
  }

  /** Takes the moments of the blocks from the page, again after they have changed. */
  read(notes) {
    this.#spans = [...notes.querySelectorAll("[data-from]")].map((block) => ({
      block,
      start: Number(block.dataset.from),
      end: Number(block.dataset.to),
      isHeading: block.matches(".topic, .opening *"),
    }));
  }

  /** Notes which block the reader has gone to; null: none. */
  choose(block) {
    this.#chosen = block;
  }

  /** The block that is discussed at a moment; null where none is. */
  at(seconds) {
    let found = null;
    for (const span of this.#spans) {
      if (seconds < span.start || seconds >= span.end) continue;
      const isCloser = !found || span.start > found.start;
      if (isCloser || (span.start === found.start && this.#isPreferred(span, found))) found = span;
    }
    return found?.block ?? null;
  }

  /** Whether another block is marked than before. */
  show(seconds) {
    const block = this.at(seconds);
    if (block === this.current) return false;
    moveCurrentMark(this.current, block);
    this.current = block;
    return true;
  }

  #isPreferred(span, other) {
    if (other.block === this.#chosen) return false;
    return span.block === this.#chosen || other.isHeading;
  }

  /** The section of the marked block: its {name}, and the {start} of the block in seconds; null if none is marked. */
  currentSection() {
    if (!this.current) return null;
    let part = this.current.closest(".notes > *");
    while (part && !part.matches(".topic")) part = part.previousElementSibling;
    const heading = (part ?? document).querySelector("h1, h2, h3, h4, h5, h6");
    return { name: headingText(heading), start: Number(this.current.dataset.from) };
  }

  /** The start of the first block that begins from `from` on and before `to`, in seconds; undefined where none does. */
  startBetween(from, to) {
    const starts = this.#spans.map(({ start }) => start).filter((start) => start >= from && start < to);
    return starts.length ? Math.min(...starts) : undefined;
  }

  reveal() {
    if (this.current && isShown(this.current)) scrollToElement(this.current);
  }
}

/** What a heading says, without the arrow of one that is a link. */
export function headingText(heading) {
  const text = [...heading.childNodes].filter((node) => !node.matches?.(".own-link"));
  return text.map((node) => node.textContent).join("").trim();
}

const read = new WeakMap(); // panels → their lines: there are thousands

/** The lines of a transcript and when each begins: {lines, starts}, in seconds. */
export function linesOf(panel) {
  if (!read.has(panel)) {
    const lines = [...panel.querySelectorAll("p")];
    read.set(panel, { lines, starts: lines.map((line) => Number(line.firstElementChild.dataset.start)) });
  }
  return read.get(panel);
}

/** Marks the line, and the word, that is being said. */
export class TranscriptSync {
  panel;
  current = null;
  #lines;
  #starts;
  #wordHighlight = window.CSS?.highlights ? new Highlight() : null; // marks words without touching the page
  #words = null; // of the current line: {starts, range}

  constructor(panel) {
    this.panel = panel;
    ({ lines: this.#lines, starts: this.#starts } = linesOf(panel));
    if (this.#wordHighlight) CSS.highlights.set("spoken", this.#wordHighlight);
  }

  /** Whether another line is marked than before. */
  show(seconds) {
    const line = this.#lines[lastStartedBy(this.#starts, seconds)] ?? null;
    const hasChanged = line !== this.current;
    if (hasChanged) {
      moveCurrentMark(this.current, line);
      this.current = line;
      this.#words = line && this.#wordHighlight ? wordsOf(line) : null;
    }
    this.#wordHighlight?.clear();
    const at = this.#words ? lastStartedBy(this.#words.starts, seconds) : -1;
    if (at >= 0) this.#wordHighlight.add(this.#words.range(at));
    return hasChanged;
  }

  /** When the word at a point of the window was said, in seconds; null where there is no line. */
  secondsAt(x, y) {
    const caret = document.caretPositionFromPoint?.(x, y) ?? null;
    const range = caret ? null : document.caretRangeFromPoint?.(x, y);
    const [node, offset] = caret ? [caret.offsetNode, caret.offset] : [range?.startContainer, range?.startOffset];
    const line = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(".lines p");
    if (!line) return null;
    return secondsInLine(line, node, offset);
  }

  /** Whether the transcript scrolls by itself rather than with the page. */
  scrollsAlone() {
    return getComputedStyle(this.panel).overflowY === "auto";
  }

  reveal() {
    const line = this.current;
    if (!line || !isShown(line)) return;
    if (this.scrollsAlone()) this.#scrollPanelTo(line);
    else scrollToElement(line);
  }

  #scrollPanelTo(line, mayRepeat = true) {
    const [outer, inner] = [this.panel.getBoundingClientRect(), line.getBoundingClientRect()];
    if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
    // Only the panel moves: the page is where the reader left it.
    const top = this.panel.scrollTop + inner.top - outer.top - this.panel.clientHeight / 3;
    const isFar = Math.abs(top - this.panel.scrollTop) > 2 * this.panel.clientHeight;
    this.panel.scrollTo({ top, behavior: scrollBehavior(isFar) });
    // What was never in sight has a guessed height: once it is laid out, the line may be elsewhere.
    if (isFar && mayRepeat) requestAnimationFrame(() => this.#scrollPanelTo(line, false));
  }
}

/** When the text at `offset` of `node`, in a line of the transcript, was said. */
export function secondsInLine(line, node, offset) {
  const start = Number(line.firstElementChild.dataset.start);
  const words = wordsOf(line);
  if (!words || node !== words.node) return start;
  return words.starts[Math.max(lastStartedBy(words.offsets, offset), 0)] ?? start;
}

/** When the words of a line were said, and where they stand in its text; null where that is not known. */
export function wordsOf(line) {
  if (!line.dataset.words) return null;
  const node = line.lastElementChild.lastChild;
  const words = [...node.data.matchAll(/\S+/g)];
  const start = Number(line.firstElementChild.dataset.start);
  return {
    node,
    offsets: words.map((word) => word.index),
    starts: line.dataset.words.split(" ").map((tenths) => start + Number(tenths) / 10),
    range(at) {
      const { index, 0: text } = words[at];
      return new StaticRange({ startContainer: node, startOffset: index, endContainer: node, endOffset: index + text.length });
    },
  };
}
