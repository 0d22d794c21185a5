// Jobs on their pages: what changes is shown as the server shows it, what is heard is appended, buttons do what they say.

import { send } from "../api.js";
import { clock } from "../timecode.js";
import { Polling } from "./polling.js";
import { localize } from "./times.js";

const AT_THE_END_PX = 40;

const main = document.querySelector("main");
const problem = document.querySelector(".problem");
const announced = document.querySelector("[data-announce]");
const parts = (root) => new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
const shown = new Map([...parts(main)].map(([name, part]) => [name, part.outerHTML]));
const pace = (root) => root.querySelector("[data-pace]").dataset.pace;

class HeardLines {
  #section = document.querySelector(".hearing");
  #lines = document.querySelector(".hearing-lines");
  #last = "";
  #count = 0;
  #asking = false;

  /** Append what has been heard since. What was heard before is heard anew where a job goes on from its checkpoint. */
  async more() {
    if (this.#asking || !main.dataset.heard) return;
    this.#asking = true;
    try {
      let answer = await this.#ask(Math.max(this.#count - 1, 0));
      if (this.#count && this.#last !== JSON.stringify(answer.lines[0])) {
        answer = await this.#ask(0);
        if (answer.lines.length) this.#forget();
      } else if (this.#count) answer.lines.shift();
      this.#append(answer.lines);
    } catch {
      // they come with the next ones
    } finally {
      this.#asking = false;
    }
  }

  #ask(skip) {
    return send("GET", `${main.dataset.heard}?skip=${skip}`);
  }

  #forget() {
    this.#lines.replaceChildren();
    this.#count = 0;
  }

  #append(lines) {
    if (!lines.length) return;
    const box = this.#lines;
    const follows = this.#section.hidden || box.scrollHeight - box.scrollTop - box.clientHeight < AT_THE_END_PX;
    this.#section.hidden = false;
    box.append(
      ...lines.map(({ start, text }) => {
        const line = document.createElement("p");
        line.append(Object.assign(document.createElement("span"), { className: "clock", textContent: clock(start) }), ` ${text}`);
        return line;
      }),
    );
    this.#count += lines.length;
    this.#last = JSON.stringify(lines.at(-1));
    if (follows) box.scrollTop = box.scrollHeight;
  }
}

const heard = new HeardLines();

function replace(old, fresh) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const like = focused?.dataset.post ? `[data-post="${CSS.escape(focused.dataset.post)}"]` : focused?.href && `[href="${CSS.escape(focused.getAttribute("href"))}"]`;
  old.replaceWith(fresh);
  if (!focused) return;
  const target = (like && fresh.querySelector(like)) || fresh.querySelector("button, a[href]") || document.querySelector("h1");
  if (target.matches("h1")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function announce() {
  const words = document.querySelector("[data-announcement]")?.dataset.announcement;
  if (announced && words !== undefined && announced.textContent !== words) announced.textContent = words;
}

async function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const now = parts(main);
  for (const [name, part] of parts(fresh)) {
    const html = part.outerHTML;
    if (shown.get(name) === html) continue;
    shown.set(name, html);
    localize(part);
    replace(now.get(name), document.adoptNode(part));
  }
  announce();
  await heard.more();
  return pace(document);
}

const polling = new Polling(location.href.split("#")[0], show, pace(document));

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("button[data-post]");
  if (!button) return;
  problem.textContent = "";
  button.setAttribute("aria-disabled", "true");
  try {
    await send("POST", button.dataset.post, JSON.parse(button.dataset.body));
  } catch (refusal) {
    problem.textContent = refusal.message;
  }
  button.removeAttribute("aria-disabled");
  polling.ask();
});

localize(document);
announce();
heard.more();
