"""The generalist as the user chooses it."""

from __future__ import annotations

from segmentation.engine.methods.protocol import Choice, MethodInfo, Parameter
from segmentation.engine.weights import DEFAULT_WEIGHTS

INFO = MethodInfo(
    name="generalist",
    title="Generalist",
    description="The built-in network for cells and nuclei of any kind; finds their size itself.",
    licence="Apache-2.0; trained on openly licensed images, see the card of the weights",
    weights_parameter="network",
    parameters=(
        Parameter(
            "network",
            "Network",
            "choice",
            DEFAULT_WEIGHTS,
            "The larger one finds more and takes longer.",
            choices=(
                Choice("generalist-m", "M, more exact", times_longer=2.6),
                Choice("generalist-s", "S, fast"),
            ),
        ),
        Parameter(
            "target",
            "Find",
            "choice",
            "cells",
            "Nuclei: only the nucleus channel is looked at, where the image has one.",
            choices=(Choice("cells", "cells"), Choice("nuclei", "nuclei")),
        ),
        Parameter(
            "diameter",
            "Cell diameter",
            "auto_number",
            None,
            "Leave on automatic unless cells come out split or merged.",
            minimum=3,
            maximum=1000,
            unit="px",
        ),
        Parameter(
            "foreground_threshold",
            "Foreground threshold",
            "number",
            0.5,
            "Lower it to find dimmer cells and wider outlines.",
            minimum=0.05,
            maximum=0.95,
        ),
        Parameter(
            "minimum_agreement",
            "Minimum shape agreement",
            "number",
            0.4,
            "Raise it to drop cells whose shape the network is unsure of.",
            minimum=0.0,
            maximum=1.0,
        ),
        Parameter(
            "minimum_confidence",
            "Minimum confidence",
            "number",
            0.15,
            "How probably right a cell must be; raise it to keep only the sure ones.",
            minimum=0.0,
            maximum=1.0,
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
