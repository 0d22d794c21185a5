// The timeline under the player: where the recording is, the names of its sections, and where a search hit.

import { lastStartedBy } from "./sync.js";
import { _ } from "../language.js";
import { momentClock } from "../player/parts.js";

const SVG = "http://www.w3.org/2000/svg";
const DRAWING_WIDTH = 1000; // units of the drawing
const MAX_HIT_MARKS = 400;

export class Timeline {
  length; // seconds
  #spans;
  #starts;
  #needle;
  #hits;
  #label;
  #pointed = null;
  #other = null; // what is named instead of a section
  #seconds = 0;
  #section = null;
  #outlined; // the same spans as a list

  constructor(root, label, outline) {
    this.length = Number(root.dataset.length);
    this.#spans = [...root.querySelectorAll("a")];
    this.#starts = this.#spans.map((span) => Number(span.dataset.start));
    this.#needle = root.querySelector(".needle");
    this.#hits = root.querySelector(".hits");
    this.#label = label;
    this.#outlined = [...(outline?.querySelectorAll("a") ?? [])];
    for (const [event, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
      root.addEventListener(event, ({ target }) => this.#point(target.closest("a")));
      root.addEventListener(leave, () => this.#point(null));
    }
    root.addEventListener("keydown", (key) => this.#moveFocus(key));
    // One stop of the tab key; arrows lead on from there.
    this.#spans.forEach((span, at) => span.setAttribute("tabindex", at ? -1 : 0));
  }

  /** The second a click is at, or NaN for one by the keyboard, or on the mark of a hit: that has its own. */
  secondsAt(click) {
    const span = click.target.closest(".timeline a:not(.hits a)");
    if (!span || click.detail === 0) return NaN;
    const box = span.ownerSVGElement.getBoundingClientRect();
    return (this.length * (click.clientX - box.left)) / box.width;
  }

  /** The start of the last section that begins from `from` on and before `to`, in seconds; undefined where none does. */
  sectionStartBetween(from, to) {
    const sections = this.#starts.filter((_, at) => !this.#spans[at].matches(".gap"));
    return sections.findLast((start) => start >= from && start < to);
  }

  /** Shows a moment. `section` is the one that is marked in the notes there, {name, start}, or null. */
  show(seconds, section) {
    [this.#seconds, this.#section] = [seconds, section];
    this.#needle.setAttribute("transform", `translate(${this.#x(seconds)})`);
    this.#updateLabel();
  }

  /** Names something else that is pointed at; null: the section again. */
  nameOther(text) {
    this.#other = text;
    this.#updateLabel();
  }

  /** Marks search hits, {start, href} each. */
  markHits(hits) {
    const step = Math.ceil(hits.length / MAX_HIT_MARKS);
    const marks = hits.filter((_, at) => at % step === 0).map(({ start, href }) => {
      const link = document.createElementNS(SVG, "a");
      link.setAttribute("href", href);
      link.setAttribute("tabindex", -1);
      Object.assign(link.dataset, { start, name: _("hit") });
      const line = document.createElementNS(SVG, "path");
      line.setAttribute("d", `M${this.#x(start)} 0V24`);
      link.append(line);
      return link;
    });
    this.#hits.replaceChildren(...marks);
  }

  #x(seconds) {
    return ((Math.min(Math.max(seconds, 0), this.length) / this.length) * DRAWING_WIDTH).toFixed(1);
  }

  #point(link) {
    this.#pointed = link;
    this.#updateLabel();
  }

  #updateLabel() {
    const last = this.#spans[lastStartedBy(this.#starts, this.#seconds)];
    const current = last && this.#seconds < Number(last.dataset.end) ? last : null;
    this.#markOutline(this.#spans.indexOf(current));
    const link = this.#pointed ?? current;
    let text = link ? `${momentClock(Number(link.dataset.start))} ${link.dataset.name}` : "";
    // Where sections overlap one of them is drawn, which need not be the one the notes show.
    const { name, start } = this.#section ?? {};
    if (!this.#pointed && name && name !== current?.dataset.name) text = `${momentClock(start)} ${name}`;
    text = this.#other ?? text;
    if (this.#label.textContent !== text) this.#label.textContent = text;
  }

  #markOutline(at) {
    const [now, before] = [this.#outlined[at] ?? null, this.#outlined.find((link) => link.hasAttribute("aria-current"))];
    if (now === (before ?? null)) return;
    before?.removeAttribute("aria-current");
    now?.setAttribute("aria-current", "time");
  }

  #moveFocus(key) {
    if (!key.target.matches(":focus-visible")) return; // after a click the arrows are the player's
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key.key];
    const next = this.#spans[this.#spans.indexOf(key.target.closest("a")) + step];
    if (!step || !next) return;
    key.preventDefault();
    key.target.closest("a").setAttribute("tabindex", -1);
    next.setAttribute("tabindex", 0);
    next.focus();
  }
}
