"""Synthetic radiographs: which are for training and which are held out to check the finished model."""

import re
import zlib
from pathlib import Path

from fracatlas import read_coco

ANNOTATIONS = "phantoms.coco.json"
HELD_OUT_PER_20 = 3


def is_held_out(name):
    """About 15 % of the seeds (the last number in the file name, or the name itself), always the same."""
    numbers = re.findall(r"\d+", Path(name).stem)
    seed = numbers[-1].lstrip("0") if numbers else name
    return zlib.crc32(seed.encode()) % 20 < HELD_OUT_PER_20


def read_phantoms(folder):
    """The phantoms of a folder as (for training, held out); both are empty if the folder has no annotations."""
    folder = Path(folder)
    if not (folder / ANNOTATIONS).exists():
        return [], []
    images = read_coco(folder / ANNOTATIONS, folder)
    return [i for i in images if not is_held_out(i.name)], [i for i in images if is_held_out(i.name)]
