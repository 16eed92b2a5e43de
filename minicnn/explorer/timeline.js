// Through the training: a slider over its moments, and the answer at each of them.

import { bestOf, probabilitiesOf, setText } from "./answer.js";
import { inPercent } from "./words.js";

const PAUSE = 450; // milliseconds between two moments when the training is played

export class Timeline {
  // `moments` as `decodeMoments` returns them; `network` is one that it may give any weights;
  // `chosen` is called with the number of a moment.
  constructor(elements, moments, network, chosen) {
    this.elements = elements; // row, time, moment, play, answers
    this.moments = moments.map(moment => ({ ...moment, kept: null }));
    this.network = network;
    this.chosen = chosen;
    this.now = moments.length - 1;
    this.timer = null;
    this.cells = [];
    this.waiting = []; // moments whose answer to the picture is not known yet
    elements.row.hidden = moments.length < 2;
    if (moments.length >= 2) this.#build();
  }

  weightsOf(moment) {
    this.moments[moment].kept ??= this.moments[moment].weights();
    return this.moments[moment].kept;
  }

  #build() {
    const { time, play, answers } = this.elements;
    time.max = this.moments.length - 1;
    time.value = this.now;
    time.addEventListener("input", () => {
      this.pause();
      this.#go(Number(time.value));
    });
    play.addEventListener("click", () => (this.timer === null ? this.play() : this.pause()));
    for (let k = 0; k < this.moments.length; k++) {
      const cell = document.createElement("span"), bar = document.createElement("i");
      const name = document.createElement("span");
      cell.append(name, bar);
      cell.style.left = `${(100 * k) / (this.moments.length - 1)}%`;
      answers.append(cell);
      this.cells.push({ cell, bar, name });
      cell.addEventListener("click", () => {
        this.pause();
        this.#go(k);
      });
    }
    this.#tell();
  }

  play() {
    if (this.now === this.moments.length - 1) this.#go(0);
    this.#setPlaying(setInterval(() => {
      this.#go(this.now + 1);
      if (this.now === this.moments.length - 1) this.pause();
    }, PAUSE));
  }

  pause() {
    clearInterval(this.timer);
    this.#setPlaying(null);
  }

  #setPlaying(timer) {
    const { play } = this.elements;
    this.timer = timer;
    play.textContent = timer === null ? "▶" : "❚❚";
    play.setAttribute("aria-label", timer === null ? "Play the training" : "Pause");
  }

  #go(moment) {
    this.now = moment;
    this.elements.time.value = moment;
    this.#tell();
    this.chosen(moment);
  }

  // Say which moment it is.
  #tell() {
    const { step, loss, accuracy } = this.moments[this.now], { moment, time } = this.elements;
    const last = this.moments.at(-1).step.toLocaleString("en");
    const parts = [`step ${step.toLocaleString("en")} of ${last}`];
    if (accuracy !== null) parts.push(`${inPercent(accuracy)} of the training images right`);
    if (loss !== null) parts.push(`loss ${loss.toPrecision(2)}`);
    if (step === 0) parts.push("nothing learned yet: the kernels are noise");
    const text = parts.join(" · ");
    setText(moment, text);
    time.setAttribute("aria-valuetext", text);
    this.cells.forEach(({ cell }, k) => cell.classList.toggle("now", k === this.now));
  }

  // Forget the answers: the picture has changed, or the edits.
  forget() {
    if (this.cells.length > 0) this.waiting = this.moments.map((_, k) => k).reverse();
  }

  // Show no answers: the picture is empty.
  clear() {
    this.waiting = [];
    this.cells.forEach((entry, k) => {
      this.#write(k, "", 0);
      entry.cell.classList.remove("same");
    });
  }

  // Write the answer at a moment above the slider: its name, and how sure it is as a bar.
  #write(moment, answer, share) {
    const { cell, name, bar } = this.cells[moment], step = `step ${this.moments[moment].step.toLocaleString("en")}`;
    setText(name, answer.slice(0, 4));
    bar.style.height = `${Math.round(26 * share)}px`;
    cell.title = answer === "" ? step : `${step}: ${answer}, ${inPercent(share)}`;
  }

  // Find the answer at one more moment; return whether there are others.
  answerNext(pixels, edits, nameOf) {
    const moment = this.waiting.pop();
    if (moment === undefined) return false;
    edits.apply(this.network, this.weightsOf(moment));
    this.network.forward(pixels);
    const probabilities = probabilitiesOf(this.network);
    if (probabilities === null) {
      this.waiting = [];
      return false;
    }
    const best = bestOf(probabilities);
    this.cells[moment].answer = best;
    this.#write(moment, nameOf(best), probabilities[best]);
    if (this.waiting.length === 0) {
      const final = this.cells.at(-1).answer;
      for (const { cell, answer } of this.cells) cell.classList.toggle("same", answer === final);
    }
    return this.waiting.length > 0;
  }
}
