"""`pack`: put labeled folders into one file, to train on another machine."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from segmentation.engine.cli.train import find_files
from segmentation.engine.training.data import RECIPE
from segmentation.engine.training.pack import write_pack


def build_parser() -> argparse.ArgumentParser:
    """Describe the options."""
    parser = argparse.ArgumentParser(prog="pack", description="Pack labeled folders into a file.")
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the split")
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Write the file and say how large it is."""
    options = build_parser().parse_args(argv)
    n_planes = write_pack(find_files(options.data, options.recipe, options.seed), options.out)
    print(f"{options.out}: {n_planes} planes, {options.out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
