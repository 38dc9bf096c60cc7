"use strict";

const at = (id) => document.getElementById(id);
const COLUMNS = ["To do", "In progress", "Done"];
const NEAR = 6;
const board = { tickets: [], open: null, held: null, last: null };

async function load() {
  board.tickets = (await (await fetch("/api")).json()).tickets;
  draw();
}

async function change(ticket, changes) {
  const body = JSON.stringify(changes);
  const reply = await fetch(`/api/tickets/${ticket.id}`, { method: "PUT", body });
  const kept = await reply.json();
  board.tickets = board.tickets.map((each) => (each.id === kept.id ? kept : each));
  draw();
}

function made(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function draw() {
  at("board").replaceChildren(...COLUMNS.map(column));
  if (board.open) drawer(board.tickets.find(({ id }) => id === board.open));
}

function column(status) {
  const held = board.tickets.filter((ticket) => ticket.status === status);
  const section = made("section", "column");
  section.setAttribute("aria-label", status);
  section.dataset.status = status;
  const head = made("h2", "", status);
  head.append(made("span", "", held.length));
  section.append(head, ...held.map(card));
  return section;
}

function card(ticket) {
  const article = made("article", "card");
  article.tabIndex = 0;
  article.setAttribute("aria-label", `${ticket.key} ${ticket.title}`);
  const priority = made("span", "priority", ticket.priority);
  priority.dataset.is = ticket.priority;
  const owner = made("span", "owner", ticket.owner);
  article.append(made("small", "", ticket.key), owner, made("b", "", ticket.title), priority);
  article.onpointerdown = (event) => grab(event, ticket, article);
  return article;
}

function grab(event, ticket, article) {
  const box = article.getBoundingClientRect();
  board.held = { ticket, article, box, x: event.clientX, y: event.clientY, moved: false };
}

function under(event) {
  return document.elementsFromPoint(event.clientX, event.clientY).map((e) => e.closest(".column")).find(Boolean);
}

document.onpointermove = (event) => {
  const { held } = board;
  if (!held) return;
  const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
  held.moved ||= Math.hypot(dx, dy) > NEAR;
  if (!held.moved) return;
  held.article.classList.add("held");
  Object.assign(held.article.style, { width: `${held.box.width}px`, left: `${held.box.left + dx}px`, top: `${held.box.top + dy}px` });
  for (const each of document.querySelectorAll(".column")) each.classList.toggle("over", each === under(event));
};

document.onpointerup = async (event) => {
  const { held } = board;
  board.held = null;
  if (!held) return;
  if (!held.moved) return open(held.ticket);
  const status = under(event)?.dataset.status ?? held.ticket.status;
  board.last = { ticket: held.ticket, status: held.ticket.status };
  await change(held.ticket, { status });
  toast(`${held.ticket.key} moved to ${status}`, true);
};

function toast(words, undoable) {
  at("words").textContent = words;
  at("undo").hidden = !undoable;
  at("toast").hidden = false;
}

function open(ticket) {
  board.open = ticket.id;
  at("toast").hidden = true;
  drawer(ticket);
}

function drawer(ticket) {
  at("drawer").hidden = false;
  at("key").textContent = ticket.key;
  at("title").textContent = ticket.title;
  const facts = { Status: ticket.status, Priority: ticket.priority };
  at("facts").replaceChildren(...Object.entries(facts).flatMap(([k, v]) => [made("dt", "", k), made("dd", "", v)]));
  at("comments").replaceChildren(...ticket.comments.map(({ who, text }) => {
    const item = made("li", "");
    item.append(made("b", "", who), made("span", "", text));
    return item;
  }));
}

at("close").onclick = () => {
  board.open = null;
  at("drawer").hidden = true;
};
at("form").onsubmit = async (event) => {
  event.preventDefault();
  const ticket = board.tickets.find(({ id }) => id === board.open);
  const comments = [...ticket.comments, { who: "You", text: at("comment").value }];
  at("comment").value = "";
  await change(ticket, { comments });
};
at("undo").onclick = async () => {
  at("toast").hidden = true;
  await change(board.last.ticket, { status: board.last.status });
};
at("dismiss").onclick = () => {
  at("toast").hidden = true;
};
load();
