"""The training loop: a time or step budget, cosine learning rate, averaged weights, resumable."""

from __future__ import annotations

import copy
import json
import math
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
from segmentation.engine.training.losses import loss_of
from segmentation.engine.training.parallel import share_gradients

AVERAGE_DECAY = 0.999
WARM_UP_STEPS = 200
N_VALIDATION_CROPS = 6


@dataclass(frozen=True)
class Settings:
    """How long and how fast to learn; the budget ends with whichever limit comes first.

    Crops come from threads of this process, or from `n_loaders` processes where there are many
    cores beside a GPU.
    """

    size: str
    seed: int
    minutes: float
    n_steps: int | None = None
    n_crops: int = 12
    crop_size: int = 192
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    n_loader_threads: int = 1
    is_bfloat16: bool = False
    report_minutes: float = 4.0
    rank: int = 0
    device: str = "cpu"
    n_loaders: int = 0


class Training:
    """The network, its running average, the optimizer and how far they have come."""

    def __init__(self, settings: Settings, out: Path) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.out = out
        self.device = torch.device(settings.device)
        network = Network(settings.size).to(self.device)
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(),
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
        )
        self.n_done = 0
        self.elapsed_s = 0.0

    @property
    def checkpoint(self) -> Path:
        """Where the state is kept between runs."""
        return self.out / "checkpoint.pt"

    def progress(self) -> float:
        """Return the used share of the budget, 0..1."""
        by_time = self.elapsed_s / (60 * self.settings.minutes)
        by_steps = self.n_done / self.settings.n_steps if self.settings.n_steps else 0.0
        return min(1.0, max(by_time, by_steps))

    def learning_rate(self) -> float:
        """Warm up linearly, then fall along a cosine to a hundredth."""
        warm_up = min(1.0, (self.n_done + 1) / WARM_UP_STEPS)
        cosine = 0.5 * (1 + math.cos(math.pi * self.progress()))
        return self.settings.learning_rate * warm_up * (0.01 + 0.99 * cosine)

    def step(self, planes: Tensor, targets: Tensor, elapsed_s: float = 0.0) -> float:
        """Learn from one batch, `elapsed_s` into the budget, and return its mean loss."""
        self.network.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate()
        planes, targets = (b.to(self.device, non_blocking=True) for b in (planes, targets))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.is_bfloat16):
            answer = self.network(planes.contiguous(memory_format=torch.channels_last))
        loss = loss_of(_in_float32(answer), targets).mean()
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.elapsed_s = share_gradients(self.network, elapsed_s)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.n_done += 1
        self._update_average()
        return float(loss.detach())

    @torch.no_grad()
    def _update_average(self) -> None:
        """Follow the weights slowly; early on the average must not remember the random start."""
        decay = min(AVERAGE_DECAY, (1 + self.n_done) / (10 + self.n_done))
        current = self.network.state_dict()
        for name, value in self.average.state_dict().items():
            if value.is_floating_point():
                value.lerp_(current[name], 1 - decay)
            else:
                value.copy_(current[name])

    def save(self) -> None:
        """Write the state; a crash while writing leaves the earlier file whole."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "n_done": self.n_done,
            "elapsed_s": self.elapsed_s,
            "size": self.settings.size,
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

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

    def resume(self) -> None:
        """Continue from the checkpoint. Raises ValueError when it is of another size."""
        state: dict[str, Any] = torch.load(
            self.checkpoint, weights_only=True, map_location=self.device
        )
        if state["size"] != self.settings.size:
            raise ValueError(f"the checkpoint holds a network of size {state['size']}")
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.n_done, self.elapsed_s = state["n_done"], state["elapsed_s"]


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
    line = {
        "step": training.n_done,
        "minutes": round(training.elapsed_s / 60, 1),
        "loss": round(loss, 4),
        "held_out_loss": {name: round(value, 3) for name, value in validation.items()},
    }
    with (training.out / "log.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    print(json.dumps(line), flush=True)
