// What a single value of a layer's output is made of, and which pixels of the picture it sees.
//
// The same as `explain_pixel` and `receptive_region` in minicnn/explain, for every layer.

import {
  ACTIVATIONS, between, countOf, groupsOf, sourceOf, strideOf,
} from "./arithmetic.js";

const MOST_PRODUCTS = 8; // of a dense layer's thousands

// Explain the value at a `place`, [c, i, j] of a map or [d] of a vector, in the output of a layer,
// as the network computed it last.
//
// Every explanation has
//   kind      "convolution", "pooling", "dense", "softmax" or "elementwise"
//   value     the value itself
//   region    what it is made of in the map before, {y0, x0, h, w}; null where that is no map
//   channels  of which maps there; null where it is all of them
//   field     what it depends on in the picture, {y0, x0, h, w}; it may reach into the border
// The functions below say what else there is.
export function explainValue(network, activations, index, place) {
  const layer = network.layers[index];
  return {
    ...explainIn(layer, place, network.layers.slice(0, index)),
    value: layer.y[positionOf(layer.output, place)],
    field: box(fieldOf(network.layers.slice(0, index + 1), place)),
  };
}

const EXPLAINED = {
  Conv2D: explainConvolution,
  DepthwiseConv2D: explainConvolution,
  ConvTranspose2D: explainTransposed,
  SeparableConv2D: explainComposition,
  SpatiallySeparableConv2D: explainComposition,
  Composition: explainComposition,
  Sequential: explainComposition,
  MaxPool: explainPooling,
  AveragePool: explainPooling,
  GlobalMaxPool: explainGlobalPooling,
  GlobalAveragePool: explainGlobalPooling,
  Upsample: explainUpsample,
  Dense: explainDense,
  Softmax: explainSoftmax,
  Flatten: explainSame,
  Dropout: explainSame,
  BatchNorm: explainBatchNorm,
  LayerNorm: explainLayerNorm,
  Residual: explainResidual,
  ...Object.fromEntries(Object.keys(ACTIVATIONS).map(name => [name, explainActivation])),
};

function explainIn(layer, place, before) {
  return EXPLAINED[layer.name](layer, place, before);
}

// Where a value stands in a row of numbers.
function positionOf(shape, place) {
  return shape.length === 1 ? place[0] : (place[0] * shape[1] + place[1]) * shape[2] + place[2];
}

// And back.
function placeOf(shape, position) {
  if (shape.length === 1) return [position];
  const [, H, W] = shape;
  return [Math.floor(position / (H * W)), Math.floor(position / W) % H, position % W];
}

// Convolutions.

// window, kernel, products   for each channel that the filter sees, rows of KH x KW numbers
// sums, sum, bias            of the products of each channel, of all; the value is sum + bias
// rows, columns, inside      where the window lies, and which of it lies in the picture
function explainConvolution(layer, [f, i, j]) {
  const { stride: [SH, SW], dilation: [DH, DW], padding_mode } = layer.options;
  const { weight } = layer.parameters, [, depth, KH, KW] = weight.shape;
  const [, H, W] = layer.input, [[above], [left]] = layer.margins;
  const first = Math.floor(f / (layer.output[0] / groupsOf(layer))) * depth;
  const rows = range(KH).map(kh => i * SH + kh * DH - above);
  const columns = range(KW).map(kw => j * SW + kw * DW - left);
  const pixel = (c, kh, kw) => {
    const row = sourceOf(rows[kh], H, padding_mode), column = sourceOf(columns[kw], W, padding_mode);
    return row === null || column === null ? 0 : layer.x[((first + c) * H + row) * W + column];
  };
  const kernel = (c, kh, kw) => weight.values[((f * depth + c) * KH + kh) * KW + kw];
  const isInside = (kh, kw) =>
    rows[kh] >= 0 && rows[kh] < H && columns[kw] >= 0 && columns[kw] < W;
  return {
    ...productsOf(layer, f, [depth, KH, KW], pixel, kernel, isInside),
    channels: range(depth).map(c => first + c),
    rows,
    columns,
    region: box([[rows[0], rows.at(-1)], [columns[0], columns.at(-1)]]),
  };
}

// The same, where the window holds the pixel that reaches the value by each weight of its stamp;
// many weights are met by none, as in the gaps of a stride.
function explainTransposed(layer, [f, i, j]) {
  const { stride: [SH, SW], dilation: [DH, DW], groups: G } = layer.options;
  const { weight } = layer.parameters, [, width, KH, KW] = weight.shape;
  const [C, H, W] = layer.input, [[above], [left]] = layer.margins, depth = C / G;
  const group = Math.floor(f / width), first = group * depth;
  const source = (place, step, size) =>
    place % step === 0 && place >= 0 && place < size * step ? place / step : null;
  const rows = range(KH).map(kh => source(i + above - kh * DH, SH, H));
  const columns = range(KW).map(kw => source(j + left - kw * DW, SW, W));
  const isInside = (kh, kw) => rows[kh] !== null && columns[kw] !== null;
  const pixel = (c, kh, kw) =>
    isInside(kh, kw) ? layer.x[((first + c) * H + rows[kh]) * W + columns[kw]] : 0;
  const kernel = (c, kh, kw) =>
    weight.values[(((first + c) * width + f - group * width) * KH + kh) * KW + kw];
  return {
    ...productsOf(layer, f, [depth, KH, KW], pixel, kernel, isInside),
    channels: range(depth).map(c => first + c),
    rows,
    columns,
    region: box(regionSeen(layer, [[i, i], [j, j]])),
  };
}

function productsOf(layer, f, [depth, KH, KW], pixel, kernelOf, isInside) {
  const taps = of => range(depth).map(c => range(KH).map(kh => range(KW).map(kw => of(c, kh, kw))));
  const window = taps(pixel), kernel = taps(kernelOf);
  const products = taps((c, kh, kw) => window[c][kh][kw] * kernel[c][kh][kw]);
  const sums = products.map(rows => total(rows.flat()));
  return {
    kind: "convolution",
    window,
    kernel,
    products,
    flat: { window: window.flat(2), kernel: kernel.flat(2), products: products.flat(2) },
    sums,
    sum: total(sums),
    bias: layer.parameters.bias ? layer.parameters.bias.values[f] : 0,
    inside: range(KH).map(kh => range(KW).map(kw => isInside(kh, kw))),
  };
}

// Pooling.

// largest         whether it is the largest of the window, or the mean
// window, inside  rows of KH x KW numbers, and which of them lie in the picture
// winner          row and column of the largest in the window; null for a mean
// count           how many numbers a mean divides by
function explainPooling(layer, [c, i, j]) {
  const { size: [KH, KW] } = layer.options, [SH, SW] = strideOf(layer);
  const [, H, W] = layer.input, [[above], [left]] = layer.margins;
  const y0 = i * SH - above, x0 = j * SW - left;
  return poolingOf(layer, c, { y0, x0, h: KH, w: KW }, [H, W], {
    largest: layer.name === "MaxPool",
    count: layer.name === "MaxPool" ? null : countOf(layer, i, j),
  });
}

function explainGlobalPooling(layer, [c]) {
  const [, H, W] = layer.input, largest = layer.name === "GlobalMaxPool";
  const count = largest ? null : H * W;
  return poolingOf(layer, c, { y0: 0, x0: 0, h: H, w: W }, [H, W], { largest, count });
}

function poolingOf(layer, c, region, [H, W], { largest, count }) {
  const taps = of => range(region.h).map(kh => range(region.w).map(kw => of(region.y0 + kh, region.x0 + kw)));
  const inside = taps((row, column) => row >= 0 && row < H && column >= 0 && column < W);
  const window = taps((row, column) =>
    row >= 0 && row < H && column >= 0 && column < W ? layer.x[(c * H + row) * W + column] : 0);
  return {
    kind: "pooling", largest, count, window, inside, region, channels: [c],
    winner: largest ? winnerOf(window, inside) : null,
  };
}

// The first of the largest values that lie in the picture.
function winnerOf(window, inside) {
  let winner = null;
  window.forEach((row, kh) => row.forEach((pixel, kw) => {
    if (inside[kh][kw] && (winner === null || pixel > window[winner[0]][winner[1]])) winner = [kh, kw];
  }));
  return winner;
}

// Vectors.

// largest        the products that weigh most: {from, place, value, weight, product}
// count, others  how many products there are, and the sum of those not listed
// up, down       the sum of those above zero, and of those below, without its sign
function explainDense(layer, [d], before) {
  const { weight, bias } = layer.parameters, D_in = layer.x.length;
  const weights = weight.values.subarray(d * D_in, (d + 1) * D_in);
  const products = Array.from(layer.x, (value, k) => value * weights[k]);
  const order = [...products.keys()].sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
  const named = order.slice(0, MOST_PRODUCTS), shape = shapeBefore(before, layer.input);
  return {
    kind: "dense",
    largest: named.map(k => ({
      ...nameOf(shape, k), value: layer.x[k], weight: weights[k], product: products[k],
    })),
    count: D_in,
    others: total(products) - total(named.map(k => products[k])),
    sum: total(products),
    bias: bias ? bias.values[d] : 0,
    up: total(products.filter(product => product > 0)),
    down: -total(products.filter(product => product < 0)),
    region: null,
    channels: null,
  };
}

// The shape that the numbers of a vector had before they were written in a row.
function shapeBefore(layers, shape) {
  for (const layer of [...layers].reverse()) {
    if (layer.name === "Flatten") return layer.input;
    if (!(layer.name in ACTIVATIONS) && layer.name !== "Dropout") break;
  }
  return shape;
}

function nameOf(shape, position) {
  const place = placeOf(shape, position), [c, i, j] = place;
  const from = place.length === 1 ? `number ${c}` : `map ${c}, row ${i}, column ${j}`;
  return { from, place };
}

// scores, shares   all scores that share the probability, and their shares
function explainSoftmax(layer, place) {
  const [K] = layer.input, pixels = layer.x.length / K, p = positionOf(layer.output, place) % pixels;
  return {
    kind: "softmax",
    scores: range(K).map(k => layer.x[k * pixels + p]),
    shares: range(K).map(k => layer.y[k * pixels + p]),
    region: regionOfPlace(place),
    channels: null,
  };
}

// Number by number.

// before     the number that it is made of
// sentence   how, in words, where there is more to say than the name of the layer
// formula    the same in numbers
function elementwise(layer, place, more = {}) {
  return {
    kind: "elementwise",
    before: layer.x[positionOf(layer.output, place)],
    region: regionOfPlace(place),
    channels: [place[0]],
    ...more,
  };
}

function regionOfPlace(place) {
  return place.length === 3 ? { y0: place[1], x0: place[2], h: 1, w: 1 } : null;
}

const FORMULAS = {
  ReLU: () => "max(x, 0)",
  LeakyReLU: ({ slope }) => `max(x, ${slope} x)`,
  ELU: ({ alpha }) => `x above zero, ${alpha} (exp(x) − 1) below`,
  GELU: () => "x times the probability that a normal number is below x",
  Sigmoid: () => "1 / (1 + exp(−x))",
  Softplus: () => "log(1 + exp(x))",
  Swish: () => "x / (1 + exp(−x))",
  Tanh: () => "tanh(x)",
};

function explainActivation(layer, place) {
  return elementwise(layer, place, { formula: FORMULAS[layer.name](layer.options) });
}

function explainSame(layer, place) {
  if (layer.name === "Dropout") {
    return elementwise(layer, place, { sentence: "Dropout changes nothing once the training is over." });
  }
  const { from, place: source } = nameOf(layer.input, place[0]);
  return {
    ...elementwise(layer, place, { sentence: `Flatten writes all maps in a row; this is ${from}.` }),
    region: regionOfPlace(source),
    channels: [source[0]],
  };
}

function explainBatchNorm(layer, place) {
  const [c] = place, at = name => layer.parameters[name].values[c];
  return elementwise(layer, place, {
    formula: normalized(layer, place, at("running_mean"), at("running_variance"), at("weight"), at("bias")),
  });
}

function explainLayerNorm(layer, place) {
  const p = positionOf(layer.output, place), average = total(layer.x) / layer.x.length;
  const variance = total(Array.from(layer.x, x => (x - average) ** 2)) / layer.x.length;
  const { weight, bias } = layer.parameters;
  return {
    ...elementwise(layer, place, {
      formula: normalized(layer, place, average, variance, weight.values[p], bias.values[p]),
    }),
    region: layer.input.length === 3 ? wholeOf(layer.input) : null,
    channels: null,
  };
}

function normalized(layer, place, average, variance, weight, bias) {
  const x = layer.x[positionOf(layer.output, place)], deviation = Math.sqrt(variance + layer.options.epsilon);
  const [a, b, c, d, e] = [weight, x, average, deviation, bias].map(number => number.toPrecision(3));
  return `${a} × (${b} − ${c}) / ${d} + ${e}: weight times the distance from the mean in deviations, plus bias`;
}

function explainUpsample(layer, place) {
  const [c, i, j] = place, [, H, W] = layer.input, { factor, mode } = layer.options;
  const down = between(i, factor[0], H, mode), across = between(j, factor[1], W, mode);
  const parts = down.flatMap(([row, share]) => across.map(([column, part]) =>
    ({ place: [c, row, column], share: share * part, value: layer.x[(c * H + row) * W + column] })));
  const [{ place: [, row, column], value }] = parts;
  return {
    kind: "elementwise",
    before: value,
    parts,
    sentence: mode === "nearest"
      ? `It is a copy of row ${row}, column ${column} in the map before.`
      : "It lies between pixels of the map before: a mean in which near ones count more.",
    formula: mode === "nearest" ? "" : parts.filter(({ share }) => share > 0)
      .map(part => `${part.share.toPrecision(3)} × ${part.value.toPrecision(3)}`).join(" + "),
    region: box(regionSeen(layer, [[i, i], [j, j]])),
    channels: [c],
  };
}

// Layers made of others.

// What the last of the layers inside does. The map that it sees is not shown.
function explainComposition(layer, place) {
  const { inner } = layer;
  return { ...explainIn(inner.at(-1), place, inner.slice(0, -1)), region: null };
}

// parts   what each of the two ways gives
function explainResidual(layer, place) {
  const p = positionOf(layer.output, place), branch = layer.inner.at(-1).y[p];
  const beside = (layer.shortcut.at(-1)?.y ?? layer.x)[p];
  const way = layer.shortcut.length ? "the shortcut" : "the value before, which goes around them";
  return {
    kind: "elementwise",
    before: beside,
    parts: [branch, beside],
    sentence: `It is the sum of what the layers of the branch give, and of ${way}.`,
    formula: `${branch.toPrecision(3)} + ${beside.toPrecision(3)}`,
    region: layer.input.length === 3 && place.length === 3
      ? box(regionSeen(layer, [[place[1], place[1]], [place[2], place[2]]]))
      : null,
    channels: null,
  };
}

// What a value sees: a region is [[first row, last row], [first column, last column]], and [] in a
// vector. It is followed back from layer to layer.

// The part of the picture that a value depends on.
function fieldOf(layers, place) {
  let region = place.slice(1).map(at => [at, at]);
  const flat = flatten(layers);
  for (const [number, layer] of [...flat.entries()].reverse()) {
    region = regionSeen(layer, region);
    const sizes = layer.input.slice(1);
    if (region.some(([first, last]) => last < first)) return [[0, -1], [0, -1]]; // nothing leads here
    if (number > 0) region = region.map(([first, last], axis) => [Math.max(first, 0), Math.min(last, sizes[axis] - 1)]);
  }
  return region;
}

// The layers, with those inside of compositions in their places.
function flatten(layers) {
  return layers.flatMap(layer =>
    layer.inner.length > 0 && layer.name !== "Residual" ? flatten(layer.inner) : [layer]);
}

// The part of a layer's input that a part of its output depends on.
function regionSeen(layer, region) {
  const { options, margins } = layer, sizes = layer.input.slice(1), whole = sizes.map(size => [0, size - 1]);
  const along = of => region.map(([first, last], axis) => of(first, last, axis));
  switch (layer.name) {
    case "Conv2D":
    case "DepthwiseConv2D":
    case "MaxPool":
    case "AveragePool": {
      const kernel = options.kernel_size ?? options.size, step = options.stride ?? kernel;
      return along((first, last, axis) => {
        const start = margins[axis][0], span = spanOf(kernel[axis], options.dilation?.[axis] ?? 1);
        return [first * step[axis] - start, last * step[axis] - start + span - 1];
      });
    }
    case "ConvTranspose2D":
      return along((first, last, axis) => {
        const start = margins[axis][0], step = options.stride[axis];
        const span = spanOf(options.kernel_size[axis], options.dilation[axis]);
        return [
          Math.max(Math.ceil((first + start - span + 1) / step), 0),
          Math.min(Math.floor((last + start) / step), sizes[axis] - 1),
        ];
      });
    case "Upsample":
      return along((first, last, axis) => {
        const ends = [first, last].map(at => between(at, options.factor[axis], sizes[axis], options.mode));
        const pixels = ends.flat().filter(([, share]) => share > 0).map(([pixel]) => pixel);
        return [Math.min(...pixels), Math.max(...pixels)];
      });
    case "GlobalMaxPool":
    case "GlobalAveragePool":
    case "LayerNorm":
      return whole;
    case "Residual": {
      const ways = [layer.inner, layer.shortcut].map(way => through(way, region));
      return ways[0].map((axis, k) =>
        [Math.min(axis[0], ways[1][k][0]), Math.max(axis[1], ways[1][k][1])]);
    }
    default:
      if (layer.inner.length > 0) return through(layer.inner, region);
      return region.length === sizes.length ? region : whole;
  }
}

function through(layers, region) {
  return layers.reduceRight((seen, layer) => regionSeen(layer, seen), region);
}

function spanOf(size, dilation) {
  return dilation * (size - 1) + 1;
}

function wholeOf([, H, W]) {
  return { y0: 0, x0: 0, h: H, w: W };
}

function box([[top, bottom], [left, right]]) {
  return { y0: top, x0: left, h: bottom - top + 1, w: right - left + 1 };
}

function total(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function range(count) {
  return Array.from({ length: count }, (_, index) => index);
}
