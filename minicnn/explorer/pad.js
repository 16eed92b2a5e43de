// The drawing pad: strokes of a pen, and the ink that they leave.
//
// The pen draws white on black, as MNIST. Ink is kept as numbers, from 0 to 1, so that what the
// network sees does not depend on the screen or the browser; the canvas only shows the strokes.

export const PAD_SIDE = 196; // pixels of ink along each side: seven for each of MNIST's
const NIB = 9; // of these from the middle of a stroke to its edge
const KEY_STEP = 7; // of these for each press of an arrow key

export class DrawingPad {
  // `changed` is called after every change; the pad is empty, or shows strokes or a picture.
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    this.ink = { H: PAD_SIDE, W: PAD_SIDE, values: new Float32Array(PAD_SIDE * PAD_SIDE) };
    this.strokes = []; // each a list of points x, y, x, y, ...
    this.history = []; // what undo brings back: how many strokes there were, or strokes and picture
    this.picture = null; // a test image or a file: {canvas, ...}, as `testImage` and `readFile` return it
    this.pen = { x: PAD_SIDE / 2, y: PAD_SIDE / 2, down: false, shown: false };
    this.pointer = null;
    this.#listen();
  }

  get empty() {
    return this.picture === null && this.strokes.length === 0;
  }

  // Show a picture instead of strokes.
  show(picture) {
    this.#remember();
    this.strokes = [];
    this.picture = picture;
    this.ink.values.fill(0);
    this.#draw();
  }

  // Show strokes, as if they had just been drawn.
  draw(strokes) {
    this.#remember();
    this.picture = null;
    this.#replace(strokes);
  }

  clear() {
    if (this.empty) return;
    this.#remember();
    this.picture = null;
    this.#replace([]);
  }

  undo() {
    const before = this.history.pop();
    if (!before) return;
    this.picture = before.picture;
    this.#replace(before.strokes);
  }

  #remember() {
    this.history.push({ picture: this.picture, strokes: this.strokes.slice() });
    if (this.history.length > 200) this.history.shift();
  }

  #replace(strokes) {
    this.strokes = strokes;
    this.ink.values.fill(0);
    for (const stroke of strokes) {
      for (let k = 0; k < Math.max(stroke.length - 2, 1); k += 2) this.#wet(stroke, k);
    }
    this.#draw();
    this.changed();
  }

  #begin(x, y) {
    this.#remember();
    if (this.picture) {
      this.picture = null;
      this.ink.values.fill(0);
    }
    this.strokes = [...this.strokes, [x, y]];
    this.#wet(this.strokes.at(-1), 0);
  }

  #extend(x, y) {
    const stroke = this.strokes.at(-1), last = stroke.length;
    if (Math.hypot(x - stroke[last - 2], y - stroke[last - 1]) < 0.5) return;
    stroke.push(x, y);
    this.#wet(stroke, last - 2);
  }

  // Add the ink between two points of a stroke: full up to the edge of the nib, where it fades out
  // within a pixel.
  #wet(stroke, k) {
    const x0 = stroke[k], y0 = stroke[k + 1], x1 = stroke[k + 2] ?? x0, y1 = stroke[k + 3] ?? y0;
    const { H, W, values } = this.ink, dx = x1 - x0, dy = y1 - y0, length = dx * dx + dy * dy || 1;
    const reach = NIB + 1;
    const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
    const bottom = Math.min(H, Math.ceil(Math.max(y0, y1) + reach));
    const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
    const right = Math.min(W, Math.ceil(Math.max(x0, x1) + reach));
    for (let i = top; i < bottom; i++) {
      for (let j = left; j < right; j++) {
        const x = j + 0.5 - x0, y = i + 0.5 - y0;
        const along = Math.min(Math.max((x * dx + y * dy) / length, 0), 1);
        const distance = Math.hypot(x - along * dx, y - along * dy);
        const wet = Math.min(Math.max(NIB + 0.5 - distance, 0), 1);
        if (wet > values[i * W + j]) values[i * W + j] = wet;
      }
    }
  }

  #listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", event => {
      if (this.pointer !== null || event.button !== 0) return;
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.pointer = event.pointerId;
      this.pen.shown = this.pen.down = false;
      this.#begin(...this.#place(event));
      this.#drawn();
    });
    canvas.addEventListener("pointermove", event => {
      if (event.pointerId !== this.pointer) return;
      const passed = event.getCoalescedEvents?.() ?? [];
      for (const point of passed.length > 0 ? passed : [event]) this.#extend(...this.#place(point));
      this.#drawn();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, event => {
        if (event.pointerId === this.pointer) this.pointer = null;
      });
    }
    canvas.addEventListener("keydown", event => this.#key(event));
    canvas.addEventListener("blur", () => {
      this.pen.shown = this.pen.down = false;
      this.#draw();
    });
  }

  #key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const { pen } = this;
    if (event.key === " ") {
      pen.down = !pen.down;
      if (pen.down) this.#begin(pen.x, pen.y);
    } else if (step) {
      const limit = place => Math.min(Math.max(place, NIB), PAD_SIDE - NIB);
      pen.x = limit(pen.x + KEY_STEP * step[0]);
      pen.y = limit(pen.y + KEY_STEP * step[1]);
      if (pen.down) this.#extend(pen.x, pen.y);
    } else {
      return;
    }
    event.preventDefault();
    pen.shown = true;
    this.#drawn();
  }

  #place(event) {
    const box = this.canvas.getBoundingClientRect(), scale = PAD_SIDE / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  }

  #drawn() {
    this.#draw();
    this.changed();
  }

  // Fit the canvas to the screen, and draw what the pad shows.
  resize() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    this.#draw();
  }

  #draw() {
    const { canvas, pen } = this, side = canvas.width;
    this.paint ??= canvas.getContext("2d");
    const { paint } = this;
    paint.setTransform(1, 0, 0, 1, 0, 0);
    paint.clearRect(0, 0, side, side);
    if (this.picture) {
      paint.imageSmoothingEnabled = false;
      paint.drawImage(this.picture.canvas, 0, 0, side, side);
    }
    paint.setTransform(side / PAD_SIDE, 0, 0, side / PAD_SIDE, 0, 0);
    paint.lineCap = paint.lineJoin = "round";
    paint.lineWidth = 2 * NIB;
    paint.strokeStyle = "#fff";
    for (const stroke of this.strokes) {
      paint.beginPath();
      paint.moveTo(stroke[0], stroke[1]);
      paint.lineTo(stroke[0], stroke[1]);
      for (let k = 2; k < stroke.length; k += 2) paint.lineTo(stroke[k], stroke[k + 1]);
      paint.stroke();
    }
    if (pen.shown) {
      paint.lineWidth = 2;
      paint.strokeStyle = pen.down ? "#00a884" : "#9a9ca0";
      paint.beginPath();
      paint.arc(pen.x, pen.y, NIB, 0, 2 * Math.PI);
      paint.stroke();
    }
  }
}
