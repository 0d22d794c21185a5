// A recording in several parts, which follow each other on one clock: what they are, and one player for all of them.

import { videoUrl } from "./youtube.js";
import { _ } from "../language.js";
import { clock, parse } from "../timecode.js";

/** The parts the page lists, in their order: {start, length} in seconds of the common clock, what plays them, and
 *  their link. */
export const parts = [...document.querySelectorAll(".parts [data-start]")].map((link, at) => ({
  number: at + 1,
  start: Number(link.dataset.start),
  length: Number(link.dataset.length),
  kind: link.dataset.kind,
  source: link.dataset.source,
  captions: link.dataset.captions,
  title: link.title,
  publishedAt: link.dataset.published,
  link,
}));

/** The part in which a moment of the common clock is. */
function partAt(seconds) {
  return parts.findLast(({ start }) => start <= seconds) ?? parts[0];
}

/** A moment as people read it: `12:34`, or `part 2 · 12:34` where there are parts. */
export function momentClock(seconds) {
  if (!parts.length) return clock(seconds);
  const { number, start } = partAt(seconds);
  return _("part %(number)s · %(time)s", { number, time: clock(Math.max(seconds - start, 0)) });
}

/** The seconds of a moment as `momentClock` writes it; null when it is none. */
export function readMomentClock(text) {
  if (!parts.length) return parse(text.trim());
  const [, number, time] = /^\D*(\d+)\D+?([\d:.]+)$/.exec(text.trim()) ?? [];
  const [part, seconds] = [parts[number - 1], time ? parse(time) : null];
  return part && seconds !== null ? part.start + seconds : null;
}

export class PartsPlayer {
  #players; // {player, holder} for files and for YouTube
  #part;
  #timeListener = () => {};
  #errorListener = () => {};
  #playingListener = () => {};

  /** `players` are {player, holder} by what they play, "youtube" or "file". */
  constructor(players) {
    this.#players = players;
    this.#part = parts.find(({ link }) => link.hasAttribute("aria-current"));
    for (const each of Object.values(players)) {
      const isCurrent = () => each === this.#current;
      each.player.onTime((seconds) => isCurrent() && this.#timeListener(this.#onCommonClock(seconds)));
      each.player.onPlaying((isPlaying) => isCurrent() && this.#playingListener(isPlaying));
      each.player.onEnd(() => isCurrent() && this.#goOn());
      each.player.onError((...told) => isCurrent() && this.#errorListener(...told));
    }
  }

  startAt(seconds) {
    if (this.#open(partAt(seconds))) this.#player.startAt(seconds - this.#part.start);
  }

  seek(seconds) {
    const wasPlaying = this.#player.isPlaying();
    const part = partAt(seconds);
    const isOther = part !== this.#part;
    if (!this.#open(part)) return;
    this.#player.seek(Math.max(seconds - part.start, 0));
    if (isOther && wasPlaying) this.#player.play();
  }

  play() {
    this.#player.play();
  }

  pause() {
    this.#player.pause();
  }

  toggle() {
    this.#player.toggle();
  }

  isPlaying() {
    return this.#player.isPlaying();
  }

  time() {
    return this.#onCommonClock(this.#player.time());
  }

  length() {
    const { start, length } = parts.at(-1);
    return start + length;
  }

  mute() {
    this.#player.mute();
  }

  changeRate(step) {
    return this.#player.changeRate(step);
  }

  setRate(rate) {
    return this.#player.setRate(rate);
  }

  fullscreen() {
    this.#player.fullscreen();
  }

  onTime(listener) {
    this.#timeListener = listener;
  }

  onPlaying(listener) {
    this.#playingListener = listener;
  }

  onError(listener) {
    this.#errorListener = listener;
  }

  isBrokenAt(seconds) {
    return partAt(seconds) === this.#part && this.#player.isBrokenAt();
  }

  /** Where a moment can be heard elsewhere; "" where that is not known. */
  externalUrl(seconds = this.time()) {
    const { kind, source, start, publishedAt } = partAt(seconds);
    return kind === "youtube" ? videoUrl(source, seconds - start) : publishedAt;
  }

  get #current() {
    return this.#players[this.#part.kind === "youtube" ? "youtube" : "file"];
  }

  get #player() {
    return this.#current.player;
  }

  /** A host may have rounded the length of a part: what is after its end is not yet in the next one. */
  #onCommonClock(seconds) {
    return this.#part.start + Math.min(seconds, this.#part.length - 0.01);
  }

  /** Makes a part the current one; false where it cannot be played here. */
  #open(part) {
    if (part === this.#part) return true;
    if (!part.kind) {
      this.#errorListener(_("Part %(number)s cannot be played here.", { number: part.number }), part.publishedAt, part.start);
      return false;
    }
    const before = this.#current;
    this.#part.link.removeAttribute("aria-current");
    this.#part = part;
    part.link.setAttribute("aria-current", "true");
    if (before !== this.#current) {
      before.player.pause();
      [before.holder.hidden, this.#current.holder.hidden] = [true, false];
    }
    this.#player.open(part);
    return true;
  }

  /** At the end of a part the next one begins. */
  #goOn() {
    const next = parts[this.#part.number];
    if (!next || !this.#open(next)) return;
    this.#player.seek(0);
    this.#player.play();
    this.#timeListener(next.start);
  }
}
