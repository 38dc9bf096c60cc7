// The chain beside the stage: j and k walk its milestones; what the chain says of steps is shown
// on the film, also while it grows.

const stones = () => [...document.querySelectorAll(".round:last-of-type .stone-head")];

function mirror() {
  const states = new Map();
  for (const stone of document.querySelectorAll("#court .stone[data-step]")) {
    const step = stone.dataset.step;
    if (states.get(step) !== "missed") states.set(step, stone.dataset.state);
  }
  for (const link of document.querySelectorAll(".film a[data-step], .steps a[data-step]")) {
    link.parentElement.dataset.state = states.get(link.dataset.step) ?? "";
  }
}

function point(step) {
  for (const head of document.querySelectorAll(".stone-head")) {
    head.toggleAttribute("data-here", Number(head.dataset.step) === Number(step));
  }
}

function walk(by) {
  const all = stones();
  if (!all.length) return;
  const at = all.findIndex((head) => head === document.activeElement);
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  document.querySelector('[data-tab="evidence"]').click();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  next.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=file]), select, textarea, dialog[open]")) return;
  if (event.key === "j") walk(1);
  if (event.key === "k") walk(-1);
});
document.addEventListener("stepped", (event) => point(event.detail.step));
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (!["court", "film"].includes(event.detail.target.id)) return;
  mirror();
  point(document.getElementById("stage").dataset.step);
});
point(document.getElementById("stage").dataset.step);
