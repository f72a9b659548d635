"""Overlays show the image in its colors with the outlines of its cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from annotations.labels.marks import Region
from annotations.reports.content import Channel
from annotations.reports.overlays import LONGEST_SIDE, composite, write_overlay


def test_channels_add_up_in_their_colors_and_contrasts() -> None:
    planes = np.array([[[0, 100, 200]], [[50, 50, 1000]]], dtype=np.uint16)
    channels = (Channel("a", "#ff0000", 0, 200), Channel("b", "#00ff00", 0, 100))
    picture = composite(planes, channels)
    assert picture[0].tolist() == [[0, 128, 0], [128, 128, 0], [255, 255, 0]]


def test_a_channel_without_contrast_does_not_divide_by_zero() -> None:
    picture = composite(np.full((1, 2, 2), 7, np.uint8), (Channel("a", "#ffffff", 7, 7),))
    assert picture.max() == 0


def test_outlines_are_yellow_and_the_middle_of_a_cell_is_the_image(
    make_image: Any, tmp_path: Path
) -> None:
    write_overlay(tmp_path / "o.png", make_image())
    drawn = np.asarray(Image.open(tmp_path / "o.png"))
    assert drawn.shape == (60, 80, 3)
    assert drawn[5, 5].tolist() == [255, 214, 10]
    assert len(set(drawn[10, 12].tolist())) == 1


def test_a_large_image_is_reduced(make_image: Any, tmp_path: Path) -> None:
    labels = np.zeros((1, 1, 301, 4001), dtype=np.uint32)
    labels[0, 0, 100:200, 100:300] = 5
    write_overlay(tmp_path / "o.png", make_image(labels=labels))
    with Image.open(tmp_path / "o.png") as picture:
        assert picture.size == (1334, 101)
        assert max(picture.size) <= LONGEST_SIDE


def test_what_is_ignored_is_dark_in_the_overlay_and_nowhere_else(
    make_image: Any, tmp_path: Path
) -> None:
    corner = Region(0, 0, ((-1.0, -1.0), (-1.0, 30.0), (20.0, 30.0), (20.0, -1.0)))
    write_overlay(tmp_path / "plain.png", make_image())
    write_overlay(tmp_path / "dark.png", make_image(ignored={"r-1": corner}))
    plain, dark = (np.asarray(Image.open(tmp_path / name)) for name in ("plain.png", "dark.png"))
    assert dark[:20, :30].mean() < 0.6 * plain[:20, :30].mean()
    assert np.array_equal(dark[20:], plain[20:])
