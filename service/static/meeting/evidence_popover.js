// Why a time is where it is: the line of the transcript that speaks for it, with the words of the notes marked.

import { lastStartedBy, linesOf } from "./sync.js";

const EVIDENCE_SECONDS = { before: 15, after: 90 }; // around a moment, in which its words were heard
const MAX_QUOTE_WORDS = 40;
const MIN_SHARED_PREFIX = 0.6; // of the longer word

/** Whether two words are forms of one: they begin alike. */
function areForms(a, b) {
  const longer = Math.max(a.length, b.length);
  const prefix = longer < 4 ? longer : Math.max(Math.ceil(longer * MIN_SHARED_PREFIX), 4);
  return a.slice(0, prefix) === b.slice(0, prefix);
}

function plain(word) {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

export class EvidencePopover {
  #lines;
  #starts;
  #popover = null;

  constructor(lines) {
    ({ lines: this.#lines, starts: this.#starts } = linesOf(lines));
    if (matchMedia("(hover: hover)").matches) document.addEventListener("pointerover", ({ target }) => this.#show(target));
    document.addEventListener("focusin", ({ target }) => target.matches(":focus-visible") && this.#show(target));
    document.addEventListener("focusout", () => this.#hide());
  }

  #show(target) {
    const link = target.closest?.("a[data-why]") ?? null;
    if (link === this.#popover?.parentElement) return;
    this.#hide();
    const quote = link && this.#quoteFor(link);
    if (!quote) return;
    link.dataset.explained = "";
    this.#popover = document.createElement("span");
    this.#popover.className = "why";
    this.#popover.setAttribute("aria-hidden", "true"); // the link's label has the words already
    this.#popover.append(link.dataset.why, document.createElement("q"));
    this.#popover.lastElementChild.append(...quote);
    link.append(this.#popover);
  }

  #hide() {
    delete this.#popover?.parentElement?.dataset.explained;
    this.#popover?.remove();
    this.#popover = null;
  }

  /** The line near the link's moment in which most of its words were heard, as nodes; null where none was. */
  #quoteFor(link) {
    const evidence = (link.dataset.heard ?? "").split(", ").map(plain).filter(Boolean);
    const start = Number(link.dataset.start);
    const isEvidence = (word) => evidence.some((heard) => areForms(heard, plain(word)));
    let best = { count: 0, words: null };
    let at = Math.max(lastStartedBy(this.#starts, start - EVIDENCE_SECONDS.before), 0);
    for (; this.#starts[at] < start + EVIDENCE_SECONDS.after; at++) {
      const words = this.#lines[at].lastElementChild.lastChild.data.trim().split(/\s+/).slice(0, MAX_QUOTE_WORDS);
      const count = evidence.filter((heard) => words.some((word) => areForms(heard, plain(word)))).length;
      if (count > best.count) best = { count, words };
    }
    return best.words?.flatMap((word) => {
      if (!isEvidence(word)) return [`${word} `];
      const mark = document.createElement("mark");
      mark.textContent = word;
      return [mark, " "];
    });
  }
}
