// The answer: what the network says of the picture, and what it said before an edit.

import { inDigits, inPercent } from "./words.js";
import { canvasOf } from "./picture.js";

const MOST_BARS = 12; // classes that are shown at once: the likeliest, where there are more
export const SURE = 0.95; // the probability from which an answer counts as sure, as for `predict_image`

// Return what the last layer says of each class: [probability], or null where it says no such thing.
//
// Without a softmax at its end the network gives scores, and the probabilities are their softmax, as
// `CrossEntropy` has it.
export function probabilitiesOf(network) {
  const last = network.layers.at(-1), { y } = last;
  if (last.output.length !== 1 || y.length < 2) return null;
  if (last.name === "Softmax" || last.name === "Sigmoid") return Array.from(y);
  const largest = y.reduce((most, score) => Math.max(most, score));
  const powers = Array.from(y, score => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map(power => power / sum);
}

export function bestOf(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

export class Answer {
  constructor(elements, description) {
    this.elements = elements; // verdict, sureness, bars, change
    this.description = description;
    this.rows = [];
  }

  nameOf(label) {
    return this.description.classes?.[label] ?? String(label);
  }

  // Show that there is no picture to answer to.
  showEmpty() {
    const { verdict, sureness, bars } = this.elements, { digits, outputs } = this.description;
    setText(verdict, digits ? "Draw a digit" : "Draw something");
    verdict.className = "empty";
    setText(sureness, this.description.images.length > 0 ? "or choose a test image" : "or open a picture file");
    if (outputs === 0) return bars.replaceChildren();
    if (this.rows.length === 0) this.#build();
    bars.classList.remove("edited");
    return this.#setBars(null, null);
  }

  // Show probabilities; `before` are those without the edits, or null.
  show(probabilities, before, truth) {
    const { verdict, sureness, bars } = this.elements;
    if (this.rows.length === 0) this.#build();
    bars.classList.toggle("edited", before !== null);
    const best = bestOf(probabilities), name = this.nameOf(best);
    setText(verdict, name);
    verdict.className = name.length > 3 ? "word" : "";
    const sure = probabilities[best] >= SURE ? "" : ", not sure";
    const right = truth === null || truth === undefined ? "" : truth === name ? ", right" : `; it is ${truth}`;
    setText(sureness, `${inPercent(probabilities[best])}${sure}${right}`);
    this.#setBars(probabilities, before);
  }

  #build() {
    const { bars } = this.elements, count = this.description.outputs;
    const words = this.description.classes?.some(name => name.length > 2);
    bars.classList.toggle("words", Boolean(words));
    this.rows = Array.from({ length: Math.min(count, MOST_BARS) }, () => {
      const row = document.createElement("div");
      row.className = "bar";
      row.setAttribute("role", "listitem");
      row.innerHTML = '<span class="name"></span><span class="rail"><span class="fill"></span><span class="ghost"></span></span><span class="share"></span>';
      bars.append(row);
      const [name, fill, ghost, share] = [".name", ".fill", ".ghost", ".share"].map(part => row.querySelector(part));
      return { row, name, fill, ghost, share };
    });
  }

  #setBars(probabilities, before) {
    const count = this.description.outputs;
    const labels = count <= MOST_BARS || !probabilities
      ? Array.from(this.rows.keys())
      : likeliest(probabilities, this.rows.length);
    const best = probabilities ? bestOf(probabilities) : -1;
    this.rows.forEach(({ row, name, fill, ghost, share }, k) => {
      const label = labels[k], probability = probabilities?.[label] ?? 0;
      setText(name, this.nameOf(label));
      setText(share, probabilities ? inPercent(probability) : "");
      fill.style.transform = `scaleX(${probability.toFixed(4)})`;
      ghost.style.transform = `scaleX(${(before?.[label] ?? 0).toFixed(4)})`;
      row.classList.toggle("best", label === best);
    });
  }

  // Say what the edits have changed: before, and now.
  showChange(probabilities, before) {
    const { change } = this.elements;
    change.hidden = probabilities === null || before === null;
    if (change.hidden) return;
    const was = bestOf(before), is = bestOf(probabilities);
    const said = label => [`${this.nameOf(label)} (${inPercent(before[label])})`, `${this.nameOf(label)} (${inPercent(probabilities[label])})`];
    const sentence = was === is
      ? `With your changes it still says ${this.nameOf(is)}: ${inPercent(before[is])} before, ${inPercent(probabilities[is])} now. `
      : `Your changes turn the answer from ${said(was)[0]} to ${said(is)[1]}. `;
    setText(change, `${sentence}Hatched bars: before.`);
  }

  // Show an output that is not a row of classes: a number, or a picture.
  showOther(layer, scaling) {
    const { verdict, sureness, bars } = this.elements, { output, y } = layer;
    if (output.length === 1) {
      verdict.className = "";
      setText(verdict, inDigits(y[0]));
      setText(sureness, "the network's output");
      return;
    }
    verdict.className = "empty";
    setText(verdict, output[0] === 1 || output[0] === 3 ? "A picture" : "Maps");
    setText(sureness, `is what this network gives: ${output.join(" × ")}`);
    if (output[0] !== 1 && output[0] !== 3) return;
    const canvas = canvasOf(y, output, scaling);
    canvas.className = "output-picture";
    bars.replaceChildren(canvas);
  }
}

function likeliest(probabilities, count) {
  return Array.from(probabilities.keys())
    .sort((one, other) => probabilities[other] - probabilities[one])
    .slice(0, count);
}

// Change the text of an element, if it is another one.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
