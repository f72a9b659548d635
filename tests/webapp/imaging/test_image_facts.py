"""Names, colors, sizes and times are read where the file really says them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from tests.webapp.imaging.ingested import Ingested
from webapp.imaging.limits import UnreadableImage

Ingest = Callable[..., Ingested]

OME = """<?xml version="1.0" encoding="UTF-8"?>
<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="urn:uuid:1">
  <Instrument ID="Instrument:0">
    <Objective ID="Objective:0" Model="Plan Apo" NominalMagnification="20.0" LensNA="0.75"/>
  </Instrument>
  <Image ID="Image:0"><ObjectiveSettings ID="Objective:0"/>
    <Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint8" SizeX="6" SizeY="5" SizeC="2"
      SizeZ="{n_slices}" SizeT="1" PhysicalSizeX="325" PhysicalSizeXUnit="nm"
      PhysicalSizeY="0.325" PhysicalSizeZ="1.5">
      <Channel ID="Channel:0:0" Name="Hoechst 33342" Color="65535"/>
      <Channel ID="Channel:0:1" Name="Cy5"/>
      {tiff_data}
    </Pixels>
  </Image>
</OME>"""


def write_ome(path: Path, description: str, n_pages: int = 2) -> Path:
    """Write pages whose pixels all hold their page number."""
    with tifffile.TiffWriter(path) as writer:
        for page in range(n_pages):
            writer.write(
                np.full((5, 6), page, np.uint8),
                description=description.encode() if page == 0 else None,
                metadata=None,
                contiguous=False,
            )
    return path


def test_an_ome_tiff_tells_channels_sizes_and_objective(tmp_path: Path, ingest: Ingest) -> None:
    xml = OME.format(n_slices=1, tiff_data="")
    image = ingest(write_ome(tmp_path / "image.tif", xml)).image
    assert [channel.name for channel in image.channels] == ["Hoechst 33342", "Cy5"]
    assert image.channels[0].color == "#0000ff"
    assert image.channels[1].color == "#d55ce0"
    assert image.pixel_size_um == (0.325, 0.325)
    assert image.slice_step_um == 1.5
    assert image.frame_interval_s is None
    assert image.objective == "Plan Apo 20×/0.75"


def test_ome_pages_are_placed_as_the_description_says(tmp_path: Path, ingest: Ingest) -> None:
    places = '<TiffData FirstC="1" IFD="0"/><TiffData FirstC="0" IFD="1"/>'
    xml = OME.format(n_slices=1, tiff_data=places)
    pixels = ingest(write_ome(tmp_path / "image.tif", xml)).pixels()
    assert pixels[0, :, 0, 0, 0].tolist() == [1, 0]


def split_over_files(mine: str) -> str:
    """Three slices, two channels; what is not `mine` lies in another file."""
    other = '<TiffData FirstZ="{z}" FirstC="{c}" IFD="0"><UUID FileName="b.tif">urn:uuid:2</UUID>'
    rest = "".join(other.format(z=z, c=c) + "</TiffData>" for z in (1, 2) for c in (0, 1))
    return OME.format(n_slices=3, tiff_data=mine + rest)


def test_one_file_of_a_split_ome_tiff_is_read_with_a_note(tmp_path: Path, ingest: Ingest) -> None:
    mine = "".join(
        f'<TiffData FirstC="{c}" IFD="{c}"><UUID FileName="a.tif">urn:uuid:1</UUID></TiffData>'
        for c in (0, 1)
    )
    ingested = ingest(write_ome(tmp_path / "a.tif", split_over_files(mine)))
    assert ingested.image.shape == (1, 2, 1, 5, 6)
    assert any("only the planes in this file" in note for note in ingested.image.notes)


def test_a_split_ome_tiff_without_whole_planes_is_refused(tmp_path: Path, ingest: Ingest) -> None:
    source = write_ome(tmp_path / "a.tif", split_over_files(""))
    with pytest.raises(UnreadableImage, match="one of several files"):
        ingest(source)


def test_files_named_in_an_ome_description_are_never_opened(tmp_path: Path, ingest: Ingest) -> None:
    tifffile.imwrite(tmp_path / "secret.tif", np.full((5, 6), 99, np.uint8))
    elsewhere = '<UUID FileName="secret.tif">urn:uuid:2</UUID>'
    places = f'<TiffData IFD="0"/><TiffData FirstC="1" IFD="0">{elsewhere}</TiffData>'
    source = write_ome(tmp_path / "image.tif", OME.format(n_slices=1, tiff_data=places))
    assert ingest(source).pixels().max() < 99


def test_an_ome_description_that_defines_entities_is_refused(
    tmp_path: Path, ingest: Ingest
) -> None:
    bomb = '<!DOCTYPE OME [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    xml = OME.format(n_slices=1, tiff_data="").replace("?>\n", "?>" + bomb, 1)
    with pytest.raises(UnreadableImage, match="entities"):
        ingest(write_ome(tmp_path / "image.tif", xml))


def test_a_broken_ome_description_leaves_plain_pages(tmp_path: Path, ingest: Ingest) -> None:
    xml = OME.format(n_slices=1, tiff_data="").replace("</Pixels>", "")
    image = ingest(write_ome(tmp_path / "image.tif", xml)).image
    assert image.source_format == "TIFF"
    assert image.shape == (1, 1, 2, 5, 6)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("micron", 0.5), ("um", 0.5), ("\\u00B5m", 0.5), ("nm", 0.0005), ("mm", 500.0), ("cm", 5000.0),
     ("inch", None), ("pixel", None), ("", None)],
)  # fmt: skip
def test_imagej_units_are_understood(
    unit: str, expected: float | None, tmp_path: Path, ingest: Ingest
) -> None:
    source = tmp_path / "image.tif"
    metadata: dict[str, Any] = {"unit": unit, "axes": "TYX", "finterval": 30.0}
    tifffile.imwrite(
        source, np.zeros((3, 4, 5), np.uint8), imagej=True, resolution=(2, 2), metadata=metadata
    )
    image = ingest(source).image
    assert image.pixel_size_um == (None if expected is None else (expected, expected))
    assert image.frame_interval_s == 30.0


def test_imagej_labels_and_tables_name_and_color_channels(tmp_path: Path, ingest: Ingest) -> None:
    ramp = np.arange(256, dtype=np.uint8)
    nothing = np.zeros_like(ramp)
    source = tmp_path / "image.tif"
    metadata: dict[str, Any] = {
        "axes": "CYX",
        "mode": "composite",
        "Labels": ["actin", "nucleus"],
        "LUTs": [np.stack([ramp, ramp, nothing]), np.stack([nothing, ramp, ramp])],
        "spacing": 3.0,
        "unit": "um",
    }
    tifffile.imwrite(source, np.zeros((2, 4, 5), np.uint16), imagej=True, metadata=metadata)
    image = ingest(source).image
    assert [channel.name for channel in image.channels] == ["actin", "nucleus"]
    assert [channel.color for channel in image.channels] == ["#ffff00", "#00ffff"]
    assert image.slice_step_um == 3.0


@pytest.mark.parametrize("dpi", [72, 96, 150, 300, 600, 1200])
@pytest.mark.parametrize("suffix", ["tif", "png", "jpg"])
def test_a_print_resolution_is_not_a_pixel_size(
    dpi: int, suffix: str, tmp_path: Path, ingest: Ingest
) -> None:
    source = tmp_path / f"image.{suffix}"
    Image.fromarray(np.eye(9, dtype=np.uint8)).save(source, dpi=(dpi, dpi))
    assert ingest(source).image.pixel_size_um is None


def test_pixels_per_centimeter_of_a_microscope_are_a_pixel_size(
    tmp_path: Path, ingest: Ingest
) -> None:
    source = tmp_path / "image.tif"
    pixels = np.eye(9, dtype=np.uint8)
    tifffile.imwrite(source, pixels, resolution=(20000, 10000), resolutionunit="CENTIMETER")
    assert ingest(source).image.pixel_size_um == (1.0, 0.5)


def test_contrast_leaves_out_the_darkest_and_brightest_third_of_a_percent(
    tmp_path: Path, ingest: Ingest
) -> None:
    source = tmp_path / "image.tif"
    tifffile.imwrite(source, np.arange(10_000, dtype=np.uint16).reshape(100, 100))
    (channel,) = ingest(source).image.channels
    assert (channel.minimum, channel.maximum) == (0, 9999)
    assert channel.low == pytest.approx(35, abs=1)
    assert channel.high == pytest.approx(9964, abs=1)
    assert sum(channel.histogram) == 10_000
    assert max(channel.histogram) - min(channel.histogram) <= 1


def test_a_constant_image_has_a_contrast_that_can_be_shown(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "image.tif"
    tifffile.imwrite(source, np.full((10, 10), 7, np.uint16))
    (channel,) = ingest(source).image.channels
    assert channel.low < channel.high
    assert channel.histogram == (100,) + (0,) * 63


def test_the_colors_of_one_picture_share_their_contrast(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "stained.png"
    pixels = np.random.default_rng(1).integers(0, 200, (40, 40, 3), np.uint8)
    pixels[..., 0] += 50
    Image.fromarray(pixels).save(source)
    channels = ingest(source).image.channels
    assert [channel.name for channel in channels] == ["Red", "Green", "Blue"]
    assert len({(channel.low, channel.high) for channel in channels}) == 1


def test_a_thumbnail_shows_the_image_small(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "image.png"
    pixels = np.zeros((300, 900, 3), np.uint8)
    pixels[:, 450:] = (250, 20, 30)
    pixels[:, :450, 1] = 200
    Image.fromarray(pixels).save(source)
    with Image.open(ingest(source).folder / "thumbnail.webp") as thumbnail:
        assert thumbnail.format == "WEBP"
        assert thumbnail.size == (320, 107)
        red, green, blue = thumbnail.convert("RGB").getpixel((300, 50))
    assert red > 200
    assert green < 60
    assert blue < 60


def test_a_tinting_color_table_keeps_the_values(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "green.tif"
    table = np.zeros((3, 256), np.uint16)
    table[1] = np.arange(256) * 257
    pixels = np.arange(100, dtype=np.uint8).reshape(10, 10)
    tifffile.imwrite(source, pixels, photometric="palette", colormap=table)
    ingested = ingest(source)
    assert np.array_equal(ingested.pixels()[0, 0, 0], pixels)
    assert ingested.image.channels[0].color == "#00ff00"


def test_a_color_table_of_many_colors_is_looked_up(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "many.tif"
    table = np.random.default_rng(1).integers(0, 65535, (3, 256)).astype(np.uint16)
    pixels = np.arange(100, dtype=np.uint8).reshape(10, 10)
    tifffile.imwrite(source, pixels, photometric="palette", colormap=table)
    assert np.array_equal(ingest(source).pixels()[0, :, 0], table[:, pixels] >> 8)


def test_white_as_zero_is_turned(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "white.tif"
    pixels = np.arange(100, dtype=np.uint16).reshape(10, 10)
    tifffile.imwrite(source, pixels, photometric="miniswhite")
    assert np.array_equal(ingest(source).pixels()[0, 0, 0], 65535 - pixels)


def test_overviews_of_another_size_are_left_out_with_a_note(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "slide.tif"
    with tifffile.TiffWriter(source) as writer:
        writer.write(np.full((90, 80), 3, np.uint8), metadata=None)
        writer.write(np.full((9, 8), 1, np.uint8), metadata=None)
    ingested = ingest(source)
    assert ingested.image.shape == (1, 1, 1, 90, 80)
    assert any("left out" in note for note in ingested.image.notes)
