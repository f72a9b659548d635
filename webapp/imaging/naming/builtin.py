"""The patterns of the microscopes' programs, and which of them fits a folder of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from webapp.imaging.naming.pattern import NameParts, parse

LEAST_PART = 0.8
"""A pattern is proposed when it reads this part of the names: a folder may hold notes and maps."""


@dataclass(frozen=True)
class Builtin:
    """A pattern with the program that writes such names, and one of them."""

    program: str
    pattern: str
    example: str


BUILTINS = (
    Builtin(
        "Opera Phenix, Operetta (Harmony)",
        "r{row}c{column}f{site}p{z}-ch{channel_number}sk{time}{*}",
        "r03c05f02p01-ch2sk1fk1fl1",
    ),
    Builtin(
        "Yokogawa CV7000, CV8000",
        "{plate}_{well}_T{time}F{site}L{*}A{action}Z{z}C{channel_number}",
        "plate1_B03_T0001F002L01A01Z01C01",
    ),
    Builtin("Incucyte", "{plate}_{well}_{site}_{clock}", "VID1234_A1_1_2021y05m03d_12h30m"),
    Builtin(
        "ImageXpress (MetaXpress), time and slices",
        "{plate}_{well}_s{site}_t{time}_z{z}_w{channel_number}",
        "exp7_B03_s2_t1_z3_w1",
    ),
    Builtin(
        "ImageXpress (MetaXpress), as stored",
        "{plate}_{well}_s{site}_w{channel_number}{guid}",
        "IXMtest_A02_s1_w1051DAA7C-7042-435F-99F0-1E847D9B42CB",
    ),
    Builtin(
        "ImageXpress (MetaXpress)", "{plate}_{well}_s{site}_w{channel_number}", "exp7_B03_s2_w1"
    ),
    Builtin(
        "ImageXpress (MetaXpress), one site", "{plate}_{well}_w{channel_number}", "exp7_B03_w2"
    ),
    Builtin(
        "CellProfiler's examples",
        "Channel{channel_number}-{*}-{row_letter}-{column}",
        "Channel1-01-A-01",
    ),
    Builtin(
        "CellInsight, ArrayScan",
        "{plate}_{well}f{site}d{channel_number}",
        "AS_09125_050116030001_D03f00d0",
    ),
    Builtin(
        "Leica (LAS X), one file a channel", "{*}_t{time}_z{z}_ch{channel_number}", "a_t00_z0_ch01"
    ),
    Builtin("Leica (LAS X), slices", "{*}_z{z}_ch{channel_number}", "Series003_z12_ch00"),
    Builtin("Leica (LAS X), channels", "{*}_ch{channel_number}", "Series003_ch00"),
    Builtin("Well, site and channel", "{*}_{sure_well}_{site}_{channel}", "exp_B03_2_DAPI"),
    Builtin("Well and site", "{*}_{sure_well}_{site}", "exp_B03_2"),
    Builtin("Row and column in numbers", "{*}r{row}c{column}{*}", "day2_r03c05_dapi"),
    Builtin("A well in front", "{sure_well}_{*}", "B03_day2"),
    Builtin("A well at the end", "{*}_{sure_well}", "day2_B03"),
    Builtin("A well alone", "{sure_well}", "B03"),
)


@dataclass(frozen=True)
class Recognition:
    """A pattern and what it reads in each name, in their order; None where it does not fit."""

    builtin: Builtin
    parts: tuple[NameParts | None, ...]


def stem_of(file_name: str) -> str:
    """The name without folders and endings: `a/B03.ome.tif` is `B03`."""
    return PurePosixPath(file_name).stem.removesuffix(".ome")


def recognize(file_names: Sequence[str]) -> Recognition | None:
    """The first pattern that reads enough of the names; None when none does.

    The patterns go from the most special to the most general one.
    """
    stems = [stem_of(name) for name in file_names]
    for builtin in BUILTINS:
        parts = tuple(parse(builtin.pattern, stem) for stem in stems)
        if stems and sum(part is not None for part in parts) >= LEAST_PART * len(stems):
            return Recognition(builtin, parts)
    return None
