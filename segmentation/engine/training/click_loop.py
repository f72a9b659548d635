"""Teach the refinement network by simulated clicks; resumable, averaged weights, one log."""

from __future__ import annotations

import copy
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from segmentation.engine.arrays import AnyArray
from segmentation.engine.methods.generalist.inference import Runner
from segmentation.engine.methods.generalist.refinement import RefinementNetwork, input_planes
from segmentation.engine.one_cell import Point
from segmentation.engine.training.click_feeding import ExamplePool
from segmentation.engine.training.clicks import Example, draw_examples, next_click
from segmentation.engine.training.data import Cluster

AVERAGE_DECAY = 0.999
WARM_UP_STEPS = 200
CLICK_CHANCES = (0.3, 0.25, 0.25, 0.2)
"""How often an example gets one, two, three and four clicks."""


@dataclass(frozen=True)
class ClickSettings:
    """How long and how fast to learn."""

    seed: int
    minutes: float
    n_steps: int | None = None
    n_cells: int = 12
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    is_bfloat16: bool = False
    report_minutes: float = 6.0


@dataclass
class Drill:
    """An example between its clicks; the points are in pixels of the view."""

    example: Example
    added: list[Point]
    removed: list[Point]
    previous: AnyArray
    n_clicks_left: int
    first_answer: AnyArray | None = None

    def planes(self) -> AnyArray:
        """Return the input of the network (10, 96, 96) float32."""
        return input_planes(self.example.scene, self.added, self.removed, self.previous)

    def take(self, answer: AnyArray, rng: np.random.Generator) -> bool:
        """Click into the largest error of an answer (96, 96) bool; False when it is over.

        The next earlier mask is this answer or the first one, as in use.
        """
        if self.first_answer is None:
            self.first_answer = answer
        if self.n_clicks_left == 0:
            return False
        click = next_click(answer, self.example.target, self.example.is_known, rng)
        if click is None:
            return False
        (self.added if click[1] else self.removed).append(click[0])
        self.n_clicks_left -= 1
        self.previous = answer if rng.random() < 0.5 else self.first_answer
        return True


def new_drill(example: Example, n_more: int) -> Drill:
    """Return an example at its first click, with `n_more` to follow."""
    previous = example.previous.astype(np.float32)
    return Drill(example, list(example.added), [], previous, n_more)


def click_loss(logits: Tensor, target: Tensor, known: Tensor) -> Tensor:
    """Return cross entropy plus soft Dice (B,) of logits, target, known pixels (B, 96, 96)."""
    cross = F.binary_cross_entropy_with_logits(logits, target, known, reduction="none")
    n_known = known.sum((1, 2)).clamp(min=1)
    chance = logits.sigmoid() * known
    overlap = (chance * target).sum((1, 2))
    total = chance.sum((1, 2)) + (target * known).sum((1, 2))
    return 4 * cross.sum((1, 2)) / n_known + 1 - (2 * overlap + 1) / (total + 1)


class ClickTraining:
    """The network, its running average, the optimizer and how far they have come."""

    def __init__(self, settings: ClickSettings, out: Path) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.out = out
        network = RefinementNetwork()
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

    def step(self, drills: Sequence[Drill]) -> tuple[float, AnyArray]:
        """Learn from drills; return the mean loss and the answers (B, 96, 96) bool."""
        self.network.train()
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate()
        planes = torch.from_numpy(np.stack([drill.planes() for drill in drills]))
        target = _stacked([drill.example.target for drill in drills])
        known = _stacked([drill.example.is_known for drill in drills])
        with torch.autocast("cpu", torch.bfloat16, enabled=self.settings.is_bfloat16):
            logits = self.network(planes.contiguous(memory_format=torch.channels_last))
        logits = logits.float()
        loss = click_loss(logits, target, known).mean()
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self.n_done += 1
        self._update_average()
        return float(loss.detach()), (logits.detach() > 0).numpy()

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
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def resume(self) -> None:
        """Continue from the checkpoint."""
        state: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.n_done, self.elapsed_s = state["n_done"], state["elapsed_s"]


def _stacked(masks: Sequence[AnyArray]) -> Tensor:
    return torch.from_numpy(np.stack(masks).astype(np.float32))


def fixed_drills(
    clusters: Sequence[Cluster], runner: Runner, n_crops: int, seed: int
) -> dict[str, list[Example]]:
    """Draw plain examples of every held-out modality, the same ones for a seed."""
    rng = np.random.default_rng(seed)
    return {
        cluster.modality: [
            example
            for _ in range(n_crops)
            for example in draw_examples([cluster], runner, rng, is_augmented=False)
            if example.target.any()
        ]
        for cluster in clusters
    }


@torch.inference_mode()
def validate_clicks(
    network: RefinementNetwork, examples: Sequence[Example], n_clicks: int = 3
) -> list[float]:
    """Return the mean IoU in the view of the flows' mask and after 1..n clicks in the errors."""
    network.eval()
    drills = [new_drill(example, n_clicks) for example in examples]
    reached = [_mean_iou([drill.previous > 0.5 for drill in drills], examples)]
    for _ in range(n_clicks):
        planes = torch.from_numpy(np.stack([drill.planes() for drill in drills]))
        answers = (network(planes) > 0).numpy()
        reached.append(_mean_iou(answers, examples))
        for drill, answer in zip(drills, answers, strict=True):
            click = next_click(answer, drill.example.target, drill.example.is_known)
            if click is not None:
                (drill.added if click[1] else drill.removed).append(click[0])
                drill.previous = answer
    return reached


def _mean_iou(answers: Sequence[AnyArray] | AnyArray, examples: Sequence[Example]) -> float:
    ious = []
    for answer, example in zip(answers, examples, strict=True):
        both = (answer & example.target & example.is_known).sum()
        either = ((answer | example.target) & example.is_known).sum()
        ious.append(float(both) / max(float(either), 1.0))
    return float(np.mean(ious)) if ious else 0.0


def train_clicks(
    training: ClickTraining,
    learned: Sequence[Cluster],
    held_out: Sequence[Cluster],
    runner: Runner,
) -> None:
    """Run the budget down; writes `checkpoint.pt` and `log.jsonl` into the output folder."""
    settings = training.settings
    rng = np.random.default_rng([settings.seed, training.n_done])
    fixed = fixed_drills(held_out, runner, 3, settings.seed)
    pool = ExamplePool(learned, runner, settings.seed + training.n_done)
    started_at = time.monotonic() - training.elapsed_s
    reported_s = training.elapsed_s
    losses: list[float] = []
    going: list[Drill] = []
    while training.progress() < 1:
        while len(going) < settings.n_cells:
            n_more = int(rng.choice(len(CLICK_CHANCES), p=CLICK_CHANCES))
            going.append(new_drill(pool.draw(rng), n_more))
        loss, answers = training.step(going)
        losses.append(loss)
        going = [d for d, answer in zip(going, answers, strict=True) if d.take(answer, rng)]
        training.elapsed_s = time.monotonic() - started_at
        is_due = training.elapsed_s - reported_s > 60 * settings.report_minutes
        if is_due or training.progress() >= 1:
            reported_s = training.elapsed_s
            _report(training, losses, fixed)
            losses = []


def _report(
    training: ClickTraining, losses: Sequence[float], fixed: dict[str, list[Example]]
) -> None:
    """Keep the state and append one line to the log."""
    training.save()
    line = {
        "step": training.n_done,
        "minutes": round(training.elapsed_s / 60, 1),
        "loss": round(float(np.mean(losses)), 4),
        "held_out_iou": {
            name: [round(v, 3) for v in validate_clicks(training.average, examples)]
            for name, examples in fixed.items()
        },
    }
    with (training.out / "log.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    print(json.dumps(line), flush=True)
