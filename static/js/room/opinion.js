// The form of one run, and the opinion it holds. Milestones are chosen one at a time; regions and
// quotes go to the one that is chosen, or to the ruling itself.

const VERSION = 2; // of how opinions are written
const SAID = { achieved: true, missed: false, unclear: null };
const ANSWERS = new Map([[true, "achieved"], [false, "missed"], [null, "unclear"]]);
const LONGEST_QUOTE = 2000;

const filled = (record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== "" && value !== undefined && !(Array.isArray(value) && !value.length)));

function chip(words, title, attributes = {}) {
  const item = document.createElement("li");
  item.className = "chip";
  const link = document.createElement("a");
  link.href = "#stage";
  link.textContent = words;
  link.title = title;
  Object.assign(link.dataset, attributes);
  const gone = document.createElement("button");
  gone.type = "button";
  gone.className = "button quiet";
  gone.dataset.drop = "";
  gone.setAttribute("aria-label", `Remove: ${title.slice(0, 120) || words}`);
  gone.textContent = "×";
  item.append(link, gone);
  return item;
}

export class OpinionForm {
  /** The form in `root`; `changed()` is called with every change that a person makes. */
  constructor(root, { changed }) {
    this.root = root;
    this.form = root.querySelector("#opinion");
    this.list = root.querySelector("#questions");
    this.own = 0;
    this.failing = null; // position, from 0
    this.changed = changed;
    const isOurs = (event) => !event.target.closest("#comments"); // comments have a form of their own
    this.form.addEventListener("input", (event) => isOurs(event) && this.#touched());
    this.form.addEventListener("click", (event) => isOurs(event) && this.#clicked(event));
    this.form.addEventListener("focusin", (event) => {
      const question = event.target.closest(".question");
      if (question) this.choose(question);
      else if (event.target.closest(".why-part, .decide")) this.choose(null);
    });
  }

  /** A field by its name; of several, all as one, with the value of the one that is chosen. */
  field(name) {
    const all = [...this.form.querySelectorAll(`[name="${name}"]`)].filter((each) => !each.closest("#comments, .question"));
    if (all[0]?.type !== "radio") return all[0];
    return {
      get value() {
        return all.find((each) => each.checked)?.value ?? "";
      },
      set value(value) {
        for (const each of all) each.checked = each.value === value;
      },
    };
  }

  get questions() {
    return [...this.list.querySelectorAll(".question")];
  }

  /** The question that is chosen; null: the ruling. */
  get here() {
    return this.list.querySelector(".question[data-here]");
  }

  /** Choose a question, or none. */
  choose(question) {
    if (question === this.here) return;
    this.here?.removeAttribute("data-here");
    question?.setAttribute("data-here", "");
  }

  /** The next question or the one before; the step it speaks of, or null. */
  walk(by) {
    const all = this.questions;
    if (!all.length) return null;
    const at = all.indexOf(this.here);
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    this.choose(next);
    next.scrollIntoView({ block: "nearest" });
    next.querySelector(".goal, input[name=goal]").focus({ preventScroll: true });
    return next.dataset.at ? Number(next.dataset.at) : null;
  }

  /** Answer the question that is chosen. */
  answer(name) {
    const question = this.here ?? this.questions[0];
    const radio = question?.querySelector(`input[value="${name}"]`);
    if (!radio) return;
    this.choose(question);
    radio.checked = !radio.checked || radio.type === "radio";
    this.#touched();
  }

  /** Say how the run went. */
  rule(value) {
    this.field("ruling").value = value;
    this.#touched();
  }

  get ruling() {
    return this.field("ruling").value;
  }

  /** Name the first step that went wrong, from 1; null: none. */
  fail(step) {
    this.failing = step === null ? null : step - 1;
    this.#touched();
  }

  /** A milestone of one's own, at a step from 1. */
  add(step) {
    const question = this.#own(`own-${++this.own}`, { step: step - 1, goal: "" });
    this.choose(question);
    question.querySelector("input[name=goal]").focus();
    question.scrollIntoView({ block: "nearest" });
    this.#touched();
  }

  /** Leave a milestone out, or put it back; one's own is gone for good. */
  remove(question = this.here) {
    if (!question) return;
    if ("own" in question.dataset) question.remove();
    else question.toggleAttribute("data-removed");
    this.#touched();
  }

  /** A region of a screen for what is chosen. */
  region(screen, box, step, view, question = this.here) {
    this.#region(this.#found(question), { screen, box }, step, view);
    this.#touched();
  }

  /** Words of the agent for what is chosen. */
  quote(text, step, question = this.here) {
    const said = text.trim().replace(/\s+/g, " ").slice(0, LONGEST_QUOTE);
    if (!said) return;
    this.#quote(this.#found(question), { text: said, step: step - 1 });
    this.#touched();
  }

  /** What the form says, as it is written. */
  read() {
    const [ruling, confidence, kind, own, text] = ["ruling", "confidence", "error_class", "own_class", "text"].map((name) => this.field(name));
    return {
      v: VERSION,
      ...filled({
        ruling: ruling.value || undefined,
        confidence: confidence.value ? Number(confidence.value) : undefined,
        error_class: kind.value && kind.value !== "own" ? kind.value : undefined,
        own_class: kind.value === "own" ? own.value.trim() : "",
        failing_step: ruling.value === "passed" ? undefined : (this.failing ?? undefined),
        text: text.value.trim(),
        answers: this.questions.map((question) => this.#answer(question)).filter(Boolean),
        ...this.#pieces(this.#found(null)),
      }),
    };
  }

  /** Show an opinion. */
  fill(opinion, stepOf = () => null) {
    this.field("ruling").value = opinion.ruling ?? "";
    this.field("confidence").value = opinion.confidence === undefined || opinion.confidence === null ? "" : String(opinion.confidence);
    this.field("error_class").value = opinion.own_class ? "own" : (opinion.error_class ?? "");
    this.field("own_class").value = opinion.own_class ?? "";
    this.field("text").value = opinion.text ?? "";
    this.failing = opinion.failing_step ?? null;
    for (const question of this.questions.filter((each) => "own" in each.dataset)) question.remove();
    for (const list of this.form.querySelectorAll("[data-found]")) list.replaceChildren();
    for (const answer of opinion.answers ?? []) this.#show(answer, stepOf);
    this.#showPieces(this.#found(null), opinion, stepOf);
    this.#settle();
  }

  /** Say what is missing, and go there; false where nothing is. */
  complain(words, field) {
    const note = this.form.querySelector("#unfit");
    note.hidden = !words;
    note.textContent = words;
    field?.focus();
    return Boolean(words);
  }

  /** What keeps it from being submitted; "" where nothing does. */
  get missing() {
    if (!this.ruling) return ["Choose how the run went first.", this.form.querySelector("[name=ruling]")];
    const bare = this.questions.find((question) => "own" in question.dataset && !question.querySelector("[name=goal]").value.trim());
    if (bare) return ["Say what your milestone asks for, or remove it.", bare.querySelector("[name=goal]")];
    const [kind, own] = [this.field("error_class"), this.field("own_class")];
    if (kind.value === "own" && !own.value.trim()) return ["Name the kind of error in a word of your own.", own];
    return null;
  }

  #touched() {
    this.#settle();
    this.complain("");
    this.changed();
  }

  // What follows from what is chosen: kinds of error belong to failed or to passed runs.
  #settle() {
    const kind = this.field("error_class");
    const ruling = this.ruling;
    for (const group of kind.querySelectorAll("optgroup")) group.disabled = Boolean(ruling) && group.dataset.of !== ruling;
    if (kind.selectedOptions[0]?.parentElement.disabled) kind.value = "";
    this.form.querySelector(".failing-part").hidden = ruling === "passed";
    this.form.querySelector(".own-class").hidden = kind.value !== "own";
    const output = this.form.querySelector(".failing-step");
    output.hidden = this.failing === null;
    const link = output.querySelector("a");
    link.dataset.step = this.failing === null ? "" : this.failing + 1;
    link.textContent = this.failing === null ? "" : `step ${this.failing + 1}`;
    for (const question of this.questions) {
      const words = question.querySelector("[data-remove-words]");
      words.textContent = "own" in question.dataset ? "Remove" : "removed" in question.dataset ? "Needed after all" : "Not needed";
    }
    this.root.dispatchEvent(new CustomEvent("opinion", { bubbles: true }));
  }

  #clicked(event) {
    const on = (selector) => event.target.closest(selector);
    const question = on(".question");
    if (on("[data-choose]")) {
      this.choose(question);
      this.root.dispatchEvent(new CustomEvent("chosen", { bubbles: true, detail: question }));
    }
    if (on("[data-remove]")) this.remove(question);
    if (on("[data-clear-failing]")) this.fail(null);
    if (on("[data-drop]")) {
      on(".chip").remove();
      this.#touched();
    }
    const act = on("[data-mark]") ? "mark" : on("[data-quote]") ? "quote" : null;
    if (act) {
      this.choose(question);
      this.root.dispatchEvent(new CustomEvent("wanted", { bubbles: true, detail: act }));
    }
  }

  #found(question) {
    return question ? question.querySelector("[data-found]") : this.form.querySelector("[data-of-ruling]");
  }

  #region(list, { screen, box }, step, view) {
    const item = chip(step ? `region, step ${step}` : `region, screen ${screen + 1}`, `Region of ${Math.round(box.width)} by ${Math.round(box.height)} pixels`, step ? { step, view } : {});
    const mark = document.createElement("span");
    mark.hidden = true;
    Object.assign(mark.dataset, { region: screen, stance: "supports", own: "", ...box });
    mark.textContent = list.closest(".question")?.querySelector(".goal")?.textContent ?? "Your region";
    item.append(mark);
    item.piece = { kind: "regions", value: { screen, box } };
    list.append(item);
  }

  #quote(list, value) {
    const step = value.step === undefined || value.step === null ? null : value.step + 1;
    const item = chip(`“${value.text}”`, value.text, step ? { step } : {});
    item.classList.add("quoted");
    item.piece = { kind: "quotes", value };
    list.append(item);
  }

  #pieces(list) {
    const found = { regions: [], quotes: [] };
    for (const item of list.children) found[item.piece.kind].push(item.piece.value);
    return found;
  }

  #showPieces(list, { regions = [], quotes = [] }, stepOf) {
    for (const region of regions) this.#region(list, region, ...(stepOf(region.screen) ?? []));
    for (const quote of quotes) this.#quote(list, quote);
  }

  #own(name, { step, goal }) {
    const question = this.root.querySelector("#own-question").content.firstElementChild.cloneNode(true);
    question.dataset.milestone = name;
    question.dataset.at = step + 1;
    for (const radio of question.querySelectorAll("input[type=radio]")) radio.name = `answer-${name}`;
    question.querySelector("[name=goal]").value = goal;
    const link = question.querySelector(".ref");
    link.dataset.step = step + 1;
    link.textContent = `step ${step + 1}`;
    this.list.append(question);
    return question;
  }

  #answer(question) {
    const said = question.querySelector(".answers input:checked")?.value;
    const isOwn = "own" in question.dataset;
    const isRemoved = "removed" in question.dataset;
    const note = question.querySelector("[name=note]").value.trim();
    const pieces = this.#pieces(this.#found(question));
    if (!said && !isOwn && !isRemoved && !note && !pieces.regions.length && !pieces.quotes.length) return null;
    return filled({
      milestone: question.dataset.milestone,
      achieved: said ? SAID[said] : undefined,
      goal: isOwn ? question.querySelector("[name=goal]").value.trim() : "",
      step: isOwn ? Number(question.dataset.at) - 1 : undefined,
      is_removed: isRemoved || undefined,
      note,
      ...pieces,
    });
  }

  #show(answer, stepOf) {
    let question = this.questions.find((each) => each.dataset.milestone === answer.milestone);
    if (!question) {
      // One's own; or one of the machine's that is not asked any more: the words are kept as one's own.
      const name = answer.milestone.startsWith("own-") ? answer.milestone : `own-${this.own + 1}`;
      this.own = Math.max(this.own, Number(name.slice(4)) || this.own + 1);
      question = this.#own(name, { step: answer.step ?? 0, goal: answer.goal ?? "" });
    }
    // What is at its default is not written: an answer that says nothing else says "cannot tell".
    const isBare = Object.keys(answer).every((name) => ["milestone", "goal", "step"].includes(name));
    if ("achieved" in answer || (isBare && !("own" in question.dataset))) question.querySelector(`input[value="${ANSWERS.get(answer.achieved ?? null)}"]`).checked = true;
    question.toggleAttribute("data-removed", Boolean(answer.is_removed));
    question.querySelector("[name=note]").value = answer.note ?? "";
    this.#showPieces(this.#found(question), answer, stepOf);
  }
}
