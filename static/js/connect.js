// A key that is typed stands in what is to be pasted, in this tab alone.

const field = document.getElementById("key");
const texts = [...document.querySelectorAll(".way code")].map((node) => ({ node, text: node.textContent }));

field.addEventListener("input", () => {
  const key = field.value.trim() || field.dataset.placeholder;
  for (const { node, text } of texts) node.textContent = text.replaceAll(field.dataset.placeholder, () => key);
});
