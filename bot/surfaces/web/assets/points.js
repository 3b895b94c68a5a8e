// Points with two inputs and a class, 0 or 1, as rows of one's own and back.

export const MOST = 200;

/** @typedef {{ x: number, y: number, kind: number }} Point */
/** @typedef {{ head: string, points: Point[], known: boolean }} Rows */

/** The points of a text of rows; not `known` where a row is no pair of inputs with a target of 0 or 1, or one too many.
 * @param {string} text @returns {Rows} */
export function pointsOf(text) {
  const lines = text.split(/[\n;]/).map((line) => line.trim()).filter(Boolean);
  const cells = lines.map((line) => line.split(/[,|]/).map((cell) => (cell.trim() ? Number(cell) : NaN)));
  const head = cells.length && cells[0].every(Number.isNaN) ? lines[0] : "";
  const rows = cells.slice(head ? 1 : 0);
  const known = rows.length <= MOST && rows.every((row) => row.length === 3 && row.every(Number.isFinite)
    && (row[2] === 0 || row[2] === 1));
  return { head, known, points: known ? rows.map(([x, y, kind]) => ({ x, y, kind })) : [] };
}

/** The examples of a recording with two inputs; no points where they have no two classes, or are too many.
 * @param {any} recording @returns {Rows} */
export function examplesOf({ axes, inputs: [across, up], targets, accuracies }) {
  const fit = accuracies && targets.length <= 2 && across.length <= MOST;
  const exact = (/** @type {number} */ value) => Number(value.toPrecision(6)); // recordings hold 32 bits
  const points = Array.from(fit ? across : [], (x, n) => ({
    x: exact(axes[0].real(x)), y: exact(axes[1].real(up[n])), kind: Number(targets.at(-1)[n] > 0.5) }));
  const whole = targets.length === 2 || Array.from(fit ? targets[0] : []).every((y) => Math.abs(y) === 1 || y === 0);
  return { head: "", known: true, points: whole ? points : [] };
}

/** The rows of points, as they stand in the field.
 * @param {Rows} rows @returns {string} */
export function rowsOf({ head, points }) {
  return [...(head && points.length ? [head] : []), ...points.map(({ x, y, kind }) => `${x},${y}|${kind}`)].join("\n");
}

/** A coordinate with as many digits as can be told apart on an axis of that length.
 * @param {number} value @param {number} length @returns {number} */
export function rounded(value, length) {
  const unit = 10 ** (Math.floor(Math.log10(length)) - 2);
  return Number((Math.round(value / unit) * unit).toPrecision(6)) || 0;
}
