// How numbers look: colours, and the maps and kernels of one layer on a canvas.

import { asScore } from "./words.js";

// Colours. One scale for all that has a sign: blue below zero, orange above, and zero blank. The two
// hues differ with any kind of colour blindness, and the further from zero, the stronger.

const STOPS = [0, 0.3, 0.65, 1];
const SCALES = {
  light: {
    above: [[244, 243, 239], [247, 205, 155], [224, 124, 32], [138, 58, 0]],
    below: [[244, 243, 239], [180, 207, 232], [66, 133, 196], [10, 58, 108]],
    ink: "#1c1d1f", faint: "#8b8e94", mark: "#00795f", halo: "#ffffff", blank: "#e3e1da",
  },
  dark: {
    above: [[11, 13, 16], [98, 60, 20], [222, 138, 52], [255, 222, 176]],
    below: [[11, 13, 16], [28, 70, 108], [66, 148, 216], [190, 226, 255]],
    ink: "#eceae4", faint: "#7c8087", mark: "#46d9b0", halo: "#000000", blank: "#2b2f36",
  },
};
const STEPS = 256; // of colour on each side of zero

// The colours of a theme, "light" or "dark": those of its lines, and a `table` of 2 * STEPS + 1 for
// numbers from -1 to 1, each as the four bytes of a pixel in one number.
export function coloursOf(theme) {
  const colours = { ...SCALES[theme], table: new Uint32Array(2 * STEPS + 1) };
  for (let step = -STEPS; step <= STEPS; step++) {
    const [r, g, b] = mixed(step < 0 ? colours.below : colours.above, Math.abs(step) / STEPS);
    colours.table[step + STEPS] = packed(r, g, b);
  }
  return colours;
}

// The colour at a share of the way along a row of colours.
function mixed(row, share) {
  const k = STOPS.findIndex((stop, place) => place > 0 && share <= stop);
  const part = (share - STOPS[k - 1]) / (STOPS[k] - STOPS[k - 1]);
  return row[k].map((end, channel) => Math.round((1 - part) * row[k - 1][channel] + part * end));
}

// A pixel in the order of bytes of all common machines: red first.
function packed(r, g, b) {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

function entryOf(value, limit) {
  const share = value / limit;
  return share > -1 ? (share < 1 ? Math.round(share * STEPS) + STEPS : 2 * STEPS) : 0; // NaN: 0
}

// Write numbers into the pixels of a canvas; the strongest colour is the largest of them.
export function fillSigned(pixels, values, { table }) {
  const limit = largestOf(values) || 1;
  for (let k = 0; k < pixels.length; k++) pixels[k] = table[entryOf(values[k], limit)];
}

// The colour of a number as CSS has it, and that of a text upon it.
export function cellColours(colours, value, limit) {
  const pixel = colours.table[entryOf(value, limit || 1)];
  const [r, g, b] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const light = 0.299 * r + 0.587 * g + 0.114 * b > 135;
  return { background: `rgb(${r} ${g} ${b})`, text: light ? "#1c1d1f" : "#ffffff" };
}

// Draw the scale itself along a canvas.
export function drawScale(canvas, colours) {
  const paint = canvas.getContext("2d"), { width, height } = canvas;
  for (let x = 0; x < width; x++) {
    paint.fillStyle = cellColours(colours, (2 * x) / (width - 1) - 1, 1).background;
    paint.fillRect(x, 0, 1, height);
  }
}

// Pictures.

// Turn the input of a network (C, H, W) into pixels: grey, or colours where C is 3.
export function paintPicture(pixels, [C, H, W], values, { low, high }) {
  const byte = value => Math.min(Math.max(Math.round((255 * (value - low)) / (high - low)), 0), 255);
  const area = H * W;
  for (let k = 0; k < area; k++) {
    const r = byte(values[k]);
    pixels[k] = C === 3 ? packed(r, byte(values[area + k]), byte(values[2 * area + k])) : packed(r, r, r);
  }
}

// A canvas of H x W pixels and the numbers that fill it.
export function pixelCanvas(H, W) {
  const canvas = document.createElement("canvas");
  canvas.width = W;
  canvas.height = H;
  const paint = canvas.getContext("2d"), image = paint.createImageData(W, H);
  return { canvas, pixels: new Uint32Array(image.data.buffer), put: () => paint.putImageData(image, 0, 0) };
}

// The maps of a layer.

const MOST_MAPS = 64; // that are shown of a layer at once: the strongest
const HEIGHT = 500; // that the columns of a network may have, in pixels of the page
const BOXES = [[1, 84], [4, 72], [8, 56], [16, 42], [32, 34], [64, 28]]; // maps, and the side of each
const CELLS = [[12, 22], [64, 12], [128, 10], [256, 8], [512, 6]]; // numbers in a row, the side of each
const FONT = "10px 'Helvetica Neue', Arial, sans-serif";
const GAP = 5, MARGIN_OF_MARKS = 3;

// The view of what one layer gives: its maps (C, H, W), or the numbers of a vector as cells, on one
// canvas; beside each map the kernel that made it.
export class LayerView {
  // `layer` has output, parameters and y; the picture itself has `scaling`.
  constructor(canvas, layer) {
    this.canvas = canvas;
    this.layer = layer;
    this.paint = canvas.getContext("2d");
    this.isVector = layer.output.length === 1;
    this.isPicture = layer.scaling !== undefined;
    const [C, H, W] = this.isVector ? [1, 1, layer.output[0]] : layer.output;
    Object.assign(this, { C, H, W, limit: 1, stale: true, empty: false });
    // stale: weights or colours are new; empty: there is no picture, so all maps are blank
    this.maps = Array.from({ length: this.isPicture && C === 3 ? 1 : Math.min(C, MOST_MAPS) }, (_, c) => c);
    this.kernel = kernelShape(layer);
    if (this.kernel) {
      const { side, KH, KW } = this.kernel;
      this.weights = pixelCanvas(this.maps.length * (side * (KH + 1) - 1), side * (KW + 1) - 1);
    }
  }

  // Choose the maps to show where there are too many: those with the largest values now.
  chooseStrongest() {
    const { C, H, W, layer } = this;
    if (this.isVector || C <= MOST_MAPS) return;
    const largest = new Float32Array(C);
    layer.y.forEach((value, place) => {
      const c = Math.floor(place / (H * W));
      largest[c] = Math.max(largest[c], Math.abs(value));
    });
    const order = Array.from(largest.keys()).sort((one, other) => largest[other] - largest[one]);
    this.maps = order.slice(0, MOST_MAPS).sort((one, other) => one - other);
    this.stale = true;
  }

  // Find the places of all maps, in a column of the network, or within a width on a phone.
  //
  // Rows are as high as those of the layer before, where it has as many maps: a map then stands
  // beside the one that it is made of.
  layout(width, before = null) {
    if (this.isVector) {
      const grid = gridOf(this.layer), turned = width !== null && !isPictureInARow(this.layer);
      [this.H, this.W] = turned ? grid.reverse() : grid;
    }
    const { H, W, kernel } = this, count = this.maps.length;
    this.map = pixelCanvas(count * H, W);
    const side = this.isVector
      ? cellSide(this.layer.output[0]) * Math.max(H, W)
      : boxSide(count, Math.max(H, W), width !== null && count <= 8);
    const scale = side / Math.max(H, W);
    const box = { w: Math.round(W * scale), h: Math.round(H * scale) };
    const weights = kernel && kernelBox(kernel, box);
    const label = kernel && count <= 16 ? 14 : 0; // for the number of the map
    const names = this.names && width === null && W === 1 ? this.#widestName() + 6 : 0; // beside the cells
    const above = before?.maps.length === count && width === null ? before.tile.h : 0;
    const tile = { w: label + (weights ? weights.w + 3 : 0) + box.w, h: Math.max(box.h, weights?.h ?? 0, above) };
    const rows = width === null ? rowsOf(count, tile.h) : Math.ceil(count / Math.max(1, Math.floor((width + GAP) / (tile.w + GAP))));
    const columns = Math.ceil(count / rows);
    Object.assign(this, { scale, box, weightsBox: weights, label, tile, rows, columns, namesShown: names > 0 });
    this.acrossFirst = width !== null;
    const around = 2 * MARGIN_OF_MARKS - GAP;
    const size = { w: columns * (tile.w + GAP) + around + names, h: rows * (tile.h + GAP) + around };
    this.canvas.style.width = `${size.w}px`;
    this.canvas.style.height = `${size.h}px`;
    this.canvas.width = Math.round(size.w * devicePixelRatio);
    this.canvas.height = Math.round(size.h * devicePixelRatio);
  }

  // Where the tile of the k-th map that is shown begins; its map and its kernel lie within.
  tileAt(k) {
    const [row, column] = this.acrossFirst
      ? [Math.floor(k / this.columns), k % this.columns]
      : [k % this.rows, Math.floor(k / this.rows)];
    return { x: MARGIN_OF_MARKS + column * (this.tile.w + GAP), y: MARGIN_OF_MARKS + row * (this.tile.h + GAP) };
  }

  mapAt(k) {
    const { x, y } = this.tileAt(k), { w, h } = this.box;
    return { x: x + this.tile.w - w, y: y + (this.tile.h - h) / 2, w, h };
  }

  kernelAt(k) {
    if (!this.weightsBox) return null;
    const { x, y } = this.tileAt(k), { w, h } = this.weightsBox;
    return { x: x + this.label, y: y + (this.tile.h - h - (this.scoreShown ? 11 : 0)) / 2, w, h };
  }

  get scoreShown() {
    return this.weightsBox !== null && this.weightsBox !== undefined && this.weightsBox.h + 12 <= this.tile.h;
  }

  // The value under a point of the canvas, as its place [c, i, j], or [d] in a vector; or null.
  placeAt(x, y) {
    for (let k = 0; k < this.maps.length; k++) {
      const box = this.mapAt(k);
      if (x < box.x || y < box.y || x >= box.x + box.w || y >= box.y + box.h) continue;
      const i = Math.floor((y - box.y) / this.scale), j = Math.floor((x - box.x) / this.scale);
      if (i >= this.H || j >= this.W) return null;
      if (!this.isVector) return [this.maps[k], i, j];
      const d = i * this.W + j;
      return d < this.layer.output[0] ? [d] : null;
    }
    return null;
  }

  // The filter whose kernel is under a point, or null.
  filterAt(x, y) {
    for (let k = 0; this.weightsBox && k < this.maps.length; k++) {
      const box = this.kernelAt(k);
      if (x >= box.x && y >= box.y && x < box.x + box.w && y < box.y + box.h) return this.maps[k];
    }
    return null;
  }

  // The rectangle of the canvas that a region {y0, x0, h, w} of a map covers.
  boxOfRegion(k, { y0, x0, h, w }) {
    const box = this.mapAt(k), { scale } = this;
    const left = Math.max(x0, 0), top = Math.max(y0, 0);
    return {
      x: box.x + left * scale, y: box.y + top * scale,
      w: (Math.min(x0 + w, this.W) - left) * scale, h: (Math.min(y0 + h, this.H) - top) * scale,
    };
  }

  // The region that a place is.
  regionOf(place) {
    return this.isVector
      ? { y0: Math.floor(place[0] / this.W), x0: place[0] % this.W, h: 1, w: 1 }
      : { y0: place[1], x0: place[2], h: 1, w: 1 };
  }

  // Draw all maps and kernels with the values of now. `scores` are the edge scores of the kernels,
  // or null; `silenced` the filters that are switched off.
  drawMaps(colours, scores) {
    const { paint, layer, H, W, maps } = this;
    paint.setTransform(1, 0, 0, 1, 0, 0);
    paint.clearRect(0, 0, this.canvas.width, this.canvas.height);
    paint.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    this.#fillMaps(colours);
    this.map.put();
    paint.imageSmoothingEnabled = this.scale < 1;
    for (let k = 0; k < maps.length; k++) {
      const { x, y, w, h } = this.mapAt(k);
      paint.drawImage(this.map.canvas, 0, k * H, W, H, x, y, w, h);
    }
    if (this.weightsBox) this.#drawKernels(colours, scores);
    this.stale = false;
    if (this.namesShown) this.#drawNames(colours);
    for (const filter of layer.silenced ?? []) this.#strike(colours, filter);
  }

  #widestName() {
    this.paint.font = FONT;
    return Math.ceil(Math.max(...this.names.map(name => this.paint.measureText(name).width)));
  }

  // Write the names of the classes beside their numbers.
  #drawNames(colours) {
    const { paint, scale } = this, { x, y, w } = this.mapAt(0);
    paint.font = FONT;
    paint.textBaseline = "middle";
    paint.textAlign = "left";
    paint.fillStyle = colours.faint;
    this.names.forEach((name, d) => paint.fillText(name, x + w + 5, y + (d + 0.5) * scale));
  }

  #fillMaps(colours) {
    const { layer, H, W, maps, map } = this, { y } = layer, { table } = colours;
    if (this.isPicture && this.C === 3) return paintPicture(map.pixels, layer.output, y, layer.scaling);
    if (this.isPicture) return paintPicture(map.pixels, [1, this.C * H, W], y, layer.scaling);
    this.limit = largestOf(y);
    const limit = this.empty ? Infinity : this.limit || 1, area = H * W; // of an empty picture everything is blank
    let out = 0;
    for (let k = 0; k < maps.length; k++) {
      for (let place = maps[k] * area, end = place + area; place < end; place++) {
        map.pixels[out++] = place < y.length ? table[entryOf(y[place], limit)] : 0;
      }
    }
    return undefined;
  }

  #drawKernels(colours, scores) {
    const { paint, maps, weights, kernel } = this, width = kernel.side * (kernel.KW + 1) - 1;
    const height = kernel.side * (kernel.KH + 1) - 1;
    if (this.stale) {
      this.#fillKernels(colours);
      weights.put();
    }
    paint.imageSmoothingEnabled = this.weightsBox.w < width;
    paint.font = FONT;
    paint.textBaseline = "middle";
    for (let k = 0; k < maps.length; k++) {
      const { x, y, w, h } = this.kernelAt(k), tile = this.tileAt(k);
      paint.drawImage(weights.canvas, 0, k * height, width, height, x, y, w, h);
      if (this.label) {
        paint.fillStyle = colours.faint;
        paint.textAlign = "right";
        paint.fillText(maps[k], tile.x + this.label - 4, tile.y + this.tile.h / 2);
      }
      if (this.scoreShown && scores) {
        const score = scores[maps[k]];
        paint.fillStyle = score >= 0.5 ? colours.ink : colours.faint;
        paint.textAlign = "center";
        paint.fillText(Number.isFinite(score) ? asScore(score) : "edited", x + w / 2, y + h + 7);
      }
    }
  }

  // The slices of each kernel, one for each channel, in a square mosaic; its own scale of colours.
  #fillKernels(colours) {
    const { layer, maps, weights, kernel } = this, { depth, KH, KW, side } = kernel;
    const { values } = layer.parameters.weight, size = depth * KH * KW, width = side * (KW + 1) - 1;
    const height = side * (KH + 1) - 1, { pixels } = weights;
    pixels.fill(0);
    for (let k = 0; k < maps.length; k++) {
      const first = maps[k] * size, limit = largestOf(values, first, first + size) || 1;
      for (let d = 0, tap = first; d < depth; d++) {
        const top = k * height + Math.floor(d / side) * (KH + 1), left = (d % side) * (KW + 1);
        for (let kh = 0; kh < KH; kh++) {
          for (let kw = 0; kw < KW; kw++) {
            pixels[(top + kh) * width + left + kw] = colours.table[entryOf(values[tap++], limit)];
          }
        }
      }
    }
  }

  // Cross out a map that is silenced.
  #strike(colours, filter) {
    const region = this.isVector ? this.regionOf([filter]) : { y0: 0, x0: 0, h: this.H, w: this.W };
    const k = this.isVector ? 0 : this.maps.indexOf(filter), { paint } = this;
    if (k < 0) return;
    const { x, y, w, h } = this.boxOfRegion(k, region);
    paint.strokeStyle = colours.faint;
    paint.lineWidth = 1;
    paint.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
    paint.beginPath();
    paint.moveTo(x, y);
    paint.lineTo(x + w, y + h);
    paint.moveTo(x + w, y);
    paint.lineTo(x, y + h);
    paint.stroke();
  }

  // Outline a region of one map, or of all without `channels`; a thin line, or a strong one.
  mark(colours, channels, region, strong) {
    if (this.isVector) return this.#outline(colours, this.boxOfRegion(0, region), strong);
    const merged = this.isPicture && this.C === 3;
    for (let k = 0; k < this.maps.length; k++) {
      if (merged || !channels || channels.includes(this.maps[k])) {
        this.#outline(colours, this.boxOfRegion(k, region), strong);
      }
    }
    return undefined;
  }

  // Outline the kernel of a filter.
  markKernel(colours, filter) {
    const k = this.maps.indexOf(filter);
    if (this.weightsBox && k >= 0) this.#outline(colours, this.kernelAt(k), false);
  }

  #outline(colours, { x, y, w, h }, strong) {
    const { paint } = this, grow = strong ? 1.5 : 0.5;
    if (w <= 0 || h <= 0) return;
    paint.lineJoin = "round";
    for (const [style, width] of [[colours.halo, strong ? 4.5 : 3], [colours.mark, strong ? 2 : 1.25]]) {
      paint.strokeStyle = style;
      paint.lineWidth = width;
      paint.strokeRect(x - grow, y - grow, w + 2 * grow, h + 2 * grow);
    }
  }
}

// The largest absolute value in a part of an array.
export function largestOf(values, first = 0, end = values.length) {
  let most = 0;
  for (let place = first; place < end; place++) {
    const size = Math.abs(values[place]);
    if (size > most) most = size;
  }
  return most;
}

// The shape of the kernels of a layer, or null where there are none to draw: `depth` slices of
// KH x KW, in a mosaic with `side` of them on each side.
export function kernelShape(layer) {
  const shape = layer.parameters?.weight?.shape;
  if (!["Conv2D", "DepthwiseConv2D"].includes(layer.name)) return null;
  const [, depth, KH, KW] = shape, side = Math.ceil(Math.sqrt(depth));
  return depth > 256 ? null : { depth, KH, KW, side };
}

// The box of a kernel beside a map: whole pixels for each weight, where there is room for that.
function kernelBox({ KH, KW, side }, box) {
  const room = Math.max(side > 1 ? box.h : 0.75 * box.h, 15), width = side * (KW + 1) - 1;
  const height = side * (KH + 1) - 1, fit = room / Math.max(width, height);
  const scale = fit >= 1 ? Math.floor(fit + 0.3) : fit;
  return { w: Math.round(width * scale), h: Math.round(height * scale) };
}

// The side of a map: whole pixels for each value, where there is room for that.
function boxSide(count, size, wide) {
  const found = BOXES.find(([most]) => count <= most) ?? [0, 24];
  const room = wide ? Math.max(found[1], 64) : found[1];
  return room >= size ? size * Math.min(Math.floor(room / size), 12) : room;
}

function cellSide(count) {
  return (CELLS.find(([most]) => count <= most) ?? [0, 4])[1];
}

// How many rows of tiles a column of the network has: all columns full where that is possible.
function rowsOf(count, height) {
  const fit = Math.max(1, Math.min(count, Math.floor((HEIGHT + GAP) / (height + GAP))));
  for (let rows = fit; rows > fit / 2; rows--) {
    if (count % rows === 0) return rows;
  }
  return Math.ceil(count / Math.ceil(count / fit));
}

// Whether the numbers of a vector are a grey picture, written in a row.
function isPictureInARow({ name, input }) {
  return name === "Flatten" && input.length === 3 && input[0] === 1;
}

// The rows and columns in which the numbers of a vector stand.
function gridOf(layer) {
  const [count] = layer.output;
  if (isPictureInARow(layer)) return layer.input.slice(1);
  if (count <= 12) return [count, 1];
  const ideal = Math.min(Math.sqrt(4 * count), HEIGHT / cellSide(count));
  let rows = Math.ceil(ideal);
  while (rows > ideal / 2 && count % rows !== 0) rows--;
  if (count % rows !== 0) rows = Math.ceil(ideal);
  return [rows, Math.ceil(count / rows)];
}
