"""Splits FracAtlas into a training and a validation part that share no near-duplicates.

    python split.py --data fracatlas --out splits/fracatlas-v1.json

Two images belong to one group if their bytes are equal, if their thumbnails agree (directly or
mirrored), or if their numbers are consecutive and the thumbnails are similar. A whole group is in one part. Groups are
assigned per stratum (has a box × body region) with a fixed seed, so the same data gives the same file.
"""

import argparse
import hashlib
import json
import random
import re
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from fracatlas import read_fracatlas, read_grey

SEED = 20230801
VALIDATION_SHARE = 0.2
THUMBNAIL = 48
# Measured on FracAtlas: the same exposure (re-saved, re-windowed) correlates above 0.98 and nothing lies just
# below; pairs from 0.95 are neighbouring views of one patient or similar images, which may share a part at no cost.
MIN_SIMILARITY = 0.95
# Consecutive files are often of one patient, so a lower similarity puts them in one group.
MIN_NEIGHBOUR_SIMILARITY = 0.75
REGIONS = ("hand", "leg", "hip", "shoulder")


def thumbnail(grey):
    """A small picture without its mean and slow shading, of unit length: dot products are correlations."""
    small = cv2.resize(grey.astype(np.float32), (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    small = small - small.mean()
    return small / max(float(np.linalg.norm(small)), 1e-6)


def near_duplicate_groups(digests, thumbnails, numbers):
    """Union-find over equal digests, similar thumbnails and similar neighbours → group number per image (its first)."""
    parent = list(range(len(digests)))

    def root(index):
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def join(a, b):
        a, b = root(a), root(b)
        parent[max(a, b)] = min(a, b)

    first_with = {}
    for index, digest in enumerate(digests):
        join(index, first_with.setdefault(digest, index))
    flat = np.stack([t.reshape(-1) for t in thumbnails])
    mirrored = np.stack([t[:, ::-1].reshape(-1) for t in thumbnails])
    for other in (flat, mirrored):
        for a, b in np.argwhere(np.triu(flat @ other.T, k=1) > MIN_SIMILARITY):
            join(int(a), int(b))
    for a in range(len(numbers) - 1):
        if numbers[a + 1] - numbers[a] == 1 and flat[a] @ flat[a + 1] > MIN_NEIGHBOUR_SIMILARITY:
            join(a, a + 1)
    return [root(index) for index in range(len(digests))]


def assign_groups(groups, strata, seed=SEED, share=VALIDATION_SHARE):
    """Group numbers and strata per image → the set of groups in the validation part."""
    members = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    by_stratum = defaultdict(list)
    for group, indices in sorted(members.items()):
        by_stratum[max(strata[i] for i in indices)].append(group)
    validation = set()
    for stratum in sorted(by_stratum):
        shuffled = by_stratum[stratum]
        random.Random(f"{seed} {stratum}").shuffle(shuffled)
        wanted = share * sum(len(members[g]) for g in shuffled)
        taken = 0
        for group in shuffled:
            if taken + len(members[group]) / 2 > wanted:
                continue
            validation.add(group)
            taken += len(members[group])
    return validation


def stratum_of(image):
    """'fractured hand', 'intact hip', …: whether it has a box and its first body region."""
    region = next((r for r in REGIONS if image.columns.get(r) == "1"), "mixed")
    return f"{'fractured' if image.boxes else 'intact'} {region}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with images/ and annotations.coco.json")
    parser.add_argument("--out", type=Path, required=True, help="the split file to write")
    options = parser.parse_args()

    images = read_fracatlas(options.data)
    digests = [hashlib.sha256(image.path.read_bytes()).hexdigest() for image in images]
    thumbnails = [thumbnail(read_grey(image.path)) for image in images]
    numbers = [int(re.search(r"\d+", image.name).group()) for image in images]
    groups = near_duplicate_groups(digests, thumbnails, numbers)
    strata = [stratum_of(image) for image in images]
    validation = assign_groups(groups, strata)

    parts = {"train": [], "validation": []}
    for image, group in zip(images, groups):
        part = "validation" if group in validation else "train"
        parts[part].append({"file": image.name, "group": images[group].name, "positive": bool(image.boxes)})
    options.out.parent.mkdir(parents=True, exist_ok=True)
    header = {"name": "fracatlas-v1", "seed": SEED, "alike": MIN_SIMILARITY, "neighboursAlike": MIN_NEIGHBOUR_SIMILARITY, "thumbnail": THUMBNAIL}
    options.out.write_text(render(header, parts))
    for part, rows in parts.items():
        print(part, len(rows), "images", sum(r["positive"] for r in rows), "positive",
              len({r["group"] for r in rows}), "groups")


def render(header, parts):
    """JSON with one image per line, so that a diff shows every change of the split."""
    lines = [f'  {json.dumps(key)}: {json.dumps(value)},' for key, value in header.items()]
    for part, rows in parts.items():
        body = ",\n".join(f"    {json.dumps(row)}" for row in rows)
        lines.append(f'  "{part}": [\n{body}\n  ]' + ("," if part == "train" else ""))
    return "{\n" + "\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    main()
