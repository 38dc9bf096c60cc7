// Keys as named commands: a page registers what it can do, the keys come from the page's list of
// defaults with the person's own over them. Single keys rest while somebody types and while a
// dialog is open; chords with Ctrl work in text fields too.

import { isTyping } from "./keys.js";

const source = document.getElementById("keymap");
const keys = source ? JSON.parse(source.textContent) : {}; // command -> key, "" for none
const names = new Map(Object.entries(keys).filter(([, key]) => key).map(([name, key]) => [key, name]));
const commands = new Map(); // command -> function

/** What is pressed, as settings name it: "j", "ArrowLeft", "Ctrl+Enter". */
export function chord(event) {
  const key = event.key === " " ? "Space" : event.key;
  const held = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  return held + (event.altKey ? "Alt+" : "") + (event.shiftKey && key.length > 1 ? "Shift+" : "") + key;
}

/** Let a command do something; a later registration takes the place of an earlier one. */
export function register(name, does) {
  commands.set(name, does);
}

/** The key that a command has now; "" where it has none. */
export const keyOf = (name) => keys[name] ?? "";

/** Do what a command does, as its key would; false where nothing is registered. */
export function run(name) {
  const does = commands.get(name);
  does?.();
  return Boolean(does);
}

/** Keys as people read them. */
export const shown = (key) =>
  key.replace("ArrowLeft", "←").replace("ArrowRight", "→").replace("ArrowUp", "↑").replace("ArrowDown", "↓").replace("Escape", "Esc").replaceAll("+", " + ");

document.addEventListener(
  "keydown",
  (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const pressed = chord(event);
    const name = names.get(pressed);
    if (!name || !commands.has(name)) return;
    const isChord = pressed.startsWith("Ctrl+") || pressed.startsWith("Alt+");
    if (document.querySelector("dialog[open]")) return;
    if (!isChord && isTyping(event.target)) return;
    // What is written there is sent from there: a comment must not submit a decision.
    if (isChord && event.target.closest?.("form, [data-own-chords]")) return;
    if (!isChord && event.target instanceof HTMLElement && event.target.matches("select")) return;
    // A radio group has its own arrows, and so has what is marked on a screen.
    if (pressed.startsWith("Arrow") && event.target.matches?.("input[type=radio], input[type=range], [data-own-keys]")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && !pressed.startsWith("Arrow")) return;
    run(name);
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-command]");
  if (button && !button.disabled) run(button.dataset.command);
});
