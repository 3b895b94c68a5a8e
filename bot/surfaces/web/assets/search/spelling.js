// Typing errors mended as bot/language/spelling.py does: the likeliest word within two errors, all candidates looked at in turn.

const WORD = /[A-Za-z][A-Za-z'’]*|w\/o?(?=\s)/g;

/** `known`: Set of words that are right; `targets`: [[word, weight], ...]; `shortForms`: {"lr": "learning rate"}. */
export function correct(text, { known, targets, shortForms, longestWord }) {
  return text.replace(WORD, (word) => {
    const lower = word.toLowerCase().replaceAll("’", "'");
    if (Object.hasOwn(shortForms, lower)) return shortForms[lower];
    if (lower.length < 4 || lower.length > longestWord || lower.includes("'") || known.has(lower)) return word;
    if (word.slice(1) !== word.slice(1).toLowerCase()) return word; // a name: "flowFromDirectory"
    return nearest(lower, targets, lower.length === 4 ? 1 : 2) ?? word;
  });
}

function nearest(word, targets, errors) {
  let best = null;
  let least = errors;
  let weight = -1;
  for (const [target, itsWeight] of targets) {
    if (Math.abs(target.length - word.length) > least) continue;
    const distance = edits(word, target, least);
    if (distance < least || (distance === least && itsWeight > weight)) {
      [best, least, weight] = [target, distance, itsWeight];
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); `most` + 1 where more. */
export function edits(a, b, most) {
  let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return Math.min(last[b.length], most + 1);
}
