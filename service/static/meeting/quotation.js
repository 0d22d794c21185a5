// What is selected in the transcript or in the notes: its words, who says them, and from when to when.

import { lastStartedBy, linesOf, secondsInLine, wordsOf } from "./sync.js";

const MIN_SECONDS = 2; // of a range to be played
const LAST_LINE_SECONDS = 5; // of which nothing says how long it is

/** The lines of the transcript, to be quoted from. */
export class Quotations {
  #lines;
  #starts;

  constructor(panel) {
    ({ lines: this.#lines, starts: this.#starts } = panel ? linesOf(panel) : { lines: [], starts: [] });
  }

  /** {start, end, text, speaker} of a Range of the page; `start` is null in notes without a moment; null elsewhere. Of the
   *  transcript also when it has been `said`, which may be too soon for an `end`. */
  ofSelection(range) {
    const line = closest(range.startContainer, ".lines p");
    if (line) return this.#ofLines(range, this.#lines.indexOf(line));
    const block = closest(range.startContainer, ".block");
    const text = range.toString().trim().replace(/\s+/g, " ");
    if (!block || !text) return null;
    const [start, end] = [block.dataset.from, block.dataset.to].map((seconds) => (seconds ? Number(seconds) : null));
    return { start, end, text, speaker: "", block };
  }

  /** What is said from `start` on, up to `end` if it is given: the line, or the lines. */
  ofRange(start, end) {
    const first = Math.max(lastStartedBy(this.#starts, start), 0);
    const last = end === null ? first : Math.max(lastStartedBy(this.#starts, end - 0.05), first);
    const lines = this.#lines.slice(first, last + 1);
    return { text: lines.map((line) => textOf(line).data.trim()).join(" "), speaker: this.#speakerOf(first) };
  }

  /** The words that are said from `start` on and before `end`, as ranges of the page. */
  *wordsIn(start, end) {
    for (let at = Math.max(lastStartedBy(this.#starts, start), 0); this.#starts[at] < end; at++) {
      const [node, words] = [textOf(this.#lines[at]), wordsOf(this.#lines[at])];
      const said = words?.starts.flatMap((time, word) => (time >= start && time < end ? [word] : []));
      if (said?.length === 0) continue;
      const startOffset = said ? words.offsets[said[0]] : 0;
      const endOffset = said ? words.range(said.at(-1)).endOffset : node.data.length;
      yield new StaticRange({ startContainer: node, startOffset, endContainer: node, endOffset });
    }
  }

  #ofLines(range, first) {
    const endLine = closest(range.endContainer, ".lines p");
    let last = endLine ? this.#lines.indexOf(endLine) : this.#lines.length - 1;
    // A double or triple click may end before the first letter of the next line.
    const endsBefore = endLine && range.endContainer !== textOf(endLine) && range.endOffset === 0;
    if (endsBefore) last -= 1;
    last = Math.max(last, first);
    const [from, to] = [this.#lines[first], this.#lines[last]];
    const startOffset = range.startContainer === textOf(from) ? range.startOffset : 0;
    const endOffset = range.endContainer === textOf(to) ? range.endOffset : textOf(to).data.length;
    const texts = this.#lines.slice(first, last + 1).map((line) => textOf(line).data);
    texts[texts.length - 1] = texts.at(-1).slice(0, endOffset);
    texts[0] = texts[0].slice(startOffset);
    const text = texts.join(" ").trim().replace(/\s+/g, " ");
    const start = secondsInLine(from, textOf(from), startOffset);
    const said = this.#endIn(last, endOffset);
    const end = Math.max(said, start + MIN_SECONDS);
    return text ? { start, end, said, text, speaker: this.#speakerOf(first), block: null } : null;
  }

  /** When the text before `offset` of a line has been said. */
  #endIn(at, offset) {
    const following = this.#starts[at + 1] ?? this.#starts[at] + LAST_LINE_SECONDS;
    const words = wordsOf(this.#lines[at]);
    if (!words) return following;
    return words.starts[lastStartedBy(words.offsets, offset - 1) + 1] ?? following;
  }

  #speakerOf(at) {
    for (let line = at; line >= 0; line--) {
      const name = this.#lines[line].querySelector("b");
      if (name) return name.textContent;
    }
    return "";
  }
}

function textOf(line) {
  return line.lastElementChild.lastChild;
}

function closest(node, selector) {
  return (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(selector) ?? null;
}
