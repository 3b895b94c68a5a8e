// The small encoder: a text's word pieces, and the mean of their vectors. Mirrors bot/matching/small_encoder/tokenizer.json.

const WHITE = /[\t\n\r\p{Zs}]/u;
const DROPPED = /[\0\uFFFD\p{Cc}\p{Cf}\p{Cn}\p{Co}]/gu;
const CHINESE =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;
const PARTS = /[!-/:-@[-`{-~\p{P}]|[^\s!-/:-@[-`{-~\p{P}]+/gu; // a sign of punctuation, or a run of anything else
const LONGEST_WORD = 100;

/** The words that the pieces are cut from: lower case, no accents, punctuation and Chinese characters by themselves. */
export function words(text) {
  const spaced = [...text].map((c) => (WHITE.test(c) ? " " : c)).join("").replace(DROPPED, "");
  const bare = spaced.replace(CHINESE, " $& ").normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  return bare.match(PARTS) ?? [];
}

/** The longest pieces from the left; [UNK] for a word that cannot be cut. `ids` maps a piece to its row. */
export function pieces(word, ids) {
  const characters = [...word];
  const found = [];
  if (characters.length > LONGEST_WORD) return [ids.get("[UNK]")];
  for (let start = 0; start < characters.length; ) {
    let end = characters.length;
    let id;
    for (; end > start; end--) {
      id = ids.get((start ? "##" : "") + characters.slice(start, end).join(""));
      if (id !== undefined) break;
    }
    if (id === undefined) return [ids.get("[UNK]")];
    found.push(id);
    start = end;
  }
  return found;
}

/** A vector of length one, Float64Array(dim), from rows of small integers and a scale for each row. */
export function encode(text, { ids, table, scales, dim }) {
  const sum = new Float64Array(dim);
  for (const id of words(text).flatMap((word) => pieces(word, ids))) {
    for (let k = 0; k < dim; k++) sum[k] += table[id * dim + k] * scales[id];
  }
  const length = Math.hypot(...sum);
  if (!length) sum[0] = 1;
  return length ? sum.map((value) => value / length) : sum;
}
