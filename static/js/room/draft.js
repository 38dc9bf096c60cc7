// The draft of the run on the table: on this device with every change, on the server a moment
// later. Drafts are numbered, so that an older one never replaces a newer one.

import * as store from "./store.js";
import { post, reason } from "./wire.js";

const PAUSE = 700; // ms without a change until the server gets it
const RETRY = 5000;

export class Draft {
  /** `told(state, words)` hears how it stands; `overtaken(number)` of a newer one elsewhere. */
  constructor(url, { item, hold, token, number }, { told, overtaken }) {
    Object.assign(this, { url, item, hold, token, number, told, overtaken });
    this.opinion = null;
    this.due = 0;
    this.sent = number;
    this.closed = false;
  }

  /** What was kept on this device and is newer than what the server has. */
  local() {
    const found = store.kept("draft", this.item);
    return found && found.number > this.number ? found : null;
  }

  /** Go on from a draft that was kept on this device. */
  goOn({ number, opinion }) {
    this.number = number;
    this.opinion = opinion;
    this.#later(PAUSE);
  }

  /** Keep the next version. */
  change(opinion) {
    if (this.closed) return;
    this.opinion = opinion;
    this.number += 1;
    this.onDevice = store.keep("draft", this.item, { number: this.number, opinion, at: Date.now() });
    this.told(this.onDevice ? "saving" : "unkept");
    this.#later(PAUSE);
  }

  /** Send it now. */
  async save() {
    clearTimeout(this.due);
    if (this.closed || this.opinion === null || this.sent >= this.number) {
      if (!this.closed && this.opinion !== null) this.told("saved");
      return;
    }
    const number = this.number;
    const answer = await post(this.url, { hold: this.hold, token: this.token, number, opinion: this.opinion });
    if (this.closed) return;
    if (answer.ok) {
      this.sent = Math.max(this.sent, number);
      if (answer.data.number > number && answer.data.number > this.number) this.overtaken(answer.data.number);
      else if (this.number === number) this.told("saved");
      return;
    }
    if (answer.away || answer.signedOut) {
      this.told(answer.signedOut ? "signed-out" : this.onDevice ? "device" : "unkept");
      this.#later(RETRY);
      return;
    }
    this.told("refused", reason(answer));
    if (answer.data?.kind === "gone") this.overtaken(0);
  }

  /** What the server does not have yet, for the beacon of a closing page. */
  unsent() {
    if (this.closed || this.opinion === null || this.sent >= this.number) return null;
    return { hold: this.hold, token: this.token, number: this.number, opinion: this.opinion };
  }

  /** No more of it: it was submitted, or somebody works on it elsewhere. */
  close({ forget = false } = {}) {
    this.closed = true;
    clearTimeout(this.due);
    if (forget) store.drop("draft", this.item);
  }

  /** Go on after a close. */
  reopen({ hold = this.hold, token = this.token, number = this.number } = {}) {
    Object.assign(this, { hold, token, closed: false, number: Math.max(this.number, number) });
  }

  #later(ms) {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.save(), ms);
  }
}
