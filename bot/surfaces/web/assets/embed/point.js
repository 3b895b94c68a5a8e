// The points that a card's address names, said first in it: what they say stands on the explanation's page.

const MOST_SAID = 2;

/** Fill the place with what the page says to the points `names`, and lead the card's links there. */
export async function say(place, names) {
  const page = new URL(place.dataset.page, location.href), links = [...document.querySelectorAll("a")];
  let said = [];
  try {
    const answer = await fetch(page);
    if (!answer.ok) throw new Error(`no page at ${page}: ${answer.status}`);
    said = pointsOf(new DOMParser().parseFromString(await answer.text(), "text/html"), names, page);
  } catch (error) { // a frame without an origin may not look: the card is whole without it
    console.info(String(error));
  }
  place.replaceChildren(...said.flatMap(({ content }) => content));
  place.hidden = !said.length;
  const at = said.length ? `#${said.map(({ id }) => id).join("+")}` : "";
  for (const link of links) if (link.href.split("#")[0] === page.href) link.href = page.href + at;
}

function pointsOf(text, names, page) {
  const found = names.map((id) => text.querySelector(`.points [id="${id}"]`)).filter(Boolean).slice(0, MOST_SAID);
  return found.map((point, number) => ({ id: point.id, content: contentOf(point, number > 0, page) }));
}

/** As page.js has it: the words that lead to a point, its question where one needs it, what it says. */
function contentOf(point, also, page) {
  const asks = point.closest("details").querySelector("summary").textContent;
  const content = [...document.importNode(point, true).children];
  for (const link of content.flatMap((part) => [...part.querySelectorAll("a")])) {
    Object.assign(link, { href: new URL(link.getAttribute("href"), page).href, target: "_blank", rel: "noopener" });
  }
  const leading = Object.assign(document.createElement("b"), { textContent: also ? "You also asked: " : "To your point: " });
  content[0]?.prepend(leading, also || "leans" in point.dataset ? `${asks} ` : "");
  return content;
}
