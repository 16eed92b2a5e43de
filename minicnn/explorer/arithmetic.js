// Every layer of the library, on one picture.
//
// A layer computes y from x. Both are rows of numbers: value (c, i, j) of a map (C, H, W) stands at
// (c * H + i) * W + j. Layers, options and weights have the names that they have in Python, and
// each function reads as the formula in its layer's docstring.

// Convolutions.

// y[f, i, j] = b[f] + sum over c, kh, kw of w[f, c, kh, kw] * x[c, i*SH + kh*DH, j*SW + kw*DW]
function convolve(layer, x, y) {
  const { stride: [SH, SW], dilation: [DH, DW], padding_mode } = layer.options;
  const [F, OH, OW] = layer.output, G = groupsOf(layer), { weight, bias } = layer.parameters;
  const [, depth, KH, KW] = weight.shape, w = weight.values;  // depth = C / G
  const { values: padded, shape: [, PH, PW] } = pad(layer, x, padding_mode);
  for (let f = 0, out = 0; f < F; f++) {
    const first = Math.floor(f / (F / G)) * depth;  // channel of the filter's group
    for (let i = 0; i < OH; i++) {
      for (let j = 0; j < OW; j++) {
        let sum = bias ? bias.values[f] : 0, tap = f * depth * KH * KW;
        for (let c = first; c < first + depth; c++) {
          for (let kh = 0; kh < KH; kh++) {
            let pixel = (c * PH + i * SH + kh * DH) * PW + j * SW;
            for (let kw = 0; kw < KW; kw++, pixel += DW) sum += w[tap++] * padded[pixel];
          }
        }
        y[out++] = sum;
      }
    }
  }
}

// Every pixel stamps a kernel onto y, weighed by its value; the margins are cut off.
function transposedConvolve(layer, x, y) {
  const { stride: [SH, SW], dilation: [DH, DW], groups: G } = layer.options;
  const [C, H, W] = layer.input, [F, OH, OW] = layer.output, [[above], [left]] = layer.margins;
  const { weight, bias } = layer.parameters, [, width, KH, KW] = weight.shape;  // width = F / G
  for (let f = 0; f < F; f++) y.fill(bias ? bias.values[f] : 0, f * OH * OW, (f + 1) * OH * OW);
  let tap = 0;
  for (let c = 0; c < C; c++) {
    const first = Math.floor(c / (C / G)) * width;  // filter of the channel's group
    for (let f = first; f < first + width; f++) {
      for (let kh = 0; kh < KH; kh++) {
        for (let kw = 0; kw < KW; kw++) {
          const w = weight.values[tap++];
          for (let i = 0; i < H; i++) {
            const row = i * SH + kh * DH - above;
            if (row < 0 || row >= OH) continue;
            for (let j = 0; j < W; j++) {
              const column = j * SW + kw * DW - left;
              if (column < 0 || column >= OW) continue;
              y[(f * OH + row) * OW + column] += w * x[(c * H + i) * W + j];
            }
          }
        }
      }
    }
  }
}

// The groups of a convolution: in a depthwise one, each channel is a group of its own.
export function groupsOf(layer) {
  return layer.options.groups ?? layer.input[0];
}

// A picture with its margins, in an array that the layer keeps from call to call.
function pad(layer, x, mode, value = 0) {
  const [C, H, W] = layer.input, [[above, below], [left, right]] = layer.margins;
  const PH = above + H + below, PW = left + W + right;
  if (above + below + left + right === 0) return { values: x, shape: layer.input };
  layer.padded ??= new Float32Array(C * PH * PW);
  for (let c = 0, out = 0; c < C; c++) {
    for (let i = -above; i < H + below; i++) {
      const row = sourceOf(i, H, mode);
      for (let j = -left; j < W + right; j++) {
        const column = sourceOf(j, W, mode);
        const outside = row === null || column === null;
        layer.padded[out++] = outside ? value : x[(c * H + row) * W + column];
      }
    }
  }
  return { values: layer.padded, shape: [C, PH, PW] };
}

// Which of `size` pixels a place holds, that may lie in the border; null where it holds none.
export function sourceOf(place, size, mode) {
  if (place >= 0 && place < size) return place;
  if (mode === "replicate") return place < 0 ? 0 : size - 1;
  if (mode === "reflect") return place < 0 ? -place : 2 * (size - 1) - place;
  if (mode === "circular") return (place % size + size) % size;
  return null;
}

// Pooling.

// y[c, i, j] = max over kh, kw of x[c, i*SH + kh, j*SW + kw]; padding never wins.
function maxPool(layer, x, y) {
  pool(layer, pad(layer, x, "zeros", -Infinity), y, -Infinity, Math.max);
}

// y[c, i, j] = 1/count * sum over kh, kw of x[c, i*SH + kh, j*SW + kw]
function averagePool(layer, x, y) {
  pool(layer, pad(layer, x, "zeros"), y, 0, (sum, pixel) => sum + pixel);
  const [C, OH, OW] = layer.output;
  for (let c = 0, out = 0; c < C; c++) {
    for (let i = 0; i < OH; i++) {
      for (let j = 0; j < OW; j++) y[out++] /= countOf(layer, i, j);
    }
  }
}

// How many pixels a mean divides by: those of the window, or those of the picture in it.
export function countOf(layer, i, j) {
  const { size: [KH, KW], count_padding } = layer.options;
  if (count_padding) return KH * KW;
  const [SH, SW] = strideOf(layer), [, H, W] = layer.input, [[above], [left]] = layer.margins;
  return inside(i * SH - above, KH, H) * inside(j * SW - left, KW, W);
}

// How many of `count` pixels from `first` on lie in a picture of `size`.
function inside(first, count, size) {
  return Math.min(first + count, size) - Math.max(first, 0);
}

// The step of a pooling: by default its size.
export function strideOf(layer) {
  return layer.options.stride ?? layer.options.size;
}

// Combine the pixels of each window, beginning with `start`.
function pool(layer, { values, shape: [, PH, PW] }, y, start, combine) {
  const { size: [KH, KW] } = layer.options, [SH, SW] = strideOf(layer);
  const [C, OH, OW] = layer.output;
  for (let c = 0, out = 0; c < C; c++) {
    for (let i = 0; i < OH; i++) {
      for (let j = 0; j < OW; j++) {
        let result = start;
        for (let kh = 0; kh < KH; kh++) {
          const pixel = (c * PH + i * SH + kh) * PW + j * SW;
          for (let kw = 0; kw < KW; kw++) result = combine(result, values[pixel + kw]);
        }
        y[out++] = result;
      }
    }
  }
}

// y[c] = max over all pixels of x[c]
function globalMaxPool(layer, x, y) {
  const pixels = x.length / y.length;
  for (let c = 0; c < y.length; c++) {
    y[c] = x.subarray(c * pixels, (c + 1) * pixels).reduce((a, b) => Math.max(a, b));
  }
}

// y[c] = mean over all pixels of x[c]
function globalAveragePool(layer, x, y) {
  const pixels = x.length / y.length;
  for (let c = 0; c < y.length; c++) y[c] = mean(x.subarray(c * pixels, (c + 1) * pixels));
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

// Upsampling: one axis after the other. Along it output pixel i*factor + p lies between two pixels,
//     y[i*factor + p] = (1 - share) x[i + first] + share x[i + first + 1]
function upsample(layer, x, y) {
  const [C, H, W] = layer.input, [, OH, OW] = layer.output, { factor, mode } = layer.options;
  for (let c = 0, out = 0; c < C; c++) {
    for (let i = 0; i < OH; i++) {
      const down = between(i, factor[0], H, mode);
      for (let j = 0; j < OW; j++) {
        const across = between(j, factor[1], W, mode);
        let sum = 0;
        for (const [row, share] of down) {
          for (const [column, part] of across) sum += share * part * x[(c * H + row) * W + column];
        }
        y[out++] = sum;
      }
    }
  }
}

// The pixels that an output pixel is made of, each with its share: [[pixel, share], ...].
export function between(place, factor, size, mode) {
  if (mode === "nearest") return [[Math.floor(place / factor), 1]];
  const centre = (place + 0.5) / factor - 0.5, first = Math.floor(centre), share = centre - first;
  const clip = pixel => Math.min(Math.max(pixel, 0), size - 1);  // beyond the centres y is level
  return [[clip(first), 1 - share], [clip(first + 1), share]];
}

// Vectors.

// y = w @ x + b
function dense(layer, x, y) {
  const { weight, bias } = layer.parameters, D_in = x.length;
  for (let d = 0; d < y.length; d++) {
    let sum = bias ? bias.values[d] : 0;
    for (let k = 0; k < D_in; k++) sum += weight.values[d * D_in + k] * x[k];
    y[d] = sum;
  }
}

// y[k] = exp(x[k]) / sum over j of exp(x[j]), over the first axis; the largest is subtracted first.
function softmax(layer, x, y) {
  const K = layer.input[0], pixels = x.length / K;
  for (let p = 0; p < pixels; p++) {
    let largest = -Infinity, sum = 0;
    for (let k = 0; k < K; k++) largest = Math.max(largest, x[k * pixels + p]);
    for (let k = 0; k < K; k++) sum += Math.exp(x[k * pixels + p] - largest);
    for (let k = 0; k < K; k++) y[k * pixels + p] = Math.exp(x[k * pixels + p] - largest) / sum;
  }
}

// Flatten writes the same numbers in a row, and Dropout drops nothing in use.
function copy(layer, x, y) {
  y.set(x);
}

// Normalization.

// y = weight * (x - mean) / sqrt(variance + epsilon) + bias, for each channel, with the statistics
// that the training has left.
function batchNorm(layer, x, y) {
  const { weight, bias, running_mean, running_variance } = layer.parameters;
  const pixels = x.length / layer.input[0];
  for (let c = 0; c < layer.input[0]; c++) {
    const deviation = Math.sqrt(running_variance.values[c] + layer.options.epsilon);
    for (let p = c * pixels; p < (c + 1) * pixels; p++) {
      y[p] = weight.values[c] * (x[p] - running_mean.values[c]) / deviation + bias.values[c];
    }
  }
}

// The same with mean and variance of the picture itself, and a weight and a bias for each number.
function layerNorm(layer, x, y) {
  const { weight, bias } = layer.parameters, average = mean(x);
  const variance = mean(x.map(number => (number - average) ** 2));
  const deviation = Math.sqrt(variance + layer.options.epsilon);
  for (let p = 0; p < x.length; p++) {
    y[p] = weight.values[p] * (x[p] - average) / deviation + bias.values[p];
  }
}

// Activations: a function of each number by itself.

export const ACTIVATIONS = {
  ReLU: x => Math.max(x, 0),
  LeakyReLU: (x, { slope }) => Math.max(x, slope * x),
  ELU: (x, { alpha }) => x > 0 ? x : alpha * (Math.exp(x) - 1),
  GELU: x => x * normalBelow(x),
  Sigmoid: x => sigmoid(x),
  Softplus: x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  Swish: x => x * sigmoid(x),
  Tanh: x => Math.tanh(x),
};

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

// The probability that a normal number is below x: (1 + erf(x / sqrt(2))) / 2, where
//     erf(z) = 1 - (a1 t + ... + a5 t^5) exp(-z^2)        t = 1 / (1 + p z)
// for z >= 0, right to 1.5e-7. Source: Hastings, "Approximations for digital computers", 1955.
function normalBelow(x) {
  const z = Math.abs(x) / Math.SQRT2, t = 1 / (1 + 0.3275911 * z);
  const a = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const beyond = t * a.reduce((sum, coefficient) => sum * t + coefficient, 0) * Math.exp(-z * z);
  return x > 0 ? 1 - beyond / 2 : beyond / 2;
}

function activate(layer, x, y) {
  const f = ACTIVATIONS[layer.name];
  for (let p = 0; p < x.length; p++) y[p] = f(x[p], layer.options);
}

// Layers made of others.

// y = f_last(... f_second(f_first(x)))
function compose(layer, x, y) {
  y.set(layer.inner.reduce((before, inner) => run(inner, before), x));
}

// y = branch(x) + x, or branch(x) + shortcut(x)
function residual(layer, x, y) {
  compose(layer, x, y);
  const beside = layer.shortcut.reduce((before, inner) => run(inner, before), x);
  for (let p = 0; p < y.length; p++) y[p] += beside[p];
}

export const LAYERS = {
  Conv2D: convolve,
  DepthwiseConv2D: convolve,
  ConvTranspose2D: transposedConvolve,
  SeparableConv2D: compose,
  SpatiallySeparableConv2D: compose,
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalMaxPool: globalMaxPool,
  GlobalAveragePool: globalAveragePool,
  Upsample: upsample,
  Dense: dense,
  Softmax: softmax,
  Flatten: copy,
  Dropout: copy,
  BatchNorm: batchNorm,
  LayerNorm: layerNorm,
  ...Object.fromEntries(Object.keys(ACTIVATIONS).map(name => [name, activate])),
  Composition: compose,
  Sequential: compose,
  Residual: residual,
};

// Let a layer compute, and remember what it saw and gave: x and y.
function run(layer, x) {
  layer.x = x;
  LAYERS[layer.name](layer, x, layer.y);
  const pixels = layer.y.length / layer.output[0];
  for (const f of layer.silenced) layer.y.fill(0, f * pixels, (f + 1) * pixels);
  return layer.y;
}

// The network.

// Build what `describe_layers` in network.py describes, on a copy of the weights.
//
// Each layer has the name, place, input, output and options that stand in the description;
// parameters {name: {shape, values}}, where values are a part of the network's weights and may be
// edited; inner and shortcut, the layers inside; x and y, what it saw and gave last.
export function buildNetwork(description, weights) {
  const network = {
    input: description.input,
    classes: description.classes,
    weights: Float32Array.from(weights),
  };
  network.layers = description.layers.map(layer => buildLayer(layer, network.weights));
  const activations = [
    { shape: network.input, values: null },
    ...network.layers.map(layer => ({ shape: layer.output, values: layer.y })),
  ];
  // The output of every layer, after the picture itself; the arrays are filled anew by each call.
  network.forward = pixels => {
    activations[0].values = pixels;
    network.layers.reduce((before, layer) => run(layer, before), pixels);
    return activations;
  };
  network.setWeights = floats => network.weights.set(floats);
  network.copyWeights = () => network.weights.slice();
  // Make a map, or a number of a vector, zero in the output of a layer; or no longer.
  network.silence = (index, filter, on) => {
    const { silenced } = network.layers[index];
    if (on) silenced.add(filter);
    else silenced.delete(filter);
  };
  return network;
}

function buildLayer(description, weights) {
  const build = inner => buildLayer(inner, weights);
  const parameters = Object.entries(description.parameters).map(([name, { shape, offset }]) => [
    name, { shape, values: weights.subarray(offset, offset + sizeOf(shape)) },
  ]);
  return {
    ...description,
    parameters: Object.fromEntries(parameters),
    inner: (description.inner ?? []).map(build),
    shortcut: (description.shortcut ?? []).map(build),
    silenced: new Set(),
    x: null,
    y: new Float32Array(sizeOf(description.output)),
  };
}

// How many numbers an array of a shape has.
export function sizeOf(shape) {
  return shape.reduce((product, size) => product * size, 1);
}
