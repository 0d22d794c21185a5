// The filters of the list of meetings on a site of files, where no server narrows it down: by what the address asks for.

/** What a meeting is, as filters name it: of some it has several. */
const VALUES = {
  year: (item) => [item.closest(".year").dataset.year],
  series: (item) => [item.dataset.series ?? ""],
  speaker: (item) => (item.dataset.speakers ?? "").split(" "),
};

export class ListFilters {
  #asked;

  constructor(location) {
    const asked = new URLSearchParams(location.search);
    this.#asked = Object.keys(VALUES).flatMap((name) => (asked.get(name) ? [[name, asked.get(name)]] : []));
    for (const link of document.querySelectorAll(".filters a")) this.#update(link);
    const summary = document.querySelector(".filters summary");
    if (summary && this.active) summary.append(` (${this.active})`);
  }

  /** How many of the filters are used. */
  get active() {
    return this.#asked.length;
  }

  /** Whether a meeting is one of those that are asked for; `except` names a filter that does not count. */
  allows(item, except = "") {
    return this.#asked.every(([name, value]) => name === except || VALUES[name](item).includes(value.toLowerCase()));
  }

  /** Lets a link say how many meetings it would leave, and take off its filter where that is used. */
  #update(link) {
    const address = new URL(link.href);
    const [[name, value]] = address.searchParams;
    const isActive = this.#asked.some(([used, by]) => used === name && by === value);
    const others = this.#asked.filter(([used]) => used !== name);
    address.search = new URLSearchParams(isActive ? others : [...others, [name, value]]);
    link.href = address.href;
    const left = [...document.querySelectorAll(".year li")].filter(
      (item) => this.allows(item, name) && VALUES[name](item).includes(value.toLowerCase()),
    );
    link.querySelector(".count").textContent = left.length;
    link.closest("li").hidden = !left.length && !isActive;
    if (isActive) link.setAttribute("aria-current", "true");
  }
}
