// The keys people know from players. They work where nobody types, and can be switched off.

const STORAGE_KEY = "jumpnotes.keys";
const [SMALL_STEP, LARGE_STEP] = [5, 10]; // seconds

function storedChoice() {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null; // a browser that stores nothing for this site
  }
}

function storeChoice(value) {
  try {
    localStorage.setItem(STORAGE_KEY, value);
  } catch {
    // The choice is for this page only, then.
  }
}

/** Listens for keys. `actions` are toggle(), skip(seconds), jumpToShare(share), jumpToSection(step), find(), mute(),
 *  changeRate(step), fullscreen(), share(). */
export function listenForShortcuts(actions, dialog) {
  const checkbox = dialog.querySelector("input");
  checkbox.checked = storedChoice() !== "off";
  checkbox.addEventListener("change", () => storeChoice(checkbox.checked ? "on" : "off"));

  const byKey = {
    k: actions.toggle,
    " ": actions.toggle,
    j: () => actions.skip(-LARGE_STEP),
    l: () => actions.skip(LARGE_STEP),
    ArrowLeft: () => actions.skip(-SMALL_STEP),
    ArrowRight: () => actions.skip(SMALL_STEP),
    "<": () => actions.changeRate(-1),
    ">": () => actions.changeRate(1),
    m: actions.mute,
    f: actions.fullscreen,
    s: actions.share,
    n: () => actions.jumpToSection(1),
    p: () => actions.jumpToSection(-1),
    "/": actions.find,
    "?": () => dialog.showModal(),
  };
  for (let digit = 0; digit < 10; digit += 1) byKey[digit] = () => actions.jumpToShare(digit / 10);

  document.addEventListener("keydown", (key) => {
    const action = byKey[key.key] ?? byKey[key.key.toLowerCase()];
    if (!action || !checkbox.checked || dialog.open || isTaken(key)) return;
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
