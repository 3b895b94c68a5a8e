// Loaded in the head of every page that stands in a frame of widget.js: colours, language, height, and one key.
// After the # of its address the widget says: theme, lang, host (its page's origin), what the
// frame stands in (panel, or below a question box), a question q, and the points that a card says first (point=one+other,
// or just #one+other).
(() => {
  "use strict";
  const TAG = "ask-neuron";
  const given = new URLSearchParams(location.hash.slice(1));
  const host = given.get("host") ?? "";
  const root = document.documentElement;
  const framed = parent !== window;
  const SAYS = {
    de: { work: "Das Netz bei der Arbeit", more: "Die ganze Erklärung", ask: "Eine andere Frage", find: "Fragen" },
    es: { work: "La red en acción", more: "La explicación completa", ask: "Otra pregunta", find: "Preguntar" },
    fr: { work: "Le réseau au travail", more: "L’explication complète", ask: "Une autre question", find: "Demander" },
    pt: { work: "A rede em ação", more: "A explicação completa", ask: "Outra pergunta", find: "Perguntar" },
    zh: { work: "看网络如何工作", more: "完整解释", ask: "换个问题", find: "提问" },
  };

  let player = null;
  const dress = (theme) => {
    if (theme !== "light" && theme !== "dark") return;
    root.dataset.theme = theme;
    player?.setTheme(theme);
  };

  /** What the widget may know is no secret: a height, and that Escape was pressed. */
  const tell = (message) => {
    if (!framed) return;
    const target = /^https?:\/\/[^/]+$/.test(host) ? host : "*"; // a page without an origin cannot be named
    parent.postMessage({ from: TAG, ...message }, target);
  };

  const tellHeight = () => {
    const { marginTop, marginBottom } = getComputedStyle(document.body);
    const around = parseFloat(marginTop) + parseFloat(marginBottom);
    const height = Math.ceil(document.body.getBoundingClientRect().height + around);
    tell({ height });
    if (framed) parent.postMessage({ subject: "lti.frameResize", height }, "*"); // what course platforms listen to
  };

  const sayPoints = async () => {
    const place = document.getElementById("point"), hash = location.hash.slice(1);
    const names = (hash.includes("=") ? new URLSearchParams(hash).get("point") ?? "" : hash).match(/[a-z0-9-]+/g) ?? [];
    if (!place || (place.hidden && !names.length)) return;
    const { say } = await import(new URL(place.dataset.script, location.href).href);
    await say(place, names);
  };

  dress(given.get("theme"));
  root.dataset.in = given.get("in") ?? "";
  addEventListener("message", ({ source, origin, data }) => {
    if (source === parent && origin === host && data?.to === TAG) dress(data.theme);
  });
  addEventListener("keydown", ({ key }) => key === "Escape" && tell({ close: true }));
  addEventListener("hashchange", sayPoints);
  document.addEventListener("DOMContentLoaded", () => {
    for (const own of ["q", "point"]) given.delete(own);
    sayPoints();
    for (const link of document.querySelectorAll("a[data-here]")) link.hash = `#${given}`;
    for (const form of document.querySelectorAll("form[data-search]")) form.dataset.after = `#${given}`;
    const says = SAYS[(given.get("lang") ?? "").split("-")[0]] ?? {};
    for (const place of document.querySelectorAll("[data-say]")) {
      place.textContent = says[place.dataset.say] ?? place.textContent;
    }
    const work = document.getElementById("work");
    const open = async () => {
      work.querySelector("[role=status]").textContent = "Loading …";
      const { play } = await import(new URL(work.dataset.play, location.href).href);
      player = await play(work, root.dataset.theme);
    };
    work?.addEventListener("toggle", open, { once: true });
    const example = document.querySelector("details[data-script]");
    example?.addEventListener("toggle", () => import(new URL(example.dataset.script, location.href).href), { once: true });
    new ResizeObserver(tellHeight).observe(document.body);
    tellHeight();
  });
})();
