"""Files that ask what their pages are: the answer, its pictures, and what holds for all like it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from webapp.actions.axes import answer_axes, forget_answer
from webapp.actions.rebuild import ask_for_pictures
from webapp.api.answers import FILE, answers
from webapp.api.requests import actor_of, sent
from webapp.api.uploads import UploadAnswer
from webapp.models import AxesAnswer
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.queries.uploads import upload_for
from webapp.states import UploadState
from webapp.storage.derived import question_folder


class AxesSaid(serializers.Serializer[Any]):
    """What the pages of a file are, the slowest axis first: `z12`, `c3z4`, `z4c3`."""

    axes = serializers.CharField(max_length=40)
    for_all_like_this = serializers.BooleanField(
        default=False, help_text="also for files of the same kind in this dataset, now and later"
    )


class KeptAnswer(serializers.ModelSerializer[AxesAnswer]):
    """What holds for all files of a kind in a dataset."""

    created_by = serializers.CharField(source="created_by.name")

    class Meta:
        model = AxesAnswer
        fields = ["id", "kind", "axes", "created_by", "created_at"]


class UploadAxes(APIView):
    """The answer to the question that a file asks."""

    @extend_schema(request=AxesSaid, responses=answers(UploadAnswer(many=True), conflict=True))
    def post(self, request: Request, upload_id: UUID) -> Response:
        """Say what the pages are; answers the uploads that are read on."""
        said = sent(request, AxesSaid)
        uploads = answer_axes(
            actor=actor_of(request),
            upload_id=upload_id,
            axes=said["axes"],
            is_for_all=said["for_all_like_this"],
        )
        return Response(UploadAnswer(uploads, many=True).data)


class UploadAxesPicture(APIView):
    """What an image would look like."""

    @extend_schema(responses=answers(FILE[200]))
    def get(self, request: Request, upload_id: UUID, number: int) -> FileResponse:
        """The first pages of a file by one of the answers, counted from 0; a WebP."""
        upload = upload_for(actor_of(request), upload_id)
        path = question_folder(upload.pk) / f"{number}.webp"
        if upload.state != UploadState.ASKING or not path.is_file():
            ask_for_pictures(upload)
            raise Http404("This picture is not here, or not yet again.")
        answer = FileResponse(path.open("rb"), content_type="image/webp")
        answer["Cache-Control"] = "private, no-cache"
        return answer


class AxesAnswers(APIView):
    """What was said of all files of a kind."""

    @extend_schema(responses=answers(KeptAnswer(many=True)))
    def get(self, request: Request, dataset_id: UUID) -> Response:
        """In the order in which it was said."""
        dataset = dataset_for(actor_of(request), dataset_id)
        require(actor_of(request), Action.UPLOAD, dataset.project)
        kept = dataset.axes_answers.select_related("created_by")
        return Response(KeptAnswer(kept, many=True).data)


class AxesAnswerDoor(APIView):
    """One of them."""

    @extend_schema(responses=answers(None, status=204))
    def delete(self, request: Request, dataset_id: UUID, answer_id: UUID) -> Response:
        """Files of this kind ask again; images that were read stay as they are."""
        forget_answer(actor=actor_of(request), dataset_id=dataset_id, answer_id=answer_id)
        return Response(status=204)
