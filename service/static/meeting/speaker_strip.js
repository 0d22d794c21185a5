// Who speaks when: where the recording is on the strip, whose turn is pointed at, and one voice highlighted among all.

import { _ } from "../language.js";

const MAX_ROWS = 3; // of the legend, unless somebody wants to see all
const ROW_PX = 31; // at most: where names are long, fewer voices fit
const DRAWING_WIDTH = 1000; // units of the drawing

export class SpeakerStrip {
  #turns;
  #needle;
  #length;
  #name;

  /** `name` is told the name and clock of the turn that is pointed at, and null when none is. */
  constructor(root, name) {
    this.#turns = [...root.querySelectorAll("a")];
    this.#needle = root.querySelector(".needle");
    this.#length = Number(root.dataset.length);
    this.#name = name;
    root.addEventListener("pointerover", ({ target }) => this.#point(target.closest("a")));
    root.addEventListener("focusin", ({ target }) => this.#point(target.closest("a")));
    root.addEventListener("pointerout", () => this.#point(null));
    root.addEventListener("focusout", () => this.#point(null));
    root.addEventListener("keydown", (key) => this.#moveFocus(key));
    // One stop of the tab key; arrows lead on from there.
    this.#turns.forEach((turn, at) => turn.setAttribute("tabindex", at ? -1 : 0));
  }

  /** Shows a moment. */
  show(seconds) {
    const share = Math.min(Math.max(seconds, 0), this.#length) / this.#length;
    this.#needle.setAttribute("transform", `translate(${(share * DRAWING_WIDTH).toFixed(1)})`);
  }

  #point(turn) {
    this.#name(turn?.getAttribute("aria-label") ?? null);
  }

  #moveFocus(key) {
    if (!key.target.matches(":focus-visible")) return; // after a click the arrows are the player's
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key.key];
    const next = this.#turns[this.#turns.indexOf(key.target.closest("a")) + step];
    if (!step || !next) return;
    key.preventDefault();
    key.target.closest("a").setAttribute("tabindex", -1);
    next.setAttribute("tabindex", 0);
    next.focus();
  }
}

/** Lets a button of the legend dim what others say, on the strip and in the transcript; once more, and nothing is dim. */
export function listenForVoices(legend, strip, lines) {
  const buttons = [...legend.querySelectorAll("li:not(.more) button")];
  for (const button of buttons) button.disabled = false;
  legend.addEventListener("click", ({ target }) => {
    const pressed = target.closest("li:not(.more) button");
    if (!pressed) return;
    const chosen = pressed.getAttribute("aria-pressed") === "true" ? null : pressed;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button === chosen));
    const voice = chosen?.closest("li").className ?? null;
    for (const turn of strip?.querySelectorAll("a") ?? []) turn.classList.toggle("dim", voice !== null && !turn.matches(`.${voice}`));
    const own = new Set(buttons.map((button) => button.dataset.name).filter(Boolean));
    dimLines(lines, chosen && ((name) => (chosen.dataset.name ? name === chosen.dataset.name : name && !own.has(name))));
  });
}

/** Shows as many voices as fit into some rows, and a button for the rest, where the transcript stands beside. */
export function foldVoices(legend) {
  const more = legend.querySelector(".more");
  const button = more.firstElementChild;
  const voices = [...legend.querySelectorAll("li:not(.more)")];
  const isOver = (item) => item.getBoundingClientRect().bottom - voices[0].getBoundingClientRect().top > MAX_ROWS * ROW_PX;

  function fold() {
    if (button.getAttribute("aria-expanded") === "true") return;
    for (const voice of voices) voice.hidden = false;
    more.hidden = true;
    if (!matchMedia("(min-width: 60rem)").matches || !isOver(voices.at(-1))) return;
    more.hidden = false;
    for (let shown = voices.length - 1; shown > 0; shown--) {
      voices[shown].hidden = true;
      button.textContent = _("%(num)s more", { num: voices.length - shown });
      if (!isOver(more)) return;
    }
  }
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", "true");
    for (const voice of voices) voice.hidden = false;
    more.hidden = true;
    legend.classList.add("unfolded");
    voices.find(isOver)?.querySelector("button").focus();
  });
  new ResizeObserver(fold).observe(legend.parentElement);
  fold();
}

/** A line has a name where somebody else begins to speak. `isMeant` is null where every line is. */
function dimLines(lines, isMeant) {
  let name = "";
  for (const line of lines.querySelectorAll("p")) {
    name = line.querySelector("b")?.textContent ?? (line.dataset.unnamed === undefined ? name : "");
    line.classList.toggle("dim", Boolean(isMeant) && !isMeant(name));
  }
}
