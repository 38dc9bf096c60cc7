// The room: one run on the table, the next one beside it with its first picture decoded, what was
// decided on its way to the server. The page is never loaded anew between runs.

import { register } from "../keymap.js";
import { current, go, last, overlay, rest, settled, show, viewed } from "../stage.js";
import * as elsewhere from "./elsewhere.js";
import { ask as fetched, lastItem, setting } from "./first.js";
import * as marking from "./marking.js";
import * as outbox from "./outbox.js";
import { openReturned, showReturned } from "./returned.js";
import { say } from "./saved.js";
import * as store from "./store.js";
import { Table } from "./table.js";
import { nextWay, see, way } from "./ways.js";
import { beacon, get, parsed, post, reason } from "./wire.js";

const seat = document.getElementById("seat");
const RENEW = 40000; // ms; a lease lasts three times as long
const IDLE = 20 * 60 * 1000; // ms without a hand on the page, after which a run may go to others
const QUICK = 5; // seconds on a run, under which the next but one is fetched, too
const FIRST = 600; // ms on the first run, after which the next one is fetched
const CALM = 1200; // ms on a run, after which comments on it and its later steps are fetched
const UNDO = 2 * 60 * 1000; // ms in which the last decision can be taken back

let table = null; // what is on the table; null: the end of the queue, or not begun
let ahead = []; // what comes next, the first of them ready to be shown
let coming = null; // the promise of one more, while it is under way
let past = null; // what was done last: { table, kind, name, answer }
let touched = Date.now();

const url = (name) => setting.urls[name];
const held = () => [table, ...ahead].filter((each) => each && !each.decision && !each.elsewhere && !each.isGone);
const note = () => {
  elsewhere.have(held().map((each) => each.item));
  seat.dataset.ahead = ahead.length;
};

// --- what comes next ---------------------------------------------------------------------------

function tabled(article) {
  return new Table(article, url("draft"), {
    told: (which, state, detail) => which === table && say(state, detail),
    overtaken: overtakenAs,
    changed: () => {
      touched = Date.now();
      table?.hush();
    },
  });
}

/** One more run: a table, or the article that says why there is none, or a refusal. */
async function take(asked = {}) {
  const but = [...held().map((each) => each.item), ...elsewhere.others(), ...outbox.items()].map(Number);
  const answer = await fetched(asked, but);
  if (!answer.ok) return { refused: answer };
  if (answer.article.dataset.end !== undefined) return { end: answer.article };
  const made = tabled(answer.article);
  // Where there is nothing to look at meanwhile, the rest is laid out while the picture comes.
  return { table: table ? await made.ready() : made };
}

// Who goes fast has two runs beside the one on the table; others leave them to other people.
const depth = () => (past && past.table.seconds < QUICK ? 2 : 1);

/** One more run beside the table. One is asked for at a time: a second asking would be given the
 * same run again, under another lease, and the first lease would be worth nothing. */
function more() {
  coming ??= take().then((found) => {
    coming = null;
    if (found.table) ahead.push(found.table);
    note();
    return found;
  });
  return coming;
}

async function prepare() {
  if (coming || ahead.length >= depth() || !table) return;
  const found = await more();
  if (found.table) prepare();
}

// Two frames on: the first brings the picture. A page that nobody sees draws none.
function onceDrawn(does) {
  if (document.visibilityState !== "visible") setTimeout(does, 0);
  else requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(does, 0)));
}

/** Lay a run on the table. */
function lay(next) {
  marking.cancel();
  table?.watch(false);
  document.getElementById("comments-home").append(document.getElementById("comments"));
  table = next;
  table.show(seat);
  seat.removeAttribute("data-wait");
  const address = new URL(location.href);
  address.searchParams.set("item", table.item);
  address.searchParams.delete("step");
  address.searchParams.delete("view");
  history.replaceState(history.state, "", address);
  if (way() !== "film") see(table.article, way(), { remember: false });
  else for (const link of document.querySelectorAll("[data-set-way]")) link.toggleAttribute("aria-current", false), link.dataset.setWay === "film" && link.setAttribute("aria-current", "true");
  for (const button of document.querySelectorAll("[data-needs-item]")) button.disabled = false;
  if (table.hasDraft && !outbox.waiting()) say("saved");
  store.keep("last", setting.queue, { item: table.item, at: Date.now() });
  document.dispatchEvent(new CustomEvent("staged"));
  document.dispatchEvent(new CustomEvent("laid", { detail: { root: table.article, item: table.item, trajectory: table.article.dataset.trajectory } }));
  note();
  tidy();
  // Both lay the page out: once, with all that was changed.
  table.article.querySelector("#instruction").focus({ preventScroll: true });
  scrollTo(0, 0);
  // What was drawn first is drawn by now; the rest may take its time.
  onceDrawn(() => afterwards(next));
}

function afterwards(which) {
  if (which !== table) return;
  // The first run's own neighbours come before the next run's picture.
  if (past) prepare();
  else setTimeout(prepare, FIRST);
  htmx.process(table.article.querySelector("#find")); // all that asks by itself; the whole takes longer
  setTimeout(calmed, CALM, which);
}

function calmed(which) {
  if (which !== table) return;
  rest();
  talk(table.article);
}

// Comments and who else looks have one place in the page each, which follows the run.
function talk(article) {
  const slot = article?.querySelector("[data-slot]");
  const comments = document.getElementById("comments");
  if (slot && slot.contains(comments)) return;
  (slot ?? document.getElementById("comments-home")).append(comments);
  comments.querySelector("[data-comments]").dataset.comments = slot?.dataset.address ?? "";
  document.querySelector("[data-presence]").dataset.presence = slot?.dataset.watched ?? "";
}

function tidy() {
  document.getElementById("undo").disabled = !past;
  document.getElementById("peek-open").disabled = !past?.decided;
}

/** The end of the queue, or why nothing comes. */
function end(article) {
  table?.watch(false);
  table = null;
  talk(null);
  note();
  seat.removeAttribute("data-wait");
  seat.replaceChildren(article);
  for (const button of document.querySelectorAll("[data-needs-item]")) button.disabled = true;
  const address = new URL(location.href);
  for (const name of ["item", "step", "view"]) address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
  article.querySelector("h2")?.focus();
}

function panel(title, words, ...deeds) {
  const article = parsed('<article class="end"><div class="blank"><h2 tabindex="-1"></h2><p></p><p class="actions"></p></div></article>');
  article.querySelector("h2").textContent = title;
  article.querySelector("p").textContent = words;
  for (const [name, does] of deeds) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button primary";
    button.textContent = name;
    button.addEventListener("click", does);
    article.querySelector(".actions").append(button);
  }
  return article;
}

/** Go on to the next run, at once where it is ready. */
async function next() {
  if (ahead.length) return lay(ahead.shift());
  const leaving = table;
  leaving?.lock(true);
  seat.dataset.wait = "true";
  const found = await more();
  if (table !== leaving) return; // something else was laid meanwhile
  if (ahead.length) return lay(ahead.shift());
  if (found.table) return next(); // another tab has taken it over
  if (found.end) return end(found.end);
  end(panel(found.refused?.away ? "No connection" : "Nothing could be fetched", `${reason(found.refused ?? { status: 0 })} What you decided is kept on this device and will be sent.`, ["Try again", start]));
  if (found.refused?.away) setTimeout(() => table || !seat.querySelector(".end") || next(), 3000);
}

/** What the address asks for, or whatever is next. */
async function start() {
  const given = table ? null : seat.querySelector(":scope > .item");
  if (given) return begin(tabled(given));
  await elsewhere.callRoll();
  const asked = new URLSearchParams(location.search).get("item");
  if (!asked) return (await resume()) || next();
  if (await elsewhere.isElsewhere(asked)) {
    return end(panel("Open in another tab", "You have this run open in another tab. Nothing is lost: what you typed there is kept.", ["Work on it here", () => takeOver(asked)], ["Take another run", () => next()]));
  }
  return open(asked);
}

// The page came with a run.
function begin(first) {
  const isAskedFor = new URLSearchParams(location.search).has("item");
  const last = lastItem();
  lay(first);
  if (!isAskedFor) resume(last);
}

// A tab that was closed left its run here: it is taken up again, before anything else.
async function resume(last = lastItem()) {
  if (!last || last === table?.item || elsewhere.others().includes(last)) return false;
  const found = await take({ item: Number(last) });
  if (!found.table || found.table.decision) return false;
  if (table) ahead.unshift(table);
  lay(found.table);
  return true;
}

async function open(item, opinion = null) {
  seat.dataset.wait = "true";
  await coming;
  const found = await take({ item: Number(item) });
  if (found.table) ahead = ahead.filter((each) => each.item !== found.table.item);
  if (found.table && opinion) {
    found.table.form.fill(opinion, (screen) => found.table.stepOf(screen));
    found.table.draft.change(opinion);
  }
  if (found.table) {
    if (table && table.item !== String(item) && held().includes(table)) ahead.unshift(table);
    lay(found.table);
    return true;
  }
  if (found.end) end(found.end);
  else if (found.refused.away) end(panel("No connection", reason(found.refused), ["Try again", start]));
  else end(panel("Not this run", reason(found.refused), ["Take the next one", () => next()]));
  return false;
}

// --- leases, tabs ------------------------------------------------------------------------------

function takeOver(item) {
  elsewhere.claim(String(item));
  open(item);
}

function lost(item) {
  const which = [table, ...ahead].find((each) => each?.item === item);
  if (!which) return;
  which.elsewhere = true;
  which.draft.close();
  ahead = ahead.filter((each) => each !== which);
  note();
  if (which !== table) return;
  which.lock(true);
  which.notice("You went on with this run in another tab. Nothing is lost.", "", ["Work on it here", () => takeOver(item)], ["Next run", () => next()]);
}

function overtakenAs(which, kept) {
  if (which !== table) return;
  which.lock(true);
  which.draft.close();
  which.elsewhere = true;
  note();
  which.notice(
    kept ? "This run is open elsewhere, too, and a newer draft of yours was saved there. What you typed here is kept on this device." : "You no longer hold this run: it was opened elsewhere, or somebody else has it by now. What you typed is kept on this device.",
    "error",
    ["Work on it here", () => takeOver(which.item)],
    ["Next run", () => next()],
  );
}

async function renew() {
  const mine = held();
  if (!mine.length || Date.now() - touched > IDLE) return;
  note();
  const answer = await post(url("renew"), { holds: mine.map((each) => [each.hold, each.token]) });
  if (!answer.ok) return;
  for (const each of mine.filter((one) => answer.data.lost.includes(one.hold) && !one.elsewhere && (one === table || ahead.includes(one)))) {
    ahead = ahead.filter((one) => one !== each);
    if (each === table) overtakenAs(each, 0);
  }
}

function leave() {
  table?.watch(false);
  const mine = held();
  elsewhere.have([]);
  if (!mine.length) return;
  beacon(url("release"), { holds: mine.map((each) => [each.hold, each.token]), drafts: mine.map((each) => each.draft.unsent()).filter(Boolean) });
}

// --- decide ------------------------------------------------------------------------------------

function submit() {
  if (!table || table.article.hasAttribute("data-locked")) return;
  const missing = table.form.missing;
  if (missing) return table.form.complain(...missing);
  const leaving = table;
  const opinion = leaving.form.read();
  const again = leaving.decision ? `.${Date.now()}` : "";
  const name = `${leaving.token || leaving.item}${again}`;
  const body = leaving.decision
    ? { decision: Number(leaving.decision), opinion }
    : { hold: leaving.hold, token: leaving.token, version: leaving.version, opinion, seconds: leaving.looked };
  const isKept = outbox.put(name, { url: url(leaving.decision ? "amend" : "submit"), body, item: leaving.item, title: leaving.title, queue: setting.queue });
  leaving.draft.close({ forget: isKept });
  leaving.isGone = true;
  store.drop("last", setting.queue);
  past = { table: leaving, kind: "decided", name, decided: false, at: Date.now() };
  say(isKept ? "sending" : "unkept", outbox.waiting());
  next();
  onceDrawn(outbox.flush);
}

outbox.listen((kind, entry, answer) => {
  if (kind === "sent") {
    if (past?.name === entry.name) {
      past.decided = true;
      past.decision = String(answer.data.decision);
      past.table.decision = past.decision;
    }
    if (!outbox.waiting()) say("sent", "Decided");
    looked();
  } else if (kind === "returned") {
    if (past?.name === entry.name) past = null;
    say("refused", "a decision came back; see above");
    showReturned(document.getElementById("returned"), back);
  } else say(kind === "away" ? "away" : kind, outbox.waiting());
  tidy();
});

// A decision that came back is looked at again on the run it belongs to, and on no other.
const back = {
  again: async (entry) => {
    const opinion = openReturned(entry);
    if (!(await open(entry.item, opinion))) store.keep("returned", entry.name, entry);
    else table.notice(entry.changes.length ? `Changed since you looked: ${entry.changes.join(" ")} Look again, then submit.` : `It was not taken: ${entry.error}`, "error");
    showReturned(document.getElementById("returned"), back);
  },
};

let looking = 0;
function looked() {
  clearTimeout(looking);
  looking = setTimeout(() => document.body.dispatchEvent(new CustomEvent("looked")), 600);
}

async function undo() {
  if (!past || Date.now() - past.at > UNDO) return say("sent", "There is nothing to take back");
  const { table: before, kind, name } = past;
  if (kind === "decided") {
    const isUnsent = outbox.take(name);
    if (!isUnsent && !before.decision) return say("sent", "Just a moment: it is on its way");
    before.draft.reopen();
    if (isUnsent) before.draft.change(before.form.read());
  } else {
    const answer = await post(url(kind === "skipped" ? "unskip" : "take"), kind === "skipped" ? { hold: before.hold, token: before.token } : { item: Number(before.item), but: [] });
    if (!answer.ok) return say("refused", reason(answer));
    if (kind === "aside") before.lease(parsed(answer.html));
    before.draft.reopen({ hold: before.hold, token: before.token });
  }
  past = null;
  if (table && table !== before) ahead.unshift(table);
  before.isGone = false;
  before.lock(false);
  lay(before);
  if (before.decision) before.notice("You have decided this run. Change what you like and submit again, or go on.", "", ["Leave it as it is", () => next()]);
}

/** Ask why; null where the person thought better of it. */
function ask(title, words, yes) {
  const dialog = document.getElementById("ask");
  dialog.querySelector("#ask-title").textContent = title;
  dialog.querySelector("#ask-words").textContent = words;
  dialog.querySelector("#ask-yes").textContent = yes;
  const field = dialog.querySelector("[name=reason]");
  field.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? field.value : null), { once: true }));
}

async function give(kind, name, why) {
  const leaving = table;
  await leaving.draft.save();
  const answer = await post(url(name), { hold: leaving.hold, token: leaving.token, reason: why });
  if (!answer.ok) {
    leaving.notice(`Not done: ${reason(answer)}`, "error");
    return null;
  }
  if (kind) {
    leaving.draft.close();
    leaving.isGone = true;
    store.drop("last", setting.queue);
    past = { table: leaving, kind, at: Date.now() };
    note();
    say("sent", kind === "skipped" ? "Skipped" : "Put off to the end of your queue");
    await next();
    looked();
  }
  return answer;
}

const needsItem = (does) => () => table && !table.decision && !table.article.hasAttribute("data-locked") && does();

const skip = needsItem(async () => {
  const why = await ask("Skip this run?", "Somebody else decides it; it does not come back to you.", "Skip it");
  if (why !== null) give("skipped", "skip", why);
});
const aside = needsItem(() => give("aside", "aside", ""));
const flag = needsItem(async () => {
  const why = await ask("Ask for a second opinion?", "One more person decides it, too. You can still decide.", "Ask for it");
  if (why !== null && (await give("", "flag", why))) table.notice("A second opinion is asked for. You can still decide.");
});

async function peek() {
  if (!past?.decided) return;
  const dialog = document.getElementById("peek");
  const answer = await get(url("peek").replace("/0/", `/${past.table.item}/`));
  const body = document.getElementById("peek-body");
  if (answer.ok) body.replaceChildren(parsed(answer.html));
  else body.textContent = reason(answer);
  dialog.showModal();
}

// --- keys and clicks ---------------------------------------------------------------------------

const withTable = (does) => () => table && does(table);
const commands = {
  "step-back": () => go(-1),
  "step-on": () => go(1),
  "step-first": () => show(1),
  "step-last": () => show(last()),
  side: () => show(current(), viewed() === "after" ? "before" : "after"),
  both: () => show(current(), viewed() === "both" ? "before" : "both"),
  overlay,
  way: withTable(({ article }) => see(article, nextWay(article))),
  difference: withTable(({ article }) => tool(article, "difference") || see(article, article.dataset.wayNow === "compare" ? "film" : "compare")),
  zoom: withTable(({ article }) => tool(article, "zoom")),
  elements: withTable(({ article }) => tool(article, "elements")),
  play: withTable(({ article }) => tool(article, "play")),
  cut: withTable(({ article }) => tool(article, "crop")),
  "milestone-on": withTable((it) => to(it.form.walk(1))),
  "milestone-back": withTable((it) => to(it.form.walk(-1))),
  "evidence-on": withTable((it) => evidence(it, 1)),
  "evidence-back": withTable((it) => evidence(it, -1)),
  passed: withTable((it) => it.form.rule("passed")),
  failed: withTable((it) => it.form.rule("failed")),
  undecided: withTable((it) => it.form.rule("undecided")),
  "not-executable": withTable((it) => it.form.rule("not_executable")),
  unusable: withTable((it) => it.form.rule("unusable")),
  "failing-step": withTable((it) => it.form.fail(current())),
  achieved: withTable((it) => it.form.answer("achieved")),
  missed: withTable((it) => it.form.answer("missed")),
  unclear: withTable((it) => it.form.answer("unclear")),
  "milestone-add": withTable((it) => it.form.add(current())),
  "milestone-remove": withTable((it) => it.form.remove()),
  region: withTable(region),
  quote: withTable(quote),
  text: withTable((it) => it.form.field("text").focus()),
  comment: withTable(({ article }) => {
    talk(article);
    document.dispatchEvent(new CustomEvent("comment"));
  }),
  find: withTable(({ article }) => {
    article.querySelector(".find-menu").open = true;
    article.querySelector("#find-field").focus();
  }),
  save: withTable((it) => it.draft.save()),
  submit,
  undo,
  peek,
  skip,
  aside,
  flag,
  "look-again": () => next(),
};
for (const [name, does] of Object.entries(commands)) register(name, does);

// The stage's own tools are buttons on it.
function tool(article, name) {
  const button = article.querySelector(`[data-screen="${name}"]`);
  button?.click();
  return Boolean(button);
}

function to(step) {
  if (step) show(step, "after");
}

function evidence(it, by) {
  const all = [...it.article.querySelectorAll("#opinion :is(.refs, .chip) a[data-step]")];
  if (!all.length) return say("sent", "No evidence is marked yet");
  const at = all.findIndex((link) => link.hasAttribute("data-looked"));
  const link = all[(at + by + all.length) % all.length];
  all[at]?.removeAttribute("data-looked");
  link.setAttribute("data-looked", "");
  const details = link.closest("details");
  if (details) details.open = true;
  link.scrollIntoView({ block: "nearest" });
  show(Number(link.dataset.step), link.dataset.view ?? viewed());
}

async function region(it) {
  if (marking.isMarking()) return marking.cancel();
  if (it.article.dataset.wayNow !== "film") see(it.article, "film");
  await settled();
  const shot = [...it.article.querySelectorAll("#shots .shot")].findLast((each) => each.querySelector(".regions"));
  if (!shot) return it.notice("There is no screen here to mark.");
  const cell = it.article.querySelector(`#film a[data-step="${current()}"]`);
  const side = shot.dataset.side;
  const question = it.form.here;
  const button = it.article.querySelector("#marking");
  button.setAttribute("aria-pressed", "true");
  it.notice(`Drag over what proves ${question ? "the milestone" : "your ruling"}; or move it with arrows, size it with Shift, Enter takes it, Escape gives up.`);
  const box = await marking.mark(shot, (words) => (document.getElementById("saved").querySelector(".saved-words").textContent = words));
  button.setAttribute("aria-pressed", "false");
  it.hush();
  if (box) it.form.region(Number(cell.dataset[side]), box, current(), side, question);
}

function quote(it) {
  const selection = getSelection();
  const isOurs = selection.rangeCount && it.article.contains(selection.anchorNode) && !selection.isCollapsed;
  const thought = it.article.querySelector("#words :is(.thought:not(.faint), .claim)");
  const text = isOurs ? selection.toString() : thought?.textContent.replace(/^Agent’s thought: /, "");
  if (!text) return it.notice("There are no words in this step to quote. Select some, or go to a step with some.");
  it.form.quote(text, current());
}

document.addEventListener("wanted", (event) => table && (event.detail === "mark" ? region(table) : quote(table)));
document.addEventListener("chosen", (event) => event.detail.dataset.at && show(Number(event.detail.dataset.at), "after"));
document.addEventListener("stepped", marking.cancel);
document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-set-way]");
  if (link) {
    event.preventDefault();
    if (table) see(table.article, link.dataset.setWay);
  }
  if (event.target.closest("[data-leave-chain]") && table) see(table.article, "film");
});
for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => (touched = Date.now()), { capture: true, passive: true });

// --- coming and going --------------------------------------------------------------------------

elsewhere.listen(lost);
addEventListener("pagehide", leave);
addEventListener("beforeunload", elsewhere.part);
addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("visibilitychange", () => {
  const isSeen = document.visibilityState === "visible";
  table?.watch(isSeen);
  if (isSeen) {
    touched = Date.now();
    renew();
    outbox.flush();
  } else {
    table?.draft.save();
    outbox.flush();
  }
});
addEventListener("online", () => {
  renew();
  table?.draft.save();
  if (!table && seat.querySelector(".end:not([data-end])")) start();
});
document.body.addEventListener("changed", () => {
  if (!table && seat.querySelector('[data-end="empty"], [data-end="waiting"]')) next();
});
setInterval(renew, RENEW);
showReturned(document.getElementById("returned"), back);
outbox.flush();
start();
