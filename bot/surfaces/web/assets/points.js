// Points with two inputs and a kind, 0 or 1, as rows of one's own and back.

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

/** The rows of points, as they stand in the field.
 * @param {Rows} rows @returns {string} */
export function rowsOf({ head, points }) {
  return [...(head && points.length ? [head] : []), ...points.map(({ x, y, kind }) => `${x},${y}|${kind}`)].join("\n");
}

/** The end of both axes: 1, and further where points lie further out.
 * @param {Point[]} points @returns {number} */
export function reach(points) {
  const far = Math.max(...points.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]), 0);
  return far > 1 ? far * 1.1 : far === 1 ? 1.2 : 1; // points on the very edge would be cut
}

/** A coordinate with as many digits as a pad can tell apart.
 * @param {number} value @param {number} far @returns {number} */
export function rounded(value, far) {
  const unit = 10 ** (Math.floor(Math.log10(far)) - 2);
  return Number((Math.round(value / unit) * unit).toPrecision(6)) || 0;
}
