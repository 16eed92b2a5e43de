// What the network gets: from the strokes on the pad, a test image, or a picture file.

import { PictureError, digitImage, imageOfInk, scalePicture } from "./digit.js";
import { paintPicture, pixelCanvas } from "./drawing.js";
import { decodePixels } from "./weights.js";

const LARGEST = 1600; // pixels on the longer side of a file: a larger one is made smaller first
const LUMA = [0.299, 0.587, 0.114]; // what red, green and blue add to the brightness

// A three in lines through points, for a page without test images.
export const READY_STROKES = [
  [[58, 52], [80, 40], [108, 38], [128, 50], [132, 70], [118, 86], [92, 94]],
  [[92, 94], [120, 98], [138, 116], [136, 140], [114, 158], [84, 160], [60, 148]],
].map(points => points.flat());

// Whether the pictures of a network are such that those of digits can be made for it.
export function takesDigits([C, H, W]) {
  return C === 1 && H === 28 && W === 28;
}

// Return the input of the network for what the pad shows, C * H * W numbers; null for an empty pad.
//
// With `centred`, strokes and files are made into digits like those of MNIST.
export function pixelsOf(pad, { input, scaling }, centred) {
  const [C, H, W] = input, { picture } = pad;
  if (picture?.pixels) return picture.pixels;
  let planes;
  if (picture) {
    planes = centred ? [digitImage(picture.grey)] : fitted(picture, C).map(plane => scalePicture(plane, H, W));
  } else {
    const drawn = pad.empty ? null : centred ? imageOfInk(pad.ink) : scalePicture(pad.ink, H, W);
    if (drawn === null) return null;
    planes = [drawn];
  }
  const pixels = new Float32Array(C * H * W), { low, high } = scaling;
  for (let c = 0; c < C; c++) {
    const { values } = planes[c % planes.length];
    for (let k = 0; k < H * W; k++) pixels[c * H * W + k] = low + (high - low) * values[k];
  }
  return pixels;
}

// The planes of a file: its grey values, or its colours for a network that takes three.
function fitted(picture, C) {
  return C === 3 ? picture.colours : [picture.grey];
}

// A test image of the page, as the pad shows it.
export function testImage({ pixels, label }, { input, scaling }) {
  const values = decodePixels(pixels, scaling);
  return { canvas: squared(canvasOf(values, input, scaling)), pixels: values, label };
}

export function canvasOf(values, input, scaling) {
  const { canvas, pixels, put } = pixelCanvas(input[1], input[2]);
  paintPicture(pixels, input, values, scaling);
  put();
  return canvas;
}

// Read a picture file; the part in the middle that has the proportions of the network's pictures is
// taken where it is no digit.
export async function readFile(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new PictureError(`${file.name || "This file"} is not a picture that the browser can read.`);
  });
  const scale = Math.min(1, LARGEST / Math.max(bitmap.width, bitmap.height));
  const { canvas, pixels } = pixelCanvas(
    Math.max(1, Math.round(bitmap.height * scale)), Math.max(1, Math.round(bitmap.width * scale)),
  );
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  paint.imageSmoothingQuality = "high";
  paint.fillStyle = "#fff"; // what is transparent shows white paper
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const { data } = paint.getImageData(0, 0, canvas.width, canvas.height);
  const colours = [0, 1, 2].map(channel => ({
    H: canvas.height, W: canvas.width,
    values: Float32Array.from(pixels, (_, k) => data[4 * k + channel] / 255),
  }));
  const values = colours[0].values.map((_, k) =>
    LUMA.reduce((sum, share, channel) => sum + share * colours[channel].values[k], 0));
  return { canvas: squared(canvas), grey: { ...colours[0], values }, colours };
}

// A picture within a square, as the pad shows it.
function squared(picture) {
  const side = Math.max(picture.width, picture.height), { canvas } = pixelCanvas(side, side);
  if (picture.width === picture.height) return picture;
  canvas.getContext("2d").drawImage(picture, (side - picture.width) / 2, (side - picture.height) / 2);
  return canvas;
}
