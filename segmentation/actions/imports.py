"""Keep masks that were made elsewhere as a result of their image."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from segmentation.models import Segmentation
from webapp import events
from webapp.audit.chain import canonical_json
from webapp.models import Blob, Image, User
from webapp.permissions import Action, require
from webapp.storage.blobs import keep_bytes

IMPORT = "import"


@transaction.atomic
def keep_import(
    *,
    actor: User,
    image: Image,
    labels_sha256: str,
    n_objects: int,
    largest_label: int,
    manifest: Mapping[str, Any],
) -> Segmentation:
    """A segmentation without a model, from a packed label image that is stored already.

    `manifest` names the file with its digest. The same import twice is one result. Whoever listens
    for finished segmentations decides whether it becomes the masks that people work on.
    """
    require(actor, Action.EDIT_LABELS, image.dataset.project)
    said = {
        "method": IMPORT,
        "image": {"sha256": image.blob_id, "axes": "TCZYX", "shape": list(image.shape)},
        **manifest,
    }
    key = hashlib.sha256(canonical_json(said | {"labels": labels_sha256})).hexdigest()
    nothing = keep_bytes(b"[]")  # nobody said how sure a cell is
    Blob.objects.get_or_create(sha256=nothing.sha256, defaults={"size_bytes": nothing.size_bytes})
    now = timezone.now()
    segmentation, _ = Segmentation.objects.get_or_create(
        image=image,
        fingerprint=key,
        defaults={
            "segmentation_model": None,
            "method": IMPORT,
            "labels_id": labels_sha256,
            "confidences_id": nothing.sha256,
            "digest": labels_sha256,
            "n_objects": n_objects,
            "largest_label": largest_label,
            "manifest": said | {"imported_by": str(actor), "imported_at": now.isoformat()},
            "requested_by": actor,
            "started_at": now,
        },
    )
    events.announce("segmentation.finished", segmentation=segmentation, actor=actor)
    return segmentation
