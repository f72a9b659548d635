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
from segmentation.queries.cards import card_of
from webapp.views.doors import page


@dataclass(frozen=True)
class Table:
    """Numbers of a card: one row a group of images, one column a measure."""

    columns: list[str]
    rows: list[tuple[str, list[Any]]]


@dataclass(frozen=True)
class Shelf:
    """A method, the card of its weights, and the versions of it that were used here."""

    info: MethodInfo
    versions: list[SegmentationModel]
    card: Card | None = None
    metrics: list[tuple[str, Table]] = field(default_factory=list)


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
    card = card_of(info.name) if info.is_available else None
    if card is None:
        return Shelf(info, versions)
    return Shelf(info, versions, card, metric_tables(card.facts.get("metrics", {})))


def metric_tables(metrics: Mapping[str, Any]) -> list[tuple[str, Table]]:
    """The measures of a card as tables: plain numbers together, each group of groups on its own."""
    plain = {name: value for name, value in metrics.items() if not isinstance(value, Mapping)}
    tables = [("overall", Table(list(plain), [("", list(plain.values()))]))] if plain else []
    for name, group in metrics.items():
        if not isinstance(group, Mapping):
            continue
        is_nested = all(isinstance(value, Mapping) for value in group.values())
        lines: Mapping[str, Any] = group if is_nested else {"": group}
        columns = list(dict.fromkeys(key for line in lines.values() for key in line))
        rows = [(key, [line.get(column) for column in columns]) for key, line in lines.items()]
        tables.append((name, Table(columns, rows)))
    return tables
