// Pieces of HTML that the server makes for a page.

import { Refusal } from "../api.js";

/** Put what the server has at `address` into `element`. Throws Refusal. */
export async function fill(element, address) {
  element.replaceChildren(...[...(await nodes(address))].map((node) => document.adoptNode(node)));
}

/** The text of what the server has at `address`, in one line. Throws Refusal. */
export async function text(address) {
  return [...(await nodes(address))].map((node) => node.textContent).join("").replace(/\s+/g, " ").trim();
}

async function nodes(address) {
  const response = await fetch(address, { cache: "no-store" }).catch(() => {
    throw new Refusal(0);
  });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!response.ok) {
    const detail = page.querySelector("main p")?.textContent ?? response.statusText;
    throw new Refusal(response.status, { detail, hint: "" });
  }
  return page.body.childNodes;
}
