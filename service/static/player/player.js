// One player, whoever shows the recording. The page knows only this:
//
//   cue(seconds)    be there; play if the browser lets a page do so unasked
//   place(seconds)  be there, and wait
//   seek(seconds)   go there; what plays goes on playing
//   play(), pause(), toggle()
//   time()          seconds, where the recording is now
//   length()        seconds, or NaN while nobody knows
//   mute()          sound off or on
//   speed(step)     a step slower (-1) or faster (1); returns the new speed
//   fullscreen()
//   broken          true once it cannot play here
//   elsewhere(seconds)  where it does, from that moment; not every player has such a place
//   onTime(call)    call(seconds) as it plays, a few times a second
//   onTrouble(call) call(text, href) when it cannot be played; href opens it elsewhere

import { stepped } from "./rates.js";
import { YouTubePlayer } from "./youtube.js";

/** The player in `section`, or null where there is none. */
export function playerIn(section) {
  const media = section?.querySelector("audio, video");
  if (media) return new LocalPlayer(media);
  const facade = section?.querySelector(".facade");
  return facade ? new YouTubePlayer(facade) : null;
}

class LocalPlayer {
  broken = false;
  #media;

  constructor(media) {
    this.#media = media;
  }

  cue(seconds) {
    this.seek(seconds);
    this.play();
  }

  place(seconds) {
    this.seek(seconds);
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

  speed(step) {
    this.#media.playbackRate = stepped(this.#media.playbackRate, step);
    return this.#media.playbackRate;
  }

  fullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.#media.localName === "video") this.#media.requestFullscreen();
  }

  onTime(call) {
    for (const event of ["timeupdate", "seeking"]) this.#media.addEventListener(event, () => call(this.time()));
  }

  onTrouble(call) {
    const tell = () => {
      this.broken = true;
      const source = this.#media.currentSrc || this.#media.src;
      call("This browser cannot play the recording.", `${source}#t=${Math.floor(this.time())}`);
    };
    this.#media.addEventListener("error", tell);
    if (this.#media.error) tell(); // before anybody listened
  }
}
