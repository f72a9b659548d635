"""Register what ships with the software."""

from __future__ import annotations

from segmentation.engine.methods.protocol import MethodInfo
from segmentation.models import SegmentationModel
from segmentation.queries.cards import card_of


def model_of(method: MethodInfo) -> SegmentationModel:
    """The registered model of a method: its shipped weights, or the method itself."""
    card = card_of(method.name)
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
