"use strict";

const at = (id) => document.getElementById(id);
const state = { notes: [], open: null, changed: false, next: null };

async function call(method, path, body) {
  const reply = await fetch(`/api${path}`, { method, body: body && JSON.stringify(body) });
  return reply.json();
}

async function load() {
  state.notes = ((await call("GET", "")).notes ?? []).reverse();
  draw();
}

function element(tag, text, attributes = {}) {
  const made = Object.assign(document.createElement(tag), { textContent: text });
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function draw() {
  at("count").textContent = state.notes.length;
  at("list").replaceChildren(...state.notes.map(row));
  at("all").setAttribute("aria-current", state.open ? "false" : "page");
  at("overview").hidden = Boolean(state.open);
  at("editor").hidden = !state.open;
  at("overview").replaceChildren(element("h2", "All notes"), ...state.notes.map(card));
  say();
}

function row(note) {
  const current = state.open?.id === note.id;
  const button = element("button", note.title, { type: "button", "aria-current": current });
  button.onclick = () => leaveThen(() => edit(note));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function card(note) {
  const article = document.createElement("article");
  article.append(element("h3", note.title), element("p", note.body));
  return article;
}

function edit(note) {
  state.open = { ...note };
  state.changed = false;
  at("title").value = note.title;
  at("body").value = note.body;
  draw();
  at("title").focus();
}

function close() {
  state.open = null;
  state.changed = false;
  draw();
}

function say() {
  const saved = Boolean(state.open?.id) && !state.changed;
  at("state").toggleAttribute("data-saved", saved);
  at("state").textContent = saved ? "All changes saved" : "Not saved yet";
}

function leaveThen(next) {
  if (!state.changed) return next();
  state.next = next;
  at("leave").showModal();
}

async function save() {
  const note = { title: at("title").value, body: at("body").value };
  const { id } = state.open;
  const kept = id ? await call("PUT", `/notes/${id}`, note) : await call("POST", "/notes", note);
  state.open = { ...note, id: id ?? kept.id };
  state.changed = false;
  await load();
}

at("new").onclick = () => leaveThen(() => edit({ title: "", body: "" }));
at("all").onclick = () => leaveThen(close);
at("stay").onclick = () => at("leave").close();
at("go").onclick = () => {
  at("leave").close();
  state.next();
};
at("delete").onclick = async () => {
  if (state.open.id) await call("DELETE", `/notes/${state.open.id}`);
  close();
  await load();
};
at("editor").oninput = () => {
  state.changed = true;
  say();
};
at("editor").onsubmit = (event) => {
  event.preventDefault();
  save();
};
document.onkeydown = (event) => {
  if (!(event.ctrlKey && event.key === "s")) return;
  event.preventDefault();
  if (state.open) save();
};
load();
