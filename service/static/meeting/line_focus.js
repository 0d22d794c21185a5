// The lines of the transcript are one stop of the tab key; arrows lead from line to line.

export function listenForArrows(lines) {
  const links = [...lines.querySelectorAll("a[data-start]")];
  if (!links.length) return;
  for (const link of links) link.tabIndex = -1;
  let stop = links[0];
  stop.tabIndex = 0;

  function moveStop(link) {
    [stop.tabIndex, link.tabIndex] = [-1, 0];
    stop = link;
  }

  lines.addEventListener("focusin", ({ target }) => {
    if (target.matches("a[data-start]")) moveStop(target);
    else {
      // From the panel itself the way leads to what is being said.
      const current = lines.querySelector("[aria-current] a[data-start]");
      if (current) moveStop(current);
    }
  });
  lines.addEventListener("keydown", (key) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[key.key];
    if (!step || !key.target.matches("a[data-start]") || key.ctrlKey || key.metaKey || key.altKey) return;
    const next = links[links.indexOf(key.target) + step];
    if (!next) return;
    key.preventDefault();
    next.focus();
  });
}
