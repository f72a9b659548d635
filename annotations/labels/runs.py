"""Runs of changed pixels, and their one text form.

A *run* is a row of four unsigned 32-bit numbers (gap, length, before, after): skip ``gap``
pixels, then ``length`` pixels change from the label ``before`` to the label ``after``. Pixels are
counted in row-major order inside a bounding box, and a run may go on over the end of a row.

The text form is the numbers of all runs in order, each as an unsigned LEB128 varint (DWARF 5,
section 7.6), concatenated and written as base64 with padding (RFC 4648, section 4). Every number
has exactly one accepted form, so that equal changes have equal text and equal digests.
"""

from __future__ import annotations

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

Runs = NDArray[np.uint32]
"""(N, 4) uint32, columns gap, length, before, after."""

_BYTES_OF_A_NUMBER = 5  # ceil(32 / 7)
_HIGHEST_LAST_BYTE = 0x0F  # 32 - 4 * 7 = 4 bits are left for the fifth byte


class InvalidPatch(ValueError):
    """A patch that breaks a rule of the format; the message is one sentence for a person."""


def encode(runs: Runs) -> str:
    """Write ``runs``, (N, 4) uint32, as base64 text of LEB128 varints."""
    rest = np.ascontiguousarray(runs, dtype=np.uint32).ravel()
    sizes = np.ones(rest.size, dtype=np.uint8)
    for shift in range(7, 7 * _BYTES_OF_A_NUMBER, 7):
        sizes += rest >= np.uint32(1 << shift)
    ends = np.cumsum(sizes, dtype=np.int64)
    data = np.zeros(int(ends[-1]) if ends.size else 0, dtype=np.uint8)
    places = ends - sizes
    # Most numbers have one byte or two: every round goes on with those that have more.
    while rest.size:
        has_more = rest >= 0x80
        data[places] = (rest & np.uint32(0x7F)) | (has_more.astype(np.uint32) << np.uint32(7))
        rest, places = rest[has_more] >> np.uint32(7), places[has_more] + 1
    return base64.b64encode(data.tobytes()).decode("ascii")


def decode(text: str) -> Runs:
    """Read the text form back into (N, 4) uint32.

    Raises `InvalidPatch` when the text is not strict base64, a varint is cut off, needlessly long
    or above 2**32 - 1, or the numbers do not come in fours. What the runs say is not checked here.
    """
    values = _varints(_bytes_of(text))
    if values.size % 4:
        raise InvalidPatch("The runs of the patch are cut off: they must come in groups of four.")
    return values.reshape(-1, 4)


def _bytes_of(text: str) -> NDArray[np.uint8]:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InvalidPatch("The runs of the patch are not base64 text.") from error
    # Unused bits of the last character could be anything; only zeros are the one accepted form.
    if base64.b64encode(data).decode("ascii") != text:
        raise InvalidPatch("The runs of the patch are not base64 text in its one accepted form.")
    return np.frombuffer(data, dtype=np.uint8)


def _varints(data: NDArray[np.uint8]) -> NDArray[np.uint32]:
    if data.size == 0:
        return np.zeros(0, dtype=np.uint32)
    ends = np.flatnonzero(data < 0x80)
    if ends.size == 0 or ends[-1] != data.size - 1:
        raise InvalidPatch("The runs of the patch are cut off inside a number.")
    starts = np.concatenate(([0], ends[:-1] + 1))
    sizes = ends - starts + 1
    last = data[ends]
    is_too_large = (sizes > _BYTES_OF_A_NUMBER) | (
        (sizes == _BYTES_OF_A_NUMBER) & (last > _HIGHEST_LAST_BYTE)
    )
    if is_too_large.any():
        raise InvalidPatch("A number in the runs of the patch is larger than 4294967295.")
    if ((sizes > 1) & (last == 0)).any():
        raise InvalidPatch("A number in the runs of the patch is written longer than needed.")
    values = (data[starts] & np.uint8(0x7F)).astype(np.uint32)
    for position in range(1, _BYTES_OF_A_NUMBER):
        has_byte = np.flatnonzero(sizes > position)
        payload = (data[starts[has_byte] + position] & np.uint8(0x7F)).astype(np.uint32)
        values[has_byte] |= payload << np.uint32(7 * position)
    return values
