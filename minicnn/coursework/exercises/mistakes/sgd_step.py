"""The mistakes that people make in `sgd_step`, and the other conventions."""

from minicnn.coursework.exercises.sgd_step import Both, exercise, sgd_step
from minicnn.typing import Array

RATE_OUTSIDE = (
    "As long as the rate stays, the weights are the same in both. If it falls, the steps that are "
    "remembered shrink at once only where it stands outside. PyTorch and this library keep it "
    "outside, so a velocity can be compared with theirs."
)


@exercise.convention(
    "The learning rate stands inside the velocity: v = momentum v - rate dw, then w + v.",
    reason=RATE_OUTSIDE,
)
def rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, -learning_rate * dw, velocity, -1.0, momentum)


@exercise.convention(
    "The learning rate stands inside the velocity: v = momentum v + rate dw, then w - v.",
    reason=RATE_OUTSIDE,
)
def rate_inside_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, learning_rate * dw, velocity, 1.0, momentum)


@exercise.convention(
    "The velocity points downhill: v = momentum v - dw, then w + rate v.",
    reason="From rest the weights come out the same. Here the velocity is a sum of gradients, as "
    "in PyTorch and this library, so that it can be compared with theirs.",
)
def velocity_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, -dw, velocity, -learning_rate, momentum)


@exercise.convention(
    "The velocity is a mean of the gradients: v = momentum v + (1 - momentum) dw.",
    reason="Some courses teach it so. The steps are then 1 / (1 - momentum) times shorter, and the "
    "learning rate must be larger for it. Here the velocity is a sum, as in PyTorch.",
)
def mean_of_gradients(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, (1 - momentum) * dw, velocity, learning_rate, momentum)


@exercise.mistake(
    "This is Nesterov's step: momentum is applied to the new velocity once more, and dw is added.",
    hint="Nesterov's method looks ahead. Which line of the exercise has only the velocity in it?",
)
def nesterov(w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float) -> Both:
    velocity = momentum * velocity + dw
    return w - learning_rate * (dw + momentum * velocity), velocity


@exercise.mistake(
    "This is Nesterov's step, with the learning rate inside the velocity: "
    "w - momentum v_old + (1 + momentum) v.",
    hint="Nesterov's method looks ahead. Which line of the exercise has only the velocity in it?",
)
def nesterov_rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    new = momentum * velocity - learning_rate * dw
    return w - momentum * velocity + (1 + momentum) * new, new


@exercise.mistake(
    "The step goes uphill: it is added to the weights.",
    hint="The gradient points to where the loss grows.",
)
def step_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, dw, velocity, -learning_rate, momentum)


@exercise.mistake(
    "The gradient is subtracted in the velocity, and the velocity from the weights: two minus "
    "signs make a step uphill.",
    hint="Follow the sign of dw through both lines.",
)
def two_minus_signs(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, -dw, velocity, learning_rate, momentum)


@exercise.mistake(
    "The learning rate stands inside the velocity, and both minus signs: the step goes uphill.",
    hint="Follow the sign of dw through both lines. And where does the rate stand?",
)
def rate_inside_two_minus_signs(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity - learning_rate * dw
    return w - velocity, velocity


@exercise.mistake(
    "Momentum is not used: this is plain gradient descent, and the velocity stays as it was.",
    hint="What is to be remembered of the last steps, and where is it?",
)
def without_momentum(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, velocity


@exercise.mistake(
    "The velocity is replaced by the gradient; nothing of the old one is kept.",
    hint="How much of the old velocity should be left after a step?",
)
def velocity_replaced(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, dw.copy()


@exercise.mistake(
    "The velocity is computed, but the step takes the gradient.",
    hint="What is the velocity for?",
)
def velocity_not_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    _, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return w - learning_rate * dw, velocity


@exercise.mistake(
    "The step takes the old velocity: the weights move before the velocity has seen the gradient.",
    hint="From rest, should the first step move the weights? In which order are the two lines?",
)
def old_velocity_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    new = w - learning_rate * velocity
    _, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return new, velocity


@exercise.mistake(
    "The old velocity is returned, so the next step will not know of this one.",
    hint="Which velocity does the next step need?",
)
def velocity_not_kept(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    new, _ = sgd_step(w, dw, velocity, learning_rate, momentum)
    return new, velocity


@exercise.mistake(
    "The old weights are returned.",
    hint="Where does the new value go: into a name of its own, or into what is returned?",
)
def weights_not_kept(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    _, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return w, velocity


@exercise.mistake(
    "The learning rate is missing: the step is the whole velocity.",
    hint="How far does one go along the velocity?",
)
def without_learning_rate(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, dw, velocity, 1.0, momentum)


@exercise.mistake(
    "The learning rate is multiplied twice, inside the velocity and in the step.",
    hint="In which of the two lines does the rate stand?",
)
def rate_twice(w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float) -> Both:
    return sgd_step(w, learning_rate * dw, velocity, learning_rate, momentum)


@exercise.mistake(
    "Momentum multiplies the gradient, not the old velocity.",
    hint="Momentum is the share that is kept. Kept of what?",
)
def momentum_on_the_gradient(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, momentum * dw, velocity, learning_rate, 1.0)


@exercise.mistake(
    "Momentum multiplies the gradient as well as the old velocity.",
    hint="Momentum is the share that is kept of the old. Is dw old?",
)
def momentum_on_both(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, momentum * dw, velocity, learning_rate, momentum)


@exercise.mistake(
    "The old velocity is kept whole: momentum is missing.",
    hint="If nothing fades, what becomes of the velocity on a slope that stays the same?",
)
def nothing_fades(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, dw, velocity, learning_rate, 1.0)


@exercise.mistake(
    "The velocity fades by 1 - momentum, and the gradient is multiplied by momentum.",
    hint="With a momentum of 0.9, how much of the old velocity should be left?",
)
def shares_swapped(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, momentum * dw, velocity, learning_rate, 1 - momentum)


@exercise.mistake(
    "The old velocity fades by 1 - momentum.",
    hint="With a momentum of 0.9, how much of the old velocity should be left?",
)
def fades_by_the_rest(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, dw, velocity, learning_rate, 1 - momentum)


@exercise.mistake(
    "Learning rate and momentum are swapped.",
    hint="Which of the two says how much is kept, and which how far one goes?",
)
def rate_and_momentum_swapped(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return sgd_step(w, dw, velocity, momentum, learning_rate)


@exercise.mistake(
    "The weights are multiplied by momentum, not the velocity.",
    hint="Momentum is the share that is kept. Kept of what?",
)
def momentum_on_the_weights(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity + dw
    return momentum * w - learning_rate * velocity, velocity


@exercise.mistake(
    "The gradient goes into the weights twice: through the velocity, and once more by itself.",
    hint="How often does dw stand in the two lines of the exercise?",
)
def gradient_twice(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw
    return w - learning_rate * (velocity + dw), velocity


@exercise.mistake(
    "The learning rate multiplies only the gradient in the step; the old velocity is taken whole.",
    hint="w - rate * (momentum * velocity + dw): what does the bracket hold together?",
)
def rate_on_the_gradient_only(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw - momentum * velocity, momentum * velocity + dw


@exercise.mistake(
    "The step was returned where the new weights should be.",
    hint="The step is the difference of the weights. What is the first output?",
)
def only_the_step(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw
    return -learning_rate * velocity, velocity


@exercise.mistake(
    "The two outputs are swapped: the velocity comes first.",
    hint="Compare the order in your return with that in the text.",
)
def outputs_swapped(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    new_w, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return velocity, new_w


@exercise.mistake(
    "The velocity is returned with the wrong sign; the weights are right.",
    hint="Which velocity does the next step go on with?",
)
def velocity_of_the_wrong_sign(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    w, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return w, -velocity


@exercise.mistake(
    "The learning rate multiplies the whole velocity, the old one too, which had it already.",
    hint="After three steps, how often has the first gradient been multiplied by the rate?",
)
def rate_over_the_whole_velocity(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = learning_rate * (momentum * velocity + dw)
    return w - velocity, velocity


@exercise.mistake(
    "The gradient never goes into the velocity, which only fades, and the step takes the gradient.",
    hint="From rest, what would your velocity be after a hundred steps?",
)
def velocity_only_fades(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, momentum * velocity


@exercise.mistake(
    "Momentum multiplies the step as well as the old velocity.",
    hint="How often does momentum stand in the two lines of the exercise?",
)
def momentum_in_the_step(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw
    return w - learning_rate * momentum * velocity, velocity


@exercise.mistake(
    "The velocity is a mean of the gradients, and the step goes uphill.",
    hint="The gradient points to where the loss grows. And what multiplies dw in the velocity?",
)
def mean_of_gradients_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + (1 - momentum) * dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The velocity is a mean of the gradients, and the learning rate is missing in the step.",
    hint="How far does one go along the velocity? And what multiplies dw in it?",
)
def mean_of_gradients_without_rate(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + (1 - momentum) * dw
    return w - velocity, velocity


@exercise.convention(
    "The velocity is a mean of the gradients with a minus: v = momentum v - (1 - momentum) dw.",
    reason="The steps are then 1 / (1 - momentum) times shorter. Here the velocity is the sum of "
    "the gradients, as in PyTorch.",
)
def mean_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity - (1 - momentum) * dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The learning rate stands inside the velocity, and the step goes uphill.",
    hint="The gradient points to where the loss grows. And where does the rate stand?",
)
def rate_inside_step_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + learning_rate * dw
    return w + velocity, velocity


@exercise.mistake(
    "The learning rate is multiplied twice, inside the velocity, which points downhill, and "
    "in the step.",
    hint="In which of the two lines does the rate stand?",
)
def rate_twice_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity - learning_rate * dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The old velocity is kept whole: momentum is missing; and the step goes uphill.",
    hint="The gradient points to where the loss grows. And should anything of the old velocity"
    " fade?",
)
def nothing_fades_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity + dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The old velocity is kept whole: momentum is missing; and the learning rate is missing in"
    " the step.",
    hint="How far does one go along the velocity? And should anything of the old velocity fade?",
)
def nothing_fades_without_rate(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity + dw
    return w - velocity, velocity


@exercise.mistake(
    "The old velocity is kept whole: momentum is missing; and the step takes the old velocity.",
    hint="From rest, should the first step move the weights? And should anything of the old "
    "velocity fade?",
)
def nothing_fades_old_velocity_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * velocity, velocity + dw


@exercise.mistake(
    "The old velocity is kept whole: momentum is missing; and the step takes the gradient.",
    hint="What is the velocity for? And should anything of the old velocity fade?",
)
def nothing_fades_velocity_not_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, velocity + dw


@exercise.mistake(
    "The old velocity is kept whole: momentum is missing; and the learning rate stands inside"
    " the velocity.",
    hint="Where does the rate stand in the exercise? And should anything of the old velocity fade?",
)
def nothing_fades_rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity + learning_rate * dw
    return w - velocity, velocity


@exercise.mistake(
    "The old velocity is kept whole: momentum is missing; and the velocity points downhill, "
    "with the learning rate inside.",
    hint="Where does the rate stand in the exercise? And should anything of the old velocity fade?",
)
def nothing_fades_rate_inside_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity - learning_rate * dw
    return w + velocity, velocity


@exercise.mistake(
    "The old velocity is kept whole: momentum is missing; and the velocity points downhill.",
    hint="The velocity is a sum of the gradients themselves. And should anything of the old "
    "velocity fade?",
)
def nothing_fades_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity - dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The velocity fades by 1 - momentum, and the gradient is multiplied by momentum; and the "
    "step goes uphill.",
    hint="The gradient points to where the loss grows. And with a momentum of 0.9, how much of"
    " the old velocity should be left?",
)
def shares_swapped_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity + momentum * dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The velocity fades by 1 - momentum, and the gradient is multiplied by momentum; and the "
    "learning rate is missing in the step.",
    hint="How far does one go along the velocity? And with a momentum of 0.9, how much of the "
    "old velocity should be left?",
)
def shares_swapped_without_rate(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity + momentum * dw
    return w - velocity, velocity


@exercise.mistake(
    "The velocity fades by 1 - momentum, and the gradient is multiplied by momentum; and the "
    "step takes the old velocity.",
    hint="From rest, should the first step move the weights? And with a momentum of 0.9, how "
    "much of the old velocity should be left?",
)
def shares_swapped_old_velocity_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * velocity, (1 - momentum) * velocity + momentum * dw


@exercise.mistake(
    "The velocity fades by 1 - momentum, and the gradient is multiplied by momentum; and the "
    "step takes the gradient.",
    hint="What is the velocity for? And with a momentum of 0.9, how much of the old velocity "
    "should be left?",
)
def shares_swapped_velocity_not_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, (1 - momentum) * velocity + momentum * dw


@exercise.mistake(
    "The velocity fades by 1 - momentum, and the gradient is multiplied by momentum; and the "
    "learning rate stands inside the velocity.",
    hint="Where does the rate stand in the exercise? And with a momentum of 0.9, how much of "
    "the old velocity should be left?",
)
def shares_swapped_rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity + momentum * learning_rate * dw
    return w - velocity, velocity


@exercise.mistake(
    "The velocity fades by 1 - momentum, and the gradient is multiplied by momentum; and the "
    "velocity points downhill, with the learning rate inside.",
    hint="Where does the rate stand in the exercise? And with a momentum of 0.9, how much of "
    "the old velocity should be left?",
)
def shares_swapped_rate_inside_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity - momentum * learning_rate * dw
    return w + velocity, velocity


@exercise.mistake(
    "The velocity fades by 1 - momentum, and the gradient is multiplied by momentum; and the "
    "velocity points downhill.",
    hint="The velocity is a sum of the gradients themselves. And with a momentum of 0.9, how "
    "much of the old velocity should be left?",
)
def shares_swapped_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity - momentum * dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The old velocity fades by 1 - momentum; and the step goes uphill.",
    hint="The gradient points to where the loss grows. And with a momentum of 0.9, how much of"
    " it should be left?",
)
def fades_by_the_rest_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity + dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The old velocity fades by 1 - momentum; and the learning rate is missing in the step.",
    hint="How far does one go along the velocity? And with a momentum of 0.9, how much of it "
    "should be left?",
)
def fades_by_the_rest_without_rate(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity + dw
    return w - velocity, velocity


@exercise.mistake(
    "The old velocity fades by 1 - momentum; and the step takes the old velocity.",
    hint="From rest, should the first step move the weights? And with a momentum of 0.9, how "
    "much of it should be left?",
)
def fades_by_the_rest_old_velocity_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * velocity, (1 - momentum) * velocity + dw


@exercise.mistake(
    "The old velocity fades by 1 - momentum; and the step takes the gradient.",
    hint="What is the velocity for? And with a momentum of 0.9, how much of it should be left?",
)
def fades_by_the_rest_velocity_not_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, (1 - momentum) * velocity + dw


@exercise.mistake(
    "The old velocity fades by 1 - momentum; and the learning rate stands inside the velocity.",
    hint="Where does the rate stand in the exercise? And with a momentum of 0.9, how much of "
    "it should be left?",
)
def fades_by_the_rest_rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity + learning_rate * dw
    return w - velocity, velocity


@exercise.mistake(
    "The old velocity fades by 1 - momentum; and the velocity points downhill, with the "
    "learning rate inside.",
    hint="Where does the rate stand in the exercise? And with a momentum of 0.9, how much of "
    "it should be left?",
)
def fades_by_the_rest_rate_inside_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity - learning_rate * dw
    return w + velocity, velocity


@exercise.mistake(
    "The old velocity fades by 1 - momentum; and the velocity points downhill.",
    hint="The velocity is a sum of the gradients themselves. And with a momentum of 0.9, how "
    "much of it should be left?",
)
def fades_by_the_rest_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = (1 - momentum) * velocity - dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "Momentum multiplies the gradient, not the old velocity; and the step goes uphill.",
    hint="The gradient points to where the loss grows. And momentum is the share that is kept."
    " Kept of what?",
)
def momentum_on_the_gradient_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity + momentum * dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "Momentum multiplies the gradient, not the old velocity; and the learning rate is missing"
    " in the step.",
    hint="How far does one go along the velocity? And momentum is the share that is kept. Kept"
    " of what?",
)
def momentum_on_the_gradient_without_rate(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity + momentum * dw
    return w - velocity, velocity


@exercise.mistake(
    "Momentum multiplies the gradient, not the old velocity; and the step takes the old velocity.",
    hint="From rest, should the first step move the weights? And momentum is the share that is"
    " kept. Kept of what?",
)
def momentum_on_the_gradient_old_velocity_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * velocity, velocity + momentum * dw


@exercise.mistake(
    "Momentum multiplies the gradient, not the old velocity; and the step takes the gradient.",
    hint="What is the velocity for? And momentum is the share that is kept. Kept of what?",
)
def momentum_on_the_gradient_velocity_not_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, velocity + momentum * dw


@exercise.mistake(
    "Momentum multiplies the gradient, not the old velocity; and the learning rate stands "
    "inside the velocity.",
    hint="Where does the rate stand in the exercise? And momentum is the share that is kept. "
    "Kept of what?",
)
def momentum_on_the_gradient_rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity + momentum * learning_rate * dw
    return w - velocity, velocity


@exercise.mistake(
    "Momentum multiplies the gradient, not the old velocity; and the velocity points "
    "downhill, with the learning rate inside.",
    hint="Where does the rate stand in the exercise? And momentum is the share that is kept. "
    "Kept of what?",
)
def momentum_on_the_gradient_rate_inside_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity - momentum * learning_rate * dw
    return w + velocity, velocity


@exercise.mistake(
    "Momentum multiplies the gradient, not the old velocity; and the velocity points downhill.",
    hint="The velocity is a sum of the gradients themselves. And momentum is the share that is"
    " kept. Kept of what?",
)
def momentum_on_the_gradient_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = velocity - momentum * dw
    return w + learning_rate * velocity, velocity


@exercise.mistake(
    "The learning rate is missing, and the step goes uphill.",
    hint="The gradient points to where the loss grows. And how far does one go along the velocity?",
)
def without_rate_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw
    return w + velocity, velocity


@exercise.mistake(
    "This is Nesterov's step, and it goes uphill.",
    hint="The gradient points to where the loss grows. And which line of the exercise has only"
    " the velocity in it?",
)
def nesterov_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw
    return w + learning_rate * (dw + momentum * velocity), velocity


@exercise.mistake(
    "This is Nesterov's step, with the learning rate inside the velocity, which points uphill.",
    hint="Nesterov's method looks ahead. Which line of the exercise has only the velocity in it?",
)
def nesterov_rate_inside_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + learning_rate * dw
    return w - momentum * velocity - learning_rate * dw, velocity


@exercise.mistake(
    "The step adds the old velocity, faded, to the new one.",
    hint="How often does the old velocity stand in the two lines of the exercise?",
)
def looks_ahead_along_the_old_velocity(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    new = momentum * velocity + dw
    return w - learning_rate * (new + momentum * velocity), new


@exercise.mistake(
    "Momentum is not used, the velocity stays as it was, and the step goes uphill.",
    hint="The gradient points to where the loss grows. And what is to be remembered of the "
    "last steps?",
)
def without_momentum_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w + learning_rate * dw, velocity


@exercise.mistake(
    "The velocity is computed, but the step takes the gradient, and goes uphill.",
    hint="The gradient points to where the loss grows. And what is the velocity for?",
)
def velocity_not_used_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w + learning_rate * dw, momentum * velocity + dw


@exercise.mistake(
    "The step takes the old velocity, and goes uphill.",
    hint="The gradient points to where the loss grows. And from rest, should the first step "
    "move the weights?",
)
def old_velocity_used_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w + learning_rate * velocity, momentum * velocity + dw


@exercise.mistake(
    "The step takes the old velocity, and the new one is a mean of the gradients.",
    hint="From rest, should the first step move the weights? And what multiplies dw?",
)
def old_velocity_of_a_mean_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * velocity, momentum * velocity + (1 - momentum) * dw


@exercise.mistake(
    "The step takes the old velocity, and the learning rate stands inside the new one.",
    hint="From rest, should the first step move the weights? And where does the rate stand?",
)
def old_velocity_used_rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - velocity, momentum * velocity + learning_rate * dw


@exercise.mistake(
    "The step takes the old velocity, and the new one points downhill with the learning rate "
    "inside.",
    hint="From rest, should the first step move the weights? And where does the rate stand?",
)
def old_velocity_used_rate_inside_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w + velocity, momentum * velocity - learning_rate * dw


@exercise.mistake(
    "The velocity is the learning rate times the gradient; nothing of the old one is kept.",
    hint="How much of the old velocity should be left after a step?",
)
def velocity_is_rate_times_gradient(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, learning_rate * dw


@exercise.mistake(
    "The velocity is replaced by the gradient, and the step goes uphill.",
    hint="The gradient points to where the loss grows. And how much of the old velocity should"
    " be left after a step?",
)
def velocity_replaced_uphill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w + learning_rate * dw, dw.copy()


@exercise.mistake(
    "The velocity is a mean of the gradients, with the learning rate inside.",
    hint="Where does the rate stand in the exercise? And what multiplies dw?",
)
def mean_with_rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + (1 - momentum) * learning_rate * dw
    return w - velocity, velocity


@exercise.mistake(
    "The velocity is a mean of the gradients with a minus and with the learning rate inside.",
    hint="Where does the rate stand in the exercise? And what multiplies dw?",
)
def mean_with_rate_inside_downhill(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity - (1 - momentum) * learning_rate * dw
    return w + velocity, velocity


@exercise.mistake(
    "The velocity is a mean of the gradients with a minus, and is subtracted: the step goes "
    "uphill.",
    hint="Follow the sign of dw through both lines. And what multiplies it?",
)
def mean_two_minus_signs(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity - (1 - momentum) * dw
    return w - learning_rate * velocity, velocity


@exercise.mistake(
    "The velocity is a mean of the gradients, but the step takes the gradient.",
    hint="What is the velocity for? And what multiplies dw in it?",
)
def mean_velocity_not_used(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, momentum * velocity + (1 - momentum) * dw


@exercise.mistake(
    "The old velocity is subtracted in the new one.",
    hint="If the gradient stays the same, should the steps become longer or shorter?",
)
def old_velocity_subtracted(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = dw - momentum * velocity
    return w - learning_rate * velocity, velocity


@exercise.mistake(
    "The old velocity is subtracted in the new one, and the learning rate stands inside.",
    hint="If the gradient stays the same, should the steps become longer or shorter?",
)
def rate_inside_old_velocity_subtracted(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = learning_rate * dw - momentum * velocity
    return w - velocity, velocity


@exercise.mistake(
    "The step was returned where the velocity should be: it has the learning rate and a "
    "minus; the weights are right.",
    hint="Which velocity does the next step go on with?",
)
def velocity_is_the_step(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    new, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return new, -learning_rate * velocity


@exercise.mistake(
    "The velocity was returned times momentum, and will fade twice; the weights are right.",
    hint="How often should momentum multiply a velocity from one step to the next?",
)
def velocity_faded_again(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    w, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return w, momentum * velocity


@exercise.mistake(
    "The step was returned where the new weights should be, and with a plus.",
    hint="The step is the difference of the weights. What is the first output?",
)
def step_of_the_wrong_sign(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    _, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return learning_rate * velocity, velocity


@exercise.mistake(
    "Both outputs are as they came in.",
    hint="Where do the new values go: into names of their own, or into what is returned?",
)
def nothing_returned_anew(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w, velocity


@exercise.mistake(
    "The velocity was divided by the learning rate, not multiplied.",
    hint="Does a larger rate make a longer or a shorter step?",
)
def step_divided_by_the_rate(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw
    return w - velocity / learning_rate, velocity


@exercise.mistake(
    "The gradient was squared in the velocity.",
    hint="A gradient has a sign, which says where to go. Has yours?",
)
def velocity_squared(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw**2
    return w - learning_rate * velocity, velocity


@exercise.mistake(
    "The step was multiplied by the weights.",
    hint="Should a weight of zero never move? What does the formula multiply the rate by?",
)
def step_times_the_weights(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw
    return w * (1 - learning_rate * velocity), velocity


@exercise.mistake(
    "Momentum was taken to be 0.9, whatever the argument.",
    hint="Try momentum = 0. Does the old velocity go away?",
)
def momentum_of_nine_tenths(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = 0.9 * velocity + dw
    return w - learning_rate * velocity, velocity


@exercise.mistake(
    "The weights were added to the step, as for a weight decay of the size of momentum.",
    hint="Which of the two lines has w in it, and how often?",
)
def decay_by_momentum(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * velocity + dw
    return w - learning_rate * (velocity + momentum * w), velocity


@exercise.mistake(
    "Momentum multiplies the weights in the velocity, not the old velocity.",
    hint="Momentum is the share that is kept. Kept of what?",
)
def decay_in_the_velocity(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = momentum * w + dw
    return w - learning_rate * velocity, velocity


@exercise.mistake(
    "The learning rate multiplies the old velocity too, beside momentum; the step has it once"
    " more.",
    hint="How often is an old gradient multiplied by the rate?",
)
def rate_on_the_old_velocity(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    velocity = learning_rate * momentum * velocity + dw
    return w - learning_rate * velocity, velocity


@exercise.mistake(
    "The learning rate multiplies the gradient in the velocity, and the old velocity is not "
    "in the step.",
    hint="What is the velocity for?",
)
def velocity_added_and_rate_inside(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    return w - learning_rate * dw, momentum * velocity + learning_rate * dw


@exercise.mistake(
    "The new weights were returned twice, and the velocity not at all.",
    hint="What is the second output?",
)
def velocity_is_the_new_weights(
    w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float
) -> Both:
    w, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return w, w.copy()


@exercise.mistake(
    "Two steps were made with one velocity: the weights moved twice.",
    hint="How often does w change in a step?",
)
def two_steps(w: Array, dw: Array, velocity: Array, learning_rate: float, momentum: float) -> Both:
    w, velocity = sgd_step(w, dw, velocity, learning_rate, momentum)
    return w - learning_rate * velocity, velocity
