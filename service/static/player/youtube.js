// YouTube is asked for nothing before somebody presses play. Its player is then driven by the messages its own
// script would send, so that no script of theirs runs in our page.

import { stepped } from "./rates.js";

const YOUTUBE = "https://www.youtube-nocookie.com";
const PERMISSIONS = "autoplay; encrypted-media; fullscreen; picture-in-picture";
const KNOCK_EVERY = 250; // ms
const KNOCKS = 40;
const [PLAYING, BUFFERING] = [1, 3];

const TROUBLES = {
  2: "YouTube does not know this video.",
  5: "YouTube’s player failed in this browser.",
  100: "This video was removed or is private.",
  101: "Its owner does not let this video play on other sites.",
  150: "Its owner does not let this video play on other sites.",
  153: "YouTube does not play here, because this page’s address was not sent to it.",
};

export class YouTubePlayer {
  broken = false;
  #facade;
  #id;
  #frame = null;
  #answers = false; // the frame has sent a message, so it will take commands
  #deaf = false; // it never will: then only its address can be changed
  #wanted = null; // seconds to go to once it answers
  #now;
  #length = NaN;
  #state = -1;
  #muted = false;
  #rate = 1;
  #timed = () => {};
  #troubled = () => {};

  constructor(facade) {
    this.#facade = facade;
    this.#id = facade.dataset.video;
    this.#now = Number(new URL(facade.href).searchParams.get("t") ?? 0);
    window.addEventListener("message", (event) => this.#hear(event));
  }

  cue(seconds) {
    this.seek(seconds);
  }

  place(seconds) {
    this.seek(seconds);
  }

  seek(seconds) {
    this.#now = Math.max(seconds, 0);
    if (!this.#frame) {
      this.#facade.href = this.elsewhere();
      this.#timed(this.#now);
    } else if (this.#answers) this.#command("seekTo", [this.#now, true]);
    else if (this.#deaf) this.#frame.src = this.#address();
    else this.#wanted = this.#now;
  }

  play() {
    if (this.broken) return;
    if (!this.#frame) this.#load();
    else if (this.#answers) this.#command("playVideo");
  }

  pause() {
    if (this.#answers) this.#command("pauseVideo");
  }

  toggle() {
    if (this.#state === PLAYING || this.#state === BUFFERING) this.pause();
    else this.play();
  }

  time() {
    return this.#now;
  }

  length() {
    return this.#length;
  }

  mute() {
    this.#muted = !this.#muted;
    if (this.#answers) this.#command(this.#muted ? "mute" : "unMute");
  }

  speed(step) {
    this.#rate = stepped(this.#rate, step);
    if (this.#answers) this.#command("setPlaybackRate", [this.#rate]);
    return this.#rate;
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.#frame?.requestFullscreen();
  }

  onTime(call) {
    this.#timed = call;
  }

  onTrouble(call) {
    this.#troubled = call;
  }

  #address() {
    const asked = new URLSearchParams({
      enablejsapi: 1,
      origin: window.location.origin,
      rel: 0,
      playsinline: 1,
      start: Math.floor(this.#now),
      autoplay: 1,
    });
    return `${YOUTUBE}/embed/${this.#id}?${asked}`;
  }

  /** Where the video opens at a moment when it does not play here. */
  elsewhere(seconds = this.#now) {
    return `https://youtu.be/${this.#id}?t=${Math.floor(seconds)}`;
  }

  #load() {
    const frame = document.createElement("iframe");
    frame.title = this.#facade.querySelector(".what")?.textContent ?? "Recording";
    frame.allow = PERMISSIONS;
    // YouTube refuses to play (error 153) for a page that hides where it is.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = this.#address();
    frame.addEventListener("load", () => this.#knock());
    this.#frame = frame;
    this.#facade.replaceWith(frame);
  }

  #knock(left = KNOCKS) {
    if (this.#answers || this.broken) return;
    if (left === 0) {
      this.#deaf = true;
      this.#troubled("YouTube’s player does not answer.", this.elsewhere());
      return;
    }
    this.#send({ event: "listening", id: 1, channel: "widget" });
    setTimeout(() => this.#knock(left - 1), KNOCK_EVERY);
  }

  #hear(event) {
    if (event.origin !== YOUTUBE || !this.#frame || event.source !== this.#frame.contentWindow) return;
    const message = typeof event.data === "string" ? JSON.parse(event.data) : event.data;
    if (!this.#answers) {
      this.#answers = true;
      this.#command("addEventListener", ["onError"]);
      if (this.#wanted !== null) this.#command("seekTo", [this.#wanted, true]);
      this.#wanted = null;
      // What was chosen before it answered is news to it.
      if (this.#muted) this.#command("mute");
      if (this.#rate !== 1) this.#command("setPlaybackRate", [this.#rate]);
      if (message.info) [message.info.muted, message.info.playbackRate] = [this.#muted, this.#rate];
    }
    if (message.event === "onError") this.#fail(message.info);
    else if (message.info) this.#learn(message.info);
  }

  #learn({ currentTime, duration, playerState, muted, playbackRate }) {
    if (duration > 0) this.#length = duration;
    this.#state = playerState ?? this.#state;
    this.#muted = muted ?? this.#muted;
    this.#rate = playbackRate ?? this.#rate;
    if (typeof currentTime !== "number") return;
    this.#now = currentTime;
    this.#timed(currentTime);
  }

  /** The link we began with takes the place of a player that cannot play. */
  #fail(code) {
    this.broken = true;
    this.#answers = false;
    this.#frame.replaceWith(this.#facade);
    this.#frame = null;
    this.#facade.href = this.elsewhere();
    this.#facade.querySelector(".where").textContent = "opens on YouTube";
    this.#troubled(TROUBLES[code] ?? "YouTube does not play this video here.", this.elsewhere());
  }

  #command(name, args = []) {
    this.#send({ event: "command", func: name, args, id: 1, channel: "widget" });
  }

  #send(message) {
    this.#frame.contentWindow.postMessage(JSON.stringify(message), YOUTUBE);
  }
}
