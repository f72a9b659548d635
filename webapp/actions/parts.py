"""An OME-TIFF over several files waits for all of them, and is then read as one image."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.db import transaction

from webapp.actions.uploads import CLAIMS, INGEST_TASK, tell_upload
from webapp.imaging.parts.manifest import Manifest, Part
from webapp.models import Blob, Dataset, Upload
from webapp.queue import ask_worker
from webapp.states import UploadState
from webapp.storage.blobs import keep_bytes

MOST_NAMED = 4


@transaction.atomic
def wait_for_others(upload: Upload, file_names: list[str]) -> None:
    """The file waits; with the last one of a set the whole is read, in a row of its own."""
    CLAIMS.lock(upload)
    Dataset.objects.select_for_update().get(pk=upload.dataset_id)  # two files at once are both last
    upload.state, upload.needs, upload.lease_until = UploadState.PARTIAL, file_names, None
    upload.save()
    names = _names_of_set(upload)
    here = _files_here(upload, names)
    missing = [name for name in names if name not in here]
    if not missing and len(names) > 1:
        _read_together(upload, [here[name] for name in names])
        return
    for one in here.values():
        one.sentence = _waiting(names, missing)
        one.save()
        tell_upload(one)
    if upload.pk not in {one.pk for one in here.values()}:
        upload.sentence = _waiting(names, missing)
        upload.save()
        tell_upload(upload)


def _names_of_set(upload: Upload) -> list[str]:
    """All files of the set: as the companion says, when this file only knows that one."""
    if len(upload.needs) > 1:
        return list(upload.needs)
    companion = _files_here(upload, upload.needs).get(upload.needs[0])
    return list(companion.needs if companion else upload.needs)


def _files_here(upload: Upload, names: list[str]) -> dict[str, Upload]:
    """The files of these names that wait in the dataset, the newest of each."""
    waiting = Upload.objects.select_related("dataset__project").filter(
        dataset=upload.dataset, state=UploadState.PARTIAL, file_name__in=names
    )
    return {one.file_name: one for one in waiting.order_by("updated_at")}


def _read_together(upload: Upload, files: list[Upload]) -> None:
    name = PurePosixPath(files[0].file_name).stem.removesuffix(".ome")
    parts = tuple(Part(str(one.blob_id), one.file_name) for one in files)
    stored = keep_bytes(Manifest(name=name, parts=parts).to_bytes())
    blob, _ = Blob.objects.get_or_create(
        sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes}
    )
    whole = Upload.objects.create(
        dataset=upload.dataset,
        file_name=f"{name}.parts",
        size_bytes=stored.size_bytes,
        offset_bytes=stored.size_bytes,
        state=UploadState.CHECKING,
        blob=blob,
        is_manifest=True,
        created_by=upload.created_by,
    )
    for one in files:
        one.state, one.progress = UploadState.READY, 1.0
        one.sentence = f"One of the {len(files)} files of {whole.file_name}; see its row."
        one.save()
        tell_upload(one)
    ask_worker(INGEST_TASK, str(whole.pk))
    tell_upload(whole)


def _waiting(file_names: list[str], missing: list[str]) -> str:
    named = ", ".join(missing[:MOST_NAMED])
    more = f" and {len(missing) - MOST_NAMED:,} more" if len(missing) > MOST_NAMED else ""
    if len(file_names) == 1:
        return f"{named} describes this image. Add it, or read what is in this file alone."
    return (
        f"One of {len(file_names):,} files of one image. Add {named}{more}, or read what is in "
        "this file alone."
    )
