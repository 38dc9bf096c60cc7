// A table of verdicts is sent as soon as it is chosen or dropped, with the folders it lay in.

import { chosen, dropped } from "./dropped.js";

const form = document.getElementById("drop");
const field = form.elements.files;

function send(named) {
  if (!named.length) return;
  const files = new DataTransfer();
  for (const { file, path } of named) {
    files.items.add(file);
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "paths", value: path }));
  }
  field.files = files.files;
  form.submit();
}

for (const each of form.querySelectorAll("input[type=file]")) {
  each.addEventListener("change", () => send(chosen(each.files)));
}
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  send(await dropped(event.dataTransfer));
});
