// Side by side: arrows go from step to step, Enter opens the screen in full. The address keeps the step.

import { isTyping } from "./keys.js";

const table = document.getElementById("compare");
const big = document.getElementById("compare-big");
const rows = table ? [...table.querySelectorAll("[data-row]")] : [];
let at = -1;

function go(to, { focus = true } = {}) {
  if (to < 0 || to >= rows.length) return;
  rows[at]?.removeAttribute("aria-current");
  at = to;
  const row = rows[at];
  row.setAttribute("aria-current", "step");
  if (focus) row.focus({ preventScroll: true });
  const head = table.querySelector("thead").offsetHeight;
  if (row.offsetTop - head < table.scrollTop) table.scrollTop = row.offsetTop - head;
  else if (row.offsetTop + row.offsetHeight > table.scrollTop + table.clientHeight) {
    table.scrollTop = Math.min(row.offsetTop - head, row.offsetTop + row.offsetHeight - table.clientHeight);
  }
  const address = new URL(location.href);
  address.searchParams.set("step", row.dataset.row);
  address.hash = "";
  history.replaceState(null, "", address);
  if (big.open) show();
}

function show() {
  const views = [...rows[at].querySelectorAll(".compare-view")];
  if (!views.length) return;
  big.querySelector("h2").textContent = `Step ${rows[at].dataset.row}`;
  big.querySelector(".compare-screens").replaceChildren(...views.map(figure));
  if (!big.open) big.showModal();
}

function figure(view) {
  const made = document.createElement("figure");
  const box = document.createElement("div");
  const picture = view.querySelector("img").cloneNode();
  picture.src = view.dataset.src;
  picture.loading = "eager";
  const caption = document.createElement("figcaption");
  caption.textContent = view.dataset.side;
  box.append(picture, ...[...view.querySelectorAll("svg")].map((each) => each.cloneNode(true)));
  made.append(box, caption);
  return made;
}

const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]:not(#compare-big)")) return;
  if (event.target.matches?.("input[type=radio]")) return;
  if (by[event.key]) go(at < 0 ? 0 : at + by[event.key]);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(rows.length - 1);
  else if (event.key === "Enter" && !big.open && at >= 0 && event.target === rows[at]) show();
  else return;
  event.preventDefault();
});

table?.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (row) go(rows.indexOf(row), { focus: false });
  const to = event.target.closest("[data-to]");
  if (to) {
    const found = rows.findIndex((each) => each.dataset.row === to.dataset.to);
    if (found >= 0) {
      event.preventDefault();
      go(found);
    }
  }
  if (event.target.closest(".compare-view") && !event.metaKey && !event.ctrlKey && row) {
    event.preventDefault();
    show();
  }
});

big?.addEventListener("click", (event) => {
  const step = event.target.closest("[data-by]");
  if (step) go(at + Number(step.dataset.by));
  else if (event.target === big || event.target.closest("[data-shut]")) big.close();
});
big?.addEventListener("close", () => rows[at]?.focus({ preventScroll: true }));

const asked = new URL(location.href).searchParams.get("step");
const first = rows.findIndex((each) => each.dataset.row === asked);
if (first >= 0) go(first, { focus: false });
