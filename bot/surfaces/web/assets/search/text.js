// A learner's post made ready, as bot/matching/features.py does: cleaned, bounded, put after the question it leans on.

const URL_LIKE = /https?:\/\/\S+|www\.\S+/g;
const REPEATED = /([^\p{L}\p{N}_\s])\1{2,}/gu;
const LETTER = /\p{L}/u;
const GREEK = /\p{Script=Greek}/u;
const LATIN = /\p{Script=Latin}/u;
const SMALL_WORD = /[a-z]+(?:['’][a-z]+)?/g;

/** The text in at most `longest` characters, without control characters, lone surrogates and addresses. */
export function clean(text, longest) {
  let all = [...text];
  if (all.length > longest) all = [...all.slice(0, longest / 2), "\n", ...all.slice(-longest / 2)];
  all = [...all.join("").normalize("NFKC")].slice(0, 2 * longest);
  const plain = all.map((c) => (!/\p{C}/u.test(c) ? c : c === "\n" ? "\n" : " ")).join("");
  const lines = plain.replace(URL_LIKE, " ").replace(REPEATED, "$1").split("\n");
  const kept = lines.map((line) => line.replace(/\s+/gu, " ").trim()).filter(Boolean).join("\n");
  return [...kept].slice(0, longest).join("");
}

/** The name of the rule that a text is declined by without a look at any vector; null where none holds. */
export function rule(text, latinEnough, symbols) {
  const letters = [...text].filter((c) => LETTER.test(c));
  if (letters.length < 2) return /[\p{L}\p{N}]/u.test(text) ? "gibberish" : "empty";
  return latinShare(letters, symbols) < latinEnough ? "other-script" : null;
}

function latinShare(letters, symbols) {
  const count = (script) => letters.filter((c) => script.test(c)).length;
  const formula = count(GREEK) <= count(LATIN) + symbols; // formulas use Greek letters
  const counted = letters.length - (formula ? count(GREEK) : 0);
  return counted ? count(LATIN) / counted : 1;
}

/** The question after the latest one that stands on its own; itself where it needs none. */
export function withPrevious(question, previous, { pattern, fragmentWords }) {
  const leaning = new RegExp(pattern, "iu");
  const leans = (text) => {
    const words = text.split(/\s+/u).filter(Boolean);
    return words.length <= 3 || (words.length <= fragmentWords && leaning.test(text));
  };
  if (!previous.length || !leans(question)) return question;
  return `${[...previous].reverse().find((earlier) => !leans(earlier)) ?? previous.at(-1)} ${question}`;
}

/** Whether some other language has more small words in the text than English has. */
export function clearlyNotEnglish(text, { english, others, enough }) {
  const plain = text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const words = new Set(plain.match(SMALL_WORD) ?? []);
  const count = (list) => list.filter((word) => words.has(word)).length;
  const foreign = Math.max(...others.map(count));
  return foreign >= enough && foreign > count(english);
}
