// Settings of keys: what is pressed in a field becomes its key. Tab still leaves the field, Delete
// and Backspace empty it, Escape puts back what it was.

import { chord } from "./keymap.js";

const form = document.getElementById("keymap-form");
const said = document.getElementById("keymap-said");
const fields = [...form.querySelectorAll("[data-press]")];

function check() {
  const taken = new Map();
  for (const field of fields) {
    const other = field.value && taken.get(field.value);
    const row = field.closest(".key-row");
    row.querySelector(".key-fault")?.remove();
    field.removeAttribute("aria-invalid");
    row.toggleAttribute("data-own", field.value !== field.dataset.default);
    if (other) {
      const fault = document.createElement("p");
      fault.className = "key-fault";
      fault.id = `fault-${field.id}`;
      fault.textContent = `Already on “${form.querySelector(`label[for="${other.id}"]`).textContent}”.`;
      row.append(fault);
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", fault.id);
    } else taken.set(field.value, field);
  }
}

for (const field of fields) {
  field.addEventListener("focus", () => field.select());
  field.addEventListener("keydown", (event) => {
    if (event.key === "Tab" || event.key === "Enter" || ["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Delete" || event.key === "Backspace") field.value = "";
    else if (event.key === "Escape") field.value = field.defaultValue;
    else field.value = chord(event);
    said.textContent = field.value ? `${field.value}` : "no key";
    check();
  });
}
