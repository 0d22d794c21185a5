// One player, whoever shows the recording. The page knows only this:
//
//   cue(seconds)   be there; play if the browser lets a page do so unasked
//   seek(seconds)  go there
//   play()
//   time()         seconds, where the recording is now
//   onTime(call)   call(seconds) as it plays, a few times a second
//   onTrouble(call) call(text, href) when it cannot be played; href opens it elsewhere

/** The player in `section`, or null where there is none. */
export function playerIn(section) {
  const media = section?.querySelector("audio, video");
  if (media) return new LocalPlayer(media);
  const facade = section?.querySelector(".facade");
  return facade ? new YouTubePlayer(facade) : null;
}

class LocalPlayer {
  #media;

  constructor(media) {
    this.#media = media;
  }

  cue(seconds) {
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

  time() {
    return this.#media.currentTime;
  }

  onTime(call) {
    for (const event of ["timeupdate", "seeking"]) this.#media.addEventListener(event, () => call(this.time()));
  }

  onTrouble(call) {
    this.#media.addEventListener("error", () => {
      call("This browser cannot play the recording.", this.#media.currentSrc || this.#media.src);
    });
  }
}

const YOUTUBE = "https://www.youtube-nocookie.com";
const PERMISSIONS = "autoplay; encrypted-media; fullscreen; picture-in-picture";
const KNOCK_EVERY = 250; // ms
const KNOCKS = 40;

// YouTube is asked for nothing before somebody presses play. Its player is then driven by the messages its own
// script would send, so that no script of theirs runs in our page.
class YouTubePlayer {
  #facade;
  #id;
  #frame = null;
  #answers = false; // the frame has sent a message, so it will take commands
  #now;
  #timed = () => {};
  #troubled = () => {};

  constructor(facade) {
    this.#facade = facade;
    this.#id = facade.dataset.video;
    this.#now = Number(new URL(facade.href).searchParams.get("t") ?? 0);
    window.addEventListener("message", (event) => this.#hear(event));
  }

  cue(seconds) {
    if (this.#frame) this.seek(seconds);
    else {
      this.#now = seconds;
      this.#facade.href = this.#elsewhere();
    }
  }

  seek(seconds) {
    this.#now = seconds;
    if (!this.#frame) this.#load();
    else if (this.#answers) this.#command("seekTo", [seconds, true]);
    else this.#frame.src = this.#address();
  }

  play() {
    if (!this.#frame) this.#load();
    else if (this.#answers) this.#command("playVideo");
  }

  time() {
    return this.#now;
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

  #elsewhere() {
    return `https://youtu.be/${this.#id}?t=${Math.floor(this.#now)}`;
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
    if (this.#answers || left === 0) return;
    this.#send({ event: "listening", id: 1, channel: "widget" });
    setTimeout(() => this.#knock(left - 1), KNOCK_EVERY);
  }

  #hear(event) {
    if (event.origin !== YOUTUBE || event.source !== this.#frame?.contentWindow) return;
    const message = typeof event.data === "string" ? JSON.parse(event.data) : event.data;
    if (!this.#answers) {
      this.#answers = true;
      this.#command("addEventListener", ["onError"]);
    }
    if (message.event === "onError") {
      this.#troubled("YouTube does not play this video here.", this.#elsewhere());
    }
    const seconds = message.info?.currentTime;
    if (typeof seconds === "number") {
      this.#now = seconds;
      this.#timed(seconds);
    }
  }

  #command(name, args = []) {
    this.#send({ event: "command", func: name, args, id: 1, channel: "widget" });
  }

  #send(message) {
    this.#frame.contentWindow.postMessage(JSON.stringify(message), YOUTUBE);
  }
}
