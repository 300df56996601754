"""Which images an epoch shows: every fracture once, as many intact images, and a share of phantoms."""

from dataclasses import dataclass

import numpy as np

from dataset import cache_image
from phantoms import ANNOTATIONS, read_phantoms

PHANTOM_SHARE = 0.09


@dataclass
class Pool:
    """Cached images, fractured and intact."""

    fractured: list
    intact: list


def pool_of(images, longest):
    """Caches annotated images and sorts them into a Pool."""
    cached = [cache_image(image, longest) for image in images]
    return Pool([i for i in cached if i.outlines], [i for i in cached if not i.outlines])


def epoch_of(radiographs, phantoms, rng):
    """The shuffled images of one epoch."""
    fractured = list(radiographs.fractured)
    intact = _drawn(radiographs.intact, len(fractured), rng)
    real = fractured + intact
    per_kind = round(len(real) * PHANTOM_SHARE / (1 - PHANTOM_SHARE) / 2)
    images = real + _drawn(phantoms.fractured, per_kind, rng) + _drawn(phantoms.intact, per_kind, rng)
    return [images[i] for i in rng.permutation(len(images))]


def _drawn(images, count, rng):
    """`count` images without repeats where there are enough."""
    if not images:
        return []
    return [images[i] for i in rng.choice(len(images), count, replace=count > len(images))]


class PhantomFolder:
    """Phantoms of a folder that may be filled while training already runs."""

    def __init__(self, folder, longest):
        self.folder, self.longest = folder, longest
        self.pool = Pool([], [])

    def has_arrived(self):
        """Whether the annotations, which are written last, are there."""
        return self.folder is not None and (self.folder / ANNOTATIONS).exists()

    def read(self):
        """The pool of phantoms to train on, cached at the first call."""
        if not self.pool.fractured and not self.pool.intact:
            self.pool = pool_of(read_phantoms(self.folder)[0], self.longest)
        return self.pool


def seeded(seed, epoch):
    """A random generator for one epoch, the same after a resume."""
    return np.random.default_rng([seed, epoch])
