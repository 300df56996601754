"""Checks that need no test framework and no data; exits non-zero at the first failed check.

    python selfcheck.py [--families yolo unet] [--phantoms phantoms]

Every family is trained for a few steps on a CPU with small pictures, is exported, and must agree with PyTorch.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from pycocotools import mask as runs

from augment import crops, wholes
from detect import findings_in, open_session, runs_of
from export import export
from families import RECIPES
from families.centre import targets_of
from fracatlas import AnnotatedImage, read_coco, read_grey
from geometry import regions, suppression_mask
from graph import store_as_half
from letterbox import letterbox_for, letterboxed
from metrics import auc, average_precision, dice_of, operating_point, threshold_at_specificity
from phantoms import ANNOTATIONS, is_held_out
from quantise import Pictures, calibration_images, quantised
from reading import nms
from schedule import Progress, rate_at
from split import assign_groups, near_duplicate_groups, thumbnail
from store import store_of
from train import learner_of, step

SPLITS = Path(__file__).parent / "splits"
SMALL_SIDE = 192
STEPS = 3


def drawn_radiographs(folder):
    """Eight small pictures with a bright bar each, four of them fractured, as AnnotatedImages."""
    images = []
    for index in range(8):
        grey = np.full((180, 150), 12, np.uint8)
        cv2.rectangle(grey, (60, 10), (90, 170), 170, -1)
        outline = np.float32([[60, 80 + index], [91, 80 + index], [91, 96 + index], [60, 96 + index]])
        if index % 2 == 0:
            grey[80 + index : 96 + index, 60:91] = 40
        path = folder / f"drawn-{index}.png"
        cv2.imwrite(str(path), grey)
        has_fracture = index % 2 == 0
        boxes = ((60, 80 + index, 31, 16),) if has_fracture else ()
        images.append(AnnotatedImage(path.name, path, boxes, (outline,) if has_fracture else ()))
    return images


def letterbox_coordinates_convert_both_ways():
    for width, height in ((373, 454), (2304, 2880), (640, 640), (641, 480), (3, 2000)):
        box = letterbox_for(width, height, 640)
        points = np.array([[0, 0], [width, height], [width / 3, height / 7]])
        assert np.allclose(box.to_image(box.to_input(points)), points, atol=1e-9)
        assert max(box.width, box.height) == 640
        assert box.pad_x == (640 - box.width) // 2 and box.pad_y == (640 - box.height) // 2


def shrinking_preserves_the_mean():
    grey = np.random.default_rng(0).integers(0, 256, (1280, 1280), dtype=np.uint8)
    tensor, _ = letterboxed(grey, 640)
    assert abs(tensor.mean() - grey.mean() / 255) < 1e-4


def boxes_and_masks_match_in_training_pictures():
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(drawn_radiographs(Path(folder)), 200, with_maps=True)
    rows = np.arange(len(store.counts))
    for seed in range(6):
        rng = np.random.default_rng(seed)
        for batch in (wholes(store, rows, 256, rng), crops(store, rows, 160, 256, rng)):
            assert not batch.is_box[1::2].any()
            for row in torch.nonzero(batch.is_box[:, 0]).flatten():
                y, x = torch.nonzero(batch.maps[row] == 1, as_tuple=True)
                visible = torch.tensor([x.min(), y.min(), x.max() + 1, y.max() + 1])
                assert (batch.boxes[row, 0] - visible).abs().max() < 3, (batch.boxes[row, 0], visible)


def no_group_is_in_both_parts_of_a_split():
    for path in sorted(SPLITS.glob("*.json")):
        split = json.loads(path.read_text())
        groups = [{row["group"] for row in split[part]} for part in ("train", "validation")]
        files = [row["file"] for part in ("train", "validation") for row in split[part]]
        assert not groups[0] & groups[1], path.name
        assert len(files) == len(set(files)), path.name


def a_mirrored_copy_is_in_the_group_of_its_original():
    rng = np.random.default_rng(0)
    first, second = (cv2.resize(rng.random((6, 6)), (200, 260)) * 255 for _ in range(2))
    thumbnails = [thumbnail(p) for p in (first, second, first[:, ::-1], first + 4)]
    groups = near_duplicate_groups(["a", "b", "c", "d"], thumbnails, numbers=[1, 10, 20, 30])
    assert groups == [0, 1, 0, 0]
    validation = assign_groups(groups, ["x"] * 4, seed=3, share=0.5)
    assert validation == assign_groups(groups, ["x"] * 4, seed=3, share=0.5)


def the_heat_is_one_only_in_the_cell_of_the_centre():
    with tempfile.TemporaryDirectory() as folder:
        store = store_of(drawn_radiographs(Path(folder))[:2], 200)
    batch = wholes(store, np.arange(2), 256, np.random.default_rng(1))
    heat = targets_of(batch, 32)[0]
    assert (heat[0] == 1).sum() == 1 and heat[1].max() == 0
    row, column = torch.nonzero(heat[0] == 1)[0].tolist()
    centre = (batch.boxes[0, 0, :2] + batch.boxes[0, 0, 2:]) / 16
    assert (int(centre[0]), int(centre[1])) == (column, row)


def fixed_shape_suppression_equals_greedy_suppression():
    rng = np.random.default_rng(5)
    low = rng.uniform(0, 60, (80, 2))
    corners = np.concatenate([low, low + rng.uniform(10, 40, (80, 2))], axis=1)
    mask = suppression_mask(torch.from_numpy(corners)[None], 0.5)[0]
    assert torch.nonzero(mask).flatten().tolist() == nms(corners, 0.5, max_detections=80)


def a_region_is_sampled_at_its_box():
    features = torch.arange(32.0).reshape(1, 1, 1, 32).expand(1, 1, 32, 32)
    cut = regions(features, torch.tensor([[[8.0, 8.0, 24.0, 24.0]]]), 4, 1)
    assert torch.allclose(cut[0, 0, 0], torch.tensor([9.5, 13.5, 17.5, 21.5]))


def run_lengths_equal_those_of_pycocotools():
    mask = (np.random.default_rng(2).random((13, 9)) > 0.6).astype(np.uint8)
    assert (runs.decode(runs.frPyObjects(runs_of(mask), 13, 9)) == mask).all()


def metrics_match_small_examples():
    confidences, is_positive = np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])
    assert auc(confidences, is_positive) == 0.75
    assert abs(average_precision(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]), 2) - 0.8350) < 1e-3
    many, fractured = np.linspace(0, 1, 101)[:-1], np.zeros(100, bool)
    threshold = threshold_at_specificity(many, fractured, 0.9)
    assert operating_point(many, fractured, threshold)["specificity"] >= 0.9
    assert operating_point(many, fractured, threshold - 0.011)["specificity"] < 0.9
    assert dice_of(np.array([[10, 0, 0], [10, 20, 5]])) == 0.25


def suppression_removes_the_less_confident_box():
    corners = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30]], float)
    assert nms(corners, 0.5) == [0, 2]


def the_schedule_ends_with_the_budget():
    now = [0.0]
    progress = Progress(minutes=10, spent_seconds=60, clock=lambda: now[0])
    assert abs(progress.at(0, 0) - 0.1) < 1e-9
    now[0] = 1e6
    assert progress.at(0, 0) == 1 and rate_at(1) < rate_at(0.5) < rate_at(0.03)


def a_phantom_seed_is_always_in_the_same_part():
    held_out = sum(is_held_out(f"phantom-{seed:05d}.png") for seed in range(2000))
    assert 200 < held_out < 400
    assert is_held_out("a-17.png") == is_held_out("b-0017.png")


def a_quantised_convolution_differs_by_less_than_two_percent():
    weights = np.random.default_rng(3).normal(0, 0.2, (4, 1, 3, 3)).astype(np.float16).astype(np.float32)
    shape = [1, 1, SMALL_SIDE, SMALL_SIDE]
    plain = onnx.helper.make_model(
        onnx.helper.make_graph(
            [onnx.helper.make_node("Conv", ["images", "weights"], ["output"], "conv", pads=[1, 1, 1, 1])], "small",
            [onnx.helper.make_tensor_value_info("images", onnx.TensorProto.FLOAT, shape)],
            [onnx.helper.make_tensor_value_info("output", onnx.TensorProto.FLOAT, [1, 4, *shape[2:]])],
            [onnx.numpy_helper.from_array(weights, "weights")],
        ),
        opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8,
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = [image.path for image in drawn_radiographs(Path(folder))]
        files = [Path(folder) / name for name in ("plain.onnx", "eight.onnx")]
        store_as_half(plain)
        onnx.save(plain, files[0])
        quantised(files[0], files[1], Pictures(paths, "images", SMALL_SIDE))
        picture = letterboxed(read_grey(paths[0]), SMALL_SIDE)[0][None, None]
        wanted, found = (open_session(file, threads=1).run(None, {"images": picture})[0] for file in files)
        kinds = [node.op_type for node in onnx.load(files[1]).graph.node]
    assert kinds.count("QuantizeLinear") == kinds.count("DequantizeLinear") == 2 and "Cast" not in kinds
    assert 0 < np.abs(found - wanted).max() < 0.02 * np.abs(wanted).max()


def no_validation_image_is_used_for_calibration():
    images = [AnnotatedImage(f"{index}.png", Path(f"{index}.png")) for index in range(40)]
    split = {"train": [{"file": f"{index}.png"} for index in range(0, 40, 2)]}
    chosen = calibration_images(images, split, 15)
    assert len(set(chosen)) == 15 and all(int(image.path.stem) % 2 == 0 for image in chosen)
    assert chosen == calibration_images(images[::-1], split, 15)


CHECKS = (
    letterbox_coordinates_convert_both_ways,
    shrinking_preserves_the_mean,
    boxes_and_masks_match_in_training_pictures,
    no_group_is_in_both_parts_of_a_split,
    a_mirrored_copy_is_in_the_group_of_its_original,
    the_heat_is_one_only_in_the_cell_of_the_centre,
    fixed_shape_suppression_equals_greedy_suppression,
    a_region_is_sampled_at_its_box,
    run_lengths_equal_those_of_pycocotools,
    metrics_match_small_examples,
    suppression_removes_the_less_confident_box,
    the_schedule_ends_with_the_budget,
    a_phantom_seed_is_always_in_the_same_part,
    a_quantised_convolution_differs_by_less_than_two_percent,
    no_validation_image_is_used_for_calibration,
)


def learn_and_export(recipe, images, folder):
    """Trains a few steps from random weights, exports, and analyses one picture with the export."""
    recipe = replace(recipe, side=SMALL_SIDE)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    store = store_of(images, SMALL_SIDE, recipe.needs_maps)
    learner = learner_of(recipe, torch.device("cpu"), is_blank=True)
    before = [weight.clone() for weight in learner.network.parameters()]
    learner.network.train()
    for index in range(STEPS):
        rows = rng.choice(len(images), 4, replace=False)
        batch = (wholes(store, rows, SMALL_SIDE, rng) if index == 0
                 else crops(store, rows, SMALL_SIDE - 64, SMALL_SIDE, rng))
        parts = step(learner, batch, rate=0.5)
        assert all(torch.isfinite(value) for value in parts.values()), parts
    moved = [not torch.equal(a, b) for a, b in zip(before, learner.network.parameters())]
    assert sum(moved) > 0.9 * len(moved), f"{len(moved) - sum(moved)} of {len(moved)} weights did not change"
    model = folder / f"{recipe.name}.onnx"
    export(learner.average.model, recipe, model)
    found = findings_in(open_session(model, threads=1), recipe, read_grey(images[0].path))
    assert 0 <= found["confidence"] <= 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--families", nargs="*", choices=sorted(RECIPES), default=sorted(RECIPES))
    parser.add_argument("--phantoms", type=Path, help="folder with phantoms.coco.json to train on, instead of drawn bars")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for check in CHECKS:
        check()
        print("ok", check.__name__.replace("_", " "), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        images = drawn_radiographs(Path(folder))
        if options.phantoms is not None:
            images = read_coco(options.phantoms / ANNOTATIONS, options.phantoms)[:8]
        for name in options.families:
            learn_and_export(RECIPES[name], images, Path(folder))
            print(f"ok {name} can be trained on a CPU, and its export agrees with PyTorch", flush=True)


if __name__ == "__main__":
    main()
