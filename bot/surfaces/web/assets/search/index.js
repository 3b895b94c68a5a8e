// The search index: one deflated file with a header in JSON and numbers; bot/matching/search_file.py writes it.

const FORMAT = 4; // of the file; search_file.py writes it into the header

/** Fetch and unpack an index. The format in the address keeps a file of another one in the browser's cache out of this. */
export async function load(address) {
  const answer = await fetch(`${address}?format=${FORMAT}`);
  if (!answer.ok) throw new Error(`the search index cannot be read (${answer.status})`);
  const inflated = answer.body.pipeThrough(new DecompressionStream("deflate"));
  return unpack(await new Response(inflated).arrayBuffer());
}

/** From the inflated bytes to what `decide` needs. */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  if (header.format !== FORMAT) throw new Error(`the search index has format ${header.format}, not ${FORMAT}: reload`);
  const kinds = { int8: Int8Array, uint16: Uint16Array, float32: Float32Array, utf8: Uint8Array };
  const part = (name) => {
    const [kind, start, count] = header.parts[name];
    const found = new kinds[kind](buffer, 4 + length + start, count);
    return kind === "utf8" ? new TextDecoder().decode(found) : found;
  };
  const ids = new Map(part("pieces").split("\n").map((piece, id) => [piece, id]));
  const rows = new Map(Array.from(part("ngrams_buckets"), (bucket, row) => [bucket, row]));
  const { spelling } = header;
  return {
    ...header,
    encoder: { ids, table: part("table"), scales: part("table_scales"), dim: header.dim },
    head: { weights: part("weights"), bias: part("bias") },
    ngrams: {
      ...header.ngrams, rows, idf: part("ngrams_idf"), weights: part("ngrams_rows"),
      scales: part("ngrams_scales"), bias: part("ngrams_bias"),
    },
    spelling: { ...spelling, known: new Set(unfolded(part("words"))), targets: pairs(part("targets")) },
  };
}

/** Words of a sorted list, each written as how much it shares with the one before and the rest. */
function unfolded(text) {
  let last = "";
  return text.split("\n").map((line) => (last = last.slice(0, line.charCodeAt(0) - 48) + line.slice(1)));
}

function pairs(text) {
  return text.split("\n").map((line) => [line.slice(0, line.indexOf(" ")), Number(line.slice(line.indexOf(" ")))]);
}
