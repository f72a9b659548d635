"""Make the demo images, their list and their attribution from a folder with the sources.

    python -m webapp.demo.make_demo DATA_FOLDER

Pixels are cut out, never changed: same bit depth, lossless compression.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from webapp.demo.recipes import ORIGINS, RECIPES, Recipe

HERE = Path(__file__).parent
MAX_FILE_BYTES = 300_000
MAX_ALL_BYTES = 4_000_000

INTRODUCTION = """# Demo images

Real microscopy, cut to size; written by `make_demo.py` from `demo.json`. Each image stays under
the licence of its source. Nothing but what the column "Changed" says was done to the pixels.

| File | Title | Changed | Source | Cite | Licence |
|---|---|---|---|---|---|
"""


def main(arguments: list[str]) -> int:
    """Write images, demo.json and ATTRIBUTION.md; fail when they grow too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with the source data sets")
    data = parser.parse_args(arguments).data
    images = HERE / "images"
    shutil.rmtree(images, ignore_errors=True)
    images.mkdir()
    entries = [_make(recipe, data, images / recipe.file) for recipe in RECIPES]
    text = json.dumps({"images": entries}, indent=2, ensure_ascii=False) + "\n"
    (HERE / "demo.json").write_text(text, encoding="utf-8")
    (HERE / "ATTRIBUTION.md").write_text(_attribution(entries), encoding="utf-8")
    sizes = {path.name: path.stat().st_size for path in images.iterdir()}
    too_large = [name for name, size in sizes.items() if size > MAX_FILE_BYTES]
    if too_large or sum(sizes.values()) > MAX_ALL_BYTES:
        sys.stderr.write(f"too large: {too_large}, {sum(sizes.values())} bytes in all\n")
        return 1
    return 0


def _make(recipe: Recipe, data: Path, target: Path) -> dict[str, str]:
    """Write one image and return its entry in the list."""
    if recipe.kind == "copy":
        shutil.copyfile(data / recipe.inputs[0], target)
        changed = "nothing, the file is as it came"
    else:
        pixels = np.stack([_read(data / name) for name in recipe.inputs])
        pixels = pixels[0] if len(recipe.inputs) == 1 else pixels
        changed = _write(recipe, pixels, target)
    origin = ORIGINS[recipe.origin]
    return {
        "file": f"images/{recipe.file}",
        "dataset": recipe.dataset,
        "title": recipe.title,
        "source": origin.source,
        "original": ", ".join(Path(name).name for name in recipe.inputs),
        "citation": origin.citation,
        "licence": origin.licence,
        "licence_url": origin.licence_url,
        "changed": "; ".join(part for part in (changed, recipe.remark) if part),
    }


def _read(path: Path) -> NDArray[Any]:
    """Return the pixels of a source image as they are."""
    if path.suffix == ".tif":
        return np.asarray(tifffile.imread(path))
    with Image.open(path) as picture:
        return np.asarray(picture)


def _write(recipe: Recipe, pixels: NDArray[Any], target: Path) -> str:
    """Cut out the box, write the file and say what was done."""
    changed = []
    if recipe.box:
        y0, x0, y1, x1 = recipe.box
        is_color = recipe.kind == "crop" and pixels.ndim == 3
        pixels = pixels[y0:y1, x0:x1] if is_color else pixels[..., y0:y1, x0:x1]
        changed.append(f"cropped to rows {y0}–{y1}, columns {x0}–{x1}")
    if target.suffix == ".png":
        return "; ".join([*changed, *_write_png(pixels, target)])
    options: dict[str, Any] = {"compression": "zlib", "predictor": pixels.dtype.itemsize <= 2}
    if recipe.kind == "channels":
        metadata: dict[str, Any] = {"axes": "CYX", "Channel": {"Name": list(recipe.channels)}}
        changed.append(f"channels {' and '.join(recipe.channels)} in one OME-TIFF")
        options |= {"ome": True, "photometric": "minisblack"}
    else:
        axes = {"movie": "TYX", "volume": "ZYX"}.get(recipe.kind, "YXS"[: pixels.ndim])
        metadata = {"axes": axes}
        changed.append("written as ImageJ TIFF")
        options |= {"imagej": True}
    if recipe.pixel_size_um:
        options["resolution"] = (1 / recipe.pixel_size_um, 1 / recipe.pixel_size_um)
        metadata["unit"] = "um"
    tifffile.imwrite(target, pixels, metadata=metadata, **options)
    return "; ".join(changed)


def _write_png(pixels: NDArray[Any], target: Path) -> list[str]:
    """Write a PNG; three equal color channels are stored once."""
    changed = []
    if pixels.ndim == 3 and (pixels == pixels[..., :1]).all():
        pixels = pixels[..., 0]
        changed.append("three equal colour channels stored as one")
    Image.fromarray(pixels).save(target, optimize=True)
    return changed


def _attribution(entries: list[dict[str, str]]) -> str:
    """Return the table for people."""
    rows = [
        f"| {one['file']} | {one['title']} | {one['changed']} | "
        f"[{one['original']}]({one['source']}) | {one['citation']} | "
        f"[{one['licence']}]({one['licence_url']}) |\n"
        for one in entries
    ]
    return INTRODUCTION + "".join(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
