"""The lesson of training: forward, loss, backward, step."""

import math

from minicnn.layers import Composition
from minicnn.losses import Loss
from minicnn.optim import Optimizer
from minicnn.training.workers import Team
from minicnn.typing import Array, Targets


def train_step(
    network: Composition,
    loss: Loss,
    optimizer: Optimizer,
    team: Team,
    images: Array,
    targets: Targets,
) -> tuple[float, float]:
    """Move the weights one step down the slope of the loss of one batch.

    Parameters
    ----------
    network : Composition
        The layers up to what the loss takes: without a last `Softmax` if the loss does that itself.
    loss : Loss
    optimizer : Optimizer
    team : Team
        Whose workers share the batch: each goes forward and backward on some of the samples, and
        the team adds up their losses, accuracies and gradients.
    images : array (N, *in_shape)
    targets : array (N, ...)

    Returns
    -------
    value : float
        The loss before the step. If it is NaN or infinite, there was no step.
    accuracy : float
        Before the step as well; NaN where the targets are not class numbers.
    """

    def forward_and_backward(
        network: Composition, images: Array, targets: Targets, fraction: float
    ) -> tuple[float, float]:
        outputs = network(images, training=True)
        value, gradient = loss(outputs, targets)
        network.backward_parameters(gradient * fraction)  # of the batch
        return value, loss.accuracy(outputs, targets)

    parameters = network.named_parameters()
    value, accuracy = team.run(
        forward_and_backward, network, list(parameters.values()), images, targets
    )
    if math.isfinite(value):
        optimizer.step(parameters)
    return value, accuracy
