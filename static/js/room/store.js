// What is kept on this device, apart for each person: drafts, what waits to be sent, what came back.

let prefix = "themis.";

/** Whose device store it is. */
export const belongTo = (user) => (prefix = `themis.${user}.`);

/** Keep a value; false where the device has no room for it, or keeps nothing. */
export function keep(kind, name, value) {
  try {
    localStorage.setItem(`${prefix}${kind}.${name}`, JSON.stringify(value));
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
