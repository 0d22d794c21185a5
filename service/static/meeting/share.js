// Sharing a moment, a range or a quotation: the link that opens just that.

import { _ } from "../language.js";
import { momentClock, readMomentClock } from "../player/parts.js";

const FRAME = { width: "100%", height: "640", loading: "lazy", allow: "autoplay; clipboard-write; fullscreen" };
const SELECTION_PAUSE_MS = 250; // without a change, before a selection is taken for one

/** Puts text into the clipboard; `field` has it, too, for browsers that let no page do so. */
export async function copy(text, field) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}

export class ShareDialog {
  #dialog;
  #fields;
  #page;
  #quoted = null; // what the reader selected: {start, end, text, speaker, block}
  #speaker = "";
  #start = 0; // seconds, of which the field shows only whole ones

  /** `page` has addressOf({start, end, block}) → URL, quotations, title, setStatus(text), and as frame the address of the
   *  page for other sites. */
  constructor(dialog, page) {
    [this.#dialog, this.#page] = [dialog, page];
    this.#fields = dialog.querySelector("form").elements;
    for (const name of ["from", "to"]) this.#fields[name].addEventListener("input", () => this.#update());
    const on = (selector, act) => dialog.querySelector(selector).addEventListener("click", act);
    on(".copy", () => {
      const done = _("Link to %(time)s copied", { time: this.#fields.from.value });
      this.#copy(this.#fields.link.value, this.#fields.link, done);
    });
    if (this.#fields.frame) on(".copy-frame", () => this.#copy(this.#fields.frame.value, this.#fields.frame, _("Code copied")));
    on(".copy-quote", () => this.#copy(this.#quotation(), this.#fields.quote, _("Quote copied")));
    for (const button of dialog.querySelectorAll(".copy-chapters")) {
      const field = button.parentElement.querySelector("textarea");
      button.addEventListener("click", () => this.#copy(field.value, field, _("Chapters copied")));
    }
    const send = dialog.querySelector(".send");
    send.hidden = !navigator.share;
    send.addEventListener("click", () => this.#send());
  }

  /** Opens it for a moment or, with `quoted`, for what was selected. */
  open(seconds, quoted = null) {
    this.#quoted = quoted;
    const start = quoted?.start ?? seconds;
    this.#fields.from.value = momentClock(start);
    this.#fields.to.value = quoted?.end ? momentClock(Math.ceil(quoted.end)) : "";
    this.#start = start;
    this.#update();
    this.#dialog.showModal();
    this.#dialog.querySelector(".copy").focus();
  }

  /** {start, end} as they stand in the fields; `problem` where one of them is no time. */
  #range() {
    const [from, to] = [this.#fields.from.value.trim(), this.#fields.to.value.trim()];
    const unchanged = from === momentClock(this.#start);
    const start = unchanged ? this.#start : readMomentClock(from);
    const end = to ? readMomentClock(to) : null;
    if (start === null || (to && end === null)) return { problem: _("Write times as 12:34.") };
    if (end !== null && end <= start) return { problem: _("The end has to be after the start.") };
    return { start, end };
  }

  #update() {
    const { start, end, problem } = this.#range();
    this.#dialog.querySelector(".problem").textContent = problem ?? "";
    for (const button of this.#dialog.querySelectorAll(".copy, .copy-quote, .copy-frame, .send")) button.disabled = Boolean(problem);
    if (problem) return;
    const link = this.#page.addressOf({ start, end, block: this.#quoted?.block ?? null });
    this.#fields.link.value = link.href;
    if (this.#fields.frame) this.#fields.frame.value = this.#frame(link);
    const said = this.#quoted ?? this.#page.quotations.ofRange(start, end);
    this.#speaker = said.speaker;
    this.#fields.quote.value = said.text;
    this.#fields.quote.closest("p").hidden = !said.text;
  }

  /** HTML that shows this page, at what is shared, on another site. */
  #frame(link) {
    const frame = document.createElement("iframe");
    const address = Object.assign(new URL(this.#page.frame, link), { search: link.search, hash: link.hash });
    for (const [name, value] of Object.entries({ src: address.href, title: this.#page.title, ...FRAME })) {
      frame.setAttribute(name, value);
    }
    return frame.outerHTML;
  }

  #quotation() {
    const source = [this.#speaker, this.#page.title, this.#fields.from.value].filter(Boolean).join(", ");
    return `“${this.#fields.quote.value.trim()}”\n— ${source}\n${this.#fields.link.value}\n`;
  }

  async #copy(text, field, done) {
    const hasCopied = await copy(text, field);
    if (!hasCopied) {
      this.#dialog.querySelector(".problem").textContent = _("Press Ctrl+C to copy the selected text.");
      return;
    }
    this.#dialog.close();
    this.#page.setStatus(done);
  }

  async #send() {
    try {
      await navigator.share({ title: this.#page.title, text: this.#fields.quote.value, url: this.#fields.link.value });
      this.#dialog.close();
    } catch (error) {
      if (error.name !== "AbortError") this.#dialog.querySelector(".problem").textContent = error.message;
    }
  }
}

/** A button beside what is selected; `share(quoted)` is called with it. */
export function offerQuotations(button, quotations, share) {
  let timer = 0;
  let quoted = null;

  function update() {
    const selection = document.getSelection();
    const range = selection.isCollapsed ? null : selection.getRangeAt(0);
    quoted = range && !document.querySelector("dialog[open]") ? quotations.ofSelection(range) : null;
    button.hidden = !quoted;
    if (!quoted) return;
    const boxes = range.getClientRects();
    const box = boxes[boxes.length - 1];
    const [width, height] = [button.offsetWidth, button.offsetHeight];
    button.style.left = `${Math.max(4, Math.min(box.right - width, window.innerWidth - width - 4))}px`;
    button.style.top = `${Math.max(4, Math.min(box.bottom + 6, window.innerHeight - height - 4))}px`;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(update, SELECTION_PAUSE_MS);
  }

  document.addEventListener("selectionchange", later);
  document.addEventListener("scroll", later, { passive: true, capture: true });
  button.addEventListener("pointerdown", (press) => press.preventDefault()); // which would take the selection away
  button.addEventListener("click", () => quoted && share(quoted));
}
