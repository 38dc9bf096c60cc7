// Who else has this run open: initials in the head of its page. The server asks now and then
// whether this page is still here. On the same line it says that somebody has commented.

import { listen } from "./socket.js";

const box = document.querySelector("[data-presence]");
let line;

function avatar({ name, initials }) {
  const shown = document.createElement("li");
  shown.className = "initial";
  shown.title = name;
  const letters = document.createElement("span");
  letters.ariaHidden = "true";
  letters.textContent = initials;
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.textContent = name;
  shown.append(letters, said);
  return shown;
}

function show(people) {
  const list = box.querySelector("ul");
  const few = people.slice(0, 5);
  list.replaceChildren(...few.map(avatar));
  const more = people.length - few.length;
  if (more > 0) list.append(Object.assign(document.createElement("li"), { className: "faint", textContent: `+${more}` }));
  box.hidden = people.length === 0;
  box.querySelector("[role=status]").textContent = people.length
    ? `Also looking: ${people.map((each) => each.name).join(", ")}`
    : "";
}

function told(message, socket) {
  if (message.beat !== undefined) socket.send(JSON.stringify({ beat: message.beat }));
  if (message.here) show(message.here);
  if (message.commented) document.dispatchEvent(new CustomEvent("commented"));
}

function watch() {
  line?.end();
  show([]);
  if (!box.dataset.presence) return;
  line = listen(box.dataset.presence, {
    told,
    opened: (again) => again && document.dispatchEvent(new CustomEvent("commented")),
    lost: () => show([]),
  });
}

if (box) {
  watch();
  new MutationObserver(watch).observe(box, { attributeFilter: ["data-presence"] });
}
