// A draft: what somebody wants to become a meeting, on its way to the server and looked at there.

import { Refusal, send } from "../api.js";
import { Polling } from "../jobs/polling.js";
import { text } from "./fragments.js";

const MAX_TEXT_BYTES = 500_000; // longer ones are sent as the file they are
const MAX_PIECE_BYTES = 1024 ** 2;
const MIN_PIECE_BYTES = MAX_PIECE_BYTES / 16; // a server takes two minutes for a piece, and a slow line longer for a large one
const QUICK_MS = 10_000; // a piece that took no longer may be followed by a larger one
const MAX_FAILURES = 8; // one after the other
const MAX_WAIT_MS = 30_000;
const MAY_PASS = new Set([0, 429, 500, 502, 503, 504]);

/** What there is to say to whoever waits for a job: why it failed, or that nobody is there to do it; or "". */
export function wordsOf({ links }) {
  return text(`${links.page}/words`);
}

/** Resolves after a while, or as soon as there is a network again. Rejects when it is stopped. */
function waitFor(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}

export class Draft {
  #address;
  #files;

  constructor(address, id, files) {
    [this.#address, this.id, this.#files] = [address, id, files];
  }

  /** A new draft of `link`, `text` and `files`, each {role, file}, of which nothing has been sent yet. */
  static async make(api, { link, text, files = [] }, signal) {
    const written = new File([text ?? ""], "notes.md");
    if (written.size > MAX_TEXT_BYTES) return Draft.make(api, { link, files: [...files, { role: "notes", file: written }] }, signal);
    const announced = files.map(({ role, file }) => ({ role, name: file.name, size: file.size }));
    const body = { ...(link && { link }), ...(text && { text }), ...(announced.length && { files: announced }) };
    const { id } = await send("POST", `${api}/drafts`, body, { signal });
    return new Draft(`${api}/drafts/${id}`, id, files);
  }

  /** Send what has not arrived of the files. Calls `progress(role, bytes)`. A bad line is waited for. */
  async upload(progress, signal) {
    const known = await this.#received(signal);
    for (const { role, file } of this.#files) await this.#send(role, file, known[role] ?? 0, progress, signal);
  }

  async #send(role, file, received, progress, signal) {
    let [failures, most] = [0, MAX_PIECE_BYTES];
    progress(role, received);
    while (received < file.size) {
      const begun = performance.now();
      try {
        const piece = file.slice(received, received + most);
        const answer = await send("PUT", `${this.#address}/files/${role}?offset=${received}`, piece, { signal });
        [received, failures] = [answer.received, 0];
        if (performance.now() - begun < QUICK_MS) most = Math.min(2 * most, MAX_PIECE_BYTES);
      } catch (refusal) {
        const goesOnAt = refusal instanceof Refusal && refusal.status === 409 ? refusal.problem?.received : undefined;
        const mayPass = refusal instanceof Refusal && (goesOnAt !== undefined || MAY_PASS.has(refusal.status));
        if (!mayPass || ++failures > MAX_FAILURES) throw refusal;
        if (goesOnAt !== undefined) received = goesOnAt;
        else {
          most = Math.max(most / 2, MIN_PIECE_BYTES);
          await waitFor(Math.min(500 * 2 ** failures, MAX_WAIT_MS), signal);
        }
      }
      progress(role, received);
    }
  }

  async #received(signal) {
    const { files } = await send("GET", this.#address, undefined, { signal });
    return Object.fromEntries(files.map(({ role, received }) => [role, received]));
  }

  /** Have it looked at, and return the job once it has ended. Calls `progress(job)` whenever it has come further. */
  async look(progress, signal) {
    const asked = await send("POST", `${this.#address}/look`, {}, { signal });
    return new Promise((resolve, reject) => {
      const polling = new Polling(asked.links.self, (text) => {
        const job = JSON.parse(text);
        progress(job);
        if (!["queued", "running"].includes(job.state)) return resolve(job), "final";
        return "running";
      });
      signal.addEventListener("abort", () => {
        polling.stop();
        send("POST", `${asked.links.self}/cancel`, {}).catch(() => {});
        reject(signal.reason);
      });
      polling.ask();
    });
  }

  correct(corrections) {
    return send("PATCH", this.#address, corrections);
  }

  /** Nobody needs it any more; what is left goes by itself. */
  discard() {
    return send("DELETE", this.#address).catch(() => {});
  }
}
