"""Zips that are made while they are sent, and the names of the files in them."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.storage.unique_names import safe_name, unique_names
from webapp.storage.zip_stream import DIRECTORY_BYTES, PIECE_BYTES, Entry, of_bytes, zip_pieces

NAMES = st.lists(st.text(min_size=1, max_size=20), max_size=12)


@given(st.lists(st.binary(max_size=2000), max_size=6))
def test_what_goes_in_comes_out(contents: list[bytes]) -> None:
    entries = [of_bytes(f"{number}/a b é.tif", one) for number, one in enumerate(contents)]
    packed = b"".join(zip_pieces(entries))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        assert [archive.read(entry.name) for entry in entries] == contents
        assert {told.compress_type for told in archive.infolist()} <= {zipfile.ZIP_STORED}


def test_memory_does_not_grow_with_the_files() -> None:
    piece, n_pieces = bytes(PIECE_BYTES), 400

    def pieces() -> Iterator[bytes]:
        for _ in range(n_pieces):
            yield piece

    tracemalloc.start()
    n_bytes = sum(len(one) for one in zip_pieces([Entry("a", n_pieces * PIECE_BYTES, pieces)]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_bytes > n_pieces * PIECE_BYTES
    assert peak < 8 * PIECE_BYTES


def test_memory_does_not_grow_with_the_number_of_files() -> None:
    tracemalloc.start()
    peaks = []
    for n_files in (20_000, 70_000):
        tracemalloc.reset_peak()
        entries = (of_bytes(f"plate/A/1/0/{number}", b"abc") for number in range(n_files))
        packed = sum(len(piece) for piece in zip_pieces(entries))
        peaks.append(tracemalloc.get_traced_memory()[1])
        assert packed > n_files * 100
    tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
    assert peaks[1] < 4 * DIRECTORY_BYTES


def test_more_files_than_sixteen_bits_can_count_are_found() -> None:
    entries = (of_bytes(str(number), b"") for number in range(70_000))
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces(entries)))) as archive:
        assert len(archive.infolist()) == 70_000


def test_a_file_of_more_than_four_gigabytes_and_the_one_behind_it_are_found(
    tmp_path: Path,
) -> None:
    n_bytes = 2**32 + 5

    def zeros() -> Iterator[bytes]:
        whole, rest = divmod(n_bytes, PIECE_BYTES)
        yield from (bytes(PIECE_BYTES) for _ in range(whole))
        yield bytes(rest)

    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        for piece in zip_pieces([Entry("large", n_bytes, zeros), of_bytes("small", b"abc")]):
            # Zeros are left out, so that they take no room on the disk.
            if piece.count(0) == len(piece):
                file.seek(len(piece), io.SEEK_CUR)
            else:
                file.write(piece)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("small") == b"abc"
        assert archive.getinfo("large").file_size == n_bytes
        with archive.open("large") as large:
            assert large.read(5) == bytes(5)


def test_dates_and_names_are_kept() -> None:
    entry = of_bytes("Zelle ü.tif", b"a", datetime(2026, 11, 23, 9, 41, 30, tzinfo=UTC))
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces([entry])))) as archive:
        [told] = archive.infolist()
    assert (told.filename, told.date_time) == ("Zelle ü.tif", (2026, 11, 23, 9, 41, 30))
    assert told.external_attr >> 16 & 0o777 == 0o644


def test_a_file_that_ends_early_breaks_the_zip_off() -> None:
    with pytest.raises(OSError, match="has 3 bytes instead of 5"):
        list(zip_pieces([Entry("a", 5, lambda: [b"abc"])]))


@given(NAMES)
def test_names_are_unique_and_stay_in_their_folder(names: list[str]) -> None:
    found = unique_names(names)
    assert len({name.casefold() for name in found}) == len(names)
    for name in found:
        assert name not in ("", ".", "..")
        assert not set(name) & set('/\\:*?"<>|\0')


def test_usual_names_stay_as_they_are() -> None:
    assert unique_names(["a.ome.tif", "A.ome.tif", "Zelle ü.czi", "con.tif"]) == [
        "a.ome.tif",
        "A (2).ome.tif",
        "Zelle ü.czi",
        "_con.tif",
    ]
    assert safe_name("../x") == "_.._x"


def test_each_of_many_images_of_one_name_gets_its_number() -> None:
    assert unique_names(["a.tif", "a (2).tif", "a.tif", "A.tif"]) == [
        "a.tif",
        "a (2).tif",
        "a (3).tif",
        "A (4).tif",
    ]
    assert unique_names(["a.tif"] * 50_000)[-1] == "a (50000).tif"
