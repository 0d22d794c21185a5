// Putting links right, for those who may: a pencil at every block opens what can be said about its moment.
// Everything is saved at once, can be taken back, and never goes over what somebody else said unseen.

import { clock } from "../timecode.js";

const NUDGE = 5; // seconds
const PARTS = ".chip, .guess, .also, .remark"; // of a block: what the server says of its moment
const SAID = { time: "Set", not_discussed: "Marked as not discussed", automatic: "Set back to automatic" };

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export class Editor {
  #button;
  #player;
  #on;
  #status;
  #saving = Promise.resolve(); // one after the other: each needs to know the last one's answer
  #known = {}; // newest correction by block id
  #panel = null;

  /** `on.changed()` is called after a block's moment has, `on.opened()` when somebody begins to edit one. */
  constructor(button, player, status, on) {
    [this.#button, this.#player, this.#status, this.#on] = [button, player, status, on];
    button.addEventListener("click", () => this.#toggle());
    document.addEventListener("keydown", ({ key, target }) => key === "Escape" && target.closest(".editor") && this.#close());
  }

  async #toggle() {
    const on = this.#button.getAttribute("aria-pressed") !== "true";
    if (on && !(await this.#load())) return;
    this.#button.setAttribute("aria-pressed", String(on));
    document.body.classList.toggle("editing", on);
    this.#close();
    for (const pencil of document.querySelectorAll(".pencil")) pencil.remove();
    if (on) for (const block of document.querySelectorAll(".block[id]:not(.aside)")) this.#offer(block);
    this.#button.focus();
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
    const start = () => Number(block.dataset.from ?? block.querySelector(".guess [data-start]")?.dataset.start);
    const nudge = (step) => () => this.#say(block, "time", () => Math.max(start() + step, 0));
    const said = known
      ? `${SAID[known.verdict]}${known.start === null ? "" : ` to ${clock(known.start)}`} by ${known.author}, ${new Date(known.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })}.`
      : "";
    this.#panel = made(
      "div",
      { className: "editor", role: "group", ariaLabel: "Put this link right" },
      button("Here is right", () => this.#say(block, "time", () => this.#here())),
      button(`− ${NUDGE} s`, nudge(-NUDGE), Number.isNaN(start())),
      button(`+ ${NUDGE} s`, nudge(NUDGE), Number.isNaN(start())),
      button("Not discussed", () => this.#say(block, "not_discussed"), known?.verdict === "not_discussed"),
      button("Back to automatic", () => this.#say(block, "automatic"), !known || known.verdict === "automatic"),
      button("Undo", () => this.#undo(block), !known),
      made("p", { textContent: said }),
    );
    const cell = block.matches("tr") ? block.lastElementChild : block;
    cell.append(this.#panel);
    this.#panel.querySelector("button").focus();
    this.#on.opened();
  }

  /** The player's moment, within the recording. */
  #here() {
    return Math.max(Math.min(this.#player.time(), (this.#player.length() || Infinity) - 0.1), 0);
  }

  #close() {
    const block = this.#panel?.closest(".block");
    this.#panel?.remove();
    this.#panel = null;
    block?.querySelector(".pencil")?.focus();
  }

  #say(block, verdict, start = () => null) {
    const seen = () => this.#known[block.id]?.id ?? null;
    this.#save(block, () => ["", { block: block.id, verdict, start: start(), seen: seen() }]);
  }

  #undo(block) {
    this.#save(block, () => [`/${this.#known[block.id].id}/undo`, {}]);
  }

  #save(block, request) {
    this.#saving = this.#saving.then(async () => {
      const answer = await this.#ask("POST", ...request());
      if (answer) this.#known[block.id] = answer.correction;
      await this.#refresh(block);
      const pressed = document.activeElement?.textContent;
      this.#open(block);
      [...this.#panel.querySelectorAll("button:enabled")].find((button) => button.textContent === pressed)?.focus();
      if (!answer) return;
      const { verdict, start } = answer.correction;
      if (start !== null) this.#player.place(start);
      this.#tell(`Saved: ${SAID[verdict].toLowerCase()}${start === null ? "" : ` to ${clock(start)}`}`);
    });
  }

  /** Shows the block's moment, and what is counted, as the server now does. */
  async #refresh(block) {
    const answer = await fetch(location.pathname).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of [".facts", ".legend", ".unnoted"]) {
      const fresh = page.querySelector(part);
      if (fresh) document.querySelector(part)?.replaceWith(fresh);
    }
    const fresh = page.getElementById(block.id);
    if (!fresh) return;
    for (const name of ["from", "to"]) {
      if (fresh.dataset[name] === undefined) delete block.dataset[name];
      else block.dataset[name] = fresh.dataset[name];
    }
    const [old, cell] = [block.querySelectorAll(PARTS), block.matches("tr") ? block.firstElementChild : block];
    for (const part of old) if (part.closest(".block") === block) part.remove();
    for (const part of [...fresh.querySelectorAll(PARTS)].filter((found) => found.closest(".block") === fresh)) {
      if (part.matches(".chip, .guess")) cell.prepend(part);
      else cell.insertBefore(part, cell.querySelector(":scope > .pencil"));
    }
    this.#on.changed();
  }

  async #ask(method, path, body) {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": this.#button.dataset.csrf };
    try {
      const response = await fetch(this.#button.dataset.api + path, { method, headers, body: body && JSON.stringify(body) });
      const answer = await response.json();
      if (response.ok) return answer;
      if (response.status === 409) {
        const theirs = answer.correction;
        if (theirs) this.#known[body.block] = theirs;
        else delete this.#known[body.block];
        const said = theirs ? `${theirs.author}: ${SAID[theirs.verdict].toLowerCase()}` : "somebody took it back";
        const at = theirs?.start == null ? "" : ` to ${clock(theirs.start)}`;
        this.#tell(`Not saved. Meanwhile ${said}${at}. Press again to replace it.`, true);
        return null;
      }
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
