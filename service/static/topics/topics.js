// The list of topics narrows down while somebody types; on a site of files, by kind and in order, too.

import { ngettext } from "../language.js";

const PAUSE_MS = 600; // of somebody who has typed what is asked for

const list = document.querySelector(".topic-rows:last-of-type") ?? document.querySelector(".topic-rows");
const input = document.querySelector(".filter");
const shown = document.querySelector(".shown");
const isStatic = document.querySelector("main").hasAttribute("data-static");
const asked = new URLSearchParams(isStatic ? location.search : "");
const items = [...(list?.children ?? [])];
const isWhole = isStatic || input?.form.dataset.whole !== undefined;
const isOfSpeakers = items.some((item) => item.dataset.seconds !== undefined);
const nameOf = (item) => item.querySelector(".name").textContent.toLowerCase();

const ORDERS = {
  time: (one, other) => Number(other.dataset.seconds) - Number(one.dataset.seconds),
  last: (one, other) => other.dataset.last.localeCompare(one.dataset.last),
  name: (one, other) => nameOf(one).localeCompare(nameOf(other)),
};

function narrow() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const item of items) {
    const name = nameOf(item);
    item.hidden = !(words.every((word) => name.includes(word)) && (asked.get("kind") ?? item.dataset.kind) === item.dataset.kind);
    count += !item.hidden;
  }
  shown.textContent = isOfSpeakers
    ? ngettext("%(num)s speaker", "%(num)s speakers", count)
    : ngettext("%(num)s topic", "%(num)s topics", count);
}

function mark(link, value, name) {
  const isActive = (asked.get(name) ?? "") === value;
  const address = new URLSearchParams(asked);
  if (isActive && name === "kind") address.delete(name);
  else if (value) address.set(name, value);
  else address.delete(name);
  link.search = address;
  link.toggleAttribute("aria-current", false);
  if (isActive && value) link.setAttribute("aria-current", "true");
}

if (isStatic) {
  for (const link of document.querySelectorAll(".filters a")) mark(link, new URLSearchParams(link.search).get("kind") ?? "", "kind");
  for (const link of document.querySelectorAll(".orders a")) {
    mark(link, new URLSearchParams(link.search).get("order") ?? "", "order");
    if ((asked.get("order") ?? "") === (new URLSearchParams(link.search).get("order") ?? "")) link.setAttribute("aria-current", "page");
  }
  if (ORDERS[asked.get("order")]) list.append(...items.sort(ORDERS[asked.get("order")]));
}
let pause = 0;
input?.addEventListener("input", () => {
  if (isWhole) return narrow();
  clearTimeout(pause); // there are more than are on this page: the server knows them
  pause = setTimeout(() => {
    sessionStorage.setItem("topics.typing", "yes");
    input.form.requestSubmit();
  }, PAUSE_MS);
});
input?.form.addEventListener("submit", (event) => isStatic && event.preventDefault());
if (input && isWhole && (input.value || asked.has("kind"))) narrow();
if (sessionStorage.getItem("topics.typing")) {
  sessionStorage.removeItem("topics.typing");
  input?.focus();
  input?.setSelectionRange(input.value.length, input.value.length);
}
