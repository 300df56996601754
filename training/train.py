"""Trains the fracture detector within a budget of minutes (or epochs); resumes where a run was cut off.

    python train.py --data fracatlas --split splits/fracatlas-v1.json --phantoms phantoms --run run --minutes 85

The first part of the budget sees crops, the rest whole letterboxed images as the daemon makes them. After
every epoch `last.pt` holds everything that a resume needs and `average.pt` the weights that would be shipped.
"""

import argparse
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from memory import keep_freed_memory

keep_freed_memory()

import cv2  # noqa: E402
import torch  # noqa: E402

from averaging import WeightAverage  # noqa: E402
from backbone import load_imagenet_start  # noqa: E402
from dataset import crop_sample, whole_sample  # noqa: E402
from fracatlas import read_fracatlas  # noqa: E402
from network import FractureDetector  # noqa: E402
from sampler import PhantomFolder, epoch_of, pool_of, seeded  # noqa: E402
from schedule import Progress, rate_at  # noqa: E402
from targets import batch_of, loss_of  # noqa: E402
from workers import agreed, share_gradients, start  # noqa: E402

MODEL_SIDE = 640
CACHED_SIDE = 800
CROP_SIDE = 384
CROP_BATCH = 8
WHOLE_BATCH = 6
# The share of the budget after which crops give way to whole images.
WHOLE_FROM = 0.78
HEAD_RATE = 1.2e-3
BACKBONE_RATE = 4e-4
WEIGHT_DECAY = 0.02
LARGEST_GRADIENT = 10.0
# The stem and the first three blocks see edges and textures; ImageNet's are good enough and half the work.
FROZEN_BLOCKS = 3


def frozen_parts(model):
    return [model.backbone.stem, *model.backbone.blocks[:FROZEN_BLOCKS]]


def set_training(model):
    """Training mode, except that the frozen part keeps ImageNet's statistics."""
    model.train()
    for part in frozen_parts(model):
        part.eval()


def optimiser_for(model):
    """AdamW: the backbone slower than the head, no decay on norms and biases."""
    for part in frozen_parts(model):
        part.requires_grad_(False)
    groups = {}
    for name, weight in model.named_parameters():
        if not weight.requires_grad:
            continue
        rate = BACKBONE_RATE if name.startswith("backbone.") else HEAD_RATE
        decay = WEIGHT_DECAY if weight.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(weight)
    return torch.optim.AdamW(
        [{"params": weights, "lr": rate, "full_rate": rate, "weight_decay": decay}
         for (rate, decay), weights in groups.items()]
    )


def batches(images, is_whole, worker, workers, rng):
    """This worker's share of every batch of an epoch, each made by a second thread while the one before is learned."""
    size = WHOLE_BATCH if is_whole else CROP_BATCH

    def make(chunk, chunk_rng):
        if is_whole:
            return batch_of([whole_sample(image, MODEL_SIDE, chunk_rng) for image in chunk])
        return batch_of([crop_sample(image, CROP_SIDE, MODEL_SIDE, chunk_rng) for image in chunk])

    chunks = [images[i + worker : i + size : workers] for i in range(0, len(images) - size + 1, size)]
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(make, chunks[0], rng.spawn(1)[0])
        for following in chunks[1:] + [None]:
            batch = coming.result()
            if following is not None:
                coming = maker.submit(make, following, rng.spawn(1)[0])
            yield batch, len(chunks)


def learn(model, average, optimiser, batch, rate):
    """One step; returns the parts of the loss."""
    for group in optimiser.param_groups:
        group["lr"] = group["full_rate"] * rate
    cells, image_logit = model(batch["pixels"].to(memory_format=torch.channels_last))
    loss, parts = loss_of(cells, image_logit, batch)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    share_gradients(model)
    parts["gradient"] = torch.nn.utils.clip_grad_norm_(model.parameters(), LARGEST_GRADIENT).item()
    optimiser.step()
    average.update(model)
    return parts


def save(path, content):
    """Writes a checkpoint so that a crash leaves the one before."""
    part = path.with_suffix(".part")
    torch.save(content, part)
    part.replace(path)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="FracAtlas: images/, annotations.coco.json, dataset.csv")
    parser.add_argument("--split", type=Path, required=True, help="split file made by split.py")
    parser.add_argument("--phantoms", type=Path, help="folder with phantoms.coco.json and its images; may appear later")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and the log")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--minutes", type=float, help="budget of wall-clock time, resumes included")
    budget.add_argument("--epochs", type=float, help="budget of epochs")
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each; they share every batch")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def resumed(path, model, optimiser, average):
    """Fills the three from a checkpoint, if there is one → (epochs done, seconds spent)."""
    if not path.exists():
        return 0, 0.0
    state = torch.load(path, map_location="cpu", weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    average.load_state_dict(state["average"])
    return state["epoch"], state["spent_seconds"]


def radiographs_of(options):
    """The training part of the split, in memory."""
    wanted = {row["file"] for row in json.loads(options.split.read_text())["train"]}
    return pool_of([image for image in read_fracatlas(options.data) if image.name in wanted], CACHED_SIDE)


def learn_epoch(learner, images, is_whole, epoch, options):
    """Goes through the images until they or the budget (or its stage) end → (share of the budget, steps, mean losses)."""
    model, average, optimiser, progress, worker = learner
    torch.manual_seed(options.seed + 1000 * (epoch + 1) + worker)
    rng = seeded(options.seed + 1 + worker, epoch)
    set_training(model)
    sums, steps, share = {}, 0, 0.0
    for batch, count in batches(images, is_whole, worker, options.workers, rng):
        share = agreed(progress.at(epoch, steps / count))
        if share >= 1 or (not is_whole and share >= WHOLE_FROM and options.minutes is not None):
            break
        for key, value in learn(model, average, optimiser, batch, rate_at(share)).items():
            sums[key] = sums.get(key, 0.0) + value
        steps += 1
    return share, steps, {key: round(value / max(1, steps), 4) for key, value in sums.items()}


def run(worker, options):
    """One worker's training; worker 0 tells the time, writes the log and the checkpoints."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(options.seed)
    model = FractureDetector()
    load_imagenet_start(model.backbone)
    model = model.to(memory_format=torch.channels_last)
    optimiser = optimiser_for(model)
    average = WeightAverage(model)
    epoch, spent_seconds = resumed(options.run / "last.pt", model, optimiser, average)
    radiographs = radiographs_of(options)
    phantom_folder = PhantomFolder(options.phantoms, CACHED_SIDE)
    if worker == 0:
        print(f"{len(radiographs.fractured)} fractured, {len(radiographs.intact)} intact radiographs; "
              f"{epoch} epochs and {spent_seconds / 60:.1f} minutes done", flush=True)

    progress = Progress(options.minutes, options.epochs, spent_seconds)
    learner = (model, average, optimiser, progress, worker)
    while (share := agreed(progress.at(epoch, 0))) < 1:
        is_whole = share >= WHOLE_FROM
        if agreed(phantom_folder.has_arrived()):
            phantom_folder.read()
        images = epoch_of(radiographs, phantom_folder.pool, seeded(options.seed, epoch))
        began = progress.spent_seconds()
        share, steps, losses = learn_epoch(learner, images, is_whole, epoch, options)
        epoch += 1
        if worker > 0:
            continue
        seconds = progress.spent_seconds()
        record(options.run, {
            "epoch": epoch, "minutes": round(seconds / 60, 2), "progress": round(share, 4), "whole": is_whole,
            "images": len(images), "steps": steps, "secondsPerStep": round((seconds - began) / max(1, steps), 3),
            **losses,
        })
        save(options.run / "last.pt", {
            "model": model.state_dict(), "optimiser": optimiser.state_dict(), "average": average.state_dict(),
            "epoch": epoch, "spent_seconds": seconds,
        })
        save(options.run / "average.pt", {"model": average.model.state_dict(), "epoch": epoch, "side": MODEL_SIDE})


def record(folder, line):
    """One epoch, on the console and as a line of log.jsonl."""
    print(json.dumps(line), flush=True)
    with open(folder / "log.jsonl", "a") as log:
        log.write(json.dumps(line) + "\n")


def main():
    options = arguments()
    options.run.mkdir(parents=True, exist_ok=True)
    start(run, options)


if __name__ == "__main__":
    main()
