// The element of the UI tree under the pointer: its place, role, words and id. A click pins it, a
// list holds all of them for keyboards. Trees are fetched when they are asked for, and kept.

import { element, isBusy, overlay, pictureAt, remember, shotOf, shots, stage, strip, watch } from "./shots.js";
import { wasDragged } from "./zoom.js";

const KEPT = 40; // steps
const LISTED = 800;
const kept = new Map(); // address -> promise of both sides' elements
let isOn = false;
let sides = null; // of the step that is shown
let pinned = null;
let fresh = true;

const base = () => strip()?.dataset.boxes;
const addressOf = (step) => base()?.replace(/\/0\/boxes\/$/, `/${step}/boxes/`);

function load(step) {
  const address = addressOf(step);
  if (!kept.has(address)) {
    kept.set(address, fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status))));
    kept.get(address).catch(() => kept.delete(address));
  }
  while (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return kept.get(address);
}

const elementsOf = (shot) => sides?.[shot.side]?.elements ?? [];

/** The smallest element around a point; of equal ones the last, which lies deeper. */
function under(shot, { x, y }) {
  let best = null;
  for (const each of elementsOf(shot)) {
    const [left, top, width, height] = each;
    if (left === null || x < left || y < top || x > left + width || y > top + height) continue;
    if (!best || width * height <= best[2] * best[3]) best = each;
  }
  return best;
}

function words([, , , , role, text, ref]) {
  return [role || "element", text && `“${text}”`, ref && `id ${ref}`].filter(Boolean);
}

function label(shot, found) {
  const bar = strip();
  const card = bar.querySelector(".element-card");
  card.replaceChildren();
  if (!found) {
    card.textContent = sides?.[shot?.side ?? "before"]?.note || "Point at the picture, or choose from the list.";
    return;
  }
  for (const [i, part] of words(found).entries()) {
    const span = document.createElement("span");
    span.className = ["element-role", "element-words", "element-id"][part.startsWith("id ") ? 2 : i];
    span.textContent = part;
    card.append(span);
  }
  if (found[0] !== null) {
    const place = document.createElement("span");
    place.className = "faint";
    place.textContent = `${Math.round(found[2])} × ${Math.round(found[3])} at ${Math.round(found[0])}, ${Math.round(found[1])}`;
    card.append(place);
  }
}

function draw(shot, found) {
  for (const each of shots()) {
    const svg = overlay(each, "lay-elements");
    if (!isOn) svg.remove();
    else if (each.figure === shot?.figure && found && found[0] !== null) {
      const [x, y, width, height] = found;
      for (const name of ["halo", "edge"]) svg.append(element("rect", { class: name, x, y, width, height }));
    }
  }
  label(shot, found);
}

function list() {
  const details = strip().querySelector(".element-list");
  const items = details.querySelector("ul");
  const [shot] = shots();
  const all = shot ? elementsOf(shot) : [];
  details.querySelector("summary").textContent = `${all.length.toLocaleString("en")} ${all.length === 1 ? "element" : "elements"} ${shot?.side ?? ""}`;
  items.replaceChildren();
  if (!details.open || !shot) return;
  items.append(...all.slice(0, LISTED).map((each, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "element-item";
    button.dataset.element = n;
    button.textContent = words(each).join(" ");
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

async function take(found) {
  pinned = null;
  if (!isOn) return;
  const step = stage().dataset.step;
  sides = null;
  strip().querySelector(".element-card").textContent = "Reading the UI tree …";
  try {
    const told = await load(step);
    if (!isOn || stage().dataset.step !== step) return;
    sides = told;
  } catch {
    if (stage().dataset.step === step) strip().querySelector(".element-card").textContent = "The UI tree could not be fetched; try the step again.";
    return;
  }
  draw(found[0], null);
  list();
}

function turn(next) {
  isOn = next;
  stage().toggleAttribute("data-picking", isOn);
  document.getElementById("elements")?.setAttribute("aria-pressed", isOn);
  strip().querySelector("[data-strip=elements]").hidden = !isOn;
  remember("elements", isOn ? "on" : "");
  if (isOn) take(shots());
  else draw(null, null);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-screen]")?.dataset.screen === "elements") return turn(!isOn);
  const chosen = event.target.closest("[data-element]");
  const [first] = shots();
  if (chosen && first) {
    pinned = elementsOf(first)[chosen.dataset.element];
    return draw(first, pinned);
  }
  const shot = isOn && !wasDragged() && shotOf(event.target.closest(".shot"));
  if (!shot || stage().hasAttribute("data-cropping")) return;
  const found = under(shot, pictureAt(shot, event.clientX, event.clientY));
  pinned = found === pinned ? null : found;
  draw(shot, found);
});

document.addEventListener("pointermove", (event) => {
  if (!isOn || pinned || event.buttons) return;
  const shot = shotOf(event.target.closest?.(".shot"));
  if (shot) draw(shot, under(shot, pictureAt(shot, event.clientX, event.clientY)));
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.("[data-element]");
  const [first] = shots();
  if (item && first) draw(first, elementsOf(first)[item.dataset.element]);
});

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.("[data-element]");
  if (isOn && event.key === "Escape" && pinned && !isBusy(event)) {
    pinned = null;
    draw(shots()[0], null);
  }
  const by = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const next = item && by && item.parentElement[by]?.firstElementChild;
  if (!next) return;
  event.preventDefault();
  next.focus();
}, { capture: true });

document.addEventListener("toggle", (event) => event.target.matches?.(".element-list") && list(), { capture: true });

watch(take);

/** Take in a stage: on a fresh page as its address says. */
export function init() {
  if (!strip()) return;
  if (fresh && new URL(location.href).searchParams.get("elements") === "on") turn(true);
  else if (isOn) turn(true);
  fresh = false;
}
