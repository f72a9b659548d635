"""Register what ships with the software."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segmentation.engine.methods.protocol import MethodInfo
from segmentation.models import SegmentationModel
from segmentation.queries.cards import card_for


def model_for(method: MethodInfo, parameters: Mapping[str, Any]) -> SegmentationModel:
    """The registered model that these complete parameters ask for: weights, or the method."""
    card = card_for(method, parameters)
    model, _ = SegmentationModel.objects.get_or_create(
        method=method.name,
        digest=card.sha256 if card else "",
        defaults={
            "name": card.name if card else method.title,
            "licence": method.licence,
            "card": card.facts if card else {},
        },
    )
    return model
