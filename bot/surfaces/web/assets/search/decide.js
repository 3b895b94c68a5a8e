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
  const { entries, groups, alone, length } = probabilities(index, forms(index, typed));
  const inScope = total(entries);
  const ranked = entries
    .map(([slug, p], k) => ({ slug, p, confidence: confidence(numbers, signsOf(entries, groups, alone, length, k)) }))
    .sort((a, b) => b.p - a.p);
  ranked.reduce((least, match) => (match.confidence = Math.min(least, match.confidence)), 1);
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
  const mixed = new Float64Array(index.labels.length);
  const alone = {};
  for (const [model, views] of Object.entries(index.numbers.mix)) {
    const [weight, change] = views.whole;
    const mean = new Float64Array(index.labels.length);
    for (const text of texts) LOGITS[model](index, text).forEach((v, label) => (mean[label] += v / texts.length));
    mean.forEach((value, label) => (mixed[label] += (weight + change * length) * value));
    alone[model] = total(shares(index, mean).ours);
  }
  const { ours, groups } = shares(index, mixed);
  return { entries: ours, groups: groups.map(([label, p]) => [label.slice(index.outside.length), p]), alone, length };
}

/** The probabilities of all labels, those of entries and those of groups. */
function shares(index, logits) {
  const highest = Math.max(...logits);
  const powers = logits.map((value) => Math.exp(value - highest));
  const sum = powers.reduce((a, b) => a + b);
  const all = index.labels.map((label, k) => [label, powers[k] / sum]);
  const isGroup = ([label]) => label.startsWith(index.outside);
  return { ours: all.filter((one) => !isGroup(one)), groups: all.filter(isGroup) };
}

function total(labelled) {
  return labelled.reduce((sum, [, p]) => sum + p, 0);
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

/** What the confidence in the k-th entry is weighed from, as bot/matching/confidence.py has it. */
function signsOf(entries, groups, alone, length, k) {
  const others = entries.reduce((most, [, p], other) => (other === k ? most : Math.max(most, p)), 0);
  const found = logit(entries[k][1]);
  const signs = { top: found, scope: logit(total(entries)), margin: found - logit(others), length };
  signs.group = logit(groups.reduce((most, [, p]) => Math.max(most, p), 0));
  for (const [model, share] of Object.entries(alone)) signs[`ours by ${model} whole`] = logit(share);
  return signs;
}

function confidence({ top, scope, offset, further }, signs) {
  const weighed = Object.entries(further).reduce((sum, [sign, weight]) => sum + weight * signs[sign], 0);
  return 1 / (1 + Math.exp(-(top * signs.top + scope * signs.scope + weighed + offset)));
}

function kindOf({ answer, suggest }, best, inScope) {
  if (inScope < suggest) return "decline";
  return best >= answer ? "answer" : "suggest";
}
