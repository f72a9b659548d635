"""Register what ships with the software."""

from __future__ import annotations

from segmentation.engine.registry import MethodInfo
from segmentation.engine.weights import shipped_weights
from segmentation.models import SegmentationModel


def model_of(method: MethodInfo) -> SegmentationModel:
    """The registered model of a method: its shipped weights, or the method itself."""
    weights = shipped_weights(method.name)
    model, _ = SegmentationModel.objects.get_or_create(
        method=method.name,
        digest=weights.digest if weights else "",
        defaults={
            "name": weights.name if weights else method.title,
            "licence": method.licence,
            "card": dict(weights.card) if weights else {},
        },
    )
    return model
