"""The network: a compact residual encoder and decoder that reads and answers at full size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS: dict[str, tuple[int, ...]] = {
    "S": (16, 32, 64, 128, 192),
    "M": (32, 64, 128, 192, 256),
    "L": (48, 96, 160, 224, 320),
}
STRIDE = 32
"""Both sides of the input must be multiples of this."""
LARGEST_SUM = 192
"""A 1 x 1 convolution over more channels is summed in parts, as many as there are threads."""
FIELDS = ("foreground", "flow_y", "flow_x", "boundary")
LOG_DIAMETER_OFFSET = 5.0
FLOW_LENGTH = 5.0
"""Flows are trained at five times unit length (Cellpose)."""


class ConvolutionBlock(nn.Module):
    """Convolution, batch normalization and, where wanted, a rectifier."""

    def __init__(
        self, n_in: int, n_out: int, *, size: int = 3, stride: int = 1, is_rectified: bool = True
    ) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(n_in, n_out, size, stride, size // 2, bias=False)
        self.normalization: nn.Module = nn.BatchNorm2d(n_out)
        self.is_rectified = is_rectified

    def forward(self, x: Tensor) -> Tensor:
        x = self.normalization(self.convolution(x))
        return F.relu_(x) if self.is_rectified else x


class ResidualBlock(nn.Module):
    """Two convolutions whose result is added to the input (He et al., CVPR 2016)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = ConvolutionBlock(width, width)
        self.second = ConvolutionBlock(width, width, is_rectified=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu_(self.second(self.first(x)) + x)


class GlobalGate(nn.Module):
    """Weigh the channels by what the whole view shows (Hu et al., CVPR 2018).

    Tiles of one image would each see another whole, so a run over tiles pools once, on the
    overview of the image, and passes that `context` to every tile.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Linear(width, width)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        pooled = x.mean(dim=(2, 3)) if context is None else context
        gate = torch.sigmoid(self.weight(pooled))
        return x * gate[:, :, None, None]


class EncoderStage(nn.Module):
    """Halve the grid (from the second stage on) and refine."""

    def __init__(self, n_in: int, n_out: int, stride: int) -> None:
        super().__init__()
        self.entry = ConvolutionBlock(n_in, n_out, stride=stride)
        self.refine = ResidualBlock(n_out)

    def forward(self, x: Tensor) -> Tensor:
        refined: Tensor = self.refine(self.entry(x))
        return refined


def _summed(x: Tensor, weight: Tensor) -> Tensor:
    """Return a 1 x 1 convolution that rounds the same whatever the number of threads."""
    n_parts = -(-x.shape[1] // LARGEST_SUM)
    parts = zip(x.chunk(n_parts, dim=1), weight.chunk(n_parts, dim=1), strict=True)
    first, *others = (F.conv2d(*part) for part in parts)
    return sum(others, first)


class DecoderStage(nn.Module):
    """Double the grid, join what the encoder saw there, and refine."""

    def __init__(self, n_below: int, n_beside: int) -> None:
        super().__init__()
        self.join = ConvolutionBlock(n_below + n_beside, n_beside, size=1)
        self.refine = ResidualBlock(n_beside)

    def forward(self, below: Tensor, beside: Tensor) -> Tensor:
        # A 1 x 1 convolution may come before the enlargement and be taken apart: the same sums
        # as over the joined planes, on a quarter of the pixels and without copying them.
        weight, bias = self.join.convolution.weight, self.join.convolution.bias
        from_below = _summed(below, weight[:, : below.shape[1]])
        from_beside = F.conv2d(beside, weight[:, below.shape[1] :], bias)
        joined = F.interpolate(from_below, scale_factor=2.0, mode="nearest") + from_beside
        refined: Tensor = self.refine(F.relu_(self.join.normalization(joined)))
        return refined


@dataclass(frozen=True)
class Answer:
    """What the network says about a batch.

    `fields` (B, 4, H, W): foreground logit, flow y, flow x, boundary logit; the flows point to
    the cell's centre along the heat gradient and are trained at five times unit length.
    `log_diameter` (B, 1, H/2, W/2): log2 of the cell's diameter in pixels, less 5.
    `context` (B, widths[-1]): the pooled bottleneck.
    """

    fields: Tensor
    log_diameter: Tensor
    context: Tensor


class Network(nn.Module):
    """Input (B, 3, H, W) in 0..1 with H and W multiples of 32; see `Answer` for the output."""

    def __init__(self, size: str = "S") -> None:
        super().__init__()
        widths = WIDTHS[size]
        self.size = size
        n_ins = (12, *widths[:-1])
        self.encoder = nn.ModuleList(
            EncoderStage(n_in, n_out, stride=1 if i == 0 else 2)
            for i, (n_in, n_out) in enumerate(zip(n_ins, widths, strict=True))
        )
        self.gate = GlobalGate(widths[-1])
        self.decoder = nn.ModuleList(
            DecoderStage(below, beside)
            for below, beside in zip(widths[:0:-1], widths[-2::-1], strict=True)
        )
        self.field_head = nn.Conv2d(widths[0], 4 * len(FIELDS), 1)
        self.size_head = nn.Conv2d(widths[0], 1, 1)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Answer:
        x = F.pixel_unshuffle(x * 2 - 1, 2)
        skips: list[Tensor] = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        pooled = x.mean(dim=(2, 3)) if context is None else context
        x = self.gate(x, pooled)
        for stage, beside in zip(self.decoder, skips[-2::-1], strict=True):
            x = stage(x, beside)
        # Both heads as one convolution: alone, that of one channel rounds by the threads.
        heads = F.conv2d(x, *_joined_heads(self.field_head, self.size_head))
        return Answer(F.pixel_shuffle(heads[:, :-1], 2), heads[:, -1:], pooled)


def _joined_heads(first: nn.Conv2d, second: nn.Conv2d) -> tuple[Tensor, Tensor]:
    """Return the weights and biases of two 1 x 1 convolutions as those of one."""
    assert first.bias is not None
    assert second.bias is not None
    return torch.cat([first.weight, second.weight]), torch.cat([first.bias, second.bias])


AnyNetwork = TypeVar("AnyNetwork", bound=nn.Module)


def fold_normalization(network: AnyNetwork) -> AnyNetwork:
    """Fold every batch normalization into its convolution, in place, for inference.

    The answers stay the same up to rounding; the network can no longer be trained.
    """
    network.eval()
    for block in network.modules():
        if isinstance(block, ConvolutionBlock) and isinstance(block.normalization, nn.BatchNorm2d):
            block.convolution = nn.utils.fusion.fuse_conv_bn_eval(
                block.convolution, block.normalization
            )
            block.normalization = nn.Identity()
    return network
