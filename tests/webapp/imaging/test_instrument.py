"""Files say what took them, each in their own words; the answer has the same words for all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from tests.webapp.imaging.ingested import Ingested
from tests.webapp.imaging.vendor_files import (
    CziTile,
    LifImage,
    Nd2,
    made_up,
    write_czi,
    write_lif,
)
from webapp.imaging.image import IngestedImage
from webapp.imaging.instrument import Instrument, modality, part

Ingest = Callable[..., Ingested]

OME = """<?xml version="1.0" encoding="UTF-8"?>
<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">
  <Instrument ID="Instrument:0"><Microscope Manufacturer="Nikon" Model="Nikon Ti2"/></Instrument>
  <Instrument ID="Instrument:1">
    <Microscope Manufacturer="Zeiss" Model="LSM 900"/>
    <Detector ID="Detector:0" Manufacturer="Zeiss" Model="GaAsP"/>
    <Detector ID="Detector:1" Model="T-PMT"/>
  </Instrument>
  <Image ID="Image:0"><InstrumentRef ID="Instrument:1"/>
    <Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint8" SizeX="6" SizeY="5" SizeC="2"
      SizeZ="1" SizeT="1">
      <Channel ID="Channel:0:0" ContrastMethod="Fluorescence"
        AcquisitionMode="LaserScanningConfocalMicroscopy"><DetectorSettings ID="Detector:0"/>
      </Channel>
      <Channel ID="Channel:0:1" ContrastMethod="Brightfield"/>
      <TiffData IFD="0" PlaneCount="2"/>
    </Pixels>
  </Image>
</OME>"""


def test_an_ome_tiff_names_the_instrument_of_its_image(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "image.ome.tif"
    pixels = np.zeros((2, 5, 6), np.uint8)
    tifffile.imwrite(source, pixels, description=OME.encode(), metadata=None)
    assert ingest(source).image.instrument == Instrument(
        microscope="Zeiss LSM 900",
        camera="Zeiss GaAsP",
        modality="Fluorescence, Laser scanning confocal, Bright field",
    )


def test_notes_of_imagej_name_camera_and_objective(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "image.tif"
    notes = "Information|Instrument|Microscope|Microscope = Eclipse\nCamera Name = Zyla 4.2\n"
    notes += "Objective = Plan Fluor 10x\nContrastMethod = Phase\n"
    tifffile.imwrite(source, np.zeros((5, 6), np.uint8), imagej=True, metadata={"Info": notes})
    image = ingest(source).image
    assert image.instrument == Instrument("Eclipse", "Zyla 4.2", "Phase contrast")
    assert image.objective == "Plan Fluor 10x"


def test_make_and_model_of_a_picture_are_its_camera(tmp_path: Path, ingest: Ingest) -> None:
    photo, plain = tmp_path / "photo.jpg", tmp_path / "plain.tif"
    exif = Image.Exif()
    exif[271], exif[272] = "Canon", "Canon EOS 80D"
    Image.new("L", (9, 8)).save(photo, exif=exif)
    tags = [(271, "s", 0, "Hamamatsu", True), (272, "s", 0, "C13440", True)]
    tifffile.imwrite(plain, np.zeros((5, 6), np.uint8), metadata=None, extratags=tags)
    assert ingest(photo).image.instrument == Instrument(camera="Canon EOS 80D")
    assert ingest(plain).image.instrument == Instrument(camera="Hamamatsu C13440")


def test_files_of_microscope_makers_name_their_instrument(tmp_path: Path, ingest: Ingest) -> None:
    czi = write_czi(tmp_path / "a.czi", [CziTile(made_up((8, 9)), {"X": 0, "Y": 0})])
    nd2 = Nd2(made_up((1, 8, 9, 1))).write(tmp_path / "a.nd2")
    lif = write_lif(tmp_path / "a.lif", [LifImage("One", made_up((8, 9)), "YX")])
    assert [ingest(one).image.instrument for one in (czi, nd2, lif)] == [
        Instrument("Axio Observer.Z1 / 7", "Axiocam 506", "Fluorescence"),
        Instrument("Ti2 Microscope", "Flash4.0", "Widefield fluorescence"),
        Instrument("DMI8-CS, TCS SP8", "", "Confocal"),
    ]


def test_a_file_that_says_nothing_has_no_instrument(tmp_path: Path, ingest: Ingest) -> None:
    source = tmp_path / "image.png"
    Image.new("L", (9, 8)).save(source)
    image = ingest(source).image
    assert image.instrument == Instrument()
    assert IngestedImage.from_json(image.to_json()) == image


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Other", None, ""], ""),
        (["WideField", "Fluorescence", "Fluorescence"], "Fluorescence"),
        (["WideField"], "Widefield"),
        (["Quantum  thing"], "Quantum thing"),
    ],
)
def test_modalities_have_one_word(words: list[str | None], said: str) -> None:
    assert modality(words) == said


def test_a_maker_is_not_said_twice() -> None:
    assert part("Nikon", "Nikon Ti2") == "Nikon Ti2"
    assert part("Nikon", "Ti2") == "Nikon Ti2"
    assert part(None, "  Unknown ") == ""
    assert len(part("x" * 900)) == 200
