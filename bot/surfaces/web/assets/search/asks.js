// The point that a question asks in nearly the words of one of its ways to ask; bot/surfaces/web/asks.py writes the file.

const FORMAT = 1;
const NEAR = 0.65; // of the words of both together, the rarer the weightier, must be in both
const FEWEST = 5; // words; what is shorter names a topic, unless it is a way to ask to the letter
const LONGEST = 200; // characters; what is longer is no such question

/** @typedef {{ entry: string, id: string, title: string, query: string, exact: boolean }} Point */

/** Fetch the file; `pointIn` reads what comes of it. */
export async function load(address) {
  const answer = await fetch(`${address}?format=${FORMAT}`);
  if (!answer.ok) throw new Error(`the ways to ask cannot be read (${answer.status})`);
  return unpack(await new Response(answer.body.pipeThrough(new DecompressionStream("deflate"))).text());
}

/** From the inflated text: the ways to ask, where each word stands, and how much it weighs. */
export function unpack(text) {
  const { format, points } = JSON.parse(text);
  if (format !== FORMAT) throw new Error(`the ways to ask have format ${format}, not ${FORMAT}: reload`);
  const asks = points.flatMap(([entry, id, title, query, ways]) =>
    ways.map((way) => ({ entry, id, title, query, way, words: [...new Set(way.split(" "))], weight: 0 })));
  const places = new Map(); // word -> numbers of the ways to ask that have it
  asks.forEach(({ words }, number) => words.forEach((word) => {
    if (!places.has(word)) places.set(word, []);
    places.get(word).push(number);
  }));
  const found = { asks, places, byWay: new Map(asks.map((ask) => [ask.way, ask])) };
  for (const ask of asks) ask.weight = weightOf(ask.words, found);
  return found;
}

/** The point that a question asks, its typing errors corrected; null where it asks none in nearly its words.
 * @returns {Point | null} */
export function pointIn(found, corrected) {
  const bare = bareWords(corrected), words = [...new Set(bare.split(" "))], exactly = found.byWay.get(bare);
  if (exactly) return told(exactly, true);
  if (words.length < FEWEST || corrected.length > LONGEST) return null;
  const weight = weightOf(words, found);
  const shared = new Map(); // number of a way to ask -> what the words that it shares weigh
  for (const word of words) {
    for (const at of found.places.get(word) ?? []) shared.set(at, (shared.get(at) ?? 0) + weightOf([word], found));
  }
  let best = null, most = 0;
  for (const [at, both] of shared) {
    const likeness = both / (weight + found.asks[at].weight - both);
    if (likeness > most) [best, most] = [found.asks[at], likeness];
  }
  return most < NEAR ? null : told(best, false);
}

const told = ({ entry, id, title, query }, exact) => ({ entry, id, title, query, exact });

/** As bot/content/points.py has it. */
function bareWords(text) {
  return (text.slice(0, LONGEST).normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ");
}

function weightOf(words, { asks, places }) {
  return words.reduce((sum, word) => sum + Math.log(1 + asks.length / (1 + (places.get(word)?.length ?? 0))), 0);
}
