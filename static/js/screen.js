// What one can do with a recorded screen. A page that puts another stage into the document calls
// `init` again: keys and pointers are listened for once, whatever stage is there.

import { init as changes } from "./screen/changes.js";
import "./screen/crop.js";
import { init as find } from "./screen/find.js";
import { init as inspect } from "./screen/inspect.js";
import "./screen/play.js";
import { refresh, stage } from "./screen/shots.js";
import { init as zoom } from "./screen/zoom.js";

/** Take in the stage that is in the document now. */
export function init() {
  if (!stage()) return;
  zoom();
  refresh();
  changes();
  inspect();
  find();
}

init();
document.addEventListener("staged", init);
