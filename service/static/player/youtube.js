// Nothing is requested from YouTube before somebody presses play. Its player is then driven by the messages that its
// own script would send, so that no script of theirs runs in our page.

import { nextRate } from "./rates.js";
import { _ } from "../language.js";

const YOUTUBE = "https://www.youtube-nocookie.com";
const PERMISSIONS = "autoplay; encrypted-media; fullscreen; picture-in-picture";
const HANDSHAKE_INTERVAL_MS = 250;
const MAX_HANDSHAKES = 40;
const [UNSTARTED, ENDED, PLAYING, BUFFERING, CUED] = [-1, 0, 1, 3, 5];

const ERRORS = {
  2: _("YouTube does not know this video."),
  5: _("YouTube’s player failed in this browser."),
  100: _("This video was removed or is private."),
  101: _("The owner does not allow this video to play on other sites."),
  150: _("The owner does not allow this video to play on other sites."),
  153: _("YouTube does not play here, because it was not told the address of this page."),
};

/** Where a video opens at a moment. */
export function videoUrl(id, seconds) {
  return `https://youtu.be/${id}?t=${Math.floor(seconds)}`;
}

export class YouTubePlayer {
  #broken = false;
  #facade;
  #id;
  #frame = null;
  #shownId = null; // of the video the frame has, or is told to have
  #isChanging = false; // what the frame says is still of another video
  #isReady = false; // the frame has sent a message, so it will take commands
  #isSilent = false; // it never will: then only its address can be changed
  #pendingSeek = null; // seconds to go to once it is ready
  #time;
  #length = NaN;
  #state = -1;
  #muted = false;
  #rate = 1;
  #timeListener = () => {};
  #errorListener = () => {};
  #endListener = () => {};
  #playingListener = () => {};

  constructor(facade) {
    this.#facade = facade;
    this.#id = facade.dataset.video;
    this.#time = Number(new URL(facade.href).searchParams.get("t") ?? 0);
    window.addEventListener("message", (event) => this.#receive(event));
  }

  /** Without playing: only a click may load something from YouTube. */
  startAt(seconds) {
    this.seek(seconds);
  }

  seek(seconds) {
    this.#time = Math.max(seconds, 0);
    if (!this.#frame) {
      this.#facade.href = this.externalUrl();
      this.#timeListener(this.#time);
    } else if (this.#isReady && this.#id !== this.#shownId) {
      queueMicrotask(() => this.#change("cueVideoById")); // unless it is told to play, too
    } else if (this.#isReady) this.#command("seekTo", [this.#time, true]);
    else if (this.#isSilent) this.#frame.src = this.#embedUrl();
    else this.#pendingSeek = this.#time;
  }

  play() {
    if (this.#broken) return;
    if (!this.#frame) this.#load();
    else if (this.#isReady && this.#id !== this.#shownId) this.#change("loadVideoById");
    else if (this.#isReady) this.#command("playVideo");
  }

  open({ source, title }) {
    this.#broken = false;
    this.#id = source;
    this.#length = NaN;
    this.#facade.querySelector(".what").lastChild.data = title;
    this.#facade.querySelector(".where").textContent = _("plays from YouTube");
    if (this.#frame) this.#frame.title = title;
  }

  isBrokenAt() {
    return this.#broken;
  }

  isPlaying() {
    return this.#state === PLAYING || this.#state === BUFFERING;
  }

  pause() {
    if (this.#isReady) this.#command("pauseVideo");
  }

  toggle() {
    if (this.isPlaying()) this.pause();
    else this.play();
  }

  time() {
    return this.#time;
  }

  length() {
    return this.#length;
  }

  mute() {
    this.#muted = !this.#muted;
    if (this.#isReady) this.#command(this.#muted ? "mute" : "unMute");
  }

  changeRate(step) {
    return this.setRate(nextRate(this.#rate, step));
  }

  setRate(rate) {
    this.#rate = rate;
    if (this.#isReady) this.#command("setPlaybackRate", [this.#rate]);
    return this.#rate;
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.#frame?.requestFullscreen();
  }

  onTime(listener) {
    this.#timeListener = listener;
  }

  onPlaying(listener) {
    this.#playingListener = listener;
  }

  onEnd(listener) {
    this.#endListener = listener;
  }

  onError(listener) {
    this.#errorListener = listener;
  }

  #embedUrl() {
    this.#shownId = this.#id;
    const parameters = new URLSearchParams({
      enablejsapi: 1,
      origin: window.location.origin,
      rel: 0,
      playsinline: 1,
      start: Math.floor(this.#time),
      autoplay: 1,
    });
    return `${YOUTUBE}/embed/${this.#id}?${parameters}`;
  }

  /** Where the video opens at a moment if it does not play here. */
  externalUrl(seconds = this.#time) {
    return videoUrl(this.#id, seconds);
  }

  #load() {
    const frame = document.createElement("iframe");
    frame.title = this.#facade.querySelector(".what")?.textContent ?? _("Recording");
    frame.allow = PERMISSIONS;
    // YouTube refuses to play (error 153) for a page that hides where it is.
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = this.#embedUrl();
    frame.addEventListener("load", () => this.#shakeHands());
    this.#frame = frame;
    this.#facade.replaceWith(frame);
  }

  /** Shows the video that is wanted, by one of the player's commands. */
  #change(command) {
    if (!this.#isReady || this.#id === this.#shownId) return;
    this.#shownId = this.#id;
    this.#isChanging = true;
    this.#command(command, [this.#id, this.#time]);
  }

  #shakeHands(left = MAX_HANDSHAKES) {
    if (this.#isReady || this.#broken) return;
    if (left === 0) {
      this.#isSilent = true;
      this.#errorListener(_("YouTube’s player does not answer."), this.externalUrl());
      return;
    }
    this.#send({ event: "listening", id: 1, channel: "widget" });
    setTimeout(() => this.#shakeHands(left - 1), HANDSHAKE_INTERVAL_MS);
  }

  #receive(event) {
    if (event.origin !== YOUTUBE || !this.#frame || event.source !== this.#frame.contentWindow) return;
    const message = typeof event.data === "string" ? JSON.parse(event.data) : event.data;
    if (!this.#isReady) {
      this.#isReady = true;
      this.#command("addEventListener", ["onError"]);
      if (this.#id !== this.#shownId) this.#change("loadVideoById");
      else if (this.#pendingSeek !== null) this.#command("seekTo", [this.#pendingSeek, true]);
      this.#pendingSeek = null;
      // It does not know yet what was chosen before it was ready.
      if (this.#muted) this.#command("mute");
      if (this.#rate !== 1) this.#command("setPlaybackRate", [this.#rate]);
      if (message.info) [message.info.muted, message.info.playbackRate] = [this.#muted, this.#rate];
    }
    if (message.event === "onError") this.#fail(message.info);
    else if (message.info) this.#update(message.info);
  }

  #update({ currentTime, duration, playerState, muted, playbackRate }) {
    if (this.#isChanging && ![UNSTARTED, PLAYING, BUFFERING, CUED].includes(playerState)) return;
    this.#isChanging = false;
    if (duration > 0) this.#length = duration;
    if (playerState !== undefined && playerState !== this.#state) {
      this.#state = playerState;
      this.#playingListener(this.isPlaying());
    }
    this.#muted = muted ?? this.#muted;
    this.#rate = playbackRate ?? this.#rate;
    if (typeof currentTime === "number") {
      this.#time = currentTime;
      this.#timeListener(currentTime);
    }
    if (playerState === ENDED) this.#endListener();
  }

  /** The link of the beginning replaces a player that cannot play. */
  #fail(code) {
    this.#broken = true;
    this.#isReady = false;
    this.#state = UNSTARTED;
    this.#playingListener(false);
    this.#frame.replaceWith(this.#facade);
    this.#frame = null;
    this.#facade.href = this.externalUrl();
    this.#facade.querySelector(".where").textContent = _("opens on YouTube");
    this.#errorListener(ERRORS[code] ?? _("YouTube does not play this video here."), this.externalUrl());
  }

  #command(name, args = []) {
    this.#send({ event: "command", func: name, args, id: 1, channel: "widget" });
  }

  #send(message) {
    this.#frame.contentWindow.postMessage(JSON.stringify(message), YOUTUBE);
  }
}
