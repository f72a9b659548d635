"""What runs add to the pages of the lab."""

from __future__ import annotations

from collections import Counter
from typing import Any

from segmentation.models import Run, Segmentation
from segmentation.queries.prepared import steps_of
from segmentation.queries.runs import describe_run, runs_in, runs_of
from segmentation.queries.segmentations import segmentations_of
from segmentation.states import RunState
from webapp.models import Dataset, Image, Project, User
from webapp.permissions import Action, may
from webapp.queries.panels import Panel

N_EARLIER = 4


def show_project_runs(*, project: Project, panels: list[Panel], **_: Any) -> None:
    """The runs that are going on in a project."""
    running = (
        runs_in(project)
        .filter(state=RunState.RUNNING)
        .select_related("dataset", "requested_by", "segmentation_model")
    )
    rows = [{"run": run, "about": describe_run(run)} for run in running]
    if rows:
        panels.append(Panel("segmentation/project_panel.html", 10, {"rows": rows}))


def show_dataset_runs(*, actor: User, dataset: Dataset, panels: list[Panel], **_: Any) -> None:
    """The newest run of a dataset with its progress, and those before it."""
    runs = list(runs_of(dataset)[: N_EARLIER + 1])
    if not runs:
        return
    newest, *earlier = runs
    content = {
        "run": newest,
        "about": describe_run(newest),
        "is_running": newest.state == RunState.RUNNING,
        "earlier": earlier,
        "may_run": may(actor, Action.RUN, dataset.project),
        "warnings": warnings_of(newest),
    }
    panels.append(Panel("segmentation/dataset_panel.html", 20, content))


def show_image_result(*, image: Image, panels: list[Panel], **_: Any) -> None:
    """The newest result for an image: how many cells, and what the method warned about."""
    newest = segmentations_of(image).first()
    if newest is not None:
        content = {
            "segmentation": newest,
            "channels": channels_shown(newest),
            "steps": steps_of(newest.manifest.get("parameters") or {}),
        }
        panels.append(Panel("segmentation/image_panel.html", 10, content))


def channels_shown(segmentation: Segmentation) -> list[str]:
    """The names of the channels that the method looked at, as they were called then."""
    names = segmentation.manifest.get("channel_names") or []
    shown = segmentation.manifest.get("result", {}).get("channels", [])
    return [names[c] for c in shown if c < len(names)]


def warnings_of(run: Run) -> list[tuple[str, int]]:
    """What the method warned about in this run, and in how many images."""
    rows = Segmentation.objects.filter(jobs__run=run).exclude(warnings=[])
    counts = Counter(
        warning for warnings in rows.values_list("warnings", flat=True) for warning in warnings
    )
    return counts.most_common()
