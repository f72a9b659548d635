"""The steps before a method: asked for in the form, seen before they run, said with the result."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from segmentation.actions import work
from segmentation.actions.jobs import claim_job, finish_job
from segmentation.actions.run import request_run
from segmentation.models import Run, Segmentation
from tests.visits import browser_of, words_of
from webapp.states import Refused

FORM = {
    "method": "threshold",
    "before.background": "divide",
    "before.window_px": "",
    "before.denoise": "none",
    "before.low_percentile": "1.0",
    "before.high_percentile": "99.8",
}


def run_with(bob: Any, image: Any, **steps: Any) -> Run:
    return request_run(
        actor=bob,
        dataset_id=image.dataset_id,
        image_ids=[image.pk],
        method="threshold",
        parameters={"preprocessing": steps},
    )


def test_the_form_starts_a_run_that_prepares_the_pixels(bob: Any, image: Any) -> None:
    browser = browser_of(bob)
    browser.post(f"/datasets/{image.dataset_id}/run", FORM)
    run = Run.objects.get()
    assert run.parameters["preprocessing"] == {"background": "divide"}
    said = words_of(browser.get(f"/runs/{run.pk}"))
    assert "Pixels prepared by illumination correction" in said


def test_a_run_without_steps_is_as_it_was(bob: Any, image: Any) -> None:
    browser_of(bob).post(f"/datasets/{image.dataset_id}/run", FORM | {"before.background": "none"})
    assert "preprocessing" not in Run.objects.get().parameters


def test_the_result_says_what_was_done_and_is_another_than_without(bob: Any, image: Any) -> None:
    for steps in ({"denoise": "median"}, {}):
        job = claim_job(run_with(bob, image, **steps).jobs.get().pk)
        assert job is not None
        finish_job(job, work._segment_image(job, lambda: False))
    with_steps, without = Segmentation.objects.order_by("created_at")
    assert with_steps.fingerprint != without.fingerprint
    assert with_steps.manifest["parameters"]["preprocessing"] == {"denoise": "median"}
    again = run_with(bob, image, denoise="median")
    assert again.jobs.get().is_reused


def test_what_cannot_be_done_is_refused_in_words(bob: Any, image: Any) -> None:
    with pytest.raises(Refused, match="Denoise must be one of"):
        run_with(bob, image, denoise="magic")


def test_the_picture_shows_before_and_after(bob: Any, vera: Any, carl: Any, image: Any) -> None:
    address = f"/images/{image.pk}/prepared.png"
    answer = browser_of(bob).get(address, {"before.denoise": "gaussian", "x": "0.1", "y": "9"})
    picture = np.asarray(Picture.open(io.BytesIO(answer.content)))
    assert picture.shape == (732, 732)
    assert not np.array_equal(picture[:366], picture[366:])
    same = np.asarray(Picture.open(io.BytesIO(browser_of(bob).get(address).content)))
    assert np.array_equal(same[:366], same[366:])
    assert browser_of(bob).get(address, {"channel": "7"}).status_code == 404
    wrong = browser_of(bob).get(address, {"before.window_px": "much"})
    assert (wrong.status_code, wrong.content.decode()) == (
        400,
        "Window of the background: 'much' is not a number.",
    )
    assert browser_of(vera).get(address).status_code == 403
    assert browser_of(carl).get(address).status_code == 404
