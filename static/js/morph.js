// What morphing leaves alone: what a person opened, and turns that were loaded.

const keepsItself = (node) => node instanceof HTMLElement && node.matches(".turn[open], .turn:has(.exchange)");

Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !keepsItself(node);
Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) =>
  !(name === "open" && node instanceof HTMLDetailsElement);
