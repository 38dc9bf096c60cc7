// The actions of a step, moving: a drag along its way, a scroll, a press. On a key, on hover, and at
// every step while it is switched on, which is remembered. Where motion is unwanted nothing moves.

import { element, isStill, shots, stage, strip, watch } from "./shots.js";

const PRESS = 450; // milliseconds
const FASTEST = 500;
const SLOWEST = 1400;
const SAMPLES = 32; // places along a way
let run = 0;

const isOn = () => localStorage.getItem("play") === "on";

/** Places along a polyline, evenly. */
function places(line) {
  const points = [...line.points].map(({ x, y }) => [x, y]);
  const lengths = points.slice(1).map(([x, y], i) => Math.hypot(x - points[i][0], y - points[i][1]));
  const total = lengths.reduce((sum, each) => sum + each, 0) || 1;
  return Array.from({ length: SAMPLES + 1 }, (_, n) => {
    let left = (n / SAMPLES) * total;
    let i = 0;
    while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
    const part = lengths[i] ? Math.min(left / lengths[i], 1) : 0;
    const [[x1, y1], [x2, y2]] = [points[i], points[i + 1]];
    return [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part];
  });
}

async function along(mark, line) {
  const size = mark.ownerSVGElement.viewBox.baseVal;
  const unit = Math.max(size.width, size.height) / 90;
  const way = places(line);
  const reach = Math.hypot(way.at(-1)[0] - way[0][0], way.at(-1)[1] - way[0][1]) / Math.max(size.width, size.height);
  const duration = Math.min(SLOWEST, FASTEST + reach * 1500);
  const runner = element("circle", { class: "runner", r: unit });
  mark.append(runner);
  const frames = way.map(([x, y]) => ({ transform: `translate(${x}px, ${y}px)` }));
  await runner.animate(frames, { duration, easing: "ease-in-out" }).finished.catch(() => {});
  runner.remove();
}

async function press(mark) {
  const rings = mark.querySelectorAll(".ring, .second");
  const times = mark.dataset.kind === "double" ? 2 : 1;
  const timing = { duration: mark.dataset.kind === "hold" ? PRESS * 2 : PRESS, iterations: times, easing: "ease-out" };
  const shrink = [{ transform: "scale(2.4)", opacity: 0.2 }, { transform: "scale(0.8)", opacity: 1, offset: 0.7 }, { transform: "scale(1)" }];
  const said = mark.querySelector(".tag-text");
  const typed = said?.animate([{ clipPath: "inset(0 100% 0 0)" }, { clipPath: "inset(0 0 0 0)" }], { duration: PRESS * 1.6, easing: "steps(24)" });
  await Promise.all([...rings].map((ring) => ring.animate(shrink, timing).finished).concat(typed?.finished ?? [])).catch(() => {});
}

async function playMark(mark) {
  if (mark.hasAttribute("data-playing")) return;
  mark.setAttribute("data-playing", "");
  const ways = mark.dataset.kind === "down" || mark.dataset.kind === "up" ? [] : [...mark.querySelectorAll(".way")];
  if (ways.length) await Promise.all(ways.map((line) => along(mark, line)));
  else await press(mark);
  mark.removeAttribute("data-playing");
}

/** Every action of the step, one after the other. */
async function play() {
  const mine = ++run;
  if (isStill()) return;
  for (const shot of shots().filter(({ side }) => side === "before")) {
    for (const mark of shot.figure.querySelectorAll(".mark")) {
      if (mine !== run || !mark.isConnected) return;
      await playMark(mark);
    }
  }
}

function tell() {
  document.getElementById("play")?.setAttribute("aria-pressed", isOn());
  const bar = strip()?.querySelector("[data-strip=still]");
  if (bar) bar.hidden = !(isOn() && isStill());
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-screen]")?.dataset.screen !== "play") return;
  localStorage.setItem("play", isOn() ? "off" : "on");
  tell();
  if (isOn()) play();
  else run++;
});

document.addEventListener("pointerover", (event) => {
  const mark = event.pointerType === "mouse" && event.target.closest?.(".shot .mark");
  if (mark && !isStill()) playMark(mark);
});

watch(() => {
  run++;
  tell();
  if (isOn() && stage()) requestAnimationFrame(() => play());
});
