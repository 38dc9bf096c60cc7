// Two tabs of one person. Each writes down on this device which runs it has; a later one looks
// there, asks whether that tab still lives, and leaves its runs alone.

import * as store from "./store.js";

const me = crypto.getRandomValues(new Uint32Array(2)).join("-");
const PATIENCE = 150; // ms that another tab has to answer
const FORGOTTEN = 150000; // ms after which a tab that said nothing is gone
let channel = null;
let mine = [];
let lose = () => {};

/** Who hears, as `lost(item)`, that another tab takes a run over. */
export const listen = (lost) => (lose = lost);

/** Join the tabs of a person. */
export function join(user) {
  channel = new BroadcastChannel(`themis-room-${user}`);
  channel.addEventListener("message", ({ data }) => {
    if (data.from === me) return;
    if (data.kind === "who" && mine.includes(data.item)) channel.postMessage({ kind: "me", from: me, to: data.from });
    if (data.kind === "roll") channel.postMessage({ kind: "here", from: me, to: data.from });
    if (data.kind === "taken" && mine.includes(data.item)) lose(data.item);
  });
}

/** Write down which runs this tab has. */
export function have(items) {
  mine = items;
  if (items.length) store.keep("tab", me, { items, at: Date.now() });
  else store.drop("tab", me);
}

/** About to leave, or to load anew: said in time for what is asked for next. */
export const part = () => store.stand({ but: me });

/** Forget tabs that are gone: each that lives answers within a moment. Nothing is waited for where
 * there is none. */
export function callRoll() {
  const tabs = store.all("tab").filter((tab) => tab.name !== me);
  if (!tabs.length) return Promise.resolve();
  return new Promise((resolve) => {
    const here = new Set();
    const hear = ({ data }) => {
      if (data.kind === "here" && data.to === me) here.add(data.from);
      if (here.size === tabs.length) done();
    };
    const done = () => {
      channel.removeEventListener("message", hear);
      for (const tab of tabs) if (!here.has(tab.name)) store.drop("tab", tab.name);
      resolve();
    };
    channel.addEventListener("message", hear);
    channel.postMessage({ kind: "roll", from: me });
    setTimeout(done, PATIENCE);
  });
}

/** Runs that other tabs have. */
export function others() {
  const tabs = store.all("tab").filter((tab) => tab.name !== me && Date.now() - tab.at < FORGOTTEN);
  return tabs.flatMap((tab) => tab.items);
}

/** Whether another tab that lives has a run; a moment is waited only where one may. */
export function isElsewhere(item) {
  if (!others().includes(item)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (found) => {
      channel.removeEventListener("message", hear);
      resolve(found);
    };
    const hear = ({ data }) => {
      if (data.kind === "me" && data.to === me) done(true);
    };
    channel.addEventListener("message", hear);
    channel.postMessage({ kind: "who", from: me, item });
    setTimeout(done, PATIENCE, false);
  });
}

/** Tell the others that this tab works on it now. */
export const claim = (item) => channel.postMessage({ kind: "taken", from: me, item });
