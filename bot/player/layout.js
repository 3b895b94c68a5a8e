// Where the units of a network stand: a column for each layer, or several for a wide one.

const MOST_ROWS = 8, LEAST = 40, SUBGAP = 8, LABEL = 34, HEAD = 22, INPUT = 58;
const LARGEST = [112, 112, 112, 104, 88, 74, 64, 56, 50]; // side of a unit's picture, by rows

const BESIDE = 380; // what the large picture needs beside the diagram, with some air

/** Whether the large picture has room beside the diagram. */
export const fitsBeside = (sizes, room) => room >= arrange(sizes, 0, inputWidth(room)).width + BESIDE;

export const inputWidth = (room) => (room < 420 ? 74 : 92);

/**
 * @returns {width, height, side, columns: [{layer, x, width}], places: [[{x, y, width, height}]]}; layer 0 is the
 *   input. The width is more than `room` where units would be too small to touch.
 */
export function arrange(sizes, room, wide) {
  const layers = sizes.map((units) => {
    const across = Math.ceil(units / MOST_ROWS);
    return { units, across, rows: Math.ceil(units / across) };
  });
  const across = layers.slice(1).reduce((sum, layer) => sum + layer.across, 0);
  const between = layers.slice(1).reduce((sum, layer) => sum + (layer.across - 1) * SUBGAP, 0);
  const gaps = layers.length - 1, leastGap = layers.length > 6 ? 18 : 28;
  const inputs = wide * layers[0].across + SUBGAP * (layers[0].across - 1);
  const fits = (room - inputs - between - gaps * leastGap) / across;
  const side = Math.floor(Math.max(LEAST, Math.min(LARGEST[Math.max(...layers.slice(1).map((l) => l.rows))], fits)));
  const gap = Math.min(Math.max((room - inputs - between - across * side) / gaps, leastGap), 110);
  const tallOf = (l) => (l ? side : Math.min(side, INPUT)), pitch = (l) => tallOf(l) + (l === 0 ? 14 : l === gaps ? LABEL : 9);
  const tall = Math.max(...layers.map((layer, l) => layer.rows * pitch(l)));
  let x = 0;
  const columns = [], places = layers.map((layer, l) => {
    const width = l ? side : wide, from = x;
    const found = Array.from({ length: layer.units }, (_, j) => {
      const column = Math.floor(j / layer.rows), row = j % layer.rows;
      const rows = Math.min(layer.rows, layer.units - column * layer.rows);
      const y = HEAD + (tall - rows * pitch(l)) / 2 + row * pitch(l);
      return { x: from + column * (width + SUBGAP), y, width, height: tallOf(l) };
    });
    const whole = layer.across * width + (layer.across - 1) * SUBGAP;
    columns.push({ layer: l, x: from, width: whole });
    x += whole + gap;
    return found;
  });
  return { width: Math.ceil(x - gap), height: Math.ceil(HEAD + tall), side, columns, places };
}
