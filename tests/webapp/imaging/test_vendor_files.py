"""CZI, ND2, LIF and MRC become the pixels and the facts that are in them, or one sentence."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from tests.webapp.imaging.ingested import (
    CHILD_LIMITS,
    Ingested,
    assert_is_one_clear_sentence,
    ingest_here,
)
from tests.webapp.imaging.vendor_files import (
    CziTile,
    LifImage,
    Nd2,
    czi_planes,
    made_up,
    position_loop,
    slice_loop,
    time_loop,
    write_czi,
    write_lif,
    write_mrc,
)
from webapp.imaging.child import ingest_in_child
from webapp.imaging.limits import Limits, UnreadableImage
from webapp.imaging.opening import open_image

Ingest = Callable[..., Ingested]

REPOSITORY = Path(__file__).parents[3]
DATA = Path(os.environ.get("COVERSLIP_DATA", REPOSITORY.parent / "shared/data"))
REAL_ND2 = DATA / "odd_files/nd2_pims_BSD/cluster.nd2"
CRC_OF_REAL_ND2 = 3_551_268_425
"""Of all pixels as (T, C, Z, Y, X), computed once with nd2 0.12."""


def refused(source: Path, limits: Limits | None = None, series: int = 0) -> str:
    """The sentence for a file whose header or pixels cannot be read."""
    with pytest.raises(UnreadableImage) as caught:
        read_all(source, limits or Limits(), series)
    assert_is_one_clear_sentence(caught.value, source)
    return caught.value.sentence


def read_all(source: Path, limits: Limits, series: int = 0) -> None:
    """Read every pixel of one image."""
    reader = open_image(source, limits, None, series)
    for t in range(reader.facts.shape[0]):
        for z in range(reader.facts.shape[2]):
            list(reader.bands(t, z))


def all_series(source: Path, folder: Path) -> list[Ingested]:
    """Every image of a file, each through a reader of its own."""
    first = ingest_here(source, folder / "0")
    others = [
        ingest_here(source, folder / str(number), series=number)
        for number in range(1, first.image.n_series)
    ]
    return [first, *others]


# MRC


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint16", "float32", "float16"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_an_mrc_volume_keeps_its_values_and_its_size(
    tmp_path: Path, ingest: Ingest, dtype: str, order: str
) -> None:
    pixels = made_up((3, 40, 112), "uint8").astype(dtype)
    pixels = -pixels if dtype.startswith("int") else pixels
    found = ingest(write_mrc(tmp_path / "a.mrc", pixels, order=order, word_23=1, word_24=64))
    assert found.image.shape == (1, 1, 3, 40, 112)
    assert np.array_equal(found.pixels()[0, 0], pixels.astype(found.image.dtype))
    assert found.image.source_dtype == dtype
    assert found.image.pixel_size_um == pytest.approx((2e-4, 2e-4))
    assert found.image.slice_step_um == pytest.approx(4e-4)
    assert not found.image.axes_are_ambiguous


def test_sections_of_an_mrc_stack_are_slices_until_somebody_says_frames(tmp_path: Path) -> None:
    source = write_mrc(tmp_path / "a.mrcs", made_up((4, 20, 30)))
    stack = ingest_here(source, tmp_path / "z")
    assert (stack.image.shape, stack.image.axes_are_ambiguous) == ((1, 1, 4, 20, 30), True)
    assert ingest_here(source, tmp_path / "t", pages_are="t").image.shape == (4, 1, 1, 20, 30)


def test_a_stack_of_mrc_volumes_has_a_volume_a_frame(tmp_path: Path, ingest: Ingest) -> None:
    pixels = made_up((6, 8, 9))
    found = ingest(write_mrc(tmp_path / "a.mrc", pixels, word_23=401, word_10=3))
    assert found.image.shape == (2, 1, 3, 8, 9)
    assert np.array_equal(found.pixels()[1, 0, 2], pixels[5])


@pytest.mark.parametrize(("word", "value"), [(4, 4), (4, 101), (1, 0), (24, -8), (24, 10**8)])
def test_an_mrc_that_cannot_be_read_says_why(tmp_path: Path, word: int, value: int) -> None:
    source = write_mrc(tmp_path / "a.mrc", made_up((2, 8, 9)))
    content = bytearray(source.read_bytes())
    content[4 * word - 4 : 4 * word] = value.to_bytes(4, "little", signed=True)
    source.write_bytes(content)
    refused(source)


# ND2


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_nd2_keeps_times_slices_and_channels(
    tmp_path: Path, ingest: Ingest, is_packed: bool
) -> None:
    frames = made_up((6, 33, 40, 2))
    loops = (time_loop(2, 5000.0), slice_loop(3, 0.5))
    found = ingest(Nd2(frames, loops, is_packed=is_packed).write(tmp_path / "a.nd2"))
    expected = frames.reshape(2, 3, 33, 40, 2).transpose(0, 4, 1, 2, 3)
    assert np.array_equal(found.pixels(), expected)
    image = found.image
    assert (image.pixel_size_um, image.slice_step_um) == ((0.325, 0.325), 0.5)
    assert (image.frame_interval_s, image.objective) == (5.0, "Plan Apo 20x")
    assert [channel.name for channel in image.channels] == ["Dye A", "Dye B"]
    assert (image.source_format, image.dtype, image.n_series) == ("ND2", "uint16", 1)


def test_the_positions_of_an_nd2_are_images(tmp_path: Path) -> None:
    frames = made_up((6, 12, 13, 1))
    loops = (time_loop(2, 1000.0), position_loop(["left", "skipped", "", "d"], b"\x01\0\x01\x01"))
    images = all_series(Nd2(frames, loops).write(tmp_path / "a.nd2"), tmp_path)
    assert [one.image.series_name for one in images] == ["left", "Position 2", "d"]
    for number, one in enumerate(images):
        assert np.array_equal(one.pixels()[:, 0, 0], frames[number::3, :, :, 0])


def test_the_colors_of_an_nd2_picture_come_as_red_green_blue(
    tmp_path: Path, ingest: Ingest
) -> None:
    frames = made_up((1, 9, 10, 3), "uint8")
    found = ingest(Nd2(frames, is_color=True).write(tmp_path / "a.nd2"))
    assert [channel.name for channel in found.image.channels] == ["Red", "Green", "Blue"]
    assert np.array_equal(found.pixels()[0, :, 0], frames[0, :, :, ::-1].transpose(2, 0, 1))


def test_of_an_nd2_that_was_stopped_the_whole_times_are_read(
    tmp_path: Path, ingest: Ingest
) -> None:
    frames = made_up((6, 9, 10, 1))
    loops = (time_loop(3, 1000.0), slice_loop(2, 1.0))
    found = ingest(Nd2(frames, loops, n_written=5).write(tmp_path / "a.nd2"))
    assert found.image.shape[:3] == (2, 1, 2)
    assert "stopped early" in found.image.notes[0]


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"compression": 1}, "loss"),
        ({"version": b"Ver2.1"}, "version 4"),
        ({"loops": ({"eType": 7, "uLoopPars": {"uiCount": 2}},)}, "something else"),
        ({"loops": (slice_loop(3, 1.0),)}, "missing"),
    ],
)
def test_an_nd2_that_cannot_be_read_says_why(
    tmp_path: Path, options: dict[str, Any], word: str
) -> None:
    assert word in refused(Nd2(made_up((2, 9, 10, 1)), **options).write(tmp_path / "a.nd2"))


@pytest.mark.skipif(not REAL_ND2.exists(), reason="the collection of odd files is not here")
def test_a_real_nd2_is_read_as_the_library_nd2_reads_it(ingest_as_upload: Ingest) -> None:
    found = ingest_as_upload(REAL_ND2)
    image = found.image
    assert (image.shape, image.dtype) == ((3, 2, 10, 31, 38), "uint16")
    assert zlib.crc32(found.pixels().tobytes()) == CRC_OF_REAL_ND2
    assert image.pixel_size_um == pytest.approx((0.167809, 0.167809), rel=1e-5)
    assert (image.slice_step_um, image.frame_interval_s) == (0.5, 10.6475)
    assert image.objective == "Plan Apo λ 60x"
    assert [(one.name, one.color) for one in image.channels] == [
        ("5-FAM/pH 9.0", "#78e90f"),
        ("FM 4-64/2% CHAPS", "#fe0100"),
    ]


# LIF


@pytest.mark.parametrize("version", [1, 2])
def test_the_series_of_a_lif_are_images_with_their_own_shape(tmp_path: Path, version: int) -> None:
    stack, flat = made_up((2, 3, 2, 20, 21)), made_up((1, 1, 1, 30, 12), "uint8")
    source = write_lif(
        tmp_path / "a.lif",
        [LifImage("Stack & all", stack, "TZCYX"), LifImage("Flat", flat[0, 0], "CYX")],
        version,
    )
    first, second = all_series(source, tmp_path)
    assert [one.image.series_name for one in (first, second)] == ["Stack & all", "Flat"]
    assert np.array_equal(first.pixels(), stack.transpose(0, 2, 1, 3, 4))
    assert np.array_equal(second.pixels()[0, 0, 0], flat[0, 0, 0])
    image = first.image
    assert image.pixel_size_um == pytest.approx((1.0, 1.0))
    assert (image.slice_step_um, image.frame_interval_s) == (pytest.approx(2.0), 30.0)
    assert image.objective == "HC PL APO 63x/1.40 OIL"
    assert [(one.name, one.color) for one in image.channels] == [
        ("Dye 0", "#00ff00"),
        ("Dye 1", "#ff0000"),
    ]


def test_the_colors_of_a_lif_picture_come_as_red_green_blue(tmp_path: Path, ingest: Ingest) -> None:
    pixels = made_up((10, 11, 3), "uint8")
    found = ingest(write_lif(tmp_path / "a.lif", [LifImage("RGB", pixels, "YXS")]))
    assert [channel.name for channel in found.image.channels] == ["Red", "Green", "Blue"]
    assert np.array_equal(found.pixels()[0, :, 0], pixels[:, :, ::-1].transpose(2, 0, 1))


def test_the_tiles_of_a_lif_mosaic_are_images(tmp_path: Path) -> None:
    pixels = made_up((3, 8, 9))
    images = all_series(
        write_lif(tmp_path / "a.lif", [LifImage("Mosaic", pixels, "MYX")]), tmp_path
    )
    assert [one.image.series_name for one in images] == [f"Mosaic tile {n}" for n in (1, 2, 3)]
    assert np.array_equal(images[2].pixels()[0, 0, 0], pixels[2])


def test_line_scans_of_a_lif_are_left_out_and_named(tmp_path: Path, ingest: Ingest) -> None:
    line, spectrum = LifImage("Line", made_up((5, 8)), "TX"), made_up((4, 8, 9))
    images = [line, LifImage("Lambda", spectrum, "LYX"), LifImage("Good", spectrum[0], "YX")]
    found = ingest(write_lif(tmp_path / "a.lif", images))
    assert np.array_equal(found.pixels()[0, 0, 0], spectrum[0])
    assert found.image.notes[0].endswith("not read here: Line, Lambda.")
    assert "line scans" in refused(write_lif(tmp_path / "b.lif", [line]))


# CZI


@pytest.mark.parametrize("packing", ["", "zstd", "zstd1", "shuffled", "jpegxr", "lzw"])
def test_a_czi_keeps_times_channels_and_slices(
    tmp_path: Path, ingest: Ingest, packing: str
) -> None:
    pixels = made_up((2, 2, 2, 20, 24))
    found = ingest(write_czi(tmp_path / "a.czi", czi_planes(pixels, packing=packing)))
    assert np.array_equal(found.pixels(), pixels)
    image = found.image
    assert (image.pixel_size_um, image.slice_step_um) == ((0.325, 0.325), 1.0)
    assert (image.frame_interval_s, image.objective) == (15.0, "Plan-Apochromat 20x/0.8")
    assert [(one.name, one.color) for one in image.channels] == [
        ("DAPI", "#0000ff"),
        ("GFP", "#00ff5b"),
    ]
    assert (image.source_format, image.source_dtype, image.n_series) == ("CZI", "uint16", 1)


@pytest.mark.parametrize("packing", ["", "zstd"])
def test_the_tiles_of_a_czi_mosaic_lie_where_the_stage_was(
    tmp_path: Path, ingest: Ingest, packing: str
) -> None:
    whole = made_up((600, 500))
    tiles = [
        CziTile(whole[y : y + 320, x : x + 270], {"X": x - 70, "Y": y + 1000, "M": m}, packing)
        for m, (y, x) in enumerate([(0, 0), (0, 230), (280, 0), (280, 230)])
    ]
    overview = CziTile(whole[::2, ::2], {"X": -70, "Y": 1000}, shrunk_by=2)
    found = ingest(write_czi(tmp_path / "a.czi", [overview, *tiles]))
    assert np.array_equal(found.pixels()[0, 0, 0], whole)
    assert not found.image.notes


def test_where_tiles_of_a_czi_overlap_the_later_lies_on_top_and_gaps_are_told(
    tmp_path: Path, ingest: Ingest
) -> None:
    below, above = np.full((10, 10), 3, "uint16"), np.full((10, 10), 7, "uint16")
    tiles = [
        CziTile(above, {"X": 5, "Y": 5, "M": 1}),
        CziTile(below, {"X": 0, "Y": 0, "M": 0}),
    ]
    found = ingest(write_czi(tmp_path / "a.czi", tiles))
    plane = found.pixels()[0, 0, 0]
    assert (plane[7, 7], plane[2, 2], plane[14, 0], plane.shape) == (7, 3, 0, (15, 15))
    assert "no tile" in found.image.notes[0]


def test_the_scenes_of_a_czi_are_images(tmp_path: Path) -> None:
    first, second = made_up((1, 2, 1, 20, 24)), made_up((1, 2, 1, 8, 9), seed=2)
    tiles = [*czi_planes(first, S=0), *czi_planes(second, S=1)]
    images = all_series(write_czi(tmp_path / "a.czi", tiles), tmp_path)
    assert [one.image.series_name for one in images] == ["A1", "B2"]
    assert np.array_equal(images[1].pixels(), second)


@pytest.mark.parametrize("packing", ["", "zstd", "jpegxr"])
def test_the_colors_of_a_czi_picture_come_as_red_green_blue(
    tmp_path: Path, ingest: Ingest, packing: str
) -> None:
    colors = made_up((16, 18, 3), "uint8")
    stored = colors if packing == "jpegxr" else colors[:, :, ::-1]
    found = ingest(write_czi(tmp_path / "a.czi", [CziTile(stored, {"X": 0, "Y": 0}, packing)]))
    assert [channel.name for channel in found.image.channels] == ["Red", "Green", "Blue"]
    assert np.array_equal(found.pixels()[0, :, 0], colors.transpose(2, 0, 1))


def test_of_a_czi_that_was_stopped_the_whole_times_are_read(tmp_path: Path, ingest: Ingest) -> None:
    pixels = made_up((3, 2, 2, 8, 9))
    found = ingest(write_czi(tmp_path / "a.czi", czi_planes(pixels)[:-1]))
    assert np.array_equal(found.pixels(), pixels[:2])
    assert "2 complete time points" in found.image.notes[0]


def test_a_czi_without_a_description_is_read_without_sizes(tmp_path: Path, ingest: Ingest) -> None:
    found = ingest(write_czi(tmp_path / "a.czi", czi_planes(made_up((1, 1, 1, 8, 9))), xml=""))
    assert (found.image.pixel_size_um, found.image.objective) == (None, None)


@pytest.mark.parametrize(
    ("tiles", "word"),
    [
        ([CziTile(made_up((8, 9)), {"X": 0, "Y": 0}, "raw")], "compressed"),
        ([CziTile(made_up((8, 9)), {"X": 0, "Y": 0}, shrunk_by=2)], "reduced copies"),
        ([CziTile(made_up((8, 9)), {"X": 0, "Y": 0, "H": h}) for h in (0, 1)], "phases"),
        ([CziTile(made_up((8, 9)), {"X": 0, "Y": 0, "C": n, "Z": n}) for n in (0, 1)], "missing"),
        (
            [
                CziTile(made_up((8, 9), dtype), {"X": 0, "Y": 0, "C": c})
                for c, dtype in enumerate(("uint8", "uint16"))
            ],
            "different ways",
        ),
        ([], "damaged"),
    ],
)
def test_a_czi_that_cannot_be_read_says_why(
    tmp_path: Path, tiles: list[CziTile], word: str
) -> None:
    assert word in refused(write_czi(tmp_path / "a.czi", tiles))


# All of them


def written(folder: Path) -> list[Path]:
    """A good file of each kind."""
    pixels = made_up((2, 2, 1, 30, 40))
    frames = made_up((2, 30, 40, 2))
    return [
        write_mrc(folder / "a.mrc", made_up((3, 30, 40))),
        Nd2(frames, (time_loop(2, 1.0),)).write(folder / "a.nd2"),
        Nd2(frames, (time_loop(2, 1.0),), is_packed=True).write(folder / "b.nd2"),
        write_lif(folder / "a.lif", [LifImage("A", pixels, "TCZYX")]),
        write_czi(folder / "a.czi", czi_planes(pixels)),
        write_czi(folder / "b.czi", czi_planes(pixels, packing="zstd")),
    ]


def test_a_file_that_was_cut_off_anywhere_ends_as_one_sentence(tmp_path: Path) -> None:
    for source in written(tmp_path):
        content = source.read_bytes()
        cut = tmp_path / f"cut-{source.name}"
        for n_bytes in {20, 300, 1000, len(content) // 2, len(content) * 9 // 10, len(content) - 1}:
            cut.write_bytes(content[:n_bytes])
            refused(cut)


def test_damaged_bytes_end_as_pixels_or_as_one_sentence_and_never_hang(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    sentences = []
    for source in written(tmp_path):
        content = np.frombuffer(source.read_bytes(), np.uint8)
        for _ in range(25):
            damaged = content.copy()
            places = rng.integers(10, len(content), 30)
            damaged[places] = rng.integers(0, 256, 30)
            path = tmp_path / f"damaged-{source.name}"
            path.write_bytes(damaged.tobytes())
            # any other exception is turned into a sentence by the child process
            with contextlib.suppress(Exception):
                try:
                    read_all(path, Limits(max_pixels=10**6))
                except UnreadableImage as error:
                    sentences.append(error)
    for error in sentences:
        assert_is_one_clear_sentence(error, tmp_path / "damaged-a.czi")


def test_a_damaged_file_ends_in_the_child_as_one_sentence(tmp_path: Path) -> None:
    source = write_czi(tmp_path / "a.czi", czi_planes(made_up((1, 1, 1, 30, 40)), packing="zstd"))
    content = bytearray(source.read_bytes())
    content[839:860] = bytes(21)  # where the packed pixels begin
    source.write_bytes(content)
    with pytest.raises(UnreadableImage) as caught:
        ingest_in_child(source, tmp_path / "derived", CHILD_LIMITS, lambda share, step: None)
    assert_is_one_clear_sentence(caught.value, source)


@pytest.mark.parametrize("series", [-1, 2])
def test_an_image_that_the_file_does_not_have_is_refused(tmp_path: Path, series: int) -> None:
    pixels = made_up((8, 9))
    images = [LifImage("A", pixels, "YX"), LifImage("B", pixels, "YX")]
    assert "no image number" in refused(write_lif(tmp_path / "a.lif", images), series=series)


def test_more_pixels_than_allowed_are_refused_before_any_is_read(tmp_path: Path) -> None:
    for source in written(tmp_path):
        assert "at most" in refused(source, Limits(max_pixels=1000))


# OME-TIFF


def write_ome(path: Path, images: list[tuple[str, Any]]) -> Path:
    """An OME-TIFF with several named images."""
    with tifffile.TiffWriter(path, ome=True) as tiff:
        for name, pixels in images:
            is_color = pixels.shape[-1] == 3
            axes = "YXS" if is_color else "CYX"
            tiff.write(
                pixels,
                photometric="rgb" if is_color else "minisblack",
                metadata={"Name": name, "axes": axes},
            )
    return path


def test_the_images_of_an_ome_tiff_are_images_whatever_their_size_and_kind(tmp_path: Path) -> None:
    stack, colors = made_up((2, 20, 30)), made_up((12, 14, 3), "uint8")
    named = [("left", stack), ("", stack[:, :9]), ("overview", colors)]
    images = all_series(write_ome(tmp_path / "a.ome.tif", named), tmp_path)
    assert [one.image.series_name for one in images] == ["left", "Image 2", "overview"]
    assert np.array_equal(images[0].pixels()[0, :, 0], stack)
    assert np.array_equal(images[1].pixels()[0, :, 0], stack[:, :9])
    assert np.array_equal(images[2].pixels()[0, :, 0], colors.transpose(2, 0, 1))
    assert not any(one.image.notes for one in images)
