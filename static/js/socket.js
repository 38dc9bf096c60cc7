// A socket that comes back: after a loss it is opened again, more and more patiently. The server
// ends it for good with 4403.

const REFUSED = 4403;

/** Listen at a path. `told` gets each message, `opened` whether it was lost before. */
export function listen(path, { told, opened = () => {}, lost = () => {} }) {
  let wait = 500;
  let isOver = false;
  let before = false;
  let socket;
  let due = 0;

  function connect() {
    const url = new URL(path, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(url);
    socket.addEventListener("open", () => {
      wait = 500;
      opened(before);
      before = true;
    });
    socket.addEventListener("message", (event) => told(JSON.parse(event.data), socket));
    socket.addEventListener("close", (event) => {
      lost();
      if (isOver || event.code === REFUSED) return;
      due = setTimeout(connect, wait * (0.7 + 0.6 * Math.random()));
      wait = Math.min(wait * 2, 30000);
    });
  }

  connect();
  return {
    end() {
      isOver = true;
      clearTimeout(due);
      socket.close();
    },
  };
}
