// Marking a region of a screen: drag, or press two corners one after the other, or with the keys:
// arrows move, Shift and arrows size, Enter keeps, Escape leaves.

const SVG = "http://www.w3.org/2000/svg";
const MIN = 4; // pixels of the screen; less is a slip of the hand

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function between(a, b) {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

/** A box in pixels of the screen that `figure` shows, or null. */
export function mark(figure) {
  const image = figure.querySelector("img");
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  const svg = document.createElementNS(SVG, "svg");
  const rect = document.createElementNS(SVG, "rect");
  svg.setAttribute("class", "regions marking");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("data-own-keys", "");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-label", "Mark a region: arrows move the box, Shift and arrows size it, Enter keeps it, Escape leaves");
  rect.setAttribute("class", "region");
  rect.dataset.stance = "comment";
  svg.append(rect);
  let box = { x: width * 0.4, y: height * 0.4, width: width * 0.2, height: height * 0.2 };
  let corner = null;
  let isDown = false;

  function draw(made) {
    box = made;
    for (const [name, value] of Object.entries(box)) rect.setAttribute(name, value);
  }

  function at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return { x: clamp(point.x, 0, width), y: clamp(point.y, 0, height) };
  }

  function step(event) {
    const by = Math.max(width, height) / 100;
    const [dx, dy] = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[event.key];
    if (event.shiftKey) {
      draw({ ...box, width: clamp(box.width + dx, MIN, width - box.x), height: clamp(box.height + dy, MIN, height - box.y) });
    } else {
      draw({ ...box, x: clamp(box.x + dx, 0, width - box.width), y: clamp(box.y + dy, 0, height - box.height) });
    }
  }

  return new Promise((resolve) => {
    const round = (value) => Math.round(value * 10) / 10;
    function end(kept) {
      svg.remove();
      document.removeEventListener("stepped", leave);
      resolve(kept ? { x: round(box.x), y: round(box.y), width: round(box.width), height: round(box.height) } : null);
    }
    const leave = () => end(false);
    const isBox = () => box.width >= MIN && box.height >= MIN;

    svg.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      svg.focus();
      svg.setPointerCapture(event.pointerId);
      isDown = true;
      corner ??= at(event);
      draw(between(corner, at(event)));
    });
    svg.addEventListener("pointermove", (event) => corner && draw(between(corner, at(event))));
    svg.addEventListener("pointerup", () => {
      if (isDown && isBox()) end(true);
      isDown = false;
    });
    svg.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.startsWith("Arrow")) step(event);
      else if (event.key === "Enter") end(isBox());
      else if (event.key === "Escape") leave();
      else return;
      event.preventDefault();
      event.stopPropagation(); // the keys of the stage rest meanwhile
    });
    document.addEventListener("stepped", leave);
    figure.append(svg);
    draw(box);
    svg.focus();
  });
}
