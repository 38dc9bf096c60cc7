// The first run stands in the page, unless this device has runs that the server cannot know of. Then
// it is asked for as soon as this little has come, beside all else that the page loads.

import { picture } from "../pictures.js";
import * as elsewhere from "./elsewhere.js";
import * as outbox from "./outbox.js";
import * as store from "./store.js";
import { parsed, post } from "./wire.js";

export const setting = JSON.parse(document.getElementById("room").textContent);
const sent = new Map(); // what was asked for -> the promise of its answer

store.belongTo(setting.user, setting.own);
elsewhere.join(setting.user);

/** The run that this device worked on last in this queue. */
export const lastItem = () => store.kept("last", setting.queue)?.item;

/** Ask for a run: the next one, or `{ item }`. What was asked for early is asked for once. */
export function ask(asked, but) {
  const name = JSON.stringify(asked);
  const early = sent.get(name);
  sent.delete(name);
  return early ?? fetched(asked, but);
}

async function fetched(asked, but) {
  const answer = await post(setting.urls.take, { but, ...asked });
  if (!answer.ok) return answer;
  const article = parsed(answer.html);
  const shown = article.querySelector("#shots img");
  if (shown) picture(shown.getAttribute("src"));
  return { ...answer, article };
}

// Only what is going to be asked for in any case: with other tabs about, that is not known yet.
function begin() {
  if (setting.item || elsewhere.others().length) return;
  const item = new URLSearchParams(location.search).get("item") ?? lastItem();
  const asked = item ? { item: Number(item) } : {};
  sent.set(JSON.stringify(asked), fetched(asked, outbox.items().map(Number)));
}

begin();
