// Searching the screens of the run: what is found is listed by the server, kept in the address, and
// marked on every picture it stands on.

import { cells, element, isBusy, overlay, remember, stage, shots, watch } from "./shots.js";

const LARGE = 0.06; // of the picture

let wasFound = false;

const field = () => document.getElementById("find-field");
const hits = () => [...document.querySelectorAll("#found a.hit")];

/** Places on a screen, by the position of its picture. */
function places() {
  const found = new Map();
  for (const hit of hits()) if (hit.dataset.position) found.set(Number(hit.dataset.position), JSON.parse(hit.dataset.boxes));
  return found;
}

function draw(pictures) {
  if (!field()) return;
  const found = places();
  if (!found.size && !hits().length && !wasFound) return;
  wasFound = hits().length > 0;
  for (const shot of pictures) {
    const svg = overlay(shot, "lay-found", { isLow: true });
    for (const [x, y, width, height] of found.get(shot.position) ?? []) {
      const pad = Math.max(shot.width, shot.height) / 400;
      const box = { x: x - pad, y: y - pad, width: width + 2 * pad, height: height + 2 * pad, rx: pad };
      const isLarge = width * height > LARGE * shot.width * shot.height; // a wash would hide what it holds
      for (const name of isLarge ? ["halo", "edge"] : ["wash", "halo", "edge"]) svg.append(element("rect", { class: name, ...box }));
    }
  }
  mark();
}

/** The hit that the stage shows. */
function mark() {
  const { step, view } = stage()?.dataset ?? {};
  for (const hit of hits()) {
    const isHere = hit.dataset.step === step && (view === "both" || hit.dataset.view === view);
    if (isHere) hit.setAttribute("aria-current", "step");
    else hit.removeAttribute("aria-current");
  }
  const found = new Set(hits().map((hit) => hit.dataset.step));
  for (const cell of cells()) cell.parentElement.toggleAttribute("data-found", found.has(cell.dataset.step));
}

/** The hit after, or before, the one that the stage shows; round the end. */
function walk(by) {
  const all = hits();
  if (!all.length) return;
  const here = all.findIndex((hit) => hit.hasAttribute("aria-current"));
  const step = Number(stage().dataset.step);
  const next = here >= 0 ? here + by : by > 0 ? all.findIndex((hit) => Number(hit.dataset.step) >= step) : all.length - 1;
  all[(next + all.length) % all.length].click();
}

function open() {
  if (!field()) return;
  document.querySelector('[data-tab="find"]')?.click();
  field().closest("details")?.setAttribute("open", "");
  field().focus();
  field().select();
}

document.addEventListener("keydown", (event) => {
  if (event.target === field() && event.key === "Enter" && hits().length && field().value.trim() === document.querySelector("#found [data-query]")?.dataset.query) {
    event.preventDefault();
    walk(event.shiftKey ? -1 : 1);
  } else if (event.target === field() && event.key === "Escape") {
    event.preventDefault(); // browsers would empty the field
    field().blur();
  } else if (event.key === "/" && field() && !isBusy(event)) {
    event.preventDefault();
    open();
  }
}, { capture: true });

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-screen]")?.dataset.screen;
  if (pressed === "find") open();
  if (pressed === "next-hit") walk(1);
  if (pressed === "previous-hit") walk(-1);
  if (event.target.closest("a.hit")) stage()?.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "found") return;
  remember("find", field().value.trim());
  draw(shots());
});

watch(draw);

/** Take in a stage: what was searched in another run is not what this one shows. */
export function init() {
  if (field() && !field().value) remember("find", "");
}
