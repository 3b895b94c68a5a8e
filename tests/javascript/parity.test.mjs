// What numpy and the matcher say, in JSON, against what the browser's modules make of the same: run by
// tests/test_javascript.py, which writes the file that PARITY names.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inflateSync } from "node:zlib";

import { forward, buffers } from "../../bot/surfaces/player/network.js";
import { decode } from "../../bot/surfaces/player/recording.js";
import { pointIn, unpack as unpackAsks } from "../../bot/surfaces/web/assets/search/asks.js";
import { decide } from "../../bot/surfaces/web/assets/search/decide.js";
import { unpack } from "../../bot/surfaces/web/assets/search/index.js";
import { correct } from "../../bot/surfaces/web/assets/search/spelling.js";
import { clean } from "../../bot/surfaces/web/assets/search/text.js";

const fixtures = JSON.parse(readFileSync(process.env.PARITY, "utf8"));
const inflated = inflateSync(Buffer.from(fixtures.index, "base64"));
const index = unpack(inflated.buffer.slice(inflated.byteOffset, inflated.byteOffset + inflated.length));

for (const { text, cleaned, corrected, slug, kind, outside, confidence } of fixtures.questions) {
  test(`is read as in Python: ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.equal(clean(text, index.bounds.longest), cleaned);
    assert.equal(correct(cleaned, index.spelling), corrected);
    const found = decide(index, text);
    assert.deepEqual([found.ranked[0].slug, found.kind, found.outside], [slug, kind, outside]);
    assert.ok(Math.abs(found.ranked[0].confidence - confidence) < 0.08, "its numbers have eight bits");
  });
}

const asks = unpackAsks(inflateSync(Buffer.from(fixtures.asks, "base64")).toString());
const pointOf = (text) => pointIn(asks, correct(text, index.spelling));

test("every way to ask a point finds it", () => {
  const missed = fixtures.ways.filter(({ text, entry, id }) => {
    const found = pointOf(text);
    return found?.entry !== entry || found.id !== id || !found.exact;
  });
  assert.ok(missed.length <= 0.005 * fixtures.ways.length, JSON.stringify(missed)); // what is spelt otherwise than in Python
});

for (const { text, id } of fixtures.near) {
  test(`asks ${id}: ${text}`, () => assert.deepEqual(pointOf(text)?.id ?? null, id));
}

test("what asks for a topic asks no point", () => {
  const wrong = fixtures.general.filter(({ text, entry }) => ![undefined, entry].includes(pointOf(text)?.entry));
  assert.ok(wrong.length <= 0.01 * fixtures.general.length, JSON.stringify(wrong));
});

for (const { name, recording, outputs, loss } of fixtures.runs) {
  test(`is evaluated as in numpy: ${name}`, () => {
    const found = decode(Buffer.from(recording, "base64"));
    const values = forward(found, found.frames.at(-1), found.inputs, buffers(found.sizes, found.points));
    values.a.at(-1).forEach((row, unit) => row.forEach((value, n) =>
      assert.ok(Math.abs(value - outputs[unit][n]) < 1e-4, `unit ${unit}, example ${n}`)));
    assert.ok(Math.abs(found.losses.at(-1) - loss) <= 1e-5 * Math.max(1, Math.abs(loss)));
  });
}
