"""The page on which a person says what the pages of a file are."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from webapp.actions.axes import answer_axes, forget_answer
from webapp.imaging.axes import Question
from webapp.models import Upload
from webapp.queries.uploads import upload_for
from webapp.states import UploadState
from webapp.views.doors import page, person, posted_id, refusal_shown, text


@page("GET", "HEAD", "POST")
def upload_axes(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Every answer with its picture; posted, the file is read on."""
    upload = upload_for(person(request), upload_id)
    if request.method == "POST":
        with refusal_shown(request):
            read_on = answer_axes(
                actor=person(request),
                upload_id=upload_id,
                axes=text(request, "axes"),
                is_for_all="is_for_all" in request.POST,
            )
            what = "1 file is" if len(read_on) == 1 else f"{len(read_on):,} files are"
            messages.success(request, f"{what} read on.")
        return redirect("dataset_upload", upload.dataset_id)
    if upload.state != UploadState.ASKING or upload.question is None:
        messages.info(request, f"{upload.file_name} asks nothing any more.")
        return redirect("dataset_upload", upload.dataset_id)
    return render(request, "upload_axes.html", _asked(upload, Question.from_json(upload.question)))


@page("POST")
def forget_axes(request: HttpRequest, dataset_id: UUID) -> HttpResponse:
    """Files of a kind ask again."""
    forget_answer(
        actor=person(request), dataset_id=dataset_id, answer_id=posted_id(text(request, "answer"))
    )
    messages.success(request, "Files like these ask again. Images that were read stay as they are.")
    return redirect("dataset_upload", dataset_id)


def _asked(upload: Upload, question: Question) -> dict[str, object]:
    numbered = list(enumerate(question.answers))
    waiting = upload.dataset.uploads.filter(
        state=UploadState.ASKING, question__kind=question.kind
    ).exclude(pk=upload.pk)
    return {
        "upload": upload,
        "dataset": upload.dataset,
        "project": upload.dataset.project,
        "question": question,
        "simple": [(number, one) for number, one in numbered if not one.order],
        "mixed": [(number, one) for number, one in numbered if one.order],
        "n_others": waiting.count(),
    }
