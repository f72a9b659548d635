"""How well the quality flags tell: `python tests/benchmarks/quality_flags.py DATA`.

Real images, which should raise no flag, and copies of them that are made worse in known ways,
which should. The table is of one half of the acquisition groups; `--half tuned` prints the other,
by which limits are set. The seed is fixed, so every call prints the same.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.quality_damage import DAMAGES, background_crops, saved_again
from webapp.imaging.quality.fingerprint import agreement, fingerprint
from webapp.imaging.quality.flags import MEANINGS, Flag
from webapp.imaging.quality.measure import MEASURES, numbers_of
from webapp.imaging.quality.sample import Sample

Plane = NDArray[Any]

FOLDERS = {
    "axon_sem/images": "scanning EM",
    "sstem_drosophila_em/images": "transmission EM",
    "bbbc030_cho_dic/images": "DIC",
    "bbbc039_u2os/images": "fluorescence, 16 bit",
    "sbs_plate_96well/images": "fluorescence, plate",
    "cellprofiler_examples": "fluorescence, 3 stains",
    "stardist_examples/images": "fluorescence, crops",
    "codex_tissue_expert/images": "fluorescence, tissue",
    "colicoords_ecoli/images_fluorescence": "fluorescence, bacteria",
    "colicoords_ecoli/images_brightfield": "brightfield, bacteria",
    "omnipose_bacteria/images": "phase contrast, bacteria",
    "usiigaci_t98g_phase/images": "phase contrast",
    "wound_healing_mit/images": "phase contrast, JPEG",
    "bccd_blood_boxes/images": "blood smear, JPEG",
    "dsb2018/images": "",
}
DSB_KINDS = {
    "fluorescence": "fluorescence, 8 bit",
    "he_or_stained": "stained tissue",
    "brightfield_gray": "Pap smear",
}
MOST_OF_A_GROUP = 6
SUFFIXES = {".png", ".tif", ".tiff", ".jpg", ".jpeg"}
SMALLEST_SIDE = 128


def main() -> None:
    """Read every image once, damage it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--half", choices=("tuned", "reported"), default="reported")
    parser.add_argument("--flag", choices=[flag.value for flag in MEASURES], help="only this one")
    options = parser.parse_args()
    if options.flag:
        print_one(options.data, options.half, Flag(options.flag))
        return
    good: dict[str, list[dict[Flag, float]]] = defaultdict(list)
    bad: dict[tuple[Flag, str], list[float]] = defaultdict(list)
    marks: dict[str, list[tuple[Path, str, str]]] = defaultdict(list)
    seconds = 0.0
    for path, kind, plane in images(options.data, options.half):
        started = time.process_time()
        sample = Sample.of(plane)
        good[kind].append(numbers_of(sample))
        seconds += time.process_time() - started
        again = Sample.of(saved_again(plane))
        marks[kind].append((path, fingerprint(sample.coarse), fingerprint(again.coarse)))
        damage_all(plane, sample.is_light, bad)
        for crop in background_crops(plane, path):
            bad[Flag.EMPTY, "background only"].append(
                numbers_of(Sample.of(crop)).get(Flag.EMPTY, 0.0)
            )
    print_good(good, [flag for flag in Flag if flag != Flag.DUPLICATE])
    print_bad(bad)
    print_duplicates(marks)
    n_good = sum(len(rows) for rows in good.values())
    print(f"\n{seconds / n_good * 1000:.0f} ms of processor time a plane")


def print_one(data: Path, half: str, flag: Flag) -> None:
    """Print the rows of one flag, without measuring the others."""
    good: dict[str, list[dict[Flag, float]]] = defaultdict(list)
    bad: dict[tuple[Flag, str], list[float]] = defaultdict(list)
    for path, kind, plane in images(data, half):
        sample = Sample.of(plane)
        good[kind].append({flag: MEASURES[flag](sample) or 0.0})
        if good[kind][-1][flag] > MEANINGS[flag].limit:
            print(f"{kind}, {path.name}: {good[kind][-1][flag]:.3g}")
        for damaged, strength, damage in DAMAGES:
            if damaged == flag:
                worse = Sample.of(damage(plane, sample.is_light, np.random.default_rng(0)))
                bad[flag, strength].append(MEASURES[flag](worse) or 0.0)
                bad[flag, f"{strength}, {kind}"].append(bad[flag, strength][-1])
    print_good(good, [flag])
    print_bad(bad)


def images(data: Path, half: str) -> Iterator[tuple[Path, str, Plane]]:
    """Yield file, kind and plane (Y, X) of the images of one half of the acquisition groups."""
    modality = {}
    with (data / "dsb2018/meta.csv").open(encoding="utf-8") as rows:
        modality = {row["id"]: row["modality"] for row in csv.DictReader(rows)}
    n_taken: dict[str, int] = defaultdict(int)
    for folder, named in FOLDERS.items():
        for path in sorted((data / folder).rglob("*")):
            if path.suffix.lower() not in SUFFIXES:
                continue
            kind = named or DSB_KINDS.get(modality.get(path.stem, ""), "")
            group = group_of(path, kind)
            n_taken[group] += 1
            if not kind or n_taken[group] > MOST_OF_A_GROUP or half_of(group) != half:
                continue
            plane = load(path)
            if min(plane.shape) >= SMALLEST_SIDE:
                yield path, kind, plane


def group_of(path: Path, kind: str) -> str:
    """Return what was acquired together: of the same size in the mixed set, else by the name."""
    if path.parents[1].name == "dsb2018":
        with Image.open(path) as picture:
            return f"{kind} {picture.size}"
    if kind == "fluorescence, 16 bit":
        return path.stem.split("_")[1]
    return f"{kind} {path.stem}"


def half_of(group: str) -> str:
    """Return to which half a group belongs, by its name."""
    digest = hashlib.sha256(group.encode()).digest()
    return ("tuned", "reported")[digest[0] % 2]


def load(path: Path) -> Plane:
    """Return the plane that is judged (Y, X); of color pictures the green one, as at ingest."""
    if path.suffix.lower() in {".tif", ".tiff"}:
        pixels = np.squeeze(tifffile.imread(path))
    else:
        pixels = np.asarray(Image.open(path))
    if pixels.ndim == 3:
        pixels = pixels[..., 1] if pixels.shape[-1] in {3, 4} else pixels[0]
    plane: Plane = pixels if pixels.dtype.kind == "u" else pixels.astype(np.float32)
    return plane


def damage_all(plane: Plane, is_light: bool, bad: dict[tuple[Flag, str], list[float]]) -> None:
    """Add the numbers of the copies that are worse in known ways."""
    for flag, strength, damage in DAMAGES:
        worse = damage(plane, is_light, np.random.default_rng(0))
        bad[flag, strength].append(numbers_of(Sample.of(worse)).get(flag, 0.0))


def print_good(good: dict[str, list[dict[Flag, float]]], flags: Sequence[Flag]) -> None:
    """Print how many images as they came raise each flag, by kind."""
    print("Flags of images as they came: images flagged, by kind\n")
    print("| kind | images | " + " | ".join(MEANINGS[flag].title for flag in flags) + " |")
    print("|---|---:|" + "---:|" * len(flags))
    totals = dict.fromkeys(flags, 0)
    for kind in sorted(good):
        counts = {f: sum(row.get(f, 0) > MEANINGS[f].limit for row in good[kind]) for f in flags}
        totals = {flag: totals[flag] + counts[flag] for flag in flags}
        print(f"| {kind} | {len(good[kind])} | " + " | ".join(str(counts[f]) for f in flags) + " |")
    n_images = sum(len(rows) for rows in good.values())
    shares = " | ".join(f"{totals[flag] / n_images:.1%}" for flag in flags)
    print(f"| all | {n_images} | {shares} |")


def print_bad(bad: dict[tuple[Flag, str], list[float]]) -> None:
    """Print how many of the damaged copies are found."""
    print("\nCopies made worse: share that is flagged\n")
    print("| flag | damage | copies | found |\n|---|---|---:|---:|")
    for (flag, strength), values in bad.items():
        found = float(np.mean(np.array(values) > MEANINGS[flag].limit))
        print(f"| {MEANINGS[flag].title} | {strength} | {len(values)} | {found:.0%} |")


def print_duplicates(marks: dict[str, list[tuple[Path, str, str]]]) -> None:
    """Print how many copies saved again are found, and how many other images are taken for one."""
    limit = MEANINGS[Flag.DUPLICATE].limit
    n_found = n_copies = n_wrong = n_pairs = 0
    for rows in marks.values():
        for i, (_, mark, copy) in enumerate(rows):
            if not mark or not copy:
                continue
            n_copies += 1
            n_found += agreement(mark, copy) > limit
            others = [other for _, other, _ in rows[:i] if other]
            n_pairs += len(others)
            n_wrong += sum(agreement(mark, other) > limit for other in others)
    print(f"| Duplicate | saved again as JPEG, 8 bit | {n_copies} | {n_found / n_copies:.0%} |")
    print(f"\nDifferent images of a kind taken for duplicates: {n_wrong} of {n_pairs} pairs")


if __name__ == "__main__":
    main()
