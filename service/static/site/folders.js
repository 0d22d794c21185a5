// Opened as files, pages have no server that knows what a folder shows: links to folders lead to their index.html.

if (location.protocol === "file:") {
  const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;
  const toPage = (address) => (HAS_SCHEME.test(address) ? address : address.replace(/^([^?#]*\/)(?=$|[?#])/, "$1index.html"));
  for (const [selector, name] of [["a[href]", "href"], ["form[action]", "action"]]) {
    for (const element of document.querySelectorAll(selector)) {
      element.setAttribute(name, toPage(element.getAttribute(name)));
    }
  }
  for (const hint of document.querySelectorAll(".from-file")) hint.hidden = false;
}
