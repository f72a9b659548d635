"""Answer a click, a stroke or a box on an image. Entered by the worker's task only."""

from __future__ import annotations

import time
from collections import OrderedDict
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings

from segmentation.engine.arrays import AnyArray
from segmentation.engine.device import choose_device, has_fast_bfloat16, use_available_cores
from segmentation.engine.methods.generalist.inference import Runner, load_network
from segmentation.engine.methods.generalist.prompter import (
    Found,
    Prompter,
    Scene,
    TooLarge,
)
from segmentation.engine.methods.generalist.refinement import (
    FIELDS_WEIGHTS,
    REFINEMENT_WEIGHTS,
    RefinementNetwork,
    load_refinement,
)
from segmentation.engine.normalize import contrast_limits
from segmentation.engine.prompting import Prompt
from segmentation.engine.roles import choose_shown
from segmentation.engine.tiling import Window
from segmentation.engine.weights import find_card
from segmentation.models import Segmentation
from segmentation.queries.shown import channels_of
from webapp.imaging.planes import read_window
from webapp.imaging.tiles import level_header, read_level_plane
from webapp.models import Image
from webapp.storage.derived import image_folder

N_REMEMBERED = 8
OVERVIEW_SIDE = 1024
TOO_LARGE = "This is too much to answer at once. Draw a smaller box, or click closer together."

_prompters: OrderedDict[tuple[UUID, int, int], Prompter] = OrderedDict()


def answer_prompt(image_id: UUID, question: dict[str, Any]) -> dict[str, Any]:
    """Return `{"cells": [rows], "took_ms"}` or `{"refused": sentence}`.

    `question`: `t`, `z`, and `added`, `removed`, `scribble` (lists of [y, x]), or `box`
    [y0, x0, y1, x1], or `look` [y, x], in pixels. The rows of a cell are [y, first x, end x];
    a look finds none and makes the clicks that follow around it fast.
    """
    started_at = time.perf_counter()
    prompter = _prompter(image_id, question["t"], question["z"])
    try:
        found = None
        if question.get("look"):
            prompter.look(_points([question["look"]])[0])
        elif question.get("box"):
            y0, x0, y1, x1 = question["box"]
            found = prompter.cells((y0, x0, y1, x1))
        else:
            found = prompter.cell(_prompt(question))
    except TooLarge:
        return {"refused": TOO_LARGE}
    took_ms = round(1000 * (time.perf_counter() - started_at), 1)
    return {"cells": cells_of(found) if found else [], "took_ms": took_ms}


def warm_up() -> None:
    """Load the network and what is compiled, so that the first click is as fast as the others."""
    y, x = np.mgrid[:256, :256]
    disc = (np.hypot(y - 128, x - 128) < 12).astype(np.float32)

    def read(window: Window) -> AnyArray:
        part: AnyArray = disc[np.newaxis, window.y0 : window.y1, window.x0 : window.x1]
        return part

    scene = Scene(256, 256, ((0.0, 1.0),), read)
    prompter = Prompter(scene, _runner(), refinement=_refinement())
    prompter.cell(Prompt(((128.0, 128.0),), ((128.0, 142.0),)))


def cells_of(found: Found) -> list[list[list[int]]]:
    """Return for every cell its rows [y, first x, end x] in pixels of the plane, top to bottom."""
    labels = found.labels
    cells: list[list[list[int]]] = [[] for _ in range(int(labels.max(initial=0)))]
    for y in range(len(labels)):
        row = labels[y]
        edges = np.flatnonzero(np.diff(row, prepend=0, append=0))
        for start, stop in pairwise(edges):
            if row[start] > 0:
                x0 = found.window.x0
                run = [found.window.y0 + y, x0 + int(start), x0 + int(stop)]
                cells[int(row[start]) - 1].append(run)
    return [rows for rows in cells if rows]


def _prompt(question: dict[str, Any]) -> Prompt:
    sides = (question["added"], question["removed"], question.get("scribble") or [])
    return Prompt(*(_points(side) for side in sides))


def _points(points: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(y), float(x)) for y, x in points)


def _prompter(image_id: UUID, t: int, z: int) -> Prompter:
    """The prompter of a plane, the last ones remembered."""
    key = (image_id, t, z)
    if key not in _prompters:
        _prompters[key] = _new_prompter(image_id, t, z)
        while len(_prompters) > N_REMEMBERED:
            _prompters.popitem(last=False)
    _prompters.move_to_end(key)
    return _prompters[key]


def _new_prompter(image_id: UUID, t: int, z: int) -> Prompter:
    image = Image.objects.get(pk=image_id)
    pyramid = image_folder(image.pk) / "pyramid.zarr"
    overview = _overview(pyramid, t, z)
    channels = choose_shown(overview, channels_of(image))
    limits = tuple(contrast_limits(overview[c]) for c in channels)

    def read(window: Window) -> AnyArray:
        place = (window.y0, window.x0, window.y1, window.x1)
        return read_window(pyramid, t, z, place)[list(channels)]

    latest = Segmentation.objects.filter(image=image).order_by("-created_at").first()
    diameter = latest.diameter_px if latest else None
    scene = Scene(image.height, image.width, limits, read)
    return Prompter(scene, _runner(), diameter, _refinement())


def _runner() -> Runner:
    device = choose_device(settings.SEGMENTATION_DEVICE)
    use_available_cores()
    network = load_network(find_card(FIELDS_WEIGHTS), device)
    return Runner(network, device, is_bfloat16=device.type == "cpu" and has_fast_bfloat16())


def _refinement() -> RefinementNetwork:
    return load_refinement(find_card(REFINEMENT_WEIGHTS))


def _overview(pyramid: Path, t: int, z: int) -> AnyArray:
    """All channels (C, Y, X) at the first level that is at most 1024 pixels a side."""
    n_levels = sum(1 for entry in pyramid.iterdir() if entry.name.isdigit())
    level = 0
    while level + 1 < n_levels and max(level_header(pyramid, level)[0][3:]) > OVERVIEW_SIDE:
        level += 1
    n_channels = level_header(pyramid, level)[0][1]
    return np.stack([read_level_plane(pyramid, level, t, c, z) for c in range(n_channels)])
