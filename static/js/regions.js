// Regions of the evidence: kept in the chain, or beside a reviewer's answers, and drawn on the
// screen they belong to.

const SVG = "http://www.w3.org/2000/svg";

function region(source) {
  const rect = document.createElementNS(SVG, "rect");
  rect.setAttribute("class", "region");
  rect.dataset.stance = source.dataset.stance;
  for (const name of ["x", "y", "width", "height"]) rect.setAttribute(name, source.dataset[name]);
  const title = document.createElementNS(SVG, "title");
  title.textContent = source.textContent;
  rect.append(title);
  return rect;
}

/** Fill an SVG with what the evidence, and people in their comments, say of one screen. */
export function drawRegions(svg, position) {
  const found = document.querySelectorAll(`:is(#court, #opinion, .said) [data-region="${position}"]`);
  svg.replaceChildren(...[...found].filter((each) => !each.closest(".round:not(:last-of-type)")).map(region));
}
