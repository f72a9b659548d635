"""Runs: how long one would take, start, look at, cancel, retry; and the jobs in one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from segmentation.actions.run import cancel_run, request_run, retry_run
from segmentation.models import Job, Run
from segmentation.queries.cards import card_for
from segmentation.queries.parameters import complete_parameters, method_for
from segmentation.queries.runs import describe_run, estimate_s, run_for, runs_of
from segmentation.states import JobState, RunState
from webapp.api.answers import answers
from webapp.api.requests import actor_of, sent
from webapp.queries.images import images_of
from webapp.queries.projects import dataset_for


class Counts(serializers.Serializer[Any]):
    """How many jobs are in which state."""

    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    finished = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    total = serializers.IntegerField()


class RunAnswer(serializers.Serializer[Any]):
    """A run and how far it is."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    dataset = serializers.UUIDField()
    method = serializers.CharField()
    model = serializers.CharField()
    parameters = serializers.DictField()
    state = serializers.ChoiceField(choices=RunState.choices)
    counts = Counts()
    n_done = serializers.IntegerField()
    remaining_s = serializers.FloatField(allow_null=True)
    requested_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class RunRow(RunAnswer):
    """A run in a list."""

    def to_representation(self, instance: Run) -> dict[str, Any]:
        """What the run page says too."""
        return describe_run(instance)


class Estimate(serializers.Serializer[Any]):
    """What a run would be."""

    method = serializers.CharField()
    images = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, default=None
    )
    parameters = serializers.DictField(required=False, default=dict)


class NewRun(Estimate):
    """What to run on which images; all of the dataset without `images`."""

    parameters = serializers.DictField(required=False, default=dict)


class JobAnswer(serializers.ModelSerializer[Job]):
    """One image of a run."""

    image_name = serializers.CharField(source="image.name")
    n_objects = serializers.IntegerField(
        source="segmentation.n_objects", allow_null=True, default=None
    )
    state = serializers.ChoiceField(choices=JobState.choices)

    class Meta:
        model = Job
        fields = [
            "id",
            "image",
            "image_name",
            "state",
            "progress",
            "sentence",
            "is_reused",
            "n_objects",
            "segmentation",
            "n_attempts",
            "started_at",
            "finished_at",
        ]


class RunEstimate(APIView):
    """Before starting a run."""

    @extend_schema(
        request=Estimate,
        responses=answers(
            inline_serializer(
                "EstimateAnswer",
                {"seconds": serializers.FloatField(), "n_images": serializers.IntegerField()},
            )
        ),
    )
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """About how long it would take on this server."""
        rows = images_of(dataset_for(actor_of(request), dataset_id))
        wanted = sent(request, Estimate)
        if wanted["images"] is not None:
            rows = rows.filter(pk__in=wanted["images"])
        info = method_for(wanted["method"])
        card = card_for(info, complete_parameters(info, wanted["parameters"]))
        seconds = estimate_s(info, rows, card.name if card else None)
        return Response({"seconds": seconds, "n_images": rows.count()})


class Runs(ListAPIView[Run]):
    """The runs of a dataset."""

    serializer_class = RunRow

    def get_queryset(self) -> QuerySet[Run]:
        """The newest first."""
        return runs_of(dataset_for(actor_of(self.request), self.kwargs["dataset_id"]))

    @extend_schema(request=NewRun, responses=answers(RunAnswer, status=201))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Start one; what was computed before with the same inputs is there at once."""
        wanted = sent(request, NewRun)
        run = request_run(
            actor=actor_of(request),
            dataset_id=dataset_id,
            image_ids=wanted["images"],
            method=wanted["method"],
            parameters=wanted["parameters"],
        )
        return Response(describe_run(run_for(actor_of(request), run.pk)), status=201)


class RunDoor(APIView):
    """One run."""

    @extend_schema(responses=answers(RunAnswer))
    def get(self, request: Request, run_id: UUID) -> Response:
        """How far it is."""
        return Response(describe_run(run_for(actor_of(request), run_id)))


class RunJobs(ListAPIView[Job]):
    """The images of a run."""

    serializer_class = JobAnswer

    def get_queryset(self) -> QuerySet[Job]:
        """By the image's name."""
        run = run_for(actor_of(self.request), self.kwargs["run_id"])
        return run.jobs.select_related("image", "segmentation")


class RunCancel(APIView):
    """Stop a run."""

    @extend_schema(request=None, responses=answers(RunAnswer))
    def post(self, request: Request, run_id: UUID) -> Response:
        """Stop what is not finished; finished images stay."""
        cancel_run(actor=actor_of(request), run_id=run_id)
        return Response(describe_run(run_for(actor_of(request), run_id)))


class RunRetry(APIView):
    """Once more."""

    @extend_schema(request=None, responses=answers(RunAnswer))
    def post(self, request: Request, run_id: UUID) -> Response:
        """Queue the failed and cancelled images again."""
        retry_run(actor=actor_of(request), run_id=run_id)
        return Response(describe_run(run_for(actor_of(request), run_id)))
