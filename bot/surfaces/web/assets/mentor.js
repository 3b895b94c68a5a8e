// The mentor's page: find an entry, adjust its settings, edit the reply, copy it.

import { copy } from "./clipboard.js";
import { combobox, element } from "./combobox.js";
import { queryIn, showSettings } from "./settings.js";

const PAUSE = 250; // ms without a key press, before a setting or an edit is sent
const LONG_PASTE = 200; // characters from which a pasted text is taken for a post

const at = (selector) => document.querySelector(selector);
const root = at(".mentor").dataset.root;
const [question, post, reply] = [at("#question"), at("#post"), at("#reply")];
const mac = /Mac|iP(hone|ad)/.test(navigator.platform);

let slug = null; // the entry on show; null while none is, or a whole post is answered
let link = ""; // its address, or those in a composed reply
let forms = null; // promises {markdown, plain, html, preview} of what stands in the reply
let coming = false; // another reply is on its way
let edited = false;
let kept = ""; // an edited reply that another one took the place of
let read = ""; // the post that was answered last
let turn = 0; // counts what was asked for: what arrives late is dropped

async function fetched(path, options = {}) {
  const response = await fetch(root + path, { headers: { Accept: "application/json" }, ...options });
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(told.detail ?? "The server does not answer as it should. Try again in a moment.");
  return told;
}

const sent = (path, text) => fetched(path, {
  method: "POST",
  body: JSON.stringify({ text }),
  headers: { Accept: "application/json", "Content-Type": "application/json" },
});

/** Show the reply that is promised; only the last one asked for is shown. A failure is told, and leaves all as it was. */
async function showing(promise, show, waiting) {
  const mine = ++turn;
  const before = forms;
  forms = promise;
  coming = true;
  say(waiting);
  try {
    const told = await promise;
    if (mine === turn) show(told);
  } catch (error) {
    if (mine !== turn) return;
    forms = before;
    say("");
    complain(error.message);
  } finally {
    if (mine === turn) coming = false;
  }
}

function say(text) {
  at("#status").textContent = text;
}

function complain(text) {
  at("#problem").textContent = text;
  at("#problem").hidden = !text;
}

function open(hit, query = "") {
  slug = hit.slug;
  const path = `mentor/reply/${encodeURIComponent(slug)}${query ? `?${query}` : ""}`;
  return showing(fetched(path), showReply, "Training the networks …");
}

function showReply(told) {
  write(told);
  link = told.card.url;
  showSettings(at(".fields"), told.settings);
  showCard(told.card);
  at("#settings").hidden = at("#link-looks").hidden = false;
  say(`Ready: ${told.card.title} ${mac ? "⌘" : "Ctrl"} Enter copies it.`);
}

/** Put a reply on show; what was edited before can be brought back. */
function write(told) {
  if (edited) kept = reply.value;
  at("#undo").hidden = !kept;
  edited = false;
  forms = Promise.resolve(told);
  reply.value = told.markdown;
  at("#preview").innerHTML = told.preview; // made by the server of Markdown without tags
  at(".work").hidden = false;
  complain("");
}

function showCard({ title, description, picture, alt, site, url }) {
  const shown = element("img", { src: picture, alt, width: 1200, height: 630 });
  shown.addEventListener("error", () => shown.remove());
  at(".onebox").replaceChildren(
    element("p", { className: "from" }, new URL(url).host || site),
    shown,
    element("h4", {}, title),
    element("p", {}, description),
  );
}

function composed(text) {
  slug = null;
  read = text;
  return showing(sent("mentor/post", text), (told) => {
    showParts(told.parts, told.network, told.curves);
    if (!told.markdown.trim()) {
      at(".work").hidden = true;
      return say("None of its questions has a tested answer here.");
    }
    write(told);
    link = [...at("#preview").querySelectorAll("a")].map((a) => a.href).join("\n");
    at("#settings").hidden = at("#link-looks").hidden = true;
    const answered = told.parts.filter((part) => part.slug).length;
    const asked = `${answered} of ${told.parts.length} question${told.parts.length > 1 ? "s" : ""} answered.`;
    say(`${told.network ? "The network in the post was trained." : asked} ${mac ? "⌘" : "Ctrl"} Enter copies the reply.`);
  }, "Reading the post …");
}

function showParts(parts, network, curves) {
  at("#parts").hidden = false;
  at("#parts ol").replaceChildren(...parts.map((part) => {
    const item = element("li", { className: part.slug ? "found" : "lost" }, element("q", {}, part.question), element("br"));
    if (part.slug) item.append(opening(part));
    else item.append("No tested answer. Nearest: ");
    if (part.slug && part.near.length) item.append(" Or is it: ");
    part.near.forEach((entry, number) => {
      if (number && !entry.says) item.append(" · ");
      item.append(entry.says ? inShort(entry) : opening(entry));
    });
    for (const note of part.notes) item.append(element("p", { className: "hint" }, note));
    if (part.closest.length) item.append(closest(part.closest));
    return item;
  }));
  if (network) at("#parts ol").prepend(element("li", { className: "found" }, network, ...(curves ? [figure(curves)] : [])));
}

/** The loss that the post prints beside the loss of our run. */
function figure({ light, dark, says }) {
  const shown = element("img", { src: light, alt: "The loss in the post beside the loss of our run, told below", width: 440, height: 190 });
  const onDark = element("source", { srcset: dark, media: "(prefers-color-scheme: dark)" });
  return element("figure", { className: "curves" }, element("picture", {}, onDark, shown), element("figcaption", {}, says));
}

/** An entry in a sentence, beside the picture of its run. */
function inShort(entry) {
  const picture = element("img", { src: entry.picture, alt: "", width: 160 });
  return element("p", { className: "short" }, picture, element("span", {}, opening(entry), element("br"), entry.says));
}

/** The points that come closest to a question, each with how its answer begins, to be opened beside this page. */
function closest(points) {
  const list = element("ul", { className: "closest" }, ...points.map(({ title, url, says, goes_on }) => {
    const link = element("a", { href: url, target: "_blank" }, title);
    return element("li", {}, link, element("br"), goes_on && says ? `${says}\u00a0…` : says);
  }));
  return element("div", {}, "Closest to the question:", list);
}

function opening(entry) {
  const button = element("button", { type: "button" }, entry.title);
  button.addEventListener("click", () => open(entry));
  return button;
}

function begin(text) {
  post.value = text;
  at("#whole").open = true;
  composed(text);
  post.focus();
}

/** Copy one form of what is on show, or, while a list is open, of the entry that Enter would open. */
async function copyAs(kind) {
  const hit = search.active();
  if (hit && hit.slug !== slug) {
    search.close();
    open(hit);
  }
  if (document.activeElement === post && post.value.trim() && post.value !== read) composed(post.value);
  if (!forms) return;
  const ready = kind === "link" ? forms.then(() => ({ link })) : current();
  const text = ready.then((told) => told[kind]);
  try {
    await copy(kind === "html" ? { "text/html": text, "text/plain": text } : { "text/plain": text });
    say({ markdown: "Copied as Markdown.", plain: "Copied as plain text.", html: "Copied as HTML.", link: "Link copied." }[kind]);
    document.body.dataset.copied = kind;
  } catch (error) {
    complain(`Nothing was copied: ${error.message}`);
  }
}

/** The forms of what stands in the reply, edits and all. */
function current() {
  return edited && !coming ? sent("mentor/render", reply.value) : forms;
}

function later(act) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, PAUSE);
  };
}

const search = combobox(question, at("#hits"), (text, signal) =>
  fetched(`mentor/search?q=${encodeURIComponent(text)}`, { signal }), open);

const adjust = later(() => slug && open({ slug }, queryIn(at("#settings"))));
const redraw = later(async () => {
  const text = reply.value;
  const told = await sent("mentor/render", text).catch((error) => complain(error.message));
  if (told && reply.value === text) at("#preview").innerHTML = told.preview;
});

at("#settings").addEventListener("input", () => {
  turn += 1; // what is on its way would undo what is typed now
  coming = true;
  adjust();
});
reply.addEventListener("input", () => {
  edited = true;
  redraw();
});
at("#undo").addEventListener("click", () => {
  [reply.value, kept, edited] = [kept, "", true];
  at("#undo").hidden = true;
  redraw();
  reply.focus();
});
at("#compose").addEventListener("click", () => post.value.trim() && composed(post.value));
post.addEventListener("paste", () => setTimeout(() => post.value.trim() && composed(post.value)));
question.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").trim();
  if (text.length <= LONG_PASTE && !text.includes("\n")) return;
  event.preventDefault();
  begin(text);
});
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => copyAs(button.dataset.copy));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
    event.preventDefault();
    copyAs("markdown");
  } else if (event.key === "Escape" && document.activeElement !== question) {
    question.focus();
    question.select();
  }
});
if (mac) at(".mod").textContent = "⌘";
const asked = new URLSearchParams(location.search).get("q");
if (asked) {
  question.value = asked;
  search.look();
}
document.body.dataset.ready = "mentor";
