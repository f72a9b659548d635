"""Work on one job: planes in, label image out. Entered by the worker's task only."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from segmentation.actions.illumination import light_of
from segmentation.actions.jobs import (
    CLAIMS,
    JobResult,
    claim_job,
    fail_job,
    finish_job,
    keep_claim,
    tell_job,
)
from segmentation.engine.errors import Cancelled, SegmentationFailed
from segmentation.engine.preprocessing.flat_field import SharedLight
from segmentation.engine.segment import LabelImage, segment
from segmentation.engine.spool import new_array
from segmentation.models import Illumination, Job
from segmentation.queries.fingerprint import fingerprint
from segmentation.queries.labels import keep_labels, place_labels
from segmentation.queries.planes import open_planes
from segmentation.queries.shown import channels_of
from webapp.actions.claims import LostClaim
from webapp.models import Image
from webapp.storage.blobs import StorageFull, keep_bytes
from webapp.storage.derived import image_folder

logger = logging.getLogger(__name__)
TELL_STEP = 0.02


def work_on(job_id: UUID) -> None:
    """Segment every plane of the image; ends finished, failed with a sentence, or unwanted."""
    job = claim_job(job_id)
    if job is None:
        return
    try:
        with CLAIMS.heartbeat(job) as is_lost:
            result = _segment_image(job, is_lost)
        finish_job(job, result)
    except (Cancelled, LostClaim):
        logger.info("job %s is not wanted any more", job.pk)
    except SegmentationFailed as error:
        _fail(job, str(error))
    except MemoryError:
        _fail(job, "This image needs more memory than the worker has. Use a larger machine.")
    except StorageFull:
        _fail(job, "The server's disk is full. Make room, then retry the failed images.")
    except Exception:
        # One image must never stop the queue; the traceback is for whoever runs the server.
        logger.exception("job %s failed", job.pk)
        _fail(job, "An unexpected error stopped this image. The server's log says more.")


def _fail(job: Job, sentence: str) -> None:
    try:
        fail_job(job, sentence)
    except LostClaim:
        logger.info("job %s is not wanted any more", job.pk)


def _segment_image(job: Job, is_lost: Callable[[], bool]) -> JobResult:
    started_at = timezone.now()
    image = job.image
    # Roles may have changed since the run was asked for: the result belongs to those of now.
    model, parameters = job.run.segmentation_model, job.run.parameters
    job.fingerprint = fingerprint(image, model, parameters, job.illumination)
    light = light_of(job.illumination) if job.illumination else None
    places = list(np.ndindex(image.n_frames, image.n_slices))
    labels = new_array((image.n_frames, image.n_slices, image.height, image.width), np.uint32)
    found: list[LabelImage] = []
    n_before = 0
    for done, (t, z) in enumerate(places):
        one = _segment_plane(job, (t, z), light, _progress(job, done, len(places)), is_lost)
        place_labels(one.labels, labels[t, z], n_before)
        n_before += len(one.confidences)
        found.append(replace(one, labels=labels[t, z]))
    return _store(labels, found, job, started_at)


def _segment_plane(
    job: Job,
    place: tuple[int, int],
    light: SharedLight | None,
    tell: Callable[[float], None],
    is_lost: Callable[[], bool],
) -> LabelImage:
    planes = open_planes(image_folder(job.image_id) / "pyramid.zarr", *place)
    channels = channels_of(job.image)
    return segment(
        planes,
        method=job.run.method,
        parameters=job.run.parameters,
        device=settings.SEGMENTATION_DEVICE,
        pixel_size_um=job.image.pixel_size_um,
        channel_names=[channel.name for channel in channels],
        channel_roles=[channel.role for channel in channels],
        light=light,
        on_progress=tell,
        is_cancelled=is_lost,
    )


def _progress(job: Job, done: int, total: int) -> Callable[[float], None]:
    def tell(fraction: float) -> None:
        progress = (done + fraction) / total
        if progress - job.progress >= TELL_STEP:
            keep_claim(job, progress)
            tell_job(job)

    return tell


def _store(
    labels: NDArray[np.uint32], found: list[LabelImage], job: Job, started_at: datetime
) -> JobResult:
    confidences = np.concatenate([one.confidences for one in found]) if found else np.zeros(0)
    stored = keep_labels(labels)
    diameters = [one.diameter_px for one in found if one.diameter_px]
    return JobResult(
        segmentation_id=uuid4(),
        labels=stored,
        confidences=keep_bytes(
            json.dumps([round(float(value), 4) for value in confidences]).encode()
        ),
        digest=stored.sha256,
        n_objects=len(confidences),
        diameter_px=float(np.median(diameters)) if diameters else None,
        mean_confidence=float(np.mean(confidences)) if len(confidences) else None,
        warnings=sorted({warning for one in found for warning in one.warnings}),
        manifest=_manifest(job, found, started_at),
        started_at=started_at,
    )


def _manifest(job: Job, found: list[LabelImage], started_at: datetime) -> dict[str, Any]:
    return {
        **found[0].manifest,
        "image": _image(job.image),
        "weights": _weights(job),
        **({"illumination": _illumination(job.illumination)} if job.illumination else {}),
        "diameters_px": [one.diameter_px for one in found],
        "requested_by": str(job.run.requested_by),
        "run": str(job.run_id),
        "started_at": started_at.isoformat(),
        "finished_at": timezone.now().isoformat(),
    }


def _image(image: Image) -> dict[str, Any]:
    """The original bytes, which of several images in them, and what a person said of its axes."""
    told: dict[str, Any] = {"sha256": image.blob_id, "axes": "TCZYX", "shape": list(image.shape)}
    told |= {"series": image.series} if image.n_series > 1 else {}
    return told | ({"axes_said": image.axes_said} if image.axes_said else {})


def _illumination(used: Illumination) -> dict[str, Any]:
    """Whose light it was, and the digest of what it was told from."""
    return {"setup": used.setup_name, "key": used.key, "n_images": len(used.sources)}


def _weights(job: Job) -> dict[str, str] | None:
    """The name and digest of the weights; None for a method without weights."""
    model = job.run.segmentation_model
    return {"name": model.name, "digest": model.digest} if model.digest else None
