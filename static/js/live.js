// One socket a page. A hint becomes the event `changed`, at most four times a second; htmx parts
// that wait for it then look for themselves. After a silence they look too: hints may be lost.

const watched = document.querySelector("[data-live]");
const REFUSED = 4403;
const PENDING = '.poll, [data-outcome="waiting"], [data-outcome="running"]';
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
    // What is still to come may have come while the page was on its way, before this socket.
    if (wait > 500 || document.querySelector(PENDING)) announce();
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
