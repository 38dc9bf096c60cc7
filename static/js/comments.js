// The talk about a run, wherever a page has an element with `data-comments`, the address of the
// talk. What is typed is kept in this browser until the server has it; without a connection it is
// sent once that is back, under the same key, so that it stands there once.

import { drafted } from "./drafted.js";
import { mark } from "./marking.js";
import { offerNames } from "./mentions.js";
import { drawRegions } from "./regions.js";

const talk = document.querySelector("[data-comments]");
const part = (selector) => talk.querySelector(selector);
const stageOf = () => document.getElementById("stage");
const currentStep = () => Number(stageOf()?.dataset.step ?? 0);
const cellOf = (step) => document.querySelector(`.film a[data-step="${step}"]`);
let loaded = "";
let isSeen = false; // nothing is fetched for a closed tab

async function fetched(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

const withPart = (url) => `${url}${url.includes("?") ? "&" : "?"}part=list`;

function redraw() {
  for (const shot of document.querySelectorAll(".shot[data-side]")) {
    const svg = shot.querySelector(".regions:not(.marking)");
    const position = cellOf(currentStep())?.dataset[shot.dataset.side];
    if (svg && position) drawRegions(svg, position);
  }
}

function pointed() {
  if (!/^#comment-\d+$/.test(location.hash)) return;
  talk.querySelector(location.hash)?.scrollIntoView({ block: "nearest" });
}

async function refresh() {
  const url = talk.dataset.comments;
  if (!loaded || url !== loaded) return;
  try {
    const html = await fetched(withPart(url));
    if (url !== talk.dataset.comments) return;
    part("#said").outerHTML = html;
    redraw();
  } catch {
    // The next hint, or the next look at the page, brings it.
  }
}

async function load() {
  const url = talk.dataset.comments;
  if (!url || url === loaded || !isSeen) return;
  try {
    const html = await fetched(url);
    if (url !== talk.dataset.comments) return;
    talk.innerHTML = html;
  } catch {
    return;
  }
  loaded = url;
  compose(part("#composer"));
  redraw();
  pointed();
}

function compose(form) {
  const field = form.elements.text;
  const about = form.elements.about;
  const state = form.querySelector("#composer-state");
  const [submit, cancel, marker] = ["[type=submit]", "[data-cancel]", "[data-mark]"].map((each) => form.querySelector(each));
  const say = (words) => (state.textContent = words);
  const draft = drafted(form, { say, sent: () => (show(), refresh()), changed: show });
  let place = draft.place;

  function show() {
    place = draft.place;
    field.value = draft.text;
    field.readOnly = draft.isWaiting;
    submit.disabled = draft.isWaiting;
    submit.textContent = draft.edits ? "Save" : "Comment";
    cancel.hidden = !draft.edits;
    form.querySelector(".composer-about").hidden = Boolean(draft.edits);
    name();
  }

  function name() {
    const step = place.step ?? currentStep();
    const [byStep, byRegion, byTurn] = ["step", "region", "turn"].map((each) => about.querySelector(`[value=${each}]`));
    byStep.textContent = `step ${step}`;
    byStep.disabled = byStep.hidden = !step;
    byRegion.hidden = byRegion.disabled = !place.region;
    byRegion.textContent = `a region on step ${step}`;
    byTurn.hidden = byTurn.disabled = !place.turn;
    byTurn.textContent = `the ${place.role ?? "critic"}’s turn`;
    about.value = place.about ?? (step ? "step" : "run");
    if (about.selectedIndex < 0) about.value = "run";
    marker.hidden = !document.querySelector(".shot img");
  }

  function put(changes) {
    draft.keep({ place: { ...place, ...changes } });
    show();
  }

  field.addEventListener("input", () => {
    // What somebody begins to write is about the step before them then, wherever they go on to.
    if (!place.about) place = { ...place, about: about.value, step: currentStep() || null };
    draft.keep({ text: field.value, place });
    name();
  });
  about.addEventListener("change", () => {
    const keepsStep = about.value === "region";
    put({ about: about.value, step: keepsStep ? place.step : currentStep() || null });
  });
  marker.addEventListener("click", async () => {
    const shot = [...document.querySelectorAll(".shot[data-side]")].find((each) => each.querySelector("img"));
    const step = currentStep();
    const screen = shot && cellOf(step)?.dataset[shot.dataset.side];
    if (!screen) return;
    shot.scrollIntoView({ block: "nearest" });
    const box = await mark(shot);
    if (box) put({ about: "region", step, region: { screen: Number(screen), box } });
    field.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!place.about) place = { ...place, about: about.value, step: currentStep() || null };
    draft.keep({ text: field.value, place });
    draft.send();
    show();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation(); // on another field of the page it may submit more than this
    form.requestSubmit();
  });
  cancel.addEventListener("click", () => (draft.clear(), show(), field.focus()));
  form.addEventListener("edit", ({ detail }) => (draft.begin(detail), show(), field.focus()));
  form.addEventListener("about-turn", ({ detail }) => (put({ ...detail, about: "turn" }), field.focus()));
  form.addEventListener("renamed", name);
  offerNames(field, form.querySelector("#mention-names"), form.dataset.people, say);
  show();
  draft.goOn();
}

async function remove(button) {
  if (!button.dataset.sure) {
    button.dataset.sure = "yes";
    button.firstChild.textContent = "Really delete";
    return;
  }
  const token = part("#composer [name=csrfmiddlewaretoken]").value;
  try {
    await fetch(button.dataset.delete, { method: "POST", headers: { "X-CSRFToken": token } });
  } catch {
    part("#composer-state").textContent = "No connection; it was not deleted.";
  }
  refresh();
}

// The page goes on to another run: what was said of the last one must not stand beside it.
function turn() {
  if (talk.dataset.comments === loaded) {
    refresh();
    return;
  }
  loaded = "";
  talk.replaceChildren(Object.assign(document.createElement("p"), { className: "hush", textContent: "Loading…" }));
  load();
}

const tell = (name, detail) => part("#composer")?.dispatchEvent(new CustomEvent(name, { detail }));

async function speak() {
  document.querySelector("[data-tab=comments]")?.click();
  isSeen = true;
  await load();
  part("#comment-text")?.focus();
}

if (talk) {
  talk.addEventListener("click", (event) => {
    const edit = event.target.closest("[data-edit]");
    const gone = event.target.closest("[data-delete]");
    if (edit) tell("edit", { url: edit.dataset.edit, text: edit.closest(".comment").querySelector("[data-text]").textContent });
    if (gone) remove(gone);
  });
  talk.addEventListener("focusout", (event) => {
    if (!event.target.dataset?.sure) return;
    delete event.target.dataset.sure;
    event.target.firstChild.textContent = "Delete";
  });
  document.addEventListener("click", async (event) => {
    const turn = event.target.closest("[data-comment-turn]");
    if (!turn) return;
    await speak();
    tell("about-turn", { turn: Number(turn.dataset.commentTurn), role: turn.dataset.role });
  });
  document.addEventListener("comment", speak);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!document.querySelector("[data-tab=comments]")) return; // the review room has keys of its own
    if (event.target.closest("input:not([type=file]), select, textarea, dialog[open]")) return;
    event.preventDefault();
    speak();
  });
  document.addEventListener("commented", refresh);
  document.addEventListener("stepped", () => tell("renamed"));
  new MutationObserver(turn).observe(talk, { attributeFilter: ["data-comments"] });
  new IntersectionObserver((entries) => {
    isSeen = entries.at(-1).isIntersecting;
    load();
  }).observe(talk);
}
