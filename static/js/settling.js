// Ctrl+Enter sends the ruling; what was typed and not sent is not left behind unasked.

const form = document.getElementById("settling");
let sent = false;

form?.addEventListener("submit", () => (sent = true));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form) return;
  event.preventDefault();
  form.requestSubmit();
});

addEventListener("beforeunload", (event) => {
  if (!sent && form?.elements.why.value !== form?.elements.why.defaultValue) event.preventDefault();
});
