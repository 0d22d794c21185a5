// Keys people know from players. Without a modifier they are only taken where nobody types, and they can be put off.

const STORED = "jumpnotes.keys";
const [SMALL, LARGE] = [5, 10]; // seconds

function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // a browser that keeps nothing for this site
  }
}

function store(value) {
  try {
    localStorage.setItem(STORED, value);
  } catch {
    // The choice then holds for this page.
  }
}

/** Listens for keys. `actions` are skip(seconds), to(share), section(step), find(), toggle(), mute(), speed(step), full(). */
export function listen(actions, dialog) {
  const box = dialog.querySelector("input");
  box.checked = stored() !== "off";
  box.addEventListener("change", () => store(box.checked ? "on" : "off"));

  const does = {
    k: actions.toggle,
    " ": actions.toggle,
    j: () => actions.skip(-LARGE),
    l: () => actions.skip(LARGE),
    ArrowLeft: () => actions.skip(-SMALL),
    ArrowRight: () => actions.skip(SMALL),
    "<": () => actions.speed(-1),
    ">": () => actions.speed(1),
    m: actions.mute,
    f: actions.full,
    n: () => actions.section(1),
    p: () => actions.section(-1),
    "/": actions.find,
    "?": () => dialog.showModal(),
  };
  for (let digit = 0; digit < 10; digit += 1) does[digit] = () => actions.to(digit / 10);

  document.addEventListener("keydown", (key) => {
    const action = does[key.key] ?? does[key.key.toLowerCase()];
    if (!action || !box.checked || dialog.open || isTaken(key)) return;
    key.preventDefault();
    action();
  });
}

/** Whether the key belongs to what has the focus, or to the browser. */
function isTaken(key) {
  if (key.defaultPrevented || key.ctrlKey || key.metaKey || key.altKey || key.isComposing) return true;
  const { target } = key;
  if (target.isContentEditable || target.closest("input, textarea, select, [role=textbox]")) return true;
  if (key.key === " " && target.closest("button, summary")) return true; // a link does not take it
  if (key.repeat && !/^(Arrow|[jl]$)/i.test(key.key)) return true;
  return [" ", "ArrowLeft", "ArrowRight"].includes(key.key) && Boolean(target.closest("audio, video, pre"));
}
