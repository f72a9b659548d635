"""How many tiles a device answers at once, found out while it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import torch

from segmentation.engine.arrays import AnyArray
from segmentation.engine.errors import SegmentationFailed

N_AT_ONCE = {"cuda": 16}
"""A processor is as fast one by one, and needs less memory."""
TOO_SMALL = (
    "The graphics card has too little free memory for a single tile. Close what else uses it, "
    "or run on the processor."
)


class Batches:
    """Halves the batch whenever the device runs out of memory, and remembers that it did."""

    def __init__(self, device: torch.device) -> None:
        self.size = N_AT_ONCE.get(device.type, 1)
        self.n_halved = 0

    def facts(self) -> dict[str, Any]:
        """Return what the manifest tells: nothing while the batch is one tile."""
        if self.size == 1 and not self.n_halved:
            return {}
        return {"tiles_at_once": self.size, "out_of_memory_halvings": self.n_halved}

    def run(
        self,
        tiles: Sequence[AnyArray],
        answer: Callable[[Sequence[AnyArray]], Sequence[AnyArray]],
    ) -> list[AnyArray]:
        """Answer tiles (3, h, w) of any shapes, those of one shape together.

        Raises `SegmentationFailed` when not even one fits into the memory of the device.
        """
        answered: list[AnyArray] = []
        for _, group in groupby(tiles, key=lambda tile: tile.shape):
            alike = list(group)
            while alike:
                try:
                    answered += answer(alike[: self.size])
                except torch.OutOfMemoryError as error:
                    self._halve(error)
                else:
                    alike = alike[self.size :]
        return answered

    def _halve(self, error: torch.OutOfMemoryError) -> None:
        if self.size == 1:
            raise SegmentationFailed(TOO_SMALL) from error
        self.size //= 2
        self.n_halved += 1
        torch.cuda.empty_cache()
