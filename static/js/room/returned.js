// Decisions that the server did not take: shown until they are looked at again or thrown away, with
// what has changed, and with every word that was written.

import * as outbox from "./outbox.js";
import * as store from "./store.js";

const ANSWERS = new Map([[true, "achieved"], [false, "not achieved"]]);

function words({ ruling, text, answers = [] }) {
  const said = answers.map((answer) => `${answer.goal || answer.milestone}: ${ANSWERS.get(answer.achieved) ?? "cannot tell"}${answer.note ? `. ${answer.note}` : ""}`);
  return [ruling, text, ...said].filter(Boolean).join("\n");
}

function button(title, does, kind = "button") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = title;
  made.addEventListener("click", does);
  return made;
}

function line(tag, text, name = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

function card(entry, place, { again }) {
  const box = document.createElement("section");
  box.className = "came-back";
  box.append(line("h2", `A decision came back: ${entry.title.slice(0, 120)}`));
  box.append(line("p", entry.error));
  for (const change of entry.changes.filter((each) => !entry.error.includes(each))) box.append(line("p", change));
  for (const [field, why] of Object.entries(entry.fields)) box.append(line("p", `${field}: ${why}`));
  const kept = document.createElement("details");
  kept.append(line("summary", "What you wrote"), line("pre", words(entry.body.opinion)));
  const deeds = document.createElement("p");
  deeds.className = "actions";
  deeds.append(
    button("Look at it again", () => again(entry), "button primary"),
    button("Throw away", () => {
      store.drop("returned", entry.name);
      showReturned(place, { again });
    }),
  );
  box.append(kept, deeds);
  return box;
}

/** Show what came back. */
export function showReturned(place, deeds) {
  const all = outbox.returned();
  place.hidden = !all.length;
  place.replaceChildren(...all.slice(0, 3).map((entry) => card(entry, place, deeds)));
}

/** The opinion of a returned entry, which is no longer among them. */
export function openReturned(entry) {
  store.drop("returned", entry.name);
  return entry.body.opinion;
}
