"""Several processes learn together: each on crops of its own, all with the mean gradient."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import torch
import torch.distributed as dist

from segmentation.engine.methods.generalist.network import Network

WATCH_S = 2.0


def end_with(parent: int) -> None:
    """End this process when its parent is gone: killing a training must end all of it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_S)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def join_group(rank: int, n_processes: int, meeting_point: Path) -> None:
    """Meet the other processes of this machine at a file that must not exist before."""
    dist.init_process_group(
        "gloo", init_method=meeting_point.as_uri(), rank=rank, world_size=n_processes
    )


def share_gradients(network: Network, elapsed_s: float) -> float:
    """Replace every gradient by its mean over the processes; return the mean elapsed time.

    The time travels along so that all processes end their budget at the same step. A process
    on its own changes nothing.
    """
    if not dist.is_initialized():
        return elapsed_s
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    flat = torch.cat([g.reshape(-1) for g in gradients] + [torch.tensor([elapsed_s])])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    start = 0
    for gradient in gradients:
        gradient.copy_(flat[start : start + gradient.numel()].reshape(gradient.shape))
        start += gradient.numel()
    return float(flat[-1])
