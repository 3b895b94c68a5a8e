// Where units stand: a column for each layer, or several for a wide one.

import { clamp } from "./dom.js";

const MOST_ROWS = 8, LEAST = 40, SMALLEST = 22, SUBGAP = 8, LABEL = 34, HEAD = 22, INPUT = 58;
const LARGEST = [112, 112, 112, 104, 88, 74, 64, 56, 50]; // side of a unit's picture, by rows
const BESIDE = 380; // what the large picture needs beside the diagram

/** Whether the large picture has room beside the diagram. */
export const fitsBeside = (sizes, width) => width >= arrange(sizes, 0, width).width + BESIDE;

/**
 * {width, height, side, columns: [{x, width}], places: [[{x, y, width, height}]]}, from the input on; wider than `room`
 * where units would be too small to touch; as high as `tall` where they need not be touched.
 */
export function arrange(sizes, room, whole, tall = Infinity) {
  const layers = sizes.map((units) => {
    const across = Math.ceil(units / MOST_ROWS);
    return { units, across, rows: Math.ceil(units / across) };
  });
  const wide = whole < 420 ? 74 : 92; // of an input
  const widthOf = ({ across }, each) => across * (each + SUBGAP) - SUBGAP;
  const [input, ...rest] = layers, gaps = rest.length, leastGap = gaps > 5 ? 18 : 28;
  const across = rest.reduce((sum, layer) => sum + layer.across, 0);
  const free = rest.reduce((left, layer) => left - widthOf(layer, 0), room - widthOf(input, wide));
  const most = Math.max(...rest.map(({ rows }) => rows)), fits = (tall - HEAD) / most - 9;
  const [least, largest] = [Math.min(LEAST, Math.max(fits, SMALLEST)), Math.min(LARGEST[most], Math.max(fits, SMALLEST))];
  const side = Math.floor(clamp((free - gaps * leastGap) / across, least, largest));
  const gap = clamp((free - across * side) / gaps, leastGap, 110);
  const heightOf = (l) => (l ? side : Math.min(side, INPUT));
  const pitch = (l) => heightOf(l) + (l === 0 ? 14 : l === gaps ? LABEL : 9);
  const height = Math.max(...layers.map(({ rows }, l) => rows * pitch(l)));
  let x = 0;
  const columns = [], places = layers.map((layer, l) => {
    const { units, rows } = layer, width = l ? side : wide, from = x;
    columns.push({ x, width: widthOf(layer, width) });
    x += columns[l].width + gap;
    return Array.from({ length: units }, (_, j) => {
      const column = Math.floor(j / rows), below = Math.min(rows, units - column * rows);
      const y = HEAD + (height - below * pitch(l)) / 2 + (j % rows) * pitch(l);
      return { x: from + column * (width + SUBGAP), y, width, height: heightOf(l) };
    });
  });
  return { width: Math.ceil(x - gap), height: Math.ceil(HEAD + height), side, columns, places };
}
