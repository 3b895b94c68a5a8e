// Drawing on a canvas: maps with their boundary, curves, bars, examples.

import { clamp } from "./dom.js";

/** A function from values, `low` to `high`, to places, `from` to `to`. */
export const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low)) * (to - from);

/** Round numbers between low and high, about `most` of them. */
export function ticks(low, high, most) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough - 1e-12) ?? 10 * power;
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step);
  return found;
}

/** The pieces of the line on which values are zero, by marching squares: [x, y, x, y, ...] as shares of the side. */
export function zeroLine(values, side) {
  const pieces = [], at = (i) => (i + 0.5) / side;
  for (let row = 0; row + 1 < side; row++) {
    for (let k = row * side; k < row * side + side - 1; k++) {
      const a = values[k], b = values[k + 1], c = values[k + side + 1], d = values[k + side];
      if (a > 0 === b > 0 && b > 0 === c > 0 && c > 0 === d > 0) continue;
      const x = k - row * side, found = [];
      if (a > 0 !== b > 0) found.push(at(x + a / (a - b)), at(row));
      if (b > 0 !== c > 0) found.push(at(x + 1), at(row + b / (b - c)));
      if (d > 0 !== c > 0) found.push(at(x + d / (d - c)), at(row + 1));
      if (a > 0 !== d > 0) found.push(at(x), at(row + a / (a - d)));
      pieces.push(...found); // of two points or of four
    }
  }
  return pieces;
}

let tile = null; // one small canvas for all maps: pixels go there first, and are smoothed on the way out

function tileOf(side) {
  if (tile?.side !== side) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d"), image = context.createImageData(side, side);
    tile = { side, canvas, context, image, pixels: new Uint32Array(image.data.buffer) };
  }
  return tile;
}

/** Draws on a canvas in CSS pixels; colours are names of the style sheet's, or any other. */
export class Painter {
  /** The canvas becomes as large on this screen, and empty. */
  constructor(canvas, width, height, colours) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2), context = canvas.getContext("2d");
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    Object.assign(this, { context, colours });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `11.5px ${colours.font}`;
    this.ink("muted");
  }

  /** What is drawn from here on is in this colour. */
  ink(colour, lineWidth = 1) {
    const { context, colours } = this;
    context.fillStyle = context.strokeStyle = colours[colour] ?? colour;
    context.lineWidth = lineWidth;
    return context;
  }

  /** A text at x, or ending or centred there. */
  write(text, x, y, align = "left", most) {
    this.context.textAlign = align;
    this.context.fillText(text, x, y, most);
  }

  dot(x, y, radius) {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 7);
    this.context.fill();
  }

  /** Values (side × side, the first row at the bottom) in the colours of the ramp, over the box. */
  map(values, side, [low, high], box) {
    const { canvas, context: small, image, pixels } = tileOf(side), factor = 255 / (high - low), { ramp } = this.colours;
    for (let row = 0; row < side; row++) {
      for (let k = row * side, to = (side - 1 - row) * side; k < (row + 1) * side; k++, to++) {
        const level = (values[k] - low) * factor;
        pixels[to] = ramp[level > 255 ? 255 : level > 0 ? level | 0 : 0]; // not a number: the darkest
      }
    }
    small.putImageData(image, 0, 0);
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(canvas, box.x, box.y, box.width, box.height);
  }

  /** The line on which values are zero: white on dark, so that it stands out on every colour of the ramp. */
  boundary(values, side, box, width) {
    const { context } = this, pieces = zeroLine(values, side);
    context.beginPath();
    for (let k = 0; k < pieces.length; k += 4) {
      context.moveTo(box.x + pieces[k] * box.width, box.y + (1 - pieces[k + 1]) * box.height);
      context.lineTo(box.x + pieces[k + 2] * box.width, box.y + (1 - pieces[k + 3]) * box.height);
    }
    context.lineCap = "round";
    this.ink("dark", 2.4 * width).stroke();
    this.ink("#fff", width).stroke();
  }

  /** Values along the box's width, from `low` to `high` upwards. */
  curve(values, [low, high], box, colour, width = 2) {
    const { context } = this, up = scale(low, high, box.y + box.height, box.y);
    const across = scale(0, values.length - 1, box.x, box.x + box.width);
    context.beginPath();
    values.forEach((value, n) => context.lineTo(across(n), clamp(up(value), box.y - 1e4, box.y + 1e4)));
    context.lineJoin = "round";
    this.ink(colour, width).stroke();
  }

  /** Bars to the left (negative) and right of the middle, one below the other. */
  bars(values, reach, box) {
    const height = box.height / values.length, middle = box.x + box.width / 2;
    values.forEach((value, k) => {
      const length = (box.width / 2) * clamp(value / reach, -1) || 0;
      this.ink(value < 0 ? "below" : "above").fillRect(middle, box.y + (k + 0.14) * height, length, height * 0.72);
    });
    this.ink("muted").fillRect(middle - 0.5, box.y, 1, box.height);
  }

  /** One example: a white circle ("yes"), a dark diamond ("no"), or a dot where there is no yes and no. */
  mark(x, y, kind, size = 3.2) {
    const { context } = this, r = size * 1.25;
    const [inside, edge, width] = { yes: ["#fff", "dark", 1.2], no: ["dark", "#fff", 0.9] }[kind]
      ?? ["muted", "background", 0.9];
    context.beginPath();
    if (kind === "no") {
      context.moveTo(x, y - r);
      for (const [dx, dy] of [[r, 0], [0, r], [-r, 0]]) context.lineTo(x + dx, y + dy);
      context.closePath();
    } else context.arc(x, y, size, 0, 7);
    this.ink(inside).fill();
    this.ink(edge, width).stroke();
  }

  /** The chosen point: cross hairs and a ring. */
  cross([x, y], box, size) {
    const { context } = this;
    for (const [colour, width] of [["dark", 2.2], ["#fff", 0.9]]) {
      this.ink(colour, 1.8 * width);
      context.globalAlpha = 0.65;
      context.fillRect(x - width / 2, box.y, width, box.height);
      context.fillRect(box.x, y - width / 2, box.width, width);
      context.globalAlpha = 1;
      context.beginPath();
      context.arc(x, y, size, 0, 7);
      context.stroke();
    }
  }
}
