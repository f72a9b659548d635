"""`train`: learn weights from labeled folders."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch.multiprocessing.spawn import spawn

from segmentation.engine.training.data import (
    RECIPE,
    SYNTHETIC,
    Cluster,
    LabeledFile,
    list_files,
    load,
    parts_of,
    read_recipe,
    synthetic_images,
)
from segmentation.engine.training.loop import Settings, Training, train
from segmentation.engine.training.pack import read_pack
from segmentation.engine.training.parallel import end_with, join_group
from segmentation.engine.weights import find_card, load_tensors

MEETING_POINT = "meeting_point"


def add_learning_options(parser: argparse.ArgumentParser) -> None:
    """Describe the options that every training has."""
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="folders with images/ and masks/, or one file that `pack` wrote",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--steps", type=int, default=None, help="stop after this many steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    parser.add_argument("--threads", type=int, default=None, help="threads of the network")
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="the highest one")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint")
    parser.add_argument("--bfloat16", action="store_true", help="faster where the CPU has it")


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(
        prog="train", description="Learn weights from folders with images/ and masks/."
    )
    add_learning_options(parser)
    parser.add_argument("--size", choices=["S", "M", "L"], default="S")
    parser.add_argument("--processes", type=int, default=1, help="processes that learn together")
    parser.add_argument("--crops", type=int, default=12, help="crops a step and process")
    parser.add_argument(
        "--start-from",
        metavar="NAME",
        help="begin with shipped weights, such as generalist-s; a larger --size widens them",
    )
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps")
    parser.add_argument(
        "--loaders", type=int, default=0, help="processes that draw crops, for a GPU"
    )
    return parser


def find_files(folders: Sequence[Path], recipe: Path, seed: int) -> list[LabeledFile]:
    """List the labeled files of all folders; a folder of folders stands for those in it."""
    parts, _ = read_recipe(recipe)
    files: list[LabeledFile] = []
    for folder in folders:
        is_set = any(folder.glob("mask*"))
        names = {part.folder for part in parts}
        members = [folder] if is_set else [p for p in sorted(folder.iterdir()) if p.name in names]
        for member in members:
            for part in parts_of(member, parts):
                files += list_files(member, part, seed)
    return files


def find_unseen(folders: Sequence[Path], recipe: Path, seeds: Sequence[int]) -> list[LabeledFile]:
    """List the labeled files of all folders; held out are those that every seed holds out.

    For what was trained in parts with several seeds.
    """
    splits = [find_files(folders, recipe, seed) for seed in seeds]
    return [
        replace(same[0], is_held_out=all(file.is_held_out for file in same))
        for same in zip(*splits, strict=True)
    ]


def write_split(files: Sequence[LabeledFile], path: Path) -> None:
    """Record which file was learned from and which was held out."""
    rows = [
        {
            "folder": f.part.folder,
            "stem": f.stem,
            "modality": f.part.modality,
            "group": f.group,
            "is_held_out": f.is_held_out,
            "is_same_acquisition": f.part.is_same_acquisition,
        }
        for f in files
    ]
    path.write_text(json.dumps(rows, indent=1))


def clusters_of(files: Sequence[LabeledFile], *, is_held_out: bool) -> list[Cluster]:
    """Load one side of the split, a cluster a modality."""
    chosen = [f for f in files if f.is_held_out == is_held_out]
    clusters = []
    for part in dict.fromkeys(f.part.modality for f in chosen):
        mine = [f for f in chosen if f.part.modality == part]
        images = [image for f in mine for image in load(f)]
        head = mine[0].part
        clusters.append(Cluster(part, head.weight, tuple(images), head.crowded, head.coarse))
    return clusters


def load_both_sides(options: argparse.Namespace, rank: int) -> tuple[list[Cluster], list[Cluster]]:
    """Load what is learned and, in process 0, what is held out; record the split of folders."""
    first = options.data[0]
    if first.is_file():
        held_out = read_pack(first, is_held_out=True) if rank == 0 else []
        return read_pack(first, is_held_out=False), held_out
    files = find_files(options.data, options.recipe, options.seed)
    if rank == 0:
        write_split(files, options.out / "split.json")
    held_out = clusters_of(files, is_held_out=True) if rank == 0 else []
    return clusters_of(files, is_held_out=False), held_out


def drawn_cluster(options: argparse.Namespace) -> Cluster:
    """Draw the synthetic images of the recipe."""
    _, synthetic = read_recipe(options.recipe)
    drawn = synthetic_images(int(synthetic["n_images"]), np.random.default_rng(options.seed))
    return Cluster(SYNTHETIC, synthetic["weight"], drawn)


def run(rank: int, options: argparse.Namespace, parent: int) -> None:
    """Train as one of the processes that `parent` started; process 0 keeps the records."""
    if options.threads:
        torch.set_num_threads(options.threads)
    if options.processes > 1:
        end_with(parent)
        join_group(rank, options.processes, options.out.resolve() / MEETING_POINT)
    learned, held_out = load_both_sides(options, rank)
    learned.append(drawn_cluster(options))
    if rank == 0:
        for cluster in learned:
            print(f"{cluster.modality}: {len(cluster.images)} images, weight {cluster.weight}")
    training = Training(
        Settings(
            size=options.size,
            seed=options.seed,
            minutes=options.minutes,
            n_steps=options.steps,
            n_crops=options.crops,
            learning_rate=options.learning_rate,
            is_bfloat16=options.bfloat16,
            rank=rank,
            device=options.device,
            n_loaders=options.loaders,
        ),
        options.out,
    )
    if options.resume:
        training.resume()
    elif options.start_from:
        card = find_card(options.start_from)
        training.start_from(load_tensors(card), str(card.facts["size"]))
    train(training, learned, held_out)


def main(argv: Sequence[str] | None = None) -> int:
    """Train and write checkpoint.pt, log.jsonl and split.json into --out."""
    options = build_parser().parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.processes == 1:
        run(0, options, os.getpid())
        return 0
    (options.out / MEETING_POINT).unlink(missing_ok=True)
    spawn(run, (options, os.getpid()), nprocs=options.processes)  # type: ignore[no-untyped-call]
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
