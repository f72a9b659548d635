"""Widen a trained network, so that a larger one begins where the smaller one ended.

Every new channel repeats a channel of the small network, and whatever reads a repeated channel
reads each copy with a fraction of the weight, so that the answers stay the same (Net2WiderNet:
Chen, Goodfellow, Shlens, ICLR 2016). A little noise lets the copies go different ways.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from segmentation.engine.methods.generalist.network import WIDTHS, Network

Copies = Tensor
"""For every channel of the large network the channel of the small one that it repeats."""


def _copies(n_small: int, n_large: int, generator: torch.Generator) -> Copies:
    """Keep every channel once and repeat random ones."""
    order = torch.cat(
        [torch.randperm(n_small, generator=generator) for _ in range(-(-n_large // n_small))]
    )
    return torch.cat([torch.arange(n_small), order])[:n_large]


def _shares(copies: Copies) -> Tensor:
    """Return the fraction of the weight with which each copy is read."""
    return 1.0 / torch.bincount(copies)[copies].float()


class _Widening:
    """Collects the widened tensors of one network, layer by layer."""

    def __init__(self, small: Mapping[str, Tensor], noise: float, seed: int) -> None:
        self.small = small
        self.noise = noise
        self.generator = torch.Generator().manual_seed(seed)
        self.large: dict[str, Tensor] = {}

    def draw(self, n_small: int, n_large: int) -> Copies:
        return _copies(n_small, n_large, self.generator)

    def read(self, name: str, inputs: Copies, outputs: Copies) -> None:
        """Widen the weight (out, in, ...) of a layer that reads repeated channels."""
        weight = self.small[f"{name}.weight"].float()[outputs][:, inputs]
        shape = [1, -1] + [1] * (weight.ndim - 2)
        weight = weight * _shares(inputs).reshape(shape)
        jitter = torch.randn(weight.shape, generator=self.generator)
        self.large[f"{name}.weight"] = weight + self.noise * weight.std() * jitter
        if f"{name}.bias" in self.small:
            self.large[f"{name}.bias"] = self.small[f"{name}.bias"].float()[outputs]

    def block(self, name: str, inputs: Copies, outputs: Copies) -> None:
        """Widen a convolution and its normalization."""
        self.read(f"{name}.convolution", inputs, outputs)
        for part in ("weight", "bias", "running_mean", "running_var"):
            key = f"{name}.normalization.{part}"
            self.large[key] = self.small[key].float()[outputs]

    def refine(self, name: str, channels: Copies, n_small: int) -> None:
        """Widen a residual block: what is added must repeat like what it is added to."""
        hidden = self.draw(n_small, len(channels))
        self.block(f"{name}.first", channels, hidden)
        self.block(f"{name}.second", hidden, channels)


def widen(
    small: Mapping[str, Tensor], size: str, target: str, *, noise: float = 0.02, seed: int = 0
) -> dict[str, Tensor]:
    """Return the tensors of a network of size `target` that answers like `small` of `size`.

    `noise` is the standard deviation of what is added to the weights, in units of their own.
    Raises ValueError when the target is not at least as wide everywhere.
    """
    narrow, wide = WIDTHS[size], WIDTHS[target]
    if any(a > b for a, b in zip(narrow, wide, strict=True)):
        raise ValueError(f"a network of size {size} cannot grow to size {target}")
    growth = _Widening(small, noise, seed)
    beside: list[Copies] = []
    below = torch.arange(12)
    for i, (n_small, n_large) in enumerate(zip(narrow, wide, strict=True)):
        channels = growth.draw(n_small, n_large)
        growth.block(f"encoder.{i}.entry", below, channels)
        growth.refine(f"encoder.{i}.refine", channels, n_small)
        beside.append(channels)
        below = channels
    growth.read("gate.weight", below, below)
    for i, level in enumerate(range(len(narrow) - 2, -1, -1)):
        channels = growth.draw(narrow[level], wide[level])
        both = torch.cat([below, beside[level] + narrow[level + 1]])
        growth.block(f"decoder.{i}.join", both, channels)
        growth.refine(f"decoder.{i}.refine", channels, narrow[level])
        below = channels
    for head in ("field_head", "size_head"):
        n_out = small[f"{head}.weight"].shape[0]
        growth.read(head, below, torch.arange(n_out))
    wanted = Network(target).state_dict()
    return {name: growth.large[name] for name in wanted if name in growth.large}
