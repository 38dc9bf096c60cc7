// What somebody is writing, kept in this browser until the server has it, and sent once.

const LONGEST = 30000;
const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
const EMPTY = () => ({ key: newKey(), text: "", place: {}, isWaiting: false, edits: "" });

function read(name) {
  try {
    return { ...EMPTY(), ...JSON.parse(localStorage.getItem(name)) };
  } catch {
    return EMPTY();
  }
}

/** The draft of a form; `form.dataset.draft` names it. */
export function drafted(form, { say, sent, changed }) {
  const name = form.dataset.draft;
  let draft = read(name);
  let wait = 1000;
  let due = 0;
  let isUnderWay = false;

  function keep(changes) {
    draft = { ...draft, ...changes };
    try {
      if (draft.text || draft.place.region || draft.edits) localStorage.setItem(name, JSON.stringify(draft));
      else localStorage.removeItem(name);
    } catch {
      say("This browser keeps nothing; what you write is lost with the page.");
    }
  }

  function clear() {
    localStorage.removeItem(name);
    draft = EMPTY();
  }

  function body() {
    const data = new FormData(form);
    data.delete("about");
    data.set("text", draft.text);
    if (draft.edits) return data;
    const { about, step, region, turn } = draft.place;
    data.set("key", draft.key);
    if (about !== "run" && about !== "turn" && step) data.set("step", step);
    if (about === "region" && region) data.set("region", JSON.stringify(region));
    if (about === "turn" && turn) data.set("turn", turn);
    return data;
  }

  function later() {
    say("No connection. What you wrote is kept here, and sent once it is back.");
    clearTimeout(due);
    due = setTimeout(send, wait);
    wait = Math.min(wait * 2, LONGEST);
  }

  async function refused(answer) {
    const told = (answer.headers.get("Content-Type") ?? "").includes("json") ? (await answer.json()).error : "";
    keep({ isWaiting: false });
    say(told || (answer.status === 403 ? "You are no longer signed in here; what you wrote is kept." : `The server refused it (${answer.status}); what you wrote is kept.`));
    changed();
  }

  async function send() {
    clearTimeout(due);
    if (isUnderWay) return; // also for a run that the page has gone on from
    isUnderWay = true;
    keep({ isWaiting: true });
    say("Sending…");
    try {
      const answer = await fetch(draft.edits || form.action, { method: "POST", body: body(), headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.ok) {
        clear();
        wait = 1000;
        say("Said.");
        sent();
      } else if (answer.type === "opaqueredirect") {
        await refused(new Response(null, { status: 403 }));
      } else if (answer.status >= 500) {
        later();
      } else {
        await refused(answer);
      }
    } catch {
      later();
    } finally {
      isUnderWay = false;
    }
  }

  addEventListener("online", () => draft.isWaiting && send());
  // Another tab has sent or changed the same draft.
  addEventListener("storage", (event) => {
    if (event.key !== name || !form.isConnected || isUnderWay) return;
    draft = read(name);
    changed();
  });

  return {
    get text() { return draft.text; },
    get place() { return draft.place; },
    get isWaiting() { return draft.isWaiting; },
    get edits() { return draft.edits; },
    keep,
    clear,
    send,
    begin({ url, text }) {
      draft = { ...EMPTY(), text, edits: url };
      keep({});
    },
    /** What a closed tab left unsent. */
    goOn() {
      if (draft.isWaiting) send();
      else if (draft.text) say("Kept from before; not sent yet.");
    },
  };
}
