// Times that the server writes in UTC, in the reader's own zone and language.

const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const dateAndTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

/** Write the times below `root` so; those of today without their date. */
export function localize(root) {
  const today = new Date().toDateString();
  for (const element of root.querySelectorAll("time[datetime*=T]")) {
    const at = new Date(element.dateTime);
    element.textContent = (at.toDateString() === today ? time : dateAndTime).format(at);
  }
}
