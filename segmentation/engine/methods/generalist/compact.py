"""The answer of the network in five bytes a pixel, which is all that grouping looks at."""

from __future__ import annotations

import numpy as np

from segmentation.engine.arrays import AnyArray, FloatArray
from segmentation.engine.following import FLOW_UNIT
from segmentation.engine.grouping import Fields
from segmentation.engine.seams import LOG_DIAMETER_UNIT

N_COMPACT = 5
NO_FLOW = 128


def compact(answer: FloatArray) -> AnyArray:
    """Return an answer (5, Y, X) as uint8: foreground, flow y, flow x, boundary, log2 diameter.

    Probabilities: 255 is one. Flows: 128 is none, 100 more or less is one pixel a step. Diameter:
    sixteenths of an octave above one pixel.
    """
    packed = np.empty((N_COMPACT, *answer.shape[1:]), np.uint8)
    np.rint(answer[0] * 255, out=packed[0], casting="unsafe")
    np.rint(answer[3] * 255, out=packed[3], casting="unsafe")
    packed[4] = np.rint(np.clip(answer[4] * LOG_DIAMETER_UNIT, 0, 255))
    packed[1:3] = np.rint(np.clip(answer[1:3] * FLOW_UNIT, -127, 127)) + NO_FLOW
    return packed


def opened(packed: AnyArray) -> Fields:
    """Return the fields of a compact answer (5, Y, X)."""
    # Flipping the highest bit subtracts 128.
    return Fields((packed[1:3] ^ NO_FLOW).view(np.int8), packed[0], packed[3], packed[4])


def nothing(height: int, width: int) -> AnyArray:
    """Return the compact answer (5, Y, X) that there is no cell."""
    packed = np.zeros((N_COMPACT, height, width), np.uint8)
    packed[1:3] = NO_FLOW
    return packed
