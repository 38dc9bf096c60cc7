// The stage: shows a step at once, keeps the old picture until the new one can be drawn, and
// writes step and view into the address.

import { picture } from "./pictures.js";
import { drawRegions } from "./regions.js";

const stage = document.getElementById("stage");
const shots = document.getElementById("shots");
const film = document.getElementById("film");
const cells = () => film.querySelectorAll("a[data-step]"); // more of them while a run goes on
const SVG = "http://www.w3.org/2000/svg";
let asked = 0; // counts what was asked for, so that a late picture is not shown

const addressOf = (cell, side) => cell?.dataset[`${side}Src`] ?? null; // signed, each by itself
const cellOf = (step) => film.querySelector(`a[data-step="${step}"]`);
const positionOf = (cell, side) => (cell?.dataset[side] ? cell.dataset[side] : null);

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
  if (!hasPicture) {
    const url = document.getElementById("inspector").dataset.url.replace(/0\/$/, `${cell.dataset.step}/`);
    htmx.ajax("GET", url, { target: record, swap: "innerHTML" });
  }
  return box;
}

function figure(cell, side, image) {
  const box = document.createElement("figure");
  box.className = "shot";
  box.dataset.side = side;
  if (image) {
    const drawn = image.isConnected ? image.cloneNode() : image;
    drawn.alt = `Screen ${side} step ${cell.dataset.step}`;
    box.append(drawn);
    const marks = cell.parentElement.querySelector("template").content.querySelector(".marks");
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

function ahead(step, view) {
  for (const near of [step + 1, step - 1]) {
    const cell = cellOf(near);
    if (!cell) continue;
    for (const side of sidesOf(cell, view)) {
      const address = addressOf(cell, side);
      if (address) picture(address);
    }
  }
  for (const side of ["before", "after"]) {
    const address = addressOf(cellOf(step), side);
    if (address) picture(address);
  }
}

function mark(step, view) {
  stage.dataset.step = step;
  stage.dataset.view = view;
  document.getElementById("step-number").textContent = step;
  for (const link of document.querySelectorAll(".film [aria-current], .steps [aria-current]")) {
    link.removeAttribute("aria-current");
  }
  for (const link of document.querySelectorAll(`.film a[data-step="${step}"], .steps a[data-step="${step}"]`)) {
    link.setAttribute("aria-current", "step");
  }
  for (const link of document.querySelectorAll("[data-set-view]")) {
    if (link.dataset.setView === view) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function follow(step) {
  for (const link of document.querySelectorAll(`.film a[data-step="${step}"], .steps a[data-step="${step}"]`)) {
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** Bring a cell into its strip's view, without scrolling the page: on a phone its head would go. */
function reveal(cell) {
  const strip = cell?.closest(".film");
  if (!strip) return;
  const [at, seen] = [cell.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += Math.min(at.left - seen.left, 0) || Math.max(at.right - seen.right, 0);
}

function remember(step, view) {
  const url = new URL(location.href);
  url.searchParams.set("step", step);
  url.searchParams.set("view", view);
  history.replaceState(history.state, "", url);
}

function caption(cell) {
  const said = cell.parentElement.querySelector("template").content.cloneNode(true);
  document.getElementById("deeds").replaceChildren(...said.querySelector(".deeds").childNodes);
  document.getElementById("words").replaceChildren(...said.querySelector(".words-of").childNodes);
}

async function show(step, view = stage.dataset.view) {
  const cell = cellOf(step);
  if (!cell) return;
  const mine = ++asked;
  mark(step, view);
  const sides = sidesOf(cell, view);
  const images = await Promise.all(
    sides.map((side) => addressOf(cell, side) && picture(addressOf(cell, side))),
  );
  if (mine !== asked) return;
  shots.replaceChildren(...sides.map((side, i) => figure(cell, side, images[i])));
  caption(cell);
  const single = addressOf(cell, sides.at(-1)) ?? addressOf(cell, sides[0]);
  if (single) document.getElementById("open-screen").href = single;
  remember(step, view);
  document.dispatchEvent(new CustomEvent("stepped", { detail: { step, view } }));
  // Once the picture is drawn: scrolling lays the page out, and decoding takes the other core.
  requestAnimationFrame(() => {
    if (mine !== asked) return;
    follow(step);
    ahead(step, view);
  });
}

const current = () => Number(stage.dataset.step);
const clamp = (step) => Math.min(Math.max(step, 1), cells().length);

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-go], [data-set-view], a[data-step]");
  if (!link) return;
  event.preventDefault();
  if (link.dataset.go) show(clamp(current() + Number(link.dataset.go)));
  else if (link.dataset.setView) show(current(), link.dataset.setView);
  else show(Number(link.dataset.step), link.dataset.view ?? stage.dataset.view);
});

document.getElementById("overlay").addEventListener("click", (event) => {
  const pressed = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", pressed);
  stage.toggleAttribute("data-bare", !pressed);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=file]), select, textarea, dialog[open]")) return;
  const view = stage.dataset.view;
  if (event.key === "b") show(current(), view === "after" ? "before" : "after");
  if (event.key === "s") show(current(), view === "both" ? "before" : "both");
  if (event.key === "Home") show(1);
  if (event.key === "End") show(cells().length);
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "film" || !cells().length) return;
  if (current() === 0) show(1);
  else mark(current(), stage.dataset.view);
});

if (cells().length) {
  reveal(cellOf(current()));
  ahead(current(), stage.dataset.view);
}
