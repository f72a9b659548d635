"""What the network is asked to minimize."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from segmentation.engine.methods.generalist.network import FLOW_LENGTH, Answer

BOUNDARY_WEIGHT = 3.0


def loss_of(answer: Answer, targets: Tensor) -> Tensor:
    """Return the loss (B,) of each crop.

    0.5 MSE of the flows + BCE and half a soft Dice loss of the foreground + 0.5 BCE of the
    boundary + 0.3 L1 of log2 diameter inside cells. `targets` (B, 6, H, W) as `Crop` lists them;
    pixels of weight 0 (unknown truth, beyond the image) count in no term.
    """
    foreground, weight = targets[:, 0], targets[:, 5]
    n_pixels = weight.sum((1, 2)).clamp(min=1)
    flow_error = (answer.fields[:, 1:3] - FLOW_LENGTH * targets[:, 1:3]).square().mean(1)
    flow = (flow_error * weight).sum((1, 2)) / n_pixels
    logits = answer.fields[:, 0]
    cross = F.binary_cross_entropy_with_logits(logits, foreground, weight, reduction="none")
    probability = logits.sigmoid() * weight
    overlap = (probability * foreground).sum((1, 2))
    total = probability.sum((1, 2)) + (foreground * weight).sum((1, 2))
    dice = 1 - (2 * overlap + 1) / (total + 1)
    edges = F.binary_cross_entropy_with_logits(
        answer.fields[:, 3],
        targets[:, 3],
        weight,
        pos_weight=logits.new_tensor(BOUNDARY_WEIGHT),
        reduction="none",
    )
    inside = (foreground * weight)[:, ::2, ::2]
    size_error = (answer.log_diameter[:, 0] - targets[:, 4, ::2, ::2]).abs() * inside
    size = size_error.sum((1, 2)) / inside.sum((1, 2)).clamp(min=1)
    losses: Tensor = (
        0.5 * flow
        + cross.sum((1, 2)) / n_pixels
        + 0.5 * dice
        + 0.5 * edges.sum((1, 2)) / n_pixels
        + 0.3 * size
    )
    return losses
