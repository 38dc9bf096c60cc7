// Zoom and pan, over both pictures at once: kept while one steps, written into the address.
// The middle of what is seen counts in parts of the picture, so that it holds for any size.

import { cellOf, isBusy, layout, pictureAt, remember, shotOf, shots, stage, strip, watch } from "./shots.js";

const STEP = 1.3;
const NUDGE = 0.15; // of what is seen
const LARGEST = 8; // CSS pixels for one of the picture
const FAR = 4; // CSS pixels that make a drag out of a press
const fit = () => ({ zoom: 1, x: 0.5, y: 0.5 });
let lens = fit();
let due = 0;
let seen = null; // the stage this lens belongs to
const fingers = new Map();
let dragged = false;

export const isZoomed = () => lens.zoom > 1.001;
export const wasDragged = () => dragged;

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function bound(shot, { across, down, width, height, scale }) {
  lens.zoom = clamp(lens.zoom, 1, Math.max(LARGEST / scale, 2));
  const inside = (at, part) => (part >= 0.5 ? 0.5 : clamp(at, part, 1 - part));
  lens.x = inside(lens.x, across / 2 / (width * lens.zoom));
  lens.y = inside(lens.y, down / 2 / (height * lens.zoom));
}

/** Nothing is measured while the whole picture is shown: stepping must not wait for a layout. */
function place(shot) {
  const { style } = shot.figure;
  const at = isZoomed() ? layout(shot) : null;
  if (at) bound(shot, at);
  if (!at || !isZoomed()) {
    for (const name of ["--lens", "--zoom"]) style.removeProperty(name);
    return;
  }
  const x = at.across / 2 - lens.zoom * (at.left + lens.x * at.width);
  const y = at.down / 2 - lens.zoom * (at.top + lens.y * at.height);
  style.setProperty("--lens", `translate(${x.toFixed(2)}px, ${y.toFixed(2)}px) scale(${lens.zoom.toFixed(4)})`);
  style.setProperty("--zoom", lens.zoom.toFixed(4));
}

function tell(shot) {
  const bar = strip();
  if (!bar) return;
  bar.querySelector("[data-strip=zoom]").hidden = !isZoomed();
  const real = shot && isZoomed() ? layout(shot).scale * lens.zoom * devicePixelRatio : 1;
  bar.querySelector(".zoom-level").textContent = `${Math.round(real * 100)} %`;
  stage().toggleAttribute("data-zoomed", isZoomed());
  stage().toggleAttribute("data-coarse", real >= 2); // pixels are shown as such
  document.getElementById("zoom")?.setAttribute("aria-pressed", isZoomed());
}

function write() {
  clearTimeout(due);
  const value = isZoomed() ? [lens.zoom.toFixed(2), lens.x.toFixed(4), lens.y.toFixed(4)].join(",") : "";
  due = setTimeout(() => remember("zoom", value), 200);
}

function apply(found = shots()) {
  tell(found[0]); // first: the bar takes room, and the picture is laid out anew
  found.forEach(place);
}

export function look(next) {
  lens = { ...lens, ...next };
  lens.zoom = Math.max(lens.zoom, 1);
  if (!isZoomed()) lens = fit();
  apply();
  write();
}

/** Show a box of the picture, in its pixels, with a little around it. */
export function lookAt(shot, box) {
  const { across, down, scale } = layout(shot);
  const zoom = Math.min(across / (box.width * 1.6 * scale), down / (box.height * 1.6 * scale), 2 / scale);
  look({ zoom: Math.max(zoom, 1.01), x: (box.x + box.width / 2) / shot.width, y: (box.y + box.height / 2) / shot.height });
}

/** The part of the picture that can be seen, in its pixels. */
export function visible(shot) {
  const { across, down, scale, left, top, width, height } = layout(shot);
  if (!isZoomed()) return { x: 0, y: 0, width: shot.width, height: shot.height };
  const half = { x: across / 2 / (scale * lens.zoom), y: down / 2 / (scale * lens.zoom) };
  const [x, y] = [lens.x * shot.width, lens.y * shot.height];
  const from = { x: Math.max(0, x - half.x), y: Math.max(0, y - half.y) };
  return { ...from, width: Math.min(shot.width, x + half.x) - from.x, height: Math.min(shot.height, y + half.y) - from.y };
}

/** Zoom so that what is under a point of the window stays there. */
function zoomAt(shot, factor, clientX, clientY) {
  const before = pictureAt(shot, clientX, clientY);
  const { width, height, scale, across, down } = layout(shot);
  const zoom = clamp(lens.zoom * factor, 1, Math.max(LARGEST / scale, 2));
  const box = shot.figure.getBoundingClientRect();
  const off = { x: (clientX - box.left - across / 2) / (width * zoom), y: (clientY - box.top - down / 2) / (height * zoom) };
  look({ zoom, x: before.x / shot.width - off.x, y: before.y / shot.height - off.y });
}

function pan(shot, dx, dy) {
  const { width, height } = layout(shot);
  look({ x: lens.x - dx / (width * lens.zoom), y: lens.y - dy / (height * lens.zoom) });
}

/** What a step is about: where it acted, else the middle. */
function centre(shot) {
  const acted = shot.figure.querySelector(".mark .ring, .mark .way") ??
    cellOf(shot.step)?.parentElement.querySelector("template")?.content.querySelector(".mark .ring");
  if (acted?.hasAttribute("cx")) return { x: acted.getAttribute("cx") / shot.width, y: acted.getAttribute("cy") / shot.height };
  return { x: 0.5, y: 0.5 };
}

const real = (shot) => Math.max(1 / layout(shot).scale / devicePixelRatio, 2);

function toggle() {
  const [first] = shots();
  if (!first) return;
  if (isZoomed()) look(fit());
  else look({ zoom: real(first), ...centre(first) });
}

const deeds = {
  zoom: toggle,
  "zoom-in": () => look({ zoom: lens.zoom * STEP }),
  "zoom-out": () => look({ zoom: lens.zoom / STEP }),
  "zoom-real": () => shots()[0] && look({ zoom: 1 / layout(shots()[0]).scale / devicePixelRatio }),
  "zoom-fit": () => look(fit()),
};

document.addEventListener("click", (event) => deeds[event.target.closest("[data-screen]")?.dataset.screen]?.());

document.addEventListener("wheel", (event) => {
  const shot = shotOf(event.target.closest?.(".shot"));
  if (!shot) return;
  const scrolls = document.documentElement.scrollHeight > innerHeight + 1; // then the wheel is the page's
  if (scrolls && !isZoomed() && !event.ctrlKey) return;
  event.preventDefault();
  const lines = event.deltaMode === 1 ? 16 : 1;
  zoomAt(shot, Math.exp(-clamp(event.deltaY * lines, -200, 200) * (event.ctrlKey ? 0.01 : 0.0025)), event.clientX, event.clientY);
}, { passive: false });

document.addEventListener("dblclick", (event) => {
  const shot = shotOf(event.target.closest(".shot"));
  if (!shot || stage().hasAttribute("data-picking")) return;
  if (isZoomed()) look(fit());
  else zoomAt(shot, real(shot), event.clientX, event.clientY);
});

document.addEventListener("pointerdown", (event) => {
  const shot = shotOf(event.target.closest?.(".shot"));
  if (!shot || event.button !== 0 || event.target.closest(".handle") || stage().hasAttribute("data-cropping")) return;
  dragged = false;
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY, figure: shot.figure, from: { x: event.clientX, y: event.clientY } });
});

document.addEventListener("pointermove", (event) => {
  const finger = fingers.get(event.pointerId);
  const shot = finger && shotOf(finger.figure);
  if (!shot) return;
  const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
  if (Math.hypot(event.clientX - finger.from.x, event.clientY - finger.from.y) > FAR) dragged = true;
  if (others.length === 1) {
    const [other] = others;
    const spread = (at) => Math.hypot(at.x - other.x, at.y - other.y) || 1;
    zoomAt(shot, spread({ x: event.clientX, y: event.clientY }) / spread(finger), (event.clientX + other.x) / 2, (event.clientY + other.y) / 2);
  } else if (isZoomed() && dragged) {
    event.preventDefault();
    pan(shot, event.clientX - finger.x, event.clientY - finger.y);
  }
  Object.assign(finger, { x: event.clientX, y: event.clientY });
});

for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, (event) => fingers.delete(event.pointerId));
document.addEventListener("dragstart", (event) => event.target.closest?.(".shot") && event.preventDefault());

const NUDGES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

document.addEventListener("keydown", (event) => {
  const [first] = shots();
  if (!first || isBusy(event)) return;
  const nudge = event.shiftKey && isZoomed() ? NUDGES[event.key] : null;
  if (event.key === "+" || event.key === "=") deeds["zoom-in"]();
  else if (event.key === "-") deeds["zoom-out"]();
  else if (event.key === "0") deeds["zoom-fit"]();
  else if (nudge) pan(first, -nudge[0] * NUDGE * layout(first).across, -nudge[1] * NUDGE * layout(first).down);
  else return;
  event.preventDefault(); // an arrow with Shift is not a step
}, { capture: true });

function fromAddress() {
  const [zoom, x, y] = (new URL(location.href).searchParams.get("zoom") ?? "").split(",").map(Number);
  return [zoom, x, y].every(Number.isFinite) && zoom > 1 ? { zoom, x, y } : fit();
}

watch(apply);

/** Take in a stage: the first one with what the address says, another one from the whole picture. */
export function init() {
  if (!stage() || stage() === seen) return;
  lens = seen === null ? fromAddress() : fit();
  seen = stage();
  new ResizeObserver(() => apply()).observe(seen.querySelector(".shots"));
}
