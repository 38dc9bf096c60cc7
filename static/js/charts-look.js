// Colours and patterns of charts, taken from the page's own: a canvas knows no custom properties.

const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

function channels(name) {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(${name})`;
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillStyle = getComputedStyle(probe).color;
  pixel.fillRect(0, 0, 1, 1);
  probe.remove();
  return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

// A colour of the page by its name, as every canvas reads it.
export function colour(name, alpha = 1) {
  const [red, green, blue] = channels(name);
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

// What can be read on a colour.
export function onto(name) {
  const [red, green, blue] = channels(name);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#111" : "#fff";
}

const TONES = { passed: "--green", failed: "--red", undecided: "--amber" };
const PATTERN_OF = { passed: 0, failed: 1, undecided: 2 };
export const POINTS = ["circle", "rect", "triangle", "rectRot", "star", "crossRot", "cross", "rectRounded"];
export const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3], [1, 2], [10, 4], [4, 2, 1, 2, 1, 2], [3, 6]];

export const toneOf = (series) => TONES[series.tone] ?? `--series-${(series.at ?? 0) % 8}`;

const STROKES = [
  [],
  [[0, 10, 10, 0]],
  [[2, 5, 4, 5], [7, 0, 9, 0]],
  [[0, 0, 10, 10]],
  [[0, 5, 10, 5]],
  [[5, 0, 5, 10]],
  [[0, 10, 10, 0], [0, 0, 10, 10]],
  [[0, 5, 10, 5], [5, 0, 5, 10]],
];

// A filling that can be told from others without its colour.
export function filling(series) {
  const name = toneOf(series);
  const tile = document.createElement("canvas");
  tile.width = tile.height = 10;
  const brush = tile.getContext("2d");
  brush.fillStyle = colour(name, 0.82);
  brush.fillRect(0, 0, 10, 10);
  brush.strokeStyle = colour("--paper", 0.75);
  brush.lineWidth = 1.5;
  for (const [x, y, toX, toY] of STROKES[series.tone ? PATTERN_OF[series.tone] : series.at % 8]) {
    brush.beginPath();
    brush.moveTo(x, y);
    brush.lineTo(toX, toY);
    brush.stroke();
  }
  return brush.createPattern(tile, "repeat");
}

export const FONT = () => getComputedStyle(document.body).fontFamily;
