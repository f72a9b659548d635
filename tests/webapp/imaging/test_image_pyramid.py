"""The pyramid on disk: chunks, levels, OME-Zarr metadata, read back by the zarr library."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.webapp.imaging.ingested import Ingested, ingest_here
from webapp.imaging.planes import read_planes, read_window
from webapp.imaging.pyramid import halve, pyramid_levels
from webapp.imaging.tiles import chunk_path

Ingest = Callable[..., Ingested]


def slow_mean(pixels: NDArray[Any]) -> NDArray[Any]:
    """The mean of each 2 × 2 block of the pixels there are, one block after the other."""
    height, width = (-(-side // 2) for side in pixels.shape)
    result = np.empty((height, width), pixels.dtype)
    for y in range(height):
        for x in range(width):
            block = pixels[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].astype(np.float64)
            mean = block.mean()
            result[y, x] = mean if pixels.dtype.kind == "f" else np.floor(mean + 0.5)
    return result


@settings(max_examples=60, deadline=None)
@given(
    height=st.integers(1, 17),
    width=st.integers(1, 17),
    dtype=st.sampled_from(["uint8", "uint16", "float32"]),
    seed=st.integers(0, 1000),
)
def test_halving_is_the_mean_of_the_pixels_there_are(
    height: int, width: int, dtype: str, seed: int
) -> None:
    top = 65535 if dtype == "uint16" else 255
    pixels = np.random.default_rng(seed).uniform(0, top, (height, width)).astype(dtype)
    np.testing.assert_allclose(halve(pixels), slow_mean(pixels), rtol=1e-6)


@given(height=st.integers(1, 60_000), width=st.integers(1, 60_000))
def test_levels_are_halved_until_both_sides_fit_one_tile(height: int, width: int) -> None:
    levels = pyramid_levels(height, width)
    assert (levels[0].height, levels[0].width) == (height, width)
    for level in levels:
        scale = 2**level.level
        assert (level.height, level.width) == (-(-height // scale), -(-width // scale))
    assert max(levels[-1].height, levels[-1].width) <= 512
    assert all(max(level.height, level.width) > 512 for level in levels[:-1])


@settings(max_examples=6, deadline=None)
@given(
    height=st.sampled_from([511, 512, 513, 1025, 1200]),
    width=st.sampled_from([3, 512, 700, 1030]),
    dtype=st.sampled_from(["uint8", "uint16", "float32"]),
    compression=st.sampled_from([None, "zlib"]),
    rows=st.sampled_from([None, 1, 100, 600]),
)
def test_every_level_is_the_mean_of_the_one_before_however_the_file_is_cut(
    height: int, width: int, dtype: str, compression: str | None, rows: int | None
) -> None:
    pixels = np.random.default_rng(height).uniform(0, 250, (height, width)).astype(dtype)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "image.tif"
        tifffile.imwrite(source, pixels, compression=compression, rowsperstrip=rows)
        ingested = ingest_here(source, Path(folder) / "derived")
        level = ingested.pixels(0)[0, 0, 0]
        assert np.array_equal(level, pixels)
        for size in ingested.image.levels[1:]:
            below = ingested.pixels(size.level)[0, 0, 0]
            np.testing.assert_array_equal(below, halve(level))
            level = below


@pytest.fixture
def two_channels(tmp_path: Path, ingest: Ingest) -> tuple[Ingested, NDArray[Any]]:
    """A 2-channel, 2-frame, 3-slice image that needs two levels, with its TCZYX pixels."""
    pixels = np.random.default_rng(2).integers(0, 60_000, (2, 2, 3, 40, 700), np.uint16)
    source = tmp_path / "image.ome.tif"
    metadata = {"axes": "TCZYX", "PhysicalSizeX": 0.65, "PhysicalSizeY": 0.5,
                "PhysicalSizeZ": 2.0, "TimeIncrement": 90.0, "TimeIncrementUnit": "s",
                "Channel": {"Name": ["DAPI", "GFP"]}}  # fmt: skip
    tifffile.imwrite(source, pixels, ome=True, photometric="minisblack", metadata=metadata)
    return ingest(source), pixels


def test_a_chunk_is_the_gzip_of_a_full_block_padded_with_zeros(
    two_channels: tuple[Ingested, NDArray[Any]],
) -> None:
    ingested, pixels = two_channels
    path = chunk_path(ingested.pyramid, 0, t=1, c=0, z=2, row=0, col=1)
    assert path.relative_to(ingested.pyramid).as_posix() == "0/c/1/0/2/0/1"
    block = np.frombuffer(gzip.decompress(path.read_bytes()), "<u2").reshape(512, 512)
    assert np.array_equal(block[:40, :188], pixels[1, 0, 2, :, 512:])
    assert not block[40:].any()
    assert not block[:, 188:].any()


def test_the_zarr_library_reads_the_same_pixels(
    two_channels: tuple[Ingested, NDArray[Any]],
) -> None:
    ingested, pixels = two_channels
    group = zarr.open_group(ingested.pyramid, mode="r")
    full: Any = group["0"]
    assert full.metadata.zarr_format == 3
    assert full.chunks == (1, 1, 1, 512, 512)
    assert full.metadata.dimension_names == ("t", "c", "z", "y", "x")
    assert np.array_equal(full[:], pixels)
    half: Any = group["1"]
    assert half.shape == (2, 2, 3, 20, 350)
    assert np.array_equal(half[1, 1, 2], halve(pixels[1, 1, 2]))
    assert set(group.array_keys()) == {"0", "1"}


def test_the_ome_metadata_tells_axes_units_scales_and_channels(
    two_channels: tuple[Ingested, NDArray[Any]],
) -> None:
    ingested, _ = two_channels
    ome: Any = zarr.open_group(ingested.pyramid, mode="r").attrs["ome"]
    assert ome["version"] == "0.5"
    (multiscale,) = ome["multiscales"]
    assert multiscale["axes"] == [
        {"name": "t", "type": "time", "unit": "second"},
        {"name": "c", "type": "channel"},
        {"name": "z", "type": "space", "unit": "micrometer"},
        {"name": "y", "type": "space", "unit": "micrometer"},
        {"name": "x", "type": "space", "unit": "micrometer"},
    ]
    scales = [one["coordinateTransformations"][0]["scale"] for one in multiscale["datasets"]]
    assert scales == [[90.0, 1.0, 2.0, 0.5, 0.65], [90.0, 1.0, 2.0, 1.0, 1.3]]
    assert [one["path"] for one in multiscale["datasets"]] == ["0", "1"]
    assert [one["label"] for one in ome["omero"]["channels"]] == ["DAPI", "GFP"]


def test_read_planes_gives_all_channels_of_one_frame_and_slice(
    two_channels: tuple[Ingested, NDArray[Any]],
) -> None:
    ingested, pixels = two_channels
    planes = read_planes(ingested.pyramid, t=1, z=0)
    assert planes.dtype == np.uint16
    assert np.array_equal(planes, pixels[1, :, 0])
    with pytest.raises(IndexError):
        read_planes(ingested.pyramid, t=2, z=0)


@settings(max_examples=4, deadline=None)
@given(st.data())
def test_a_window_holds_what_the_plane_holds_there(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "image.tif"
        pixels = np.random.default_rng(1).integers(0, 60_000, (2, 530, 1040)).astype(np.uint16)
        tifffile.imwrite(source, pixels, imagej=True, metadata={"axes": "CYX"})
        pyramid = ingest_here(source, Path(folder) / "made").pyramid
        for _ in range(5):
            y0, x0 = data.draw(st.integers(0, 529)), data.draw(st.integers(0, 1039))
            y1, x1 = data.draw(st.integers(y0 + 1, 530)), data.draw(st.integers(x0 + 1, 1040))
            window = read_window(pyramid, 0, 0, (y0, x0, y1, x1))
            assert np.array_equal(window, pixels[:, y0:y1, x0:x1])


def files_below(folder: Path) -> dict[Path, bytes]:
    """The bytes of all files by their path inside the folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in paths}


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "image.tif"
    tifffile.imwrite(source, np.arange(600 * 30, dtype=np.uint16).reshape(600, 30))
    one, two = (files_below(ingest_here(source, tmp_path / name).folder) for name in ("one", "two"))
    assert one == two
    assert len(one) > 4


def test_ingesting_again_replaces_the_pyramid(tmp_path: Path) -> None:
    source = tmp_path / "image.tif"
    for value in (1, 2):
        tifffile.imwrite(source, np.full((5, 5), value, np.uint8))
        ingested = ingest_here(source, tmp_path / "derived")
        assert (ingested.pixels() == value).all()
    assert sorted(path.name for path in ingested.folder.iterdir()) == [
        "pyramid.zarr",
        "thumbnail.webp",
    ]


def test_the_description_survives_json(two_channels: tuple[Ingested, NDArray[Any]]) -> None:
    image = two_channels[0].image
    assert type(image).from_json(json.loads(json.dumps(image.to_json()))) == image
