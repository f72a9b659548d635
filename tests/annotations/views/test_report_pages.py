"""Asking for a report, its files and its inputs."""

from __future__ import annotations

from typing import Any

from annotations.actions.report import request_report
from annotations.labels.definitions import (
    CLASS,
    CONFIDENCE,
    OBJECT_DEFINITIONS,
    ORIGIN,
    STATE,
)
from annotations.models import Report
from annotations.models.report import ReportState
from annotations.views.files import TITLES
from annotations.views.numbers import shown_numbers
from tests.annotations.reports.test_bundle import FILES
from tests.visits import browser_of, words_of


def test_the_page_says_what_can_be_reported(vera: Any, annotation: Any) -> None:
    said = words_of(browser_of(vera).get(_page(annotation)))
    assert "1 image 1 with masks 0 approved 3 cells 0 cells in approved images" in said
    assert "No report yet" in said


def test_a_report_is_asked_for(vera: Any, annotation: Any) -> None:
    response = browser_of(vera).post(_page(annotation), {"which": "all"}, follow=True)
    assert "Report 1 Waiting" in words_of(response)
    assert not Report.objects.get().is_approved_only


def test_nothing_approved_is_refused_in_words(vera: Any, annotation: Any) -> None:
    response = browser_of(vera).post(_page(annotation), {"which": "approved"}, follow=True)
    assert "No image of this dataset has approved masks yet" in words_of(response)
    assert not Report.objects.exists()


def test_an_outsider_asks_for_nothing(carl: Any, annotation: Any) -> None:
    assert browser_of(carl).post(_page(annotation), {"which": "all"}).status_code == 404
    assert not Report.objects.exists()


def test_a_ready_report_offers_its_files_and_names_its_inputs(
    bob: Any, vera: Any, annotation: Any
) -> None:
    report = _ready(bob, annotation)
    response = browser_of(vera).get(f"/reports/{report.pk}")
    said, page = words_of(response), response.content.decode()
    assert "Report (PDF)" in said
    assert "Every cell (CSV)" in said
    assert "Overlays 1 picture" in said
    assert f'href="/api/reports/{report.pk}/files/cells.csv"' in page
    assert annotation.base.digest in page
    assert annotation.image.blob_id in page
    assert f'href="/images/{annotation.image_id}"' in page


def test_a_failed_report_says_why(bob: Any, annotation: Any) -> None:
    report = request_report(
        actor=bob, dataset_id=annotation.image.dataset_id, is_approved_only=False
    )
    Report.objects.update(state=ReportState.FAILED, sentence="The server's disk is full.")
    said = words_of(browser_of(bob).get(f"/reports/{report.pk}"))
    assert "The server's disk is full. Nothing was lost" in said


def test_an_outsider_sees_no_report(bob: Any, carl: Any, annotation: Any) -> None:
    report = _ready(bob, annotation)
    assert browser_of(carl).get(f"/reports/{report.pk}").status_code == 404


def test_an_area_in_pixels_is_shown_only_where_no_other_is_known() -> None:
    both = shown_numbers({"area_um2_median": 40.5, "area_px_median": 162})
    assert [number.unit for number in both] == ["µm²"]
    assert [number.unit for number in shown_numbers({"area_px_median": 162})] == ["px²"]


def test_what_people_set_aside_is_a_number_only_where_there_is_some() -> None:
    assert shown_numbers({"n_cells_ignored": 0, "n_cells_ambiguous": 0}) == []
    (number,) = shown_numbers({"n_cells_ignored": 12, "n_cells_ambiguous": 0})
    assert (number.value, number.words) == (12, "more in ignored regions")


def test_every_file_of_a_report_has_words_on_its_page() -> None:
    assert {name for name in FILES if "/" not in name} <= set(TITLES)


def test_the_definitions_page_explains_every_column_of_a_cell(vera: Any) -> None:
    said = words_of(browser_of(vera).get("/definitions"))
    for definition in (CLASS, STATE, ORIGIN, CONFIDENCE, *OBJECT_DEFINITIONS):
        assert definition.meaning in said


def _page(annotation: Any) -> str:
    return f"/datasets/{annotation.image.dataset_id}/report"


def _ready(person: Any, annotation: Any) -> Report:
    """A report as the worker leaves it; the files' bytes are not asked for here."""
    report = request_report(
        actor=person, dataset_id=annotation.image.dataset_id, is_approved_only=False
    )
    names = ("report.pdf", "report.zip", "cells.csv", "overlays/squares.png", "labels/squares.tif")
    report.files = {name: {"sha256": "0" * 64, "size_bytes": 1000} for name in names}
    report.state, report.summary = ReportState.READY, {"n_cells": 3}
    report.save()
    return report
