"""AP, F1 and PQ of the shipped weights by modality on the held-out images of their card.

    python tests/benchmarks/engine_accuracy.py DATA [DATA...] [--network generalist-s]
    python tests/benchmarks/engine_accuracy.py DATA [DATA...] --method threshold

DATA holds the folders that the card names (or is one of them). Only the images that the card
lists as held out are scored.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from segmentation.engine.cli.train import find_files
from segmentation.engine.files import read_image, read_labels
from segmentation.engine.metrics import score
from segmentation.engine.registry import DEFAULT_METHOD
from segmentation.engine.segment import segment
from segmentation.engine.training.data import RECIPE
from segmentation.engine.training.evaluation import ImageScore, summarize
from segmentation.engine.weights import DEFAULT_WEIGHTS, find_card

COLUMNS = ("n_images", "n_cells", "ap_50", "ap_75", "ap_90", "f1_50", "pq_50")


def measure(
    folders: Sequence[Path], method: str, network: str = DEFAULT_WEIGHTS
) -> tuple[dict[str, dict[str, Any]], int]:
    """Return the scores by modality, and how many planes were scored."""
    parameters = {"network": network} if method == DEFAULT_METHOD else {}
    card = find_card(network)
    held_out = {(f["folder"], f["stem"], f["group"]) for f in card.facts["held_out"]["files"]}
    files = find_files(folders, RECIPE, card.facts["training"]["seed"])
    results = []
    for file in files:
        if (file.part.folder, file.stem, file.group) not in held_out:
            continue
        image, truth = read_image(file.image), read_labels(file.labels)
        pixels, names = image.pixels[0], image.channel_names
        for z in range(pixels.shape[1]):
            found = segment(pixels[:, z], method=method, parameters=parameters, channel_names=names)
            results.append(ImageScore(file, score(found.labels, truth[z])))
    return summarize(results), len(results)


def print_table(method: str, rows: dict[str, dict[str, Any]], n_images: int) -> None:
    """Print a row a modality."""
    print(f"{method}, {n_images} held-out images")
    print(f"{'modality':26s}" + "".join(f"{c:>9s}" for c in COLUMNS) + "   95 % of ap_50")
    for modality, row in rows.items():
        mark = " *" if row["is_same_acquisition"] else ""
        values = "".join(f"{row[c]:>9}" for c in COLUMNS)
        low, high = row["ap_50_interval"]
        print(f"{modality + mark:26s}{values}   {low:.3f} to {high:.3f}")
    print("* from the same acquisition as training images, so optimistic")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--method", default=DEFAULT_METHOD)
    parser.add_argument("--network", default=DEFAULT_WEIGHTS)
    options = parser.parse_args()
    name = options.network if options.method == DEFAULT_METHOD else options.method
    print_table(name, *measure(options.data, options.method, options.network))


if __name__ == "__main__":
    main()
