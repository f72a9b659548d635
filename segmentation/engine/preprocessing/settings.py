"""The steps that a run may ask for, enough to draw a form; importable without the worker's parts.

The steps, in this order: even out the light or subtract the background, denoise, limit the
contrast. A run without any of them has no such parameter at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from segmentation.engine.errors import InvalidParameters
from segmentation.engine.methods.protocol import Choice, MethodInfo, Parameter
from segmentation.engine.normalize import HIGH_PERCENTILE, LOW_PERCENTILE
from segmentation.engine.registry import complete_parameters

PREPROCESSING = "preprocessing"
"""The name of the parameter of a run that holds all of it."""

PARAMETERS = (
    Parameter(
        "background",
        "Background",
        "choice",
        "none",
        "Evening out takes away a shade over the whole field; subtracting also takes away haze.",
        choices=(
            Choice("none", "as it is"),
            Choice("shared", "even out with one light for all images of the setup"),
            Choice("divide", "even out the light of each image by itself"),
            Choice("subtract", "subtract the local background"),
        ),
    ),
    Parameter(
        "window_px",
        "Window of the background",
        "auto_number",
        None,
        "For subtracting; several cells wide. Automatic is a quarter of the shorter side.",
        minimum=16,
        maximum=10_000,
        unit="px",
    ),
    Parameter(
        "denoise",
        "Denoise",
        "choice",
        "none",
        "The median takes away single hot pixels, the Gaussian evens out grain.",
        choices=(
            Choice("none", "as it is"),
            Choice("median", "median of 3 × 3 pixels"),
            Choice("gaussian", "Gaussian of 1 px"),
        ),
    ),
    Parameter(
        "low_percentile",
        "Black below",
        "number",
        LOW_PERCENTILE,
        "What is darker than this share of the pixels counts as black.",
        minimum=LOW_PERCENTILE,
        maximum=40,
        unit="%",
    ),
    Parameter(
        "high_percentile",
        "White above",
        "number",
        HIGH_PERCENTILE,
        "What is brighter than this share of the pixels counts as white; lower it for bright dirt.",
        minimum=60,
        maximum=HIGH_PERCENTILE,
        unit="%",
    ),
)
INFO = MethodInfo("preprocessing", "Preparing the pixels", "", "", PARAMETERS)


@dataclass(frozen=True)
class Preprocessing:
    """What is done to every plane before a method looks at it."""

    background: str = "none"
    window_px: float | None = None
    denoise: str = "none"
    low_percentile: float = LOW_PERCENTILE
    high_percentile: float = HIGH_PERCENTILE

    @property
    def needs_light(self) -> bool:
        """Whether the light of a setup is needed, which no image tells by itself."""
        return self.background == "shared"

    @property
    def has_limits(self) -> bool:
        """Whether the contrast is cut tighter than methods do themselves."""
        return (self.low_percentile, self.high_percentile) != (LOW_PERCENTILE, HIGH_PERCENTILE)

    def to_parameters(self) -> dict[str, Any]:
        """What is said of it in a run and a manifest: only what differs from doing nothing."""
        nothing = asdict(Preprocessing())
        said = {name: value for name, value in asdict(self).items() if value != nothing[name]}
        if self.background != "subtract":
            said.pop("window_px", None)
        return said

    @property
    def words(self) -> tuple[str, ...]:
        """Each step in words, for pages and the methods paragraph."""
        size = "automatic window" if self.window_px is None else f"window of {self.window_px:g} px"
        said = {
            "shared": "illumination correction (one flat field for all images of the setup)",
            "divide": "illumination correction (division by a smooth surface)",
            "subtract": f"background subtraction ({size})",
            "median": "median filter of 3 × 3 pixels",
            "gaussian": "Gaussian filter of 1 px",
        }
        steps = [said[one] for one in (self.background, self.denoise) if one in said]
        if self.has_limits:
            limits = f"{self.low_percentile:g} and {self.high_percentile:g}"
            steps.append(f"contrast between percentiles {limits}")
        return tuple(steps)


def preprocessing_of(given: Mapping[str, Any] | None) -> Preprocessing | None:
    """Return what is asked for, completed and checked, None for nothing.

    Raises `InvalidParameters`.
    """
    if given is None:
        return None
    if not isinstance(given, Mapping):
        raise InvalidParameters("What is done before is a list of names and values.")
    known = {parameter.name for parameter in PARAMETERS}
    for name in given:
        if name not in known:
            raise InvalidParameters(f"There is no step called {name} before a method.")
    wanted = Preprocessing(**complete_parameters(INFO, given))
    return wanted if wanted.to_parameters() else None
