// The page: what it shows, and what happens when somebody draws, points, types or drags.

import { ACTIVATIONS, buildNetwork } from "./arithmetic.js";
import { Answer, SURE, bestOf, probabilitiesOf, setText } from "./answer.js";
import { PictureError } from "./digit.js";
import { LayerView, coloursOf, drawScale, largestOf, paintPicture, pixelCanvas } from "./drawing.js";
import { explainValue } from "./explain.js";
import { DrawingPad } from "./pad.js";
import { Panel, make, setCellColours } from "./panel.js";
import { READY_STROKES, pixelsOf, readFile, takesDigits, testImage } from "./picture.js";
import { Timeline } from "./timeline.js";
import { Edits, canEdit, weightsOf } from "./whatif.js";
import { decodeMoments, decodeWeights } from "./weights.js";
import { inDigits, inPercent, layerInWords, sizeInWords } from "./words.js";

const SETTLED = 180; // milliseconds without a change after which the picture counts as drawn
const TRIED = 5; // threes of the test images, to find one to begin with
const OUT_OF_VIEW = 48; // pixels of the panel above the window, from which it is shown at the lower edge
const BESIDE = 50; // pixels to the edge of the row from a test image that is chosen: its neighbour is seen
const SPOKEN = 700; // milliseconds after which the answer is read out
const SCALE_WORDS = "Zero is blank. Each layer has its own scale: ± is its largest value.";
const EMPTY = "The picture is empty. Draw something, or choose a test image: then every square has something to tell.";
const NOTHING_CHOSEN = "Point at a square of any layer below, or tap it. Its window lights up in the layer before it, and what it sees in your picture.";
const PHONE = matchMedia("(max-width: 640px)"), SHEET = matchMedia("(max-width: 1099px)");
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const DARK = matchMedia("(prefers-color-scheme: dark)");

const at = id => document.getElementById(id);

class Page {
  constructor(description) {
    this.description = description;
    description.digits = takesDigits(description.input);
    at("notes").append(...description.notes.map(note => make("p", { textContent: note })));
    const weights = decodeWeights(description.weights, description.dtype);
    this.network = titled(buildNetwork(description, weights));
    this.learned = buildNetwork(description, weights); // the same without the edits
    this.edits = new Edits();
    this.weights = weights; // of the moment that is shown
    const last = this.network.layers.at(-1);
    description.outputs = last.output.length === 1 && last.output[0] > 1 ? last.output[0] : 0;
    this.state = { pixels: null, probabilities: null, before: null, pinned: null, pointed: null, moment: -1 };
    this.blank = new Float32Array(description.input.reduce((product, size) => product * size)).fill(description.scaling.low);
    this.pending = 0;
    this.dirty = { picture: true, weights: true };
    this.answer = new Answer({ verdict: at("verdict"), sureness: at("sureness"), bars: at("bars"), change: at("change") }, description);
    this.#begin(weights);
  }

  // Put everything into its place; the first frame is drawn right after.
  #begin(weights) {
    const { description } = this;
    const moments = decodeMoments(description);
    this.timeline = new Timeline(
      { row: at("time-row"), time: at("time"), moment: at("moment"), play: at("play"), answers: at("answers") },
      moments, buildNetwork(description, weights), moment => this.#goTo(moment),
    );
    this.state.moment = moments.length - 1;
    this.dockable = true; // whether the panel may stand at the lower edge: not once it was closed there
    this.panel = new Panel(
      { place: at("place"), explanation: at("explanation"), whatIf: at("what-if") }, this.#panelActions(), description.filters,
    );
    this.pad = new DrawingPad(at("pad"), () => this.#pictureChanged());
    this.#setTheme(DARK.matches ? "dark" : "light");
    at("main").hidden = false;
    this.seen = pixelCanvas(description.input[1], description.input[2]);
    this.#buildFlow();
    this.#buildStrip();
    this.#listen();
    this.#fit();
    this.#firstPicture();
    this.#frame();
    this.#chooseFirst();
  }

  // The first picture: a three of the test images, or one that is ready.
  #firstPicture() {
    const { images } = this.description, places = Array.from(images.keys());
    const threes = places.filter(k => images[k].label === "3").slice(0, TRIED);
    const clear = threes.find(k => this.#isSure(testImage(images[k], this.description).pixels));
    if (images.length > 0) this.#showTestImage(clear ?? threes[0] ?? 0);
    else this.pad.draw(READY_STROKES);
    this.pad.history = [];
  }

  // Whether the network is sure that a picture is a three, so that it makes a good start.
  #isSure(pixels) {
    this.learned.forward(pixels);
    const probabilities = probabilitiesOf(this.learned);
    return probabilities !== null && this.answer.nameOf(bestOf(probabilities)) === "3" && Math.max(...probabilities) >= SURE;
  }

  // Frames. Whatever changes asks for one; each computes what has changed, and draws.

  ask() {
    this.pending ||= requestAnimationFrame(() => this.#frame());
  }

  #frame() {
    const began = performance.now();
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    if (this.dirty.picture) this.#readPicture();
    if (this.dirty.picture || this.dirty.weights) this.#compute();
    this.dirty.picture = this.dirty.weights = false;
    this.#drawSeen();
    this.#drawFlow();
    this.#showExplanation();
    this.frames = (this.frames ?? 0) + 1; // these two are for whoever measures
    this.took = performance.now() - began;
  }

  #readPicture() {
    const { state, pad, description } = this;
    try {
      state.pixels = pixelsOf(pad, description, description.digits && at("centre").checked);
      this.#complain("");
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      state.pixels = null;
      this.#complain(error.message);
    }
    at("pad-hint").hidden = !pad.empty;
    at("undo").disabled = pad.history.length === 0;
  }

  #compute() {
    const { state, network, learned, edits, answer, description } = this;
    if (this.dirty.weights) {
      edits.apply(network, this.weights);
      for (const view of this.views) view.stale = true;
      learned.setWeights(this.weights);
    }
    network.forward(state.pixels ?? this.blank);
    const seen = state.pixels !== null;
    state.probabilities = seen ? probabilitiesOf(network) : null;
    state.before = null;
    if (seen && edits.any && state.probabilities) {
      learned.forward(state.pixels);
      state.before = probabilitiesOf(learned);
    }
    if (!seen) answer.showEmpty();
    else if (description.outputs > 0) answer.show(state.probabilities, state.before, this.pad.picture?.label);
    else answer.showOther(network.layers.at(-1), description.scaling);
    answer.showChange(state.probabilities, state.before);
    setText(at("scale-words"), seen ? SCALE_WORDS : "The picture is empty, so the layers are blank: there is nothing to answer to.");
    paintPicture(this.seen.pixels, description.input, state.pixels ?? this.blank, description.scaling);
    this.seen.put();
    if (this.dirty.picture || this.dirty.edits) this.timeline.forget();
    if (!seen) this.timeline.clear();
    this.dirty.edits = false;
    this.#settleSoon();
    this.#speakSoon();
  }

  #drawSeen() {
    const canvas = at("seen"), paint = canvas.getContext("2d");
    paint.imageSmoothingEnabled = false;
    paint.drawImage(this.seen.canvas, 0, 0, canvas.width, canvas.height);
  }

  // When the picture has been as it is for a moment: the strongest maps, the answers at all moments.
  #settleSoon() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      for (const view of this.views) view.chooseStrongest();
      this.ask();
      this.#answerMoments();
    }, SETTLED);
  }

  #answerMoments() {
    if (this.state.pixels === null) return;
    const others = this.timeline.answerNext(this.state.pixels, this.edits, label => this.answer.nameOf(label));
    if (others) this.settling = setTimeout(() => this.#answerMoments(), 0);
  }

  #speakSoon() {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      const { probabilities } = this.state;
      if (this.description.outputs === 0) return;
      const best = probabilities && bestOf(probabilities);
      say(probabilities ? `The answer is ${this.answer.nameOf(best)}, ${inPercent(probabilities[best])}.` : "The pad is empty. Draw a digit.");
    }, SPOKEN);
  }

  // The picture.

  #pictureChanged() {
    for (const option of at("strip").children) option.setAttribute("aria-selected", "false");
    this.dirty.picture = true;
    this.ask();
  }

  #complain(message) {
    setText(at("trouble"), message);
    at("trouble").hidden = message === "";
  }

  #showTestImage(k) {
    this.pad.show(testImage(this.description.images[k], this.description));
    this.#pictureChanged();
    const strip = at("strip"), chosen = strip.children[k];
    if (!chosen) return;
    chosen.setAttribute("aria-selected", "true");
    for (const option of strip.children) option.tabIndex = option === chosen ? 0 : -1;
    this.#bringIntoStrip(strip, chosen);
  }

  // Scroll the row of test images, and nothing else, until the chosen one is seen whole.
  #bringIntoStrip(strip, chosen) {
    const row = strip.getBoundingClientRect(), { left, right } = chosen.getBoundingClientRect();
    if (left < row.left + BESIDE) strip.scrollLeft -= row.left + BESIDE - left;
    if (right > row.right - BESIDE) strip.scrollLeft += right - row.right + BESIDE;
  }

  #buildStrip() {
    const { images } = this.description, strip = at("strip");
    at("strip-row").hidden = images.length === 0;
    strip.append(...images.map((image, k) => {
      const { canvas } = testImage(image, this.description);
      const option = make("button", { type: "button", role: "option", "aria-selected": "false", "aria-label": `test image ${k + 1}, ${image.label}`, tabIndex: k === 0 ? 0 : -1 }, canvas);
      option.addEventListener("click", () => this.#showTestImage(k));
      return option;
    }));
    strip.addEventListener("keydown", event => {
      const options = [...strip.children], now = options.indexOf(document.activeElement);
      const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: options.length - 1 }[event.key];
      if (next === undefined || !options[next]) return;
      event.preventDefault();
      options[now].tabIndex = -1;
      options[next].tabIndex = 0;
      options[next].focus();
      options[next].click();
    });
  }

  async #open(file) {
    if (!file) return;
    try {
      this.pad.show(await readFile(file));
      this.#pictureChanged();
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      this.#complain(error.message);
    }
  }

  // The network: a column for each layer, and for the layers inside of an opened one.

  #buildFlow() {
    this.opened ??= new Set();
    const input = { name: "Picture", title: "What it sees", place: "input", output: this.description.input, parameters: {}, silenced: new Set(),
      scaling: this.description.scaling, y: this.blank, options: {} };
    this.views = [];
    at("flow").replaceChildren();
    const { layers } = this.network;
    this.#addColumn(input, [], layers[0], 0);
    layers.forEach((layer, index) => this.#addColumn(layer, layers.slice(0, index), layers[index + 1], 0));
    this.watcher?.disconnect();
    this.watcher = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) this.viewOf(target).visible = isIntersecting;
      this.ask();
    }, { rootMargin: "500px" }); // ready before it is scrolled to
    for (const view of this.views) this.watcher.observe(view.canvas);
  }

  viewOf(canvas) {
    return this.views.find(view => view.canvas === canvas);
  }

  // Add the column of a layer, after those of the layers inside if it is opened. `before` are the
  // layers that lead to it, `next` is the one after it.
  #addColumn(layer, before, next, depth) {
    if (this.opened.has(layer.place)) this.#addInside(layer, before, depth + 1);
    const canvas = make("canvas", { tabIndex: 0, role: "application", "aria-roledescription": "maps" });
    const isPicture = layer.scaling !== undefined, words = isPicture ? sizeInWords(layer) : layerInWords(layer);
    const title = make("b", { textContent: layer.title }), limit = make("span", { className: "limit" });
    const head = make("div", { className: "layer-head" }, title, make("span", { textContent: words }), limit);
    const frame = make("div", { className: "layer-frame" }, canvas);
    const column = make("section", { className: depth > 0 ? "layer inner" : "layer", "aria-label": layer.title },
      head, make("div", { className: "layer-body" }, frame));
    canvas.setAttribute("aria-label", `${layer.title}: ${words}. ${isPicture ? "" : "Arrow keys move over its values."}`);
    const view = Object.assign(new LayerView(canvas, layer), {
      chain: [...before, layer], next, limitText: limit, visible: true,
      names: this.#namesFor(layer),
      size: layer.output.length === 1 ? "" : `${sizeInWords(layer)} · `,
    });
    if (view.C > view.maps.length && !view.isPicture) {
      head.append(make("span", { className: "limit", textContent: `the ${view.maps.length} strongest` }));
    }
    if (layer.inner?.length > 0) head.append(this.#opener(layer));
    at("flow").append(column);
    this.views.push(view);
    this.#listenTo(view);
  }

  // The names of the classes, for a layer with a number for each; null for others.
  #namesFor({ output }) {
    const { outputs } = this.description;
    if (output.length > 1 || output[0] !== outputs || outputs > 12) return null;
    return Array.from({ length: outputs }, (_, label) => this.answer.nameOf(label));
  }

  #addInside(layer, before, depth) {
    for (const way of [layer.inner, layer.shortcut]) {
      way.forEach((inner, k) => this.#addColumn(inner, [...before, ...way.slice(0, k)], way[k + 1], depth));
    }
  }

  // The view of the layer before, which shows what a value is made of; null where it is not shown.
  #viewBefore({ chain }) {
    const before = chain.at(-2);
    return this.views.find(view => (before ? view.layer === before : view.isPicture)) ?? null;
  }

  // The button that shows the layers inside of a layer, or hides them.
  #opener(layer) {
    const open = this.opened.has(layer.place);
    const button = make("button", { type: "button", textContent: open ? "close" : "open", "aria-expanded": String(open) });
    button.addEventListener("click", () => {
      if (open) this.opened.delete(layer.place);
      else this.opened.add(layer.place);
      this.state.pinned = this.state.pointed = null; // views are made anew
      this.#buildFlow();
      this.#fit();
      this.#chooseFirst();
    });
    return button;
  }

  #drawFlow() {
    const { views, colours, edits } = this;
    const empty = this.state.pixels === null;
    views[0].layer.y = this.state.pixels ?? this.blank;
    for (const view of views) {
      if (!view.visible) continue;
      view.empty = empty;
      view.drawMaps(colours, view.kernel ? this.#scores(view.layer, edits) : null);
      if (!view.isPicture) setText(view.limitText, `${view.size}${empty ? "blank" : `±${inDigits(view.limit, 2)}`}`);
    }
    this.#mark();
  }

  // The edge scores of a layer's kernels at this moment; NaN for those that were edited.
  #scores(layer, edits) {
    const scores = layer.edge?.[Math.max(this.state.moment, 0)];
    if (!scores || !edits.any) return scores ?? null;
    return scores.map((score, filter) => (edits.changesKernel(layer, filter) ? NaN : score));
  }

  // What is explained.

  get shown() {
    return this.state.pointed ?? this.state.pinned;
  }

  // Mark the value that is explained, its window in the layer before, and what it sees.
  #mark() {
    const { shown, colours } = this;
    if (!shown || this.state.pixels === null) return;
    const { view, place } = shown, explanation = this.#explain(shown), { region, channels } = explanation;
    const before = this.#viewBefore(view), picture = this.views[0];
    const seen = before === picture && region ? region : explanation.field;
    if (seen) picture.mark(colours, null, seen, before === picture);
    if (before && before !== picture && region && !before.isVector) {
      before.mark(colours, channels, region, channels?.length === 1);
    }
    if (view.isVector) view.mark(colours, null, view.regionOf(place), true);
    else view.mark(colours, [place[0]], view.regionOf(place), true);
    view.markKernel(colours, place[0]);
    this.#markSeen(seen);
  }

  #markSeen(field) {
    if (!field) return;
    const canvas = at("seen"), paint = canvas.getContext("2d"), scale = canvas.width / this.description.input[2];
    for (const [style, width] of [["#000", 5], ["#46d9b0", 2.5]]) {
      paint.strokeStyle = style;
      paint.lineWidth = width;
      paint.strokeRect(Math.max(field.x0, 0) * scale + 1, Math.max(field.y0, 0) * scale + 1,
        (Math.min(field.x0 + field.w, this.description.input[2]) - Math.max(field.x0, 0)) * scale - 2,
        (Math.min(field.y0 + field.h, this.description.input[1]) - Math.max(field.y0, 0)) * scale - 2);
    }
  }

  #explain({ view, place }) {
    const { chain, layer } = view;
    const explanation = explainValue({ ...this.network, layers: chain }, null, chain.length - 1, place);
    return { ...explanation, silenced: layer.silenced.has(place[0]) };
  }

  #showExplanation() {
    const { shown, panel, state } = this;
    if (state.pixels === null) return panel.showNothing(EMPTY);
    if (!shown) return panel.showNothing(NOTHING_CHOSEN);
    const { view, place } = shown, { layer, next } = view, explanation = this.#explain(shown);
    panel.show({
      view, layer, place, explanation,
      channel: shown.channel ?? strongest(explanation.sums),
      chosenAt: shown.chosenAt,
      editable: shown === state.pinned,
      edit: this.edits.of(layer, place[0]),
      next: next && next.name in ACTIVATIONS ? { name: next.name, value: next.y[flatPlace(layer.output, place)] } : null,
      channelNames: layer.input.length === 3 && layer.input[0] === 3 && view.chain.length === 1 ? ["red", "green", "blue"] : null,
      pictureBefore: pictureInARow(view.chain),
      before: view.chain.length > 1 && this.#viewBefore(view) !== null,
      nameOf: label => this.answer.nameOf(label),
    });
    return undefined;
  }

  // Explain the strongest value of the first layer with kernels, so that there is something to read.
  #chooseFirst() {
    const view = this.views.find(other => other.kernel)
      ?? this.views.find(({ layer, isPicture }) => !isPicture && layer.name !== "Flatten") ?? this.views[1];
    if (view) this.#pin(view, strongestPlace(view), false);
  }

  #pin(view, place, open = true) {
    this.state.pinned = { view, place, channel: null, chosenAt: (this.count = (this.count ?? 0) + 1) };
    this.state.pointed = null;
    if (open) this.#openSheet(true);
    if (open && (SHEET.matches || this.docked)) this.#bringAbove(view, place);
    this.ask();
  }

  // Scroll so that a value is seen above the sheet that explains it.
  #bringAbove(view, place) {
    const box = view.boxOfRegion(view.isVector ? 0 : view.maps.indexOf(place[0]), view.regionOf(place));
    const lower = view.canvas.getBoundingClientRect().top + box.y + box.h, free = innerHeight - at("panel").offsetHeight;
    const behavior = CALM.matches ? "instant" : "smooth";
    if (lower > free - 40) scrollBy({ top: lower - free / 2, behavior });
  }

  #unpin() {
    if (at("panel").contains(document.activeElement)) this.state.pinned?.view.canvas.focus();
    this.state.pinned = this.state.pointed = null;
    this.#openSheet(false);
    this.ask();
  }

  // On small screens the panel is a sheet over the lower part of the page.
  #openSheet(open) {
    at("panel").classList.toggle("open", open);
    document.body.classList.toggle("sheet", open && SHEET.matches);
    this.dockable = open;
    this.#dock();
  }

  // On large ones it moves to the lower edge while its place is scrolled away, beside the layers.
  #dock() {
    const away = at("console").getBoundingClientRect().top < -OUT_OF_VIEW;
    this.docked = away && this.dockable && !SHEET.matches;
    const panel = at("panel"), within = panel.contains(document.activeElement);
    if (panel.classList.contains("docked") === this.docked) return;
    if (within) document.activeElement.blur(); // so that a number that is being typed counts
    panel.classList.toggle("docked", this.docked);
    document.body.classList.toggle("with-dock", this.docked);
    this.panel.key = null; // it is built anew, as wide as it is now
    if (within) panel.focus({ preventScroll: true });
    this.ask();
  }

  #panelActions() {
    const filter = () => [this.state.pinned.view.layer, this.state.pinned.place[0]];
    const edited = () => this.#edited();
    return {
      go: place => this.#pin(this.shown.view, place),
      back: () => {
        const { view, place } = this.shown, { layer } = this.#viewBefore(view), { output } = layer;
        this.#pin(this.#viewBefore(view), output.length === place.length ? place : unflattened(output, place[0]));
      },
      channel: channel => {
        this.state.pinned = { ...this.shown, channel };
        this.ask();
      },
      weight: (place, value, typed) => {
        if (!Number.isFinite(value)) return this.#refuse(`“${typed}” is not a number: the weight stays as it was.`);
        const [layer, f] = filter(), size = layer.parameters.weight.shape.slice(2).reduce((a, b) => a * b, 1);
        this.edits.setWeight(layer, f, this.#channelShown() * size + place, value);
        return edited();
      },
      bias: value => {
        if (!Number.isFinite(value)) return this.#refuse("That is not a number: the bias stays as it was.");
        this.edits.setBias(...filter(), value);
        return edited();
      },
      replace: name => {
        if (name === "") this.edits.restore(...filter());
        else this.edits.replace(...filter(), name, this.description.filters[name]);
        edited();
      },
      silence: on => {
        this.edits.silence(...filter(), on);
        edited();
      },
      reset: () => {
        this.edits.reset(...filter());
        edited();
      },
    };
  }

  #refuse(words) {
    this.panel.refuse(words);
    say(words);
    this.ask();
  }

  #channelShown() {
    const { pinned } = this.state;
    return pinned.channel ?? strongest(this.#explain(pinned).sums);
  }

  #edited() {
    const { edits } = this;
    this.panel.refuse(null);
    this.dirty.weights = this.dirty.edits = true;
    this.ask();
    at("edits").hidden = !edits.any;
    setText(at("edits-list"), `Changed: ${edits.list(this.network.layers).join("; ")}`);
  }

  #goTo(moment) {
    this.state.moment = moment;
    this.weights = this.timeline.weightsOf(moment);
    this.dirty.weights = true;
    this.ask();
  }

  // Events.

  #listen() {
    const { pad } = this;
    at("undo").addEventListener("click", () => pad.undo());
    at("clear").addEventListener("click", () => pad.clear());
    at("centre").addEventListener("change", () => this.#pictureChanged());
    at("centre-label").hidden = !this.description.digits;
    at("file").addEventListener("change", ({ target }) => {
      this.#open(target.files[0]);
      target.value = "";
    });
    at("theme").addEventListener("click", () => this.#setTheme(this.theme === "dark" ? "light" : "dark"));
    DARK.addEventListener("change", () => this.#setTheme(DARK.matches ? "dark" : "light"));
    at("reset-all").addEventListener("click", () => {
      this.edits.resetAll();
      this.#edited();
    });
    at("close").addEventListener("click", () => this.#unpin());
    new ResizeObserver(() => this.#fit()).observe(at("flow"));
    addEventListener("scroll", () => this.#dock(), { passive: true });
    document.addEventListener("keydown", event => {
      if (event.key === "Escape") this.#unpin();
      if ((event.ctrlKey || event.metaKey) && event.key === "z" && event.target.tagName !== "INPUT") {
        event.preventDefault();
        pad.undo();
      }
    });
    document.addEventListener("dragover", event => event.preventDefault());
    document.addEventListener("drop", event => {
      event.preventDefault();
      this.#open(event.dataTransfer.files[0]);
    });
    document.addEventListener("paste", event => this.#open(event.clipboardData.files[0]));
  }

  #listenTo(view) {
    const { canvas } = view;
    const point = event => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    canvas.addEventListener("pointermove", event => {
      if (event.pointerType !== "mouse" || view.isPicture) return;
      const place = view.placeAt(...point(event)), filter = view.filterAt(...point(event));
      this.#pointAt(view, place);
      if (filter !== null) canvas.title = `kernel of map ${filter}`;
    });
    canvas.addEventListener("pointerleave", () => this.#pointAt(view, null));
    canvas.addEventListener("click", event => {
      if (view.isPicture) return;
      const place = view.placeAt(...point(event)), filter = view.filterAt(...point(event));
      if (place) this.#pin(view, place);
      else if (filter !== null) this.#pin(view, strongestPlace(view, filter));
    });
    canvas.addEventListener("keydown", event => this.#moveBy(view, event));
    canvas.addEventListener("focus", () => {
      if (!canvas.matches(":focus-visible") || view.isPicture) return;
      if (this.state.pinned?.view !== view) this.#pin(view, strongestPlace(view), false);
    });
  }

  #pointAt(view, place) {
    const { state } = this, now = state.pointed;
    view.canvas.title = place ? placeInWords(place) : "";
    if (place === null && now === null) return;
    if (place && now?.view === view && String(now.place) === String(place)) return;
    if (place && state.pinned?.view === view && String(state.pinned.place) === String(place)) state.pointed = null;
    else state.pointed = place && { view, place, channel: null, chosenAt: 0 };
    this.ask();
  }

  // Move over the values of a layer with the keyboard.
  #moveBy(view, event) {
    if (view.isPicture) return;
    const { pinned } = this.state, place = pinned?.view === view ? [...pinned.place] : strongestPlace(view);
    if (event.key === "Enter") {
      this.#pin(view, place);
      at("panel").focus();
    } else if (!moved(view, place, event.key)) return;
    event.preventDefault();
    this.#pin(view, place, !SHEET.matches || at("panel").classList.contains("open"));
    const value = this.state.pixels === null ? 0 : view.layer.y[flatPlace(view.layer.output, place)];
    clearTimeout(this.speaking); // the answer, which waits to be said, would speak over the value
    say(`${placeInWords(place)}: ${inDigits(value)}`);
  }

  // Fit everything to the width of the window.
  #fit() {
    const width = PHONE.matches ? at("flow").clientWidth - 30 : null;
    this.views.forEach((view, k) => view.layout(width, this.views[k - 1]));
    const seen = at("seen"), [, H, W] = this.description.input, height = Math.round(112 * devicePixelRatio);
    if (seen.height !== height) [seen.width, seen.height] = [Math.round((height * W) / H), height];
    this.pad.resize();
    at("score-words").hidden = !this.views.some(view => view.layer.edge && view.scoreShown);
    this.#dock();
    this.ask();
  }

  #setTheme(theme) {
    this.theme = theme;
    this.colours = coloursOf(theme);
    document.documentElement.dataset.theme = theme;
    setCellColours(this.colours);
    drawScale(at("scale"), this.colours);
    at("theme").textContent = theme === "dark" ? "☀" : "☾";
    at("theme").setAttribute("aria-pressed", String(theme === "dark"));
    for (const view of this.views ?? []) view.stale = true;
    if (this.views) this.ask();
  }
}

// Give every layer a title that stands for it alone: its name, and a number where there are several.
function titled(network) {
  const count = {};
  const walk = (layers, prefix) => layers.forEach(layer => {
    count[layer.name] = (count[layer.name] ?? 0) + 1;
    layer.title = `${layer.name} ${count[layer.name]}`;
    walk([...layer.inner, ...layer.shortcut], prefix);
  });
  walk(network.layers, "");
  const single = Object.keys(count).filter(name => count[name] === 1);
  const shorten = layers => layers.forEach(layer => {
    if (single.includes(layer.name)) layer.title = layer.name;
    shorten([...layer.inner, ...layer.shortcut]);
  });
  shorten(network.layers);
  return network;
}

// The shape of the grey picture whose numbers a dense layer sees in a row, or null.
function pictureInARow(chain) {
  const before = chain.at(-2);
  return chain.length === 2 && before.name === "Flatten" && before.input[0] === 1 ? before.input : null;
}

function flatPlace(shape, place) {
  return place.reduce((flat, index, axis) => flat * shape[axis] + index, 0);
}

function unflattened(shape, k) {
  if (shape.length === 1) return [k];
  const [, H, W] = shape;
  return [Math.floor(k / (H * W)), Math.floor((k % (H * W)) / W), k % W];
}

function strongest(sums) {
  if (!sums) return 0;
  let best = 0;
  sums.forEach((sum, k) => {
    if (Math.abs(sum) > Math.abs(sums[best])) best = k;
  });
  return best;
}

// The place of the largest value of a layer, or of one of its maps.
function strongestPlace({ layer, isVector }, filter = null) {
  const { y, output } = layer, area = isVector ? 1 : output[1] * output[2];
  const first = filter === null ? 0 : filter * area, end = filter === null ? y.length : first + area;
  let best = first;
  for (let k = first; k < end; k++) {
    if (Math.abs(y[k]) > Math.abs(y[best])) best = k;
  }
  return isVector ? [best] : unflattened(output, best);
}

// Move a place by a key; return whether the key moves.
function moved(view, place, key) {
  const { maps, H, W, isVector } = view, count = view.layer.output[0];
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] ?? [0, 0];
  const page = { PageUp: -1, PageDown: 1 }[key] ?? 0, within = (value, size) => Math.min(Math.max(value, 0), size - 1);
  if (down === 0 && right === 0 && page === 0) return false;
  if (isVector) place[0] = within(place[0] + down * W + right + page * W * 4, count);
  else {
    const k = maps.indexOf(place[0]);
    place[0] = maps[within((k < 0 ? 0 : k) + page, maps.length)];
    place[1] = within(place[1] + down, H);
    place[2] = within(place[2] + right, W);
  }
  return true;
}

function placeInWords(place) {
  return place.length === 1 ? `number ${place[0]}` : `map ${place[0]}, row ${place[1]}, column ${place[2]}`;
}

function say(text) {
  setText(at("live"), text);
}

const page = new Page(JSON.parse(at("network").textContent));
window.explorer = { network: page.network, state: page.state, page, drawn: performance.now(), ready: Promise.resolve() };
