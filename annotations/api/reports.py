"""Reports: ask for one, look at it, download its files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.actions.report import request_report
from annotations.models import Report
from annotations.queries.reports import report_for, reports_of
from webapp.api.answers import FILE, answers
from webapp.api.files import attachment
from webapp.api.requests import actor_of, sent
from webapp.permissions import Action, require
from webapp.queries.projects import dataset_for
from webapp.storage.blobs import blob_path


class ReportFile(serializers.Serializer[Any]):
    """One file of a report."""

    name = serializers.CharField()
    url = serializers.CharField()
    sha256 = serializers.CharField()
    size_bytes = serializers.IntegerField()


class ReportAnswer(serializers.ModelSerializer[Report]):
    """A report and its files, once it is ready."""

    requested_by = serializers.CharField(source="requested_by.name")
    summary = serializers.DictField()
    files = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = [
            "id",
            "dataset",
            "number",
            "is_approved_only",
            "state",
            "progress",
            "sentence",
            "audit_head",
            "summary",
            "files",
            "requested_by",
            "created_at",
            "finished_at",
        ]

    @extend_schema_field(ReportFile(many=True))
    def get_files(self, report: Report) -> list[dict[str, Any]]:
        """Name, address, digest and size of each."""
        return [
            {
                "name": name,
                "url": f"/api/reports/{report.pk}/files/{name}",
                "sha256": file["sha256"],
                "size_bytes": file["size_bytes"],
            }
            for name, file in sorted(report.files.items())
        ]


class NewReport(serializers.Serializer[Any]):
    """What to report."""

    is_approved_only = serializers.BooleanField(required=False, default=False)


class Reports(ListAPIView[Report]):
    """The reports of a dataset."""

    serializer_class = ReportAnswer

    def get_queryset(self) -> QuerySet[Report]:
        """The newest first."""
        return reports_of(dataset_for(actor_of(self.request), self.kwargs["dataset_id"]))

    @extend_schema(request=NewReport, responses=answers(ReportAnswer, status=201))
    def post(self, request: Request, dataset_id: UUID) -> Response:
        """Pin the versions of now and make a report of them."""
        report = request_report(
            actor=actor_of(request), dataset_id=dataset_id, **sent(request, NewReport)
        )
        return Response(ReportAnswer(report).data, status=201)


class ReportDoor(APIView):
    """One report."""

    @extend_schema(responses=answers(ReportAnswer))
    def get(self, request: Request, report_id: UUID) -> Response:
        """How far it is, and its files."""
        return Response(ReportAnswer(report_for(actor_of(request), report_id)).data)


class ReportFileDoor(APIView):
    """One file of a report."""

    @extend_schema(responses=answers(FILE[200]))
    def get(self, request: Request, report_id: UUID, name: str) -> FileResponse:
        """The same bytes for ever."""
        actor = actor_of(request)
        report = report_for(actor, report_id)
        require(actor, Action.DOWNLOAD, report.dataset.project)
        file = report.files.get(name)
        if file is None:
            raise Http404("This report has no such file.")
        return attachment(blob_path(file["sha256"]), name, etag=file["sha256"])
