"""An exponential moving average of the weights: the average is shipped, never the last step."""

import copy

import torch


class WeightAverage:
    """Averages a model with the given decay, lower during the first steps; normalisation statistics are included."""

    def __init__(self, model, decay=0.998):
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay, self.steps = decay, 0

    @torch.no_grad()
    def update(self, model):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        pairs = list(zip(self.model.state_dict().values(), model.state_dict().values()))
        means, values = zip(*((mean, value) for mean, value in pairs if mean.dtype.is_floating_point))
        torch._foreach_lerp_(list(means), list(values), 1 - decay)
        for mean, value in pairs:
            if not mean.dtype.is_floating_point:
                mean.copy_(value)

    def state_dict(self):
        return {"model": self.model.state_dict(), "steps": self.steps}

    def load_state_dict(self, state):
        self.model.load_state_dict(state["model"])
        self.steps = state["steps"]


def halved(state):
    """A state dict with its matrices and kernels as float16, norms and biases unchanged, for checkpoints and shipping."""
    return {key: value.half() if value.ndim > 1 and value.dtype == torch.float32 else value for key, value in state.items()}
