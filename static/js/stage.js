// The stage: shows a step at once, keeps the old picture until the new one can be drawn, and
// writes step and view into the address. One stage is mounted at a time; a page that swaps what is
// on it mounts the next one.

import { picture } from "./pictures.js";
import { drawRegions } from "./regions.js";

const SOON = 4; // steps ahead of which what is said is fetched
const UNTOLD = "What was done and said could not be fetched; show the step again.";
const coming = new WeakMap(); // a run -> the promise of what is said of its later steps
const PAUSE = 120; // ms on a step, after which the address names it
const SVG = "http://www.w3.org/2000/svg";
let root = document; // what the mounted stage and all that belongs to it stands in
let showing = Promise.resolve();
let remembering = 0;
let asked = 0; // counts what was asked for, so that a late picture is not shown

const part = (id) => root.querySelector(`#${id}`);
const cells = () => root.querySelectorAll("#film a[data-step]"); // more of them while a run goes on
const addressOf = (cell, side) => cell?.dataset[`${side}Src`] ?? null; // signed, each by itself
const cellOf = (step, within = root) => within.querySelector(`#film a[data-step="${step}"]`);
const positionOf = (cell, side) => (cell?.dataset[side] ? cell.dataset[side] : null);
const linksOf = (step) => root.querySelectorAll(`.film a[data-step="${step}"], .steps a[data-step="${step}"]`);

function sidesOf(cell, view) {
  if (view === "both" && (cell.dataset.before || cell.dataset.after)) return ["before", "after"];
  if (view === "both") return ["before"];
  const other = view === "before" ? "after" : "before";
  return positionOf(cell, view) === null && positionOf(cell, other) !== null ? [other] : [view];
}

// A step without a picture shows what was recorded in words.
function without(cell, side) {
  const box = document.createElement("div");
  box.className = "no-shot";
  const note = document.createElement("p");
  note.className = "faint";
  const hasPicture = cell.dataset.before || cell.dataset.after;
  note.textContent = `No screen was recorded ${hasPicture ? side : "with"} this step.`;
  const record = document.createElement("div");
  box.append(note, record);
  const inspected = document.querySelector("[data-url]#inspector") ?? part("stage").closest("[data-inspected]");
  if (!hasPicture && inspected) {
    const url = (inspected.dataset.inspected ?? inspected.dataset.url).replace(/0\/$/, `${cell.dataset.step}/`);
    htmx.ajax("GET", url, { target: record, swap: "innerHTML" });
  }
  return box;
}

function figure(cell, side, image, said) {
  const box = document.createElement("figure");
  box.className = "shot";
  box.dataset.side = side;
  if (image) {
    const drawn = image.isConnected ? image.cloneNode() : image;
    drawn.alt = `Screen ${side} step ${cell.dataset.step}`;
    box.append(drawn);
    box.dataset.screen = positionOf(cell, side);
    const marks = said?.querySelector(".marks");
    if (side === "before" && marks) box.append(marks.cloneNode(true));
    const regions = document.createElementNS(SVG, "svg");
    regions.setAttribute("class", "regions");
    regions.setAttribute("viewBox", `0 0 ${cell.dataset[`${side}Size`].replace("x", " ")}`);
    box.append(regions);
    drawRegions(regions, positionOf(cell, side));
  } else {
    box.append(without(cell, side));
  }
  const caption = document.createElement("figcaption");
  caption.textContent = side === "before" ? "Before" : "After";
  box.append(caption);
  return box;
}

const saidOf = (cell) => cell.parentElement.querySelector("template")?.content;

/** What is drawn and said of a step; null where it could not be fetched. */
async function said(cell) {
  if (!saidOf(cell)) await rest();
  return saidOf(cell) ?? null;
}

/** Fetch what is drawn and said of the later steps of a long run, once. */
export function rest() {
  const holder = root.closest?.("[data-rest]");
  if (!holder) return Promise.resolve();
  if (!coming.has(holder)) coming.set(holder, fetched(holder).catch(() => coming.delete(holder)));
  return coming.get(holder);
}

async function fetched(holder) {
  const answer = await fetch(holder.dataset.rest);
  if (!answer.ok) throw new Error(answer.status);
  const box = document.createElement("template");
  box.innerHTML = await answer.text();
  for (const each of box.content.children) cellOf(each.dataset.step, holder)?.after(each.cloneNode(true));
}

/** Decode the pictures of a step, wherever it stands. */
export function decoded(step, view, within = root) {
  const cell = cellOf(step, within);
  const sides = cell ? sidesOf(cell, view) : [];
  return Promise.all(sides.map((side) => addressOf(cell, side) && picture(addressOf(cell, side))));
}

function ahead(step, view) {
  for (const near of [step + 1, step - 1]) decoded(near, view);
  const soon = cellOf(step + SOON);
  if (soon && !saidOf(soon)) rest();
  for (const side of ["before", "after"]) {
    const address = addressOf(cellOf(step), side);
    if (address) picture(address);
  }
}

function mark(step, view) {
  part("stage").dataset.step = step;
  part("stage").dataset.view = view;
  part("step-number").textContent = step;
  for (const link of root.querySelectorAll(".film [aria-current], .steps [aria-current]")) link.removeAttribute("aria-current");
  for (const link of linksOf(step)) link.setAttribute("aria-current", "step");
  for (const link of root.querySelectorAll("[data-set-view]")) {
    if (link.dataset.setView === view) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function follow(step) {
  for (const link of linksOf(step)) link.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Bring a cell into its strip's view, without scrolling the page: on a phone its head would go. */
function reveal(cell) {
  const strip = cell?.closest(".film");
  if (!strip) return;
  const [at, seen] = [cell.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += Math.min(at.left - seen.left, 0) || Math.max(at.right - seen.right, 0);
}

// The browser takes a new address for a small navigation: it comes once somebody looks.
function remember(step, view) {
  clearTimeout(remembering);
  remembering = setTimeout(address, PAUSE, step, view, asked);
}

function address(step, view, mine) {
  if (mine !== asked) return;
  const url = new URL(location.href);
  url.searchParams.set("step", step);
  url.searchParams.set("view", view);
  history.replaceState(history.state, "", url);
}

function caption(found) {
  const copy = found?.cloneNode(true);
  part("deeds").replaceChildren(...(copy?.querySelector(".deeds").childNodes ?? []));
  part("words").replaceChildren(...(copy?.querySelector(".words-of").childNodes ?? [UNTOLD]));
}

/** Show a step, in the view that is on or another one; resolves once it is drawn. */
export function show(step, view = part("stage").dataset.view) {
  showing = draw(step, view);
  return showing;
}

/** Resolves once what was asked for last is drawn. */
export const settled = () => showing;

async function draw(step, view) {
  const cell = cellOf(step);
  if (!cell) return;
  const mine = ++asked;
  mark(step, view);
  const sides = sidesOf(cell, view);
  const [images, found] = await Promise.all([decoded(step, view), said(cell)]);
  if (mine !== asked) return;
  part("shots").replaceChildren(...sides.map((side, i) => figure(cell, side, images[i], found)));
  caption(found);
  const single = addressOf(cell, sides.at(-1)) ?? addressOf(cell, sides[0]);
  if (single) part("open-screen").href = single;
  remember(step, view);
  document.dispatchEvent(new CustomEvent("stepped", { detail: { step, view } }));
  // Once the picture is drawn: scrolling lays the page out, and decoding takes the other core.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (mine !== asked) return;
    ahead(step, view);
    follow(step);
  }));
}

/** The step that is shown, from 1; 0 where there is none. */
export const current = () => Number(part("stage")?.dataset.step ?? 0);
/** How it is shown: before, after or both. */
export const viewed = () => part("stage")?.dataset.view ?? "before";
const clamp = (step) => Math.min(Math.max(step, 1), cells().length);
/** Go on or back by so many steps. */
export const go = (by) => show(clamp(current() + by));
/** The last step's number. */
export const last = () => cells().length;

/** Marks on the picture, on or off. */
export function overlay() {
  const button = part("overlay");
  const pressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", pressed);
  part("stage").toggleAttribute("data-bare", !pressed);
}

/** Draw what the evidence says of the pictures again: it has changed. */
export function redraw() {
  for (const svg of root.querySelectorAll("#shots .regions")) {
    const screen = svg.closest(".shot").dataset.screen ?? positionOf(cellOf(current()), svg.closest(".shot").dataset.side);
    drawRegions(svg, screen);
  }
}

/** Let keys and clicks work on the stage in `within`, whose first picture is drawn already. */
export function mount(within) {
  asked += 1;
  root = within;
  if (!cells().length) return;
  if (current() > 1) reveal(cellOf(current()));
  ahead(current(), viewed());
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !part("stage")) return;
  if (event.target.closest("#overlay")) return overlay();
  const link = event.target.closest("[data-go], [data-set-view], a[data-step]");
  if (!link) return;
  event.preventDefault();
  if (link.dataset.go) go(Number(link.dataset.go));
  else if (link.dataset.setView) show(current(), link.dataset.setView);
  else show(Number(link.dataset.step), link.dataset.view ?? viewed());
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !part("stage")) return;
  if (event.target.closest("input:not([type=file]), select, textarea, dialog[open]")) return;
  if (event.key === "b") show(current(), viewed() === "after" ? "before" : "after");
  if (event.key === "s") show(current(), viewed() === "both" ? "before" : "both");
  if (event.key === "Home") show(1);
  if (event.key === "End") show(cells().length);
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "film" || !cells().length) return;
  if (current() === 0) show(1);
  else mark(current(), viewed());
});

if (part("stage")) mount(document);
