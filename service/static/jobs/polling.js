// Asks an address again and again, and tells when its answer is another: the server answers 304 while it is the same.

const PACES_MS = { running: 1000, waiting: 3000, idle: 5000 };
const HIDDEN_MS = 5000;
const MAX_MS = 60_000; // while the server cannot be reached

/** Waits as long as what is shown may stay as it is; a page that comes to the front asks at once. */
export class Polling {
  #address;
  #changed;
  #etag = "";
  #timer = 0;
  #failures = 0;
  #asking = false;
  #pace;

  /** `changed(text)` is called with each new answer, and returns its pace: "running", "waiting", "idle" or "final". */
  constructor(address, changed, pace = "running") {
    [this.#address, this.#changed, this.#pace] = [address, changed, pace];
    document.addEventListener("visibilitychange", () => document.hidden || this.ask());
    this.#wait();
  }

  /** Ask now: something was done. */
  async ask() {
    if (this.#asking || this.#pace === "stopped") return;
    clearTimeout(this.#timer);
    this.#asking = true;
    try {
      const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
      const response = await fetch(this.#address, { headers, cache: "no-store" });
      if (response.ok) {
        this.#etag = response.headers.get("ETag") ?? "";
        const pace = await this.#changed(await response.text());
        if (this.#pace !== "stopped") this.#pace = pace;
      }
      if ([401, 403].includes(response.status)) return location.reload(); // it says how to log in
      this.#failures = response.ok || response.status === 304 ? 0 : this.#failures + 1;
    } catch {
      this.#failures += 1; // the next one may go through
    } finally {
      this.#asking = false;
    }
    this.#wait();
  }

  /** Ask no more. */
  stop() {
    this.#pace = "stopped";
    clearTimeout(this.#timer);
  }

  #wait() {
    clearTimeout(this.#timer);
    if (["final", "stopped"].includes(this.#pace)) return;
    const pace = Math.max(PACES_MS[this.#pace], document.hidden ? HIDDEN_MS : 0);
    this.#timer = setTimeout(() => this.ask(), Math.min(pace * 2 ** this.#failures, MAX_MS));
  }
}
