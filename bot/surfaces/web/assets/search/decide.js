// A question to ranked entries and one of three decisions, as bot/matching/matcher.py does.

import { encode } from "./encoder.js";
import { buckets, weighted } from "./ngrams.js";
import { correct } from "./spelling.js";
import { clean, clearlyNotEnglish, rule, withPrevious } from "./text.js";

/** {kind: "answer" | "suggest" | "decline", ranked: [{slug, confidence}], outside, says}; `previous`: oldest first. */
export function decide(index, question, previous = []) {
  const { bounds, lines } = index;
  const cleaned = clean(question, bounds.longest);
  const earlier = previous.map((text) => clean(text, bounds.longest));
  const typed = withPrevious(cleaned, earlier, index.leaning);
  const { entries, groups } = probabilities(index, new Set([typed, correct(typed, index.spelling)]));
  const inScope = entries.reduce((sum, [, p]) => sum + p, 0);
  const ranked = entries
    .map(([slug, p]) => ({ slug, confidence: confidence(index.calibration, p, inScope) }))
    .sort((a, b) => b.confidence - a.confidence);
  const decision = (kind, outside = null) => ({ kind, ranked, outside, says: outside && lines[outside] });
  const ruled = rule(cleaned, bounds.latin_enough, bounds.symbols);
  if (ruled) return decision("decline", ruled);
  const kind = kindOf(index.calibration, ranked[0].confidence, inScope);
  const [group, share] = groups.reduce((best, other) => (other[1] > best[1] ? other : best), [null, 0]);
  if (clearlyNotEnglish(cleaned, index.languages) && (kind !== "answer" || ranked[0].confidence < bounds.sure)) {
    return decision(share >= bounds.likely_outside ? "decline" : "suggest", "other-language");
  }
  const clearly = share >= bounds.clearly * (1 - inScope);
  return decision(kind, kind === "decline" && clearly ? group : null);
}

function probabilities(index, texts) {
  const sum = new Float64Array(index.labels.length);
  for (const text of texts) logits(index, text).forEach((value, label) => (sum[label] += value / texts.size));
  const highest = Math.max(...sum);
  const powers = sum.map((value) => Math.exp(value - highest));
  const total = powers.reduce((a, b) => a + b);
  const all = index.labels.map((label, k) => [label, powers[k] / total]);
  const ours = all.filter(([label]) => !label.startsWith(index.outside));
  const groups = all.filter(([label]) => label.startsWith(index.outside));
  return { entries: ours, groups: groups.map(([label, p]) => [label.slice(index.outside.length), p]) };
}

function logits({ encoder, head, labels, ngrams }, text) {
  const vector = encode(text, encoder);
  const found = Float64Array.from(head.bias);
  for (let label = 0; label < labels.length; label++) {
    for (let k = 0; k < vector.length; k++) found[label] += head.weights[label * vector.length + k] * vector[k];
  }
  for (const [row, value] of weighted(buckets(text, ngrams), ngrams)) {
    const factor = value * head.scales[row];
    for (let label = 0; label < labels.length; label++) found[label] += factor * head.runs[row * labels.length + label];
  }
  return found;
}

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
