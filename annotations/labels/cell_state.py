"""The state of a cell, derived and never stored; the viewer's model/cell_state.ts says the same."""

from __future__ import annotations

from collections.abc import Collection

MODEL, IMPORTED, EDITED, MANUAL = "model", "imported", "edited", "manual"
AMBIGUOUS, APPROVED = "ambiguous", "approved"


def origin_of(
    label: int, n_base_labels: int, changed: Collection[int], of_base: str = MODEL
) -> str:
    """As the model made it or as it was imported, changed by a person since, or drawn by a person.

    The base holds labels of 1 to ``n_base_labels``; ``changed`` are those with other pixels now.
    ``of_base`` is what cells of the base are while nobody has changed them.
    """
    if label > n_base_labels:
        return MANUAL
    return EDITED if label in changed else of_base


def state_of(origin: str, is_ambiguous: bool, is_approved: bool) -> str:
    """What a person called ambiguous stays so, else an approved image has approved cells."""
    if is_ambiguous:
        return AMBIGUOUS
    return APPROVED if is_approved else origin
