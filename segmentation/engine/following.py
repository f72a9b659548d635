"""Follow the flows: where does every pixel of the foreground end?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numba import njit

from segmentation.engine.arrays import AnyArray

N_FOLLOW_STEPS = 200
STOP_STEPS = 4
STOP_DISTANCE_PX = 1.0
SPEED_UP = 3.0
FLOW_UNIT = 100.0
"""The quantized flow of length one pixel a step."""
MINIMUM_ROWS_A_THREAD = 64


def follow_flows(
    flows: AnyArray, foreground: AnyArray, threshold: int, *, n_threads: int = 1
) -> AnyArray:
    """Return where every foreground pixel ends: flat index + 1 as uint32, 0 for background.

    `flows` (2, Y, X) int8 and `foreground` (Y, X) uint8 as in `Fields`. Positions move by the
    bilinearly sampled flow, which is zero in the background, until they move less than 1 px in
    4 steps. Every pixel is followed on its own, so the number of threads changes nothing.
    """
    height = len(foreground)
    ends = np.zeros(foreground.shape, np.uint32)
    n_bands = max(1, min(n_threads, height // MINIMUM_ROWS_A_THREAD))
    edges = [height * i // n_bands for i in range(n_bands + 1)]
    if n_bands == 1:
        _follow_rows(flows, foreground, threshold, ends, (0, height))
        return ends
    with ThreadPoolExecutor(n_bands) as pool:
        bands = [
            pool.submit(_follow_rows, flows, foreground, threshold, ends, rows)
            for rows in pairwise(edges)
        ]
        for band in bands:
            band.result()
    return ends


@njit(cache=True, nogil=True)
def _follow_rows(
    flows: AnyArray, foreground: AnyArray, threshold: int, ends: AnyArray, rows: tuple[int, int]
) -> None:
    """Fill the rows from the first up to the second of `rows`."""
    height, width = foreground.shape
    for row in range(rows[0], rows[1]):
        for column in range(width):
            if foreground[row, column] < threshold:
                continue
            y, x, fy, fx = row, column, np.float32(0), np.float32(0)
            past_y, past_x, past_fy, past_fx = y, x, fy, fx
            for step in range(1, N_FOLLOW_STEPS + 1):
                move_y, move_x = _step(flows, foreground, threshold, (y, x), (fy, fx))
                y, fy = _moved(y, fy + move_y, height)
                x, fx = _moved(x, fx + move_x, width)
                if step % STOP_STEPS == 0:
                    far_y = np.float32(y - past_y) + (fy - past_fy)
                    far_x = np.float32(x - past_x) + (fx - past_fx)
                    if far_y * far_y + far_x * far_x < STOP_DISTANCE_PX**2:
                        break
                    past_y, past_x, past_fy, past_fx = y, x, fy, fx
            nearest_y, nearest_x = y + int(fy + np.float32(0.5)), x + int(fx + np.float32(0.5))
            ends[row, column] = nearest_y * width + nearest_x + 1


@njit(cache=True, nogil=True, inline="always")
def _moved(whole: int, fraction: np.float32, length: int) -> tuple[int, np.float32]:
    """Carry a fraction over into whole pixels and stay inside 0..length-1.

    The fraction alone is computed with, so rounding does not depend on where in the image a
    pixel lies, and a block of an image gives exactly what the image gives.
    """
    carry = int(np.floor(fraction))
    whole += carry
    fraction -= np.float32(carry)
    if whole < 0:
        return 0, np.float32(0)
    if whole >= length - 1:
        return length - 1, np.float32(0)
    return whole, fraction


@njit(cache=True, nogil=True, inline="always")
def _step(
    flows: AnyArray,
    foreground: AnyArray,
    threshold: int,
    pixel: tuple[int, int],
    fraction: tuple[np.float32, np.float32],
) -> tuple[np.float32, np.float32]:
    """Return one step: the flow three times as fast, but at most one pixel."""
    height, width = foreground.shape
    one, zero = np.float32(1), np.float32(0)
    y0, x0 = pixel
    y1, x1 = min(y0 + 1, height - 1), min(x0 + 1, width - 1)
    fy, fx = fraction
    a = (one - fy) * (one - fx) if foreground[y0, x0] >= threshold else zero
    b = (one - fy) * fx if foreground[y0, x1] >= threshold else zero
    c = fy * (one - fx) if foreground[y1, x0] >= threshold else zero
    d = fy * fx if foreground[y1, x1] >= threshold else zero
    move_y = a * flows[0, y0, x0] + b * flows[0, y0, x1]
    move_y += c * flows[0, y1, x0] + d * flows[0, y1, x1]
    move_x = a * flows[1, y0, x0] + b * flows[1, y0, x1]
    move_x += c * flows[1, y1, x0] + d * flows[1, y1, x1]
    length = np.sqrt(np.float32(move_y * move_y + move_x * move_x))
    gain = min(np.float32(SPEED_UP / FLOW_UNIT), one / max(length, np.float32(1e-4)))
    return np.float32(move_y) * gain, np.float32(move_x) * gain
