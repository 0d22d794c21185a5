// The list of meetings: shows only those that have every word typed, and unfolds their years.

import { ngettext } from "./language.js";
import { ListFilters } from "./list_filters.js";
import "./search_key.js";

const input = document.querySelector(".filter");
const shown = document.querySelector(".shown");
const shownBefore = shown.textContent; // the number of those that the filters leave
const filters = document.querySelector("main").dataset.static === undefined ? null : new ListFilters(location);
const years = [...document.querySelectorAll(".year")].map((year) => ({
  year,
  wasOpen: year.open,
  rows: [...year.querySelectorAll("li")].map((item) => ({
    item,
    text: `${item.textContent} ${item.querySelector("time").dateTime}`.toLowerCase(),
  })),
}));

function filter() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let total = 0;
  for (const { year, wasOpen, rows } of years) {
    let matching = 0;
    for (const { item, text } of rows) {
      item.hidden = !words.every((word) => text.includes(word)) || !(filters?.allows(item) ?? true);
      matching += item.hidden ? 0 : 1;
    }
    year.hidden = matching === 0;
    year.open = words.length || filters?.active ? matching > 0 : wasOpen;
    total += matching;
  }
  shown.textContent = words.length || filters?.active ? ngettext("%(num)s meeting", "%(num)s meetings", total) : shownBefore;
}

input.addEventListener("input", filter);
if (input.value || filters?.active) filter(); // restored by the browser, or asked for by the address
