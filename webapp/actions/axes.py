"""A file asks what its pages are; a person answers, for it alone or for all like it."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.http import Http404

from webapp.actions.uploads import CLAIMS, INGEST_TASK, tell_upload
from webapp.audit.log import record_event
from webapp.audit.verbs import Verb
from webapp.imaging.axes import Question
from webapp.models import AxesAnswer, Upload, User
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.queries.uploads import upload_for
from webapp.queue import ask_worker
from webapp.states import Conflict, Refused, UploadState
from webapp.storage.derived import question_folder, rebuilt_folder


@transaction.atomic
def answer_axes(
    *, actor: User, upload_id: UUID, axes: str, is_for_all: bool = False
) -> list[Upload]:
    """Say what the pages of a file are; it is read on. Returns the uploads that go on.

    `is_for_all`: the same for all files of this kind in the dataset, those that wait and those
    that will come, until somebody takes it back.
    """
    upload = upload_for(actor, upload_id, is_locked=True)
    if upload.state != UploadState.ASKING or upload.question is None:
        raise Conflict("This file asks nothing any more.")
    question = Question.from_json(upload.question)
    if not question.accepts(axes):
        raise Refused(
            f"“{axes}” is no answer for {_shown(question)} pages. Choose one that is offered."
        )
    uploads = [upload]
    if is_for_all:
        AxesAnswer.objects.update_or_create(
            dataset=upload.dataset,
            kind=question.kind,
            defaults={"axes": axes, "created_by": actor},
        )
        uploads += _others_like(upload, question)
    for one in uploads:
        _read_on(one, axes, actor)
    record_event(
        actor,
        Verb.AXES_ANSWERED,
        upload,
        project=upload.dataset.project,
        file_name=upload.file_name,
        kind=question.kind,
        axes=axes,
        is_for_all=is_for_all,
        n_files=len(uploads),
    )
    return uploads


@transaction.atomic
def forget_answer(*, actor: User, dataset_id: UUID, answer_id: UUID) -> None:
    """Files of this kind ask again; images that were read stay as they are."""
    dataset = dataset_for(actor, dataset_id)
    require(actor, Action.UPLOAD, dataset.project)
    answer = dataset.axes_answers.filter(pk=answer_id).first()
    if answer is None:
        raise Http404("Nothing is here for you.")
    record_event(
        actor,
        Verb.AXES_FORGOTTEN,
        dataset,
        project=dataset.project,
        kind=answer.kind,
        axes=answer.axes,
    )
    answer.delete()


def remembered_answer(upload: Upload, question: Question) -> AxesAnswer | None:
    """What somebody said of all files like this one in its dataset."""
    return AxesAnswer.objects.filter(dataset=upload.dataset_id, kind=question.kind).first()


@transaction.atomic
def take_answer(upload: Upload, answer: AxesAnswer) -> None:
    """Read a file as all like it, in the name of who said so."""
    upload.axes, upload.answered_by_id = answer.axes, answer.created_by_id
    upload.save(update_fields=["axes", "answered_by", "updated_at"])


@transaction.atomic
def ask_for_axes(upload: Upload, question: Question, pictures: Path) -> None:
    """The file waits for an answer; the pictures of the answers are kept for the page."""
    CLAIMS.lock(upload)
    keep_pictures(upload, pictures)
    upload.state, upload.question = UploadState.ASKING, question.to_json()
    upload.lease_until, upload.sentence = None, question.sentence
    upload.save()
    tell_upload(upload)


def keep_pictures(upload: Upload, pictures: Path) -> None:
    """Let the page find the pictures of the answers."""
    with rebuilt_folder(question_folder(upload.pk)) as folder:
        for picture in pictures.glob("*.webp"):
            shutil.copyfile(picture, folder / picture.name)


def _others_like(upload: Upload, question: Question) -> list[Upload]:
    """Files of the dataset that ask the same."""
    waiting = Upload.objects.select_for_update(of=("self",)).select_related("dataset__project")
    return list(
        waiting.filter(
            dataset=upload.dataset, state=UploadState.ASKING, question__kind=question.kind
        ).exclude(pk=upload.pk)
    )


def _read_on(upload: Upload, axes: str, actor: User) -> None:
    upload.state, upload.axes, upload.answered_by = UploadState.CHECKING, axes, actor
    upload.sentence, upload.n_attempts, upload.progress = "", 0, 0.0
    upload.save()
    transaction.on_commit(lambda: shutil.rmtree(question_folder(upload.pk), ignore_errors=True))
    ask_worker(INGEST_TASK, str(upload.pk))
    tell_upload(upload)


def _shown(question: Question) -> str:
    return " × ".join(str(size) for size in question.sizes)
