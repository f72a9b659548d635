"""Teach the refinement network by simulated clicks; resumable, averaged weights, one log."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
from segmentation.engine.training.learner import Budget, Learner

CLICK_CHANCES = (0.3, 0.25, 0.25, 0.2)
"""How often an example gets one, two, three and four clicks."""


@dataclass(frozen=True, kw_only=True)
class ClickSettings(Budget):
    """What the refinement network learns with."""

    n_cells: int = 12


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


class ClickTraining(Learner[RefinementNetwork]):
    """The refinement network on its way."""

    def __init__(self, settings: ClickSettings, out: Path) -> None:
        torch.manual_seed(settings.seed)
        super().__init__(RefinementNetwork(), settings, out)
        self.settings = settings

    def step(self, drills: Sequence[Drill]) -> tuple[float, AnyArray]:
        """Learn from drills; return the mean loss and the answers (B, 96, 96) bool."""
        planes = torch.from_numpy(np.stack([drill.planes() for drill in drills]))
        target = _stacked([drill.example.target for drill in drills])
        known = _stacked([drill.example.is_known for drill in drills])
        logits = self.answer(planes).float()
        loss = click_loss(logits, target, known).mean()
        self.backward(loss)
        self.descend()
        return float(loss.detach()), (logits.detach() > 0).numpy()


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
    reached = {
        name: [round(v, 3) for v in validate_clicks(training.average, examples)]
        for name, examples in fixed.items()
    }
    training.log(float(np.mean(losses)), {"held_out_iou": reached})
