"use strict";

const at = (id) => document.getElementById(id);
const SWITCHES = ["mentions", "digest", "news", "sounds", "quiet"];
let kept = null;

async function load() {
  [kept] = (await (await fetch("/api")).json()).accounts;
  show();
}

function show() {
  at("name").value = kept.name;
  at("language").value = kept.language;
  at("text_size").value = kept.text_size;
  for (const id of SWITCHES) at(id).checked = kept[id];
  say("Everything is saved.");
}

function shown() {
  const switches = Object.fromEntries(SWITCHES.map((id) => [id, at(id).checked]));
  return { name: at("name").value, language: at("language").value, text_size: Number(at("text_size").value), ...switches };
}

function say(words, saved = false) {
  at("size").textContent = `${at("text_size").value}%`;
  at("state").textContent = words;
  at("state").toggleAttribute("data-saved", saved);
  const changed = Object.entries(shown()).some(([key, value]) => kept[key] !== value);
  at("save").disabled = at("reset").disabled = !changed;
}

at("form").oninput = () => say("You have changes that are not saved.");
at("reset").onclick = show;
at("form").onsubmit = async (event) => {
  event.preventDefault();
  const body = JSON.stringify(shown());
  const reply = await fetch(`/api/accounts/${kept.id}`, { method: "PUT", body });
  kept = await reply.json();
  show();
  say("Your settings are saved.", true);
};
load();
