// A search box: <form data-search="search.bin" data-asks="asks.bin" data-to="e/{slug}/" hidden> with an input, a
// [role=status] and a list. While one types, the nearest questions are listed; Enter opens the answer, at the point that
// was asked, or says that there is none. A server (data-match) is asked for nothing but the settings that the question
// names and the points that it asks in other words.

import { load as loadAsks, pointIn } from "./asks.js";
import { decide } from "./decide.js";
import { load } from "./index.js";
import { correct } from "./spelling.js";

const SHOWN = 3;
const NEAREST = 3; // of the entries, among whose points one counts that is asked in nearly its words
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

  /** The points' ways to ask; null where they cannot be had, for the search goes without. */
  const asks = () => loadAsks(form.dataset.asks).catch((error) => (console.warn(String(error)), null));

  const ready = () => {
    status.textContent ||= SAYS.loading;
    index ??= Promise.all([load(form.dataset.search), asks()]).finally(() => {
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

  const link = (href, title) => {
    const anchor = Object.assign(document.createElement("a"), { href, textContent: title });
    const item = document.createElement("li");
    item.append(anchor);
    return item;
  };

  const addressOf = (slug, query = "") => {
    const [settings, points = ""] = query.split("#");
    const after = form.dataset.after ?? ""; // of an address in a frame, "#" and what the frame was told
    const at = points && (after ? `&point=${points}` : `#${points}`);
    return form.dataset.to.replace("{slug}", slug) + settings + after + at;
  };

  /** Where a point is said: at the settings that show it. */
  const queryOf = ({ id, query }) => (query && `?${query}`) + `#${id}`;

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
    const [{ titles, ...rest }, ways] = await ready();
    if (input.value.trim() !== question) return; // typed on while the index came
    const asked = ways && pointIn(ways, correct(question, rest.spelling));
    const decision = asked ? pointed(decide(rest, question), asked) : decide(rest, question);
    const here = decision.ranked.filter(({ slug }) => Object.hasOwn(titles, slug)); // a site may hold some entries only
    const kind = decision.kind === "answer" && here[0] !== decision.ranked[0] ? "suggest" : decision.kind;
    const point = kind === "answer" && asked?.entry === here[0].slug ? asked : null;
    const found = here.slice(0, SHOWN).map(({ slug }, number) =>
      point && !number ? link(addressOf(slug, queryOf(point)), point.title) : link(addressOf(slug), titles[slug]));
    if (!final) return show(decision.outside === "empty" ? "" : SAYS.typing, found);
    show(decision.says ?? SAYS[kind] ?? "", found);
    if (kind !== "answer") return;
    remember(here[0].slug, decision.beside.filter(({ slug }) => Object.hasOwn(titles, slug))
      .map(({ slug }) => ({ href: new URL(addressOf(slug), location.href).href, title: titles[slug] })));
    const query = await settingsIn(question, here[0].slug).catch(() => "");
    const pointless = point && !query.includes("#"); // no server was asked, or it is less sure than the words are
    location.assign(addressOf(here[0].slug, !pointless ? query : query ? `${query}#${point.id}` : queryOf(point)));
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

/** The decision, or the answer with the entry of the point that is asked: to the letter, or in nearly its words where it
 * is one of the nearest entries. */
function pointed(decision, { entry, exact }) {
  const { kind, ranked } = decision, nearest = ranked.slice(0, NEAREST).some(({ slug }) => slug === entry);
  if (!exact && (kind === "decline" || !nearest)) return decision;
  const first = ranked.find(({ slug }) => slug === entry);
  return first ? { kind: "answer", sure: true, beside: [], outside: null, says: null,
    ranked: [first, ...ranked.filter((match) => match !== first)] } : decision;
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
