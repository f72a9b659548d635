"""The cards of the weights that ship with the software."""

from __future__ import annotations

from segmentation.engine.registry import DEFAULT_METHOD
from segmentation.engine.weights import DEFAULT_WEIGHTS, Card, find_card


def card_of(method: str) -> Card | None:
    """The card of the weights that a method uses; None for a method without weights."""
    return find_card(DEFAULT_WEIGHTS) if method == DEFAULT_METHOD else None
