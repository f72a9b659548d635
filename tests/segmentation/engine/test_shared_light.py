"""One light for all images of a setup: told from many, applied to each, said with the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.engine.arrays import AnyArray
from segmentation.engine.cli.segment import main as segment_main
from segmentation.engine.errors import InvalidParameters
from segmentation.engine.preprocessing import prepared
from segmentation.engine.preprocessing.flat_field import POWERS, FlatField, SharedLight
from segmentation.engine.preprocessing.prepared import prepare
from segmentation.engine.preprocessing.settings import Preprocessing
from segmentation.engine.preprocessing.shared_light import (
    FEWEST_IMAGES,
    blocks_of,
    flat_field_of,
    shared_light_of,
)
from segmentation.engine.segment import segment
from segmentation.engine.tiling import Window

SHAPE = (160, 200)
WHOLE = Window(0, 0, *SHAPE)
SHARED = Preprocessing(background="shared")


def fall_off(strength: float) -> AnyArray:
    """Light (Y, X) with the mean 1 that is brightest beside the middle."""
    y, x = (np.linspace(-1, 1, n) for n in SHAPE)
    away = (y[:, None] - 0.2) ** 2 + (x[None, :] + 0.3) ** 2
    light = 1 - strength * away / away.max()
    return light / light.mean()


def fields_of_cells(
    n: int, light: AnyArray, *, dark: float = 100, haze: float = 60, cells: float = 900
) -> list[AnyArray]:
    """Images of one camera, each with other cells: dark + light * (haze + cells), and noise."""
    found = []
    for seed in range(n):
        rng = np.random.default_rng(seed)
        y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
        there = np.zeros(SHAPE)
        for cy, cx in rng.uniform(0, 1, (25, 2)) * SHAPE:
            there[(y - cy) ** 2 + (x - cx) ** 2 < 49] = cells * rng.uniform(0.7, 1.3)
        clean = dark + light * (haze + there)
        found.append(np.round(rng.normal(clean, 4)).clip(0, 65_535).astype(np.uint16))
    return found


def told_from(planes: Sequence[AnyArray]) -> FlatField:
    named = [(f"image {i}", plane[np.newaxis]) for i, plane in enumerate(planes)]
    return shared_light_of(named, SHAPE).fields[0]


def unevenness(found: AnyArray, light: AnyArray) -> float:
    """How far two lights are from each other, as a share of the light."""
    ratio = found / light
    return float(np.std(ratio / ratio.mean()))


@pytest.mark.parametrize("strength", [0.0, 0.4, 0.7])
def test_the_light_and_the_dark_of_a_camera_are_told(strength: float) -> None:
    light = fall_off(strength)
    field = told_from(fields_of_cells(24, light))
    assert unevenness(field.over(WHOLE), light) < 0.03
    assert field.over(WHOLE).mean() == pytest.approx(1, abs=0.01)
    if strength:
        assert field.dark == pytest.approx(100, abs=20)


def test_an_image_alone_cannot_tell_what_many_tell() -> None:
    light = fall_off(0.7)
    planes = fields_of_cells(24, light, dark=600)
    assert unevenness(told_from(planes).over(WHOLE), light) < 0.03
    alone = prepared.light_of(planes[0]).over(WHOLE)
    assert unevenness(alone, light) > 0.15


def test_light_that_cells_take_away_is_told_as_well() -> None:
    light = fall_off(0.4)
    planes = fields_of_cells(24, light, dark=0, haze=3000, cells=-1200)
    assert unevenness(told_from(planes).over(WHOLE), light) < 0.03


def test_a_few_images_with_something_else_in_them_do_not_change_it() -> None:
    light = fall_off(0.4)
    planes = fields_of_cells(24, light)
    for plane in planes[:4]:
        plane[:80, :100] = 4000
    assert unevenness(told_from(planes).over(WHOLE), light) < 0.03


def test_the_order_of_the_images_does_not_matter() -> None:
    blocks = np.stack([blocks_of(one) for one in fields_of_cells(14, fall_off(0.4))])
    assert flat_field_of(blocks, SHAPE) == flat_field_of(blocks[::-1], SHAPE)


@pytest.mark.parametrize("value", [0, 7, 65_535])
def test_images_without_anything_in_them_have_an_even_light(value: int) -> None:
    field = told_from([np.full(SHAPE, value, np.uint16)] * FEWEST_IMAGES)
    assert np.allclose(field.over(WHOLE), 1, atol=1e-6)
    assert np.isfinite(field.even(WHOLE, np.ones(SHAPE, np.float32))).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=30, deadline=None)
def test_any_images_have_a_light_that_can_be_divided_by(seed: int, height: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.integers(-3, 9)
    planes = rng.normal(0, scale, (FEWEST_IMAGES, 1, height, width)).astype(np.float32)
    planes[0, 0, 0, 0] = np.nan
    light = shared_light_of([(str(i), one) for i, one in enumerate(planes)], (height, width))
    over = light.fields[0].over(Window(0, 0, height, width))
    assert np.isfinite(over).all()
    assert (over >= 0.1).all()
    assert np.isfinite(prepare(planes[0], SHARED, light.fields)).all()


def test_too_few_images_are_refused_in_a_sentence() -> None:
    with pytest.raises(InvalidParameters, match="at least 12 images of the same setup"):
        told_from(fields_of_cells(3, fall_off(0.4)))


@given(st.integers(0, 2**32 - 1), st.integers(1, 50), st.integers(1, 50))
@settings(max_examples=30, deadline=None)
def test_a_window_gives_what_the_whole_gives(seed: int, height: int, width: int) -> None:
    rng = np.random.default_rng(seed)
    planes = rng.integers(0, 4000, (2, height, width)).astype(np.uint16)
    fields = [
        FlatField(tuple(rng.normal(0, 0.3, len(POWERS))), 80.0, (height, width)) for _ in range(2)
    ]
    whole = prepare(planes, SHARED, fields)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepared, "IN_MEMORY_BYTES", 0)
        lazy = prepare(planes, SHARED, fields)
    y, x = sorted(rng.integers(0, height + 1, 2)), sorted(rng.integers(0, width + 1, 2))
    part = np.s_[1, y[0] : y[1], x[0] : x[1]]
    assert np.array_equal(lazy[part], whole[part])
    assert np.array_equal(np.asarray(lazy), whole)


def test_the_light_comes_back_from_what_is_stored_of_it() -> None:
    light = SharedLight((told_from(fields_of_cells(12, fall_off(0.4))),), ("a", "b"))
    assert SharedLight.from_json(light.to_json()) == light
    assert SharedLight.from_json(light.to_json()).digest == light.to_json()["digest"]


@pytest.mark.parametrize("said", [{}, {"fields": [{"terms": [1]}], "sources": []}, {"fields": [7]}])
def test_what_is_no_light_is_refused(said: Any) -> None:
    with pytest.raises(InvalidParameters, match="no description of a light"):
        SharedLight.from_json(said)


def test_a_light_of_another_size_is_refused() -> None:
    field = FlatField((1.0,) + (0.0,) * (len(POWERS) - 1), 0.0, (10, 10))
    parameters = {"preprocessing": {"background": "shared"}}
    planes = np.zeros((1, 20, 20), np.uint16)
    for light, sentence in ((None, "none was given"), (SharedLight((field,), ()), "another size")):
        with pytest.raises(InvalidParameters, match=sentence):
            segment(planes, method="threshold", parameters=parameters, light=light)


def test_files_of_one_call_share_their_light(tmp_path: Path) -> None:
    light = fall_off(0.7)
    planes = fields_of_cells(FEWEST_IMAGES, light, dark=300, haze=40)
    files = [tmp_path / f"{i:02}.tif" for i in range(len(planes))]
    for path, plane in zip(files, planes, strict=True):
        tifffile.imwrite(path, plane)
    out = tmp_path / "out"
    options = ["--method", "threshold", "--set", 'preprocessing={"background": "shared"}']
    assert segment_main([*map(str, files), "--out", str(out), "--manifest", *options]) == 0
    told = (out / "00.json").read_text()
    assert '"light"' in told
    assert told.count('"sources"') == 1
    n_cells = tifffile.imread(out / "00.tif").max()
    assert n_cells >= 12


def test_too_few_files_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "alone.tif"
    tifffile.imwrite(path, fields_of_cells(1, fall_off(0.4))[0])
    options = ["--method", "threshold", "--set", 'preprocessing={"background": "shared"}']
    assert segment_main([str(path), "--out", str(tmp_path / "out"), *options]) == 1
    assert "at least 12 images" in capsys.readouterr().err
