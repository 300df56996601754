"""Reads FracAtlas and other folders of images with a COCO file."""

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps


@dataclass(frozen=True)
class AnnotatedImage:
    """One radiograph on disk with its fractures, in the pixels of the upright (EXIF-turned) image."""

    name: str
    path: Path
    boxes: tuple = ()
    outlines: tuple = ()
    columns: dict = field(default_factory=dict, hash=False)


def read_grey(path):
    """8-bit grey pixels [H,W], turned upright according to EXIF."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("L"))


def read_coco(annotations, images):
    """Every image of a COCO file as AnnotatedImage, sorted by name; boxes are x, y, width, height."""
    coco = json.loads(Path(annotations).read_text())
    by_image = defaultdict(list)
    for annotation in coco["annotations"]:
        by_image[annotation["image_id"]].append(annotation)
    found = []
    for image in coco["images"]:
        rows = [a for a in by_image[image["id"]] if a["bbox"][2] > 0 and a["bbox"][3] > 0]
        found.append(AnnotatedImage(
            name=image["file_name"],
            path=Path(images) / image["file_name"],
            boxes=tuple(tuple(a["bbox"]) for a in rows),
            outlines=tuple(outline_of(a) for a in rows),
        ))
    return sorted(found, key=lambda image: image.name)


def outline_of(annotation):
    """Points [n,2] around a fracture: its polygon, or without one the ellipse inside its box."""
    polygon = annotation.get("segmentation")
    if isinstance(polygon, list) and polygon and len(polygon[0]) >= 6:
        return np.asarray(polygon[0], np.float32).reshape(-1, 2)
    x, y, width, height = annotation["bbox"]
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    points = [x + width / 2 * (1 + np.cos(angle)), y + height / 2 * (1 + np.sin(angle))]
    return np.stack(points, axis=1).astype(np.float32)


def read_fracatlas(folder):
    """FracAtlas with the columns of dataset.csv. An image is positive if it has a box; the columns are ignored."""
    folder = Path(folder)
    with open(folder / "dataset.csv", newline="") as file:
        columns = {row["image_id"]: row for row in csv.DictReader(file)}
    images = read_coco(folder / "annotations.coco.json", folder / "images")
    return [AnnotatedImage(i.name, i.path, i.boxes, i.outlines, columns.get(i.name, {})) for i in images]
