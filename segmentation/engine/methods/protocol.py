"""What every method tells about itself, gets and gives; importable without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from segmentation.engine.arrays import AnyArray, FloatArray, LabelArray
from segmentation.engine.roles import Channel, Target, arrange, choose_shown, describe_channels

Kind = Literal["number", "choice", "bool", "auto_number"]


@dataclass(frozen=True)
class Choice:
    """One value of a choice and the words for it; `times_longer` than the fastest it takes."""

    value: str
    title: str
    times_longer: float = 1.0


@dataclass(frozen=True)
class Parameter:
    """One setting of a method, enough to draw a form field.

    The value of an `auto_number` is a number or None, which means that the method decides.
    """

    name: str
    title: str
    kind: Kind
    default: float | bool | str | None
    help: str
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class MethodInfo:
    """A method as the user chooses it; `unavailable_reason` is None when it can run here.

    The parameter called `weights_parameter` names the weights; a method without has none.
    """

    name: str
    title: str
    description: str
    licence: str
    parameters: tuple[Parameter, ...]
    unavailable_reason: str | None = None
    weights_parameter: str | None = None

    @property
    def weights(self) -> tuple[Choice, ...]:
        """Return the weights to choose from, by name."""
        named = self._weights_parameter()
        return named.choices if named else ()

    @property
    def default_weights(self) -> str | None:
        """Return the name of the weights that serve when none are chosen."""
        named = self._weights_parameter()
        return str(named.default) if named else None

    def _weights_parameter(self) -> Parameter | None:
        """Return the parameter that names the weights."""
        return next((p for p in self.parameters if p.name == self.weights_parameter), None)

    @property
    def is_available(self) -> bool:
        """Say whether the method can run on this machine."""
        return self.unavailable_reason is None


@dataclass(frozen=True)
class Request:
    """One plane stack to segment: `planes` (C, Y, X), `channels` chosen by the user or None.

    `described`: the name and the role of every channel, guessed from the content when empty.
    `parameters` are complete and checked. `on_progress` gets 0..1; `check_cancelled` raises
    `Cancelled`; methods call both between tiles.
    """

    planes: AnyArray
    channels: tuple[int, ...] | None
    parameters: Mapping[str, Any]
    device: str
    on_progress: Callable[[float], None]
    check_cancelled: Callable[[], None]
    described: tuple[Channel, ...] = ()

    @property
    def shown(self) -> tuple[int, ...]:
        """The channels to look at, those of the user or by their roles, in one order."""
        described = self.described or describe_channels(self.planes, None, None)
        if self.channels:
            return arrange(self.planes, described, self.channels)
        target = Target(self.parameters.get("target", Target.CELLS))
        return choose_shown(self.planes, described, target)


@dataclass(frozen=True)
class Result:
    """`labels` (Y, X) uint32, 1..N in raster order; `confidences` (N,); `facts`: manifest."""

    labels: LabelArray
    confidences: FloatArray
    warnings: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


Method = Callable[[Request], Result]
