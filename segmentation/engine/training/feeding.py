"""Crops from many processes, fast enough for a GPU."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from segmentation.engine.arrays import FloatArray
from segmentation.engine.training.data import Cluster, draw_batch

N_BATCHES_AHEAD = 6


class _Batches(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches without end; every process draws others."""

    def __init__(self, clusters: Sequence[Cluster], n_crops: int, size: int, seed: int) -> None:
        self.clusters, self.n_crops, self.size, self.seed = clusters, n_crops, size, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        worker = get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        while True:
            planes, targets = draw_batch(self.clusters, self.n_crops, self.size, rng)
            # Tensors travel between processes in shared memory, arrays through a pipe.
            yield torch.from_numpy(planes), torch.from_numpy(targets)


class CropProcesses:
    """Iterates over batches as `CropLoader` does; the images are shared, not copied."""

    def __init__(
        self, clusters: Sequence[Cluster], *, n_crops: int, size: int, seed: int, n_processes: int
    ) -> None:
        self._loader = DataLoader(
            _Batches(clusters, n_crops, size, seed),
            batch_size=None,
            num_workers=n_processes,
            prefetch_factor=N_BATCHES_AHEAD,
            multiprocessing_context="fork",
        )

    def __iter__(self) -> Iterator[tuple[FloatArray, FloatArray]]:
        for planes, targets in self._loader:
            yield planes.numpy(), targets.numpy()

    def stop(self) -> None:
        """The processes end with the iterator."""
