// Numbers as text, and back: the weights of a network, those of the moments of its training, and
// test images. They stand in the page in base64, little end first.

// The bytes that a text in base64 stands for.
function decodeBytes(base64) {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}

// The number that 16 bits stand for: a sign, 5 bits of exponent, 10 bits of fraction (IEEE 754).
function decodeHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;  // subnormal, or zero
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);  // all weights are finite
}

// Weights of 32 bits, or of 16 that become 32.
export function decodeWeights(base64, dtype) {
  const bytes = decodeBytes(base64), view = new DataView(bytes.buffer);
  const size = dtype === "float16" ? 2 : 4, weights = new Float32Array(bytes.length / size);
  for (let i = 0; i < weights.length; i++) {
    weights[i] = size === 2
      ? decodeHalf(view.getUint16(2 * i, true))
      : view.getFloat32(4 * i, true);
  }
  return weights;
}

// The moments of the training, oldest first: {step, loss, accuracy, weights()}. The last is the
// model itself, whose weights stand in the page only once.
export function decodeMoments(description) {
  return description.moments.map(moment => ({
    ...moment,
    weights: () => moment.weights === null
      ? decodeWeights(description.weights, description.dtype)
      : decodeWeights(moment.weights, moment.dtype),
  }));
}

// A test image as the network takes it: a byte of 0 to 255 stands for low to high.
export function decodePixels(base64, scaling) {
  const { low, high } = scaling;
  return Float32Array.from(decodeBytes(base64), byte => low + (high - low) * byte / 255);
}
