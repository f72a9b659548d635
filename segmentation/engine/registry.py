"""The methods there are. Importing this loads no torch; running a method does."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, cast

from segmentation.engine.errors import InvalidParameters, UnknownMethod, WeightsRefused
from segmentation.engine.methods.generalist.info import INFO as GENERALIST
from segmentation.engine.methods.protocol import Method, MethodInfo, Parameter
from segmentation.engine.methods.threshold.info import INFO as THRESHOLD
from segmentation.engine.weights import find_card

METHODS = (GENERALIST, THRESHOLD)
DEFAULT_METHOD = GENERALIST.name


def methods() -> list[MethodInfo]:
    """Return every method in the order in which to offer them."""
    return [replace(info, unavailable_reason=_unavailable_reason(info)) for info in METHODS]


def method_info(name: str) -> MethodInfo:
    """Return one method. Raises `UnknownMethod`."""
    for info in methods():
        if info.name == name:
            return info
    known = ", ".join(info.name for info in METHODS)
    raise UnknownMethod(f"There is no method called {name}; there are {known}.")


def load_method(name: str) -> Method:
    """Import a method and what it needs. Raises `UnknownMethod`."""
    info = method_info(name)
    module = import_module(f"segmentation.engine.methods.{info.name}.method")
    return cast(Method, module.run)


def complete_parameters(info: MethodInfo, given: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in defaults and check every value. Raises `InvalidParameters`."""
    known = {parameter.name for parameter in info.parameters}
    for name in given:
        if name not in known:
            raise InvalidParameters(f"The method {info.title} has no parameter called {name}.")
    return {
        parameter.name: _checked(parameter, given.get(parameter.name, parameter.default))
        for parameter in info.parameters
    }


def _checked(parameter: Parameter, value: Any) -> Any:
    """Return the value if the parameter allows it."""
    if parameter.kind == "bool":
        if not isinstance(value, bool):
            raise InvalidParameters(f"{parameter.title} must be yes or no.")
        return value
    if parameter.kind == "choice":
        if value not in {choice.value for choice in parameter.choices}:
            allowed = ", ".join(choice.value for choice in parameter.choices)
            raise InvalidParameters(f"{parameter.title} must be one of {allowed}.")
        return value
    if parameter.kind == "auto_number" and value in (None, "auto"):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidParameters(f"{parameter.title} must be a number.")
    low, high = parameter.minimum, parameter.maximum
    if not (low is None or value >= low) or not (high is None or value <= high):
        raise InvalidParameters(
            f"{parameter.title} must lie between {low:g} and {high:g}"
            f"{' ' + parameter.unit if parameter.unit else ''}."
        )
    return value


def _unavailable_reason(info: MethodInfo) -> str | None:
    """Say why a method cannot run here, or None."""
    if not info.weights:
        return None
    if importlib.util.find_spec("torch") is None:
        return "PyTorch is not installed on this machine."
    try:
        cards = [find_card(choice.value) for choice in info.weights]
    except WeightsRefused as error:
        return str(error)
    missing = [card.name for card in cards if not card.path.is_file()]
    return f"The file of the weights {missing[0]} is missing." if missing else None
