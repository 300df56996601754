"""Radiographs on the training device: all of them as one tensor of 8-bit grey, with the outlines of their fractures."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch

from fracatlas import read_grey

READERS = 4


@dataclass(frozen=True)
class Store:
    """N radiographs, each in the top left corner of a square of `side` pixels.

    On the device: pixels uint8 [N,side,side]; maps uint8 [F,side,side] with the number of the fracture (from 1)
    at each pixel. In numpy: map_rows int64 [N] (0 and up: the row in maps, −1: none); sizes float32 [N,2] (width,
    height); outlines float32 [N,M,P,2] in the square's pixels, short ones padded with their last point; counts
    int64 [N] (outlines in use).
    """

    pixels: torch.Tensor
    maps: torch.Tensor
    map_rows: np.ndarray
    sizes: np.ndarray
    outlines: np.ndarray
    counts: np.ndarray

    @property
    def side(self):
        return self.pixels.shape[1]

    def to(self, device):
        return replace(self, pixels=self.pixels.to(device), maps=self.maps.to(device))


def store_of(images, side, with_maps=False):
    """Reads AnnotatedImages; images longer than `side` are shrunk (area average), none is enlarged."""
    with ThreadPoolExecutor(READERS) as readers:
        read = list(readers.map(lambda image: _fitted(image, side), images))
    max_outlines = max(1, max(len(outlines) for _, outlines in read))
    points = max([3, *(len(outline) for _, outlines in read for outline in outlines)])
    pixels = np.zeros((len(read), side, side), np.uint8)
    table = np.zeros((len(read), max_outlines, points, 2), np.float32)
    sizes, counts = np.zeros((len(read), 2), np.float32), np.zeros(len(read), np.int64)
    maps, map_rows = [], np.full(len(read), -1, np.int64)
    for index, (grey, outlines) in enumerate(read):
        height, width = grey.shape
        pixels[index, :height, :width] = grey
        sizes[index], counts[index] = (width, height), len(outlines)
        for number, outline in enumerate(outlines):
            table[index, number, : len(outline)] = outline
            table[index, number, len(outline) :] = outline[-1]
        if with_maps and outlines:
            map_rows[index] = len(maps)
            maps.append(_map_of(outlines, side))
    stacked = np.stack(maps) if maps else np.zeros((0, side, side), np.uint8)
    return Store(torch.from_numpy(pixels), torch.from_numpy(stacked), map_rows, sizes, table, counts)


def _fitted(image, side):
    grey = read_grey(image.path)
    height, width = grey.shape
    scale = min(1.0, side / max(width, height))
    if scale < 1:
        grey = cv2.resize(grey, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    factor = np.float32((grey.shape[1] / width, grey.shape[0] / height))
    return grey, [outline * factor for outline in image.outlines]


def _map_of(outlines, side):
    """Fracture numbers per pixel; where two overlap, the smaller one is drawn on top."""
    drawn = np.zeros((side, side), np.uint8)
    sizes = [np.prod(outline.max(axis=0) - outline.min(axis=0)) for outline in outlines]
    for number in np.argsort(sizes)[::-1]:
        cv2.fillPoly(drawn, [np.round(outlines[number] - 0.5).astype(np.int32)], int(number) + 1)
    return drawn
