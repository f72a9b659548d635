"""Choosing a method, starting, watching, cancelling; and the models page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segmentation.actions.jobs import claim_job, fail_job
from segmentation.actions.run import request_run
from segmentation.models import Run
from segmentation.views.models import scores_of
from tests.visits import browser_of, words_of

THRESHOLD = {
    "method": "threshold",
    "threshold.polarity": "bright",
    "threshold.threshold": "otsu",
    "threshold.diameter": "",
    "threshold.minimum_area_px": "30",
}


def test_the_form_offers_methods_with_their_time(bob: Any, dataset: Any, image: Any) -> None:
    said = words_of(browser_of(bob).get(f"/datasets/{dataset.pk}/run"))
    assert "Segment 1 image" in said
    assert "Background subtraction, a threshold and a watershed" in said
    assert "about 5 s" in said
    assert "DAPI Actin" in said


def test_the_form_says_which_channels_are_looked_at(bob: Any, dataset: Any, image: Any) -> None:
    said = words_of(browser_of(bob).get(f"/datasets/{dataset.pk}/run"))
    assert "for cells DAPI (nucleus) + Actin (cytoplasm or membrane)" in said
    assert "for nuclei DAPI (nucleus)" in said


def test_an_empty_dataset_says_to_upload_first(bob: Any, dataset: Any) -> None:
    said = words_of(browser_of(bob).get(f"/datasets/{dataset.pk}/run"))
    assert "There is nothing to segment yet" in said


def test_a_run_starts_with_what_was_chosen(bob: Any, dataset: Any, image: Any) -> None:
    form = THRESHOLD | {"channels": ["0"]}
    response = browser_of(bob).post(f"/datasets/{dataset.pk}/run", form)
    run = Run.objects.get()
    assert response.headers["Location"] == f"/runs/{run.pk}"
    assert run.parameters == {
        "polarity": "bright",
        "threshold": "otsu",
        "diameter": None,
        "minimum_area_px": 30,
        "channels": [0],
    }


def test_only_the_selected_images_are_run(
    bob: Any, dataset: Any, make_image: Callable[[str], Any]
) -> None:
    make_image("one.tif")
    chosen = make_image("two.tif")
    browser = browser_of(bob)
    response = browser.post(f"/datasets/{dataset.pk}/choose", {"images": [chosen.pk]}, follow=True)
    assert "Segment 1 image" in words_of(response)
    browser.post(f"/datasets/{dataset.pk}/run?chosen=1", THRESHOLD)
    assert [job.image_id for job in Run.objects.get().jobs.all()] == [chosen.pk]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"threshold.minimum_area_px": "many"}, "Smallest cell: 'many' is not a number."),
        ({"threshold.minimum_area_px": "0"}, "must lie between"),
        ({"threshold.polarity": "purple"}, "must be one of"),
        ({"method": "wishful"}, "There is no method called wishful"),
    ],
)
def test_nonsense_starts_nothing_and_is_answered_in_words(
    bob: Any, dataset: Any, image: Any, change: dict[str, str], sentence: str
) -> None:
    page = f"/datasets/{dataset.pk}/run"
    response = browser_of(bob).post(page, THRESHOLD | change, follow=True)
    assert sentence in words_of(response)
    assert not Run.objects.exists()


def test_a_run_shows_its_failed_image_with_the_sentence(bob: Any, vera: Any, image: Any) -> None:
    run = _run(bob, image)
    job = claim_job(run.jobs.get().pk)
    assert job is not None
    fail_job(job, "This image is empty.")
    said = words_of(browser_of(vera).get(f"/runs/{run.pk}"))
    assert "Finished, 1 image failed" in said
    assert "This image is empty." in said
    assert "Retry what is missing" not in said
    assert "Retry what is missing" in words_of(browser_of(bob).get(f"/runs/{run.pk}"))


def test_a_run_is_cancelled_and_retried(bob: Any, image: Any) -> None:
    run, browser = _run(bob, image), browser_of(bob)
    browser.post(f"/runs/{run.pk}/cancel")
    run.refresh_from_db()
    assert run.state == "cancelled"
    browser.post(f"/runs/{run.pk}/retry")
    run.refresh_from_db()
    assert run.state == "running"


def test_a_viewer_cancels_nothing(bob: Any, vera: Any, image: Any) -> None:
    run = _run(bob, image)
    assert browser_of(vera).post(f"/runs/{run.pk}/cancel").status_code == 403
    run.refresh_from_db()
    assert run.state == "running"


def test_an_outsider_sees_no_run(bob: Any, carl: Any, image: Any) -> None:
    assert browser_of(carl).get(f"/runs/{_run(bob, image).pk}").status_code == 404


def test_project_and_dataset_show_the_run_that_goes_on(bob: Any, image: Any) -> None:
    _run(bob, image)
    browser = browser_of(bob)
    in_project = words_of(browser.get(f"/projects/{image.dataset.project_id}"))
    assert "In progress Plate 1 · Run 1 0 of 1 image" in in_project
    assert "Run 1 · Threshold 0 of 1 image" in words_of(
        browser.get(f"/datasets/{image.dataset_id}")
    )


def test_the_models_page_names_every_method_and_its_licence(bob: Any, project: Any) -> None:
    said = words_of(browser_of(bob).get("/models"))
    assert "Threshold Ready" in said
    assert "Generalist" in said
    assert "Apache-2.0" in said


def test_the_kind_with_the_most_cells_is_listed_first() -> None:
    scores = scores_of({"DIC": {"n_cells": 19, "f1_50": 0.5}, "nuclei": {"n_cells": 321}})
    assert [score.kind for score in scores] == ["nuclei", "DIC"]
    assert [score.f1_50 for score in scores] == [None, 0.5]


def _run(person: Any, image: Any) -> Run:
    return request_run(
        actor=person,
        dataset_id=image.dataset_id,
        image_ids=[image.pk],
        method="threshold",
        parameters={},
    )
