"""What the export of a whole plate needs: memory of the process, seconds, files in the zip.

Run as `python -m tests.benchmarks.export_memory [N ...]`: datasets of N images of 256 x 256 pixels
with two channels in 384 wells, as OME-Zarr and as OME-TIFF; nothing goes over a network. Memory is
what the process has more than before the first export.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

MEGABYTE = 2**20


def main(sizes: list[int]) -> None:
    """One table for all sizes."""
    from tests.services import SERVICES

    os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
    try:
        SERVICES.start()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        for n_images in sizes:
            measure(n_images)
    finally:
        SERVICES.stop()


def measure(n_images: int) -> None:
    """Fill a dataset, give its images tiles, and read its exports to the end."""
    from annotations.actions.export import Masks
    from annotations.actions.export_tiff import export_tiff
    from annotations.actions.export_zarr import export_zarr
    from tests.benchmarks.dataset_page import fill
    from tests.cast import make_person
    from webapp.actions.projects import create_project

    olga = make_person(f"Olga{n_images}")
    project = create_project(actor=olga, name=f"{n_images} images")
    dataset = fill(olga, project, n_images)
    give_tiles(dataset)
    process = psutil.Process()
    for name, export in {"OME-Zarr": export_zarr, "OME-TIFF": export_tiff}.items():
        before, started = process.memory_info().rss, time.perf_counter()
        n_bytes, most = read_all(export(olga, dataset.pk, Masks.CURRENT)[1], process)
        print(
            f"{n_images:>7} images  {name}  {(most - before) / MEGABYTE:6.0f} MB more memory   "
            f"{time.perf_counter() - started:6.1f} s   {n_bytes / MEGABYTE:,.0f} MB",
            flush=True,
        )


def read_all(entries: Any, process: psutil.Process) -> tuple[int, int]:
    """How many bytes came, and the most memory that the process had meanwhile."""
    from webapp.storage.zip_stream import zip_pieces

    n_bytes = most = 0
    for number, piece in enumerate(zip_pieces(entries)):
        n_bytes += len(piece)
        if number % 1000 == 0:
            most = max(most, process.memory_info().rss)
    return n_bytes, max(most, process.memory_info().rss)


def give_tiles(dataset: Any) -> None:
    """One pyramid for all images: the files are the same, each image has their names."""
    import numpy as np
    import tifffile

    from webapp.actions.ingest import limits
    from webapp.imaging.child import ingest_in_child
    from webapp.storage.derived import image_folder

    with TemporaryDirectory() as folder:
        source, made = Path(folder) / "a.tif", Path(folder) / "made"
        pixels = np.arange(2 * 256 * 256, dtype=np.uint16).reshape(2, 256, 256)
        tifffile.imwrite(source, pixels, imagej=True, metadata={"axes": "CYX"})
        read = ingest_in_child(source, made, limits(), lambda _share, _step: None)
        levels = [vars(level) for level in read.levels]
        dataset.images.update(height=256, width=256, levels=levels)
        kept = image_folder("pattern")
        shutil.copytree(made, kept, dirs_exist_ok=True)
    for image_id in dataset.images.values_list("pk", flat=True):
        shutil.copytree(kept, image_folder(image_id), copy_function=os.link)


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [2_000, 20_000])
