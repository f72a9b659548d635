"""The cards of the weights that ship with the software."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segmentation.engine.methods.protocol import MethodInfo
from segmentation.engine.weights import Card, find_card


def card_for(method: MethodInfo, parameters: Mapping[str, Any]) -> Card | None:
    """The card of the weights that these complete parameters name; None for a method without."""
    if method.weights_parameter is None:
        return None
    return find_card(parameters[method.weights_parameter])


def cards_of(method: MethodInfo) -> list[Card]:
    """The cards of all weights of a method, as they are offered."""
    return [find_card(choice.value) for choice in method.weights]
