// The points that an address names, said first: on the explanation's page, where they stand, and in a card.

const MOST_SAID = 2;

/** The points of a page that `names` are, in their order. */
export const pointsOf = (text, names) =>
  names.map((id) => text.querySelector(`.points [id="${id}"]`)).filter(Boolean).slice(0, MOST_SAID);

/** What a point says, with the words that lead to it, and its question where it needs that or was asked as well. */
export function contentOf(point, also) {
  const asks = point.closest("details").querySelector("summary").textContent;
  const content = [...document.importNode(point, true).children];
  const leading = Object.assign(document.createElement("b"), { textContent: also ? "You also asked: " : "To your point: " });
  content[0]?.prepend(leading, also || "leans" in point.dataset ? `${asks} ` : "");
  return content;
}

/** Fill the place with what the page says to the points `names`, and lead the card's links there. */
export async function say(place, names) {
  const page = new URL(place.dataset.page, location.href), links = [...document.querySelectorAll("a")];
  let said = [];
  try {
    const answer = await fetch(page);
    if (!answer.ok) throw new Error(`no page at ${page}: ${answer.status}`);
    said = pointsOf(new DOMParser().parseFromString(await answer.text(), "text/html"), names);
  } catch (error) { // a frame without an origin may not look: the card is whole without it
    console.info(String(error));
  }
  place.replaceChildren(...said.flatMap((point, number) => contentOf(point, number > 0)));
  for (const link of place.querySelectorAll("a")) {
    Object.assign(link, { href: new URL(link.getAttribute("href"), page).href, target: "_blank", rel: "noopener" });
  }
  place.hidden = !said.length;
  const at = said.length ? `#${said.map(({ id }) => id).join("+")}` : "";
  for (const link of links) if (link.href.split("#")[0] === page.href) link.href = page.href + at;
}
