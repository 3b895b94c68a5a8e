// What anywidget calls to show the player in an output; `mount` stands above, in the player itself.

/** "dark" or "light", by the ground that the output stands on: notebooks each say it in a way of their own. */
function themeAround(element) {
  for (let at = element; at; at = at.parentElement) {
    const [red, green, blue, opacity = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    if (opacity > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
  }
  return "light";
}

const WAIT = 100, TRIES = 20; // milliseconds between looks for the text, which may be set after the player

/** The lines of the claims in the text above, where the notebook has set it in the same document; else null. */
function linesAbove(el, count) {
  const lines = el.closest(".jp-OutputArea, .output_wrapper")?.querySelectorAll("li") ?? [];
  const found = [...lines].filter((line) => !el.contains(line) && /^[✓✗]/.test(line.textContent.trim()));
  return found.length === count ? found : null;
}

/** The claims as lines of the player's own. */
function linesBelow(claims, player) {
  const list = document.createElement("ul");
  list.className = "nrn-claims";
  for (const { says, mark, evidence } of claims) {
    const line = document.createElement("li"), count = document.createElement("small");
    count.textContent = evidence;
    line.append(`${mark} ${says} `, count);
    list.append(line);
  }
  player.querySelector(".nrn-more").before(list);
  return list.children;
}

/** Pointing at a claim, tabbing to it or tapping it lights what it speaks of. Gives a function that stops it. */
function follow(el, handle, claims) {
  let waiting = 0, tries = 0, stop = () => {};
  const look = () => {
    const above = linesAbove(el, claims.length);
    if (!above && tries++ < TRIES) return void (waiting = setTimeout(look, WAIT));
    const lines = [...(above ?? linesBelow(claims, handle.element))];
    for (const line of lines) line.setAttribute("data-lm-suppress-shortcuts", "true"); // Enter is not the cell's
    stop = handle.follow(lines.map((line, i) => [line, claims[i].about]));
  };
  if (handle.ok && claims.length) look();
  return () => {
    clearTimeout(waiting);
    stop();
  };
}

function render({ model, el }) {
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's keys stay out of the player
  const keep = (event) => event.stopPropagation(); // and so do those of the classic notebook
  el.addEventListener("keydown", keep);
  let handle, unfollow;
  const recolour = () => handle.setTheme(themeAround(el));
  const play = () => {
    unfollow?.();
    handle?.destroy();
    const home = document.createElement("div");
    el.replaceChildren(home);
    handle = mount(home, model.get("recording"), { theme: themeAround(el) });
    if (model.get("selected")) handle.select(model.get("selected"));
    unfollow = follow(el, handle, model.get("claims") ?? []);
    requestAnimationFrame(recolour); // the output may have been put on the page only now
  };
  const themes = new MutationObserver(recolour);
  for (const node of [document.documentElement, document.body]) themes.observe(node, { attributes: true });
  model.on("change:recording", play);
  play();
  return () => {
    themes.disconnect();
    model.off("change:recording", play);
    el.removeEventListener("keydown", keep);
    unfollow();
    handle.destroy();
  };
}

export default { render };
