"""Teach the generalist: crops in, one step after another, held-out losses into the log."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from segmentation.engine.methods.generalist.network import Network
from segmentation.engine.training.data import Cluster, CropLoader, draw_crop
from segmentation.engine.training.feeding import CropProcesses
from segmentation.engine.training.growing import widen
from segmentation.engine.training.learner import Budget, Learner
from segmentation.engine.training.losses import loss_of
from segmentation.engine.training.parallel import share_gradients

N_VALIDATION_CROPS = 6


@dataclass(frozen=True, kw_only=True)
class Settings(Budget):
    """What the generalist learns with.

    Crops come from threads of this process, or from `n_loaders` processes where there are many
    cores beside a GPU.
    """

    size: str
    n_crops: int = 12
    crop_size: int = 192
    n_loader_threads: int = 1
    rank: int = 0
    device: str = "cpu"
    n_loaders: int = 0


class Training(Learner[Network]):
    """The generalist on its way."""

    def __init__(self, settings: Settings, out: Path) -> None:
        torch.manual_seed(settings.seed)
        super().__init__(Network(settings.size), settings, out, settings.device)
        self.settings = settings

    def step(self, planes: Tensor, targets: Tensor, elapsed_s: float = 0.0) -> float:
        """Learn from one batch, `elapsed_s` into the budget, and return its mean loss."""
        planes, targets = (b.to(self.device, non_blocking=True) for b in (planes, targets))
        loss = loss_of(_in_float32(self.answer(planes)), targets).mean()
        self.backward(loss)
        self.elapsed_s = share_gradients(self.network, elapsed_s)
        self.descend()
        return float(loss.detach())

    def start_from(self, tensors: Mapping[str, Tensor], size: str) -> None:
        """Begin with shipped weights of `size` instead of random ones, widened where needed.

        Raises ValueError when they are of a larger size.
        """
        if size != self.settings.size:
            tensors = widen(tensors, size, self.settings.size, seed=self.settings.seed)
        state = self.network.state_dict()
        for name, value in state.items():
            if value.is_floating_point():
                state[name] = tensors[name].to(value)
        self.network.load_state_dict(state)
        self.average.load_state_dict(state)

    def facts(self) -> dict[str, Any]:
        """Return the seed and the size of the network."""
        return super().facts() | {"size": self.settings.size}


def _in_float32(answer: Any) -> Any:
    """Compute losses in full precision whatever the network computed in."""
    return type(answer)(answer.fields.float(), answer.log_diameter.float(), answer.context)


def validation_batches(
    clusters: Sequence[Cluster], size: int, seed: int
) -> dict[str, tuple[Tensor, Tensor]]:
    """Draw a fixed batch of plain crops for every held-out modality."""
    rng = np.random.default_rng(seed)
    batches = {}
    for cluster in clusters:
        crops = [
            draw_crop(cluster, size, rng, is_augmented=False) for _ in range(N_VALIDATION_CROPS)
        ]
        batches[cluster.modality] = (
            torch.from_numpy(np.stack([c[0] for c in crops])),
            torch.from_numpy(np.stack([c[1] for c in crops])),
        )
    return batches


@torch.inference_mode()
def validate(network: Network, batches: dict[str, tuple[Tensor, Tensor]]) -> dict[str, float]:
    """Return the mean loss of every modality."""
    network.eval()
    device = next(network.parameters()).device
    return {
        modality: float(loss_of(network(planes.to(device)), targets.to(device)).mean())
        for modality, (planes, targets) in batches.items()
    }


def train(training: Training, learned: Sequence[Cluster], held_out: Sequence[Cluster]) -> None:
    """Run the budget down; writes `checkpoint.pt` and `log.jsonl` into the output folder."""
    settings = training.settings
    loader = _loader(training, learned)
    batches = validation_batches(held_out, settings.crop_size, settings.seed)
    started_at = time.monotonic() - training.elapsed_s
    reported_s = training.elapsed_s
    losses: list[float] = []
    is_reporting = settings.rank == 0
    try:
        for planes, targets in loader:
            elapsed_s = time.monotonic() - started_at
            batch = torch.from_numpy(planes), torch.from_numpy(targets)
            losses.append(training.step(*batch, elapsed_s))
            is_finished = training.progress() >= 1
            if not is_reporting:
                if is_finished:
                    return
                continue
            if is_finished or training.elapsed_s - reported_s > 60 * settings.report_minutes:
                reported_s = training.elapsed_s
                _report(training, float(np.mean(losses)), validate(training.average, batches))
                losses.clear()
            if is_finished:
                return
    finally:
        loader.stop()


def _loader(training: Training, learned: Sequence[Cluster]) -> CropLoader | CropProcesses:
    """Start what draws the crops; a resumed training draws others than it did before."""
    settings = training.settings
    seed = settings.seed + training.n_done + 1_000_003 * settings.rank
    sizes = {"n_crops": settings.n_crops, "size": settings.crop_size, "seed": seed}
    if settings.n_loaders:
        return CropProcesses(learned, n_processes=settings.n_loaders, **sizes)
    return CropLoader(learned, n_threads=settings.n_loader_threads, **sizes)


def _report(training: Training, loss: float, validation: dict[str, float]) -> None:
    """Keep the state and append one line to the log."""
    training.save()
    training.log(
        loss, {"held_out_loss": {name: round(value, 3) for name, value in validation.items()}}
    )
