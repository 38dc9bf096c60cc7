// What is kept on this device, apart for each person: drafts, what waits to be sent, what came back.

const TABS = 150; // seconds after which a tab that said nothing is gone
const OUTBOX = 30 * 24 * 3600; // seconds
let prefix = "themis.";
let cookie = "";

/** Whose device store it is, and the name of the cookie by which the server hears of it. */
export function belongTo(user, own) {
  prefix = `themis.${user}.`;
  cookie = own;
}

/** Tell the server whether this device has runs, but for those of a tab: then it must not give one
 * out without asking. */
export function stand({ but = "" } = {}) {
  const tabs = all("tab").filter((tab) => tab.name !== but);
  const age = all("outbox").length ? OUTBOX : tabs.length ? TABS : 0;
  document.cookie = `${cookie}=1; path=/review/; SameSite=Lax; max-age=${age}`;
}

const TOLD = ["outbox", "tab"];

/** Keep a value; false where the device has no room for it, or keeps nothing. */
export function keep(kind, name, value) {
  try {
    localStorage.setItem(`${prefix}${kind}.${name}`, JSON.stringify(value));
    if (TOLD.includes(kind)) stand();
    return true;
  } catch {
    return false;
  }
}

/** A kept value, or null. */
export function kept(kind, name) {
  try {
    return JSON.parse(localStorage.getItem(`${prefix}${kind}.${name}`));
  } catch {
    return null;
  }
}

/** Let go of a value. */
export function drop(kind, name) {
  try {
    localStorage.removeItem(`${prefix}${kind}.${name}`);
    if (TOLD.includes(kind)) stand();
  } catch {
    // a device that keeps nothing has nothing to let go of
  }
}

/** All values of a kind, the oldest first. */
export function all(kind) {
  const start = `${prefix}${kind}.`;
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(start)) continue;
      const value = kept(kind, name.slice(start.length));
      if (value) found.push({ ...value, name: name.slice(start.length) });
    }
  } catch {
    return [];
  }
  return found.sort((a, b) => a.at - b.at);
}
