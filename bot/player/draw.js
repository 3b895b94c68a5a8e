// Drawing on a canvas: maps with their boundary, curves, bars, examples, axes.

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

/** Values (side × side, the first row at the bottom) in the colours of the ramp, over the box. */
export function map(context, values, side, [low, high], ramp, box) {
  const { canvas, context: small, image, pixels } = tileOf(side), factor = 255 / (high - low);
  for (let row = 0; row < side; row++) {
    for (let k = row * side, to = (side - 1 - row) * side; k < (row + 1) * side; k++, to++) {
      const level = (values[k] - low) * factor;
      pixels[to] = ramp[level > 255 ? 255 : level > 0 ? level | 0 : 0]; // not a number: the darkest
    }
  }
  small.putImageData(image, 0, 0);
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, box.x, box.y, box.width, box.height);
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
      for (let f = 0; f + 3 < found.length; f += 4) pieces.push(found[f], found[f + 1], found[f + 2], found[f + 3]);
    }
  }
  return pieces;
}

/** The line white on dark, so that it stands out on every colour of the ramp. */
export function boundary(context, pieces, box, width, colours) {
  context.beginPath();
  for (let k = 0; k < pieces.length; k += 4) {
    context.moveTo(box.x + pieces[k] * box.width, box.y + (1 - pieces[k + 1]) * box.height);
    context.lineTo(box.x + pieces[k + 2] * box.width, box.y + (1 - pieces[k + 3]) * box.height);
  }
  context.lineCap = "round";
  for (const [colour, factor] of [[colours.dark, 2.4], ["#fff", 1]]) {
    context.strokeStyle = colour;
    context.lineWidth = factor * width;
    context.stroke();
  }
}

/** Values along the box's width, from `low` to `high` upwards. */
export function curve(context, values, [low, high], box, colour, width = 2) {
  context.beginPath();
  values.forEach((value, n) => {
    const y = box.y + box.height * (1 - (value - low) / (high - low));
    context.lineTo(box.x + (box.width * n) / (values.length - 1), Math.min(Math.max(y, box.y - 1e4), box.y + 1e4));
  });
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.stroke();
}

/** Bars to the left (negative) and right of the middle, one below the other. */
export function bars(context, values, reach, box, colours) {
  const height = box.height / values.length, middle = box.x + box.width / 2;
  values.forEach((value, k) => {
    const length = (box.width / 2) * Math.min(Math.abs(value) / reach, 1) || 0;
    context.fillStyle = value < 0 ? colours.below : colours.above;
    context.fillRect(value < 0 ? middle - length : middle, box.y + k * height + height * 0.14, length, height * 0.72);
  });
  context.fillStyle = colours.muted;
  context.fillRect(middle - 0.5, box.y, 1, box.height);
}

/** One example: a white circle, a dark diamond, or a dot where there is no yes and no. */
export function mark(context, x, y, kind, colours, size = 3.2) {
  context.beginPath();
  if (kind === "no") {
    const r = size * 1.25;
    context.moveTo(x, y - r);
    for (const [dx, dy] of [[r, 0], [0, r], [-r, 0]]) context.lineTo(x + dx, y + dy);
    context.closePath();
  } else context.arc(x, y, size, 0, 7);
  context.fillStyle = kind === "yes" ? "#fff" : kind === "no" ? colours.dark : colours.muted;
  context.strokeStyle = kind === "yes" ? colours.dark : kind === "no" ? "#fff" : colours.background;
  context.lineWidth = kind === "yes" ? 1.2 : 0.9;
  context.fill();
  context.stroke();
}

/** The chosen point: cross hairs and a ring. */
export function cross(context, x, y, box, colours, size = 5) {
  for (const [colour, width] of [[colours.dark, 2.2], ["#fff", 0.9]]) {
    context.fillStyle = context.strokeStyle = colour;
    context.globalAlpha = 0.65;
    context.fillRect(x - width / 2, box.y, width, box.height);
    context.fillRect(box.x, y - width / 2, box.width, width);
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, y, size, 0, 7);
    context.lineWidth = 1.8 * width;
    context.stroke();
  }
}

/** A text at x, or ending or centred there. */
export function write(context, text, x, y, align = "left", most) {
  context.textAlign = align;
  context.fillText(text, x, y, most);
}

/** Round numbers between low and high, about `most` of them. */
export function ticks(low, high, most) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough - 1e-12) ?? 10 * power;
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step);
  return found;
}
