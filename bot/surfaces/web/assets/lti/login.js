// The first leg of a launch: remembers its state, and goes on to the platform; or opens a window where that works.

import { keep } from "./kept.js";

const { value, to, again, ...place } = JSON.parse(document.getElementById("told").textContent);

if (await keep(place, value)) location.replace(to);
else {
  const link = /** @type {HTMLAnchorElement} */ (document.getElementById("again"));
  document.getElementById("wait").hidden = true;
  document.getElementById("kept").hidden = false;
  link.href = again;
  link.hidden = !again;
}
