// What concerns the person who is signed in: a hint becomes the event `noticed`, for which the
// bell and the list of notices wait.

import { listen } from "./socket.js";

const bell = document.querySelector("[data-me]");
const announce = () => document.body.dispatchEvent(new CustomEvent("noticed"));

if (bell) listen(bell.dataset.me, { told: announce, opened: (again) => again && announce() });
