// Why a time is where it is: the line of the transcript that speaks for it, with the note's words marked.

import { indexAt } from "./sync.js";

const AROUND = { before: 15, after: 90 }; // seconds in which the words of a link were heard
const LONGEST = 40; // words of a line that are shown

/** Whether two words are forms of one: the same beginning, three fifths of the longer one. */
function alike(a, b) {
  const least = Math.max(a.length, b.length);
  const shared = least < 4 ? least : Math.max(Math.ceil(least * 0.6), 4);
  return a.slice(0, shared) === b.slice(0, shared);
}

function plain(word) {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

export class Quote {
  #lines;
  #starts;
  #shown = null;

  constructor(lines) {
    this.#lines = [...lines.querySelectorAll("p")];
    this.#starts = this.#lines.map((line) => Number(line.firstElementChild.dataset.start));
    if (matchMedia("(hover: hover)").matches) document.addEventListener("pointerover", ({ target }) => this.#turn(target));
    document.addEventListener("focusin", ({ target }) => target.matches(":focus-visible") && this.#turn(target));
    document.addEventListener("focusout", () => this.#hide());
  }

  #turn(target) {
    const chip = target.closest?.("a[data-why]") ?? null;
    if (chip === this.#shown?.parentElement) return;
    this.#hide();
    const quote = chip && this.#quote(chip);
    if (!quote) return;
    this.#shown = document.createElement("span");
    this.#shown.className = "why";
    this.#shown.setAttribute("aria-hidden", "true"); // the chip's label says the words already
    this.#shown.append(chip.dataset.why, document.createElement("q"));
    this.#shown.lastElementChild.append(...quote);
    chip.append(this.#shown);
  }

  #hide() {
    this.#shown?.remove();
    this.#shown = null;
  }

  /** Pieces of the line near the chip's moment in which most of its words were heard; null where none was. */
  #quote(chip) {
    const heard = (chip.dataset.why.split("heard there: ")[1] ?? "").split(", ").map(plain).filter(Boolean);
    const start = Number(chip.dataset.start);
    let best = { count: 0, words: null };
    for (let at = Math.max(indexAt(this.#starts, start - AROUND.before), 0); this.#starts[at] < start + AROUND.after; at++) {
      const words = this.#lines[at].lastElementChild.lastChild.data.trim().split(/\s+/).slice(0, LONGEST);
      const count = heard.filter((word) => words.some((said) => alike(word, plain(said)))).length;
      if (count > best.count) best = { count, words };
    }
    if (!best.words) return null;
    return best.words.flatMap((said) => {
      if (!heard.some((word) => alike(word, plain(said)))) return [`${said} `];
      const mark = document.createElement("mark");
      mark.textContent = said;
      return [mark, " "];
    });
  }
}
