// Runs of three to five bytes within words, hashed into buckets, as bot/matching/ngrams.py does.

const WORD = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]+/gu;
const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

/** The checksum that zlib calls crc32, of bytes from `start` to before `end`. */
export function crc32(bytes, start = 0, end = bytes.length) {
  let sum = 0xffffffff;
  for (let i = start; i < end; i++) sum = CRC[(sum ^ bytes[i]) & 0xff] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** How often each bucket is hit: Map(bucket -> count). */
export function buckets(text, { sizes, longestWord, count }) {
  const hits = new Map();
  const utf8 = new TextEncoder();
  for (const word of text.toLowerCase().match(WORD) ?? []) {
    const bytes = utf8.encode(` ${[...word].slice(0, longestWord).join("")} `);
    for (const size of sizes) {
      for (let start = 0; start < Math.max(1, bytes.length - size + 1); start++) {
        const bucket = crc32(bytes, start, Math.min(start + size, bytes.length)) % count;
        hits.set(bucket, (hits.get(bucket) ?? 0) + 1);
      }
    }
  }
  return hits;
}

/** The rows of the known buckets and their values, which have length one together: [[row, value], ...]. */
export function weighted(hits, { rows, idf }) {
  const known = [...hits].filter(([bucket]) => rows.has(bucket));
  const found = known.map(([bucket, times]) => [rows.get(bucket), (1 + Math.log(times)) * idf[rows.get(bucket)]]);
  const length = Math.max(Math.hypot(...found.map(([, value]) => value)), 1e-6);
  return found.map(([row, value]) => [row, value / length]);
}
