// Pieces of HTML that the server makes for a page.

import { Refusal } from "../api.js";

/** Put what the server has at `address` into `element`. Throws Refusal. */
export async function fill(element, address) {
  const response = await fetch(address, { cache: "no-store" }).catch(() => {
    throw new Refusal(0);
  });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!response.ok) {
    const detail = page.querySelector("main p")?.textContent ?? response.statusText;
    throw new Refusal(response.status, { detail, hint: "" });
  }
  element.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
}
