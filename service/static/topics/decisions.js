// The list of decisions narrows down while somebody types; on a site of files, by all of its filters, too.

import { ngettext } from "../language.js";

const main = document.querySelector("main");
const input = document.querySelector(".words");
const listed = document.querySelector(".listed");

/** What a mark is, as filters name it: of some it has several. */
const VALUES = {
  kind: (row) => [row.closest("[data-kind]").dataset.kind],
  done: (row) => [row.dataset.done],
  state: (row) => [row.dataset.state],
  person: (row) => row.dataset.people.split("\n"),
  series: (row) => [row.closest(".marked-meeting").dataset.series],
  year: (row) => [row.closest(".marked-meeting").dataset.year],
};

/** The filters of a site of files, where no server narrows the list down: by what the address asks for. */
class MarkFilters {
  #rows = [...listed.querySelectorAll(".marks > li")];
  #texts = new Map(this.#rows.map((row) => [row, row.querySelector(".name").textContent.toLowerCase()]));
  #asked;

  constructor(asked) {
    this.#asked = Object.keys(VALUES).flatMap((name) => (asked.get(name) ? [[name, asked.get(name).toLowerCase()]] : []));
    input.value ||= asked.get("q") ?? "";
    for (const link of document.querySelectorAll(".filters a, .orders a")) this.#update(link);
    const summary = document.querySelector(".filters summary");
    const active = this.#asked.filter(([name]) => name !== "kind").length;
    if (summary && active) summary.append(` (${active})`);
    input.addEventListener("input", () => this.#show());
    input.form.addEventListener("submit", (event) => event.preventDefault());
    this.#show();
  }

  /** Whether a mark is one of those that are asked for; `except` names a filter that does not count. */
  #allows(row, except = "") {
    return this.#asked.every(([name, value]) => name === except || this.#has(row, name, value));
  }

  #has(row, name, value) {
    return VALUES[name](row).some((each) => each.toLowerCase() === value);
  }

  /** Lets a link say how many it would leave, and take off its filter where that is used. */
  #update(link) {
    const [name, value] = link.closest(".orders") ? ["kind", link.dataset.kind] : [...new URLSearchParams(link.search)][0];
    const isActive = this.#asked.some(([used, by]) => used === name && by === value.toLowerCase());
    const others = this.#asked.filter(([used]) => used !== name);
    link.search = new URLSearchParams(isActive ? others : [...others, [name, value]]);
    link.hash = "";
    const left = this.#rows.filter((row) => this.#allows(row, name) && this.#has(row, name, value.toLowerCase())).length;
    link.querySelector(".count").textContent = left;
    if (link.closest("li")) link.closest("li").hidden = !left && !isActive;
    if (isActive) link.setAttribute("aria-current", "true");
  }

  #show() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of this.#rows) {
      row.hidden = !(this.#allows(row) && words.every((word) => this.#texts.get(row).includes(word)));
      count += !row.hidden;
    }
    for (const part of listed.querySelectorAll(".marked-meeting, [data-kind]")) part.hidden = !part.querySelector(".marks > li:not([hidden])");
    document.querySelector(".shown").textContent = ngettext("%(num)s entry", "%(num)s entries", count);
    document.querySelector(".all").hidden = !(this.#asked.length || words.length);
    document.querySelector(".none").hidden = count > 0;
  }
}

/** Asks the server again for what has the words typed so far: it knows the other pages of the list. */
function askWhileTyping() {
  const wait = 250; // milliseconds
  let timer = 0;
  let asking = new AbortController();

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const address = new URL(input.form.action);
    for (const [name, value] of new FormData(input.form)) if (value) address.searchParams.set(name, value);
    try {
      const response = await fetch(address, { signal: asking.signal });
      if (!response.ok) return;
      const found = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const part of [".listed", ".shown", ".filters nav", ".all"]) {
        const [shown, now] = [document.querySelector(part), found.querySelector(part)];
        if (shown && now) shown.replaceChildren(...now.childNodes);
      }
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") input.form.submit(); // who sees that it fails is told why
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  });
}

if (main.dataset.static === undefined) askWhileTyping();
else new MarkFilters(new URLSearchParams(location.search));
