// Results as you type: fetches the page the form would lead to, and shows its results in place.

import "./search_key.js";

const TYPING_PAUSE_MS = 150; // without a key, before we ask
const EMPTY_RESULT_DELAY_MS = 600; // more, before results give way to none: the word may be unfinished

const form = document.querySelector(".search");
const input = form.querySelector("input");
const status = document.body.appendChild(Object.assign(document.createElement("p"), { className: "unseen", role: "status" }));
const FEED = "link[data-query]";
let timer = 0;
let request = new AbortController();
let shown = (new URLSearchParams(location.search).get("q") ?? "").trim();

function addressOf(query) {
  const asked = new FormData(form); // the order goes along
  asked.set("q", query);
  return `${form.getAttribute("action")}${query ? `?${new URLSearchParams(asked)}` : ""}`;
}

function show(page) {
  const unfolded = document.querySelector(".filters")?.open ?? false;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  document.querySelector(".filters")?.toggleAttribute("open", unfolded);
  document.title = page.title;
  document.querySelector(FEED)?.remove();
  document.head.append(...page.querySelectorAll(FEED));
  status.textContent = document.querySelector("main h1").textContent; // how much was found
}

async function search() {
  const query = input.value.trim();
  request.abort(); // an older answer must not replace a newer one
  if (query === shown) return;
  request = new AbortController();
  const { signal } = request;
  let response, text;
  try {
    response = await fetch(addressOf(query), { signal });
    text = await response.text();
  } catch {
    return; // called off by more typing, or offline: Enter still asks
  }
  // An unfinished query, such as a lone quotation mark, is no failure: its page says what to type.
  if (signal.aborted || !(response.ok || response.status === 400)) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  if (document.querySelector(".hit") && !page.querySelector(".hit")) {
    await new Promise((resume) => setTimeout(resume, EMPTY_RESULT_DELAY_MS));
    if (signal.aborted || input.value.trim() !== query) return;
  }
  show(page);
  shown = query;
  history.replaceState(null, "", addressOf(query));
}

input.addEventListener("input", (typed) => {
  clearTimeout(timer);
  if (!typed.isComposing) timer = setTimeout(search, TYPING_PAUSE_MS);
});
input.addEventListener("compositionend", () => {
  clearTimeout(timer);
  timer = setTimeout(search, TYPING_PAUSE_MS);
});

// A hit and its marker are the same link twice: who points at one sees both.
const results = document.querySelector("main");

function point(link, pointed) {
  const same = link?.closest(".meeting-hits")?.querySelectorAll(`a[href="${CSS.escape(link.getAttribute("href"))}"]`);
  for (const other of same ?? []) other.toggleAttribute("data-pointed", pointed);
}

for (const [on, out] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  results.addEventListener(on, ({ target }) => point(target.closest("a"), true));
  results.addEventListener(out, ({ target }) => point(target.closest("a"), false));
}

search(); // for what was typed before this script ran, or restored by the browser
