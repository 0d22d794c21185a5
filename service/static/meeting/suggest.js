// On a site of files nothing can be saved: what a reader knows better becomes the text of a corrections file (see
// pipeline/corrections/toml_file.py), to be sent to whoever keeps the notes.

import { addPencils, createElement, removePencils } from "./pencils.js";
import { copy } from "./share.js";
import { _ } from "../language.js";
import { momentClock } from "../player/parts.js";
import { clock } from "../timecode.js";

/** A TOML string: those of JSON are, but for DEL. */
function quoted(text) {
  return JSON.stringify(text).replace(/\x7f/g, "\\u007f");
}

/** Seconds as `12:34.5`: with the hundredths where there are any. */
function exact(seconds) {
  const hundredths = Math.round(seconds * 100);
  const fraction = `.${String(hundredths % 100).padStart(2, "0")}`.replace(/\.?0+$/, "");
  return `${clock(Math.floor(hundredths / 100))}${fraction}`;
}

export class Suggestions {
  #button;
  #dialog;
  #fields;
  #player;
  #places; // of the blocks, by id: [text, heading above, number among equal ones]
  #panel = null;
  #correction = null; // {block, verdict, start}

  /** Calls `opened()` when somebody begins to correct a block. */
  constructor(button, dialog, player, setStatus, opened) {
    [this.#button, this.#dialog, this.#player] = [button, dialog, player];
    this.#fields = dialog.querySelector("form").elements;
    this.#places = JSON.parse(document.getElementById("_places").textContent);
    button.addEventListener("click", () => this.#toggle(opened));
    document.addEventListener("keydown", ({ key, target }) => key === "Escape" && target.closest(".editor") && this.#close());
    this.#fields.author.addEventListener("input", () => this.#write());
    dialog.querySelector(".copy").addEventListener("click", async () => {
      const done = await copy(this.#fields.toml.value, this.#fields.toml);
      if (done) setStatus(_("Correction copied"));
      if (done) dialog.close();
      else dialog.querySelector(".problem").textContent = _("Press Ctrl+C to copy the selected text.");
    });
  }

  #toggle(opened) {
    const on = this.#button.getAttribute("aria-pressed") !== "true";
    this.#button.setAttribute("aria-pressed", String(on));
    document.body.classList.toggle("editing", on);
    this.#close();
    removePencils();
    if (!on) return;
    addPencils((block) => {
      opened();
      this.#open(block);
    });
  }

  #open(block) {
    this.#close();
    const button = (text, act) => {
      const created = createElement("button", { type: "button", textContent: text });
      created.addEventListener("click", act);
      return created;
    };
    const now = () => Math.max(Math.min(this.#player.time(), (this.#player.length() || Infinity) - 0.1), 0);
    this.#panel = createElement(
      "div",
      { className: "editor", role: "group", ariaLabel: _("Correct this link") },
      button(_("Set to current time"), () => this.#suggest(block, "time", now())),
      button(_("Not discussed"), () => this.#suggest(block, "not_discussed", null)),
    );
    (block.matches("tr") ? block.lastElementChild : block).append(this.#panel);
    this.#panel.querySelector("button").focus();
  }

  #close() {
    const block = this.#panel?.closest(".block");
    this.#panel?.remove();
    this.#panel = null;
    block?.querySelector(".pencil")?.focus();
  }

  #suggest(block, verdict, start) {
    this.#correction = { block: block.id, verdict, start };
    const [text] = this.#places[block.id];
    const time = start === null ? "" : momentClock(start);
    const about = start === null ? _("Not discussed: “%(text)s”", { text }) : _("%(time)s: “%(text)s”", { time, text });
    this.#dialog.querySelector(".about").textContent = about;
    this.#dialog.querySelector(".problem").textContent = "";
    this.#write();
    this.#dialog.showModal();
    this.#dialog.querySelector(".copy").focus();
  }

  #write() {
    const { block, verdict, start } = this.#correction;
    const [text, under, nth] = this.#places[block];
    const lines = [`notes = ${quoted(this.#dialog.dataset.slug)}`, "", "[[correction]]", `line = ${quoted(text)}`];
    if (under) lines.push(`under = ${quoted(under)}`);
    if (nth > 1) lines.push(`nth = ${nth}`);
    lines.push(`verdict = ${quoted(verdict)}`);
    if (start !== null) lines.push(`start = ${quoted(exact(start))}`);
    lines.push(`author = ${quoted(this.#fields.author.value.trim() || _("a reader"))}`);
    lines.push(`at = ${new Date().toISOString().replace(/\.\d+/, "")}`);
    this.#fields.toml.value = `${lines.join("\n")}\n`;
    this.#linkIssue();
  }

  /** The page that opens an issue takes its text along: GitHub's and Gitea's by these names, GitLab's by its own. */
  #linkIssue() {
    const link = this.#dialog.querySelector("a");
    if (!link) return;
    const address = new URL(this.#dialog.dataset.issues);
    const isGitLab = address.pathname.includes("/-/issues");
    const page = new URL(document.querySelector("main").dataset.page, location.href);
    page.hash = this.#correction.block;
    address.searchParams.set(isGitLab ? "issue[title]" : "title", `Correction: ${this.#dialog.dataset.title}`);
    address.searchParams.set(
      isGitLab ? "issue[description]" : "body",
      `${page.href}\n\n\`\`\`toml\n${this.#fields.toml.value}\`\`\`\n`,
    );
    link.href = address.href;
  }
}
