// The buttons beside the player: play, sections, speed.

import { _ } from "../language.js";

export class Transport {
  #toggle;
  #speed;

  /** `actions` are toggle(), jumpToSection(step) and setRate(rate). */
  constructor(root, actions) {
    this.#toggle = root.querySelector(".toggle");
    this.#speed = root.querySelector(".speed");
    this.#toggle.addEventListener("click", actions.toggle);
    root.querySelector(".previous-section")?.addEventListener("click", () => actions.jumpToSection(-1));
    root.querySelector(".next-section")?.addEventListener("click", () => actions.jumpToSection(1));
    this.#speed.addEventListener("change", () => actions.setRate(Number(this.#speed.value)));
  }

  showPlaying(isPlaying) {
    const label = isPlaying ? _("Pause") : _("Play");
    this.#toggle.classList.toggle("playing", isPlaying);
    this.#toggle.setAttribute("aria-label", label);
    this.#toggle.title = label;
  }

  showRate(rate) {
    this.#speed.value = String(rate);
  }
}
