"""A film as a page for the browser: pictures, a slider and a button; it needs no network."""

import html
import json
from collections.abc import Sequence
from string import Template

from minicnn.inspection.film.recording import Recording
from minicnn.inspection.kinds import score_as_text

PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
  body { margin: 1rem auto; max-width: 1000px; padding: 0 .5rem;
         font: 16px/1.4 system-ui, sans-serif; color: #222; background: #fff; }
  h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .25rem; }
  output { display: block; font-size: 1.1rem; font-variant-numeric: tabular-nums; }
  .pictures { display: flex; flex-wrap: wrap; margin-top: .5rem; }
  #kernels { width: 56%; }
  #curves { width: 44%; }
  @media (max-width: 700px) {
    #kernels, #curves { width: 100%; }
    h1 { font-size: 1.2rem; }
    output { font-size: 1rem; }
    .keys { display: none; }
  }
  .controls { display: flex; gap: 1rem; align-items: center; margin: .75rem 0; }
  button { font: inherit; width: 5.5rem; padding: .5rem 0; }
  input { flex: 1; min-width: 0; height: 2rem; }
</style>
<h1>$title</h1>
<output id="step"></output>
<div class="controls">
  <button id="play">Pause</button>
  <input id="time" type="range" min="0" max="$last" value="0" aria-label="moment of the training">
</div>
<div class="pictures">
  <img id="kernels" alt="The kernels at one moment of the training, with their edge scores">
  <img id="curves" alt="Edge scores, accuracy and loss until that moment">
</div>
<p class="keys">The space bar plays and pauses; the arrow keys move by one frame.</p>
<script>
  const pictures = $pictures;
  const steps = $steps;
  const medians = $medians;
  const [kernels, curves, play, time, step] =
    ["kernels", "curves", "play", "time", "step"].map(id => document.getElementById(id));
  let timer = null;
  function show(frame) {
    time.value = frame;
    const [left, right] = pictures[frame].map(code => "data:image/webp;base64," + code);
    kernels.src = left;
    curves.src = right;
    step.textContent = "step " + steps[frame].toLocaleString("en") +
      " of $final, median edge score " + medians[frame];
  }
  function pause() { clearInterval(timer); timer = null; play.textContent = "Play"; }
  function start() {
    if (pictures.length === 1) return;
    if (+time.value === pictures.length - 1) show(0);
    play.textContent = "Pause";
    timer = setInterval(() => {
      show(+time.value + 1);
      if (+time.value === pictures.length - 1) pause();
    }, $interval);
  }
  play.onclick = () => timer ? pause() : start();
  time.oninput = () => { pause(); show(+time.value); };
  document.onkeydown = event => {
    if (event.key === " " && event.target !== play) { event.preventDefault(); play.onclick(); }
    if (event.target === time) return;
    const move = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (move) { pause(); show(Math.min(Math.max(+time.value + move, 0), pictures.length - 1)); }
  };
  show(0);
  start();
</script>
</html>
""")


def page(recording: Recording, pictures: Sequence[Sequence[str]], rate: float) -> str:
    """Return the page as text.

    Parameters
    ----------
    recording : Recording
    pictures : sequence of two str
        For each moment the kernels and the curves, WebP pictures in base64.
    rate : float
        Pictures a second.
    """
    return PAGE.substitute(
        title=html.escape(f"How the kernels of {recording.title} were learned"),
        last=len(recording) - 1,
        final=f"{recording.final_step:,}",
        pictures=json.dumps([list(pair) for pair in pictures]),
        medians=json.dumps([score_as_text(median) for median in recording.median_edge]),
        steps=json.dumps(recording.steps.tolist()),
        interval=round(1000 / rate),
    )
