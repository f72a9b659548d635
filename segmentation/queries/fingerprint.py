"""The identity of a result: the same inputs have been computed, or they have not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from segmentation.engine.manifest import code_version
from segmentation.models import Illumination, SegmentationModel
from webapp.audit.chain import canonical_json
from webapp.imaging.roles import Role
from webapp.models import Image


def fingerprint(
    image: Image,
    model: SegmentationModel,
    parameters: Mapping[str, Any],
    illumination: Illumination | None = None,
) -> str:
    """SHA-256 of image digest, channel roles, weights digest, method, parameters and code version.

    Of the names only those of colors count, which are laid out as red, green, blue. Of a light of
    the setup the images that tell it count.
    """
    content = {
        "image": image.blob_id,
        **({"series": image.series} if image.n_series > 1 else {}),
        **({"axes_said": image.axes_said} if image.axes_said else {}),
        "axes": list(image.shape),
        "channels": [
            [one.role, one.name if one.role == Role.COLOR else ""] for one in image.channels.all()
        ],
        "method": model.method,
        "weights": model.digest,
        "parameters": dict(parameters),
        **({"illumination": illumination.key} if illumination else {}),
        "code": code_version(),
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()
