"""File names are safe on every system, unique, and still say which image it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.reports.file_names import file_stem, unique_stems


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cells.tif", "cells"),
        ("cells.ome.tiff", "cells"),
        ("plate 7, C04.png", "plate 7, C04"),
        ("Zellen_größe_µm.tif", "Zellen_größe_µm"),
        ("細胞.tif", "細胞"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c*d?.tif", "a_b_c_d_"),
        ("CON.tif", "_CON"),
        ("com1", "_com1"),
        ("...", "image"),
        ("", "image"),
        (".hidden", "hidden"),
        ("line\nbreak.tif", "line_break"),
        ("exe\u202efdp.tif", "exefdp"),
        ("v1.2.tif", "v1.2"),
    ],
)
def test_names_become_safe_and_stay_readable(name: str, expected: str) -> None:
    assert file_stem(name) == expected


def test_equal_names_are_numbered_and_case_does_not_count() -> None:
    assert unique_stems(["a.tif", "a.png", "A.tif", "a (2).tif"]) == [
        "a",
        "a (2)",
        "A (3)",
        "a (2) (2)",
    ]


@given(st.lists(st.text(max_size=300), max_size=8))
def test_whatever_the_names_are_the_files_are_safe_and_different(names: list[str]) -> None:
    stems = unique_stems(names)
    assert len({stem.casefold() for stem in stems}) == len(names)
    for stem in stems:
        assert stem
        assert len(stem.encode("utf-8")) <= 140
        assert not set(stem) & set('/\\:*?"<>|\0\n')
        assert stem == stem.strip(" .")
