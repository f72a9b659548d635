"""The classical method as the user chooses it."""

from __future__ import annotations

from segmentation.engine.methods.protocol import Choice, MethodInfo, Parameter

INFO = MethodInfo(
    name="threshold",
    title="Threshold",
    description="Background subtraction, a threshold and a watershed: transparent and quick.",
    licence="Apache-2.0",
    parameters=(
        Parameter(
            "polarity",
            "Cells are",
            "choice",
            "auto",
            "Automatic takes the polarity whose pixels stand out more.",
            choices=(
                Choice("auto", "found automatically"),
                Choice("bright", "brighter than the background"),
                Choice("dark", "darker than the background"),
            ),
        ),
        Parameter(
            "threshold",
            "Threshold",
            "choice",
            "otsu",
            "Local follows uneven illumination.",
            choices=(Choice("otsu", "one for the image (Otsu)"), Choice("local", "local")),
        ),
        Parameter(
            "diameter",
            "Cell diameter",
            "auto_number",
            None,
            "Sets the smoothing and how far apart the centers of two cells are.",
            minimum=3,
            maximum=1000,
            unit="px",
        ),
        Parameter(
            "minimum_area_px",
            "Smallest cell",
            "number",
            20,
            "Smaller objects are left out.",
            minimum=1,
            maximum=1_000_000,
            unit="px²",
        ),
    ),
)
