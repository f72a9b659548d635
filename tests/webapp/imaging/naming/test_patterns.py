"""File names of microscopes are read by patterns that people can change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.imaging.naming.builtin import BUILTINS, Builtin, recognize
from webapp.imaging.naming.pattern import BadPattern, NameParts, parse
from webapp.imaging.naming.wells import PLATES, Well, plate_of

wells = st.builds(Well, st.integers(0, 31), st.integers(0, 47))


@given(wells)
def test_a_well_is_read_as_it_is_written(well: Well) -> None:
    assert Well.written(str(well)) == well
    assert Well.written(str(well).lower()) == well


@pytest.mark.parametrize("text", ["A0", "A49", "AG1", "1A", "", "A1B", "ZZ9", "A-1"])
def test_what_is_no_well_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="well"):
        Well.written(text)


@given(st.sets(wells, min_size=1))
def test_a_plate_has_room_for_all_wells_and_no_smaller_one_has(found: set[Well]) -> None:
    rows, columns = plate_of(found)
    smaller = PLATES[: PLATES.index((rows, columns))]
    assert all(well.row < rows and well.column < columns for well in found)
    assert all(any(w.row >= r or w.column >= c for w in found) for r, c in smaller)


@pytest.mark.parametrize(
    ("name", "program", "expected"),
    [
        (
            "r03c05f02p01-ch2sk1fk1fl1.tiff",
            "Opera",
            NameParts(Well(2, 4), site=2, time=1, z=1, channel="2"),
        ),
        (
            "plate1_B03_T0001F002L01A01Z01C01.tif",
            "Yokogawa",
            NameParts(Well(1, 2), site=2, time=1, z=1, channel="01", plate="plate1"),
        ),
        (
            "VID1234_A1_1_2021y05m03d_12h30m.tif",
            "Incucyte",
            NameParts(Well(0, 0), site=1, plate="VID1234", clock="2021y05m03d_12h30m"),
        ),
        (
            "VID1234_H12_4_00d06h00m.tif",
            "Incucyte",
            NameParts(Well(7, 11), site=4, plate="VID1234", clock="00d06h00m"),
        ),
        (
            "IXMtest_A02_s1_w1051DAA7C-7042-435F-99F0-1E847D9B42CB.tif",
            "ImageXpress",
            NameParts(Well(0, 1), site=1, channel="1", plate="IXMtest"),
        ),
        (
            "Channel1-01-A-01.tif",
            "CellProfiler",
            NameParts(Well(0, 0), channel="1"),
        ),
        (
            "AS_09125_050116030001_D03f00d2.tif",
            "CellInsight",
            NameParts(Well(3, 2), site=0, channel="2", plate="AS_09125_050116030001"),
        ),
        ("Series003_z12_ch00.tif", "Leica", NameParts(z=12, channel="00")),
        ("exp_B03_2_DAPI.ome.tif", "Well, site and channel", None),
        ("a/b/B03_day2.tif", "A well in front", NameParts(Well(1, 2))),
    ],
)
def test_names_of_microscopes_are_recognized(
    name: str, program: str, expected: NameParts | None
) -> None:
    found = recognize([name])
    assert found is not None
    assert found.builtin.program.startswith(program)
    assert found.parts[0] is not None
    assert expected is None or found.parts == (expected,)


@pytest.mark.parametrize("builtin", BUILTINS, ids=lambda one: one.program)
def test_every_pattern_is_the_first_that_reads_its_own_example(builtin: Builtin) -> None:
    found = recognize([builtin.example])
    assert found is not None
    assert found.builtin == builtin


def test_a_note_beside_the_images_does_not_hide_their_pattern() -> None:
    found = recognize([*(f"B{n:02d}_day2.tif" for n in range(1, 10)), "README.txt"])
    assert found is not None
    assert found.parts[-1] is None
    assert [part.well for part in found.parts if part] == [Well(1, n) for n in range(9)]


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["scan 1.tif", "scan 2.tif"],
        ["IMG_0001.jpg"],
        ["t001.tif", "t02.tif"],
        ["R001_X003_Y004.ome.tif"],
        ["scratch_t06.jpeg"],
    ],
)
def test_names_that_say_nothing_are_not_guessed(names: list[str]) -> None:
    assert recognize(names) is None


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("{wel}", "not known"),
        ("{well}_{well}", "stands twice"),
        ("image", "names no part"),
        ("{well", "brace"),
        ("{*}{*}{*}{*}{well}", "any text"),
        ("{well}" + "a" * 300, "characters"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why(pattern: str, sentence: str) -> None:
    with pytest.raises(BadPattern, match=sentence):
        parse(pattern, "B03")


@given(well=wells, site=st.integers(0, 999), channel=st.integers(1, 9), day=st.text("ab_-. ()"))
def test_what_was_written_into_a_name_is_read_from_it(
    well: Well, site: int, channel: int, day: str
) -> None:
    parts = parse("{*}_{well}_s{site}_w{channel_number}", f"{day}_{well}_s{site}_w{channel}")
    assert parts == NameParts(well, site=site, channel=str(channel))


def test_the_worst_pattern_and_name_come_to_an_end() -> None:
    assert parse("{*}a{*}a{*}a{well}!", "a" * 255) is None
