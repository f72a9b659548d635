"""Where every number came from, as canonical JSON: sorted keys, UTF-8, no space, one newline."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from annotations.reports.content import ReportContent, ReportImage


def canonical_json(value: object) -> bytes:
    """The one JSON text of ``value``; times become ISO 8601 in UTC, nan is refused."""
    text = json.dumps(
        value,
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
        default=_plain,
    )
    return text.encode("utf-8") + b"\n"


def provenance(
    content: ReportContent, files: Mapping[str, str], numbers: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything the report rests on, with the SHA-256 of each of its data ``files``.

    ``numbers`` is the row of dataset.csv.
    """
    return {
        "format": "coverslip-report",
        "format_version": 1,
        "project": {"id": content.project_id, "name": content.project_name},
        "dataset": {
            "id": content.dataset_id,
            "name": content.dataset_name,
            "url": content.dataset_url,
        },
        "question": content.question,
        "created_at": content.created_at,
        "requested_by": content.requested_by,
        "images": [_image(image) for image in content.images],
        "class_names": list(content.class_names),
        "exclusions": [vars(exclusion) for exclusion in content.exclusions],
        "members": [vars(member) for member in content.members],
        "audit_head": vars(content.audit_head),
        "software": dict(content.software),
        "files": dict(files),
        "numbers": dict(numbers),
    }


def _image(image: ReportImage) -> dict[str, Any]:
    return {
        "id": image.id,
        "name": image.name,
        "url": image.url,
        "state": image.state,
        "annotation_version": image.version,
        "axes": "TCZYX",
        "shape": list(image.shape),
        "image_digest": image.image_digest,
        "label_digest": image.label_digest,
        "approvals": [vars(approval) for approval in image.approvals],
        "segmentation": image.segmentation,
        "n_edits": image.n_edits,
        "ignored_regions": [
            {"region": key, **vars(region)} for key, region in image.ignored.items()
        ],
        "pixel_size_um": image.pixel_size_um,
        "slice_step_um": image.slice_step_um,
        "frame_interval_s": image.frame_interval_s,
        "well": vars(image.well) if image.well else None,
        "site": image.site,
        "setup": vars(image.setup) if image.setup else None,
        "channels": [vars(channel) for channel in image.channels],
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a provenance record.")
