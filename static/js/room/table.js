// One run on the table: its fragment, form, draft and the time it was looked at.

import { decoded, mount, redraw } from "../stage.js";
import { Draft } from "./draft.js";
import { OpinionForm } from "./opinion.js";

export class Table {
  /** A run from its fragment, not shown yet. */
  constructor(article, url, { told, overtaken, changed }) {
    this.article = article;
    // Keys of the room are commands, which people put where they like.
    for (const each of article.querySelectorAll("[data-key]")) each.removeAttribute("data-key");
    Object.assign(this, { item: article.dataset.item, title: article.querySelector("#instruction").textContent.trim() });
    this.lease(article);
    this.decision = article.dataset.decision;
    this.version = Number(article.dataset.version);
    const held = JSON.parse(article.querySelector("#held").textContent);
    const number = Number(article.dataset.number);
    this.draft = new Draft(url, { item: this.item, hold: this.hold, token: this.token, number }, { told: (...how) => told(this, ...how), overtaken: (kept) => overtaken(this, kept) });
    this.form = new OpinionForm(article, {
      changed: () => {
        if (!this.decision) this.draft.change(this.form.read());
        redraw();
        changed(this);
      },
    });
    this.elsewhere = false;
    this.#restore(held.opinion);
    this.seconds = 0;
    this.since = null;
  }

  /** The lease, as it stands in a fragment. */
  lease({ dataset }) {
    this.hold = Number(dataset.hold);
    this.token = dataset.token;
  }

  // What this device has kept is newer than what the server has, or is the same.
  #restore(opinion) {
    const local = this.decision ? null : this.draft.local();
    if (local) this.draft.goOn(local);
    const found = local?.opinion ?? opinion;
    this.hasDraft = Boolean(found) && !this.decision;
    if (found) this.form.fill(found, (screen) => this.stepOf(screen));
    else this.form.fill({});
  }

  /** The step and view that show a screen. */
  stepOf(screen) {
    for (const side of ["before", "after"]) {
      const cell = this.article.querySelector(`#film a[data-${side}="${screen}"]`);
      if (cell) return [Number(cell.dataset.step), side];
    }
    return null;
  }

  /** Decode the first picture; resolves when it can be drawn. */
  async ready(step = 0, view = "") {
    const stage = this.article.querySelector("#stage");
    const images = await decoded(step || Number(stage.dataset.step), view || stage.dataset.view, this.article);
    const shown = this.article.querySelectorAll("#shots img");
    // The decoded picture itself takes the place of the one that would be decoded when drawn.
    if (!step && images[0] && shown.length === 1 && !images[0].isConnected) {
      images[0].alt = shown[0].alt;
      images[0].width = shown[0].width;
      images[0].height = shown[0].height;
      shown[0].replaceWith(images[0]);
    }
    return this;
  }

  /** Put it on the table in `seat`. */
  show(seat) {
    if (this.article.parentElement !== seat) seat.replaceChildren(this.article);
    mount(this.article);
    redraw();
    this.watch(document.visibilityState === "visible");
  }

  /** Count time while it can be seen. */
  watch(isSeen) {
    if (this.since !== null) this.seconds += (performance.now() - this.since) / 1000;
    this.since = isSeen ? performance.now() : null;
  }

  /** Seconds it was before its reviewer's eyes. */
  get looked() {
    this.watch(this.since !== null);
    return Math.round(this.seconds * 10) / 10;
  }

  /** A sentence above the screen, with what can be done. */
  notice(words, level = "", ...deeds) {
    const note = document.createElement("p");
    note.className = "notice";
    note.setAttribute("role", "status");
    if (level) note.dataset.level = level;
    const said = document.createElement("span");
    said.textContent = words;
    note.append(said);
    for (const [title, does] of deeds) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = title;
      button.addEventListener("click", does);
      note.append(button);
    }
    const all = this.article.querySelector("#item-notices");
    all.replaceChildren(note);
    return note;
  }

  /** No sentence any more. */
  hush() {
    this.article.querySelector("#item-notices").replaceChildren();
  }

  /** Whether anything may be typed. */
  lock(isLocked) {
    this.article.querySelector(".judge").inert = isLocked;
    this.article.toggleAttribute("data-locked", isLocked);
  }
}
