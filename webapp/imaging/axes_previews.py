"""A small picture of each answer to the question what the pages of a file are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from webapp.imaging.axes import PICTURES, plane_table, question_of, split_axes
from webapp.imaging.colors import RGB, WHITE, default_colors
from webapp.imaging.limits import Limits
from webapp.imaging.opening import open_image
from webapp.imaging.reader import Facts

SIDE = 112
GAP = 4
MOST_SHOWN = 6
Light = NDArray[np.float32]


def ask(facts: Facts, source: Path, destination: Path, limits: Limits) -> dict[str, Any]:
    """Write a picture of each answer into `destination` / PICTURES; return the question."""
    question = question_of(facts)
    folder = destination / PICTURES
    folder.mkdir()
    pages = _Pages(source, facts, limits)
    for number, answer in enumerate(question.answers):
        strip = _strip(pages, split_axes(answer.axes, question.sizes))
        strip.save(folder / f"{number}.webp", "WEBP", quality=80, method=2)
    return question.to_json()


class _Pages:
    """Small pictures of pages by their number among those that nobody named."""

    def __init__(self, source: Path, facts: Facts, limits: Limits) -> None:
        # All pages as one free axis lie in the order of the file.
        self._is_z = "Z" not in facts.known_axes
        self._reader = open_image(source, limits, "z" if self._is_z else "t")
        self._step = max(1, max(facts.shape[3:]) // SIDE)
        self._known: dict[int, Light] = {}
        self.is_color = facts.is_color

    def light(self, number: int) -> Light:
        """Return a page as (samples, h, w), each between 0 and 1 by its own contrast."""
        if number not in self._known:
            self._known[number] = self._read(number)
        return self._known[number]

    def _read(self, number: int) -> Light:
        step = self._step
        place = (0, number) if self._is_z else (number, 0)
        rows: dict[int, list[NDArray[Any]]] = {}
        for band in self._reader.bands(*place):
            first = -band.row % step
            small = band.pixels[:, first::step, ::step].astype(np.float32)
            for index, channel in enumerate(small, start=band.channel):
                rows.setdefault(index, []).append(channel)
        planes = np.stack([np.concatenate(rows[index]) for index in sorted(rows)])
        planes[~np.isfinite(planes)] = 0
        low = np.percentile(planes, 0.5, axis=(1, 2), keepdims=True)
        high = np.percentile(planes, 99.7, axis=(1, 2), keepdims=True)
        light: Light = ((planes - low) / np.maximum(high - low, 1e-9)).clip(0, 1)
        return light.astype(np.float32)


def _strip(pages: _Pages, axes: tuple[tuple[str, int], ...]) -> Image.Image:
    """Return the first steps side by side, of several channels each step in color."""
    n_planes = int(np.prod([size for _, size in axes]))
    table = plane_table(np.arange(n_planes, dtype=np.int64), axes)
    n_channels = table.shape[1]
    steps = table.transpose(0, 2, 1).reshape(-1, n_channels)[:MOST_SHOWN]
    if n_channels > 1 and len(steps) == 1:  # channels alone: each by itself, then together
        tints = _colors(n_channels)
        alone = [
            _colored([pages.light(int(page))[0]], [tint])
            for page, tint in zip(steps[0], tints, strict=True)
        ]
        return _side_by_side([*alone[: MOST_SHOWN - 1], _picture(pages, steps[0])])
    return _side_by_side([_picture(pages, step) for step in steps])


def _picture(pages: _Pages, numbers: NDArray[np.int64]) -> Light:
    """Return (h, w, 3) of the pages of one step, all channels over each other."""
    samples = [pages.light(int(number)) for number in numbers]
    if len(samples) == 1 and pages.is_color:
        return _colored(list(samples[0][:3]), list(RGB))
    return _colored([one[0] for one in samples], _colors(len(samples)))


def _colors(n_channels: int) -> list[str]:
    if n_channels == 1:
        return [WHITE]
    return list(default_colors(tuple(f"Channel {c + 1}" for c in range(n_channels))))


def _colored(planes: list[Light], colors: list[str]) -> Light:
    picture = np.zeros((*planes[0].shape, 3), np.float32)
    for plane, color in zip(planes, colors, strict=True):
        tint = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
        picture += plane[..., np.newaxis] * tint
    return picture.clip(0, 1)


def _side_by_side(pictures: list[Light]) -> Image.Image:
    tiles = []
    for picture in pictures:
        tile = Image.fromarray((picture * 255 + 0.5).astype(np.uint8))
        scale = SIDE / max(tile.size)
        size = (max(1, round(tile.width * scale)), max(1, round(tile.height * scale)))
        tiles.append(tile.resize(size, Image.Resampling.BILINEAR))
    width = sum(tile.width + GAP for tile in tiles) - GAP
    strip = Image.new("RGB", (width, tiles[0].height), (0, 0, 0))
    at = 0
    for tile in tiles:
        strip.paste(tile, (at, 0))
        at += tile.width + GAP
    return strip
