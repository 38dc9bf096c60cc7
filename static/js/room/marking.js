// Marking a region of the screen that is shown: drag with mouse, pen or finger; or with keys: arrows
// move it, with Shift they size it, Enter takes it, Escape gives it up.

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 2; // pixels of the picture, each way
const DRAG = 5; // pixels of the window that are no click any more
let running = null;

const between = (low, value, high) => Math.min(Math.max(value, low), high);

/** Whether somebody is marking. */
export const isMarking = () => running !== null;
/** Give up what is being marked. */
export const cancel = () => running?.finish(null);

class Marking {
  constructor(shot, told, resolve) {
    Object.assign(this, { shot, told, resolve });
    const base = shot.querySelector(".regions");
    const { width, height } = base.viewBox.baseVal;
    Object.assign(this, { width, height, from: null });
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "region-mark");
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("tabindex", "0");
    this.svg.setAttribute("role", "application");
    this.svg.setAttribute("aria-label", "Region of the screen. Arrows move it, Shift and arrows size it, Enter takes it, Escape gives it up.");
    this.svg.dataset.ownKeys = "";
    this.rect = document.createElementNS(SVG, "rect");
    this.rect.setAttribute("class", "region new");
    this.svg.append(this.rect);
    const dot = shot.querySelector(".marks .dot, .marks circle");
    const [x, y] = dot ? [Number(dot.getAttribute("cx")), Number(dot.getAttribute("cy"))] : [width / 2, height / 2];
    this.box = { x: x - width * 0.1, y: y - height * 0.06, width: width * 0.2, height: height * 0.12 };
    this.#settle();
    for (const [name, hears] of [["pointerdown", this.down], ["pointermove", this.move], ["pointerup", this.up], ["keydown", this.key]]) this.svg.addEventListener(name, hears);
    shot.append(this.svg);
    this.svg.focus({ preventScroll: true });
    this.#say();
  }

  #at(event) {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return { x: between(0, at.x, this.width), y: between(0, at.y, this.height) };
  }

  #settle() {
    const box = this.box;
    box.width = between(LEAST, box.width, this.width);
    box.height = between(LEAST, box.height, this.height);
    box.x = between(0, box.x, this.width - box.width);
    box.y = between(0, box.y, this.height - box.height);
    for (const name of ["x", "y", "width", "height"]) this.rect.setAttribute(name, box[name]);
  }

  #say() {
    const { x, y, width, height } = this.box;
    this.told(`Region ${Math.round(width)} by ${Math.round(height)} at ${Math.round(x)}, ${Math.round(y)}. Enter takes it.`);
  }

  down = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.from = { ...this.#at(event), window: [event.clientX, event.clientY] };
  };

  move = (event) => {
    if (!this.from) return;
    const to = this.#at(event);
    this.box = { x: Math.min(this.from.x, to.x), y: Math.min(this.from.y, to.y), width: Math.abs(to.x - this.from.x), height: Math.abs(to.y - this.from.y) };
    this.#settle();
  };

  up = (event) => {
    if (!this.from) return;
    const [x, y] = this.from.window;
    const isDrag = Math.abs(event.clientX - x) > DRAG && Math.abs(event.clientY - y) > DRAG;
    this.from = null;
    if (isDrag) this.finish(this.box);
  };

  key = (event) => {
    const by = (event.altKey ? 0.002 : 0.02) * Math.max(this.width, this.height);
    const way = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[event.key];
    if (way) {
      if (event.shiftKey) (this.box.width += way[0]), (this.box.height += way[1]);
      else (this.box.x += way[0]), (this.box.y += way[1]);
      this.#settle();
      this.#say();
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.finish(this.box);
    else if (event.key === "Escape") this.finish(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  finish(box) {
    this.svg.remove();
    running = null;
    const rounded = box && Object.fromEntries(Object.entries(box).map(([name, value]) => [name, Math.round(value * 10) / 10]));
    this.resolve(rounded);
  }
}

/** Resolves with the box that was marked on a shot, in its pixels; with null where it was given up. */
export function mark(shot, told) {
  cancel();
  return new Promise((resolve) => {
    running = new Marking(shot, told, resolve);
  });
}
