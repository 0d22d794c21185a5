// Correcting links, for those who may: a pencil at every block opens the ways to correct its moment.
// Everything is saved at once, can be undone, and never replaces another person's correction unseen.

import { _ } from "../language.js";
import { MOMENT_PARTS, addPencils, createElement, removePencils } from "./pencils.js";
import { momentClock } from "../player/parts.js";

const NUDGE_SECONDS = 5;

export class LinkEditor {
  #button;
  #player;
  #listeners;
  #setStatus;
  #saving = Promise.resolve(); // one after the other: each needs to know the last one's answer
  #newest = {}; // corrections by block id
  #panel = null;

  /** Tells by `setStatus(text, trouble)` what has become of a correction. Calls `listeners.opened()` when somebody begins
   *  to edit a block, `listeners.changed()` once its moment is another. */
  constructor(button, player, setStatus, listeners) {
    [this.#button, this.#player, this.#setStatus, this.#listeners] = [button, player, setStatus, listeners];
    button.addEventListener("click", () => this.#toggle());
    document.addEventListener("keydown", ({ key, target }) => key === "Escape" && target.closest(".editor") && this.#close());
  }

  async #toggle() {
    const on = this.#button.getAttribute("aria-pressed") !== "true";
    if (on && !(await this.#load())) return;
    this.#button.setAttribute("aria-pressed", String(on));
    document.body.classList.toggle("editing", on);
    this.#close();
    removePencils();
    if (on) addPencils((block) => this.#open(block));
    this.#button.focus();
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
    const start = () => Number(block.dataset.from ?? block.querySelector(".best-guess")?.dataset.start);
    const nudge = (step) => () => this.#correct(block, "time", () => Math.max(start() + step, 0));
    this.#panel = createElement(
      "div",
      { className: "editor", role: "group", ariaLabel: _("Correct this link") },
      button(_("Set to current time"), () => this.#correct(block, "time", () => this.#currentTime())),
      button(_("− %(seconds)s s", { seconds: NUDGE_SECONDS }), nudge(-NUDGE_SECONDS), Number.isNaN(start())),
      button(_("+ %(seconds)s s", { seconds: NUDGE_SECONDS }), nudge(NUDGE_SECONDS), Number.isNaN(start())),
      button(_("Not discussed"), () => this.#correct(block, "not_discussed"), newest?.verdict === "not_discussed"),
      button(_("Reset to automatic"), () => this.#correct(block, "automatic"), !newest || newest.verdict === "automatic"),
      button(_("Undo"), () => this.#undo(block), !newest),
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
      this.#setStatus(saved(answer.correction));
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
    const old = block.querySelectorAll(MOMENT_PARTS);
    const [first, last] = block.matches("tr") ? [block.firstElementChild, block.lastElementChild] : [block, block];
    for (const part of old) if (part.closest(".block") === block) part.remove();
    for (const part of [...fresh.querySelectorAll(MOMENT_PARTS)].filter((found) => found.closest(".block") === fresh)) {
      if (part.matches(".chip:not(.within)")) first.prepend(part);
      else if (part.matches(".best-guess")) first.querySelector(":scope > .chip").after(part);
      else {
        last.insertBefore(part, last.querySelector(":scope > .pencil"));
        part.before(" "); // as in the page
      }
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
      this.#setStatus(_("Not saved: the server cannot be reached."), true);
    }
    return null;
  }

  #reportConflict(blockId, theirs) {
    if (theirs) this.#newest[blockId] = theirs;
    else delete this.#newest[blockId];
    this.#setStatus(notSaved(theirs), true);
  }
}

function saved({ verdict, start }) {
  if (verdict === "time") return _("Saved: set to %(time)s", { time: momentClock(start) });
  return verdict === "not_discussed" ? _("Saved: marked as not discussed") : _("Saved: reset to automatic");
}

/** What somebody else did to the link meanwhile; null: took back what was set. */
function notSaved(theirs) {
  if (!theirs) return _("Not saved: meanwhile the link was reset by somebody else. Press again to replace it.");
  const values = { name: nameOf(theirs.author), time: theirs.start === null ? "" : momentClock(theirs.start) };
  if (theirs.verdict === "time") {
    return _("Not saved: meanwhile the link was set to %(time)s by %(name)s. Press again to replace it.", values);
  }
  if (theirs.verdict === "not_discussed") {
    return _("Not saved: meanwhile the link was marked as not discussed by %(name)s. Press again to replace it.", values);
  }
  return _("Not saved: meanwhile the link was reset to automatic by %(name)s. Press again to replace it.", values);
}

/** An author as the page names them: those who gave no name in the language of the page. */
function nameOf(author) {
  return { "a program": _("a program"), "this computer": _("this computer") }[author] ?? author;
}

/** “Set to 7:11 by Ana, 5 March 2024 at 12:00.” */
function summaryOf({ verdict, start, author, at }) {
  const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const date = new Date(at).toLocaleString(locale, { dateStyle: "long", timeStyle: "short" });
  const values = { name: nameOf(author), date, time: start === null ? "" : momentClock(start) };
  if (verdict === "time") return _("Set to %(time)s by %(name)s, %(date)s.", values);
  if (verdict === "not_discussed") return _("Marked as not discussed by %(name)s, %(date)s.", values);
  return _("Reset to automatic by %(name)s, %(date)s.", values);
}
