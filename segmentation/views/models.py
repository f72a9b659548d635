"""Models: what this server can segment with, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from segmentation.engine.methods.protocol import MethodInfo
from segmentation.engine.registry import methods
from segmentation.engine.weights import Card
from segmentation.models import SegmentationModel
from segmentation.queries.cards import cards_of
from webapp.views.doors import page


@dataclass(frozen=True)
class Score:
    """How well the weights did on the held-out images of one kind; shares from 0 to 1."""

    kind: str
    n_images: int
    n_cells: int
    is_same_acquisition: bool
    f1_50: float | None
    ap_50: float | None
    ap_50_interval: list[float] | None
    ap_75: float | None
    pq_50: float | None


@dataclass(frozen=True)
class Scored:
    """The card of some weights, and their scores."""

    card: Card
    title: str
    is_default: bool
    scores: list[Score]


@dataclass(frozen=True)
class Shelf:
    """A method, the cards of its weights, and the versions of it that were used here."""

    info: MethodInfo
    versions: list[SegmentationModel]
    weights: list[Scored] = field(default_factory=list)


@page()
def models(request: HttpRequest) -> HttpResponse:
    """Every method with its card."""
    used: dict[str, list[SegmentationModel]] = {}
    rows = SegmentationModel.objects.annotate(n_runs=Count("runs")).order_by("-created_at")
    for model in rows:
        used.setdefault(model.method, []).append(model)
    shelves = [_shelf(info, used.get(info.name, [])) for info in methods()]
    return render(request, "segmentation/models.html", {"shelves": shelves})


def _shelf(info: MethodInfo, versions: list[SegmentationModel]) -> Shelf:
    if not info.is_available:
        return Shelf(info, versions)
    weights = [
        Scored(
            card, choice.title, card.name == info.default_weights, scores_of(card.facts["metrics"])
        )
        for choice, card in zip(info.weights, cards_of(info), strict=True)
    ]
    return Shelf(info, versions, weights)


def scores_of(metrics: Mapping[str, Mapping[str, Any]]) -> list[Score]:
    """The measures of a card, the kind with the most held-out cells first."""
    scores = [
        Score(
            kind=kind,
            n_images=measured.get("n_images", 0),
            n_cells=measured.get("n_cells", 0),
            is_same_acquisition=bool(measured.get("is_same_acquisition")),
            f1_50=measured.get("f1_50"),
            ap_50=measured.get("ap_50"),
            ap_50_interval=measured.get("ap_50_interval"),
            ap_75=measured.get("ap_75"),
            pq_50=measured.get("pq_50"),
        )
        for kind, measured in metrics.items()
    ]
    return sorted(scores, key=lambda score: -score.n_cells)
