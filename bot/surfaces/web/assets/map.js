// The index as a map: what leads to what, drawn where one looks; what fits the words in the search box; where a reading
// path goes on. What has been read is marked by reading.js.

export {}; // a module: its names are its own

const links = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".questions a[data-next]")]);
const byName = new Map(links.map((link) => [link.dataset.slug, link]));
const after = (link) => link.dataset.next.split(" ").map((name) => byName.get(name)).filter(Boolean);
const before = new Map(links.map((link) => [link, links.filter((other) => after(other).includes(link))]));

const NS = "http://www.w3.org/2000/svg";
const drawing = document.createElementNS(NS, "svg");
drawing.classList.add("ways-on");
drawing.setAttribute("aria-hidden", "true");
const map = document.getElementById("map");
const leads = Object.assign(document.createElement("p"), { className: "leads-to", hidden: true });
map.append(drawing, leads);
const WIDE = 700; // pixels from which lines have room beside one another
const titlesOf = (some) => some.map((link) => link.querySelector("span").textContent).join(" · ");

/** A curve from one question to another, over the map. */
function curve(from, to) {
  const { left, top } = map.getBoundingClientRect(), [a, b] = [from, to].map((link) => link.getBoundingClientRect());
  const [x, y, u, v] = [a.right - left - 12, a.top - top + a.height / 2, b.left - left + 12, b.top - top + b.height / 2];
  const path = document.createElementNS(NS, "path"), bend = Math.max(60, Math.abs(u - x) / 2);
  path.setAttribute("d", `M${x} ${y}C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}`);
  return path;
}

/** Lights what a question leads to, and what leads to it; nothing without one. */
function light(link) {
  for (const other of links) other.classList.remove("leads", "led");
  drawing.replaceChildren();
  leads.hidden = !link || !after(link).length;
  if (!link) return;
  leads.textContent = `Leads to: ${titlesOf(after(link))}`;
  for (const other of after(link)) {
    other.classList.add("leads");
    if (map.clientWidth >= WIDE && !other.closest("li").hidden) drawing.append(curve(link, other));
  }
  for (const other of before.get(link)) other.classList.add("led");
}

for (const link of links) {
  link.addEventListener("pointerenter", () => light(link));
  link.addEventListener("pointerleave", () => light(null));
  link.addEventListener("focus", () => light(link));
  link.addEventListener("blur", () => light(null));
  if (after(link).length) link.setAttribute("aria-description", `Leads to: ${titlesOf(after(link))}`);
}

/** Questions that have all the words, in the index itself; all of them where none does. */
const input = /** @type {HTMLInputElement} */ (document.getElementById("question"));
const told = document.getElementById("fitting");
const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
const texts = new Map(links.map((link) => [link, plain(link.querySelector("span").textContent)]));
input.addEventListener("input", () => {
  const words = plain(input.value).split(/\W+/).filter((word) => word.length > 2);
  const fits = (link) => words.every((word) => texts.get(link).includes(word));
  const count = words.length ? links.filter(fits).length : 0;
  for (const link of links) link.closest("li").hidden = count > 0 && !fits(link);
  for (const topic of /** @type {HTMLElement[]} */ ([...map.querySelectorAll("section")])) topic.hidden = !topic.querySelector("li:not([hidden])");
  told.textContent = count ? `${count} of ${links.length} questions have these words.` : "";
  light(null);
});

/** Each path says how far one has come, and where it goes on; reading.js has marked what is read. */
for (const path of document.querySelectorAll(".paths details")) {
  const steps = /** @type {HTMLAnchorElement[]} */ ([...path.querySelectorAll("ol a")]);
  const next = steps.find((step) => !step.classList.contains("read")), done = steps.filter((step) => step.classList.contains("read"));
  if (!done.length) continue;
  const bar = path.querySelector("progress"), on = /** @type {HTMLElement} */ (path.querySelector("[data-on]"));
  bar.value = done.length;
  bar.hidden = false;
  if (!next) continue;
  on.append(Object.assign(document.createElement("a"), { href: next.href, textContent: `Go on with: ${next.textContent}` }));
  on.hidden = false;
}
