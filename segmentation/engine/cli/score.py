"""`score`: compare predicted label images with the truth."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray
from segmentation.engine.cli.segment import output_stem
from segmentation.engine.files import UnreadableFile, read_labels
from segmentation.engine.metrics import THRESHOLDS, Scores, score

COLUMNS = (("AP", "average_precision"), ("F1", "f1"), ("PQ", "panoptic_quality"))


@dataclass(frozen=True)
class FileScore:
    """The scores of one image at every threshold."""

    stem: str
    n_predicted: int
    n_true: int
    scores: tuple[Scores, ...]


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog="score",
        description="Score label images against the truth: AP, F1, PQ at IoU .5, .75 and .9.",
    )
    parser.add_argument("predicted", type=Path, metavar="PRED_DIR")
    parser.add_argument("truth", type=Path, metavar="TRUTH_DIR")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser


def label_files(folder: Path) -> dict[str, Path]:
    """Return the image files of a folder by stem. Raises ValueError on two of one stem."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in {".tif", ".tiff", ".png", ".bmp", ".gif"}:
            continue
        stem = output_stem(path)
        if stem in found:
            raise ValueError(f"{folder}: {found[stem].name} and {path.name} have the same name.")
        found[stem] = path
    return found


def score_file(stem: str, predicted: Path | None, truth: Path) -> FileScore:
    """Score one image; a missing prediction counts as empty.

    Planes of a stack are told apart: equal numbers in two planes are two objects.
    Raises `UnreadableFile`.
    """
    true = read_labels(truth)
    found = read_labels(predicted) if predicted else np.zeros_like(true)
    if found.shape != true.shape:
        raise UnreadableFile(
            f"{stem}: the prediction measures {_words(found)}, the truth {_words(true)}."
        )
    true, found = _apart(true), _apart(found)
    return FileScore(stem, _n_objects(found), _n_objects(true), score(found, true))


def _words(labels: AnyArray) -> str:
    """Return the shape of a label image in words."""
    return " x ".join(
        str(side) for side in (labels.shape[1:] if len(labels) == 1 else labels.shape)
    )


def _apart(planes: AnyArray) -> AnyArray:
    """Give every plane (N, Y, X) label numbers of its own."""
    if len(planes) == 1:
        return planes
    wide = planes.astype(np.int64)
    offsets = np.arange(len(wide)) * (int(wide.max(initial=0)) + 1)
    return np.where(wide > 0, wide + offsets[:, None, None], 0)


def _n_objects(labels: AnyArray) -> int:
    """Count the labels."""
    return int(np.count_nonzero(np.unique(labels)))


def mean_scores(results: Sequence[FileScore]) -> list[dict[str, float]]:
    """Return the means over images by threshold."""
    return [
        {"threshold": threshold}
        | {
            field: float(np.mean([getattr(r.scores[i], field) for r in results]))
            for _, field in COLUMNS
        }
        for i, threshold in enumerate(THRESHOLDS)
    ]


def as_json(results: Sequence[FileScore], missing: Sequence[str]) -> dict[str, Any]:
    """Return everything for a program to read."""
    return {
        "n_images": len(results),
        "missing": list(missing),
        "mean": mean_scores(results),
        "images": [
            {
                "name": r.stem,
                "n_predicted": r.n_predicted,
                "n_true": r.n_true,
                "scores": [
                    {
                        "threshold": s.threshold,
                        "true_positives": s.n_true_positives,
                        "false_positives": s.n_false_positives,
                        "false_negatives": s.n_false_negatives,
                        "average_precision": s.average_precision,
                        "f1": s.f1,
                        "panoptic_quality": s.panoptic_quality,
                    }
                    for s in r.scores
                ],
            }
            for r in results
        ],
    }


def as_table(results: Sequence[FileScore]) -> str:
    """Return a table with a line an image and the mean below."""
    width = max(len("image"), *(len(r.stem) for r in results))
    heads = [f"{name}@{threshold:g}" for threshold in THRESHOLDS for name, _ in COLUMNS]
    lines = [f"{'image':<{width}} {'pred':>6} {'true':>6} " + " ".join(f"{h:>7}" for h in heads)]
    for r in results:
        values = [getattr(s, field) for s in r.scores for _, field in COLUMNS]
        row = " ".join(f"{v:7.3f}" for v in values)
        lines.append(f"{r.stem:<{width}} {r.n_predicted:6d} {r.n_true:6d} {row}")
    means = [entry[field] for entry in mean_scores(results) for _, field in COLUMNS]
    lines.append(f"{'mean':<{width}} {'':6} {'':6} " + " ".join(f"{v:7.3f}" for v in means))
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Score the folders; 0 when all files could be read, 1 otherwise."""
    options = build_parser().parse_args(argv)
    for folder in (options.predicted, options.truth):
        if not folder.is_dir():
            print(f"{folder}: there is no such folder.", file=sys.stderr)
            return 1
    try:
        predicted, truth = label_files(options.predicted), label_files(options.truth)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if not truth:
        print(f"{options.truth}: there are no label images in this folder.", file=sys.stderr)
        return 1
    results, missing, n_failed = [], [], 0
    for stem, path in truth.items():
        if stem not in predicted:
            missing.append(stem)
            print(f"{stem}: there is no prediction; it counts as empty.", file=sys.stderr)
        try:
            results.append(score_file(stem, predicted.get(stem), path))
        except UnreadableFile as error:
            n_failed += 1
            print(error, file=sys.stderr)
    for stem in sorted(set(predicted) - set(truth)):
        print(f"{stem}: there is no truth for this prediction; it is left out.", file=sys.stderr)
    if results:
        if options.json:
            print(json.dumps(as_json(results, missing), indent=1))
        else:
            print(as_table(results))
    return 1 if n_failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
