"""The refinement network: image, fields, clicks and an earlier mask in, a better mask out.

Feeding the earlier mask back and learning from simulated clicks are ideas of Sofiiuk et al.,
Reviving Iterative Training with Mask Guidance for Interactive Segmentation (ICIP 2022). This
network can be small because the fields of the generalist already say most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.following import FLOW_UNIT
from segmentation.engine.grouping import Fields
from segmentation.engine.methods.generalist.closeup import VIEW_SIDE, CloseUp, look
from segmentation.engine.methods.generalist.network import (
    DecoderStage,
    EncoderStage,
    fold_normalization,
)
from segmentation.engine.one_cell import Point
from segmentation.engine.weights import Card, load_tensors, verify

REFINEMENT_WEIGHTS = "clicks-s"
FIELDS_WEIGHTS = "generalist-m"
"""Whose fields the refinement network learned to read."""
WIDTHS = (32, 48, 64, 96)
N_SCENE_PLANES = 7
N_PLANES = N_SCENE_PLANES + 3
"""Three of the image, four fields; then clicks that add, clicks that remove, an earlier mask."""
CLICK_RADIUS = 2.5
FLOW_PLANES = {-2: 4, -1: 5}
"""Which plane of a scene holds the flow along y and x."""
MIRRORS: tuple[tuple[int, ...], ...] = ((), (-2,), (-1,), (-2, -1))


class RefinementNetwork(nn.Module):
    """Input (B, 10, 96, 96), see `N_PLANES`; output (B, 96, 96): the logit of the cell's mask."""

    def __init__(self, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        n_ins = (4 * N_PLANES, *widths[:-1])
        self.encoder = nn.ModuleList(
            EncoderStage(n_in, n_out, stride=1 if i == 0 else 2)
            for i, (n_in, n_out) in enumerate(zip(n_ins, widths, strict=True))
        )
        self.decoder = nn.ModuleList(
            DecoderStage(below, beside)
            for below, beside in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.head = nn.Conv2d(widths[0], 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pixel_unshuffle(x, 2)
        skips: list[Tensor] = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        for stage, beside in zip(self.decoder, skips[-2::-1], strict=True):
            x = stage(x, beside)
        return F.pixel_shuffle(self.head(x), 2)[:, 0]


def scene_planes(image: AnyArray, fields: Fields, at: CloseUp) -> FloatArray:
    """Return what does not change from click to click, (7, 96, 96) float32, about -1..1.

    `image` (3, Y, X) float32 in 0..1 or uint8, and the fields of the same pixels.
    """
    scale = 255.0 if image.dtype == np.uint8 else 1.0
    picture = look(image, at, is_image=True) / (0.5 * scale) - 1
    beside = [fields.foreground, fields.flows[0], fields.flows[1], fields.boundary]
    seen = look(np.stack([plane.astype(np.float32) for plane in beside]), at)
    for plane in (0, 3):
        seen[plane] = seen[plane] / 127.5 - 1
    seen[1:3] /= FLOW_UNIT
    scene: FloatArray = np.concatenate([picture, seen], axis=0)
    return scene


def click_plane(points: Sequence[Point]) -> FloatArray:
    """Return a disc for every point (y, x) of the view, (96, 96) float32, 0 or 1."""
    plane = np.zeros((VIEW_SIDE, VIEW_SIDE), np.float32)
    reach = int(np.ceil(CLICK_RADIUS)) + 1
    for y, x in points:
        y0, x0 = max(0, int(y) - reach), max(0, int(x) - reach)
        y1, x1 = min(VIEW_SIDE, int(y) + reach + 2), min(VIEW_SIDE, int(x) + reach + 2)
        if y0 >= y1 or x0 >= x1:
            continue
        ys, xs = np.ogrid[y0:y1, x0:x1]
        plane[y0:y1, x0:x1][(ys - y) ** 2 + (xs - x) ** 2 <= CLICK_RADIUS**2] = 1
    return plane


def input_planes(
    scene: AnyArray, added: Sequence[Point], removed: Sequence[Point], previous: AnyArray
) -> FloatArray:
    """Return the input (10, 96, 96) float32 for clicks in pixels of the view and a mask there."""
    moving = [click_plane(added), click_plane(removed), previous]
    planes: FloatArray = np.concatenate([scene, np.stack(moving)], axis=0, dtype=np.float32)
    return planes


@torch.inference_mode()
def chances(network: RefinementNetwork, planes: FloatArray) -> FloatArray:
    """Return how likely each pixel of the view (96, 96) belongs to the cell, 0..1.

    The mean of what the network says to the view and to its mirror images.
    """
    upright = torch.from_numpy(planes)
    views = torch.stack([_mirrored(upright, axes) for axes in MIRRORS])
    answers = network(views.contiguous(memory_format=torch.channels_last)).sigmoid()
    back = [answer.flip(axes) for answer, axes in zip(answers, MIRRORS, strict=True)]
    found: FloatArray = torch.stack(back).mean(0).numpy()
    return found


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on one core: for so small a network, threads wait for each other longer than they
    work as soon as a run keeps the cores busy."""
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(n_threads)


def _mirrored(planes: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Return planes (10, 96, 96) mirrored along axes (-2 is y, -1 is x); flows turn with them."""
    mirrored = planes.flip(axes)
    for axis in axes:
        mirrored[FLOW_PLANES[axis]] *= -1
    return mirrored


def load_refinement(card: Card) -> RefinementNetwork:
    """Return the network of a card, verified on every call, built once.

    Raises `WeightsRefused`. It runs on the CPU, where it takes some milliseconds a click.
    """
    verify(card)
    return _folded(card.name, card.sha256, card.path)


@cache
def _folded(name: str, sha256: str, path: Path) -> RefinementNetwork:
    """Build the network of verified weights once per process."""
    network = RefinementNetwork()
    tensors = load_tensors(Card(name, path, sha256, {}))
    fill(network, {key: value.float() for key, value in tensors.items()})
    return prepare_refinement(network)


def fill(network: RefinementNetwork, tensors: dict[str, Tensor]) -> None:
    """Give the network its weights; the counters of the normalization are not among them."""
    counters = ".num_batches_tracked"
    wanted = {key for key in network.state_dict() if not key.endswith(counters)}
    network.load_state_dict({key: tensors[key] for key in wanted}, strict=False)


def prepare_refinement(network: RefinementNetwork) -> RefinementNetwork:
    """Fold and freeze a trained network for inference."""
    folded = fold_normalization(network).requires_grad_(False)
    return folded.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
