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

// Weights of 12 bits, two in three bytes: levels of 0 to 4094. In each part, one [size, largest] for
// a parameter, level 2047 is zero, and the outermost levels are the largest weight of either sign.
function decodeLevels(base64, parts) {
  const bytes = decodeBytes(base64);
  const weights = new Float32Array(parts.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, largest] of parts) {
    for (const end = at + size; at < end; at++) {
      const first = 3 * (at >> 1), shared = bytes[first + 1];
      const level = at % 2 === 0
        ? (bytes[first] << 4) | (shared >> 4)
        : ((shared & 15) << 8) | bytes[first + 2];
      weights[at] = largest * (level - 2047) / 2047;
    }
  }
  return weights;
}

// The moments of the training, oldest first: {step, loss, accuracy, weights()}. The last is the
// model itself, whose weights stand in the page only once.
export function decodeMoments(description) {
  const decode = ({ weights, dtype, parts }) => dtype === "fixed12"
    ? decodeLevels(weights, parts)
    : decodeWeights(weights, dtype);
  return description.moments.map(moment => ({
    ...moment,
    weights: () => decode(moment.weights === null ? description : moment),
  }));
}

// A test image as the network takes it: a byte of 0 to 255 stands for low to high.
export function decodePixels(base64, scaling) {
  const { low, high } = scaling;
  return Float32Array.from(decodeBytes(base64), byte => low + (high - low) * byte / 255);
}
