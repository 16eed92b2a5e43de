// What if? Filters that are replaced, edited or silenced by hand.
//
// An edit belongs to a filter of a layer, by the layer's place in the network. So it holds for every
// network built of the same description, at every moment of the training: a kernel that is replaced
// stays replaced, and a weight that is edited keeps its value, while those around it are the moment's.

import { plural } from "./words.js";

// Layers whose weights stand filter by filter, so that those of one can be exchanged.
const EDITABLE = ["Conv2D", "DepthwiseConv2D", "Dense"];

export function canEdit(layer) {
  return EDITABLE.includes(layer.name);
}

// All layers of a network, and those inside of them.
export function everyLayer(layers) {
  return layers.flatMap(layer => [layer, ...everyLayer(layer.inner), ...everyLayer(layer.shortcut)]);
}

// Where the weights of a filter stand among those of its layer: from the first up to the end.
export function weightsOf(layer, filter) {
  const { values, shape } = layer.parameters.weight, size = values.length / shape[0];
  return values.subarray(filter * size, (filter + 1) * size);
}

export class Edits {
  constructor() {
    this.filters = new Map(); // "place/filter": what #entry returns
  }

  get any() {
    return this.filters.size > 0;
  }

  of(layer, filter) {
    return this.filters.get(`${layer.place}/${filter}`) ?? null;
  }

  changesKernel(layer, filter) {
    const entry = this.of(layer, filter);
    return entry !== null && (entry.kernel !== null || entry.weights.size > 0);
  }

  // Put a hand-made kernel (KH, KW) into the middle of every channel of a filter.
  //
  // It is scaled to the norm of the filter that it replaces, since the layers after it have learned
  // to expect values of that size.
  replace(layer, filter, name, kernel) {
    const [, depth, KH, KW] = layer.parameters.weight.shape;
    const weights = new Float32Array(depth * KH * KW);
    for (let d = 0; d < depth; d++) placeInMiddle(weights.subarray(d * KH * KW, (d + 1) * KH * KW), KH, KW, kernel);
    const factor = normOf(this.#entry(layer, filter).learned) / (normOf(weights) || 1);
    this.#change(layer, filter, { kernel: weights.map(weight => weight * factor), replacedBy: name, weights: new Map() });
  }

  // Take the learned kernel again.
  restore(layer, filter) {
    this.#change(layer, filter, { kernel: null, replacedBy: null, weights: new Map() });
  }

  setWeight(layer, filter, place, value) {
    const { weights } = this.#entry(layer, filter);
    this.#change(layer, filter, { weights: new Map(weights).set(place, value) });
  }

  setBias(layer, filter, value) {
    this.#change(layer, filter, { bias: value });
  }

  silence(layer, filter, silent) {
    this.#change(layer, filter, { silent });
  }

  reset(layer, filter) {
    this.filters.delete(`${layer.place}/${filter}`);
  }

  resetAll() {
    this.filters.clear();
  }

  // kernel, replacedBy   the weights that stand for all of the filter, and their name; or null
  // weights              single weights: where they stand in the filter, and their values
  #entry(layer, filter) {
    return this.of(layer, filter) ?? {
      place: layer.place, filter, kernel: null, replacedBy: null, weights: new Map(), bias: null, silent: false,
      learned: learnedWeights(layer, filter),
    };
  }

  #change(layer, filter, change) {
    const entry = { ...this.#entry(layer, filter), ...change };
    if (entry.silent || entry.kernel || entry.weights.size > 0 || entry.bias !== null) this.filters.set(`${layer.place}/${filter}`, entry);
    else this.reset(layer, filter);
  }

  // Give a network the weights of a moment, with the edits.
  apply(network, weights) {
    network.setWeights(weights);
    const byPlace = new Map();
    for (const layer of everyLayer(network.layers)) {
      layer.silenced.clear();
      byPlace.set(layer.place, layer);
    }
    for (const { place, filter, kernel, weights: single, bias, silent } of this.filters.values()) {
      const layer = byPlace.get(place);
      if (kernel) weightsOf(layer, filter).set(kernel);
      for (const [tap, value] of single) weightsOf(layer, filter)[tap] = value;
      if (bias !== null && layer.parameters.bias) layer.parameters.bias.values[filter] = bias;
      if (silent) layer.silenced.add(filter);
    }
  }

  // What has been changed, in words.
  list(layers) {
    const names = new Map(everyLayer(layers).map(layer => [layer.place, layer.title]));
    return [...this.filters.values()].map(({ place, filter, replacedBy, weights: { size }, bias, silent }) => {
      const done = [
        replacedBy?.replaceAll("_", " "),
        size > 0 ? `${plural(size, "weight")} edited` : null,
        bias !== null ? "bias edited" : null,
        silent ? "silenced" : null,
      ].filter(Boolean).join(", ");
      return `${names.get(place)}, number ${filter}: ${done}`;
    });
  }
}

// The weights of a filter as they were learned, or nothing where a layer has none.
function learnedWeights(layer, filter) {
  return canEdit(layer) ? weightsOf(layer, filter).slice() : null;
}

// Write a kernel of rows into the middle of a slice; what does not fit is cut off.
function placeInMiddle(slice, KH, KW, kernel) {
  const top = Math.floor((KH - kernel.length) / 2), left = Math.floor((KW - kernel[0].length) / 2);
  kernel.forEach((row, i) => row.forEach((weight, j) => {
    const kh = top + i, kw = left + j;
    if (kh >= 0 && kw >= 0 && kh < KH && kw < KW) slice[kh * KW + kw] = weight;
  }));
}

function normOf(weights) {
  return Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
}
