// The picker of a course platform: find an explanation, a topic or a reading path, adjust it, and send it back.

import { combobox, element } from "./combobox.js";
import { queryIn, showSettings } from "./settings.js";

const PAUSE = 300; // ms without a key press, before a changed setting is shown
const at = (selector) => document.querySelector(selector);
const root = at(".pick").dataset.root, session = at("#drop [name=session]").value;
const { several } = JSON.parse(at("#told").textContent);
let picked = null; // {name, title, query}
let turn = 0; // counts what was picked or changed: what arrives late is dropped

async function fetched(path, options = {}) {
  const response = await fetch(root + path, { headers: { Accept: "application/json" }, ...options });
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(told.detail ?? "The server does not answer as it should. Try again in a moment.");
  return told;
}

const say = (text) => (at("#status").textContent = text);

function complain(text) {
  at("#problem").textContent = text;
  at("#problem").hidden = !text;
}

function show(title) {
  at(".work").hidden = false;
  at("#picked-title").textContent = title;
  at("#title").value = title;
  complain("");
  at("#picked-title").focus();
}

/** An explanation: its settings come with its run. */
async function pick({ slug, title }) {
  at("#several").value = "";
  at("#settings").hidden = at("#holds").hidden = true;
  show(title);
  await adjust(slug, title, "");
}

async function adjust(name, title, query) {
  const mine = ++turn;
  at("[id=add]").disabled = true;
  say("Training the networks …");
  try {
    const { settings } = await fetched(`mentor/reply/${encodeURIComponent(name)}${query && `?${query}`}`);
    if (mine !== turn) return;
    picked = { name, title, query };
    showSettings(at(".fields"), settings);
    at("#settings").hidden = false;
    at("#preview-page").hidden = false;
    at("#preview-page").src = `${root}embed/${encodeURIComponent(name)}/${query && `?${query}`}`;
    complain("");
  } catch (error) {
    if (mine === turn) complain(error.message);
  } finally {
    if (mine === turn) {
      say("");
      at("[id=add]").disabled = picked?.name !== name || picked.query !== query;
    }
  }
}

/** A topic or a reading path: what it holds. */
function pickSeveral({ name, title, holds }) {
  turn += 1;
  picked = { name, title, query: "" };
  show(title);
  say(`${holds.length} explanations, one after another, each at its own settings.`);
  at("#settings").hidden = at("#preview-page").hidden = true;
  at("#holds").hidden = false;
  at("#holds").replaceChildren(...holds.map((one) => element("li", {}, one)));
  at("[id=add]").disabled = false;
}

async function add() {
  at("[id=add]").disabled = true;
  say("Adding …");
  const { name, query } = picked;
  const body = JSON.stringify({ session, name, query, title: at("#title").value, scored: at("#scored")?.checked ?? false });
  try {
    const { to, JWT } = await fetched("lti/pick", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    at("#back").action = to;
    at("#back [name=JWT]").value = JWT;
    at("#back").submit();
  } catch (error) {
    say("");
    complain(error.message);
    at("[id=add]").disabled = false;
  }
}

/** Explanations, and the topics and paths whose titles hold what was typed. */
async function found(text, signal) {
  const hits = await fetched(`mentor/search?q=${encodeURIComponent(text)}`, { signal });
  const words = text.toLowerCase();
  const groups = several.filter(({ title }) => words.length > 2 && title.toLowerCase().includes(words)).map((group) =>
    ({ ...group, phrasing: `${group.kind.replace(/s$/, "")}: ${group.holds.length} explanations` }));
  return [...hits, ...groups];
}

let timer = 0;
at("#settings").addEventListener("input", () => {
  turn += 1; // what is on its way would undo what is typed now
  clearTimeout(timer);
  at("[id=add]").disabled = true;
  timer = setTimeout(() => adjust(picked.name, picked.title, queryIn(at("#settings"))), PAUSE);
});
at("[id=add]").addEventListener("click", add);
at("#several").addEventListener("change", ({ target }) => {
  const group = several.find(({ name }) => name === target.value);
  if (group) pickSeveral(group);
});
for (const kind of new Set(several.map((group) => group.kind))) {
  const some = several.filter((group) => group.kind === kind);
  at("#several").append(element("optgroup", { label: kind }, ...some.map(({ name, title }) => new Option(title, name))));
}
combobox(at("#question"), at("#hits"), found, (hit) => {
  at("#question").value = "";
  if (!hit.holds) return pick(hit);
  at("#several").value = hit.name;
  return pickSeveral(hit);
});
const tellHeight = () => parent.postMessage({ subject: "lti.frameResize", height: document.documentElement.offsetHeight }, "*");
if (parent !== window) new ResizeObserver(tellHeight).observe(document.body);
document.body.dataset.ready = "pick";
