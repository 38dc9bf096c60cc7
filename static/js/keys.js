// Keys press what carries `data-key`; "g" and then a letter follows what carries `data-goto`.
// They rest while somebody types, and while a dialog is open, save the key that closes it.

let going = false;

export const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=file], [type=button])"));

const visible = (element) => element.checkVisibility?.() ?? true;

function press(key) {
  const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(
    (each) => visible(each) && !each.disabled,
  );
  if (!element) return false;
  if (element.matches("input:not([type=file])")) element.focus();
  else element.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]") && event.key !== "?") return;
  if (going) {
    going = false;
    document.querySelector(`[data-goto="${CSS.escape(event.key)}"]`)?.click();
    return;
  }
  if (event.key === "g") {
    going = true;
    setTimeout(() => (going = false), 1200);
  } else if (press(event.key)) {
    event.preventDefault();
  }
});
