"""A TIFF from the tiles of a pyramid says the same pixels, in every level, to another reader."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.imaging.tiled_tiff import TiledTiff, levels_of_plane
from webapp.imaging.tiles import TILE_SIZE


def write_tiles(folder: Path, pixels: np.ndarray) -> None:
    """The tiles of one level (Y, X), padded; those without content are left out."""
    for row in range(-(-pixels.shape[0] // TILE_SIZE)):
        for col in range(-(-pixels.shape[1] // TILE_SIZE)):
            y, x = row * TILE_SIZE, col * TILE_SIZE
            part = pixels[y : y + TILE_SIZE, x : x + TILE_SIZE]
            tile = np.zeros((TILE_SIZE, TILE_SIZE), pixels.dtype)
            tile[: part.shape[0], : part.shape[1]] = part
            if tile.any():
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{row}_{col}").write_bytes(gzip.compress(tile.tobytes(), 1, mtime=0))


def made(folder: Path, planes: list[list[np.ndarray]]) -> TiledTiff:
    """A file of planes, each with its levels."""
    described = []
    for number, levels in enumerate(planes):
        for level, pixels in enumerate(levels):
            write_tiles(folder / str(number) / str(level), pixels)
        here = folder / str(number)
        described.append(
            levels_of_plane(
                [pixels.shape for pixels in levels],
                lambda level, row, col, here=here: here / str(level) / f"{row}_{col}",
            )
        )
    return TiledTiff(planes[0][0].dtype, described, b"words")


@settings(max_examples=12, deadline=None)
@given(
    height=st.integers(1, 1100),
    width=st.integers(1, 1100),
    n_planes=st.integers(1, 3),
    dtype=st.sampled_from(["uint8", "uint16", "uint32", "float32"]),
    seed=st.integers(0, 99),
)
def test_another_reader_finds_every_pixel_of_every_level(
    tmp_path_factory: pytest.TempPathFactory,
    height: int,
    width: int,
    n_planes: int,
    dtype: str,
    seed: int,
) -> None:
    folder = tmp_path_factory.mktemp("tiff")
    random = np.random.default_rng(seed)
    full = random.integers(0, 200, (n_planes, height, width)).astype(dtype)
    full[:, :TILE_SIZE, :TILE_SIZE] *= seed % 2  # sometimes a tile holds nothing
    planes = [[plane, plane[::2, ::2]] for plane in full]
    tiff = made(folder, planes)
    content = b"".join(tiff.pieces())
    assert len(content) == tiff.n_bytes
    path = folder / "a.tif"
    path.write_bytes(content)
    with tifffile.TiffFile(path) as file:
        assert file.is_bigtiff
        assert file.pages[0].description == "words"
        assert len(file.pages) == n_planes
        for page, levels in zip(file.pages, planes, strict=True):
            assert (page.asarray() == levels[0]).all()
            assert page.dtype == levels[0].dtype
            [below] = page.pages
            assert (below.asarray() == levels[1]).all()
            assert below.is_reduced


def test_a_tile_that_changed_meanwhile_ends_the_file(tmp_path: Path) -> None:
    tiff = made(tmp_path, [[np.ones((40, 40), np.uint16)]])
    assert tiff.n_bytes > 0
    (tmp_path / "0/0/0_0").write_bytes(gzip.compress(bytes(10), mtime=0))
    with pytest.raises(OSError, match="no tile"):
        list(tiff.pieces())
