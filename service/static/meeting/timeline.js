// The strip under the player: where the recording is, the names of its stretches, and where a search hit.

import { indexAt } from "./sync.js";
import { clock } from "../timecode.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000; // units of the drawing
const MOST_HITS = 400;

export class Strip {
  length;
  #links;
  #starts;
  #needle;
  #hits;
  #label;
  #pointed = null;
  #now = 0;

  constructor(strip, label) {
    this.length = Number(strip.dataset.length);
    this.#links = [...strip.querySelectorAll("a")];
    this.#starts = this.#links.map((link) => Number(link.dataset.start));
    this.#needle = strip.querySelector(".needle");
    this.#hits = strip.querySelector(".hits");
    this.#label = label;
    for (const [event, out] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
      strip.addEventListener(event, ({ target }) => this.#point(target.closest("a")));
      strip.addEventListener(out, () => this.#point(null));
    }
    strip.addEventListener("keydown", (key) => this.#walk(key));
    this.#links.forEach((link, at) => link.setAttribute("tabindex", at ? -1 : 0)); // one stop; arrows go on from there
  }

  /** The second a pointer is at, or NaN for a click by the keyboard, or on the mark of a hit: that has its own. */
  secondsAt(click) {
    const link = click.target.closest(".strip a:not(.hits a)");
    if (!link || click.detail === 0) return NaN;
    const box = link.ownerSVGElement.getBoundingClientRect();
    return (this.length * (click.clientX - box.left)) / box.width;
  }

  show(seconds) {
    this.#now = seconds;
    this.#needle.setAttribute("transform", `translate(${this.#at(seconds)})`);
    this.#tell();
  }

  /** Marks search hits, {start, href} each. */
  mark(hits) {
    const step = Math.ceil(hits.length / MOST_HITS);
    const marks = hits.filter((_, at) => at % step === 0).map(({ start, href }) => {
      const link = document.createElementNS(SVG, "a");
      link.setAttribute("href", href);
      link.setAttribute("tabindex", -1);
      Object.assign(link.dataset, { start, name: "hit" });
      const line = document.createElementNS(SVG, "path");
      line.setAttribute("d", `M${this.#at(start)} 0V24`);
      link.append(line);
      return link;
    });
    this.#hits.replaceChildren(...marks);
  }

  #at(seconds) {
    return ((Math.min(Math.max(seconds, 0), this.length) / this.length) * WIDTH).toFixed(1);
  }

  #point(link) {
    this.#pointed = link;
    this.#tell();
  }

  #tell() {
    const now = this.#links[indexAt(this.#starts, this.#now)];
    const covering = now && this.#now < Number(now.dataset.end) ? now : null;
    const link = this.#pointed ?? covering;
    const text = link ? `${clock(Number(link.dataset.start))} ${link.dataset.name}` : "";
    if (this.#label.textContent !== text) this.#label.textContent = text;
  }

  #walk(key) {
    if (!key.target.matches(":focus-visible")) return; // after a click the arrows are the player's
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key.key];
    const next = this.#links[this.#links.indexOf(key.target.closest("a")) + step];
    if (!step || !next) return;
    key.preventDefault();
    key.target.closest("a").setAttribute("tabindex", -1);
    next.setAttribute("tabindex", 0);
    next.focus();
  }
}
