// Bringing trajectories in: drop anywhere or choose; progress as it is; a result an item.

import { chosen, dropped } from "./dropped.js";

const panel = document.getElementById("uploads");
const list = panel?.querySelector(".upload-batches");
const MOST = 5000; // files in one request, as the server takes them

const size = (bytes) => (bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 2 ** 20).toFixed(1)} MB`);

const counted = (n) => `${n} ${n === 1 ? "file" : "files"}`;

function line(batch) {
  const item = document.createElement("li");
  item.className = "upload-batch";
  const head = document.createElement("p");
  const name = document.createElement("strong");
  name.textContent = batch.name;
  const state = document.createElement("span");
  state.className = "faint";
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", batch.name);
  const results = document.createElement("ol");
  results.className = "upload-results";
  head.append(name, state);
  item.append(head, bar, results);
  list.prepend(item);
  return { item, state, bar, results };
}

function finish(parts, state, html) {
  parts.bar.remove();
  parts.state.textContent = state;
  if (html) parts.results.innerHTML = html; // rendered and escaped by our own server
}

function send(batch, parts) {
  const body = new FormData();
  for (const { file, path } of batch.files) {
    body.append("files", file, file.name);
    body.append("paths", path);
  }
  const total = batch.files.reduce((sum, { file }) => sum + file.size, 0);
  const request = new XMLHttpRequest();
  request.open("POST", panel.dataset.url);
  request.setRequestHeader("X-CSRFToken", panel.dataset.token);
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    parts.bar.value = event.loaded / event.total;
    parts.state.textContent = `${size(event.loaded)} of ${size(event.total)}`;
  });
  request.upload.addEventListener("load", () => {
    parts.bar.removeAttribute("value");
    parts.state.textContent = "reading";
  });
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => {
      const isOurs = request.responseText.includes("upload-result");
      if (isOurs) finish(parts, `${counted(batch.files.length)}, ${size(total)}`, request.responseText);
      else finish(parts, request.status ? `refused (${request.status})` : "the connection broke; try again");
      document.body.dispatchEvent(new CustomEvent("changed"));
      resolve();
    });
    request.send(body);
  });
}

async function bring(batches) {
  panel.hidden = false;
  const waiting = batches.map((batch) => [batch, line(batch)]);
  for (const [batch, parts] of waiting) {
    if (batch.files.length > MOST) {
      finish(parts, `${batch.files.length} files are too many for one go: zip the folder, or use manage.py ingest`);
    } else {
      await send(batch, parts);
    }
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
    bring(chosen(event.target.files)).catch(console.error);
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
  panel.querySelector("[data-clear]").addEventListener("click", () => {
    list.replaceChildren();
    panel.hidden = true;
  });
}
