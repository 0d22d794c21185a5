// The list of meetings: shows only those that hold every word typed, and unfolds the years they stand in.

const input = document.querySelector(".filter");
const shown = document.querySelector(".shown");
const shelves = [...document.querySelectorAll(".shelf")].map((shelf) => ({
  shelf,
  wasOpen: shelf.open,
  rows: [...shelf.querySelectorAll("li")].map((item) => ({
    item,
    text: `${item.textContent} ${item.querySelector("time").dateTime}`.toLowerCase(),
  })),
}));

function narrow() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let total = 0;
  for (const { shelf, wasOpen, rows } of shelves) {
    let matching = 0;
    for (const { item, text } of rows) {
      item.hidden = !words.every((word) => text.includes(word));
      matching += item.hidden ? 0 : 1;
    }
    shelf.hidden = matching === 0;
    shelf.open = words.length ? matching > 0 : wasOpen;
    total += matching;
  }
  shown.textContent = words.length ? `${total} ${total === 1 ? "meeting" : "meetings"}` : "";
}

input.addEventListener("input", narrow);
if (input.value) narrow(); // kept by the browser on the way back

document.addEventListener("keydown", (key) => {
  if (key.key !== "/" || key.ctrlKey || key.metaKey || key.altKey || key.target.closest("input, textarea")) return;
  key.preventDefault();
  document.querySelector(".search input").focus();
});
