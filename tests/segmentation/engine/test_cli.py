"""The command-line doors: files in, label images and scores out, one sentence for each failure."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from segmentation.engine.arrays import AnyArray
from segmentation.engine.cli.progress import ERASED, ProgressLine
from segmentation.engine.cli.score import main as score_main
from segmentation.engine.cli.segment import main as segment_main
from segmentation.engine.label_tiff import write_labels

FAST = ["--method", "threshold"]


def run(out: Path, *files: Path, options: list[str] | None = None) -> int:
    """Call the segment command."""
    return segment_main([*map(str, files), "--out", str(out), *(options or FAST)])


@pytest.mark.parametrize("suffix", ["tif", "png", "bmp"])
def test_a_file_becomes_a_label_image_of_its_size(
    suffix: str, tmp_path: Path, discs: tuple[AnyArray, AnyArray]
) -> None:
    source = tmp_path / f"cells.{suffix}"
    picture = (discs[0] / discs[0].max() * 255).astype(np.uint8)
    Image.fromarray(picture).save(source)
    assert run(tmp_path / "out", source) == 0
    labels = tifffile.imread(tmp_path / "out" / "cells.tif")
    assert labels.dtype == np.uint16
    assert labels.shape == picture.shape
    assert labels.max() == 9


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        return True


def test_long_work_says_how_long_it_will_take_where_somebody_looks() -> None:
    seconds = iter([0.0, 0.5, 30.0, 30.1, 60.0])
    terminal = Terminal()
    with ProgressLine("slide.tif", terminal, lambda: next(seconds)) as line:
        for fraction in (0.01, 0.25, 0.26):
            line.tell(fraction)
        line.part(0.4, 0.2)(0.5)
    shown = [part for part in terminal.getvalue().split(ERASED) if part]
    assert shown == ["slide.tif: 25%, 2 min left", "slide.tif: 50%, 1 min left"]
    assert terminal.getvalue().endswith(ERASED)


def test_nothing_is_drawn_into_a_file() -> None:
    seconds = iter([0.0, 10.0])
    stream = io.StringIO()
    ProgressLine("slide.tif", stream, lambda: next(seconds)).tell(0.5)
    assert stream.getvalue() == ""


def test_the_generalist_is_the_default(tmp_path: Path, discs: tuple[AnyArray, AnyArray]) -> None:
    source = tmp_path / "cells.ome.tif"
    tifffile.imwrite(source, discs[0])
    assert run(tmp_path / "out", source, options=["--diameter", "22", "--manifest"]) == 0
    assert tifffile.imread(tmp_path / "out" / "cells.tif").max() == 9
    manifest = json.loads((tmp_path / "out" / "cells.json").read_text())["planes"][0]["manifest"]
    assert manifest["method"] == "generalist"
    assert manifest["parameters"]["diameter"] == 22


def test_every_plane_of_a_stack_becomes_a_page(
    tmp_path: Path, discs: tuple[AnyArray, AnyArray]
) -> None:
    source = tmp_path / "movie.tif"
    stack = np.broadcast_to(discs[0], (2, 3, 2, *discs[0].shape)).copy()
    tifffile.imwrite(source, stack, imagej=True, metadata={"axes": "TZCYX"})
    assert run(tmp_path / "out", source) == 0
    with tifffile.TiffFile(tmp_path / "out" / "movie.tif") as tiff:
        assert len(tiff.pages) == 6
        assert tiff.series[0].axes == "TZYX"
        assert tiff.series[0].shape == (2, 3, *discs[0].shape)


def test_one_bad_file_fails_with_a_sentence_and_the_others_are_done(
    tmp_path: Path, discs: tuple[AnyArray, AnyArray], capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, empty = tmp_path / "good.tif", tmp_path / "bad.tif", tmp_path / "empty.png"
    tifffile.imwrite(good, discs[0])
    bad.write_bytes(good.read_bytes()[:900])
    empty.write_bytes(b"")
    text = tmp_path / "notes.png"
    text.write_text("no image")
    missing = tmp_path / "missing.tif"
    assert run(tmp_path / "out", bad, empty, text, missing, good) == 1
    sentences = capsys.readouterr().err.strip().splitlines()
    assert len(sentences) == 4
    for sentence, name in zip(sentences, ("bad", "empty", "notes", "missing"), strict=True):
        assert sentence.startswith(name)
        assert sentence.endswith(".")
    assert (tmp_path / "out" / "good.tif").exists()


def test_two_files_of_one_name_do_not_overwrite_each_other(
    tmp_path: Path, discs: tuple[AnyArray, AnyArray], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").mkdir()
    first, second = tmp_path / "cells.tif", tmp_path / "a" / "cells.png"
    tifffile.imwrite(first, discs[0])
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(second)
    assert run(tmp_path / "out", first, second) == 1
    assert tifffile.imread(tmp_path / "out" / "cells.tif").max() == 9
    assert "would overwrite" in capsys.readouterr().err


def test_an_input_is_never_overwritten(tmp_path: Path, discs: tuple[AnyArray, AnyArray]) -> None:
    source = tmp_path / "cells.tif"
    tifffile.imwrite(source, discs[0])
    before = source.read_bytes()
    assert run(tmp_path, source) == 1
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    "options",
    [["--channels", "7"], ["--set", "nonsense=1"], ["--set", "minimum_area_px=-4"]],
)
def test_senseless_options_fail_with_a_sentence(
    options: list[str],
    tmp_path: Path,
    discs: tuple[AnyArray, AnyArray],
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = tmp_path / "cells.tif"
    tifffile.imwrite(source, discs[0])
    assert run(tmp_path / "out", source, options=[*FAST, *options]) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("cells.tif: ")
    assert "Traceback" not in error


@pytest.mark.parametrize(
    "make",
    [
        lambda p, path: Image.fromarray(p).convert("RGBA").save(path),
        lambda p, path: Image.fromarray(p).convert("P").save(path),
        lambda p, path: Image.fromarray(np.stack([p, p, p], -1)).save(path),
        lambda p, path: Image.fromarray(p > 100).save(path),
    ],
    ids=["rgba", "palette", "equal colors", "bilevel"],
)
def test_every_kind_of_picture_is_read(
    make: object, tmp_path: Path, discs: tuple[AnyArray, AnyArray]
) -> None:
    picture = (discs[0] / discs[0].max() * 255).astype(np.uint8)
    make(picture, tmp_path / "cells.png")  # type: ignore[operator]
    assert run(tmp_path / "out", tmp_path / "cells.png") == 0
    assert tifffile.imread(tmp_path / "out" / "cells.tif").max() == 9


@pytest.mark.parametrize(
    "options",
    [
        {"imagej": True, "metadata": {"axes": "CYX"}},
        {"ome": True, "metadata": {"axes": "CYX"}},
        {"photometric": "rgb", "planarconfig": "separate"},
    ],
    ids=["ImageJ", "OME", "planar"],
)
def test_channels_of_a_tiff_are_channels(
    options: dict[str, object], tmp_path: Path, discs: tuple[AnyArray, AnyArray]
) -> None:
    noise = np.random.default_rng(0).integers(0, 9, discs[0].shape).astype(np.uint16)
    source = tmp_path / "channels.tif"
    tifffile.imwrite(source, np.stack([noise, discs[0], noise]), **options)
    assert run(tmp_path / "out", source, options=[*FAST, "--channels", "1"]) == 0
    labels = tifffile.imread(tmp_path / "out" / "channels.tif")
    assert labels.shape == discs[0].shape
    assert labels.max() == 9


@pytest.mark.parametrize("shape", [(1, 1, 5, 6), (2, 1, 5, 6), (1, 3, 5, 6)])
def test_more_labels_than_16_bits_hold_are_kept(shape: tuple[int, ...], tmp_path: Path) -> None:
    labels = np.zeros(shape, np.uint32)
    labels[-1, -1, 2, 3] = 70_000
    write_labels(tmp_path / "many.tif", labels, int(labels.max()))
    stored = tifffile.imread(tmp_path / "many.tif")
    assert stored.dtype == np.uint32
    assert np.array_equal(stored.ravel(), labels.ravel())


@pytest.fixture
def folders(tmp_path: Path, discs: tuple[AnyArray, AnyArray]) -> tuple[Path, Path]:
    """Predictions and truth: one perfect, one missing."""
    predicted, truth = tmp_path / "predicted", tmp_path / "truth"
    predicted.mkdir()
    truth.mkdir()
    labels = discs[1].astype(np.uint16)
    tifffile.imwrite(predicted / "one.tif", labels)
    Image.fromarray(labels).save(truth / "one.png")
    Image.fromarray(labels).save(truth / "two.png")
    return predicted, truth


def test_a_missing_prediction_counts_as_empty_with_a_warning(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert score_main([*map(str, folders), "--json"]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert report["missing"] == ["two"]
    assert "two: there is no prediction" in captured.err
    assert [image["scores"][0]["average_precision"] for image in report["images"]] == [1, 0]
    assert report["mean"][0] == {
        "threshold": 0.5,
        "average_precision": 0.5,
        "f1": 0.5,
        "panoptic_quality": 0.5,
    }


def test_the_table_has_a_line_an_image_and_the_mean(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert score_main([str(folder) for folder in folders]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["image", "one", "two", "mean"]
    assert lines[0].split()[3:6] == ["AP@0.5", "F1@0.5", "PQ@0.5"]
    assert lines[3].split()[1] == "0.500"


def test_a_prediction_of_another_size_fails_with_a_sentence(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    tifffile.imwrite(folders[0] / "two.tif", np.zeros((4, 5), np.uint16))
    assert score_main([str(folder) for folder in folders]) == 1
    assert "two: the prediction measures 4 x 5" in capsys.readouterr().err


def test_equal_numbers_in_two_planes_are_two_objects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = np.zeros((2, 8, 8), np.uint16)
    stack[:, 2:5, 2:5] = 1
    for name in ("predicted", "truth"):
        (tmp_path / name).mkdir()
        tifffile.imwrite(tmp_path / name / "stack.tif", stack, photometric="minisblack")
    assert score_main([str(tmp_path / "predicted"), str(tmp_path / "truth"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["images"][0]["n_true"] == 2


def test_a_missing_folder_fails_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert score_main([str(tmp_path / "none"), str(tmp_path)]) == 1
    assert "there is no such folder" in capsys.readouterr().err
    assert score_main([str(tmp_path), str(tmp_path)]) == 1
    assert "no label images" in capsys.readouterr().err
