// Ask a Neuron in any page: <ask-neuron entry="dead-relu" seed="7"></ask-neuron>, or a script tag with data- attributes.
// Everything is drawn in a shadow root; explanations and the chat run in frames of the host that this file comes from.
(() => {
  "use strict";
  const chat = typeof CHAT === "string" ? CHAT : null; // CHAT is put before this file by whoever serves it
  /** @type {any} */
  const script = document.currentScript ?? document.querySelector('script[src*="widget.js"]');
  const BASE = new URL(".", script.src);
  const TAG = "ask-neuron";
  const MODES = ["card", "bubble", "ask"];
  const SLUG = /^[a-z0-9]+([-.][a-z0-9]+)*$/;
  const OURS = ["entry", "seed", "point", "mode", "theme", "lang", "label", "side"];
  const NO_SETTING = /^(id|class|style|title|slot|part|role|dir|is|nonce|inert|translate|tabindex|(data|aria|on).*)$/;
  const SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox";
  const [MOST_SETTINGS, LONGEST_VALUE, LONGEST_QUESTION, TALLEST] = [16, 40, 2000, 6000];
  const PATIENCE = 3000; // ms after a frame has loaded in which it must say how tall it is

  const KEYS = ["invites", "ask", "yours", "close", "answer", "nothing", "open", "explanation"];
  const WORDS = {
    en: ["Ask about neural networks", "Ask", "Your question", "Close", "Answer", "There is no explanation to show here.",
      "Open Ask a Neuron", "Explanation"],
    de: ["Frag nach neuronalen Netzen", "Fragen", "Deine Frage", "Schließen", "Antwort", "Hier gibt es keine Erklärung.",
      "Ask a Neuron öffnen", "Erklärung"],
    es: ["Pregunta sobre redes neuronales", "Preguntar", "Tu pregunta", "Cerrar", "Respuesta",
      "No hay ninguna explicación que mostrar aquí.", "Abrir Ask a Neuron", "Explicación"],
    fr: ["Une question sur les réseaux de neurones", "Demander", "Votre question", "Fermer", "Réponse",
      "Il n’y a pas d’explication à montrer ici.", "Ouvrir Ask a Neuron", "Explication"],
    pt: ["Pergunte sobre redes neurais", "Perguntar", "Sua pergunta", "Fechar", "Resposta",
      "Não há explicação para mostrar aqui.", "Abrir Ask a Neuron", "Explicação"],
    zh: ["询问神经网络", "提问", "你的问题", "关闭", "回答", "这里没有可显示的解释。", "打开 Ask a Neuron", "解释"],
  };
  const wordsOf = (language) => {
    const found = WORDS[language.split("-")[0]] ?? WORDS.en;
    return Object.fromEntries(KEYS.map((key, number) => [key, found[number]]));
  };

  // Lengths in em: rem would follow the page's own font size.
  const STYLE = `
    :host { display: block !important; flex: 1 1 100%; margin-block: 16px }
    :host([mode=bubble]) { margin: 0 }
    :host([hidden=""]), :host([hidden="until-found"]) { display: none !important }
    .root { all: initial; display: block; direction: ltr; font: 16px/1.5 system-ui, sans-serif; color: var(--text); color-scheme: light;
      ${COLOURS.light} }
    .dark { color-scheme: dark; ${COLOURS.dark} }
    * { box-sizing: border-box }
    iframe { display: block; width: 100%; height: 12em; border: 0; border-radius: 10px; color-scheme: inherit }
    p, form { margin: 0; padding: 1em; border: 1px solid var(--border); border-radius: 10px; background: var(--background) }
    form { display: grid; grid-template-columns: 1fr auto; gap: .5em }
    form + * { margin-top: .5em }
    label { grid-column: 1 / -1; font-weight: 600 }
    input, button { font: inherit }
    input { min-width: 0; padding: .5em .7em; border: 1px solid var(--border); border-radius: 8px; color: inherit;
      background: transparent }
    button { padding: .5em 1em; border: 0; border-radius: 8px; background: var(--primary); color: var(--on-primary);
      font-weight: 600; cursor: pointer }
    a { color: var(--link) }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
    .open, dialog { position: fixed; inset: auto 1em 1em auto; margin: 0 }
    .open { z-index: 2147483000; border-radius: 2em; max-width: calc(100vw - 2em); box-shadow: 0 4px 16px var(--shadow) }
    .open.left, dialog.left { inset: auto auto 1em 1em }
    dialog { width: min(27em, 100vw - 2em); height: min(42em, 100dvh - 2em); padding: 0;
      border: 1px solid var(--border); border-radius: 12px; background: var(--background); color: inherit; overflow: hidden;
      box-shadow: 0 8px 32px var(--shadow) }
    dialog[open] { display: flex; flex-direction: column }
    dialog::backdrop { background: color-mix(in srgb, black 20%, transparent) }
    dialog iframe { flex: 1; height: auto; border-radius: 0 }
    header { display: flex; align-items: center; justify-content: space-between; padding: .5em .5em .5em 1em;
      border-bottom: 1px solid var(--border); font-weight: 600 }
    header button { background: transparent; color: inherit; font-size: 1.2em; line-height: 1; padding: .5em .7em }
    @media (max-width: 480px) { dialog, dialog.left { inset: 0; width: 100vw; height: 100dvh; max-width: none;
      max-height: none; border: 0; border-radius: 0 } }
    @media print { .open { display: none } }`;

  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  /** Whether an element stands on dark ground: its text is light. Where that cannot be told, what the reader prefers. */
  const isDark = (place) => {
    const { color } = getComputedStyle(place);
    const [red, green, blue] = (color.match(/^rgba?\((.*)\)$/)?.[1] ?? "").split(/[ ,/]+/).map(Number);
    if (blue === undefined) return matchMedia("(prefers-color-scheme: dark)").matches;
    return 0.3 * red + 0.6 * green + 0.1 * blue > 140;
  };

  class AskNeuron extends HTMLElement {
    connectedCallback() {
      if (!this.root) this.build();
      else this.float();
      addEventListener("message", this.heard);
      this.preference.addEventListener("change", this.dress);
      const attributes = { attributeFilter: ["class", "style", "theme", "data-theme", "data-md-color-scheme"] };
      for (const place of [document.documentElement, document.body, this]) this.observer.observe(place, attributes);
      this.changes.observe(this, { attributes: true });
      this.dress();
    }

    disconnectedCallback() {
      removeEventListener("message", this.heard);
      this.preference.removeEventListener("change", this.dress);
      this.observer.disconnect();
      this.changes.disconnect();
    }

    build() {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.root = element("div", { className: "root" });
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet]; // a style element would need the page's CSP to allow it
      shadow.append(this.root);
      this.heard = (event) => this.hear(event);
      this.dress = () => this.follow();
      this.preference = matchMedia("(prefers-color-scheme: dark)");
      this.observer = new MutationObserver(() => [0, 400].forEach((wait) => setTimeout(this.dress, wait)));
      this.changes = new MutationObserver((records) => this.renew(records));
      this.language = (this.closest("[lang]")?.lang || navigator.language).toLowerCase();
      this.words = wordsOf(this.language);
      this.dress();
      const mode = this.getAttribute("mode") ?? (this.hasAttribute("entry") ? "card" : "bubble");
      this.mode = MODES.includes(mode) ? mode : "card";
      this[this.mode]();
    }

    /** Put on the colours of the page around it. */
    follow() {
      const wanted = this.getAttribute("theme");
      const place = this.parentElement ?? this.getRootNode().host ?? document.documentElement;
      const theme = ["light", "dark"].includes(wanted) ? wanted : isDark(place) ? "dark" : "light";
      if (theme === this.theme) return;
      this.theme = theme;
      this.root.classList.toggle("dark", theme === "dark");
      if (this.answered) this.frame.contentWindow?.postMessage({ to: TAG, theme }, this.target);
    }

    /** Another explanation or other settings: what is open shows them. Frameworks set attributes one by one. */
    renew(records) {
      const own = OURS.filter((name) => !["entry", "seed", "point"].includes(name));
      const asks = ({ attributeName: name }) => !own.includes(name) && !NO_SETTING.test(name);
      if (this.mode !== "card" || !records.some(asks)) return;
      if (this.asked === `embed/${this.slug}/?${new URLSearchParams(this.settings)}#${this.points.point ?? ""}`) return;
      for (const said of this.root.querySelectorAll("p")) said.remove();
      this.card();
    }

    get slug() {
      const slug = this.getAttribute("entry") ?? "";
      return SLUG.test(slug) && slug.length <= 80 ? slug : "";
    }

    /** The settings among the attributes, bounded; the page in the frame judges them. */
    get settings() {
      const found = [];
      for (const { name, value } of [...this.attributes].slice(0, 64)) {
        const setting = name.replace(/^set-/, "").replaceAll("-", "_");
        if (OURS.includes(name) || NO_SETTING.test(name) || !/^[a-z][a-z0-9_]{0,39}$/.test(setting)) continue;
        if (value && value.length <= LONGEST_VALUE) found.push([setting, value]);
      }
      const seed = this.getAttribute("seed") ?? "";
      return found.slice(0, MOST_SETTINGS).concat(/^\d{1,15}$/.test(seed) ? [["seed", seed]] : []);
    }

    /** The points that are said first, as an address has them. */
    get points() {
      const names = (this.getAttribute("point") ?? "").match(/[a-z0-9-]+/g)?.slice(0, 2).join(" ").slice(0, 90);
      return names ? { point: names } : {};
    }

    card() {
      if (this.slug) this.show(`embed/${this.slug}/`, this.settings, this.words.explanation, this.points);
      else this.apologise();
    }

    ask() {
      const input = element("input", { id: "question", maxLength: LONGEST_QUESTION, required: true });
      input.autocomplete = "off";
      const label = element("label", { htmlFor: "question" }, this.getAttribute("label") || this.words.invites);
      const form = element("form", {}, label, input, element("button", {}, this.words.ask));
      input.placeholder = this.words.yours;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.show("embed/ask/", [], this.words.answer, { in: "box", q: input.value.trim() });
      });
      this.root.append(form);
    }

    bubble() {
      const side = this.getAttribute("side") === "left" ? " left" : "";
      const button = element("button", { className: "open" + side, type: "button" },
        this.getAttribute("label") || this.words.invites);
      button.setAttribute("aria-haspopup", "dialog");
      const close = element("button", { type: "button" }, "✕");
      close.setAttribute("aria-label", this.words.close);
      this.panel = element("dialog", { className: side.trim() }, element("header", {}, this.words.invites, close));
      this.panel.setAttribute("aria-label", this.words.invites);
      close.addEventListener("click", () => this.panel.close());
      this.panel.addEventListener("click", (event) => event.target === this.panel && this.panel.close());
      button.addEventListener("click", () => {
        if (!this.frame) this.openChat();
        this.panel.showModal(); // keeps the focus inside, closes at Escape, gives the focus back
      });
      this.root.append(button, this.panel);
      this.button = button;
      this.float();
    }

    /** Lift the button above everything, whatever the page does to the widget's ancestors. */
    float() {
      if (!this.button?.showPopover) return;
      this.button.popover = "manual";
      this.button.showPopover();
    }

    openChat() {
      const settings = this.slug ? this.settings : [];
      const page = `embed/${this.slug || "ask"}/`;
      if (chat === null) return this.show(page, settings, this.words.invites, { in: "panel", ...this.points });
      const entry = this.slug ? Object.entries({ entry: this.slug, ...this.points }) : [];
      const embedded = [["embed", "true"], ["embed_options", `${this.theme}_theme`]];
      this.show(chat, [...entry, ...settings, ...embedded], this.words.invites);
    }

    /** Show a page of ours in the frame. What only this page and the frame need to know goes after the #. */
    show(path, settings, title, more = {}) {
      const address = new URL(path, BASE);
      this.asked = `${path}?${new URLSearchParams(settings)}#${more.point ?? ""}`;
      address.search = `${new URLSearchParams(settings)}`;
      address.hash = `${new URLSearchParams({ ...more, theme: this.theme, lang: this.language, host: self.origin })}`;
      if (!this.frame) {
        const loading = more.in ? "eager" : "lazy"; // what the reader has asked for comes at once, in view or not
        this.frame = element("iframe", { title, loading, referrerPolicy: "no-referrer" });
        this.frame.setAttribute("sandbox", SANDBOX);
        this.frame.allow = "clipboard-write";
        if (!this.panel) this.frame.addEventListener("load", () => setTimeout(() => this.check(), PATIENCE));
        if (this.mode === "card") this.frame.style.height = this.likelyHeight; // so that the text below hardly moves later
        this.frame.src = address;
        (this.panel ?? this.root).append(this.frame);
      } else this.frame.src = address;
      this.origin = address.origin;
    }

    /** How tall a card of this width usually is; it says itself how tall it came out. */
    get likelyHeight() {
      return `${Math.round(200 + 245000 / Math.max(this.root.clientWidth || 704, 280))}px`;
    }

    /** Where this page is sandboxed without an origin, so are the frames in it: then who speaks must do. */
    get target() {
      return self.origin === "null" ? "*" : this.origin;
    }

    hear({ source, origin, data }) {
      if (!this.frame || source !== this.frame.contentWindow || data?.from !== TAG) return;
      if (origin !== this.origin && !(origin === "null" && self.origin === "null")) return;
      this.answered = true;
      if (data.close && this.panel) this.panel.close();
      if (!this.panel && Number.isFinite(data.height)) {
        this.frame.style.height = `${Math.min(Math.max(data.height, 40), TALLEST)}px`;
      }
    }

    check() {
      if (this.answered || !this.isConnected) return;
      this.frame.remove();
      this.frame = null;
      this.apologise();
    }

    apologise() {
      console.warn(`Ask a Neuron: ${BASE.origin} did not answer in its frame. If it refuses to be framed here, whoever runs it ` +
        `adds ${self.origin} to ASK_NEURON_FRAME_ANCESTORS and starts it again.`);
      const link = element("a", { href: BASE.href, target: "_blank", rel: "noopener" }, this.words.open);
      this.root.append(element("p", {}, this.words.nothing, " ", link));
    }
  }

  if (!customElements.get(TAG)) customElements.define(TAG, AskNeuron);

  const given = [...script.attributes].filter(({ name }) => name.startsWith("data-"));
  const known = given.filter(({ name }) => OURS.includes(name.slice(5)) || /^data-set-[a-z][\w-]*$/.test(name));
  if (!known.length) return;
  const widget = document.createElement(TAG);
  for (const { name, value } of known) widget.setAttribute(name.slice(5), value);
  if (!script.closest("head")) script.after(widget);
  else if (document.body) document.body.append(widget);
  else addEventListener("DOMContentLoaded", () => document.body.append(widget));
})();
