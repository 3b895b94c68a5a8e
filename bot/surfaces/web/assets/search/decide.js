// A question to ranked entries and a decision, as bot/matching/matcher.py does with the small encoder.

import { encode } from "./encoder.js";
import { buckets, weighted } from "./ngrams.js";
import { correct } from "./spelling.js";
import { clean, clearlyNotEnglish, rule, withPrevious } from "./text.js";

/** {kind: "answer" | "suggest" | "decline", sure, beside, ranked: [{slug, confidence}], outside, says}; `previous`:
 * oldest first. */
export function decide(index, question, previous = []) {
  const { bounds, lines, numbers } = index;
  const cleaned = clean(question, bounds.longest);
  const earlier = previous.map((text) => clean(text, bounds.longest));
  const typed = withPrevious(cleaned, earlier, index.leaning);
  const { entries, groups } = probabilities(index, forms(index, typed));
  const inScope = entries.reduce((sum, [, p]) => sum + p, 0);
  const ranked = entries
    .map(([slug, p]) => ({ slug, confidence: confidence(numbers, p, inScope) }))
    .sort((a, b) => b.confidence - a.confidence);
  const decision = (kind, outside = null) => {
    const sure = kind === "answer" && ranked[0].confidence >= numbers.thresholds.sure;
    const beside = kind === "answer" && !sure ? ranked.slice(1, 1 + bounds.beside) : [];
    return { kind, sure, beside, ranked, outside, says: outside && lines[outside] };
  };
  const ruled = rule(cleaned, bounds.latin_enough, bounds.symbols);
  if (ruled) return decision("decline", ruled);
  const kind = kindOf(numbers.thresholds, ranked[0].confidence, inScope);
  const [group, share] = groups.reduce((best, other) => (other[1] > best[1] ? other : best), [null, 0]);
  const certain = kind === "answer" && ranked[0].confidence >= numbers.thresholds.foreign;
  if (clearlyNotEnglish(cleaned, index.languages) && !certain) {
    return decision(share >= bounds.likely_outside ? "decline" : "suggest", "other-language");
  }
  const clearly = share >= bounds.clearly * (1 - inScope);
  return decision(kind, kind === "decline" && clearly ? group : null);
}

/** The text as typed and as corrected; a long one as corrected alone. */
function forms({ bounds, spelling }, typed) {
  const corrected = correct(typed, spelling);
  return [...new Set([...typed].length <= bounds.short ? [typed, corrected] : [corrected])];
}

function probabilities(index, texts) {
  const length = Math.log(1 + texts[0].split(/\s+/u).filter(Boolean).length) - index.bounds.usual;
  const sum = new Float64Array(index.labels.length);
  for (const [model, views] of Object.entries(index.numbers.mix)) {
    const [weight, change] = views.whole;
    const share = (weight + change * length) / texts.length;
    for (const text of texts) LOGITS[model](index, text).forEach((value, label) => (sum[label] += share * value));
  }
  const highest = Math.max(...sum);
  const powers = sum.map((value) => Math.exp(value - highest));
  const total = powers.reduce((a, b) => a + b);
  const all = index.labels.map((label, k) => [label, powers[k] / total]);
  const ours = all.filter(([label]) => !label.startsWith(index.outside));
  const groups = all.filter(([label]) => label.startsWith(index.outside));
  return { entries: ours, groups: groups.map(([label, p]) => [label.slice(index.outside.length), p]) };
}

const LOGITS = {
  small({ encoder, head, labels }, text) {
    const vector = encode(text, encoder);
    const found = Float64Array.from(head.bias);
    for (let label = 0; label < labels.length; label++) {
      for (let k = 0; k < vector.length; k++) found[label] += head.weights[label * vector.length + k] * vector[k];
    }
    return found;
  },
  ngrams({ ngrams, labels }, text) {
    const found = Float64Array.from(ngrams.bias);
    for (const [row, value] of weighted(buckets(text, ngrams), ngrams)) {
      const factor = value * ngrams.scales[row];
      for (let label = 0; label < labels.length; label++) {
        found[label] += factor * ngrams.weights[row * labels.length + label];
      }
    }
    return found;
  },
};

function logit(p) {
  const inside = Math.min(Math.max(p, 1e-6), 1 - 1e-6);
  return Math.log(inside / (1 - inside));
}

function confidence({ top, scope, offset }, p, inScope) {
  return 1 / (1 + Math.exp(-(top * logit(p) + scope * logit(inScope) + offset)));
}

function kindOf({ answer, suggest }, best, inScope) {
  if (inScope < suggest) return "decline";
  return best >= answer ? "answer" : "suggest";
}
