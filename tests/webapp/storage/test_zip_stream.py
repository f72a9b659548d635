"""Zips that are made while they are sent, and the names of the files in them."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.storage.unique_names import safe_name, unique_names
from webapp.storage.zip_stream import PIECE_BYTES, Entry, of_bytes, zip_pieces

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
