// A recording that is a file of this server, played by the browser.

import { nextRate } from "./rates.js";
import { _ } from "../language.js";

export class LocalPlayer {
  #broken = false;
  #media;

  constructor(media) {
    this.#media = media;
  }

  startAt(seconds) {
    this.seek(seconds);
    this.play();
  }

  seek(seconds) {
    this.#media.currentTime = seconds;
  }

  play() {
    // Refused when nobody has touched the page yet: the player then waits at its place.
    this.#media.play().catch((error) => {
      if (error.name !== "NotAllowedError" && error.name !== "AbortError") console.warn(error);
    });
  }

  pause() {
    this.#media.pause();
  }

  isBrokenAt() {
    return this.#broken;
  }

  isPlaying() {
    return !this.#media.paused;
  }

  open({ source, captions }) {
    this.#broken = false;
    this.#media.defaultPlaybackRate = this.#media.playbackRate;
    const track = this.#media.querySelector("track");
    if (track) track.src = captions;
    this.#media.src = source;
  }

  toggle() {
    if (this.#media.paused) this.play();
    else this.pause();
  }

  time() {
    return this.#media.currentTime;
  }

  length() {
    return this.#media.duration;
  }

  mute() {
    this.#media.muted = !this.#media.muted;
  }

  changeRate(step) {
    return this.setRate(nextRate(this.#media.playbackRate, step));
  }

  setRate(rate) {
    this.#media.playbackRate = rate;
    return rate;
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.#media.localName === "video") this.#media.requestFullscreen();
  }

  onTime(listener) {
    for (const event of ["timeupdate", "seeking"]) this.#media.addEventListener(event, () => listener(this.time()));
  }

  onPlaying(listener) {
    for (const event of ["play", "pause", "ended"]) this.#media.addEventListener(event, () => listener(this.isPlaying()));
  }

  onEnd(listener) {
    this.#media.addEventListener("ended", listener);
  }

  onError(listener) {
    const report = () => {
      this.#broken = true;
      const source = this.#media.currentSrc || this.#media.src;
      listener(_("This browser cannot play the recording."), `${source}#t=${Math.floor(this.time())}`);
    };
    this.#media.addEventListener("error", report);
    if (this.#media.error) report(); // it failed before anybody listened
  }
}
