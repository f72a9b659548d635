"""Runs over HTTP: what may be asked for, what is told, what can be downloaded."""

from __future__ import annotations

import gzip
import io
from typing import Any

import numpy as np
import pytest

from segmentation.models import Run
from tests.cast import caller, page_of, squares

pytestmark = pytest.mark.django_db


def test_the_methods_are_told_with_their_parameters(vera: Any) -> None:
    told = {row["name"]: row for row in page_of(vera).get("/api/methods").json()}
    assert {"generalist", "threshold"} <= set(told)
    assert told["threshold"]["unavailable_reason"] is None
    assert all(row["licence"] for row in told.values())


def test_a_run_can_be_estimated_started_and_cancelled(image: Any, bob: Any) -> None:
    ask, dataset = caller(page_of(bob)), f"/api/datasets/{image.dataset_id}"
    estimate = ask("post", f"{dataset}/estimate", {"method": "threshold"}).json()
    assert estimate["n_images"] == 1
    assert estimate["seconds"] > 0
    run = ask("post", f"{dataset}/runs", {"method": "threshold", "parameters": {}}).json()
    assert (run["number"], run["state"], run["counts"]["queued"]) == (1, "running", 1)
    jobs = ask("get", f"/api/runs/{run['id']}/jobs").json()["results"]
    assert [(job["image_name"], job["state"]) for job in jobs] == [("squares", "queued")]
    cancelled = ask("post", f"/api/runs/{run['id']}/cancel").json()
    assert (cancelled["state"], cancelled["counts"]["cancelled"]) == ("cancelled", 1)


def test_a_run_names_the_network_that_was_chosen_and_larger_takes_longer(
    image: Any, bob: Any
) -> None:
    ask, dataset = caller(page_of(bob)), f"/api/datasets/{image.dataset_id}"
    seconds, models = {}, {}
    for network in ("generalist-s", "generalist-m"):
        wanted = {"method": "generalist", "parameters": {"network": network}}
        seconds[network] = ask("post", f"{dataset}/estimate", wanted).json()["seconds"]
        models[network] = ask("post", f"{dataset}/runs", wanted).json()["model"]
    assert models == {network: network for network in models}
    assert seconds["generalist-s"] < seconds["generalist-m"]
    usual = ask("post", f"{dataset}/runs", {"method": "generalist", "parameters": {}}).json()
    assert usual["model"] == "generalist-m"
    assert len({run.segmentation_model.digest for run in Run.objects.all()}) == 2


@pytest.mark.parametrize(
    "wanted",
    [
        {"method": "magic"},
        {"method": "threshold", "parameters": {"unknown": 1}},
        {"method": "threshold", "parameters": {"channels": "all"}},
        {"method": "threshold", "parameters": []},
        {"method": "threshold", "images": []},
        {"method": "threshold", "images": ["5f0c9f54-3c5f-4c0e-9b52-000000000000"]},
        {"method": "threshold", "images": "all"},
        {},
    ],
    ids=str,
)
def test_a_run_that_makes_no_sense_is_refused(image: Any, bob: Any, wanted: Any) -> None:
    answer = caller(page_of(bob))("post", f"/api/datasets/{image.dataset_id}/runs", wanted)
    assert answer.status_code == 400, answer.content
    assert Run.objects.count() == 0


def test_an_image_of_another_project_cannot_be_run(image: Any, carl: Any) -> None:
    from webapp.actions.datasets import create_dataset
    from webapp.queries.projects import projects_of

    own = create_dataset(actor=carl, project_id=projects_of(carl)[0].pk, name="Own")
    wanted = {"method": "threshold", "images": [str(image.pk)]}
    answer = caller(page_of(carl))("post", f"/api/datasets/{own.pk}/runs", wanted)
    assert answer.status_code == 400


def test_a_segmentation_can_be_read_back(annotation: Any, vera: Any) -> None:
    browser = page_of(vera)
    listed = browser.get(f"/api/images/{annotation.image_id}/segmentations").json()["results"]
    told = browser.get(f"/api/segmentations/{listed[0]['id']}").json()
    assert (told["n_objects"], told["method"]) == (3, "threshold")
    assert told["manifest"]["method"] == "threshold"
    answer = browser.get(told["labels_url"])
    content = gzip.decompress(b"".join(answer.streaming_content))
    assert np.array_equal(np.load(io.BytesIO(content)), squares())
    assert answer["Content-Disposition"].startswith("attachment")
