// A part of the picture, pixel for pixel: drawn with the pointer, or what the zoom shows. Looked
// at, copied, opened or kept as a PNG; side by side where both pictures are shown.

import { element, isBusy, overlay, pictureAt, shotOf, shots, stage, strip, watch } from "./shots.js";
import { isZoomed, visible } from "./zoom.js";

const LEAST = 4; // pixels a side
let addresses = [];

const sheet = () => document.getElementById("crop");
const whole = ({ x, y, width, height }) => {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return { x: left, y: top, width: Math.max(1, Math.ceil(x + width) - left), height: Math.max(1, Math.ceil(y + height) - top) };
};

function clamped(shot, box) {
  const { x, y, width, height } = whole(box);
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  return { x: left, y: top, width: Math.min(shot.width, x + width) - left, height: Math.min(shot.height, y + height) - top };
}

function cut(shot, box) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [box.width, box.height];
  canvas.getContext("2d").drawImage(shot.image, box.x, box.y, box.width, box.height, 0, 0, box.width, box.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

async function copy(blob, button) {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed here: open it";
  }
}

function piece(shot, box, blob) {
  const made = document.getElementById("crop-piece").content.firstElementChild.cloneNode(true);
  const address = URL.createObjectURL(blob);
  addresses.push(address);
  const image = made.querySelector("img");
  [image.src, image.width, image.height] = [address, box.width, box.height];
  image.alt = `Part of the screen ${shot.side} step ${shot.step}`;
  made.querySelector("figcaption span").textContent = `Step ${shot.step}, ${shot.side}: ${box.width} × ${box.height} pixels from ${box.x}, ${box.y}`;
  for (const link of made.querySelectorAll("a")) link.href = address;
  made.querySelector("a[download]").download = `step-${shot.step}-${shot.side}-${box.x}-${box.y}.png`;
  const button = made.querySelector("button");
  button.addEventListener("click", () => copy(blob, button));
  return made;
}

async function show(box) {
  const pieces = [];
  for (const shot of shots()) {
    const own = clamped(shot, box);
    if (own.width > 0 && own.height > 0) pieces.push(piece(shot, own, await cut(shot, own)));
  }
  sheet().querySelector(".crop-pieces").replaceChildren(...pieces);
  sheet().showModal();
}

function arm(isOn) {
  stage().toggleAttribute("data-cropping", isOn);
  const bar = strip();
  bar.querySelector("[data-strip=crop]").hidden = !isOn;
  document.getElementById("crop-start")?.setAttribute("aria-pressed", isOn);
  if (!isOn) for (const shot of shots()) overlay(shot, "lay-cropper");
}

function box(from, to) {
  return { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
}

function draw(chosen) {
  for (const shot of shots()) {
    const svg = overlay(shot, "lay-cropper");
    for (const name of ["halo", "edge"]) svg.append(element("rect", { class: name, ...chosen }));
  }
}

function takeVisible() {
  const [first] = shots();
  arm(false);
  if (first) show(visible(first));
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-screen]")?.dataset.screen;
  if (pressed === "crop" && isZoomed()) takeVisible();
  else if (pressed === "crop") arm(!stage().hasAttribute("data-cropping"));
  if (pressed === "crop-visible") takeVisible();
  if (pressed === "crop-draw") arm(true);
});

document.addEventListener("pointerdown", (event) => {
  const shot = shotOf(event.target.closest?.(".shot"));
  if (!shot || event.button !== 0 || !stage().hasAttribute("data-cropping")) return;
  event.preventDefault();
  const from = pictureAt(shot, event.clientX, event.clientY);
  let chosen = null;
  const move = (moved) => {
    chosen = clamped(shot, box(from, pictureAt(shot, moved.clientX, moved.clientY)));
    draw(chosen);
  };
  const end = () => {
    document.removeEventListener("pointermove", move);
    if (!chosen || chosen.width < LEAST || chosen.height < LEAST) return;
    arm(false);
    show(chosen);
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
  document.addEventListener("pointercancel", () => document.removeEventListener("pointermove", move), { once: true });
});

document.addEventListener("keydown", (event) => {
  if (!stage()?.hasAttribute("data-cropping") || isBusy(event)) return;
  if (event.key === "Escape") arm(false);
  else if (event.key === "Enter" && !event.target.closest("button, a")) takeVisible();
  else return;
  event.preventDefault();
});

document.addEventListener("close", (event) => {
  if (event.target !== sheet()) return;
  addresses.forEach(URL.revokeObjectURL);
  addresses = [];
  sheet().querySelector(".crop-pieces").replaceChildren();
}, { capture: true });

watch(() => {
  if (stage().hasAttribute("data-cropping")) arm(false);
});
