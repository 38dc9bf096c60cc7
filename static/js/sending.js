// One upload on its way: small files many at a time, large ones in pieces by the tus protocol.
// What breaks is tried again for as long as it takes; what the server has is never sent again.

import { request, why } from "./request.js";

const SMALL = 2 ** 20; // bytes; what is larger goes in pieces
const GROUP = 8 * 2 ** 20; // bytes of small files in one request
const GROUP_FILES = 200;
const PIECE = 4 * 2 ** 20; // bytes of a large file in one request: what a break can cost
const LANES = 2;
const LONGEST_WAIT = 20; // seconds

const keyOf = (path, size) => `${size} ${path}`;

/** Bodies to send: groups of small files, and large files each alone. */
function jobsOf(wanted) {
  const jobs = [];
  let group = null;
  for (const each of wanted) {
    if (each.file.size > SMALL || each.received > 0) {
      jobs.push({ large: each });
      continue;
    }
    if (!group || group.bytes + each.file.size > GROUP || group.small.length >= GROUP_FILES) {
      group = { small: [], bytes: 0 };
      jobs.push(group);
    }
    group.small.push(each);
    group.bytes += each.file.size;
  }
  return jobs;
}

/** Which of the missing files are at hand; a file that changed since cannot go on where it broke. */
function matched(missing, files) {
  const atHand = new Map();
  for (const each of files) {
    const key = keyOf(each.path, each.file.size);
    if (!atHand.has(key)) atHand.set(key, []);
    atHand.get(key).push(each);
  }
  const wanted = [];
  for (const [number, path, size, stamp, received] of missing) {
    const found = atHand.get(keyOf(path, size))?.pop();
    if (found && (received === 0 || !stamp || stamp === found.file.lastModified)) wanted.push({ number, path, file: found.file, received });
  }
  return wanted;
}

export class Sending extends EventTarget {
  #token;
  #url = "";
  #calling = new AbortController(); // what a pause calls off
  #stopping = new AbortController(); // what only an end calls off
  #announced = Promise.resolve(null); // settled once it is known whether the server knows of this
  #isOver = false; // the last word has been told
  #open = Promise.resolve();
  #unpause = null;
  #inFlight = new Map(); // lane -> bytes of the request under way
  state = "sending"; // sending, paused, waiting, ended
  done = 0; // bytes that the server has
  total = 0;
  lacking = 0; // files that are missing and not at hand

  constructor(token) {
    super();
    this.#token = token;
  }

  get url() {
    return this.#url;
  }

  get sent() {
    return Math.min(this.total, [...this.#inFlight.values()].reduce((sum, bytes) => sum + bytes, this.done));
  }

  /** Announce files and send them. */
  async bring(announceUrl, files) {
    const list = files.map(({ file, path }) => ({ name: path, size: file.size, stamp: file.lastModified }));
    // Not called off by anything: an upload of which this page does not hear could not be cancelled.
    const ask = () => this.#ask("POST", announceUrl, { headers: { "Content-Type": "application/json" }, body: JSON.stringify({ files: list }), signal: null });
    this.#announced = this.#insist(ask);
    const answer = await this.#announced;
    if (answer) await this.#send(JSON.parse(answer.text), files);
  }

  /** Go on with an upload of which some is there. */
  async goOn(url, files) {
    this.#url = url;
    const state = await this.#missing();
    if (state) await this.#send(state, files);
  }

  pause() {
    if (this.state === "ended" || this.#unpause) return;
    this.#open = new Promise((resolve) => (this.#unpause = resolve));
    this.#calling.abort();
    this.#tell("paused");
  }

  resume() {
    this.#calling = new AbortController();
    this.#unpause?.();
    this.#unpause = null;
    this.#tell("sending");
  }

  /** Send no more, without a word to the server. */
  stop() {
    this.state = "ended";
    this.#calling.abort();
    this.#stopping.abort();
    this.#unpause?.();
  }

  async cancel() {
    this.stop();
    const answer = await this.#announced.catch(() => null);
    const url = this.#url || (answer && JSON.parse(answer.text).url);
    if (url) await request("POST", `${url}cancellation/`, { headers: { "X-CSRFToken": this.#token } });
    this.#tell("ended", "cancelled");
  }

  async #missing() {
    const answer = await this.#insist(() => this.#ask("GET", `${this.#url}files/`));
    return answer && JSON.parse(answer.text);
  }

  async #send(state, files) {
    this.#url = state.url;
    const wanted = matched(state.missing, files);
    this.total = state.bytes;
    this.done = state.bytes - state.missing.reduce((sum, each) => sum + each[2] - each[4], 0);
    this.lacking = state.missing.length - wanted.length;
    this.dispatchEvent(new CustomEvent("named", { detail: state }));
    this.#tell(this.state);
    const jobs = jobsOf(wanted);
    await Promise.all(Array.from({ length: LANES }, (_, lane) => this.#lane(lane, jobs)));
    if (this.state === "ended") return;
    const left = await this.#missing();
    if (left) this.#tell("ended", { receiving: "lacking", cancelled: "cancelled", expired: "expired" }[left.status] ?? "whole");
  }

  async #lane(lane, jobs) {
    for (let job = jobs.shift(); job && this.state !== "ended"; job = jobs.shift()) {
      if (job.large) await this.#large(lane, job.large);
      else await this.#group(lane, job);
    }
  }

  async #group(lane, { small, bytes }) {
    const send = () => {
      const body = new FormData();
      for (const { file, number } of small) {
        body.append("files", file, "f");
        body.append("numbers", number);
      }
      return this.#ask("POST", `${this.#url}batches/`, { body, lane, most: bytes });
    };
    if (!(await this.#insist(send, lane))) return;
    this.done += bytes;
    this.#tell(this.state);
  }

  async #large(lane, { number, file, received }) {
    const url = `${this.#url}files/${number}/`;
    let offset = received;
    let isSure = true;
    while (offset < file.size && this.state !== "ended") {
      const answer = await this.#insist(async () => {
        if (!isSure) {
          const head = await this.#ask("HEAD", url, { headers: { "Tus-Resumable": "1.0.0" } });
          if (head.status === 404) return { status: 204, header: () => String(file.size) }; // it is whole, and read
          if (head.status !== 200) return head;
          this.done += Number(head.header("Upload-Offset")) - offset;
          offset = Number(head.header("Upload-Offset"));
          if (offset === file.size) return { status: 204, header: () => String(offset) };
        }
        isSure = false;
        const body = file.slice(offset, offset + PIECE);
        const headers = { "Tus-Resumable": "1.0.0", "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
        return this.#ask("PATCH", url, { headers, body, lane, most: body.size });
      }, lane);
      if (!answer) return;
      const end = Number(answer.header("Upload-Offset"));
      this.done += end - offset;
      offset = end;
      isSure = true;
      this.#tell(this.state);
    }
  }

  #ask(method, url, { headers = {}, body = null, lane = null, most = 0, signal = this.#calling.signal } = {}) {
    const told = (loaded) => {
      if (lane === null) return;
      this.#inFlight.set(lane, Math.min(loaded, most));
      this.#tell(this.state);
    };
    return request(method, url, { headers: { "X-CSRFToken": this.#token, ...headers }, body, told, signal });
  }

  /** Ask until there is an answer; throws the sentence of a refusal. Nothing where it was called off. */
  async #insist(ask, lane = null) {
    for (let wait = 0.5; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      await this.#open;
      if (this.state === "ended") return null;
      if (this.state !== "paused") this.#tell("sending");
      const answer = await ask();
      this.#inFlight.delete(lane);
      if (answer.signedOut) throw new Error("you are signed out; sign in, then go on with it");
      if (answer.status >= 200 && answer.status < 300) return answer;
      const isTransient = answer.status === 0 || answer.status >= 500 || answer.status === 409 && lane !== null && await this.#mayGoOn();
      if (!isTransient) {
        if (this.state === "ended") return null;
        throw new Error(why(answer));
      }
      if (this.#unpause || this.state === "ended") continue;
      this.#tell("waiting");
      await this.#pass(wait);
    }
  }

  /** Wait so many seconds, or until there is a reason to look at once. */
  #pass(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      const now = () => (clearTimeout(timer), resolve());
      addEventListener("online", now, { once: true });
      this.#stopping.signal.addEventListener("abort", now, { once: true });
    });
  }

  /** After a refusal for the place of the bytes: whether the upload still takes any. */
  async #mayGoOn() {
    const answer = await this.#ask("GET", `${this.#url}files/`);
    if (answer.status !== 200) return answer.status === 0;
    if (JSON.parse(answer.text).status === "receiving") return true;
    this.state = "ended";
    this.#tell("ended", "whole");
    return false;
  }

  /** Say how it stands; of an end once, and how. */
  #tell(state, how = "") {
    if (this.#isOver || (this.state === "ended" && !how)) return;
    this.#isOver = state === "ended";
    this.state = state;
    this.dispatchEvent(new CustomEvent("moved", { detail: how }));
  }
}
