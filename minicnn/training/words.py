"""What a training says of itself: what might not be meant, how far it got, why it broke."""

from minicnn.training.callbacks.base import Training
from minicnn.training.history import History
from minicnn.training.progress import Progress

USUAL_MOST = 256
"""The largest batch that is usual; of more samples, one that holds all is remarked on."""


def described(training: Training) -> dict[str, str]:
    """Return what is trained, how, and how far it has got."""
    model, history, processes = training.model, training.history, training.processes
    count = sum(parameter.value.size for parameter in model.parameters)
    layers, done = len(model.layers), len(history)
    steps = f"{done} epoch{'s' * (done != 1)}, {training.steps:,} steps"
    words = {
        "model": f"{type(model).__name__} of {layers} layers, {count:,} parameters",
        "optimizer": repr(training.optimizer),
        "loss": repr(training.loss),
        "workers": f"{training.workers}, seed {training.seed}",
        "done": steps if training.steps else "nothing yet",
    }
    if processes.size > 1:
        words["processes"] = f"{processes.size}; this is process {processes.rank}"
    if done:
        words["last epoch"] = history.last_epoch()
    return words


def remarks(progress: Progress, samples: int, *, resumed: bool) -> list[str]:
    """Return what might not be meant at the beginning of a `fit`, a line each.

    Examples
    --------
    >>> progress = Progress()
    >>> progress.begin_fit(samples=1_000, epochs=5, batch_size=1_000, epochs_done=0)
    >>> remarks(progress, 1_000, resumed=False)[0][:64]
    'Trainer.fit: a batch of 1,000 takes all 1,000 samples at once, s'
    """
    lines = []
    if progress.epoch > 0 and not resumed:
        lines.append(
            f"Trainer.fit: {progress.epoch} epochs were trained before, and "
            f"{progress.epochs} more make {progress.final_epoch}"
        )
    if progress.steps_per_epoch == 1 and samples > USUAL_MOST:
        lines.append(
            f"Trainer.fit: a batch of {progress.batch_size:,} takes all {samples:,} "
            f"samples at once, so that an epoch is one step; batches of 32 to {USUAL_MOST} "
            "learn more from the same samples"
        )
    return lines


def stopped(progress: Progress, history: History) -> str:
    """Return what is left of a training that Ctrl-C has ended."""
    done = progress.steps - progress.first_step
    count = len(history)
    return (
        f"the training was stopped in epoch {progress.epoch} of {progress.final_epoch}, "
        f"after {done:,} of {progress.final_step - progress.first_step:,} steps; "
        f"the model keeps what it has learned, the history has "
        f"{count} epoch{'s' * (count != 1)}, and fit trains on from there"
    )


def diverged(
    what: str, value: float, progress: Progress, history: History, learning_rate: float
) -> str:
    """Return where a training broke, and what to try."""
    return (
        f"Trainer: {what} became {value} in epoch {progress.epoch}, after {progress.steps} steps, "
        f"with a learning rate of {learning_rate:g}. The history is kept up to the epoch before "
        f"({len(history)} finished). Most often the steps are too "
        "large: try a tenth of the learning rate (with a schedule, of its peak), less weight "
        "decay, or images scaled to [0, 1]."
    )
