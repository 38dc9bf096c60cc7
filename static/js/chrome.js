// The frame of every page: theme, sheet, menus, messages, copying.

const root = document.documentElement;
const isDark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

document.getElementById("theme")?.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});

const toggleSheet = (id) => {
  const sheet = document.getElementById(id);
  if (sheet.open) sheet.close();
  else sheet.showModal();
};

const copy = async (button) => {
  const text = document.getElementById(button.dataset.copy).textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = "Copied";
};

document.addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  const opener = on("[data-open]");
  const closer = on("[data-close]");
  const copier = on("[data-copy]");
  if (opener) toggleSheet(opener.dataset.open);
  if (closer) document.getElementById(closer.dataset.close).close();
  if (copier) copy(copier);
  on("[data-dismiss]")?.closest(".toast").remove();
  if (event.target instanceof HTMLDialogElement) event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
});
