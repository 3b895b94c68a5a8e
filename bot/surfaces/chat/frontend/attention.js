// Scrolls to a new turn, and says for screen readers what was answered; the page itself has no live region.

const KEPT = "ask-neuron-conversation";
let attending = false; // whether this page's first drawing is over
const HIDDEN = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";

function liveRegion() {
  const found = document.getElementById("ask-neuron-log");
  if (found) return found;
  const log = document.createElement("div");
  log.id = "ask-neuron-log";
  log.setAttribute("role", "log");
  log.setAttribute("aria-live", "polite");
  log.style.cssText = HIDDEN;
  document.body.append(log);
  return log;
}

/** A reload begins a new session: what the tab kept of the conversation is handed over once, and then kept anew. */
function keep({ keep: text, asks }, hand) {
  const first = !attending;
  attending = true;
  try {
    const before = sessionStorage.getItem(KEPT), how = performance.getEntriesByType("navigation")[0];
    if (first && asks && before && !(how instanceof PerformanceNavigationTiming && how.type === "navigate")) hand(before);
    else if (text) sessionStorage.setItem(KEPT, text);
    else if (first || !asks) sessionStorage.removeItem(KEPT);
  } catch (error) { // a sandboxed frame has no storage
    console.info(String(error));
  }
}

export default function attend({ data, setTriggerValue }) {
  keep(data, (text) => setTriggerValue("kept", text));
  const log = liveRegion();
  if (data.say && log.lastChild?.textContent !== data.say) {
    const line = document.createElement("p");
    line.textContent = data.say;
    log.append(line);
  }
  if (data.turn !== null && log.dataset.turn !== data.turn) {
    log.dataset.turn = data.turn;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const turn = document.querySelector(`.st-key-${data.turn}`);
    const look = () => turn?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
    for (const wait of [50, 500]) setTimeout(look, wait); // again when the controls above are gone
  }
}
