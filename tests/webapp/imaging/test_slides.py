"""Whole slides: the scan of an Aperio file comes in, its label never does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from tests.webapp.imaging.ingested import CHILD_LIMITS, Ingested, assert_is_one_clear_sentence
from webapp.imaging.child import ingest_in_child
from webapp.imaging.limits import UnreadableImage

Ingest = Callable[..., Ingested]

DESCRIPTION = (
    "Aperio Image Library v11.2.1\n740x560 [0,0 700x500] (240x240) JPEG/RGB Q=70"
    "|AppMag = 20|ScanScope ID = CPAPERIOCS|Filename = CMU-1|MPP = 0.4990|Left = 25.69"
)


def write_slide(path: Path, description: str = DESCRIPTION) -> np.ndarray:
    """A slide with a scan, a thumbnail, a smaller copy, a label and a picture of the glass."""
    y, x = np.mgrid[:500, :700]
    scan = np.stack([128 + 90 * np.sin(y / 40), 128 + 90 * np.cos(x / 50), 0 * x + 200], 2)
    scan = scan.astype(np.uint8)
    tiled = {"tile": (240, 240), "compression": "jpeg", "photometric": "rgb", "metadata": None}
    plain = {"compression": "lzw", "photometric": "rgb", "metadata": None}
    with tifffile.TiffWriter(path) as file:
        file.write(scan, description=description, **tiled)
        file.write(scan[::4, ::4], description="Aperio Image Library thumbnail", **plain)
        file.write(scan[::2, ::2], description="Aperio Image Library", **tiled)
        file.write(scan[:90, :90], description="Aperio\nlabel 90x90", subfiletype=1, **plain)
        file.write(scan[:90, :300], description="Aperio\nmacro 300x90", subfiletype=9, **plain)
    return scan


def test_the_scan_of_a_slide_comes_in_with_pixel_size_and_objective(
    tmp_path: Path, ingest: Ingest
) -> None:
    scan = write_slide(tmp_path / "slide.svs")
    ingested = ingest(tmp_path / "slide.svs")
    image = ingested.image
    assert image.shape == (1, 3, 1, 500, 700)
    assert (image.source_format, image.objective) == ("Aperio SVS", "20x")
    assert image.pixel_size_um == (0.499, 0.499)
    assert image.instrument.microscope == "Aperio CPAPERIOCS"
    pixels = np.moveaxis(ingested.pixels()[0, :, 0], 0, 2)
    assert np.abs(pixels.astype(int) - scan).mean() < 4


def test_nothing_is_made_up_where_a_slide_does_not_say_its_size(
    tmp_path: Path, ingest: Ingest
) -> None:
    write_slide(tmp_path / "slide.svs", "Aperio Image Library|AppMag = none|MPP = -1")
    image = ingest(tmp_path / "slide.svs").image
    assert (image.pixel_size_um, image.objective) == (None, None)


def test_a_slide_of_hamamatsu_is_refused_with_the_way_out(tmp_path: Path) -> None:
    source = tmp_path / "slide.ndpi"
    tag = (65420, "I", 1, 1, True)
    tifffile.imwrite(source, np.zeros((64, 64), np.uint8), metadata=None, extratags=[tag])
    folder = tmp_path / "derived"
    folder.mkdir()
    with pytest.raises(UnreadableImage, match="OME-TIFF") as caught:
        ingest_in_child(source, folder, CHILD_LIMITS, lambda fraction, step: None)
    assert_is_one_clear_sentence(caught.value, source)
