// Tabs of the side: the address keeps which one is open. The inspector fetches the step that the
// stage shows, and only while it can be seen.

const side = document.querySelector(".side");
const inspector = document.getElementById("inspector");
const stage = document.getElementById("stage");
let fetched = inspector.childElementCount ? stage.dataset.step : "";
let due = 0;

function inspect() {
  const step = stage.dataset.step;
  if (inspector.closest("[hidden]") || step === fetched || step === "0") return;
  clearTimeout(due);
  due = setTimeout(() => {
    fetched = step;
    const url = inspector.dataset.url.replace(/0\/$/, `${step}/`);
    htmx.ajax("GET", url, { target: inspector, swap: "innerHTML" });
  }, 120);
}

function open(name) {
  for (const body of side.querySelectorAll(".tab-body")) body.hidden = body.id !== `tab-${name}`;
  for (const tab of side.querySelectorAll("[data-tab]")) {
    if (tab.dataset.tab === name) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  const url = new URL(location.href);
  url.searchParams.set("tab", name);
  history.replaceState(history.state, "", url);
  inspect();
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(tab.dataset.tab);
});
document.addEventListener("stepped", inspect);
inspect();
