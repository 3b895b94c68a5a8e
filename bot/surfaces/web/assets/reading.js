// What has been read in this browser: kept here alone, and marked in lists of questions.

const KEY = "ask-neuron-read", MOST = 500;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]").filter((slug) => typeof slug === "string");
  } catch (error) { // no storage in a sandboxed frame, or something else under that name
    console.info(String(error));
    return [];
  }
}

const here = document.querySelector("article[data-slug]")?.dataset.slug;
const known = new Set(read());
if (here && !known.has(here)) {
  known.add(here);
  try {
    localStorage.setItem(KEY, JSON.stringify([...known].slice(-MOST)));
  } catch (error) {
    console.info(String(error));
  }
}
for (const link of document.querySelectorAll("a[data-slug]")) {
  if (!known.has(link.dataset.slug) || link.dataset.slug === here) continue;
  link.classList.add("read");
  link.append(Object.assign(document.createElement("span"), { className: "unseen", textContent: " (read)" }));
}
for (const count of document.querySelectorAll("[data-read]")) {
  const done = count.closest("details").querySelectorAll("a.read").length;
  if (done) count.textContent = `, ${done} read`;
}
