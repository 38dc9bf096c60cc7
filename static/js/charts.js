// Charts are drawn from what the page says of them, again whenever light turns to dark. A click on
// a point opens its runs; a finger sees the figures first. Tables below say the same without a canvas.

import { FONT, colour } from "./charts-look.js";
import { configured } from "./charts-kinds.js";

const drawn = new Map();
const MARGIN = 16; // pixels around a saved picture

function hrefOf(chart, found) {
  const [hit] = found;
  if (!hit) return null;
  const set = chart.data.datasets[hit.datasetIndex];
  return set.hrefs?.[hit.index] ?? set.data[hit.index]?.href ?? null;
}

function follow(chart, event) {
  const found = chart.getElementsAtEventForMode(event, "nearest", { intersect: true }, true);
  const href = hrefOf(chart, found);
  if (!href) return;
  const mark = `${found[0].datasetIndex}/${found[0].index}`;
  if (event.pointerType === "touch" && chart.seen !== mark) {
    chart.seen = mark;
    return;
  }
  if (event.ctrlKey || event.metaKey) window.open(href);
  else window.location.assign(href);
}

function draw(canvas) {
  const plot = JSON.parse(canvas.dataset.plot);
  const frame = canvas.parentElement;
  const { height, options, ...rest } = configured(plot, frame.clientWidth);
  frame.style.height = `${height}px`;
  const hover = (event, found, chart) => {
    canvas.classList.toggle("leads", Boolean(hrefOf(chart, found)));
  };
  const chart = new window.Chart(canvas, { ...rest, options: { ...options, onHover: hover } });
  drawn.set(canvas, chart);
  canvas.onclick = (event) => follow(chart, event);
}

function drawAll() {
  for (const chart of drawn.values()) chart.destroy();
  drawn.clear();
  window.Chart.defaults.font.family = FONT();
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) draw(canvas);
}

// The picture with its title and what it counts, on the paper of the page.
function picture(canvas) {
  const ratio = canvas.width / canvas.clientWidth;
  const head = 58;
  const whole = document.createElement("canvas");
  whole.width = canvas.width + 2 * MARGIN * ratio;
  whole.height = canvas.height + (head + 2 * MARGIN) * ratio;
  const brush = whole.getContext("2d");
  brush.scale(ratio, ratio);
  brush.fillStyle = colour("--raised");
  brush.fillRect(0, 0, whole.width, whole.height);
  brush.fillStyle = colour("--ink");
  brush.font = `640 16px ${FONT()}`;
  brush.fillText(canvas.closest("section").querySelector("h2").textContent, MARGIN, MARGIN + 16);
  brush.fillStyle = colour("--ink-faint");
  brush.font = `400 11px ${FONT()}`;
  brush.fillText(counted(), MARGIN, MARGIN + 36, canvas.clientWidth);
  brush.drawImage(canvas, MARGIN, MARGIN + head, canvas.clientWidth, canvas.clientHeight);
  return whole;
}

function counted() {
  const chosen = new URLSearchParams(location.search);
  const told = [...chosen].filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`);
  return [document.querySelector(".sum")?.textContent.split(";")[0], ...told].join(" · ");
}

function save(name) {
  const canvas = document.querySelector(`canvas[data-chart="${CSS.escape(name)}"]`);
  picture(canvas).toBlob((blob) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${name}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-png]");
  if (button) save(button.dataset.png);
});

// How many critics are chosen, where they are folded away.
document.getElementById("filters").addEventListener("change", () => {
  const all = [...document.querySelectorAll("#filters [name=critic]")];
  const chosen = all.filter((each) => each.checked).length;
  const told = document.getElementById("chosen");
  if (told) told.textContent = chosen ? `${chosen} of ${all.length} critics` : "All critics";
});

// Addresses name only what is chosen.
document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "filters") return;
  for (const [name, value] of [...event.detail.formData]) {
    if (!value || (name === "against" && value === "both")) event.detail.formData.delete(name);
  }
});
document.body.addEventListener("htmx:afterSettle", drawAll);
document.body.addEventListener("htmx:historyRestore", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
await document.fonts.ready;
drawAll();
