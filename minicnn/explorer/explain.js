// (a stand-in until the module itself is there)
import { strideOf } from "./arithmetic.js";

export function explainValue(network, activations, index, place) {
  const layer = network.layers[index], x = activations[index].values, y = activations[index + 1].values;
  const field = { y0: 0, x0: 0, h: network.input[1], w: network.input[2] };
  if (layer.name === "Conv2D") {
    const [f, i, j] = place, [, depth, KH, KW] = layer.parameters.weight.shape, [C, H, W] = layer.input;
    const [[top], [left]] = layer.margins, [SH, SW] = layer.options.stride;
    const y0 = i * SH - top, x0 = j * SW - left, w = layer.parameters.weight.values;
    const g = (fn) => Array.from({ length: depth }, (_, c) => Array.from({ length: KH }, (_, a) => Array.from({ length: KW }, (_, b) => fn(c, a, b))));
    const window = g((c, a, b) => y0 + a < 0 || x0 + b < 0 || y0 + a >= H || x0 + b >= W ? 0 : x[(c * H + y0 + a) * W + x0 + b]);
    const kernel = g((c, a, b) => w[((f * depth + c) * KH + a) * KW + b]);
    const products = g((c, a, b) => window[c][a][b] * kernel[c][a][b]);
    const sums = products.map(p => p.flat().reduce((s, v) => s + v, 0)), sum = sums.reduce((s, v) => s + v, 0);
    const bias = layer.parameters.bias?.values[f] ?? 0;
    return { kind: "convolution", channels: window.map((_, c) => c), window, kernel, products, sums, sum, bias, value: y[(f * layer.output[1] + i) * layer.output[2] + j], field, region: { y0, x0, h: KH, w: KW },
      inside: window[0].map((r, a) => r.map((_, b) => !(y0 + a < 0 || x0 + b < 0 || y0 + a >= H || x0 + b >= W))), flat: { window: window.flat(2), kernel: kernel.flat(2), products: products.flat(2) } };
  }
  if (layer.name === "MaxPool") {
    const [c, i, j] = place, [SH, SW] = strideOf(layer), [, H, W] = layer.input, [KH, KW] = layer.options.size;
    const window = Array.from({ length: KH }, (_, a) => Array.from({ length: KW }, (_, b) => x[(c * H + i * SH + a) * W + j * SW + b]));
    const value = Math.max(...window.flat()), at = window.flat().indexOf(value);
    return { kind: "pooling", largest: true, window, value, winner: [Math.floor(at / KW), at % KW], field, region: { y0: i * SH, x0: j * SW, h: KH, w: KW }, channels: [c] };
  }
  if (layer.name === "Dense") {
    const [d] = place, n = x.length, w = layer.parameters.weight.values;
    const p = Array.from(x, (v, k) => v * w[d * n + k]), order = [...p.keys()].sort((a, b) => Math.abs(p[b]) - Math.abs(p[a])).slice(0, 8);
    const bias = layer.parameters.bias?.values[d] ?? 0;
    return { kind: "dense", largest: order.map(k => ({ from: `number ${k}`, place: [k], value: x[k], weight: w[d * n + k], product: p[k] })), count: n, others: p.reduce((s, v) => s + v, 0) - order.reduce((s, k) => s + p[k], 0),
      bias, value: y[d], up: p.filter(v => v > 0).reduce((s, v) => s + v, 0), down: -p.filter(v => v < 0).reduce((s, v) => s + v, 0), field, region: null };
  }
  if (layer.name === "Softmax") return { kind: "softmax", scores: Array.from(x), shares: Array.from(y), value: y[place[0]], field, region: null };
  const at = place.length === 1 ? place[0] : (place[0] * layer.output[1] + place[1]) * layer.output[2] + place[2];
  return { kind: "elementwise", before: x[at], value: y[at], field, channels: [place[0]], region: place.length === 3 && layer.input.length === 3 ? { y0: place[1], x0: place[2], h: 1, w: 1 } : null };
}
