// The list of speakers narrows down while somebody types: here if all are on the page, or else by the server, which knows
// the rest. On a site of files the list is put in order here, too.

import { ngettext } from "../language.js";

const PAUSE_MS = 400; // in typing, after which the server is asked
const list = document.querySelector(".topic-rows");
const input = document.querySelector(".filter");
const shown = document.querySelector(".shown");
const isStatic = document.querySelector("main").hasAttribute("data-static");
const items = [...list.children];
const nameOf = (item) => item.querySelector(".name").textContent;

const ORDERS = {
  time: (one, other) => Number(other.dataset.seconds) - Number(one.dataset.seconds),
  last: (one, other) => other.dataset.last.localeCompare(one.dataset.last),
  name: (one, other) => nameOf(one).localeCompare(nameOf(other), document.documentElement.lang),
};

/** As the server matches them: beginnings of words, or any part of one where a script has no spaces. */
function wordsIn(text) {
  const plain = text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase();
  return plain.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean);
}

function begins(part, word) {
  return word.toUpperCase() === word ? part.includes(word) : part.startsWith(word);
}

function narrow() {
  const words = wordsIn(input.value);
  const isNobody = input.value.trim() && !words.length;
  let count = 0;
  for (const item of items) {
    const parts = item.dataset.id.split("-");
    item.hidden = Boolean(isNobody) || !words.every((word) => parts.some((part) => begins(part, word)));
    count += !item.hidden;
  }
  shown.textContent = ngettext("%(num)s speaker", "%(num)s speakers", count);
}

if (isStatic) {
  const asked = new URLSearchParams(location.search).get("order") ?? "";
  for (const link of document.querySelectorAll(".orders a")) {
    const isChosen = (new URLSearchParams(link.search).get("order") ?? "") === asked;
    if (isChosen) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (ORDERS[asked]) list.append(...items.sort(ORDERS[asked]));
}

if (list.hasAttribute("data-narrowed")) {
  let pause = 0;
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => input.form.requestSubmit(), PAUSE_MS);
  });
  if (input.value && document.referrer.split("?")[0] === location.href.split("?")[0]) {
    input.focus(); // whoever types goes on
    input.setSelectionRange(input.value.length, input.value.length);
  }
} else {
  input.addEventListener("input", narrow);
  input.form.addEventListener("submit", (event) => isStatic && event.preventDefault());
}
