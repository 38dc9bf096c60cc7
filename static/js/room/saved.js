// One line that says where what was typed is kept.

const place = document.getElementById("saved");
const words = place.querySelector(".saved-words");
const SAID = {
  none: "",
  saving: "Saving…",
  saved: "Saved",
  device: "Saved on this device only; sending when the connection is back",
  sending: (n) => (n === 1 ? "Sending one decision…" : `Sending ${n} decisions…`),
  away: (n) => `${n === 1 ? "One decision" : `${n} decisions`} kept on this device; sending when the connection is back`,
  unkept: "Could not be saved: this device keeps nothing, and the server cannot be reached. Leave this tab open.",
  "signed-out": "You are signed out. What you typed is kept on this device; sign in in another tab.",
  refused: (why) => `Could not be saved: ${why}`,
  sent: (what) => what,
};

/** Say how it stands. */
export function say(state, detail) {
  const text = typeof SAID[state] === "function" ? SAID[state](detail) : SAID[state];
  place.dataset.state = state;
  if (words.textContent !== text) words.textContent = text;
  place.title = text;
}
