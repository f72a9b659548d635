"""Which channels the network is shown, and that their order in the file does not matter."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import tifffile

from segmentation.engine.arrays import AnyArray
from segmentation.engine.errors import InvalidParameters
from segmentation.engine.files import read_image
from segmentation.engine.roles import Channel, Target, choose_shown, describe_channels
from segmentation.engine.segment import segment
from tests.segmentation.engine.conftest import draw_discs
from webapp.imaging.roles import Role

TISSUE = Path(__file__).resolve().parents[3] / "webapp/demo/images/markers_01.ome.tif"


def shown(names: Sequence[str], target: Target = Target.CELLS) -> list[str]:
    """The names of the channels that are chosen among noisy planes of equal quality."""
    noise = np.random.default_rng(0).normal(100, 5, (len(names), 64, 64)).astype(np.float32)
    channels = describe_channels(noise, names, None)
    return [names[c] for c in choose_shown(noise, channels, target)]


@pytest.mark.parametrize(
    ("names", "cells", "nuclei"),
    [
        (["DAPI", "Actin"], ["DAPI", "Actin"], ["DAPI"]),
        (["Actin", "DAPI"], ["DAPI", "Actin"], ["DAPI"]),
        (["FITC", "DAPI-01"], ["DAPI-01", "FITC"], ["DAPI-01"]),
        (["DAPI", "Ki67"], ["DAPI"], ["DAPI"]),
        (["blank", "WGA"], ["WGA"], ["WGA"]),
        (["DAPI", "BF"], ["BF"], ["DAPI"]),
        (["BF", "DAPI", "membrane"], ["DAPI", "membrane"], ["DAPI"]),
        (["Blue", "Red", "Green"], ["Red", "Green", "Blue"], ["Red", "Green", "Blue"]),
        (["Red", "Green", "Blue", "Alpha"], ["Red", "Green", "Blue"], ["Red", "Green", "Blue"]),
        (["Grey"], ["Grey"], ["Grey"]),
    ],
)
def test_channels_are_chosen_by_what_they_show(
    names: list[str], cells: list[str], nuclei: list[str]
) -> None:
    assert shown(names) == cells
    assert shown(names, Target.NUCLEI) == nuclei


def test_of_several_stains_of_the_cell_the_clearest_is_shown(
    discs: tuple[AnyArray, AnyArray],
) -> None:
    clear = discs[0].astype(np.float32)
    noisy = clear + np.random.default_rng(0).normal(0, 600, clear.shape).astype(np.float32)
    planes = np.stack([noisy, clear, clear * 2, np.full_like(clear, 7)])
    channels = [Channel(role=Role(r)) for r in ("cytoplasm", "nucleus", "cytoplasm", "cytoplasm")]
    assert choose_shown(planes, channels) == (1, 2)


def test_a_stain_without_contrast_is_not_shown() -> None:
    planes = np.zeros((2, 32, 32), np.uint8)
    planes[1] = np.random.default_rng(0).integers(0, 255, (32, 32))
    assert choose_shown(planes, describe_channels(planes, ["DAPI", "Actin"], None)) == (1,)


def test_roles_that_are_given_win_over_names() -> None:
    planes = np.random.default_rng(0).normal(0, 1, (2, 32, 32)).astype(np.float32)
    roles = ["other", "nucleus"]
    assert choose_shown(planes, describe_channels(planes, ["DAPI", "Actin"], roles)) == (1,)
    with pytest.raises(InvalidParameters, match="The role of a channel is one of nucleus"):
        describe_channels(planes, None, ["nucleus", "kernel"])
    with pytest.raises(InvalidParameters, match="2 channels"):
        describe_channels(planes, ["DAPI"], None)


@pytest.mark.parametrize("names", [("DAPI", "FITC"), None])
def test_the_order_of_two_channels_does_not_matter(names: tuple[str, str] | None) -> None:
    planes = read_image(TISSUE).pixels[0, :2, 0]
    results = [
        segment(
            planes[list(order)],
            method="generalist",
            parameters={},
            channel_names=[names[i] for i in order] if names else None,
        )
        for order in ((0, 1), (1, 0))
    ]
    assert results[0].labels.max() > 20
    assert np.array_equal(results[0].labels, results[1].labels)
    first, second = (r.manifest["result"]["channels"] for r in results)
    assert first == [1 - channel for channel in second]


def test_the_order_of_three_unnamed_channels_does_not_matter() -> None:
    planes = read_image(TISSUE).pixels[0, :, 0]
    results = [
        segment(planes[list(order)], method="generalist", parameters={}).labels
        for order in itertools.permutations(range(3))
    ]
    assert results[0].max() > 5
    assert all(np.array_equal(results[0], other) for other in results[1:])


def test_nuclei_are_smaller_than_their_cells() -> None:
    places = [(30 + 50 * i, 30 + 50 * j) for i in range(4) for j in range(4)]
    planes = np.stack([draw_discs((210, 210), places, radius)[0] for radius in (8, 18)])
    found = {
        target: segment(
            planes,
            method="generalist",
            parameters={"target": target},
            channel_names=["DAPI", "Actin"],
        )
        for target in ("cells", "nuclei")
    }
    assert len(found["cells"].confidences) == len(found["nuclei"].confidences) == len(places)
    assert found["nuclei"].diameter_px < 0.6 * found["cells"].diameter_px
    assert found["nuclei"].manifest["result"]["channels"] == [0]


@pytest.mark.parametrize("kind", ["ome", "imagej"])
def test_names_are_read_from_the_file(kind: str, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 999, (2, 40, 50)).astype(np.uint16)
    path = tmp_path / ("a.ome.tif" if kind == "ome" else "a.tif")
    if kind == "ome":
        metadata = {"axes": "CYX", "Channel": {"Name": ["DAPI", "Actin"]}}
        tifffile.imwrite(path, pixels, ome=True, photometric="minisblack", metadata=metadata)
    else:
        labels = {"axes": "CYX", "Labels": ["DAPI", "Actin"]}
        tifffile.imwrite(path, pixels, imagej=True, metadata=labels)
    assert read_image(path).channel_names == ("DAPI", "Actin")


def test_channels_with_lookup_tables_are_not_taken_for_a_palette(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (2, 40, 50)).astype(np.uint8)
    tables = [np.tile(np.arange(256, dtype=np.uint8), (3, 1))] * 2
    tifffile.imwrite(
        tmp_path / "a.tif",
        pixels,
        imagej=True,
        metadata={"axes": "CYX", "mode": "composite", "LUTs": tables},
    )
    assert np.array_equal(read_image(tmp_path / "a.tif").pixels[0, :, 0], pixels)
