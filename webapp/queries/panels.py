"""What higher apps add to the lab's pages: a registry by event name, so nobody imports upward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp import events
from webapp.models import Dataset, Image, Project, User


@dataclass(frozen=True)
class Panel:
    """A template fragment and what it shows; `rank` orders the panels of a page."""

    template: str
    rank: int
    content: Mapping[str, Any] = field(default_factory=dict)


def home_panels(actor: User) -> list[Panel]:
    """What waits for a person; listeners of `page.home` append."""
    panels: list[Panel] = []
    events.announce("page.home", actor=actor, panels=panels)
    return sorted(panels, key=lambda panel: panel.rank)


def project_panels(actor: User, project: Project) -> list[Panel]:
    """What goes on in a project; listeners of `page.project` append."""
    panels: list[Panel] = []
    events.announce("page.project", actor=actor, project=project, panels=panels)
    return sorted(panels, key=lambda panel: panel.rank)


def dataset_panels(actor: User, dataset: Dataset) -> list[Panel]:
    """What goes on in a dataset; listeners of `page.dataset` append."""
    panels: list[Panel] = []
    events.announce("page.dataset", actor=actor, dataset=dataset, panels=panels)
    return sorted(panels, key=lambda panel: panel.rank)


def image_panels(actor: User, image: Image) -> list[Panel]:
    """What is known about an image; listeners of `page.image` append."""
    panels: list[Panel] = []
    events.announce("page.image", actor=actor, image=image, panels=panels)
    return sorted(panels, key=lambda panel: panel.rank)


def waiting_counts(actor: User) -> dict[str, int]:
    """How many images wait for a person, by page; listeners of `navigation` fill it."""
    counts: dict[str, int] = {}
    events.announce("navigation", actor=actor, counts=counts)
    return counts
