"""Make a report: measure the pinned versions, write the bundle. Entered by the worker's task."""

from __future__ import annotations

import logging
import shutil
import time
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotations.actions.report import CLAIMS, tell_report
from annotations.actions.report_content import UnfaithfulMasks, gathered
from annotations.models import Report
from annotations.models.report import ReportState
from annotations.reports.bundle import LabelsChanged, build_bundle
from webapp.actions.claims import MAX_ATTEMPTS, LostClaim
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.models import Blob
from webapp.storage.blobs import StorageFull, StoredBlob, keep_file, staging_file

logger = logging.getLogger(__name__)
TELL_EVERY_S = 0.3
BUNDLE = "report.zip"


def work_on(report_id: UUID) -> None:
    """Bring a report to its end: ready, or failed with one sentence."""
    report = _claim(report_id)
    if report is None:
        return
    try:
        _work(report)
    except LostClaim:
        logger.info("report %s is not wanted any more", report.pk)


def _work(report: Report) -> None:
    try:
        with CLAIMS.heartbeat(report), staging_file() as (path, _):
            with gathered(report) as content:
                bundle = build_bundle(content, path, _teller(report))
            kept = _keep_files(path)
        _finish(report, kept, bundle.numbers)
    except LostClaim:
        raise
    except (UnfaithfulMasks, LabelsChanged) as error:
        _fail(report, str(error))
    except StorageFull:
        _fail(report, "The server's disk is full. Make room, then ask for the report again.")
    except Exception:
        # The queue goes on; the traceback is for whoever runs the server.
        logger.exception("report %s failed", report.pk)
        _fail(report, "An unexpected error stopped this report. The server's log says more.")


@transaction.atomic
def _claim(report_id: UUID) -> Report | None:
    if not CLAIMS.take(report_id, progress=0.0):
        return None
    report = Report.objects.select_related("dataset__project", "requested_by").get(pk=report_id)
    if report.n_attempts > MAX_ATTEMPTS:
        _close(report, ReportState.FAILED, "Making this report stopped the worker three times.")
        return None
    tell_report(report)
    return report


@transaction.atomic
def _finish(report: Report, kept: dict[str, StoredBlob], numbers: dict[str, Any]) -> None:
    CLAIMS.lock(report)
    for stored in kept.values():
        Blob.objects.get_or_create(sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes})
    report.bundle_id, report.progress = kept[BUNDLE].sha256, 1.0
    report.summary = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in numbers.items()
    }
    report.files = {name: asdict(stored) for name, stored in kept.items()}
    _close(report, ReportState.READY, "")
    record_event(
        report.requested_by,
        Verb.REPORT_FINISHED,
        report,
        project=report.dataset.project,
        sha256=kept[BUNDLE].sha256,
    )


@transaction.atomic
def _fail(report: Report, sentence: str) -> None:
    CLAIMS.lock(report)
    _close(report, ReportState.FAILED, sentence)


def _close(report: Report, state: ReportState, sentence: str) -> None:
    report.state, report.sentence, report.claim, report.lease_until = state, sentence, None, None
    report.finished_at = timezone.now()
    report.save()
    tell_report(report)


def _teller(report: Report) -> Callable[[float, str], None]:
    told_at = 0.0

    def tell(share: float, step: str) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < TELL_EVERY_S:
            return
        told_at = time.monotonic()
        report.progress, report.sentence = share, step
        if not CLAIMS.prolong(report, progress=share, sentence=step):
            raise LostClaim
        tell_report(report)

    return tell


def _keep_files(bundle: Path) -> dict[str, StoredBlob]:
    """Every file of the bundle on its own, and the bundle, by name."""
    kept: dict[str, StoredBlob] = {}
    with zipfile.ZipFile(bundle) as archive:
        for name in archive.namelist():
            with staging_file() as (path, file), archive.open(name) as source:
                shutil.copyfileobj(source, file)
                file.close()
                kept[name] = keep_file(path)
    return {**kept, BUNDLE: keep_file(bundle)}
