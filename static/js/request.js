// One request that tells how far its body is and can be called off.

/** Resolves with the answer, or with status 0 where none came. */
export function request(method, url, { headers = {}, body = null, told = () => {}, signal } = {}) {
  return new Promise((resolve) => {
    const sent = new XMLHttpRequest();
    sent.open(method, url);
    for (const [name, value] of Object.entries({ Accept: "application/json", ...headers })) sent.setRequestHeader(name, value);
    sent.upload.addEventListener("progress", (event) => told(event.loaded));
    sent.addEventListener("loadend", () => {
      // A page instead of an answer: the way led to the login.
      const isPage = (sent.getResponseHeader("Content-Type") ?? "").startsWith("text/html");
      resolve({ status: sent.status, signedOut: isPage && sent.status === 200, text: sent.responseText, header: (name) => sent.getResponseHeader(name) });
    });
    signal?.addEventListener("abort", () => sent.abort());
    if (signal?.aborted) resolve({ status: 0, text: "", header: () => null });
    else sent.send(body);
  });
}

/** The sentence of a refusal. */
export function why({ status, text }) {
  if (status === 403) return "this page is too old; reload it, then go on";
  try {
    return JSON.parse(text).error;
  } catch {
    return text && text.length < 600 && !text.includes("<") ? text : `the server refused it (${status})`;
  }
}
