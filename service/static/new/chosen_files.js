// The files that were chosen or dropped: what each is, and how much of it has arrived.

import { _ } from "../language.js";

const ROLES = { notes: () => _("Notes"), recording: () => _("Recording"), transcript: () => _("Transcript") };
const MISFITS = {
  notes: ({ name }) => _("%(name)s cannot be read as notes: save them as text or Markdown.", { name }),
  recording: ({ name }) => _("%(name)s is no recording.", { name }),
  transcript: ({ name }) => _("%(name)s is no transcript.", { name }),
};
const BYTES_PER_MB = 1_000_000;

const megabytes = (bytes) => {
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: bytes < BYTES_PER_MB ? 2 : 0 });
  return `${number.format(Math.max(bytes / BYTES_PER_MB, 0.01))} MB`;
};

export class ChosenFiles {
  #list;
  #kinds;
  #limitMb;
  #changed;
  #problem;
  #rows = new Map(); // by role: {file, item}

  /** `kinds` are the ends of names by role. Calls `changed()`, and `problem(text)` where a file cannot be taken. */
  constructor(list, kinds, limitMb, changed, problem) {
    [this.#list, this.#kinds, this.#limitMb, this.#changed, this.#problem] = [list, kinds, limitMb, changed, problem];
  }

  /** Each {role, file}. */
  get all() {
    return [...this.#rows].map(([role, { file }]) => ({ role, file }));
  }

  add(files) {
    const problems = [...files].map((file) => this.#put(file)).filter(Boolean);
    this.#changed();
    if (problems.length) this.#problem(problems.join(" "));
    this.#show();
  }

  /** Take a file as the first thing it can be that there is none of yet; returns why it is not taken, or "". */
  #put(file) {
    const { name, size } = file;
    const fitting = Object.keys(ROLES).filter((role) => this.#isA(role, name));
    const role = fitting.find((each) => (this.#rows.get(each)?.file.name ?? name) === name); // or it is chosen again
    if (!fitting.length) return _("%(name)s is neither notes nor a recording nor a transcript.", { name });
    if (!size) return _("%(name)s is empty.", { name });
    if (size > this.#limitMb * BYTES_PER_MB) {
      const most = new Intl.NumberFormat(document.documentElement.lang).format(this.#limitMb);
      return _("%(name)s is larger than %(most)s MB.", { name, most });
    }
    if (!role) return _("A meeting takes one file of each kind: %(name)s was left out.", { name });
    this.#rows.set(role, { file, progress: null });
    return "";
  }

  #isA(role, name) {
    return this.#kinds[role].some((end) => name.toLowerCase().endsWith(end));
  }

  #show() {
    this.#list.hidden = !this.#rows.size;
    this.#list.replaceChildren(...[...this.#rows].map(([role, row]) => this.#item(role, row)));
  }

  #item(role, row) {
    const { file } = row;
    const item = document.createElement("li");
    const select = Object.assign(document.createElement("select"), { ariaLabel: _("What %(name)s is", { name: file.name }) });
    select.append(...Object.entries(ROLES).map(([value, words]) => new Option(words(), value, false, value === role)));
    select.addEventListener("change", () => this.#move(role, select.value));
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: _("Remove") });
    remove.setAttribute("aria-label", _("Remove %(name)s", { name: file.name }));
    remove.addEventListener("click", () => this.#remove(role));
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name, dir: "auto" });
    const size = Object.assign(document.createElement("span"), { className: "size", textContent: megabytes(file.size) });
    row.progress = Object.assign(document.createElement("progress"), { max: file.size, value: 0, hidden: true });
    row.progress.setAttribute("aria-label", _("Sending %(name)s", { name: file.name }));
    item.append(name, size, select, remove, row.progress);
    return item;
  }

  /** The one that was there before gets the other's role. */
  #move(from, to) {
    const [moved, other] = [this.#rows.get(from), this.#rows.get(to)];
    const misfit = [[moved, to], [other, from]].find(([row, role]) => row && !this.#isA(role, row.file.name));
    if (misfit) {
      this.#show();
      return this.#problem(MISFITS[misfit[1]](misfit[0].file));
    }
    this.#rows.delete(from);
    if (other) this.#rows.set(from, other);
    this.#rows.set(to, moved);
    this.#show();
    this.#changed();
    [...this.#list.querySelectorAll("select")].find((select) => select.value === to)?.focus();
  }

  #remove(role) {
    this.#rows.delete(role);
    this.#show();
    this.#changed();
    (this.#list.querySelector("button") ?? document.querySelector("input[type=file]")).focus();
  }

  /** Show how much of a file has arrived. */
  progress(role, bytes) {
    const bar = this.#rows.get(role)?.progress;
    if (bar) Object.assign(bar, { hidden: false, value: bytes });
  }
}
