"""A film as a page for the browser: pictures, a slider and a button; it needs no network."""

import html
import json
from collections.abc import Sequence
from string import Template

from minicnn.inspection.film.recording import Recording

PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
  body { margin: 1.5rem auto; max-width: 1000px; padding: 0 1rem;
         font: 16px/1.4 system-ui, sans-serif; color: #222; background: #fff; }
  img { width: 100%; display: block; }
  .controls { display: flex; gap: 1rem; align-items: center; margin-top: .75rem; }
  button { font: inherit; width: 5.5rem; padding: .3rem 0; }
  input { flex: 1; }
  output { width: 11rem; text-align: right; font-variant-numeric: tabular-nums; }
</style>
<img id="picture" alt="The kernels at one moment of the training, with their edge scores">
<div class="controls">
  <button id="play">Pause</button>
  <input id="time" type="range" min="0" max="$last" value="0" aria-label="moment of the training">
  <output id="step"></output>
</div>
<p>The space bar plays and pauses; the arrow keys move by one frame.</p>
<script>
  const pictures = $pictures;
  const steps = $steps;
  const [picture, play, time, step] =
    ["picture", "play", "time", "step"].map(id => document.getElementById(id));
  let timer = null;
  function show(frame) {
    time.value = frame;
    picture.src = "data:image/webp;base64," + pictures[frame];
    step.textContent = "step " + steps[frame] + " of $final";
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


def page(recording: Recording, pictures: Sequence[str], rate: float) -> str:
    """Return the page as text.

    Parameters
    ----------
    recording : Recording
    pictures : sequence of str
        One for each moment: a WebP picture in base64.
    rate : float
        Pictures a second.
    """
    return PAGE.substitute(
        title=html.escape(recording.title),
        last=len(recording) - 1,
        final=recording.final_step,
        pictures=json.dumps(list(pictures)),
        steps=json.dumps(recording.steps.tolist()),
        interval=round(1000 / rate),
    )
