// Names of the team, offered while "@..." is typed into a field: arrows choose, Enter or Tab takes,
// Escape leaves it be. The focus stays in the field; what is chosen is told by `aria-activedescendant`.

const TYPED = /(^|[^\w.@+-])@([\w.+-]{0,60})$/;

/** Offer names in a textarea. `url` answers `?q=` with `{names: [...]}`. */
export function offerNames(field, list, url, say) {
  let chosen = 0;
  let asked = 0;
  let due = 0;

  const options = () => [...list.children];
  const typed = () => field.value.slice(0, field.selectionStart).match(TYPED);

  function close() {
    asked += 1;
    clearTimeout(due);
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  }

  function point(index) {
    chosen = (index + options().length) % options().length;
    options().forEach((each, i) => each.setAttribute("aria-selected", i === chosen));
    const option = options()[chosen];
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function take(name) {
    const found = typed();
    if (found) {
      const start = field.selectionStart - found[2].length;
      field.setRangeText(`${name} `, start, field.selectionStart, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    close();
    field.focus();
  }

  function option(name, i) {
    const made = document.createElement("li");
    made.id = `${list.id}-${i}`;
    made.role = "option";
    made.textContent = name;
    made.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the focus stays in the field
      take(name);
    });
    return made;
  }

  async function look() {
    const found = typed();
    if (!found) return close();
    const mine = ++asked;
    try {
      const answer = await fetch(`${url}?q=${encodeURIComponent(found[2])}`, { headers: { Accept: "application/json" } });
      const { names } = await answer.json();
      if (mine !== asked) return;
      if (!names.length) return close();
      list.replaceChildren(...names.map(option));
      list.hidden = false;
      point(0);
      say(`${names.length} ${names.length === 1 ? "name" : "names"}: ${names[0]}. Enter takes it, arrows choose.`);
    } catch {
      close(); // without a connection nobody is offered; what is typed still counts
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(due);
    if (!typed()) return close();
    due = setTimeout(look, 100);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const deeds = {
      ArrowDown: () => point(chosen + 1),
      ArrowUp: () => point(chosen - 1),
      Enter: () => take(options()[chosen].textContent),
      Tab: () => take(options()[chosen].textContent),
      Escape: close,
    };
    if (!deeds[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    deeds[event.key]();
  });
}
