"""What every training has: a budget, a falling learning rate, averaged weights, a checkpoint."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor, nn

AVERAGE_DECAY = 0.999
WARM_UP_STEPS = 200
LARGEST_GRADIENT = 5.0

AnyNetwork = TypeVar("AnyNetwork", bound=nn.Module)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How long and how fast to learn; it ends with whichever limit comes first."""

    seed: int
    minutes: float
    n_steps: int | None = None
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    is_bfloat16: bool = False
    report_minutes: float = 4.0


class Learner(Generic[AnyNetwork]):
    """A network, its running average, the optimizer and how far they have come."""

    def __init__(self, network: AnyNetwork, budget: Budget, out: Path, device: str = "cpu") -> None:
        self.budget = budget
        self.out = out
        self.device = torch.device(device)
        placed = network.to(self.device)
        self.network: AnyNetwork = placed.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=budget.learning_rate, weight_decay=budget.weight_decay
        )
        self.n_done = 0
        self.elapsed_s = 0.0

    @property
    def checkpoint(self) -> Path:
        """Where the state is kept between runs."""
        return self.out / "checkpoint.pt"

    def progress(self) -> float:
        """Return the used share of the budget, 0..1."""
        by_time = self.elapsed_s / (60 * self.budget.minutes)
        by_steps = self.n_done / self.budget.n_steps if self.budget.n_steps else 0.0
        return min(1.0, max(by_time, by_steps))

    def learning_rate(self) -> float:
        """Warm up linearly, then fall along a cosine to a hundredth."""
        warm_up = min(1.0, (self.n_done + 1) / WARM_UP_STEPS)
        cosine = 0.5 * (1 + math.cos(math.pi * self.progress()))
        return self.budget.learning_rate * warm_up * (0.01 + 0.99 * cosine)

    def answer(self, planes: Tensor) -> Any:
        """Ask the network for training, in bfloat16 where the budget says so."""
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.budget.is_bfloat16):
            return self.network(planes.contiguous(memory_format=torch.channels_last))

    def backward(self, loss: Tensor) -> None:
        """Put the gradients of this loss in place of the last ones."""
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]

    def descend(self) -> None:
        """Take one step along the gradients, and let the average follow."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate()
        nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT)
        self.optimizer.step()
        self.n_done += 1
        self._update_average()

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

    def facts(self) -> dict[str, Any]:
        """Return what a checkpoint must agree in with the training that continues it.

        Another seed would learn from images that the first part held out.
        """
        return {"seed": self.budget.seed}

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
        torch.save(state | self.facts(), partial)
        partial.replace(self.checkpoint)

    def resume(self) -> None:
        """Continue from the checkpoint. Raises ValueError when it is of another training."""
        state: dict[str, Any] = torch.load(
            self.checkpoint, weights_only=True, map_location=self.device
        )
        for name, value in self.facts().items():
            # Checkpoints of before the seed was kept in them are taken at their word.
            if state.get(name, value) != value:
                raise ValueError(f"the checkpoint is of a training with {name} {state[name]}")
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.n_done, self.elapsed_s = state["n_done"], state["elapsed_s"]

    def log(self, loss: float, measured: Mapping[str, Any]) -> None:
        """Append one line to the log, and print it."""
        line = {
            "step": self.n_done,
            "minutes": round(self.elapsed_s / 60, 1),
            "loss": round(loss, 4),
            **measured,
        }
        with (self.out / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)
