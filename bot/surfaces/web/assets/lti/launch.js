// The second leg of a launch: opens what was asked for if this browser began it, else says that it did not.

import { recall } from "./kept.js";

const { value, ...place } = JSON.parse(document.getElementById("told").textContent);

if ((await recall(place)) === value) /** @type {HTMLFormElement} */ (document.getElementById("open")).submit();
else {
  document.getElementById("wait").hidden = true;
  document.getElementById("other").hidden = false;
}
