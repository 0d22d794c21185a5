// Correcting links, for those who may: a pencil at every block opens the ways to correct its moment.
// Everything is saved at once, can be undone, and never replaces another person's correction unseen.

import { momentClock } from "../player/parts.js";

const NUDGE_SECONDS = 5;
const MAX_LABEL_CHARS = 60;
const MOMENT_PARTS = ".chip, .guess, .further, .remark"; // of a block: what the server says of its moment

/** What a correction does, as the end of a sentence: “set to 7:11”. */
function inWords({ verdict, start }) {
  if (verdict === "time") return `set to ${momentClock(start)}`;
  return verdict === "not_discussed" ? "marked as not discussed" : "reset to automatic";
}

function capitalized(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function createElement(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export class LinkEditor {
  #button;
  #player;
  #listeners;
  #status;
  #saving = Promise.resolve(); // one after the other: each needs to know the last one's answer
  #newest = {}; // corrections by block id
  #panel = null;

  /** Calls `listeners.opened()` when somebody begins to edit a block, `listeners.changed()` once its moment is another. */
  constructor(button, player, status, listeners) {
    [this.#button, this.#player, this.#status, this.#listeners] = [button, player, status, listeners];
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
    if (on) for (const block of document.querySelectorAll(".block[id]:not(.aside)")) this.#addPencil(block);
    this.#button.focus();
  }

  #addPencil(block) {
    const own = [...block.childNodes].filter((node) => !node.matches?.(`${MOMENT_PARTS}, .anchor`));
    const text = own.map((node) => node.textContent).join(" ").trim().replace(/\s+/g, " ").slice(0, MAX_LABEL_CHARS);
    const properties = { type: "button", className: "pencil", textContent: "✎", ariaLabel: `Correct: ${text}` };
    const pencil = createElement("button", properties);
    pencil.addEventListener("click", () => this.#open(block));
    (block.matches("tr") ? block.lastElementChild : block).append(pencil);
  }

  async #load() {
    const answer = await this.#request("GET", "");
    if (answer) this.#newest = answer.current;
    return Boolean(answer);
  }

  #open(block) {
    this.#close();
    const newest = this.#newest[block.id];
    const button = (text, act, disabled = false) => {
      const created = createElement("button", { type: "button", textContent: text, disabled });
      created.addEventListener("click", act);
      return created;
    };
    const start = () => Number(block.dataset.from ?? block.querySelector(".guess [data-start]")?.dataset.start);
    const nudge = (step) => () => this.#correct(block, "time", () => Math.max(start() + step, 0));
    this.#panel = createElement(
      "div",
      { className: "editor", role: "group", ariaLabel: "Correct this link" },
      button("Set to current time", () => this.#correct(block, "time", () => this.#currentTime())),
      button(`− ${NUDGE_SECONDS} s`, nudge(-NUDGE_SECONDS), Number.isNaN(start())),
      button(`+ ${NUDGE_SECONDS} s`, nudge(NUDGE_SECONDS), Number.isNaN(start())),
      button("Not discussed", () => this.#correct(block, "not_discussed"), newest?.verdict === "not_discussed"),
      button("Reset to automatic", () => this.#correct(block, "automatic"), !newest || newest.verdict === "automatic"),
      button("Undo", () => this.#undo(block), !newest),
      createElement("p", { textContent: newest ? summaryOf(newest) : "" }),
    );
    const cell = block.matches("tr") ? block.lastElementChild : block;
    cell.append(this.#panel);
    this.#panel.querySelector("button").focus();
    this.#listeners.opened();
  }

  /** The player's moment, within the recording. */
  #currentTime() {
    return Math.max(Math.min(this.#player.time(), (this.#player.length() || Infinity) - 0.1), 0);
  }

  #close() {
    const block = this.#panel?.closest(".block");
    this.#panel?.remove();
    this.#panel = null;
    block?.querySelector(".pencil")?.focus();
  }

  #correct(block, verdict, start = () => null) {
    const seen = () => this.#newest[block.id]?.id ?? null;
    this.#save(block, () => ["", { block: block.id, verdict, start: start(), seen: seen() }]);
  }

  #undo(block) {
    this.#save(block, () => [`/${this.#newest[block.id].id}/undo`, {}]);
  }

  #save(block, request) {
    this.#saving = this.#saving.then(async () => {
      const answer = await this.#request("POST", ...request());
      if (answer) this.#newest[block.id] = answer.correction;
      await this.#refresh(block);
      const pressed = document.activeElement?.textContent;
      this.#open(block);
      [...this.#panel.querySelectorAll("button:enabled")].find((button) => button.textContent === pressed)?.focus();
      if (!answer) return;
      const { start } = answer.correction;
      if (start !== null) this.#player.seek(start);
      this.#setStatus(`Saved: ${inWords(answer.correction)}`);
    });
  }

  /** Shows the block's moment, and the counts of the page, as the server now does. */
  async #refresh(block) {
    const answer = await fetch(location.pathname).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of [".facts", ".legend", ".uncovered"]) {
      const fresh = page.querySelector(part);
      if (fresh) document.querySelector(part)?.replaceWith(fresh);
    }
    const fresh = page.getElementById(block.id);
    if (!fresh) return;
    for (const name of ["from", "to"]) {
      if (fresh.dataset[name] === undefined) delete block.dataset[name];
      else block.dataset[name] = fresh.dataset[name];
    }
    const [old, cell] = [block.querySelectorAll(MOMENT_PARTS), block.matches("tr") ? block.firstElementChild : block];
    for (const part of old) if (part.closest(".block") === block) part.remove();
    for (const part of [...fresh.querySelectorAll(MOMENT_PARTS)].filter((found) => found.closest(".block") === fresh)) {
      if (part.matches(".chip:not(.within), .guess")) cell.prepend(part);
      else cell.insertBefore(part, cell.querySelector(":scope > .pencil"));
    }
    this.#listeners.changed();
  }

  async #request(method, path, body) {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": this.#button.dataset.csrf };
    try {
      const response = await fetch(this.#button.dataset.api + path, { method, headers, body: body && JSON.stringify(body) });
      const answer = await response.json();
      if (response.ok) return answer;
      if (response.status === 409) this.#reportConflict(body.block, answer.correction);
      else this.#setStatus(`${answer.detail} ${answer.hint}`.trim(), true);
    } catch {
      this.#setStatus("Not saved: the server cannot be reached.", true);
    }
    return null;
  }

  #reportConflict(blockId, theirs) {
    if (theirs) this.#newest[blockId] = theirs;
    else delete this.#newest[blockId];
    const change = theirs ? `was ${inWords(theirs)} by ${theirs.author}` : "was reset by somebody else";
    this.#setStatus(`Not saved: meanwhile the link ${change}. Press again to replace it.`, true);
  }

  #setStatus(text, trouble = false) {
    this.#status.classList.toggle("trouble", trouble);
    this.#status.textContent = text;
  }
}

/** “Set to 7:11 by Ana, 5 March 2024 at 12:00.” */
function summaryOf(correction) {
  const at = new Date(correction.at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
  return `${capitalized(inWords(correction))} by ${correction.author}, ${at}.`;
}
