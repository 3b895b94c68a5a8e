// What anywidget calls to show the player in an output; `mount` stands above, in the player itself.

/** "dark" or "light", by the ground that the output stands on: notebooks each say it in a way of their own. */
function themeAround(element) {
  for (let at = element; at; at = at.parentElement) {
    const [red, green, blue, opacity = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    if (opacity > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? "dark" : "light";
  }
  return "light";
}

function render({ model, el }) {
  el.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab's keys stay out of the player
  const keep = (event) => event.stopPropagation(); // and so do those of the classic notebook
  el.addEventListener("keydown", keep);
  let handle;
  const recolour = () => handle.setTheme(themeAround(el));
  const play = () => {
    handle?.destroy();
    const home = document.createElement("div");
    el.replaceChildren(home);
    handle = mount(home, model.get("recording"), { theme: themeAround(el) });
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
    handle.destroy();
  };
}

export default { render };
