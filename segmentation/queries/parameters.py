"""The parameters of a run: defaults filled in, limits checked, without loading the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segmentation.engine.registry import MethodInfo
from webapp.states import Refused

CHANNELS = "channels"


def complete_parameters(info: MethodInfo, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of the method with its value, and the channels to look at.

    Raises Refused naming the first parameter that does not fit.
    """
    known = {parameter.name for parameter in info.parameters} | {CHANNELS}
    unknown = sorted(set(given) - known)
    if unknown:
        raise Refused(f"{info.title} has no parameter called {unknown[0]}.")
    complete = {
        parameter.name: parameter.checked(given.get(parameter.name, parameter.default))
        for parameter in info.parameters
    }
    complete[CHANNELS] = _channels(given.get(CHANNELS, "auto"))
    return complete


def _channels(value: Any) -> str | list[int]:
    if value in ("auto", None, ""):
        return "auto"
    if isinstance(value, list) and value and all(isinstance(index, int) for index in value):
        return sorted(set(value))
    raise Refused("Channels are 'auto' or a list of channel numbers, counted from 0.")
