// What the pages of those who may write ask of the API.

import { _ } from "./language.js";

/** What the server refuses, in words. `status` is 0 where it could not be reached. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem ? `${problem.detail} ${problem.hint}`.trim() : _("The server cannot be reached."));
    [this.status, this.problem] = [status, problem];
  }
}

/** Send a request of this page, and return the JSON it is answered with. Throws Refusal. */
export async function send(method, address, body, { signal, headers: further } = {}) {
  const headers = { "X-CSRF-Token": document.querySelector("main").dataset.csrf, ...further };
  const isData = body instanceof Blob;
  if (body !== undefined) headers["Content-Type"] = isData ? "application/octet-stream" : "application/json";
  const content = body === undefined || isData ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(address, { method, headers, body: content, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0);
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}
