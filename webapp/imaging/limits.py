"""What one uploaded file may cost, and how the operating system enforces it."""

from __future__ import annotations

import sys
from dataclasses import dataclass

GIGABYTE = 1024**3
LARGEST_WRITTEN_FILE_BYTES = 64 * 1024**2
"""Chunks hold at most 1 MiB before compression: anything larger is a fault."""


class UnreadableImage(Exception):
    """The file cannot become an image. `sentence` is for people, `details` for the log."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


@dataclass(frozen=True)
class Limits:
    """Upper bounds for one file; times in seconds, sizes in bytes, pixels over all planes."""

    max_pixels: int = 4_000_000_000
    max_bytes: int = 16 * GIGABYTE
    memory_bytes: int = 2 * GIGABYTE
    cpu_s: int = 1800
    wall_s: float = 3600.0


def check_size_bytes(size_bytes: int, limits: Limits) -> None:
    """Refuse a file that is empty or larger than the limit."""
    if size_bytes == 0:
        raise UnreadableImage(
            "This file is empty. Export it again from the microscope software "
            "and upload it once more."
        )
    if size_bytes > limits.max_bytes:
        raise UnreadableImage(
            f"This file is {size_bytes / GIGABYTE:.1f} GB; at most "
            f"{limits.max_bytes / GIGABYTE:.1f} GB are accepted. Split it and upload the parts."
        )


def check_shape(shape: tuple[int, int, int, int, int], limits: Limits) -> None:
    """Refuse a TCZYX shape with a side of 0 or more pixels than the limit."""
    n_frames, n_channels, n_slices, height, width = shape
    if min(shape) < 1:
        raise UnreadableImage(
            "This file describes an image without pixels. Export it again from the "
            "microscope software and upload it once more."
        )
    n_pixels = n_frames * n_channels * n_slices * height * width
    if n_pixels > limits.max_pixels:
        n_planes = n_frames * n_channels * n_slices
        planes = f" in {n_planes:,} planes" if n_planes > 1 else ""
        raise UnreadableImage(
            f"This file describes {width:,} × {height:,} pixels{planes}; at most "
            f"{limits.max_pixels:,} pixels are accepted. Crop or split the image and "
            "upload the parts."
        )


def check_plane_memory(plane_bytes: int, limits: Limits) -> None:
    """Refuse a plane that must be held whole when three copies do not fit into memory."""
    if 3 * plane_bytes > limits.memory_bytes:
        raise UnreadableImage(too_much_memory(limits))


def too_much_memory(limits: Limits) -> str:
    """Return the sentence for an image that does not fit into the allowed memory."""
    return (
        f"This image needs more than the {limits.memory_bytes / GIGABYTE:.1f} GB of memory "
        "that one file may use. Save it as a tiled TIFF, or crop it, and upload it again."
    )


def confine_this_process(
    limits: Limits, largest_written_file_bytes: int = LARGEST_WRITTEN_FILE_BYTES
) -> None:
    """Let the operating system stop this process at the limits; it cannot be undone."""
    import resource

    hard_cpu_s = limits.cpu_s + 5
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, hard_cpu_s))
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (largest_written_file_bytes, largest_written_file_bytes)
    )
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS refuses to limit the address space
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
