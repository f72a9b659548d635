"""Score a network on the held-out images the way a user would run it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.info import INFO
from segmentation.engine.methods.generalist.method import NO_EXPERIENCE, Experience, run_network
from segmentation.engine.methods.protocol import Request
from segmentation.engine.metrics import Scores, score
from segmentation.engine.registry import complete_parameters
from segmentation.engine.training.data import LabeledFile

N_RESAMPLES = 1000


@dataclass(frozen=True)
class ImageScore:
    """The scores of one held-out image at IoU 0.5, 0.75 and 0.9."""

    file: LabeledFile
    scores: tuple[Scores, ...]


def predict(
    planes: AnyArray,
    runner: Runner,
    parameters: Mapping[str, Any],
    experience: Experience = NO_EXPERIENCE,
) -> AnyArray:
    """Segment one plane stack (C, Y, X) with a network that is not shipped yet."""
    request = Request(
        planes,
        None,
        complete_parameters(INFO, parameters),
        "cpu",
        lambda _: None,
        lambda: None,
    )
    return run_network(request, runner, experience).labels


def evaluate(
    files: Sequence[LabeledFile],
    runner: Runner,
    parameters: Mapping[str, Any],
    experience: Experience = NO_EXPERIENCE,
) -> list[ImageScore]:
    """Score every file; where the background is unknown, objects the truth lacks do not count."""
    results = []
    for file in files:
        pixels = read_image(file.image).pixels[0]
        truth = read_labels(file.labels)
        for z in range(pixels.shape[1]):
            predicted = predict(pixels[:, z], runner, parameters, experience)
            results.append(ImageScore(file, score(predicted, truth[z])))
    return results


def summarize(results: Sequence[ImageScore], seed: int = 0) -> dict[str, dict[str, Any]]:
    """Return by modality the mean AP, F1 and PQ over images and a 95 % interval of AP@.5.

    The interval is a bootstrap over the images.
    """
    summary: dict[str, dict[str, Any]] = {}
    for modality in dict.fromkeys(r.file.part.modality for r in results):
        mine = [r for r in results if r.file.part.modality == modality]
        ap = np.array([[s.average_precision for s in r.scores] for r in mine])
        rng = np.random.default_rng(seed)
        drawn = ap[rng.integers(len(ap), size=(N_RESAMPLES, len(ap))), 0].mean(1)
        summary[modality] = {
            "n_images": len(mine),
            "n_cells": int(
                sum(r.scores[0].n_true_positives + r.scores[0].n_false_negatives for r in mine)
            ),
            "is_same_acquisition": mine[0].file.part.is_same_acquisition,
            "ap_50": round(float(ap[:, 0].mean()), 3),
            "ap_50_interval": [round(float(v), 3) for v in np.percentile(drawn, [2.5, 97.5])],
            "ap_75": round(float(ap[:, 1].mean()), 3),
            "ap_90": round(float(ap[:, 2].mean()), 3),
            "f1_50": round(float(np.mean([r.scores[0].f1 for r in mine])), 3),
            "pq_50": round(float(np.mean([r.scores[0].panoptic_quality for r in mine])), 3),
        }
    return summary
