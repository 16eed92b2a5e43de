// The explanation of one value: what it is made of, in numbers and in words, and what if it were not.

import { cellColours, fillSigned, largestOf, pixelCanvas } from "./drawing.js";
import { canEdit, weightsOf } from "./whatif.js";
import { setText } from "./answer.js";
import { inCell, inDigits, inPercent, plural } from "./words.js";

const CELL = [8, 34], LEAST_WITH_TEXT = 17; // the sides of the cells of a matrix, in pixels
const DOCKED_CELL = 27; // the largest at the lower edge of the window, where the panel is low
const NARROW = 560; // a panel in which the sum stands below the matrices
const PICTURE = 124; // the side of a picture, in pixels
const MOST_CHIPS = 64; // channels that can be chosen from
const BLANK = 0.02; // of the largest value of a map: what is smaller is nearly zero, and looks blank

// Make an element: its tag, its properties, and what is in it.
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "role") element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export class Panel {
  // `actions` are what the page does when something is chosen or changed here: go(place),
  // back(), channel(c), weight(k, value), bias(value), replace(name), silence(on), reset().
  constructor(elements, actions, filters) {
    this.elements = elements; // place, explanation, whatIf
    this.actions = actions;
    this.filters = filters;
    this.key = null; // of what stands in the panel: while it is the same, only numbers change
    this.update = () => {};
  }

  // Show a value. `shown` has layer, view, place, explanation, channel, next, edit and editable.
  show(shown) {
    const key = [shown.layer.place, shown.layer.name, shown.channel, shown.editable, shown.chosenAt].join(" ");
    if (key !== this.key) {
      this.key = key;
      this.#buildPlace(shown);
      this.elements.explanation.replaceChildren();
      this.update = (BUILDERS[shown.explanation.kind] ?? buildOther)(this.elements.explanation, shown, this.actions);
      this.#buildWhatIf(shown);
    }
    this.updatePlace(shown);
    this.update(shown);
    this.updateWhatIf(shown);
  }

  // Show a sentence, where there is no value to explain.
  showNothing(sentence) {
    if (this.key === sentence) return;
    this.key = sentence;
    this.elements.place.replaceChildren();
    this.elements.whatIf.hidden = true;
    this.elements.explanation.replaceChildren(make("p", { className: "sentence", textContent: sentence }));
  }

  // The place of the value, as numbers that can be typed in.
  #buildPlace({ layer }) {
    const { output } = layer, names = output.length === 1 ? ["number"] : ["map", "row", "column"];
    const inputs = names.map((name, axis) => {
      const input = make("input", { type: "number", min: 0, max: output[axis] - 1, step: 1 });
      input.addEventListener("change", () => {
        const place = inputs.map(({ value, max }) => Math.min(Math.max(Math.round(Number(value)) || 0, 0), Number(max)));
        this.actions.go(place);
      });
      return input;
    });
    this.placeInputs = inputs;
    const labels = inputs.map((input, axis) => make("label", {}, names[axis], input));
    const title = make("b", { textContent: layer.title });
    this.elements.place.replaceChildren(title, ...labels);
    this.elements.place.title = "all counted from 0";
  }

  updatePlace({ place }) {
    this.placeInputs.forEach((input, axis) => {
      if (document.activeElement !== input) input.value = place[axis];
    });
  }

  #buildWhatIf({ layer, editable, view }) {
    const { whatIf } = this.elements, { actions } = this;
    const filters = layer.output[0], silent = filters > 1 && !["Softmax", "Flatten", "Dropout"].includes(layer.name);
    whatIf.hidden = !silent || !editable;
    if (whatIf.hidden) return;
    const what = layer.output.length === 1 ? "number" : view.kernel ? "filter" : "map";
    this.silenceButton = make("button", { type: "button", id: "silence" });
    this.silenceButton.addEventListener("click", () => actions.silence(this.silenceButton.getAttribute("aria-pressed") !== "true"));
    this.silenceWords = what;
    this.resetButton = make("button", { type: "button", id: "reset", textContent: `Reset this ${what}` });
    this.resetButton.addEventListener("click", () => actions.reset());
    whatIf.replaceChildren(make("span", { className: "title", textContent: "What if?" }));
    this.bank = view.kernel ? this.#buildBank() : null;
    if (this.bank) whatIf.append(this.bank);
    whatIf.append(this.silenceButton, this.resetButton);
    this.hint = make("span", { className: "hint" });
    this.editable = canEdit(layer) && view.kernel !== null;
    this.refused = null;
    whatIf.append(this.hint);
  }

  // The list of hand-made kernels.
  #buildBank() {
    const choice = make("select", { id: "replace", "aria-label": "Replace the kernel by a hand-made one" });
    choice.append(new Option("replace the kernel by…", ""));
    for (const name of Object.keys(this.filters)) choice.append(new Option(name.replaceAll("_", " "), name));
    choice.addEventListener("change", () => this.actions.replace(choice.value));
    return choice;
  }

  updateWhatIf({ edit }) {
    if (this.elements.whatIf.hidden || !this.silenceButton) return;
    const silent = Boolean(edit?.silent);
    this.silenceButton.setAttribute("aria-pressed", silent);
    setText(this.silenceButton, silent ? `Let this ${this.silenceWords} speak` : `Silence this ${this.silenceWords}`);
    this.resetButton.disabled = edit === null;
    const replaced = edit?.replacedBy ?? null;
    if (this.bank) {
      this.bank.value = replaced ?? "";
      setText(this.bank.options[0], replaced ? "the learned kernel" : "replace the kernel by…");
    }
    setText(this.hint, this.refused ?? (replaced ? "It is scaled to the size of the kernel that it replaces." : this.editable ? "Or type another number into a weight." : ""));
    this.hint.classList.toggle("trouble", this.refused !== null);
  }

  // Say why what was typed does not count; null to take that back.
  refuse(words) {
    this.refused = words;
  }
}

// Each builder fills the panel for one kind of explanation, and returns what writes the numbers.

const BUILDERS = {
  convolution: buildConvolution,
  pooling: buildPooling,
  dense: buildDense,
  elementwise: buildElementwise,
  softmax: buildSoftmax,
};

function buildConvolution(root, shown, actions) {
  const { explanation: first, editable, layer } = shown, KH = first.kernel[0].length, KW = first.kernel[0][0].length;
  const sentence = root.appendChild(make("p", { className: "sentence" }));
  const chips = buildChips(root, shown, actions);
  const equation = root.appendChild(make("div", { className: "equation" }));
  const side = cellSideIn(root, KW);
  const window = matrix(KH, KW, side), products = matrix(KH, KW, side);
  const kernel = matrix(KH, KW, side, editable && canEdit(layer)
    ? actions.weight : null);
  equation.append(
    term(shown.channelNames ? "window in that colour" : first.kernel.length > 1 ? "window in that map" : "window", window.element), sign("×"),
    term("kernel", kernel.element), sign("="), term("products", products.element), sign("→"),
  );
  const sum = sumList(equation, first, editable && layer.parameters.bias ? actions.bias : null);
  const more = root.appendChild(make("p", { className: "more" }));
  return ({ explanation, channel, view, place, next }) => {
    const { window: values, kernel: weights, products: results } = explanation;
    const limit = largestOf(explanation.flat.kernel);
    window.write(values[channel], largestOf(explanation.flat.window), explanation.inside);
    kernel.write(weights[channel], limit);
    products.write(results[channel], largestOf(explanation.flat.products));
    chips(explanation, channel);
    sum(explanation, channel, next);
    sayWhy(sentence, explanation, view, place);
    setText(more, `${sees(explanation)} ${hatched(explanation, layer, view)}`);
  };
}

// The channels to choose from, those first that add or subtract most.
function buildChips(root, { explanation, channelNames }, actions) {
  const depth = explanation.kernel.length;
  if (depth === 1) return () => {};
  const nameOf = k => channelNames?.[explanation.channels[k]] ?? `map ${explanation.channels[k]}`;
  const order = Array.from(explanation.sums.keys())
    .sort((one, other) => Math.abs(explanation.sums[other]) - Math.abs(explanation.sums[one]))
    .slice(0, MOST_CHIPS);
  const frame = root.appendChild(make("div", { className: "chips", role: "group", "aria-label": "Maps that it is made of" }));
  const chips = order.map(k => {
    const chip = frame.appendChild(make("button", { type: "button", className: "chip" }));
    chip.addEventListener("click", () => actions.channel(k));
    return chip;
  });
  return ({ sums }, chosen) => {
    chips.forEach((chip, at) => {
      const k = order[at];
      setText(chip, `${nameOf(k)}: ${signed(sums[k])}`);
      chip.setAttribute("aria-pressed", k === chosen);
    });
  };
}

// The sum below a line, and what the layer after makes of it.
function sumList(equation, explanation, setBias) {
  const list = equation.appendChild(make("dl", { className: "sum" })), rows = {};
  const row = (name, words, className = "") => {
    rows[name] = make("dd", { className });
    rows[`${name}Words`] = make("dt", { className, textContent: words });
    list.append(rows[`${name}Words`], rows[name]);
  };
  row("these", `${explanation.kernel[0].flat().length} products`);
  if (explanation.kernel.length > 1) row("others", plural(explanation.kernel.length - 1, "other"));
  row("bias", "bias");
  row("value", "sum", "total");
  row("next", "");
  const bias = setBias && make("input", { type: "number", step: "any", "aria-label": "bias" });
  if (bias) {
    bias.addEventListener("change", () => {
      setBias(bias.valueAsNumber);
      if (Number.isNaN(bias.valueAsNumber)) bias.blur(); // so that it is written again
    });
    rows.bias.append(bias);
  }
  return (now, channel, next) => {
    setText(rows.these, inDigits(now.sums[channel]));
    if (rows.others) setText(rows.others, inDigits(now.sum - now.sums[channel]));
    if (bias && document.activeElement !== bias) bias.value = Number(now.bias.toPrecision(3));
    else if (!bias) setText(rows.bias, inDigits(now.bias));
    const sum = now.sum + now.bias;
    setText(rows.value, inDigits(sum));
    rows.value.className = `total ${sum < 0 ? "below" : sum > 0 ? "above" : ""}`;
    rows.next.hidden = rows.nextWords.hidden = next === null && !now.silenced;
    if (now.silenced) {
      setText(rows.nextWords, "silenced");
      setText(rows.next, "0");
    } else if (next) {
      setText(rows.nextWords, `then ${next.name}`);
      setText(rows.next, inDigits(next.value));
    }
  };
}

// Why a value is orange or blue, in a sentence. Whether it is nearly zero is asked of its own map:
// another map, with an edited weight perhaps, may have so large values that this one looks blank.
function sayWhy(element, { value, sum, flat, bias, silenced }, view, [map]) {
  let [up, down] = [0, 0];
  for (const product of flat.products) {
    if (product > 0) up += product;
    else down -= product;
  }
  const positive = flat.window.every(pixel => pixel >= 0), colour = value > 0 ? "above" : "below";
  const name = Math.abs(value) < BLANK * largestInMap(view, map) ? null : colour;
  const pale = name !== null && Math.abs(value) < BLANK * view.limit;
  const parts = [];
  if (silenced) parts.push("It is blank because you silenced it. ");
  else if (up === 0 && down === 0) {
    parts.push("Nothing is in its window, so every product is 0, and ", bias === 0 ? "there is no bias." : `only the bias is left: ${inDigits(bias)}.`);
  } else {
    if (pale) parts.push(`It looks blank beside the largest value of the layer, ${inDigits(view.limit)}, but it`, " is ", hue(name));
    else parts.push("It is ", name ? hue(name) : "blank");
    parts.push(...reasonOf({ up, down, sum, bias, positive, name }));
    parts.push(` The products above zero add ${inDigits(up)}, those below take away ${inDigits(down)}.`);
  }
  element.replaceChildren(...parts);
}

// Why it has its colour: `name` is the side of zero, or null where it looks blank.
function reasonOf({ up, down, sum, bias, positive, name }) {
  const [most, least] = sum >= 0 ? [up, down] : [down, up];
  if (!name) return [" because the sum is nearly zero."];
  if ((sum >= 0) !== (name === "above")) {
    return [`: the products make ${inDigits(sum)} together, and the bias of ${inDigits(bias)} moves that ${name} zero.`];
  }
  if (Math.abs(bias) > Math.abs(sum)) {
    return [` because of its bias: that adds ${inDigits(bias)}, and all products together only ${inDigits(sum)}.`];
  }
  if (most < 1.25 * least) return [`, but only just: the sum is ${name} zero, since the products nearly cancel.`];
  const begin = ` because the sum is ${name} zero: `;
  if (!positive) return [begin, `window and kernel ${sum >= 0 ? "mostly have the same sign." : "mostly differ in sign."}`];
  return [begin, "what is bright in the window lies more on the ", hue(sum >= 0 ? "above" : "below"), " weights of the kernel."];
}

// The largest absolute value of one map of a view.
function largestInMap({ layer, isVector }, map) {
  if (isVector) return largestOf(layer.y);
  const area = layer.output[1] * layer.output[2];
  return largestOf(layer.y, map * area, (map + 1) * area);
}

function hue(side) {
  return make("span", { className: side, textContent: side === "above" ? "orange" : "blue" });
}

function sees({ field }) {
  const where = field.h === 1 && field.w === 1 ? "one pixel" : `${field.h} × ${field.w} pixels`;
  return `In your picture it sees ${where}: those in the green frame in “What it sees”.`;
}

// What the hatched cells of a window are, where it has any.
function hatched({ inside }, { name, options }, { chain }) {
  if (inside.flat().every(Boolean)) return "";
  if (name === "ConvTranspose2D") return "Hatched: no value meets that weight.";
  const where = chain.length === 1 ? "the picture" : "the map before it", { padding_mode = "zeros" } = options;
  const padded = padding_mode === "zeros" ? "padded with 0" : `padded by the mode “${padding_mode}”`;
  const what = { MaxPool: "never the largest", AveragePool: options.count_padding ? "counted as 0" : "not counted" }[name] ?? padded;
  return `Hatched: outside ${where}, ${what}.`;
}

function buildPooling(root, shown) {
  const { explanation: first } = shown;
  const sentence = root.appendChild(make("p", { className: "sentence" }));
  const equation = root.appendChild(make("div", { className: "equation" }));
  const window = matrix(first.window.length, first.window[0].length, cellSideIn(root, first.window[0].length));
  const total = make("dd", { className: "total" }), list = make("dl", { className: "sum" });
  list.append(make("dt", { className: "total", textContent: first.largest ? "largest" : "mean" }), total);
  equation.append(term("window", window.element), sign("→"), list);
  const more = root.appendChild(make("p", { className: "more" }));
  return ({ explanation, layer, view }) => {
    const { value, winner, inside } = explanation, count = explanation.count ?? inside.flat().filter(Boolean).length;
    const equal = explanation.window.every((row, kh) => row.every((pixel, kw) => !inside[kh][kw] || pixel === value));
    window.write(explanation.window, view.limit, inside, equal ? null : winner);
    setText(total, inDigits(value));
    if (equal) setText(sentence, `All values in its window are equal: ${inDigits(value)}. So their ${explanation.largest ? "largest" : "mean"} is the same.`);
    else setText(sentence, explanation.largest
      ? `It is the largest of ${count} values in the map before it: ${inDigits(value)}. The others are forgotten, and so is where exactly it was.`
      : `It is the mean of ${count} values in the map before it: ${inDigits(value)}.`);
    setText(more, `${sees(explanation)} ${hatched(explanation, layer, view)}`);
  };
}

function buildDense(root, shown) {
  const sentence = root.appendChild(make("p", { className: "sentence" }));
  const beside = root.appendChild(make("div", { className: "beside" }));
  const pictures = shown.pictureBefore ? buildPictures(beside, shown.pictureBefore) : () => {};
  const frame = beside.appendChild(make("div", { className: "list-frame" }));
  const table = frame.appendChild(make("table", { className: "list" }));
  table.append(rowOf("th", ["from", "value", "× weight", "= product"]));
  const rows = shown.explanation.largest.map(() => table.appendChild(rowOf("td", ["", "", "", ""])));
  const others = table.appendChild(rowOf("td", ["", "", "", ""])), bias = table.appendChild(rowOf("td", ["bias", "", "", ""]));
  const total = table.appendChild(rowOf("td", ["sum", "", "", ""]));
  total.className = "total";
  const next = table.appendChild(rowOf("td", ["", "", "", ""]));
  return ({ explanation, layer, place, view, next: after }) => {
    pictures(layer, place[0]);
    explanation.largest.forEach(({ from, value, weight, product }, k) =>
      writeRow(rows[k], [from, inDigits(value), inDigits(weight), signed(product)]));
    writeRow(others, [`${plural(explanation.count - explanation.largest.length, "other")}`, "", "", signed(explanation.others)]);
    writeRow(bias, ["bias", "", "", signed(explanation.bias)]);
    writeRow(total, ["sum", "", "", inDigits(explanation.value)]);
    writeRow(next, after ? [`then ${after.name}`, "", "", inDigits(after.value)] : ["", "", "", ""]);
    sayDense(sentence, explanation, view);
  };
}

// Where a dense layer sees the picture itself, its weights are a picture too.
function buildPictures(root, [, H, W]) {
  const planes = [0, 1, 2].map(() => pixelCanvas(H, W)), side = PICTURE / Math.max(H, W);
  for (const { canvas } of planes) canvas.style.cssText = `width: ${W * side}px; height: ${H * side}px`;
  const [picture, weights, products] = planes.map(({ canvas }) => canvas);
  root.append(make("div", { className: "equation" },
    term("picture", picture), sign("×"), term("weights", weights), sign("="), term("products", products)));
  return (layer, d) => {
    const row = weightsOf(layer, d), values = [layer.x, row, layer.x.map((value, k) => value * row[k])];
    planes.forEach(({ pixels, put }, k) => {
      fillSigned(pixels, values[k], colours);
      put();
    });
  };
}

function sayDense(element, { value, up, down, sum, bias, count, silenced }, { limit }) {
  const side = Math.abs(value) < BLANK * limit ? null : value > 0 ? "above" : "below";
  element.replaceChildren(...(silenced ? ["It is blank because you silenced it."] : [
    "It is ", side ? hue(side) : "blank",
    `: of ${plural(count, "product")}, those above zero add ${inDigits(up)}, those below take away ${inDigits(down)}. `,
    Math.abs(bias) > Math.abs(sum) ? `The bias of ${inDigits(bias)} weighs more than all of them together.` : "These weigh most:",
  ]));
}

function buildElementwise(root, shown, actions) {
  const sentence = root.appendChild(make("p", { className: "sentence" }));
  const formula = root.appendChild(make("p", { className: "more" }));
  const back = root.appendChild(make("button", { type: "button", id: "back" }));
  back.addEventListener("click", () => actions.back());
  return ({ explanation, layer, before }) => {
    setText(sentence, explanation.sentence ?? `${layer.name} makes ${inDigits(explanation.value)} of the value before it, ${inDigits(explanation.before)}.`);
    setText(formula, explanation.formula ?? "");
    back.hidden = !before;
    if (before) setText(back, `← What is ${inDigits(explanation.before)} made of?`);
  };
}

function buildSoftmax(root, shown) {
  const sentence = root.appendChild(make("p", { className: "sentence" }));
  const frame = root.appendChild(make("div", { className: "list-frame" }));
  const table = frame.appendChild(make("table", { className: "list" }));
  table.append(rowOf("th", ["class", "score", "e to the score", "share of all"]));
  const rows = shown.explanation.scores.map(() => table.appendChild(rowOf("td", ["", "", "", ""])));
  return ({ explanation, place, nameOf }) => {
    explanation.scores.forEach((score, k) => {
      writeRow(rows[k], [nameOf(k), inDigits(score), inDigits(Math.exp(score)), inPercent(explanation.shares[k])]);
      rows[k].className = k === place[0] ? "chosen" : "";
    });
    setText(sentence, "Softmax makes probabilities of scores: e to the power of each, divided by the sum of all. So small leads become large ones.");
  };
}

function buildOther(root, shown, actions) {
  return buildElementwise(root, shown, actions);
}

// The parts of an equation.

function term(words, element) {
  return make("div", { className: "term" }, make("span", { textContent: words }), element);
}

function sign(text) {
  return make("span", { className: "sign", textContent: text, "aria-hidden": "true" });
}

function signed(value) {
  return value > 0 ? `+${inDigits(value)}` : inDigits(value);
}

function rowOf(tag, texts) {
  return make("tr", {}, ...texts.map(text => make(tag, { textContent: text })));
}

function writeRow(row, texts) {
  texts.forEach((text, k) => setText(row.children[k], text));
}

let colours = null; // of the theme, for the cells of matrices

export function setCellColours(now) {
  colours = now;
}

// The side of the cells of three matrices that stand beside each other.
function cellSideIn(root, columns) {
  const width = root.clientWidth, room = width - (width < NARROW ? 62 : 320);
  const most = root.closest(".docked") ? DOCKED_CELL : CELL[1];
  return Math.max(CELL[0], Math.min(most, Math.floor((room / 3 - 2) / columns) - 1));
}

// A matrix of numbers in coloured cells; with `changed` they can be typed over.
function matrix(rows, columns, side, changed = null) {
  const element = make("div", { className: "cells" }), readable = side >= LEAST_WITH_TEXT;
  element.style.gridTemplateColumns = `repeat(${columns}, ${side}px)`;
  element.style.setProperty("--cell", `${side}px`);
  element.classList.toggle("small", side < 24);
  const cells = Array.from({ length: rows * columns }, (_, place) => {
    const cell = element.appendChild(changed
      ? make("input", { type: "text", inputMode: "decimal", "aria-label": `weight in row ${Math.floor(place / columns)}, column ${place % columns}` })
      : make("span"));
    if (changed) listenToCell(cell, place, changed, readable);
    return cell;
  });
  if (changed) moveInside(element, cells, columns);
  const write = (values, limit, inside = null, winner = null) => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const cell = cells[i * columns + j], value = values[i][j];
        const now = `${value} ${limit} ${inside?.[i][j]} ${winner} ${colours.ink}`;
        if (cell.shown === now && document.activeElement !== cell) continue;
        cell.shown = document.activeElement === cell ? "" : now;
        const { background, text } = cellColours(colours, value, limit);
        cell.style.backgroundColor = background;
        cell.style.color = text;
        const written = readable ? inCell(value) : "";
        if (!changed) {
          setText(cell, written);
          cell.classList.toggle("outside", inside !== null && !inside[i][j]);
          cell.classList.toggle("won", winner !== null && winner[0] === i && winner[1] === j);
        } else if (document.activeElement !== cell) {
          cell.value = written;
          cell.dataset.value = value;
        }
        cell.title = inDigits(value);
      }
    }
  };
  return { element, write };
}

// Make a matrix one stop of the Tab key, in which the arrows go from cell to cell. Left and right do so
// where the cursor is at that end of the number, or all of it is selected.
function moveInside(element, cells, columns) {
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "weights of the kernel; arrow keys go from one to the next");
  const enter = cell => cells.forEach(other => (other.tabIndex = other === cell ? 0 : -1));
  enter(cells[0]);
  element.addEventListener("focusin", ({ target }) => enter(target));
  element.addEventListener("keydown", event => {
    const { target, key } = event, at = cells.indexOf(target), { selectionStart: from, selectionEnd: to, value } = target;
    const all = to - from === value.length, column = at % columns;
    const next = {
      ArrowUp: at - columns,
      ArrowDown: at + columns,
      ArrowLeft: column > 0 && (all || to === 0) ? at - 1 : null,
      ArrowRight: column < columns - 1 && (all || from === value.length) ? at + 1 : null,
    }[key] ?? null;
    if (next === null || !cells[next]) return;
    event.preventDefault();
    cells[next].focus();
  }, true); // before the cell itself keeps the key from the page
}

// A cell that is typed into: Enter or leaving it changes the weight, if there is a number in it.
function listenToCell(cell, place, changed, readable) {
  let before = "";
  cell.addEventListener("focus", () => {
    before = String(Number(Number(cell.dataset.value).toPrecision(3)));
    cell.shown = "";
    cell.value = before;
    cell.select();
  });
  cell.addEventListener("change", () => {
    const typed = cell.value.trim(), value = typed === "" ? NaN : Number(typed.replace(",", ".").replace("−", "-"));
    if (typed !== before) changed(place, value, typed);
  });
  cell.addEventListener("blur", () => {
    cell.value = readable ? inCell(Number(cell.dataset.value)) : "";
  });
  cell.addEventListener("keydown", event => {
    if (event.key === "Escape") cell.value = before;
    if (event.key === "Enter" || event.key === "Escape") cell.blur();
    event.stopPropagation();
  });
}
