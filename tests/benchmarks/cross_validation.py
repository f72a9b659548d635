"""How good a network is on kinds of which there are only a handful of images.

    python -m tests.benchmarks.cross_validation DATA --out DIR
        [--folds 3] [--base-minutes 40] [--fold-minutes 12] [--processes 2]

One held-out image of a kind says little. So a network of size S is trained anew: first on the kinds
with many images alone (that is scored on all the others, as on kinds never learned from), then
from there once a fold on the others too, without the fold's acquisition groups. In the end every
image was held out once. The times are a fraction of what the shipped weights got, so their
figures are higher; what these say is how far one image may be off. A fold that is finished is
not trained again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from segmentation.engine.cli.train import find_files
from segmentation.engine.methods.generalist.inference import Runner, prepare
from segmentation.engine.methods.generalist.network import Network
from segmentation.engine.training.data import RECIPE, LabeledFile
from segmentation.engine.training.evaluation import ImageScore, evaluate, summarize
from tests.benchmarks.engine_accuracy import print_table

HANDFUL = {
    "SEM axons",
    "DIC",
    "smear nuclei",
    "phase contrast",
    "ssTEM neurites",
    "phase contrast bacteria",
    "brightfield bacteria",
    "fluorescence bacteria",
    "multiplexed tissue",
}
# The pictures of one dish are one group here; the recipe parts them for want of others.
TOGETHER = {"colicoords_ecoli": "(ds[0-9]+)_"}
SEED = 0


def entries(*, is_handful: bool) -> list[dict[str, Any]]:
    """Return the recipe's parts on one side."""
    parts = json.loads(RECIPE.read_text())["parts"]
    mine = [part for part in parts if (part["modality"] in HANDFUL) == is_handful]
    return [part | {"groups": TOGETHER.get(part["folder"], part["groups"])} for part in mine]


def write_recipe(path: Path, parts: Sequence[dict[str, Any]]) -> Path:
    """Write a recipe of these parts, with the drawn images of the shipped one."""
    recipe = json.loads(RECIPE.read_text()) | {"parts": list(parts)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(recipe, indent=1))
    return path


def fold_recipes(data: Path, out: Path, n_folds: int) -> list[Path]:
    """Write a recipe a fold: the groups of a part, in order, are dealt out in blocks.

    Neighbours in a stack so stay together. A kind of one group has none to learn from and stays
    out.
    """
    handful = write_recipe(out / "handful.json", entries(is_handful=True))
    files = find_files([data], handful, SEED)
    recipes = []
    for fold in range(n_folds):
        parts = entries(is_handful=False)
        for entry in entries(is_handful=True):
            mine = [f.group for f in files if f.part.modality == entry["modality"]]
            blocks = np.array_split(np.unique(mine), n_folds)
            if len(set(mine)) > 1:
                parts.append(entry | {"held_out": blocks[fold].tolist()})
        recipes.append(write_recipe(out / f"fold{fold}" / "recipe.json", parts))
    return recipes


def train(options: argparse.Namespace, recipe: Path, minutes: float, *, is_begun: bool) -> None:
    """Train S beside its recipe, unless that is done already."""
    out = recipe.parent
    if (out / "done").exists():
        return
    command = [sys.executable, "-m", "segmentation.engine.cli.train"]
    command += ["--data", str(options.data), "--out", str(out), "--recipe", str(recipe)]
    command += ["--size", "S", "--minutes", str(minutes), "--seed", str(SEED), "--bfloat16"]
    command += ["--processes", str(options.processes), "--threads", "1", "--crops", "8"]
    subprocess.run(command + ["--resume"] * is_begun, check=True)
    (out / "done").touch()


def load(folder: Path) -> Runner:
    """Return the averaged network of a training."""
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    network = Network(state["size"])
    network.load_state_dict(state["average"])
    device = torch.device("cpu")
    return Runner(prepare(network, device), device)


def held_out_in(data: Path, recipe: Path) -> list[LabeledFile]:
    """Return what a fold holds out of the kinds with a handful of images."""
    files = find_files([data], recipe, SEED)
    return [f for f in files if f.is_held_out and f.part.modality in HANDFUL]


def main() -> None:
    """Train, score and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--base-minutes", type=float, default=40.0)
    parser.add_argument("--fold-minutes", type=float, default=12.0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    base = write_recipe(options.out / "base" / "recipe.json", entries(is_handful=False))
    train(options, base, options.base_minutes, is_begun=(base.parent / "checkpoint.pt").exists())
    recipes = fold_recipes(options.data, options.out, options.folds)
    for recipe in recipes:
        if not (recipe.parent / "checkpoint.pt").exists():
            shutil.copy(base.parent / "checkpoint.pt", recipe.parent)
        train(options, recipe, options.base_minutes + options.fold_minutes, is_begun=True)
    unknown = find_files([options.data], options.out / "handful.json", SEED)
    results = evaluate(unknown, load(base.parent), {})
    print_table("never learned from", summarize(results), len(results))
    in_turn: list[ImageScore] = []
    for recipe in recipes:
        in_turn += evaluate(held_out_in(options.data, recipe), load(recipe.parent), {})
    in_turn.sort(key=lambda result: result.file.part.modality)
    print_table(
        f"every image held out once, {options.folds} folds", summarize(in_turn), len(in_turn)
    )


if __name__ == "__main__":
    main()
