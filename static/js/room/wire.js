// Requests of the room. None of them throws: an answer says whether it came, and what it was.

const PATIENCE = 20000; // ms until a silent server counts as away

/** The token that proves a request comes from our own page; signing in anew changes it. */
export const csrf = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

async function ask(url, options) {
  try {
    const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE) });
    const type = answer.headers.get("Content-Type") ?? "";
    const signedOut = answer.redirected && new URL(answer.url).pathname.startsWith("/login");
    const data = type.startsWith("application/json") ? await answer.json() : null;
    const html = data ? "" : await answer.text();
    // A proxy in front of a dead server answers too, with its own page.
    const away = answer.status === 429 || answer.status >= 500;
    return { status: answer.status, ok: answer.ok && !signedOut, away, signedOut, data, html };
  } catch {
    return { status: 0, ok: false, away: true, signedOut: false, data: null, html: "" };
  }
}

/** Send JSON. */
export const post = (url, body = {}) =>
  ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), "X-Room": "1" },
    body: JSON.stringify(body),
  });

/** Fetch a fragment. */
export const get = (url) => ask(url, { headers: { "X-Room": "1" } });

/** Say something while the page closes; nobody hears the answer. */
export function beacon(url, body) {
  const form = new FormData();
  form.append("csrfmiddlewaretoken", csrf());
  form.append("body", JSON.stringify(body));
  navigator.sendBeacon(url, form);
}

/** The element that a fragment is. */
export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return document.adoptNode(template.content.firstElementChild);
}

/** The sentence of a refusal. */
export function reason({ status, data, signedOut }) {
  if (signedOut) return "You are signed out. Sign in in another tab, then go on here.";
  if (data?.error) return data.error;
  if (status === 0) return "No connection to the server.";
  if (status === 403) return "The server refused it: you may not, or this page is too old. Reload it.";
  return status === 404 ? "It is not there any more." : `The server could not do it (${status}).`;
}
