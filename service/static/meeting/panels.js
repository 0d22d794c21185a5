// Notes, transcript and contents: where there is no room for all of them, one is shown.

const oneColumn = window.matchMedia("(max-width: 59.99rem)"); // as in the stylesheet
const SELECTORS = { notes: ".notes", transcript: ".speech", outline: ".outline" };

export class Panels {
  #main;
  #buttons;
  #onShow;
  #chosen = "notes";
  #scrolled = {}; // where each was left, in pixels

  /** `onShow(name)` is called when the reader switches to a panel. */
  constructor(main, onShow) {
    this.#main = main;
    this.#buttons = [...main.querySelectorAll(".switch [data-panel]")];
    this.#onShow = onShow;
    for (const button of this.#buttons) {
      button.addEventListener("click", () => {
        this.show(button.dataset.panel);
        this.#onShow(button.dataset.panel);
      });
    }
    oneColumn.addEventListener("change", () => this.#update());
    this.#update();
  }

  /** Shows a panel; whether it was out of sight before. Where two have room the notes always are in sight. */
  show(name) {
    if (name === this.#shown() || (name === "notes" && !oneColumn.matches)) return false;
    const isBelowDeck = oneColumn.matches && window.scrollY >= this.#top() - 1; // it may be rounded
    this.#scrolled[this.#shown()] = window.scrollY;
    this.#chosen = name;
    this.#update();
    if (isBelowDeck) window.scrollTo(0, Math.max(this.#scrolled[name] ?? 0, this.#top()));
    return true;
  }

  #shown() {
    if (oneColumn.matches || this.#chosen !== "notes") return this.#chosen;
    return this.#main.querySelector(SELECTORS.transcript) ? "transcript" : "outline";
  }

  #update() {
    this.#main.dataset.panel = this.#shown();
    for (const button of this.#buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.panel === this.#shown()));
    }
  }

  /** Where the page has to be scrolled to for a panel to begin below what is pinned at its top. */
  #top() {
    const { top } = this.#main.querySelector(SELECTORS[this.#shown()]).getBoundingClientRect();
    const pinned = this.#main.querySelector(".controls, .deck").getBoundingClientRect();
    return window.scrollY + top - Math.max(pinned.bottom, 0);
  }
}
