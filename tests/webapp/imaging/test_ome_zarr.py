"""A zipped OME-Zarr is read pixel by pixel, whatever wrote it; if it lies it says so."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numcodecs
import numpy as np
import pytest
import zarr
from numpy.typing import NDArray
from zarr.codecs import BloscCodec, GzipCodec, ZstdCodec

from tests.webapp.imaging.ingested import ingest_here
from tests.webapp.imaging.zarr_files import set_attributes, write_image, write_plate, zipped
from webapp.imaging.child import ingest_in_child
from webapp.imaging.limits import Limits, UnreadableImage
from webapp.imaging.opening import open_image
from webapp.imaging.planes import read_planes

AXES = "tczyx"
UNITS = {"z": "micrometer", "y": "micrometer", "x": "nanometer", "t": "second"}


def noise(*shape: int, dtype: str = "uint16", seed: int = 0) -> NDArray[Any]:
    """Values of the whole range of a small type."""
    return np.random.default_rng(seed).integers(0, 200, shape).astype(dtype)


def read_all(source: Path, series: int = 0) -> NDArray[Any]:
    """All planes of an image as (T, C, Z, Y, X), through the reader's bands."""
    reader = open_image(source, Limits(), None, series)
    n_frames, n_channels, n_slices, height, width = reader.facts.shape
    found = np.full((n_frames, n_channels, n_slices, height, width), -1.0)
    for t in range(n_frames):
        for z in range(n_slices):
            for band in reader.bands(t, z):
                rows = slice(band.row, band.row + band.pixels.shape[1])
                found[t, band.channel : band.channel + len(band.pixels), z, rows] = band.pixels
    return found


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("axes", ["yx", "cyx", "zyx", "tcyx", "czyx", "tczyx"])
def test_every_plane_is_where_its_axes_say(tmp_path: Path, version: str, axes: str) -> None:
    sizes = dict(zip(AXES, (2, 3, 4, 33, 41), strict=True))
    pixels = noise(*(sizes[axis] for axis in axes))
    chunks = tuple({"y": 16, "x": 20}.get(axis, 2) for axis in axes)
    folder = write_image(tmp_path / "a", pixels, axes, version=version, chunks=chunks)
    found = read_all(zipped(folder, tmp_path / "a.zip"))
    expected = pixels.reshape([sizes[axis] if axis in axes else 1 for axis in AXES])
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("version", "options"),
    [
        ("0.4", {"compressors": None}),
        ("0.4", {"compressors": numcodecs.Blosc(cname="zstd")}),
        ("0.4", {"compressors": numcodecs.Zlib()}),
        ("0.5", {"compressors": BloscCodec(cname="lz4")}),
        ("0.5", {"compressors": BloscCodec(cname="zstd", shuffle="bitshuffle")}),
        ("0.5", {"compressors": ZstdCodec()}),
        ("0.5", {"compressors": GzipCodec()}),
        ("0.5", {"compressors": None}),
        ("0.5", {"shards": (2, 64, 64), "compressors": ZstdCodec()}),
    ],
)
@pytest.mark.parametrize("dtype", ["uint8", ">u2", "float32"])
def test_every_usual_compression_is_read(
    tmp_path: Path, version: str, options: dict[str, Any], dtype: str
) -> None:
    pixels = noise(2, 70, 90, dtype=dtype)
    folder = write_image(
        tmp_path / "a", pixels, "zyx", version=version, chunks=(1, 32, 32), **options
    )
    found = read_all(zipped(folder, tmp_path / "a.zip", inside=""))
    assert np.array_equal(found[0, 0], pixels)


def test_scales_units_channels_and_colors_are_taken_over(tmp_path: Path) -> None:
    folder = write_image(
        tmp_path / "a",
        noise(2, 2, 2, 20, 20),
        AXES,
        scales={"t": 30.0, "z": 2.0, "y": 0.65, "x": 650.0},
        units=UNITS,
        channels=[{"label": "DAPI", "color": "0000FF"}, {"label": 1, "color": "red"}],
    )
    image = ingest_here(zipped(folder, tmp_path / "a.zip"), tmp_path / "d").image
    assert (image.source_format, image.source_dtype) == ("OME-Zarr", "uint16")
    assert (image.pixel_size_um, image.slice_step_um, image.frame_interval_s) == (
        (0.65, 0.65),
        2.0,
        30.0,
    )
    assert [one.name for one in image.channels] == ["DAPI", "1"]
    assert image.channels[0].color == "#0000ff"


def test_a_scale_without_a_unit_is_no_pixel_size(tmp_path: Path) -> None:
    folder = write_image(tmp_path / "a", noise(20, 20), "yx", scales={"y": 0.5, "x": 0.5})
    facts = open_image(zipped(folder, tmp_path / "a.zip"), Limits()).facts
    assert facts.pixel_size_um is None
    assert "without a unit" in facts.notes[0]


def test_chunks_that_were_never_written_are_the_fill_value(tmp_path: Path) -> None:
    folder = write_image(tmp_path / "a", noise(64, 64), "yx", chunks=(32, 32), fill_value=7)
    (folder / "0" / "c" / "0" / "1").unlink()
    found = read_all(zipped(folder, tmp_path / "a.zip"))[0, 0, 0]
    assert (found[:32, 32:] == 7).all()
    assert np.array_equal(found[32:], noise(64, 64)[32:])


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_the_images_of_a_plate_come_by_well_and_site(tmp_path: Path, version: str) -> None:
    sites = {
        path: [noise(8, 9, seed=n), noise(8, 9, seed=n + 1)]
        for n, path in enumerate(("B/10", "B/2", "A/1"))
    }
    plate = zipped(write_plate(tmp_path / "p", sites, version), tmp_path / "p.zip")
    facts = [open_image(plate, Limits(), None, n).facts for n in range(6)]
    assert [(one.plate, one.well, one.site) for one in facts] == [
        ("P1", well, site) for well in ("A01", "B02", "B10") for site in (1, 2)
    ]
    assert facts[3].series_name == "P1 B02 site 2"
    assert np.array_equal(read_all(plate, 3)[0, 0, 0], sites["B/2"][1])
    listed = tmp_path / "listed"
    listed.mkdir()
    again = [open_image(plate, Limits(), None, n, listed_in=listed).facts for n in range(6)]
    assert again == facts
    assert len(list(listed.iterdir())) == 6
    with pytest.raises(UnreadableImage, match="no image number 7"):
        open_image(plate, Limits(), None, 6, listed_in=listed)


def test_a_collection_of_images_becomes_as_many(tmp_path: Path) -> None:
    """As bioformats2raw lays out the series of a file."""
    root = tmp_path / "r"
    zarr.open_group(root, mode="w", zarr_format=2)
    set_attributes(root, {"bioformats2raw.layout": 3}, "0.4")
    for n in (0, 1, 10):
        write_image(root / str(n), noise(8, 9, seed=n), "yx", version="0.4", name=f"Field {n}")
    source = zipped(root, tmp_path / "r.zip", inside="")
    facts = [open_image(source, Limits(), None, n).facts for n in range(3)]
    assert [one.series_name for one in facts] == ["Field 0", "Field 1", "Field 10"]
    assert np.array_equal(read_all(source, 2)[0, 0, 0], noise(8, 9, seed=10))


def test_label_images_are_left_to_the_import_of_masks(tmp_path: Path) -> None:
    folder = write_image(tmp_path / "a", noise(20, 20), "yx", version="0.4")
    write_image(folder / "labels" / "cells", noise(20, 20), "yx", version="0.4")
    facts = open_image(zipped(folder, tmp_path / "a.zip"), Limits()).facts
    assert facts.n_series == 1
    assert "1 label image lies" in facts.notes[0]


def test_other_files_in_the_zip_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    source = zipped(write_image(tmp_path / "a", noise(20, 20), "yx"), tmp_path / "a.zip")
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("notes.txt", "by hand")
        archive.writestr("__MACOSX/._notes.txt", "litter")
    assert open_image(source, Limits()).facts.notes == (
        "1 other file was not read: only the OME-Zarr in this zip is.",
    )


def test_chunks_of_many_planes_are_decoded_once(tmp_path: Path, monkeypatch: Any) -> None:
    folder = write_image(tmp_path / "a", noise(8, 40, 40), "zyx", chunks=(8, 20, 20))
    source = zipped(folder, tmp_path / "a.zip")
    n_opened: Counter[str] = Counter()
    plain = zipfile.ZipFile.open

    def counted(self: Any, name: Any, *more: Any, **options: Any) -> Any:
        n_opened[str(name)] += 1
        return plain(self, name, *more, **options)

    monkeypatch.setattr(zipfile.ZipFile, "open", counted)
    read_all(source)
    assert [n for name, n in n_opened.items() if "/c/" in name] == [1, 1, 1, 1]


Damage = Callable[[Path], None]


def changed(name: str, **fields: Any) -> Damage:
    """Changes fields of a JSON file."""

    def damage(folder: Path) -> None:
        described = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(described | fields))

    return damage


def said(described: dict[str, Any]) -> Damage:
    """Says other things of the image."""
    return lambda folder: set_attributes(folder, described, "0.4")


def scales_of(path: str, axes: Any = None) -> dict[str, Any]:
    """A description of one array."""
    one: dict[str, Any] = {"datasets": [{"path": path}]}
    return {"multiscales": [one if axes is None else one | {"axes": axes}]}


LIES: dict[str, tuple[Damage, str]] = {
    "an absurd shape": (changed("0/.zarray", shape=[10**9, 10**9]), "pixels are accepted"),
    "a negative side": (changed("0/.zarray", shape=[-5, 20]), "damaged"),
    "huge chunks": (changed("0/.zarray", chunks=[60_000, 60_000]), "smaller chunks"),
    "no chunks": (changed("0/.zarray", chunks=[0, 20]), "damaged"),
    "Python objects": (changed("0/.zarray", dtype="|O"), "no plain numbers"),
    "a structure": (changed("0/.zarray", dtype=[["a", "<u2"]]), "no plain numbers"),
    "pickled pixels": (changed("0/.zarray", filters=[{"id": "pickle"}]), "pickle"),
    "an unknown codec": (changed("0/.zarray", compressor={"id": "jpegxr"}), "jpegxr"),
    "a way out": (said(scales_of("../../../etc", ["y", "x"])), "outside of itself"),
    "an array that is not here": (said(scales_of("7", ["y", "x"])), "not in the zip"),
    "too few axes": (said(scales_of("0", ["y"])), "which axes"),
    "an axis twice": (said(scales_of("0", ["y", "y"])), "which axes"),
    "a strange axis": (said(scales_of("0", ["lambda", "x"])), "“lambda”"),
    "axes that do not fit": (said(scales_of("0")), "which axes"),
    "no image": (said({"something": 1}), "no image in this zip"),
    "no levels": (said({"multiscales": [{"datasets": []}]}), "which axes"),
    "no object": (lambda folder: (folder / ".zattrs").write_text("[]") and None, "damaged"),
    "no JSON": (lambda folder: (folder / ".zattrs").write_text("{" * 9) and None, "damaged"),
    "deep JSON": (lambda f: (f / ".zattrs").write_text("[" * 10**6) and None, "damaged"),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_lies_ends_in_one_sentence(tmp_path: Path, lie: str) -> None:
    damage, words = LIES[lie]
    folder = write_image(tmp_path / "a", noise(20, 20), "yx", version="0.4")
    damage(folder)
    with pytest.raises(UnreadableImage) as refused:
        read_all(zipped(folder, tmp_path / "a.zip"))
    assert words in refused.value.sentence


def test_a_damaged_chunk_ends_in_the_child_as_one_sentence(tmp_path: Path) -> None:
    folder = write_image(tmp_path / "a", noise(64, 64), "yx", chunks=(32, 32))
    (folder / "0" / "c" / "1" / "1").write_bytes(b"nothing of the kind")
    source = zipped(folder, tmp_path / "a.zip")
    with pytest.raises(UnreadableImage, match="damaged"):
        ingest_in_child(source, tmp_path / "d", Limits(), lambda *_: None)


def test_a_large_image_is_read_within_the_limits_of_the_child(tmp_path: Path) -> None:
    pixels = noise(3, 1500, 1400)
    folder = write_image(tmp_path / "a", pixels, "cyx", chunks=(1, 512, 512))
    source = zipped(folder, tmp_path / "a.zip")
    ingest_in_child(source, tmp_path / "d", Limits(), lambda *_: None)
    assert np.array_equal(read_planes(tmp_path / "d" / "pyramid.zarr", 0, 0), pixels)
