// Text → seconds and back, for the part of an address the server never sees: #t=754, #t=12m34s, #t=12:34.

const PLAIN = /^(\d+(?:\.\d+)?)s?$/;
const UNITS = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/;
const CLOCK = /^(?:(\d+):)?(\d{1,3}):([0-5]\d(?:\.\d+)?)$/;

/** Seconds written in `text`, or null when it is not a time. */
export function parse(text) {
  const plain = PLAIN.exec(text);
  if (plain) return Number(plain[1]);
  const parts = text && (UNITS.exec(text) ?? CLOCK.exec(text));
  if (!parts) return null;
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return hours * 3600 + minutes * 60 + seconds;
}

/** A moment written in `text`: {start, isWholeSecond}, or null when it is none. */
export function readMoment(text) {
  const start = parse(text);
  return start === null ? null : { start, isWholeSecond: !text.includes(".") };
}

/** What an address such as `…#t=754` or `…#t=754,800` asks for: {start, isWholeSecond, end}, `end` null without one; or
 *  null. */
export function readRange(hash) {
  const asked = new URLSearchParams(hash.replace(/^#/, "")).get("t");
  if (asked === null) return null;
  const [from, to = ""] = asked.replace(/^npt:/, "").split(",");
  const [moment, end] = [readMoment(from || "0"), to ? parse(to) : null];
  if (moment === null || (!from && end === null)) return null;
  return { ...moment, end: end > moment.start ? end : null };
}

/** `m:ss`, or `h:mm:ss` from an hour on; fractions are dropped. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hour, minute, second] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hour ? `${hour}:${two(minute)}:${two(second)}` : `${minute}:${two(second)}`;
}
