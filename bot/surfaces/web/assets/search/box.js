// A search box: <form data-search="search.bin" data-to="e/{slug}/" hidden> with an input, a [role=status] and a list.
// While one types, the nearest questions are listed; Enter opens the answer, or says that there is none. A server
// (data-match) is asked for nothing but the settings that the question names.

import { decide } from "./decide.js";
import { load } from "./index.js";

const SHOWN = 3;
const PAUSE = 120; // ms without a key before the list changes
const PATIENCE = 3000; // ms for a server to read the settings
const SAYS = {
  loading: "Getting ready …",
  typing: "Nearest questions:",
  suggest: "Did you mean one of these?",
  decline: "I do not know that. The nearest questions that I can answer are:",
  failed: "The search could not be loaded. Check your connection, or browse the questions.",
};

/** Bring a form to life. Its index is fetched when the box is first entered, not before. */
export function enhance(form) {
  const [input, status, list] = ["input", "[role=status]", "ol"].map((name) => form.querySelector(name));
  let index;
  let waiting;

  const ready = () => {
    status.textContent ||= SAYS.loading;
    index ??= load(form.dataset.search).finally(() => {
      if (status.textContent === SAYS.loading) status.textContent = "";
    });
    return index.catch((error) => {
      index = undefined; // the next key tries again
      show(SAYS.failed, []);
      throw error;
    });
  };

  const show = (says, found) => {
    if (status.textContent !== says) status.textContent = says;
    list.replaceChildren(...found);
    form.dispatchEvent(new Event("results"));
  };

  const link = (titles) => ({ slug }) => {
    const anchor = document.createElement("a");
    anchor.href = addressOf(slug);
    anchor.textContent = titles[slug];
    const item = document.createElement("li");
    item.append(anchor);
    return item;
  };

  const addressOf = (slug, query = "") => {
    const [settings, point = ""] = query.split("#");
    const after = form.dataset.after ?? "";
    return form.dataset.to.replace("{slug}", slug) + settings + after + (point && !after.includes("#") ? `#${point}` : "");
  };

  /** The settings that a question names and the points that it asks, as a server reads them:
   * "?hidden=2#one-unit+why-three"; empty where none is asked in time. */
  const settingsIn = async (question, slug) => {
    if (!form.dataset.match) return "";
    const response = await fetch(form.dataset.match, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ question }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const { entry, params, seed, points = [] } = response.ok ? await response.json() : {};
    if (entry !== slug) return "";
    const settings = new URLSearchParams(seed === null ? params : { ...params, seed });
    return (String(settings) && `?${settings}`) + (points.length ? `#${points.map(({ id }) => id).join("+")}` : "");
  };

  const answer = async (final) => {
    const question = input.value.trim();
    if (!question) return show("", []);
    const { titles, ...rest } = await ready();
    if (input.value.trim() !== question) return; // typed on while the index came
    const decision = decide(rest, question);
    const here = decision.ranked.filter(({ slug }) => Object.hasOwn(titles, slug)); // a site may hold some entries only
    const kind = decision.kind === "answer" && here[0] !== decision.ranked[0] ? "suggest" : decision.kind;
    const found = here.slice(0, SHOWN).map(link(titles));
    if (!final) return show(decision.outside === "empty" ? "" : SAYS.typing, found);
    show(decision.says ?? SAYS[kind] ?? "", found);
    if (kind !== "answer") return;
    remember(here[0].slug, decision.beside.filter(({ slug }) => Object.hasOwn(titles, slug))
      .map(({ slug }) => ({ href: new URL(addressOf(slug), location.href).href, title: titles[slug] })));
    location.assign(addressOf(here[0].slug, await settingsIn(question, here[0].slug).catch(() => "")));
  };

  const quietly = (final) => answer(final).catch((error) => console.warn(String(error)));
  input.addEventListener("focus", () => ready().catch(() => {}), { once: true });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(quietly, PAUSE, false);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    quietly(true);
  });
  form.hidden = false;
  return { ask: (question) => ((input.value = question), quietly(true)) };
}

/** For the page that opens next: what else the question may mean. */
function remember(slug, beside) {
  try {
    sessionStorage.setItem("beside", JSON.stringify(beside.length ? { slug, beside } : null));
  } catch (error) { // a sandboxed frame has no storage
    console.info(String(error));
  }
}

document.querySelectorAll("form[data-search]").forEach((form) => {
  const box = enhance(form);
  const asked = () => new URLSearchParams(location.hash.slice(1)).get("q");
  const answerTheAddress = () => asked() && box.ask(asked());
  addEventListener("hashchange", answerTheAddress);
  answerTheAddress();
});
