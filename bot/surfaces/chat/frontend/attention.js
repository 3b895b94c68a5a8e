// Scrolls to a new turn, and says for screen readers what was answered; the page itself has no live region.

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

export default function attend({ data }) {
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
