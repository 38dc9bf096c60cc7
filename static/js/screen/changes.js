// What a step changed: areas outlined with the rest dimmed, or one picture over the other, wiped or
// blinking. A step of which only one side was recorded is compared with its neighbour's screen.

import { picture } from "../pictures.js";
import { cellOf, element, isStill, layout, overlay, pictureAt, remember, shotOf, shots, stage, strip, watch } from "./shots.js";
import { lookAt } from "./zoom.js";

const WAYS = ["areas", "wipe", "blink"];
const BLINK = 700; // milliseconds a picture: under three flashes a second
const KEPT = 60;
const kept = new Map(); // pair of addresses -> promise of what differs
let worker = null;
let asked = 0;
let way = "";
let wiped = 0.5;
let area = -1;
let beat = 0;
const waiting = new Map();

export const isOn = () => way !== "";

function ask(before, after) {
  if (!worker) {
    worker = new Worker(new URL("./differ.js", import.meta.url));
    worker.addEventListener("message", ({ data }) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    });
  }
  return new Promise((resolve) => {
    waiting.set(++asked, resolve);
    worker.postMessage({ id: asked, before, after });
  });
}

/** What differs between two pictures, worked out once. */
function difference({ before, after }) {
  const key = `${before} ${after}`;
  if (!kept.has(key)) kept.set(key, ask(before, after));
  while (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return kept.get(key);
}

/** The addresses of the screens before and after a step; null where there is only one. */
function pairOf(step) {
  const [cell, earlier, later] = [cellOf(step), cellOf(step - 1), cellOf(step + 1)];
  if (!cell) return null;
  const before = cell.dataset.beforeSrc ?? earlier?.dataset.afterSrc;
  const after = cell.dataset.afterSrc ?? later?.dataset.beforeSrc;
  return before && after ? { before, after, isLater: !cell.dataset.afterSrc, isEarlier: !cell.dataset.beforeSrc } : null;
}

function say(words) {
  const bar = strip();
  if (bar) bar.querySelector(".change-figure").textContent = words;
}

const percent = (share) => (share > 0 && share < 0.001 ? "under 0.1" : (share * 100).toFixed(share < 0.1 ? 1 : 0));

const capital = (words) => words[0].toUpperCase() + words.slice(1);

function figure(found, pair) {
  if (found.error) return `They cannot be compared: ${found.error}.`;
  if (found.sizes) return `The pictures have different sizes: ${found.sizes.join(" and ")}.`;
  const beside = pair.isLater ? " until the next step" : pair.isEarlier ? " since the step before" : "";
  const faint = found.faint ? ` ${capital(percent(found.faint))} % differ by shades too faint to see.` : "";
  if (!found.areas.length) return `Nothing ${faint ? "visible " : ""}changed${beside}.${faint}`;
  const n = found.areas.length;
  const about = found.isExact ? "" : ", compression noise left out";
  return `${capital(percent(found.share))} % of the picture changed${beside}, in ${n} ${n === 1 ? "area" : "areas"}${about}.${faint}`;
}

function outline(shot, found) {
  const svg = overlay(shot, "lay-changes", { isLow: true });
  if (way !== "areas" || !found.areas?.length) return;
  const pad = Math.max(shot.width, shot.height) / 300;
  const boxes = found.areas.map(({ x, y, width, height }) => ({ x: x - pad, y: y - pad, width: width + 2 * pad, height: height + 2 * pad }));
  const hole = ({ x, y, width, height }) => `M${x} ${y}v${height}h${width}v${-height}z`;
  svg.append(element("path", { class: "dim", d: `M0 0H${shot.width}V${shot.height}H0z${boxes.map(hole).join("")}` }));
  for (const box of boxes) {
    for (const name of ["halo", "edge"]) svg.append(element("rect", { class: name, rx: pad, ...box }));
  }
}

function clip(shot) {
  const other = shot.figure.querySelector(".other");
  if (!other) return;
  const { across, left, width } = layout(shot);
  const at = left + wiped * width;
  const before = `inset(0 ${across - at}px 0 0)`; // on the left, whichever picture lies below
  other.style.clipPath = way !== "wipe" ? "none" : shot.side === "before" ? `inset(0 0 0 ${at}px)` : before;
}

function handle(shot) {
  const svg = overlay(shot, "lay-wiper");
  if (way !== "wipe") return;
  const x = wiped * shot.width;
  for (const name of ["grip handle", "halo", "edge"]) svg.append(element("line", { class: name, x1: x, x2: x, y1: 0, y2: shot.height }));
}

/** The other picture over this one. */
async function cover(shot, pair) {
  shot.figure.querySelector(".other")?.remove();
  if (!["wipe", "blink"].includes(way) || !pair) return;
  const image = await picture(pair[shot.side === "before" ? "after" : "before"]);
  if (!shot.image.isConnected || shot.figure.querySelector(".other")) return;
  const other = image.cloneNode();
  other.className = "other";
  other.alt = "";
  shot.image.after(other);
  clip(shot);
}

function name(shot, isOther) {
  const [own, their] = shot.side === "before" ? ["Before", "After"] : ["After", "Before"];
  shot.figure.querySelector("figcaption").textContent = isOther ? their : own;
}

function blink() {
  clearInterval(beat);
  if (way !== "blink" || isStill()) return;
  let isOther = false;
  beat = setInterval(() => {
    isOther = !isOther;
    for (const shot of shots()) {
      shot.figure.toggleAttribute("data-flipped", isOther);
      name(shot, isOther);
    }
  }, BLINK);
}

function press() {
  document.getElementById("difference")?.setAttribute("aria-pressed", isOn());
  const bar = strip();
  if (!bar) return;
  bar.querySelector("[data-strip=difference]").hidden = !isOn();
  bar.querySelector(".wipe-at").hidden = way !== "wipe";
  bar.querySelector("[data-screen=next-area]").hidden = way !== "areas";
  for (const button of bar.querySelectorAll("[data-way]")) button.setAttribute("aria-pressed", button.dataset.way === way);
}

async function draw(found) {
  area = -1;
  if (!stage()) return;
  stage().dataset.way = way;
  press();
  blink();
  const pair = pairOf(Number(stage().dataset.step));
  for (const shot of found) {
    cover(shot, isOn() ? pair : null);
    handle(shot);
    if (!isOn()) shot.figure.querySelector(":scope > .lay-changes")?.remove();
    if (way !== "blink") name(shot, false);
  }
  if (!isOn()) return;
  if (!pair) return say("There is no second screen to compare with.");
  if (way === "blink" && isStill()) return say("Motion is off on this system: b changes between the pictures.");
  const step = stage().dataset.step;
  const told = await difference(pair);
  if (!isOn() || stage().dataset.step !== step) return;
  say(figure(told, pair));
  strip()?.querySelector("[data-screen=next-area]")?.toggleAttribute("disabled", !told.areas?.length);
  for (const shot of shots()) outline(shot, told);
}

function turn(next) {
  way = next;
  if (way) localStorage.setItem("difference", way);
  remember("difference", way);
  const isOver = way === "wipe" || way === "blink";
  if (isOver && stage()?.dataset.view === "both") document.querySelector('[data-set-view="before"]')?.click();
  else draw(shots());
}

async function nextArea() {
  const [first] = shots();
  const pair = first && pairOf(first.step);
  const told = pair && (await difference(pair));
  if (!told?.areas?.length) return;
  area = (area + 1) % told.areas.length;
  lookAt(first, told.areas[area]);
}

function wipe(at) {
  wiped = Math.min(Math.max(at, 0), 1);
  const slider = strip()?.querySelector(".wipe-at input");
  if (slider) slider.value = Math.round(wiped * 100);
  for (const shot of shots()) {
    clip(shot);
    handle(shot);
  }
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-screen]")?.dataset.screen;
  const chosen = event.target.closest("button[data-way]")?.dataset.way;
  if (pressed === "difference") turn(isOn() ? "" : (WAYS.find((each) => each === localStorage.getItem("difference")) ?? "areas"));
  if (pressed === "next-area") nextArea();
  if (chosen) turn(chosen);
});

document.addEventListener("input", (event) => {
  if (event.target.closest(".wipe-at")) wipe(event.target.value / 100);
});

document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest?.(".lay-wiper .handle")) return;
  const { figure } = shotOf(event.target.closest(".shot"));
  const move = (moved) => {
    const shot = shotOf(figure);
    if (shot) wipe(pictureAt(shot, moved.clientX, moved.clientY).x / shot.width);
  };
  event.preventDefault();
  document.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => document.removeEventListener("pointermove", move), { once: true });
});

addEventListener("resize", () => shots().forEach(clip));

watch((found) => {
  if (isOn() || stage()?.dataset.way) draw(found);
});

/** Take in a stage: on a fresh page the way that its address names. */
export function init() {
  if (way || !stage()) return;
  const named = new URL(location.href).searchParams.get("difference");
  if (WAYS.includes(named)) {
    way = named;
    draw(shots());
  }
}
