// One socket a page. A hint becomes the event `changed`, at most four times a second; htmx parts
// that wait for it then look for themselves. After a silence they look too: hints may be lost.

const watched = document.querySelector("[data-live]");
const REFUSED = 4403;
let wait = 500;
let due = 0;

function announce() {
  if (due) return;
  due = setTimeout(() => {
    due = 0;
    document.body.dispatchEvent(new CustomEvent("changed"));
  }, 250);
}

function connect() {
  const url = new URL(watched.dataset.live, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.addEventListener("open", () => {
    if (wait > 500) announce();
    wait = 500;
  });
  socket.addEventListener("message", announce);
  socket.addEventListener("close", (event) => {
    if (event.code === REFUSED) return;
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, 30000);
  });
}

if (watched) connect();
