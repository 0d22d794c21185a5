// Results as you type: fetches the page the form would lead to, and shows its results in place.

const DELAY = 150; // ms without a key
const PATIENCE = 600; // ms more before results give way to none: a word may only be begun

const form = document.querySelector(".search");
const input = form.querySelector("input");
const status = document.body.appendChild(Object.assign(document.createElement("p"), { className: "unseen", role: "status" }));
const FEED = "link[type='application/atom+xml']";
let timer = 0;
let asking = new AbortController();
let shown = (new URLSearchParams(location.search).get("q") ?? "").trim();

function address(query) {
  return `${form.getAttribute("action")}${query ? `?${new URLSearchParams({ q: query })}` : ""}`;
}

function show(page) {
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  document.title = page.title;
  document.querySelector(FEED)?.remove();
  document.head.append(...page.querySelectorAll(FEED));
  const [meetings, places] = [".finding", ".place"].map((each) => document.querySelectorAll(each).length);
  const found = `${places} ${places === 1 ? "place" : "places"} in ${meetings} ${meetings === 1 ? "meeting" : "meetings"}`;
  status.textContent = places ? found : document.querySelector("main h1").textContent;
}

async function search() {
  const query = input.value.trim();
  asking.abort(); // an older answer must not go over a newer one
  if (query === shown) return;
  asking = new AbortController();
  const { signal } = asking;
  let response, text;
  try {
    response = await fetch(address(query), { signal });
    text = await response.text();
  } catch {
    return; // typed on, or offline: Enter still asks
  }
  // What is only begun, such as a lone quotation mark, is no failure: its page says what to type.
  if (signal.aborted || !(response.ok || response.status === 400)) return;
  const page = new DOMParser().parseFromString(text, "text/html");
  if (document.querySelector(".place") && !page.querySelector(".place")) {
    await new Promise((resume) => setTimeout(resume, PATIENCE));
    if (signal.aborted || input.value.trim() !== query) return;
  }
  show(page);
  shown = query;
  history.replaceState(null, "", address(query));
}

input.addEventListener("input", (typed) => {
  clearTimeout(timer);
  if (!typed.isComposing) timer = setTimeout(search, DELAY);
});
input.addEventListener("compositionend", () => {
  clearTimeout(timer);
  timer = setTimeout(search, DELAY);
});

// A place and its tick are the same link twice: who points at one sees both.
const results = document.querySelector("main");

function point(link, pointed) {
  const same = link?.closest(".finding")?.querySelectorAll(`a[href="${CSS.escape(link.getAttribute("href"))}"]`);
  for (const other of same ?? []) other.toggleAttribute("data-pointed", pointed);
}

for (const [on, out] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  results.addEventListener(on, ({ target }) => point(target.closest("a"), true));
  results.addEventListener(out, ({ target }) => point(target.closest("a"), false));
}

search(); // what was typed before this script came, or kept by the browser on the way back
