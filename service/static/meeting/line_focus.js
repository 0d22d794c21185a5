// The lines of the transcript are one stop of the tab key; arrows lead from line to line.

export function listenForArrows(lines) {
  let links = []; // there are thousands: they are read when somebody comes near
  let stop = null;

  function moveStop(link) {
    if (!links.length) {
      links = [...lines.querySelectorAll("a[data-start]")];
      for (const each of links) each.tabIndex = -1;
    }
    if (stop) stop.tabIndex = -1;
    stop = link ?? links[0] ?? null;
    if (stop) stop.tabIndex = 0;
  }

  lines.addEventListener("focusin", ({ target }) => {
    // From the panel itself the way leads to what is being said.
    if (target.matches("a[data-start]")) moveStop(target);
    else moveStop(lines.querySelector("[aria-current] a[data-start]") ?? stop);
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
