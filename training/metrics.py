"""Figures of a detector on a set of images, with intervals by bootstrap over near-duplicate groups."""

import math

import numpy as np

REPETITIONS = 1000
SEED = 1
RECALLS = np.linspace(0, 1, 101)


def auc(confidences, is_positive):
    """Area under the ROC curve: the probability that a positive image outranks a negative one, ties counting half."""
    negatives = np.sort(confidences[~is_positive])
    positives = confidences[is_positive]
    below = np.searchsorted(negatives, positives, side="left")
    level = np.searchsorted(negatives, positives, side="right")
    return float((below + level).mean() / 2 / len(negatives))


def threshold_at_specificity(confidences, is_positive, specificity):
    """The lowest threshold (4 digits) at which at least that share of negatives is below it."""
    negatives = np.sort(confidences[~is_positive])
    below_count = math.ceil(specificity * len(negatives) - 1e-9)
    return math.floor(float(negatives[below_count - 1]) * 1e4 + 1) / 1e4


def operating_point(confidences, is_positive, threshold):
    """Sensitivity, specificity and predictive values (at this set's share of fractures) of confidence ≥ threshold."""
    is_detected = confidences >= threshold
    return {
        "sensitivity": _share(is_detected[is_positive]),
        "specificity": _share(~is_detected[~is_positive]),
        "ppv": _share(is_positive[is_detected]),
        "npv": _share(~is_positive[~is_detected]),
    }


def sensitivity_at_specificity(confidences, is_positive, specificity):
    threshold = threshold_at_specificity(confidences, is_positive, specificity)
    return operating_point(confidences, is_positive, threshold)["sensitivity"]


def average_precision(confidences, is_hit, fractures, weights=None):
    """COCO's 101-point average precision of pooled detections, each counted as often as its weight."""
    order = np.argsort(-confidences, kind="mergesort")
    weights = np.ones(len(order)) if weights is None else weights[order]
    return sorted_precision(is_hit[order] * weights, weights, fractures)


def sorted_precision(hits, weights, fractures):
    """Average precision of detections sorted by confidence, highest first: weighted hits [n] and weights [n]."""
    counted = weights > 0
    if not counted.any():
        return 0.0
    hits, weights = np.cumsum(hits[counted]), np.cumsum(weights[counted])
    precision = np.maximum.accumulate((hits / weights)[::-1])[::-1]
    index = np.searchsorted(hits / fractures, RECALLS, side="left")
    reached = index < len(precision)
    return float(np.where(reached, precision[np.minimum(index, len(precision) - 1)], 0).mean())


def dice_of(areas):
    """Dice of all pixels together; rows are pixels found, pixels annotated and both. None without annotated pixels."""
    found, annotated, both = areas.sum(axis=0)
    return float(2 * both / (found + annotated)) if annotated else None


def bootstrap(groups, figure):
    """95 % interval of figure(image indices), drawing whole groups with replacement."""
    members = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    lists = [np.asarray(m) for m in members.values()]
    rng = np.random.default_rng(SEED)
    values = []
    for _ in range(REPETITIONS):
        drawn = rng.integers(len(lists), size=len(lists))
        values.append(figure(np.concatenate([lists[d] for d in drawn])))
    values = np.asarray([v for v in values if v is not None and not math.isnan(v)])
    return [round(float(v), 4) for v in np.percentile(values, [2.5, 97.5])]


def _share(flags):
    return float(flags.mean()) if len(flags) else float("nan")
