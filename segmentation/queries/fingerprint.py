"""The identity of a result: the same inputs have been computed, or they have not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from segmentation.engine.manifest import code_version
from segmentation.models import SegmentationModel
from webapp.audit.chain import canonical_json
from webapp.models import Image


def fingerprint(image: Image, model: SegmentationModel, parameters: Mapping[str, Any]) -> str:
    """SHA-256 of image digest, weights digest, method, parameters and engine code version."""
    content = {
        "image": image.blob_id,
        "axes": list(image.shape),
        "method": model.method,
        "weights": model.digest,
        "parameters": dict(parameters),
        "code": code_version(),
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()
