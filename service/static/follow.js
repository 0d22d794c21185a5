// Shows in the notes and in the transcript where the recording is.

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

function mark(before, after) {
  if (before === after) return;
  before?.removeAttribute("aria-current");
  after?.setAttribute("aria-current", "time");
}

/** Marks the block that is being discussed: of those that hold the moment, the one that began last. */
export class NotesFollower {
  #spans;
  #current = null;

  constructor(notes) {
    this.#spans = [...notes.querySelectorAll("[data-from]")].map((block) => ({
      block,
      start: Number(block.dataset.from),
      end: Number(block.dataset.to),
    }));
  }

  show(seconds) {
    let found = null;
    for (const span of this.#spans) {
      if (span.start <= seconds && seconds < span.end && (!found || span.start >= found.start)) found = span;
    }
    mark(this.#current, found?.block ?? null);
    this.#current = found?.block ?? null;
  }
}

/** Marks the line that is being said, and keeps it in sight unless the reader has scrolled elsewhere. */
export class TranscriptFollower {
  #panel;
  #lines;
  #starts;
  #current = null;

  constructor(panel) {
    this.#panel = panel;
    this.#lines = [...panel.querySelectorAll("p")];
    this.#starts = this.#lines.map((line) => Number(line.firstElementChild.dataset.start));
  }

  show(seconds, { jumped = false } = {}) {
    const line = this.#lines[this.#at(seconds)] ?? null;
    if (line === this.#current && !jumped) return;
    const following = jumped || !this.#current || this.#inSight(this.#current);
    mark(this.#current, line);
    this.#current = line;
    if (line && following && !this.#inSight(line)) this.#reveal(line);
  }

  /** The index of the last line that has begun; -1 before the first. */
  #at(seconds) {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle] <= seconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #inSight(line) {
    const [outer, inner] = [this.#panel.getBoundingClientRect(), line.getBoundingClientRect()];
    return inner.top >= outer.top && inner.bottom <= outer.bottom;
  }

  #reveal(line) {
    // Only the panel moves: the page is where the reader left it.
    const above = line.getBoundingClientRect().top - this.#panel.getBoundingClientRect().top;
    const top = this.#panel.scrollTop + above - this.#panel.clientHeight / 3;
    const far = Math.abs(top - this.#panel.scrollTop) > 2 * this.#panel.clientHeight;
    this.#panel.scrollTo({ top, behavior: far || calm.matches ? "auto" : "smooth" });
  }
}
