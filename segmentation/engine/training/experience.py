"""Learn from held-out images how far a network can be trusted, and what it has seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.engine import confidence, likeness
from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.grouping import GroupingSettings, group
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.info import INFO
from segmentation.engine.methods.generalist.method import Experience, fields_at_best_size
from segmentation.engine.methods.generalist.normalized import NormalizedImage
from segmentation.engine.methods.protocol import Request
from segmentation.engine.metrics import overlaps
from segmentation.engine.normalize import choose_channels
from segmentation.engine.registry import complete_parameters
from segmentation.engine.seams import SeamModel
from segmentation.engine.training.data import LabeledFile
from segmentation.engine.training.seam_training import learn_seams

LIKENESS_PERCENTILE = 95.0


@dataclass(frozen=True)
class Seen:
    """One labeled plane as the network sees it.

    `evidence` (N, 4) of the found cells, `is_right` (N,) 0 or 1: IoU with a true cell above 0.7,
    `pooled` (C,) the bottleneck.
    """

    file: LabeledFile
    evidence: AnyArray
    is_right: AnyArray
    pooled: AnyArray


def see(file: LabeledFile, runner: Runner, seams: SeamModel | None = None) -> Iterator[Seen]:
    """Segment every plane of a labeled file, keeping doubtful cells too."""
    pixels = read_image(file.image).pixels[0]
    truth = read_labels(file.labels)
    parameters = complete_parameters(INFO, {})
    settings = GroupingSettings(
        float(parameters["foreground_threshold"]),
        float(parameters["minimum_agreement"]),
        int(parameters["minimum_area_px"]),
        seams=seams,
    )
    for z in range(pixels.shape[1]):
        planes = pixels[:, z]
        request = Request(planes, None, parameters, "cpu", lambda _: None, lambda: None)
        image = NormalizedImage(planes, choose_channels(planes))
        fields, _, pooled = fields_at_best_size(image, runner, request)
        grouping = group(fields, settings)
        is_right = np.zeros(len(grouping.evidence))
        found = overlaps(grouping.labels, truth[z])
        is_right[found.predicted[found.ious > confidence.RIGHT_IOU]] = 1
        yield Seen(file, grouping.evidence, is_right, pooled[0].numpy().astype(np.float64))


def gain_experience(
    held_out: Sequence[LabeledFile], learned: Sequence[LabeledFile], runner: Runner
) -> tuple[Experience, dict[str, Any]]:
    """Return how pieces are joined, the calibration and the likeness, and what the card says.

    Cells are weighed so that every modality counts the same. The reliability diagram is
    cross-validated over groups; the limit of the likeness is the 95th percentile of the distances
    of held-out images.
    """
    seams, seam_facts = learn_seams(learned, runner)
    fresh = [seen for file in held_out for seen in see(file, runner, seams)]
    known = [seen for file in learned for seen in see(file, runner, seams)]
    calibration, facts = _calibrate(fresh)
    fitted = likeness.fit(
        np.stack([seen.pooled for seen in known]), [seen.file.part.modality for seen in known]
    )
    distances = [fitted.nearest(seen.pooled)[1] * fitted.limit for seen in fresh]
    limit = float(np.percentile(distances, LIKENESS_PERCENTILE))
    fitted = likeness.Likeness(fitted.kinds, fitted.centers, fitted.whitening, limit)
    named = [fitted.nearest(seen.pooled)[0] == seen.file.part.modality for seen in fresh]
    card = {
        "seams": seam_facts,
        "calibration": facts,
        "likeness": {
            "kinds": list(fitted.kinds),
            "limit": round(limit, 4),
            "limit_is": "the 95th percentile of the distances of held-out images",
            "held_out_kind_recognized": round(float(np.mean(named)), 3),
        },
    }
    return Experience(calibration, fitted, seams), card


def _calibrate(fresh: Sequence[Seen]) -> tuple[confidence.Calibration, dict[str, Any]]:
    """Fit the calibration; return it with its facts for the card."""
    features = np.concatenate([confidence.features_of(seen.evidence) for seen in fresh])
    is_right = np.concatenate([seen.is_right for seen in fresh])
    modalities = _repeated(fresh, [seen.file.part.modality for seen in fresh])
    groups = _repeated(fresh, [seen.file.group for seen in fresh])
    weights = _equal_weights(modalities)
    fitted = confidence.fit(features, is_right, weights)
    crossed = confidence.cross_validated(features, is_right, weights, groups)
    bins, error = confidence.reliability(crossed, is_right, weights)
    facts = {
        "predicts": f"P(IoU > {confidence.RIGHT_IOU})",
        "intercept": round(fitted.intercept, 6),
        "slopes": [round(slope, 6) for slope in fitted.slopes],
        "n_cells": len(is_right),
        "expected_calibration_error": error,
        "reliability": bins,
        "by_modality": _by_modality(crossed, is_right, modalities),
    }
    return fitted, facts


def _repeated(fresh: Sequence[Seen], names: Sequence[str]) -> list[str]:
    """Return one name a cell."""
    return [name for seen, name in zip(fresh, names, strict=True) for _ in seen.is_right]


def _equal_weights(modalities: Sequence[str]) -> FloatArray:
    """Weigh cells so that modalities count the same; the mean weight is 1."""
    _, which, counts = np.unique(modalities, return_inverse=True, return_counts=True)
    weights: FloatArray = (len(which) / len(counts) / counts[which]).astype(np.float64)
    return weights


def _by_modality(
    probabilities: FloatArray, is_right: AnyArray, modalities: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return for every modality what was said and what was right, and the calibration error."""
    rows = {}
    for name in dict.fromkeys(modalities):
        mine = np.array([modality == name for modality in modalities])
        _, error = confidence.reliability(
            probabilities[mine], is_right[mine], np.ones(int(mine.sum()))
        )
        rows[name] = {
            "n_cells": float(mine.sum()),
            "said": round(float(probabilities[mine].mean()), 3),
            "right": round(float(is_right[mine].mean()), 3),
            "expected_calibration_error": error,
        }
    return rows
