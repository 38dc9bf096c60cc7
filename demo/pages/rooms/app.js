"use strict";

const at = (id) => document.getElementById(id);
const FIRST = 9;
const HALF_HOURS = 17;
const clock = (half) => `${String(FIRST + Math.floor(half / 2)).padStart(2, "0")}:${half % 2 ? "30" : "00"}`;
const times = Array.from({ length: HALF_HOURS }, (_, half) => clock(half));
const house = { day: "", rooms: [], bookings: [], fresh: null };

async function load() {
  const all = await (await fetch("/api")).json();
  Object.assign(house, { day: all.days[0].day, rooms: all.rooms, bookings: all.bookings });
  at("day").textContent = all.days[0].title;
  draw();
}

function cell(kind, column, row, text = "", small = "") {
  const made = Object.assign(document.createElement("div"), { className: kind, textContent: text });
  if (small) made.append(Object.assign(document.createElement("span"), { textContent: small }));
  made.style.gridArea = `${row} / ${column}`;
  return made;
}

function draw() {
  const lines = times.flatMap((time, half) => {
    const line = cell(half % 2 ? "line half" : "line", "2 / -1", half + 2);
    line.style.gridColumn = "2 / -1";
    return half % 2 ? [line] : [line, cell(half ? "hour" : "hour first", 1, half + 2, time)];
  });
  const heads = house.rooms.map(({ name, seats }, i) => cell("room", i + 2, 1, name, `${seats} seats`));
  const columns = house.rooms.map((_, i) => {
    const column = cell("column", i + 2, 1);
    column.style.gridRow = "1 / -1";
    return column;
  });
  at("plan").replaceChildren(...lines, ...columns, ...heads, ...house.bookings.map(block));
}

function block(booking) {
  const column = house.rooms.findIndex(({ name }) => name === booking.room) + 2;
  const first = times.indexOf(booking.start) + 2;
  const fresh = booking.id === house.fresh ? " fresh" : "";
  const made = cell(`booking${fresh}`, column, first, booking.title, `${booking.start} to ${booking.end}`);
  made.style.gridRow = `${first} / ${times.indexOf(booking.end) + 2}`;
  made.setAttribute("role", "listitem");
  made.setAttribute("aria-label", `${booking.room} ${booking.start} to ${booking.end}: ${booking.title}`);
  return made;
}

function fill(id, values, chosen) {
  at(id).replaceChildren(...values.map((value) => new Option(value, value, false, value === chosen)));
}

async function book(event) {
  event.preventDefault();
  const body = { day: house.day, title: at("title").value };
  for (const id of ["room", "start", "end"]) body[id] = at(id).value;
  const reply = await fetch("/api/bookings", { method: "POST", body: JSON.stringify(body) });
  const answer = await reply.json();
  at("problem").hidden = reply.ok;
  at("good").hidden = !reply.ok;
  at("problem").textContent = answer.error ?? "";
  at("good").textContent = `Booked ${body.room} from ${body.start} to ${body.end}.`;
  if (reply.ok) house.fresh = answer.id;
  if (reply.ok) await load();
}

at("form").onsubmit = book;
load().then(() => {
  fill("room", house.rooms.map(({ name }) => name), "Birch");
  fill("start", times.slice(0, -1), "09:00");
  fill("end", times.slice(1), "09:30");
});
