"""What the experts' work adds to the pages of the lab."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from annotations.models import Annotation, Report, Review
from annotations.models.review import Verdict
from annotations.queries.annotations import waiting_for_correction, waiting_for_review
from annotations.queries.classes import classes_of
from annotations.queries.label_files import undecided_in
from webapp.models import Dataset, Image, Project, User
from webapp.permissions import Action, may
from webapp.queries.panels import Panel
from webapp.states import ImageState

N_SINGLE = 5
N_TASKS = 6
LONGEST_NAME = 32
N_REPORTS = 3


@dataclass(frozen=True)
class Task:
    """One line of the queue: a picture, what it is about, and where the work is done."""

    image: Image
    title: str
    kind: str
    moment: datetime | None


def count_waiting(*, actor: User, counts: dict[str, int], **_: Any) -> None:
    """How many images wait for a person, by page."""
    n_review = _reviewable(actor).count()
    counts["review"] = n_review
    counts["home"] = n_review + waiting_for_correction(actor).count()


def show_queue(*, actor: User, panels: list[Panel], **_: Any) -> None:
    """My work: sent back first, then begun, then to review, then to correct by dataset."""
    tasks = [*_sent_back(actor), *_begun(actor), *_to_review(actor), *_to_correct(actor)]
    panels.append(Panel("annotations/queue.html", 10, {"tasks": tasks[:N_TASKS]}))


def show_project_reports(*, project: Project, panels: list[Panel], **_: Any) -> None:
    """The newest reports of a project."""
    rows = Report.objects.filter(dataset__project=project)
    reports = rows.select_related("dataset").defer("inputs")
    panels.append(Panel("annotations/project_panel.html", 30, {"reports": reports[:N_REPORTS]}))


def show_project_classes(*, actor: User, project: Project, panels: list[Panel], **_: Any) -> None:
    """The kinds of cells that a project tells apart."""
    content = {
        "project": project,
        "classes": classes_of(project),
        "may_manage": may(actor, Action.MANAGE_CLASSES, project),
    }
    panels.append(Panel("annotations/classes_panel.html", 40, content))


def show_dataset_masks(*, actor: User, dataset: Dataset, panels: list[Panel], **_: Any) -> None:
    """The way to import masks, and how many wait for a decision."""
    if may(actor, Action.EDIT_LABELS, dataset.project):
        content = {"dataset": dataset, "n_undecided": undecided_in(dataset).count()}
        panels.append(Panel("annotations/masks_panel.html", 25, content))


def show_image_masks(*, actor: User, image: Image, panels: list[Panel], **_: Any) -> None:
    """The way to masks that are meant for this one image."""
    if may(actor, Action.EDIT_LABELS, image.dataset.project):
        content = {"dataset": image.dataset, "image": image}
        panels.append(Panel("annotations/masks_panel.html", 25, content))


def show_dataset_reports(*, actor: User, dataset: Dataset, panels: list[Panel], **_: Any) -> None:
    """The newest reports of a dataset, and the way to a new one."""
    content = {
        "dataset": dataset,
        "reports": dataset.reports.defer("inputs")[:N_REPORTS],
        "may_report": may(actor, Action.REPORT, dataset.project),
    }
    panels.append(Panel("annotations/dataset_panel.html", 30, content))


def _reviewable(actor: User) -> QuerySet[Annotation]:
    """Submitted by others: nobody approves her own last change."""
    return waiting_for_review(actor).exclude(last_edit_by=actor)


def _sent_back(actor: User) -> list[Task]:
    rows = waiting_for_correction(actor).filter(state=ImageState.SENT_BACK)[:N_SINGLE]
    said: dict[Any, Review] = {
        review.annotation_id: review
        for review in Review.objects.filter(annotation__in=list(rows), verdict=Verdict.SENT_BACK)
        .select_related("author")
        .order_by("created_at")
    }
    return [
        Task(
            image=row.image,
            title=f"{_brief(row.image.name)} · sent back by {_first_name(said[row.pk].author)}: "
            f"“{said[row.pk].comment}”",
            kind="sent_back",
            moment=said[row.pk].created_at,
        )
        for row in rows
        if row.pk in said
    ]


def _begun(actor: User) -> list[Task]:
    rows = waiting_for_correction(actor).filter(state=ImageState.CORRECTED, last_edit_by=actor)
    return [
        Task(row.image, f"{_brief(row.image.name)} · begun by you", "begun", None)
        for row in rows.order_by("image__name")[:N_SINGLE]
    ]


def _to_review(actor: User) -> list[Task]:
    return _by_dataset(_reviewable(actor), "ready to review", "to_review", "submitted_at")


def _to_correct(actor: User) -> list[Task]:
    rows = waiting_for_correction(actor).filter(state=ImageState.SEGMENTED)
    return _by_dataset(rows, "to correct", "to_correct", "image__name")


def _by_dataset(rows: QuerySet[Annotation], words: str, kind: str, order: str) -> list[Task]:
    """One line a dataset with the count of its images; it opens the first of them."""
    grouped = rows.order_by().values_list("image__dataset_id").annotate(n=Count("pk"))
    counts: dict[Any, int] = dict(grouped)
    first = rows.order_by("image__dataset_id", order).distinct("image__dataset_id")
    return [
        Task(
            image=row.image,
            title=f"{row.image.dataset.name} · {n} {'image' if n == 1 else 'images'} {words}",
            kind=kind,
            moment=row.submitted_at or row.created_at,
        )
        for row in first
        for n in [counts[row.image.dataset_id]]
    ]


def _brief(name: str) -> str:
    """A long name without its middle: the start and the end tell images apart."""
    if len(name) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def _first_name(user: User) -> str:
    return str(user).split()[0]
