// The worked example of a page: the last number is filled in and checked here, another example of the data takes the
// place of the first, and the player's picture marks the one that is worked. Without script the page shows the step.
// A card has it from its page, once it is opened.

const TYPED = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/;
const CLOSE = 1e-9; // of a comparison of two rounded numbers

/** The number that a learner typed, with a point or a comma, a % sign or none; null where it is no number. */
export function numberTyped(text) {
  const plain = text.trim().replace(/%$/, "").replaceAll("−", "-").replaceAll(" ", "").toLowerCase();
  return TYPED.test(plain) ? Number(plain.replace(",", ".")) : null;
}

const made = (tag, properties) => Object.assign(document.createElement(tag), properties);

/** Puts a box into the gap of one calculation, and a button beside it. */
function fillable(item, tell) {
  const form = item.querySelector("form"), gap = form.querySelector(".gap"), step = item.querySelector("details");
  const box = made("input", { type: "text", inputMode: "decimal", autocomplete: "off", size: 7, ariaLabel: "The missing number" });
  box.setAttribute("aria-describedby", form.id);
  gap.replaceWith(box);
  form.querySelector("button").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = numberTyped(box.value), { answer, right, tolerance } = item.dataset;
    const good = typed !== null && Math.abs(typed - answer) <= Number(tolerance) + CLOSE;
    box.setAttribute("aria-invalid", !good);
    step.open ||= typed !== null;
    const told = step.querySelector("div").textContent.trim();
    tell(typed === null ? "That is no number." : good ? `Right: ${right}.` : `Not quite. ${told}`, good);
  });
}

function setUp(section) {
  const cases = [...section.querySelectorAll(".case")], said = section.querySelector("[role=status]");
  let now = 0, mark = () => {};

  function show(next) {
    cases[now].hidden = true;
    now = next;
    cases[now].hidden = false;
    said.textContent = "";
    mark();
  }

  for (const item of cases) {
    fillable(item, (text, good) => {
      said.textContent = text;
      said.classList.toggle("right", good);
    });
  }
  if (cases.length > 1) {
    const another = made("button", { type: "button", className: "button quiet", textContent: "Another example" });
    another.addEventListener("click", () => show((now + 1) % cases.length));
    said.before(another);
  }
  const seen = cases.map(({ dataset }) => Float32Array.from(dataset.seen ? dataset.seen.split(" ") : []));
  const away = (a, b) => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

  /** The picture marks the example; a click in it works the nearest of those that are here. */
  function follow() {
    const store = globalThis.player?.store;
    if (!store || !seen[0].length) return;
    mark = () => store.set({ example: seen[now], exampleIndex: Number(cases[now].dataset.example), probe: null });
    store.subscribe((changed, { example }) => {
      if (!changed.has("example") || !example || seen.includes(example)) return;
      const near = seen.map((each) => away(each, example));
      show(near.indexOf(Math.min(...near)));
    });
    mark();
  }
  document.addEventListener("player", follow);
  follow();
}

/** Puts the example of the page in place of the link to it, which stays where it cannot be had. */
async function fetched(folded) {
  const link = folded.querySelector("a"), answer = await fetch(link.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), section = page.querySelector(".worked");
  if (section) link.replaceWith(section);
}

await Promise.allSettled([...document.querySelectorAll("details[data-script]")].map(fetched));
for (const section of document.querySelectorAll(".worked")) setUp(section);
