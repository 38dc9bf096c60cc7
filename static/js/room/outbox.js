// What was decided and has not reached the server yet. It is kept on this device until the server
// has it, sent in order, by one tab at a time; the server takes each once. What is refused goes to
// the returned ones, with the reason and every word.

import * as store from "./store.js";
import { post, reason } from "./wire.js";

const LONGEST = 30000;
const memory = new Map(); // entries that the device has no room for
const sending = new Set();
let wait = 1000;
let due = 0;
let busy = false;
let tell = () => {};

const entries = () => [...store.all("outbox"), ...memory.values()];

/** How many wait. */
export const waiting = () => entries().length;
/** The runs that they are about. */
export const items = () => entries().map((entry) => entry.item);
/** What came back. */
export const returned = () => store.all("returned");
/** Whether an entry is on its way or there already. */
export const isOut = (name) => sending.has(name) || !entries().some((entry) => entry.name === name);

/** Who hears of it: `tell(kind, entry, answer)`, kind being sent, returned, away or signed-out. */
export const listen = (hears) => (tell = hears);

/** Keep an entry for sending; false where only this tab has it. */
export function put(name, entry) {
  const whole = { ...entry, name, at: Date.now() };
  if (store.keep("outbox", name, whole)) return true;
  memory.set(name, whole);
  return false;
}

/** Take an entry back that is not sent yet; false where it is too late. */
export function take(name) {
  if (isOut(name)) return false;
  remove(name);
  return true;
}

function remove(name) {
  store.drop("outbox", name);
  memory.delete(name);
}

async function send(entry) {
  sending.add(entry.name);
  const answer = await post(entry.url, entry.body);
  sending.delete(entry.name);
  if (answer.signedOut || answer.status === 401) return tell("signed-out", entry, answer), false;
  if (answer.away) return tell("away", entry, answer), false;
  remove(entry.name);
  if (answer.ok) {
    tell("sent", entry, answer);
    return true;
  }
  store.keep("returned", entry.name, { ...entry, error: reason(answer), changes: answer.data?.changes ?? [], kind: answer.data?.kind ?? "", fields: answer.data?.fields ?? {} });
  tell("returned", entry, answer);
  return true;
}

async function sendAll() {
  for (const entry of entries()) {
    if (!entries().some((each) => each.name === entry.name)) continue; // another tab sent it
    if (!(await send(entry))) return false;
  }
  return true;
}

function later() {
  clearTimeout(due);
  due = setTimeout(flush, wait);
  wait = Math.min(wait * 2, LONGEST);
}

/** Send what waits; tried again by itself until all is sent. */
export async function flush() {
  clearTimeout(due);
  if (busy || !waiting()) return;
  busy = true;
  const once = async (lock) => (lock === null ? false : sendAll()); // null: another tab is at it
  const done = navigator.locks
    ? await navigator.locks.request("themis-outbox", { ifAvailable: true }, once)
    : await sendAll();
  busy = false;
  if (done) wait = 1000;
  if (waiting()) later();
}

addEventListener("online", () => {
  wait = 1000;
  flush();
});
