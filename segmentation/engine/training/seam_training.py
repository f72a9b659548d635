"""Learn from training images which touching pieces are one cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from segmentation.engine import confidence
from segmentation.engine.arrays import AnyArray
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.grouping import Fields, GroupingSettings, find_objects
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.info import INFO
from segmentation.engine.methods.generalist.method import fields_at_best_size
from segmentation.engine.methods.generalist.normalized import NormalizedImage
from segmentation.engine.methods.protocol import Request
from segmentation.engine.normalize import choose_channels
from segmentation.engine.registry import complete_parameters
from segmentation.engine.seams import SeamModel, Seams
from segmentation.engine.training.data import SYNTHETIC, LabeledFile, has_open_background
from segmentation.engine.training.synthetic import draw_image

PIECES = GroupingSettings(merge_threshold=0.0, minimum_area_px=1, minimum_agreement=-1.0)
N_FILES_A_MODALITY = 24
N_SYNTHETIC = 64
FEW_SEAMS = 30
"""A modality with fewer seams than this counts less than the others."""


@dataclass(frozen=True)
class SeenSeams:
    """Seams of one modality: `signs` (P, 10) and `is_one` (P,), 1 where both are one cell."""

    modality: str
    signs: AnyArray
    is_one: AnyArray


def learn_seams(learned: Sequence[LabeledFile], runner: Runner) -> tuple[SeamModel, dict[str, Any]]:
    """Return the model, and what the card says of it."""
    seen = [*_of_files(learned, runner), *_of_drawings(runner)]
    signs = np.concatenate([part.signs for part in seen])
    is_one = np.concatenate([part.is_one for part in seen])
    names = np.array([part.modality for part in seen for _ in part.is_one])
    _, which, counts = np.unique(names, return_inverse=True, return_counts=True)
    weights = 1 / np.maximum(counts, FEW_SEAMS)[which]
    means, scales = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    fitted = confidence.fit((signs - means) / scales, is_one, weights / weights.mean())
    model = SeamModel(
        fitted.intercept,
        fitted.slopes,
        tuple(float(v) for v in means),
        tuple(float(v) for v in scales),
    )
    facts = model.facts() | {
        "n_seams": len(is_one),
        "share_one_cell": round(float(is_one.mean()), 3),
    }
    return model, facts


def _of_files(learned: Sequence[LabeledFile], runner: Runner) -> Iterator[SeenSeams]:
    """Look at the first plane of a few files of every modality."""
    rng = np.random.default_rng(0)
    for modality in dict.fromkeys(file.part.modality for file in learned):
        mine = [f for f in learned if f.part.modality == modality and not has_open_background(f)]
        for i in rng.permutation(len(mine))[:N_FILES_A_MODALITY]:
            planes = read_image(mine[i].image).pixels[0, :, 0]
            yield _seen(modality, planes, read_labels(mine[i].labels)[0], runner)


def _of_drawings(runner: Runner) -> Iterator[SeenSeams]:
    """Look at drawn images, of which other kinds have few: rods, filaments, sheets."""
    rng = np.random.default_rng(1)
    for _ in range(N_SYNTHETIC):
        kind, picture, labels = draw_image(rng)
        yield _seen(f"{SYNTHETIC} {kind}", picture[np.newaxis], labels, runner)


def _seen(modality: str, planes: AnyArray, truth: AnyArray, runner: Runner) -> SeenSeams:
    """Compare the seams between pieces with the truth; those in its background do not count."""
    parameters = complete_parameters(INFO, {})
    request = Request(planes, None, parameters, "cpu", lambda _: None, lambda: None)
    image = NormalizedImage(planes, choose_channels(planes))
    fields = fields_at_best_size(image, runner, request)[0]
    pairs, signs, cells = seams_of(fields, truth)
    is_known = (cells[pairs] > 0).all(axis=1)
    is_one = cells[pairs[:, 0]] == cells[pairs[:, 1]]
    return SeenSeams(modality, signs[is_known], is_one[is_known].astype(np.float64))


def seams_of(fields: Fields, truth: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Return the pairs (P, 2) of touching pieces, their signs (P, 10), and for every piece 0..N
    the true cell that holds more than half of it, else 0."""
    found = find_objects(fields, PIECES)
    n_pieces = len(found.evidence) - 1
    pairs, _, signs = Seams(
        found.labels, fields.flows, fields.boundary, fields.log_diameter, found.evidence
    ).signs()
    n_cells = int(truth.max(initial=0)) + 1
    both = found.labels.astype(np.int64) * n_cells + truth
    shared = np.bincount(both.ravel(), minlength=(n_pieces + 1) * n_cells)
    shared = shared.reshape(n_pieces + 1, n_cells)
    shared_cells = shared.copy()
    shared_cells[:, 0] = 0
    is_clear = shared_cells.max(axis=1) > 0.5 * shared.sum(axis=1)
    return pairs, signs, np.where(is_clear, shared_cells.argmax(axis=1), 0)
