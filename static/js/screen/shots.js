// The pictures that the stage shows now: which step, side and screen they are, where in the window.
// Modules that draw on them say so by `watch`, and are called whenever there are other pictures.

const SVG = "http://www.w3.org/2000/svg";
const watchers = [];

export const stage = () => document.querySelector(".stage");
export const cellOf = (step) => document.querySelector(`.film a[data-step="${step}"]`);
export const cells = () => [...document.querySelectorAll(".film a[data-step]")];
export const strip = () => document.querySelector(".screen-strip");
export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Whether a key belongs to something else: a field, a dialog, the browser. */
export const isBusy = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented ||
  Boolean(event.target.closest?.("input:not([type=file], [type=checkbox], [type=radio]), select, textarea, [contenteditable=true], dialog[open]")) ||
  Boolean(document.querySelector("dialog[open]"));

/** One figure as a value; null where it holds no picture. */
export function shotOf(figure) {
  const image = figure?.querySelector(":scope > img:not(.other)");
  if (!image) return null;
  const [side, step] = [figure.dataset.side, Number(stage()?.dataset.step ?? 0)];
  const position = cellOf(step)?.dataset[side];
  const size = figure.querySelector(":scope > svg")?.viewBox.baseVal;
  return {
    figure, image, side, step,
    position: position ? Number(position) : null,
    width: size?.width || image.naturalWidth || 1,
    height: size?.height || image.naturalHeight || 1,
  };
}

export const shots = () => [...document.querySelectorAll(".stage .shot")].map(shotOf).filter(Boolean);

/** Where the picture lies in its figure before any zoom, in CSS pixels; `scale` is theirs to one of its own. */
export function layout(shot) {
  const [across, down] = [shot.image.clientWidth || 1, shot.image.clientHeight || 1];
  const scale = Math.min(across / shot.width, down / shot.height);
  const [width, height] = [shot.width * scale, shot.height * scale];
  return { across, down, scale, width, height, left: (across - width) / 2, top: (down - height) / 2 };
}

/** A point of the window in pixels of the picture, whatever the zoom. */
export function pictureAt(shot, x, y) {
  const seen = shot.image.getBoundingClientRect();
  const { across, scale, left, top } = layout(shot);
  const zoom = seen.width / across || 1;
  return { x: ((x - seen.left) / zoom - left) / scale, y: ((y - seen.top) / zoom - top) / scale };
}

export function element(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** An empty drawing over a picture, in its pixels; the same one each time. `isLow`: under the marks. */
export function overlay(shot, name, { isLow = false } = {}) {
  let found = shot.figure.querySelector(`:scope > svg.${name}`);
  if (!found) {
    found = element("svg", { class: `lay ${name}`, viewBox: `0 0 ${shot.width} ${shot.height}`, "aria-hidden": "true" });
    if (isLow) shot.image.after(found);
    else shot.figure.insertBefore(found, shot.figure.querySelector(":scope > figcaption"));
  }
  found.replaceChildren();
  return found;
}

/** Write or take away one thing of the address. */
export function remember(name, value) {
  const url = new URL(location.href);
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  if (url.href !== location.href) history.replaceState(history.state, "", url);
}

export const watch = (drawing) => watchers.push(drawing);

/** Draw everything anew on the pictures that are there. */
export function refresh() {
  if (!stage()) return;
  const found = shots();
  for (const drawing of watchers) drawing(found);
}

document.addEventListener("stepped", refresh);
