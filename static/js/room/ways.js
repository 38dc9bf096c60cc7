// Three ways to see a run: the film, before and after, and the questions with their screens. The
// address keeps which one; what is swapped in is shown the same way.

import { current, show } from "../stage.js";

const WAYS = ["film", "compare", "chain"];
const SVG = "http://www.w3.org/2000/svg";

/** The way that the address asks for. */
export function way() {
  const asked = new URLSearchParams(location.search).get("as");
  return WAYS.includes(asked) ? asked : "film";
}

// Pictures of the questions are fetched once somebody looks at them.
function cutOut(article) {
  for (const svg of article.querySelectorAll("svg[data-cut]")) {
    const image = document.createElementNS(SVG, "image");
    image.setAttribute("href", svg.dataset.cut);
    image.setAttribute("width", svg.dataset.width);
    image.setAttribute("height", svg.dataset.height);
    svg.append(image);
    svg.removeAttribute("data-cut");
  }
}

/** Show a run in one of the ways. */
export function see(article, name, { remember = true } = {}) {
  article.dataset.wayNow = name;
  for (const link of document.querySelectorAll("[data-set-way]")) {
    if (link.dataset.setWay === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (remember) {
    const url = new URL(location.href);
    url.searchParams.set("as", name);
    history.replaceState(history.state, "", url);
  }
  if (name === "chain") cutOut(article);
  article.dispatchEvent(new CustomEvent("way", { bubbles: true, detail: { way: name, step: current() } }));
  const slot = article.querySelector('.way[data-way="compare"]');
  const isFilled = slot.childElementCount > 0;
  for (const section of article.querySelectorAll(".way")) section.hidden = section.dataset.way !== name || (section === slot && !isFilled);
  article.toggleAttribute("data-covered", name === "chain" || (name === "compare" && isFilled));
  if (name === "compare" && !isFilled) show(current(), "both");
  const difference = article.querySelector('[data-screen="difference"]');
  if (difference && (name === "compare") !== (difference.getAttribute("aria-pressed") === "true")) difference.click();
  if (name === "film" && article.querySelector("#stage").dataset.view === "both") show(current(), "before");
}

/** The way after this one. */
export const nextWay = (article) => WAYS[(WAYS.indexOf(article.dataset.wayNow) + 1) % WAYS.length];
