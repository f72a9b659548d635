"""Run the network on windows of an image, at the scale at which it knows cells best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from segmentation.engine.arrays import FloatArray
from segmentation.engine.methods.generalist.network import (
    FLOW_LENGTH,
    LOG_DIAMETER_OFFSET,
    STRIDE,
    Answer,
    Network,
    fold_normalization,
)
from segmentation.engine.resampling import resized
from segmentation.engine.weights import Card, load_tensors, verify

ALIASING_FACTOR = 1.6
N_FIELDS = 5
"""Foreground probability, flow y, flow x (pixels a step), boundary probability, log2 diameter."""

Answered = tuple[FloatArray, Tensor]
"""The fields (5, Y, X) of a window and its pooled bottleneck (1, C)."""


@cache
def _folded(name: str, sha256: str, path: str, size: str, device: str) -> Network:
    """Build the network of verified weights once per process and device."""
    from pathlib import Path

    card = Card(name, Path(path), sha256, {})
    network = Network(size)
    tensors = {key: value.float() for key, value in load_tensors(card).items()}
    counters = ".num_batches_tracked"
    wanted = {key for key in network.state_dict() if not key.endswith(counters)}
    network.load_state_dict({key: tensors[key] for key in wanted}, strict=False)
    return prepare(network, torch.device(device))


def prepare(network: Network, device: torch.device) -> Network:
    """Fold, freeze and move a trained network for inference."""
    network = fold_normalization(network).requires_grad_(False).to(device)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def load_network(card: Card, device: torch.device) -> Network:
    """Return the network of a card, verified on every call, built once."""
    verify(card)
    return _folded(card.name, card.sha256, str(card.path), str(card.facts["size"]), str(device))


@dataclass(frozen=True)
class Runner:
    """A network on its device, run at `factor` times the size of the image."""

    network: Network
    device: torch.device
    factor: float = 1.0
    context: Tensor | None = None
    is_bfloat16: bool = False

    def fields(self, planes: FloatArray) -> FloatArray:
        """Return the fields (5, Y, X) float32 of normalized planes (3, Y, X)."""
        return self.answer(planes)[0]

    @torch.inference_mode()
    def answer(self, planes: FloatArray) -> Answered:
        """Return the fields and the pooled bottleneck (1, C) of normalized planes (3, Y, X)."""
        size = planes.shape[1], planes.shape[2]
        batch, scaled_size = self._batch(planes)
        joined, context = self._joined(batch, scaled_size)
        fields = self._activated(joined)[0].cpu().numpy()
        if scaled_size != size:
            fields = resized(fields, size, is_smooth=self.factor > ALIASING_FACTOR)
        return fields, context

    @torch.inference_mode()
    def answer_scaled(self, tiles: Sequence[FloatArray]) -> tuple[list[FloatArray], Tensor]:
        """Return the fields (5, h, w) of each of some tiles (3, h, w) of one shape.

        The tiles are of the network's scale already, and so are the fields. Beside them the
        pooled bottleneck (B, C).
        """
        batch = torch.from_numpy(np.stack(tiles)).to(self.device)
        size = (batch.shape[2], batch.shape[3])
        joined, context = self._joined(_padded(batch), size)
        return list(self._activated(joined).cpu().numpy()), context

    def _joined(self, batch: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Return what the network says (B, 5, h, w) within a size, and the bottleneck (B, C)."""
        answer = self._answer(batch)
        diameter = F.interpolate(answer.log_diameter.float(), scale_factor=2.0, mode="nearest")
        joined = torch.cat([answer.fields.float(), diameter], dim=1)
        return joined[:, :, : size[0], : size[1]], answer.context.float()

    def _activated(self, joined: Tensor) -> Tensor:
        """Turn the network's numbers into fields, in place."""
        joined[:, 0].sigmoid_()
        joined[:, 3].sigmoid_()
        joined[:, 1:3] /= FLOW_LENGTH
        joined[:, 4] += LOG_DIAMETER_OFFSET - float(np.log2(self.factor))
        return joined

    @torch.inference_mode()
    def pooled(self, planes: FloatArray) -> Tensor:
        """Return the pooled bottleneck (1, C) of normalized planes (3, Y, X)."""
        batch, _ = self._batch(planes)
        return replace(self, context=None)._answer(batch).context.float()

    def _answer(self, batch: Tensor) -> Answer:
        """Run the network in the precision of this runner."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.is_bfloat16):
            answer: Answer = self.network(batch, self.context)
        return answer

    def _batch(self, planes: FloatArray) -> tuple[Tensor, tuple[int, int]]:
        """Scale, and pad below and right to multiples of the stride by mirroring."""
        height, width = planes.shape[1:]
        scaled = (
            max(1, round(height * self.factor)),
            max(1, round(width * self.factor)),
        )
        if scaled != (height, width):
            planes = resized(planes, scaled)
        batch = torch.from_numpy(np.ascontiguousarray(planes))[None].to(self.device)
        return _padded(batch), scaled


def _padded(batch: Tensor) -> Tensor:
    """Mirror below and right up to multiples of the stride."""
    batch = _pad_by_mirroring(batch, 2, -batch.shape[2] % STRIDE)
    batch = _pad_by_mirroring(batch, 3, -batch.shape[3] % STRIDE)
    return batch.contiguous(memory_format=torch.channels_last)


def _pad_by_mirroring(batch: Tensor, axis: int, n: int) -> Tensor:
    """Append `n` mirrored lines; an axis shorter than that is mirrored again and again."""
    while n > 0:
        n_now = min(n, batch.shape[axis])
        tail = batch.narrow(axis, batch.shape[axis] - n_now, n_now).flip(axis)
        batch = torch.cat([batch, tail], dim=axis)
        n -= n_now
    return batch
