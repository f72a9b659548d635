"""How fast a file is read, beside the disk and beside tools that make the same pyramid.

`python tests/benchmarks/ingest_speed.py [--megabytes 512] [--folder DIR] [--bioio PYTHON]` prints
MB of pixels a second, and the largest memory of the process that did it. Each line is a process of
its own. The peers are tifffile with zarr, and bioio when the Python of an environment is named that
has `bioio bioio-tifffile bioio-ome-zarr`.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

SIDE = 4096
TILE = 512
MB = 1e6


def main(arguments: list[str]) -> int:
    """Make a file, then read it in each way."""
    options = _parser().parse_args(arguments)
    if options.way:
        return _one_way(options.way, options.source, options.target)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        n_planes = max(1, round(options.megabytes * MB / (SIDE * SIDE * 2)))
        n_bytes = n_planes * SIDE * SIDE * 2
        print(f"{n_planes} planes of {SIDE} x {SIDE}, 16 bit: {n_bytes / MB:.0f} MB")
        for name, compression in (("plain", None), ("zlib, tiled", "zlib")):
            source = Path(folder) / "source.ome.tif"
            # In a process of its own: those that are measured begin with the memory of this one.
            writer = multiprocessing.Process(target=write, args=(source, n_planes, compression))
            writer.start()
            writer.join()
            print(f"TIFF, {name}: {source.stat().st_size / MB:.0f} MB on the disk")
            for way in WAYS:
                python = options.bioio if way == "bioio" else sys.executable
                if python:
                    _run(python, way, source, Path(folder) / "target", n_bytes)
    return 0


def write(source: Path, n_planes: int, compression: str | None) -> None:
    """A film of blobs with the noise of a camera, so that compression has what it has in a lab."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    light = 120 + 400 * (np.sin(y / 37) * np.sin(x / 41)).clip(0, 1)
    planes = np.stack([rng.poisson(light).astype(np.uint16) for _ in range(n_planes)])
    tifffile.imwrite(
        source,
        planes,
        bigtiff=True,
        ome=True,
        photometric="minisblack",
        compression=compression,
        tile=(TILE, TILE) if compression else None,
        metadata={"axes": "TYX"},
    )


def _run(python: str, way: str, source: Path, target: Path, n_bytes: int) -> None:
    command = [python, __file__, "--way", way, "--source", str(source)]
    started = time.perf_counter()
    child = subprocess.Popen([*command, "--target", str(target)])
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    assert status == 0
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    shutil.rmtree(target)
    busy = usage.ru_utime + usage.ru_stime
    print(
        f"  {WORDS[way]:44s} {n_bytes / MB / seconds:6.0f} MB/s  {seconds:6.1f} s "
        f"({busy:5.1f} s of processor) {size / MB:6.0f} MB written, "
        f"memory {usage.ru_maxrss / 1024:.0f} MB",
        flush=True,
    )


def _one_way(way: str, source: Path, target: Path) -> int:
    target.mkdir(parents=True)
    WAYS[way](source, target)
    return 0


def copy(source: Path, target: Path) -> None:
    """The disk itself: the bytes once read and once written, down to the disk."""
    with source.open("rb") as read, (target / "copy").open("wb") as written:
        while piece := read.read(1 << 22):
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())


def ours(source: Path, target: Path) -> None:
    """The product's own way: checks, statistics, quality flags, thumbnail and pyramid."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from webapp.imaging.conversion import convert
    from webapp.imaging.limits import Limits
    from webapp.imaging.opening import open_image

    convert(open_image(source, Limits()), target, lambda share, step: None)


def by_libraries(source: Path, target: Path, codec: str) -> None:
    """Planes by tifffile, the same levels in chunks of 512 by zarr; nothing else is looked at."""
    import zarr
    from zarr.codecs import GzipCodec, ZstdCodec

    with tifffile.TiffFile(source) as tiff:
        shape = tiff.series[0].shape
        arrays: list[Any] = []
        height, width = shape[1:]
        while True:
            arrays.append(
                zarr.create_array(
                    target / str(len(arrays)),
                    shape=(shape[0], height, width),
                    chunks=(1, TILE, TILE),
                    dtype="uint16",
                    compressors=GzipCodec(level=5) if codec == "gzip" else ZstdCodec(),
                )
            )
            if max(height, width) <= TILE:
                break
            height, width = -(-height // 2), -(-width // 2)
        for number in range(shape[0]):
            plane: NDArray[Any] = tiff.series[0].pages[number].asarray()
            for array in arrays:
                array[number] = plane
                plane = _halved(plane)


def by_bioio(source: Path, target: Path) -> None:
    """The film as bioio reads it, a frame at a time, and the same levels by its writer of OME-Zarr.

    Its chunks and its codec are those it takes when it is asked for chunks of 512 alone.
    """
    import bioio_tifffile
    from bioio import BioImage
    from bioio_ome_zarr.writers import OMEZarrWriter

    image = BioImage(source, reader=bioio_tifffile.Reader)
    shape = list(image.shape)
    levels = [shape]
    while max(levels[-1][-2:]) > TILE:
        levels.append([*shape[:-2], *(-(-size // 2) for size in levels[-1][-2:])])
    writer = OMEZarrWriter(
        str(target / "image.zarr"), levels, image.dtype, chunk_shape=(1, 1, 1, TILE, TILE)
    )
    writer.write_full_volume(image.dask_data)
    writer.close()


def _halved(plane: NDArray[Any]) -> NDArray[Any]:
    rows, columns = plane.shape[0] // 2 * 2, plane.shape[1] // 2 * 2
    blocks = plane[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2)
    means: NDArray[Any] = blocks.mean(axis=(1, 3)).astype(plane.dtype)
    return means


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "copy": copy,
    "ours": ours,
    "gzip": lambda source, target: by_libraries(source, target, "gzip"),
    "zstd": lambda source, target: by_libraries(source, target, "zstd"),
    "bioio": by_bioio,
}
WORDS = {
    "copy": "copied and flushed (the disk)",
    "ours": "Coverslip: pyramid, contrast, quality flags",
    "gzip": "tifffile and zarr: pyramid alone, gzip",
    "zstd": "tifffile and zarr: pyramid alone, Zstandard",
    "bioio": "bioio: pyramid alone, Blosc",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=512)
    parser.add_argument("--folder", type=Path, help="on the disk that is meant")
    parser.add_argument("--bioio", help="the Python of an environment with bioio")
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--target", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
