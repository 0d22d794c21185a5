// A pencil at every block of the notes that could have a moment.

import { _ } from "../language.js";

const MAX_LABEL_CHARS = 60;

/** Of a block: what is said of its moment. */
export const MOMENT_PARTS = ".chip, .best-guess, .further, .remark";

export function createElement(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Calls `open(block)` when the pencil of a block is pressed. */
export function addPencils(open) {
  for (const block of document.querySelectorAll(".block[id]:not(.aside)")) {
    const own = [...block.childNodes].filter((node) => !node.matches?.(`${MOMENT_PARTS}, .anchor`));
    const text = own.map((node) => node.textContent).join(" ").trim().replace(/\s+/g, " ").slice(0, MAX_LABEL_CHARS);
    const properties = { type: "button", className: "pencil", textContent: "✎", ariaLabel: _("Correct: %(text)s", { text }) };
    const pencil = createElement("button", properties);
    pencil.addEventListener("click", () => open(block));
    (block.matches("tr") ? block.lastElementChild : block).append(pencil);
  }
}

export function removePencils() {
  for (const pencil of document.querySelectorAll(".pencil")) pencil.remove();
}
