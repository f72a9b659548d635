"""`segment`: label images for image files, without the web application."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from segmentation.engine.arrays import AnyArray, LabelArray
from segmentation.engine.cli.progress import ProgressLine
from segmentation.engine.cli.setup_light import SetupLights
from segmentation.engine.errors import SegmentationFailed
from segmentation.engine.files import UnreadableFile, read_image
from segmentation.engine.label_tiff import write_labels
from segmentation.engine.registry import DEFAULT_METHOD, methods
from segmentation.engine.roles import Target
from segmentation.engine.segment import LabelImage, segment
from segmentation.engine.spool import forget, new_array
from webapp.imaging.roles import Role


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog="segment",
        description="Write a label image (0 = background, 1..N cells) for every image file.",
    )
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--method", default=DEFAULT_METHOD, choices=[info.name for info in methods()]
    )
    parser.add_argument(
        "--diameter",
        type=_diameter,
        default=None,
        metavar="auto|PX",
        help="cell diameter in pixels of the image (default: auto)",
    )
    parser.add_argument(
        "--channels",
        type=_channels,
        default=None,
        metavar="N[,N[,N]]",
        help="one to three channel numbers, counted from 0 (default: by their roles)",
    )
    parser.add_argument(
        "--roles",
        type=_roles,
        default=None,
        metavar="ROLE[,ROLE...]",
        help=f"what each channel shows: {', '.join(Role)} (default: guessed from name and content)",
    )
    parser.add_argument(
        "--target",
        choices=list(Target),
        default=None,
        help="whole cells, or only their nuclei (default: cells)",
    )
    parser.add_argument(
        "--set",
        dest="settings",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=VALUE",
        help="any other parameter of the method",
    )
    parser.add_argument("--device", default="cpu", help="cpu, cuda or auto (default: cpu)")
    parser.add_argument(
        "--manifest", action="store_true", help="also write how it was made as <name>.json"
    )
    return parser


def _diameter(text: str) -> float | None:
    """Read auto or a number of pixels."""
    if text == "auto":
        return None
    try:
        return float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is neither auto nor a number") from error


def _channels(text: str) -> list[int]:
    """Read numbers separated by commas."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of channel numbers") from error


def _roles(text: str) -> list[Role]:
    """Read roles separated by commas."""
    try:
        return [Role(part.strip()) for part in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no list of roles; there are {', '.join(Role)}"
        ) from error


def _setting(text: str) -> tuple[str, Any]:
    """Read NAME=VALUE; numbers and true/false become what they look like."""
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def output_path(source: Path, out: Path) -> Path:
    """Return where the labels of a file go."""
    return out / f"{output_stem(source)}.tif"


def output_stem(source: Path) -> str:
    """Return the file name without its suffix; .ome.tif counts as one suffix."""
    stem = source.stem
    return stem[: -len(".ome")] if stem.lower().endswith(".ome") else stem


def segment_file(
    source: Path, options: argparse.Namespace, lights: SetupLights
) -> tuple[AnyArray, list[LabelImage]]:
    """Segment every plane of a file; labels (T, Z, Y, X) count up inside each plane.

    How far it is stands on the terminal meanwhile.

    Raises `UnreadableFile` and `SegmentationFailed`.
    """
    image = read_image(source)
    pixels = image.pixels
    parameters: dict[str, Any] = dict(options.settings)
    if options.target is not None:
        parameters["target"] = options.target
    if options.diameter is not None:
        parameters["diameter"] = options.diameter
    if options.channels is not None:
        parameters["channels"] = options.channels
    light = lights.light_for(image, parameters)
    n_frames, _, n_slices = pixels.shape[:3]
    results: list[LabelImage] = []
    labels = _label_stack(pixels.shape)
    n_planes = n_frames * n_slices
    with ProgressLine(source.name, sys.stderr) as line:
        for done, (t, z) in enumerate(np.ndindex(n_frames, n_slices)):
            result = segment(
                pixels[t, :, z],
                method=options.method,
                parameters=parameters,
                device=options.device,
                channel_names=image.channel_names,
                channel_roles=options.roles,
                light=light,
                on_progress=line.part(done / n_planes, 1 / n_planes),
            )
            if labels is None:
                return result.labels[np.newaxis, np.newaxis], [result]
            labels[t, z] = result.labels
            forget(labels)
            results.append(replace(result, labels=labels[t, z]))
    assert labels is not None
    return labels, results


def _label_stack(shape: tuple[int, ...]) -> LabelArray | None:
    """Return room for the labels of an image (T, C, Z, Y, X); a lone plane needs none."""
    n_frames, _, n_slices, height, width = shape
    if n_frames * n_slices == 1:
        return None
    return new_array((n_frames, n_slices, height, width), np.uint32)


def write_manifest(path: Path, results: Sequence[LabelImage]) -> None:
    """Write the manifests of all planes of a file, with confidences and warnings."""
    planes = [
        {
            "manifest": result.manifest,
            "diameter_px": round(result.diameter_px, 2),
            "warnings": list(result.warnings),
            "confidences": [round(float(c), 4) for c in result.confidences],
        }
        for result in results
    ]
    path.write_text(json.dumps({"planes": planes}, indent=1, sort_keys=True))


def main(argv: Sequence[str] | None = None) -> int:
    """Segment the files; 0 when all succeeded, 1 when any failed."""
    options = build_parser().parse_args(argv)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"{options.out}: this folder cannot be made ({error.strerror}).", file=sys.stderr)
        return 1
    lights = SetupLights(options.files)
    written: dict[Path, Path] = {}
    n_failed = 0
    for source in options.files:
        target = output_path(source, options.out)
        try:
            if target in written:
                raise SegmentationFailed(
                    f"its result would overwrite that of {written[target]}; rename one of them."
                )
            if target.exists() and source.exists() and target.samefile(source):
                raise SegmentationFailed("its result would overwrite it; choose another --out.")
            labels, results = segment_file(source, options, lights)
            largest = max(len(result.confidences) for result in results)
            write_labels(target, labels, largest)
            if options.manifest:
                write_manifest(target.with_suffix(".json"), results)
        except UnreadableFile as error:
            n_failed += 1
            print(error, file=sys.stderr)
            continue
        except SegmentationFailed as error:
            n_failed += 1
            print(f"{source.name}: {error}", file=sys.stderr)
            continue
        except OSError as error:
            n_failed += 1
            print(f"{target}: cannot be written ({error.strerror}).", file=sys.stderr)
            continue
        written[target] = source
        n_cells = sum(len(result.confidences) for result in results)
        print(f"{source.name}: {n_cells} cells -> {target}")
        for sentence in dict.fromkeys(w for result in results for w in result.warnings):
            print(f"{source.name}: {sentence}", file=sys.stderr)
    return 1 if n_failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
