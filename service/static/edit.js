// Putting links right, for those who may: a pencil at every block opens what can be said about its moment.
// Everything is saved at once, can be taken back, and never goes over what somebody else said unseen.

import { clock } from "./timecode.js";

const NUDGE = 5; // seconds
const SAID = { time: "Set", not_discussed: "Marked as not discussed", automatic: "Set back to automatic" };

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export class Editor {
  #button;
  #player;
  #changed;
  #status;
  #known = {}; // newest correction by block id
  #panel = null;

  /** `changed()` is called after a block's moment has. */
  constructor(button, player, status, changed) {
    [this.#button, this.#player, this.#status, this.#changed] = [button, player, status, changed];
    button.addEventListener("click", () => this.#toggle());
    document.addEventListener("keydown", (key) => key.key === "Escape" && this.#panel && this.#close());
  }

  async #toggle() {
    const on = this.#button.getAttribute("aria-pressed") !== "true";
    if (on && !(await this.#load())) return;
    this.#button.setAttribute("aria-pressed", String(on));
    document.body.classList.toggle("editing", on);
    this.#close();
    for (const pencil of document.querySelectorAll(".pencil")) pencil.remove();
    if (on) for (const block of document.querySelectorAll(".block[id]")) this.#offer(block);
  }

  #offer(block) {
    const own = [...block.childNodes].filter((node) => !node.matches?.(".chip, .guess, .anchor, .also, .remark"));
    const text = own.map((node) => node.textContent).join(" ").trim().replace(/\s+/g, " ").slice(0, 60);
    const pencil = made("button", { type: "button", className: "pencil", textContent: "✎", ariaLabel: `Put right: ${text}` });
    pencil.addEventListener("click", () => this.#open(block));
    (block.matches("tr") ? block.lastElementChild : block).append(pencil);
  }

  async #load() {
    const answer = await this.#ask("GET", "");
    if (answer) this.#known = answer.current;
    return Boolean(answer);
  }

  #open(block) {
    this.#close();
    const known = this.#known[block.id];
    const button = (text, act, disabled = false) => {
      const found = made("button", { type: "button", textContent: text, disabled });
      found.addEventListener("click", act);
      return found;
    };
    const start = block.dataset.from === undefined ? null : Number(block.dataset.from);
    const nudge = (step) => () => this.#say(block, "time", Math.max(start + step, 0));
    const said = known
      ? `${SAID[known.verdict]}${known.start === null ? "" : ` to ${clock(known.start)}`} by ${known.author}, ${new Date(known.at).toLocaleString()}.`
      : "";
    this.#panel = made(
      "div",
      { className: "editor", role: "group", ariaLabel: "Put this link right" },
      button("Here is right", () => this.#say(block, "time", this.#player.time())),
      button(`− ${NUDGE} s`, nudge(-NUDGE), start === null),
      button(`+ ${NUDGE} s`, nudge(NUDGE), start === null),
      button("Not discussed", () => this.#say(block, "not_discussed", null), known?.verdict === "not_discussed"),
      button("Back to automatic", () => this.#say(block, "automatic", null), !known || known.verdict === "automatic"),
      button("Undo", () => this.#undo(block), !known),
      made("p", { textContent: said }),
    );
    const cell = block.matches("tr") ? block.lastElementChild : block;
    cell.append(this.#panel);
    this.#panel.querySelector("button").focus();
  }

  #close() {
    const block = this.#panel?.closest(".block");
    this.#panel?.remove();
    this.#panel = null;
    block?.querySelector(".pencil")?.focus();
  }

  #say(block, verdict, start) {
    return this.#save(block, "", { block: block.id, verdict, start, seen: this.#known[block.id]?.id ?? null });
  }

  #undo(block) {
    return this.#save(block, `/${this.#known[block.id].id}/undo`, {});
  }

  async #save(block, path, body) {
    const answer = await this.#ask("POST", path, body);
    if (!answer) return;
    this.#known[block.id] = answer.correction;
    this.#place(block, answer.alignment, answer.correction);
    this.#changed();
    const pressed = document.activeElement?.textContent;
    this.#open(block);
    [...this.#panel.querySelectorAll("button:enabled")].find((button) => button.textContent === pressed)?.focus();
    const { verdict, start } = answer.correction;
    this.#tell(`Saved: ${SAID[verdict].toLowerCase()}${start === null ? "" : ` to ${clock(start)}`}`);
  }

  /** Shows what holds now as the server would. */
  #place(block, alignment, correction) {
    const cell = block.matches("tr") ? block.firstElementChild : block;
    for (const old of cell.querySelectorAll(":scope > .chip, :scope > .guess, :scope > .remark")) old.remove();
    if (!alignment || alignment.start === null) {
      delete block.dataset.from;
      delete block.dataset.to;
      const remark = correction.verdict === "not_discussed" ? "not discussed" : "no moment found";
      cell.insertBefore(made("span", { className: "remark", textContent: remark }), cell.querySelector(".pencil"));
      return;
    }
    [block.dataset.from, block.dataset.to] = [alignment.start.toFixed(2), alignment.end.toFixed(2)];
    const person = correction.verdict === "time";
    const chip = made("a", {
      className: `chip ${person ? "set" : alignment.confidence >= 0.7 ? "sure" : "likely"}`,
      href: `?t=${Math.floor(alignment.start)}`,
      textContent: clock(alignment.start),
      ariaLabel: `Play from ${clock(alignment.start)}`,
    });
    chip.dataset.start = block.dataset.from;
    chip.dataset.why = person ? `set by ${correction.author}` : "found by the program";
    cell.prepend(chip);
  }

  async #ask(method, path, body) {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": this.#button.dataset.csrf };
    try {
      const response = await fetch(this.#button.dataset.api + path, { method, headers, body: body && JSON.stringify(body) });
      const answer = await response.json();
      if (response.ok) return answer;
      if (response.status === 409 && answer.correction) this.#known[answer.correction.block] = answer.correction;
      this.#tell(`${answer.detail} ${answer.hint}`.trim(), true);
    } catch {
      this.#tell("Not saved: the server cannot be reached.", true);
    }
    return null;
  }

  #tell(text, trouble = false) {
    this.#status.classList.toggle("trouble", trouble);
    this.#status.textContent = text;
  }
}
