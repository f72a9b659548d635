"""Names say which files are planes of one image, and what is wrong with a set."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from webapp.imaging.naming.builtin import recognize
from webapp.imaging.naming.grouping import FileFacts, Stack, stacks_of
from webapp.imaging.naming.pattern import parse

PLANE = (1, 1, 1, 20, 30)


def grouped(
    names: list[str], pattern: str | None = None, shapes: dict[str, tuple[int, ...]] | None = None
) -> list[Stack]:
    """The stacks of files with these names, by a pattern or by the usual one."""
    if pattern is None:
        found = recognize(names)
        assert found is not None
        pattern = found.builtin.pattern
    shape = {name: (shapes or {}).get(name, PLANE) for name in names}
    files = [FileFacts(name, name, shape[name], "uint16") for name in names]  # type: ignore[arg-type]
    return stacks_of(files, [parse(pattern, name) for name in names])


def test_the_names_of_usual_microscopes_make_the_usual_images() -> None:
    for names, image, shape in (
        (["exp7_B03_s2_w1", "exp7_B03_s2_w2"], "exp7_B03_s2", (1, 2, 1)),
        (["Channel1-01-A-01", "Channel2-01-A-01"], "01-A-01", (1, 2, 1)),
        (
            ["r03c05f02p01-ch1sk1fk1fl1", "r03c05f02p02-ch1sk1fk1fl1"],
            "r03c05f02-ch1sk1fk1fl1",
            (1, 1, 2),
        ),
        (["p_B03_T0001F002L01A01Z01C01", "p_B03_T0001F002L01A02Z01C02"], None, (1, 2, 1)),
        (["VID_A1_1_00d00h00m", "VID_A1_1_00d02h00m"], "VID_A1_1", (2, 1, 1)),
        (["Series003_ch00", "Series003_ch01"], "Series003", (1, 2, 1)),
        (
            [f"IXMtest_A02_s1_w{n}051DAA7C-7042-435F-99F0-1E847D9B42C{n}" for n in (1, 2)],
            "IXMtest_A02_s1",
            (1, 2, 1),
        ),
    ):
        (stack,) = grouped(names)
        assert stack.shape == (*shape, 20, 30)
        assert (stack.faults, stack.missing) == ((), ())
        assert image is None or stack.name == image


def test_series_of_different_names_are_different_images() -> None:
    stacks = grouped(["Series001_ch00", "Series001_ch01", "Series002_ch00", "Series002_ch01"])
    assert [stack.name for stack in stacks] == ["Series001", "Series002"]


@given(
    st.permutations(list(product(range(1, 4), ("DAPI", "GFP"), (2, 10, 30)))),
)
def test_each_file_has_the_place_that_its_name_says(order: list[tuple[int, str, int]]) -> None:
    names = [f"a_t{t}_z{z}_{c}" for t, c, z in order]
    (stack,) = grouped(names, "{*}_t{time}_z{z}_{channel}")
    assert stack.shape[:3] == (3, 2, 3)
    assert stack.channels == ("DAPI", "GFP")
    places = {one.file.stem: one.place for one in stack.members}
    for t, c, z in order:
        expected = (t - 1, ("DAPI", "GFP").index(c), (2, 10, 30).index(z))
        assert places[f"a_t{t}_z{z}_{c}"] == expected


def test_what_is_missing_is_named() -> None:
    names = [f"a_t{t}_z{z}_ch{c}" for t, z, c in product((1, 2), (1, 2), (0, 1))]
    names.remove("a_t2_z1_ch1")
    (stack,) = grouped(names)
    assert stack.missing == ("frame 2 channel 1 slice 1",)
    assert not stack.faults


def test_a_channel_that_the_other_wells_have_is_missing() -> None:
    names = [f"exp_B0{n}_s1_w{c}" for n in (2, 3) for c in (1, 2, 3)]
    names.remove("exp_B03_s1_w2")
    stacks = grouped(names)
    assert [stack.missing for stack in stacks] == [(), ("channel 2",)]


def test_a_file_without_its_other_channels_is_named() -> None:
    stacks = grouped(["exp_B02_s1_w1", "exp_B02_s1_w2", "exp_B03_s1_w1"])
    assert [len(stack.members) for stack in stacks] == [2, 1]
    assert stacks[1].missing == ("channel 2",)


def test_fewer_frames_than_the_others_are_said() -> None:
    names = [f"s{n}_t{t}_z1_ch0" for n in (1, 2) for t in range(4)]
    names.remove("s2_t3_z1_ch0")
    first, second = grouped(names)
    assert (first.warnings, second.warnings) == ((), ("3 of 4 frames",))
    assert not second.missing


def test_files_that_do_not_fit_are_never_put_together() -> None:
    names = ["a_ch00", "a_ch01"]
    for shape, words in (
        ((1, 1, 1, 21, 30), "Sizes differ: 20 × 30 and 21 × 30."),
        ((1, 1, 5, 20, 30), "different numbers of slices"),
    ):
        (stack,) = grouped(names, shapes={"a_ch01": shape})
        assert words in " ".join(stack.faults)
    rgb = dict.fromkeys(names, (1, 3, 1, 20, 30))
    assert "the files have channels themselves" in " ".join(grouped(names, shapes=rgb)[0].faults)
    (stack,) = grouped(["a_1_DAPI", "a_1_dapi"], "{*}_{channel}")
    assert stack.shape[:3] == (1, 2, 1)


def test_slices_in_the_files_and_channels_in_the_names_go_together() -> None:
    names = ["a_ch00", "a_ch01"]
    (stack,) = grouped(names, shapes=dict.fromkeys(names, (4, 1, 5, 20, 30)))
    assert stack.shape == (4, 2, 5, 20, 30)
    assert [one.place for one in stack.members] == [(0, 0, 0), (0, 1, 0)]
    assert not stack.faults


def test_clocks_that_are_evenly_apart_are_the_time_step() -> None:
    names = [f"VID_A1_1_2021y05m{day}d_{hour}h30m" for day in ("30", "31") for hour in ("00", "12")]
    (stack,) = grouped(names)
    assert stack.frame_interval_s == 12 * 3600


def test_a_file_alone_makes_no_stack() -> None:
    assert grouped(["a_ch00", "b_ch00"]) == []
