"""The parameters of a run: defaults filled in, limits checked, without loading torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segmentation.engine import registry
from segmentation.engine.errors import InvalidParameters, UnknownMethod
from segmentation.engine.methods.protocol import MethodInfo
from segmentation.engine.preprocessing.settings import PREPROCESSING, preprocessing_of
from webapp.states import Refused

CHANNELS = "channels"


def method_for(name: str) -> MethodInfo:
    """A method that can run here; Refused with the reason otherwise."""
    try:
        info = registry.method_info(name)
    except UnknownMethod as error:
        raise Refused(str(error)) from error
    if info.unavailable_reason:
        raise Refused(info.unavailable_reason)
    return info


def complete_parameters(info: MethodInfo, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of the method with its value, and the channels to look at.

    `channels` is None when the method chooses; `preprocessing` is there where anything is done to
    the pixels before. Raises Refused for the first that does not fit.
    """
    rest = dict(given)
    channels = _channels(rest.pop(CHANNELS, None))
    try:
        wanted = preprocessing_of(rest.pop(PREPROCESSING, None))
        before = {PREPROCESSING: wanted.to_parameters()} if wanted else {}
        return {**registry.complete_parameters(info, rest), CHANNELS: channels, **before}
    except InvalidParameters as error:
        raise Refused(str(error)) from error


def _channels(value: Any) -> list[int] | None:
    if value in (None, "", "auto"):
        return None
    is_list = isinstance(value, list) and 1 <= len(value) <= 3
    if is_list and all(isinstance(index, int) and index >= 0 for index in value):
        return list(value)
    raise Refused("Channels are one to three channel numbers, counted from 0, or 'auto'.")
