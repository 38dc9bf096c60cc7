// Bringing trajectories in: drop anywhere or choose; progress as it is, pause, cancel, go on.

import { chosen, dropped } from "./dropped.js";
import { Sending } from "./sending.js";

const panel = document.getElementById("uploads");
const list = panel?.querySelector(".upload-batches");
const news = document.getElementById("upload-news");
const page = document.querySelector("[data-upload]"); // of one upload, which is gone on with
const under = new Set();

const size = (bytes) => (bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KB` : bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${(bytes / 2 ** 30).toFixed(2)} GB`);
const counted = (n) => `${n.toLocaleString("en")} ${n === 1 ? "file" : "files"}`;

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function button(text, name) {
  const element = make("button", "button", text);
  element.type = "button";
  element.setAttribute("aria-label", `${text} ${name}`);
  return element;
}

function line(name) {
  const item = make("li", "upload-batch");
  const head = make("p", "upload-head");
  const title = make("a", "upload-link", name);
  const said = make("span", "faint num-start", "listing files");
  const buttons = make("span", "group");
  const pause = button("Pause", name);
  const cancel = button("Cancel", name);
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", name);
  const live = make("div", "upload-live");
  buttons.append(pause, cancel);
  head.append(title, said, buttons);
  item.append(head, bar, live);
  list.prepend(item);
  panel.hidden = false;
  return { item, title, said, buttons, pause, cancel, bar, live };
}

const WORDS = { sending: "", paused: "Paused", waiting: "Connection lost, trying again" };

function show(sending, parts) {
  const far = `${size(sending.sent)} of ${size(sending.total)}`;
  if (sending.total) {
    parts.bar.max = sending.total;
    parts.bar.value = sending.sent;
  }
  parts.said.textContent = [WORDS[sending.state], sending.total ? far : ""].filter(Boolean).join(" · ");
  parts.item.dataset.state = sending.state;
  parts.pause.textContent = sending.state === "paused" ? "Go on" : "Pause";
}

// From here on the server knows more than this page: its own words are shown, and kept fresh.
function follow(sending, parts) {
  parts.live.setAttribute("hx-get", `${sending.url}?brief`);
  parts.live.setAttribute("hx-trigger", "load, changed from:body");
  parts.live.setAttribute("hx-swap", "morph:innerHTML");
  htmx.process(parts.live);
}

function end(sending, parts, how, name) {
  under.delete(sending);
  document.body.classList.toggle("sending", under.size > 0);
  parts.bar.remove();
  parts.buttons.remove();
  parts.item.dataset.state = how;
  const lacking = `${counted(sending.lacking)} still missing: choose the same files or folder again`;
  const words = { whole: "All of it has arrived", lacking, cancelled: "Cancelled" }[how] ?? how;
  parts.said.textContent = words;
  news.textContent = `${name}: ${words}`;
  if (how === "whole" && !page) follow(sending, parts);
  if (how === "whole" && page) parts.item.remove();
  panel.hidden = !list.children.length;
  document.body.dispatchEvent(new CustomEvent("changed"));
}

async function bring(files) {
  if (!files.length) return;
  const tops = [...new Set(files.map(({ path }) => path.split("/")[0]))];
  const name = tops.length === 1 ? tops[0] : `${tops[0]} and ${tops.length - 1} more`;
  const parts = line(name);
  const sending = new Sending(panel.dataset.token);
  under.add(sending);
  document.body.classList.add("sending");
  sending.addEventListener("named", ({ detail }) => {
    parts.title.href = detail.url;
    news.textContent = `${name}: sending ${counted(files.length)}`;
  });
  sending.addEventListener("moved", ({ detail }) => {
    if (sending.state === "ended") end(sending, parts, detail, name);
    else show(sending, parts);
  });
  parts.pause.addEventListener("click", () => (sending.state === "paused" ? sending.resume() : sending.pause()));
  parts.cancel.addEventListener("click", () => sending.cancel());
  try {
    const again = document.getElementById("go-on");
    if (page && again) await sending.goOn(page.getAttribute("hx-get"), files);
    else await sending.bring(panel.dataset.announce, files);
  } catch (error) {
    sending.stop();
    end(sending, parts, error.message, name);
  }
}

const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
let depth = 0;

function hover(by) {
  depth = by === 0 ? 0 : Math.max(0, depth + by);
  document.body.classList.toggle("dropping", depth > 0);
}

if (panel) {
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-bring]")) return;
    bring(chosen(event.target.files));
    event.target.value = "";
  });
  document.addEventListener("dragenter", (event) => holdsFiles(event) && hover(1));
  document.addEventListener("dragleave", (event) => holdsFiles(event) && hover(-1));
  document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  document.addEventListener("drop", async (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    hover(0);
    await bring(await dropped(event.dataTransfer));
  });
  addEventListener("beforeunload", (event) => {
    if ([...under].some((sending) => sending.state !== "ended")) event.preventDefault();
  });
}
