"""The progress of training, by time or by epochs, and the learning rate at each point."""

import math
import time

WARM_UP_SHARE = 0.03
FINAL_RATE = 0.01


class Progress:
    """From 0 to 1 over a budget of minutes (time spent before a resume counts) or a number of epochs."""

    def __init__(self, minutes=None, epochs=None, spent_seconds=0.0, clock=time.monotonic):
        if (minutes is None) == (epochs is None):
            raise ValueError("The budget must be in minutes or in epochs, not both.")
        self.minutes, self.epochs, self.clock = minutes, epochs, clock
        self.started = clock() - spent_seconds

    def spent_seconds(self):
        return self.clock() - self.started

    def at(self, epoch, share_of_epoch):
        """The used share of the budget, at most 1."""
        if self.epochs is not None:
            return min(1.0, (epoch + share_of_epoch) / self.epochs)
        return min(1.0, self.spent_seconds() / (60 * self.minutes))


def rate_at(progress):
    """Factor on the learning rate: a short linear warm-up, then half a cosine down to LAST_RATE."""
    if progress < WARM_UP_SHARE:
        return 0.05 + 0.95 * progress / WARM_UP_SHARE
    share = (progress - WARM_UP_SHARE) / (1 - WARM_UP_SHARE)
    return FINAL_RATE + (1 - FINAL_RATE) * (1 + math.cos(math.pi * share)) / 2
