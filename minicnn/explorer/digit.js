// What MNIST would have made of a drawing or a photo of a digit.
//
// The same steps, names and numbers as `minicnn/digits/digit_image.py`, where each is explained. A
// drawing made on this page is ink already, so only the last step is left to do: `imageOfInk`. A
// picture file goes through all of them: `digitImage`.
//
// Pixels are the same to 1e-6. One thing may differ: where the centre of mass lies just between two
// pixels, as that of a straight line may, rounding decides, and the digit can stand a pixel aside.
//
// A plane is an object {H, W, values}: `values` is a Float32Array with row after row.

const SIDE = 28; // of an MNIST picture
const BOX = 20; // of the digit in it
const CENTRE = 14; // the row and the column where its centre of mass lies

const WORKING_SIDE = 400; // a photo is first reduced to this size, 20 times the box
const SMALL = 160; // of these: a digit that is smaller there is cropped out of the whole picture
const MARGIN = 1; // of paper around it then, in its longer sides
const BLUR = 200; // one pixel to each side is averaged for each of these of the longer side
const NOISE = 6; // standard deviations of the paper that ink must stand out by
const FAINTEST = 0.03; // the least share of the paper's light that ink must swallow
const FULL = 90; // the percentile of the ink that counts as full
const RING = 60; // one pixel of paper around a piece is looked at for each of these of the side
const SOFT = 0.5; // of the ink of a piece: with more than that around it, it has no clear edge
const STROKE = 2; // pixels in the box: a finer pen is widened to it; MNIST's have 2 to 5
const SPECK = 0.2; // of the longest piece: a shorter one is a speck
const TALL = 0.35; // of the tallest piece: two such beside each other are two digits
const INNER = 0.25; // of the longest piece: a piece this long inside the rim is the digit

// What is wrong with a picture, in a sentence that the page can show.
export class PictureError extends Error {}

// Return the 28 x 28 picture of a digit in grey values, found on its paper: a plane from 0 to 1.
export function digitImage(grey) {
  let ink = digitInk(grey);
  const box = boxOf(ink);
  const reduced = ink.H !== grey.H || ink.W !== grey.W;
  if (reduced && Math.max(box.H, box.W) < SMALL) {
    ink = digitInk(cropped(grey, ink, box)); // which has more of its pixels
  }
  return imageOfInk(ink);
}

// Scale ink to the box, its full strength to 1, and its centre of mass to the centre of 28 x 28.
export function imageOfInk(ink) {
  const box = boxOf(ink);
  if (box === null) return null;
  const digit = widened(cut(ink, box));
  const scale = BOX / Math.max(digit.H, digit.W);
  const small = scalePicture(digit, ...[digit.H, digit.W].map(side => atLeastOne(side * scale)));
  const full = percentile(small.values.filter(above(0.5 * largest(small.values))), FULL);
  for (let i = 0; i < small.values.length; i++) {
    small.values[i] = Math.min(small.values[i] / full, 1);
  }
  const centre = centreOfMass(small);
  const top = clamp(roundHalfEven(CENTRE - centre.row), 0, SIDE - small.H);
  const left = clamp(roundHalfEven(CENTRE - centre.column), 0, SIDE - small.W);
  const image = plane(SIDE, SIDE);
  for (let row = 0; row < small.H; row++) {
    const line = small.values.subarray(row * small.W, (row + 1) * small.W);
    image.values.set(line, (top + row) * SIDE + left);
  }
  return image;
}

// Return a picture at another size, each new pixel a weighted mean of those around it.
//
// The weights form a triangle, wide enough to remove detail that is too fine for the new pixels, as
// in `minicnn.data.scaling.scale_picture`.
export function scalePicture(picture, H, W) {
  if (picture.H === H && picture.W === W) {
    return { H, W, values: picture.values.slice() };
  }
  const across = triangles(picture.W, W);
  const narrow = plane(picture.H, W);
  for (let row = 0; row < picture.H; row++) {
    for (let column = 0; column < W; column++) {
      const { first, weights } = across[column];
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += weights[k] * picture.values[row * picture.W + first + k];
      }
      narrow.values[row * W + column] = sum;
    }
  }
  const down = triangles(picture.H, H);
  const scaled = plane(H, W);
  for (let row = 0; row < H; row++) {
    const { first, weights } = down[row];
    for (let column = 0; column < W; column++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += weights[k] * narrow.values[(first + k) * W + column];
      }
      scaled.values[row * W + column] = sum;
    }
  }
  return scaled;
}

// Return, for each of `to` new pixels, the first of the `from` old ones and their weights.
function triangles(from, to) {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach + 0.5));
    const weights = new Float64Array(end - first);
    for (let k = 0; k < weights.length; k++) {
      weights[k] = Math.max(0, 1 - Math.abs(first + k - centre + 0.5) / reach);
    }
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map(weight => weight / sum) };
  });
}

// Return the ink of the digit in a picture that is made no larger than `WORKING_SIDE`.
function digitInk(grey) {
  const shrink = Math.min(1, WORKING_SIDE / Math.max(grey.H, grey.W));
  const small = scalePicture(grey, atLeastOne(grey.H * shrink), atLeastOne(grey.W * shrink));
  const { ink, noise } = inkOnPaper(small);
  const digit = digitMask(ink, noise);
  for (let i = 0; i < digit.length; i++) {
    if (!digit[i]) ink.values[i] = 0;
  }
  return ink;
}

// Return how much of the paper's light each pixel swallows, and the deviation of the noise.
function inkOnPaper(picture) {
  const grey = meanFilter(picture, Math.floor(Math.max(picture.H, picture.W) / BLUR));
  const { H, W } = grey;
  const light = isLight(grey) ? grey.values : grey.values.map(value => 1 - value);
  const reach = Math.max(1, Math.floor(Math.min(H, W) / 4)); // half a square of half the side
  const paper = closing({ H, W, values: light }, reach);
  const values = light.map((value, i) => 1 - value / Math.max(paper[i], 1e-6));
  const level = median(values); // the closing of noise lies above its mean, so paper is not 0 yet
  const noise = 1.4826 * median(values.map(value => Math.abs(value - level)));
  return { ink: { H, W, values: values.map(value => Math.max(value - level, 0)) }, noise };
}

// Fill every dark thing that holds no square of 2 reach + 1; beyond the rim nothing is known.
function closing(light, reach) {
  const { H, W } = light;
  const wide = plane(H + 2 * reach, W + 2 * reach);
  wide.values.fill(-Infinity);
  for (let row = 0; row < H; row++) {
    const line = light.values.subarray(row * W, (row + 1) * W);
    wide.values.set(line, (row + reach) * wide.W + reach);
  }
  const filled = maximumFilter(wide, reach);
  filled.values = filled.values.map(value => -value);
  const eroded = maximumFilter(filled, reach);
  return cut(eroded, { top: reach, left: reach, H, W }).values.map(value => -value);
}

// Return whether the background is light, by a majority of three signs.
function isLight(grey) {
  const { H, W } = grey;
  const wide = meanFilter(grey, Math.max(1, Math.floor(Math.min(H, W) / 4)));
  const relative = grey.values.map((value, i) => value - wide.values[i]);
  const depth = Math.max(1, Math.floor(Math.min(H, W) / 20));
  const rim = relative.filter((_, i) => inRim(i, H, W, depth));
  const middle = (smallest(relative) + largest(relative)) / 2;
  const skewness = relative.reduce((total, value) => total + value ** 3, 0);
  const signs = [median(rim) > middle, median(relative) > middle, skewness < 0];
  return signs.filter(Boolean).length >= 2;
}

// Return the mask of the digit, a pixel wider than its ink: the rim of a stroke is soft.
function digitMask(ink, noise) {
  const least = Math.max(FAINTEST, NOISE * noise);
  const standingOut = ink.values.filter(above(least));
  if (standingOut.length === 0) {
    throw new PictureError("No digit found in this picture: nothing on the paper stands out like ink.");
  }
  // Faint things beside the digit, such as squares on the paper, stand out too, but less.
  const threshold = otsuThreshold(standingOut);
  const dark = standingOut.filter(value => value >= threshold);
  const found = Math.max(least, meanOf(dark) / 2);
  const mask = ink.values.map(value => (value > found ? 1 : 0));
  const bridged = maximumFilter({ ...ink, values: mask }, 1); // breaks of a pixel or two
  const rough = connectedComponents(bridged);
  const pieces = connectedComponents({ ...ink, values: withClearEdges(rough, ink) });
  if (pieces.count === 0) {
    throw new PictureError(
      "No digit found in this picture: what is darker there fades out like a shadow.",
    );
  }
  const kept = keptPieces(extents(pieces, ink), largest(pieces.values));
  return pieces.values.map(piece => (piece > 0 && kept[piece - 1] ? 1 : 0));
}

// Return the mask of the pieces around which there is much less ink than in them.
function withClearEdges(pieces, ink) {
  const { H, W } = ink;
  const reach = Math.max(2, Math.floor(Math.max(H, W) / RING));
  const around = maximumFilter({ H, W, values: pieces.values }, reach).values;
  const sums = { inside: [], outside: [], noise: [] };
  const counts = { inside: [], outside: [], noise: [] };
  const add = (where, piece, value) => {
    sums[where][piece] = (sums[where][piece] ?? 0) + value;
    counts[where][piece] = (counts[where][piece] ?? 0) + 1;
  };
  for (let i = 0; i < around.length; i++) {
    const piece = pieces.values[i];
    if (piece > 0) add("inside", piece, ink.values[i]);
    else if (around[i] > 0) add("outside", around[i], ink.values[i]);
    else add("noise", 0, ink.values[i]);
  }
  const of = (where, piece) => (sums[where][piece] ?? 0) / Math.max(counts[where][piece] ?? 0, 1);
  const noise = of("noise", 0); // of paper it is above zero
  // Where nothing lies around a piece, there is no ink around it either.
  const clear = piece =>
    (counts.outside[piece] ? of("outside", piece) - noise : 0) < SOFT * (of("inside", piece) - noise);
  return pieces.values.map(piece => (piece > 0 && clear(piece) ? 1 : 0));
}

// Return where each piece begins and ends, and whether it touches the rim of the picture.
function extents(pieces, { H, W }) {
  const found = Array.from({ length: pieces.count }, () => ({
    top: H, bottom: 0, left: W, right: 0, atRim: false,
  }));
  pieces.values.forEach((piece, i) => {
    if (piece === 0) return;
    const [row, column] = [Math.floor(i / W), i % W];
    const extent = found[piece - 1];
    extent.top = Math.min(extent.top, row);
    extent.bottom = Math.max(extent.bottom, row + 1);
    extent.left = Math.min(extent.left, column);
    extent.right = Math.max(extent.right, column + 1);
    extent.atRim ||= inRim(i, H, W, 1);
  });
  return found;
}

// Return which pieces belong to the digit, or throw where there is more than one digit.
function keptPieces(pieces) {
  const heights = pieces.map(piece => piece.bottom - piece.top);
  const lengths = pieces.map((piece, i) => Math.max(heights[i], piece.right - piece.left));
  const inside = pieces.map(piece => !piece.atRim);
  let longest = Math.max(...lengths);
  if (lengths.some((length, i) => inside[i] && length >= INNER * longest)) {
    longest = Math.max(...lengths.filter((_, i) => inside[i]));
  } else {
    inside.fill(true);
  }
  const kept = lengths.map((length, i) => inside[i] && length >= SPECK * longest);
  const highest = Math.max(...heights.filter((_, i) => kept[i]));
  const tall = pieces
    .filter((_, i) => kept[i] && heights[i] >= TALL * highest)
    .sort((one, other) => one.left - other.left);
  let right = tall[0].right;
  for (const piece of tall.slice(1)) {
    if (piece.left > right) {
      throw new PictureError("There is more than one digit in this picture: crop it to one of them.");
    }
    right = Math.max(right, piece.right);
  }
  return kept;
}

// Return ink cropped to the digit, with fine strokes widened to those of MNIST.
function widened(ink) {
  const { H, W, values } = ink;
  const half = largest(values) / 2;
  let area = 0;
  let sides = 0;
  for (let row = 0; row < H; row++) {
    for (let column = 0; column < W; column++) {
      if (values[row * W + column] <= half) continue;
      area += 1;
      sides += touchesPaper(ink, row, column, half) ? 1 : 0;
    }
  }
  const width = (2 * area) / sides; // about twice the area divided by the length of both sides
  const reach = roundHalfEven(((STROKE * Math.max(H, W)) / BOX - width) / 2);
  if (reach <= 0) return ink;
  const wide = plane(H + 2 * reach, W + 2 * reach);
  for (let row = 0; row < H; row++) {
    wide.values.set(values.subarray(row * W, (row + 1) * W), (row + reach) * wide.W + reach);
  }
  return maximumFilter(wide, reach);
}

// Return whether a pixel or one of its eight neighbours is paper, or outside.
function touchesPaper({ H, W, values }, row, column, half) {
  for (let y = row - 1; y <= row + 1; y++) {
    for (let x = column - 1; x <= column + 1; x++) {
      if (y < 0 || x < 0 || y >= H || x >= W || values[y * W + x] <= half) return true;
    }
  }
  return false;
}

// Return the part of the whole picture around the digit that was found in the reduced one.
function cropped(grey, ink, box) {
  const margin = MARGIN * Math.max(box.H, box.W);
  const ends = (begin, size, small, large) => {
    const scale = large / small;
    const first = Math.max(0, Math.trunc((begin - margin) * scale));
    return [first, Math.min(large, Math.trunc((begin + size + margin) * scale) + 1) - first];
  };
  const [top, H] = ends(box.top, box.H, ink.H, grey.H);
  const [left, W] = ends(box.left, box.W, ink.W, grey.W);
  return cut(grey, { top, left, H, W });
}

// Return the first row and column that have ink, and how many of each it reaches over.
function boxOf({ H, W, values }) {
  let [top, bottom, left, right] = [H, -1, W, -1];
  for (let row = 0; row < H; row++) {
    for (let column = 0; column < W; column++) {
      if (values[row * W + column] === 0) continue;
      if (row < top) top = row;
      if (column < left) left = column;
      if (column > right) right = column;
      bottom = row;
    }
  }
  return bottom < 0 ? null : { top, left, H: bottom + 1 - top, W: right + 1 - left };
}

// Return a part of a plane.
function cut(picture, { top, left, H, W }) {
  const part = plane(H, W);
  for (let row = 0; row < H; row++) {
    const start = (top + row) * picture.W + left;
    part.values.set(picture.values.subarray(start, start + W), row * W);
  }
  return part;
}

// Return the centre of mass of a plane, in pixels from the middle of the first.
function centreOfMass({ H, W, values }) {
  let [sum, rows, columns] = [0, 0, 0];
  for (let row = 0; row < H; row++) {
    for (let column = 0; column < W; column++) {
      const value = values[row * W + column];
      sum += value;
      rows += value * row;
      columns += value * column;
    }
  }
  return { row: rows / sum, column: columns / sum };
}

// Return the mean of the square that reaches so far to each side, cut off at the rim.
function meanFilter(picture, reach) {
  const { H, W } = picture;
  const filtered = { H, W, values: picture.values.slice() };
  if (reach === 0) return filtered;
  const line = (start, step, length) => {
    const total = new Float64Array(length + 1);
    for (let i = 0; i < length; i++) total[i + 1] = total[i] + filtered.values[start + i * step];
    for (let i = 0; i < length; i++) {
      const [first, last] = [Math.max(i - reach, 0), Math.min(i + reach + 1, length)];
      filtered.values[start + i * step] = (total[last] - total[first]) / (last - first);
    }
  };
  for (let column = 0; column < W; column++) line(column, W, H);
  for (let row = 0; row < H; row++) line(row * W, 1, W);
  return filtered;
}

// Return the largest value in the square that reaches so far, cut off at the rim.
//
// The maximum over two adjacent windows is that of one twice as wide. So it takes a few steps
// instead of one for each pixel of the window.
function maximumFilter(picture, reach) {
  const { H, W } = picture;
  const filtered = { H, W, values: picture.values.slice() };
  const padded = new Float32Array(Math.max(H, W) + 2 * reach);
  const line = (start, step, length) => {
    for (let i = 0; i < length + 2 * reach; i++) {
      padded[i] = filtered.values[start + clamp(i - reach, 0, length - 1) * step];
    }
    let end = length + 2 * reach;
    for (let covered = 1; covered < 2 * reach + 1; ) {
      const shift = Math.min(covered, 2 * reach + 1 - covered);
      end -= shift;
      for (let i = 0; i < end; i++) {
        if (padded[i + shift] > padded[i]) padded[i] = padded[i + shift];
      }
      covered += shift;
    }
    for (let i = 0; i < length; i++) filtered.values[start + i * step] = padded[i];
  };
  for (let column = 0; column < W; column++) line(column, W, H);
  for (let row = 0; row < H; row++) line(row * W, 1, W);
  return filtered;
}

// Return the number of the piece of each pixel: 0 outside, pixels that touch are one piece.
function connectedComponents({ H, W, values }) {
  const pieces = new Float32Array(values.length);
  const waiting = [];
  let count = 0;
  for (let first = 0; first < values.length; first++) {
    if (!values[first] || pieces[first]) continue;
    count += 1;
    pieces[first] = count;
    waiting.push(first);
    while (waiting.length > 0) {
      const i = waiting.pop();
      const [row, column] = [Math.floor(i / W), i % W];
      for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, H - 1); y++) {
        for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, W - 1); x++) {
          const other = y * W + x;
          if (!values[other] || pieces[other]) continue;
          pieces[other] = count;
          waiting.push(other);
        }
      }
    }
  }
  return { values: pieces, count };
}

// Return the threshold that best divides values into two groups (Otsu 1979).
function otsuThreshold(values, bins = 256) {
  const [low, high] = [smallest(values), largest(values)];
  const width = (high - low || 1) / bins;
  const start = high > low ? low : low - 0.5;
  const share = new Float64Array(bins);
  for (const value of values) {
    share[Math.min(Math.floor((value - start) / width), bins - 1)] += 1 / values.length;
  }
  const middle = bin => start + (bin + 0.5) * width;
  const whole = share.reduce((sum, part, bin) => sum + part * middle(bin), 0);
  let [below, moment, best, place] = [0, 0, -1, 0];
  for (let bin = 0; bin < bins - 1; bin++) {
    below += share[bin];
    moment += share[bin] * middle(bin);
    const between = (whole * below - moment) ** 2 / Math.max(below * (1 - below), 1e-12);
    if (between > best) [best, place] = [between, bin];
  }
  return start + (place + 1) * width;
}

const plane = (H, W) => ({ H, W, values: new Float32Array(H * W) });
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const above = least => value => value > least;
const atLeastOne = value => Math.max(1, roundHalfEven(value));
const meanOf = values => values.reduce((total, value) => total + value, 0) / values.length;
const largest = values => values.reduce((most, value) => Math.max(most, value), -Infinity);
const smallest = values => values.reduce((least, value) => Math.min(least, value), Infinity);
const median = values => percentile(values, 50);

const inRim = (i, H, W, depth) => {
  const [row, column] = [Math.floor(i / W), i % W];
  return row < depth || column < depth || row >= H - depth || column >= W - depth;
};

// Return a percentile, interpolated between the two values nearest to it.
function percentile(values, percent) {
  const sorted = values.slice().sort();
  const place = ((sorted.length - 1) * percent) / 100;
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

// Round as Python does: a half goes to the even neighbour.
function roundHalfEven(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
