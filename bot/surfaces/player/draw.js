// Drawing on a canvas.

import { clamp } from "./dom.js";

/** A function from values between `low` and `high` to places between `from` and `to`. */
export const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low)) * (to - from);

/** Round numbers between low and high, about `most` of them. */
export function ticks(low, high, most) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough)), found = [];
  const step = power * ([1, 2, 2.5, 5].find((m) => m * power >= rough - 1e-12) ?? 10);
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step);
  return found;
}

let tile = null; // one small canvas for all maps: its pixels are smoothed on the way out

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
    const ratio = Math.min(devicePixelRatio, 2), context = canvas.getContext("2d");
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    this.context = context;
    this.colours = colours;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.ink("muted");
  }

  /** The context, to draw in a colour. */
  ink(colour, lineWidth = 1) {
    const { context, colours } = this;
    context.fillStyle = context.strokeStyle = colours.of(colour);
    context.lineWidth = lineWidth;
    return context;
  }

  /** A text that starts at x, or as `textAlign` says. */
  write(text, x, y, textAlign = "left", most) {
    Object.assign(this.context, { textAlign, font: `11.5px ${this.colours.font}` }).fillText(text, x, y, most);
  }

  /** A ring, or with `fill` a dot. */
  round(x, y, radius, how = "stroke") {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 7);
    this.context[how]();
  }

  /** Values (side × side, from the bottom) in the colours of the ramp. */
  map(values, side, [low, high], { x, y, width, height }) {
    const { canvas, context, image, pixels } = tileOf(side), { ramp } = this.colours, factor = 255 / (high - low);
    for (let row = 0; row < side; row++) {
      for (let k = row * side, to = (side - 1 - row) * side; k < (row + 1) * side; k++, to++) {
        const level = (values[k] - low) * factor;
        pixels[to] = ramp[level > 255 ? 255 : level > 0 ? level | 0 : 0]; // not a number: the darkest
      }
    }
    context.putImageData(image, 0, 0);
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(canvas, x, y, width, height);
  }

  /** Where values are zero, by marching squares: a white line on dark, which every colour of the ramp sets off. */
  boundary(values, side, { x, y, width, height }, lineWidth) {
    const { context } = this;
    let begun = false; // a piece of the line
    const go = (column, row) => {
      const at = [x + ((column + 0.5) / side) * width, y + (1 - (row + 0.5) / side) * height];
      begun ? context.lineTo(...at) : context.moveTo(...at);
      begun = !begun;
    };
    context.beginPath();
    for (let row = 0; row + 1 < side; row++) {
      for (let column = 0, k = row * side; column + 1 < side; column++, k++) {
        const a = values[k], b = values[k + 1], c = values[k + side + 1], d = values[k + side];
        if (a > 0 === b > 0 && b > 0 === c > 0 && c > 0 === d > 0) continue;
        if (a > 0 !== b > 0) go(column + a / (a - b), row);
        if (b > 0 !== c > 0) go(column + 1, row + b / (b - c));
        if (d > 0 !== c > 0) go(column + d / (d - c), row + 1);
        if (a > 0 !== d > 0) go(column, row + a / (a - d));
      }
    }
    context.lineCap = "round";
    this.ink("ramp-0", 2.4 * lineWidth).stroke();
    this.ink("map-line", lineWidth).stroke();
  }

  /** Values along the box's width, from `low` to `high` upwards. */
  curve(values, [low, high], { x, y, width, height }, colour, lineWidth = 2) {
    const { context } = this, across = scale(0, values.length - 1, x, x + width), up = scale(low, high, y + height, y);
    context.beginPath();
    values.forEach((value, n) => context.lineTo(across(n), clamp(up(value), y - 1e4, y + 1e4)));
    context.lineJoin = "round";
    this.ink(colour, lineWidth).stroke();
  }

  bars(values, reach, { x, y, width, height }) {
    const step = height / values.length, middle = x + width / 2;
    values.forEach((value, k) => {
      const length = (width / 2) * clamp(value / reach, -1) || 0;
      this.ink(value < 0 ? "below" : "above").fillRect(middle, y + (k + 0.14) * step, length, step * 0.72);
    });
    this.ink("muted").fillRect(middle - 0.5, y, 1, height);
  }

  /** One example: a white circle ("yes"), a dark diamond ("no"), or a dot. */
  mark(x, y, kind, size = 3.2) {
    const { context } = this, r = size * 1.25;
    const [inside, edge, lineWidth] = { yes: ["map-line", "ramp-0", 1.2], no: ["ramp-0", "map-line", 0.9] }[kind]
      ?? ["muted", "background", 0.9];
    this.ink(inside);
    if (kind === "no") {
      context.beginPath();
      context.moveTo(x, y - r);
      for (const [dx, dy] of [[r, 0], [0, r], [-r, 0]]) context.lineTo(x + dx, y + dy);
      context.closePath();
      context.fill();
    } else this.round(x, y, size, "fill");
    this.ink(edge, lineWidth).stroke();
  }

  cross([x, y], box, size) {
    for (const [colour, width] of /** @type {[string, number][]} */ ([["ramp-0", 2.2], ["map-line", 0.9]])) {
      const context = this.ink(colour, 1.8 * width);
      context.globalAlpha = 0.65;
      context.fillRect(x - width / 2, box.y, width, box.height);
      context.fillRect(box.x, y - width / 2, box.width, width);
      context.globalAlpha = 1;
      this.round(x, y, size);
    }
  }
}
