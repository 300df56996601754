"""Checks of the recipe that need no test framework and no data; exits non-zero at the first broken promise.

    python selfcheck.py [--model fracture-default.onnx --weights run/average.pt]
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch

from dataset import CachedImage, whole_sample
from detect import nms
from export import check, load_detector, probe_images, ShippedDetector
from letterbox import letterbox_for, letterboxed
from metrics import auc, average_precision, operating_point, threshold_at_specificity
from network import FractureDetector
from phantoms import is_held_out
from schedule import Progress, rate_at
from split import deal_out, near_duplicate_groups, thumbnail
from targets import batch_of, heat_target, loss_of

SPLITS = Path(__file__).parent / "splits"


def letterbox_takes_points_there_and_back():
    for width, height in ((373, 454), (2304, 2880), (640, 640), (641, 480), (3, 2000)):
        box = letterbox_for(width, height, 640)
        points = np.array([[0, 0], [width, height], [width / 3, height / 7]])
        assert np.allclose(box.to_image(box.to_input(points)), points, atol=1e-9)
        assert max(box.width, box.height) == 640
        assert box.pad_x == (640 - box.width) // 2 and box.pad_y == (640 - box.height) // 2


def letterbox_keeps_the_mean_when_it_shrinks():
    grey = np.random.default_rng(0).integers(0, 256, (1280, 1280), dtype=np.uint8)
    tensor, _ = letterboxed(grey, 640)
    assert abs(tensor.mean() - grey.mean() / 255) < 1e-4


def a_whole_sample_shows_a_fracture_where_the_letterbox_puts_it():
    grey = np.zeros((454, 373), np.uint8)
    cv2.rectangle(grey, (100, 200), (139, 219), 255, -1)
    outline = np.float32([[100, 200], [140, 200], [140, 220], [100, 220]])
    image = CachedImage("rectangle", grey, (outline,))
    for seed in range(20):
        sample = whole_sample(image, 640, np.random.default_rng(seed))
        rows, columns = np.nonzero(sample.pixels > 0.3)
        seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert np.abs(sample.boxes[0] - seen).max() < 6, (sample.boxes[0], seen)


def the_split_has_no_group_in_both_parts():
    for path in sorted(SPLITS.glob("*.json")):
        split = json.loads(path.read_text())
        groups = [{row["group"] for row in split[part]} for part in ("train", "validation")]
        files = [row["file"] for part in ("train", "validation") for row in split[part]]
        assert not groups[0] & groups[1], path.name
        assert len(files) == len(set(files)), path.name


def a_mirrored_copy_joins_its_original():
    rng = np.random.default_rng(0)
    first, second = (cv2.resize(rng.random((6, 6)), (200, 260)) * 255 for _ in range(2))
    thumbnails = [thumbnail(p) for p in (first, second, first[:, ::-1], first + 4)]
    groups = near_duplicate_groups(["a", "b", "c", "d"], thumbnails, numbers=[1, 10, 20, 30])
    assert groups == [0, 1, 0, 0]
    validation = deal_out(groups, ["x"] * 4, seed=3, share=0.5)
    assert validation == deal_out(groups, ["x"] * 4, seed=3, share=0.5)


def the_heat_is_one_in_the_cell_of_the_centre_only():
    image = CachedImage("one", np.full((640, 640), 90, np.uint8), (np.float32([[100, 100], [160, 100], [160, 140], [100, 140]]),))
    sample = whole_sample(image, 640, np.random.default_rng(1))
    heat = heat_target(sample)[0]
    assert (heat == 1).sum() == 1
    row, column = np.argwhere(heat == 1)[0]
    centre = (sample.boxes[0, :2] + sample.boxes[0, 2:]) / 16
    assert (int(centre[0]), int(centre[1])) == (column, row)


def the_loss_has_a_gradient_with_and_without_fractures():
    torch.manual_seed(0)
    model = FractureDetector()
    outline = np.float32([[30, 30], [60, 30], [60, 60], [30, 60]])
    for outlines in ((), (outline,)):
        image = CachedImage("small", np.full((96, 96), 120, np.uint8), outlines)
        batch = batch_of([whole_sample(image, 96, np.random.default_rng(i)) for i in range(2)])
        loss, _ = loss_of(*model(batch["pixels"]), batch)
        loss.backward()
        assert torch.isfinite(loss) and model.cells.weight.grad.abs().sum() > 0


def the_figures_are_those_of_small_examples():
    confidences, is_positive = np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])
    assert auc(confidences, is_positive) == 0.75
    assert abs(average_precision(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]), 2) - 0.8350) < 1e-3
    many, fractured = np.linspace(0, 1, 101)[:-1], np.zeros(100, bool)
    threshold = threshold_at_specificity(many, fractured, 0.9)
    assert operating_point(many, fractured, threshold)["specificity"] >= 0.9
    assert operating_point(many, fractured, threshold - 0.011)["specificity"] < 0.9


def overlap_removes_the_less_confident_box():
    corners = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30]], float)
    assert nms(corners, 0.5) == [0, 2]


def the_schedule_ends_where_the_budget_ends():
    now = [0.0]
    progress = Progress(minutes=10, spent_seconds=60, clock=lambda: now[0])
    assert abs(progress.at(0, 0) - 0.1) < 1e-9
    now[0] = 1e6
    assert progress.at(0, 0) == 1 and rate_at(1) < rate_at(0.5) < rate_at(0.03)


def a_phantom_seed_stays_on_its_side():
    held_out = sum(is_held_out(f"phantom-{seed:05d}.png") for seed in range(2000))
    assert 200 < held_out < 400
    assert is_held_out("a-17.png") == is_held_out("b-0017.png")


CHECKS = (
    letterbox_takes_points_there_and_back,
    letterbox_keeps_the_mean_when_it_shrinks,
    a_whole_sample_shows_a_fracture_where_the_letterbox_puts_it,
    the_split_has_no_group_in_both_parts,
    a_mirrored_copy_joins_its_original,
    the_heat_is_one_in_the_cell_of_the_centre_only,
    the_loss_has_a_gradient_with_and_without_fractures,
    the_figures_are_those_of_small_examples,
    overlap_removes_the_less_confident_box,
    the_schedule_ends_where_the_budget_ends,
    a_phantom_seed_stays_on_its_side,
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, help="an exported model to compare with --weights")
    parser.add_argument("--weights", type=Path, help="average.pt that the model was exported from")
    options = parser.parse_args()
    for promise in CHECKS:
        promise()
        print("ok", promise.__name__.replace("_", " "))
    if options.model and options.weights:
        detector, side = load_detector(options.weights)
        pictures = probe_images(side)
        with torch.no_grad():
            check(options.model, pictures, [ShippedDetector(detector)(torch.from_numpy(p)).numpy() for p in pictures])
        print("ok the exported model says what PyTorch says")


if __name__ == "__main__":
    main()
