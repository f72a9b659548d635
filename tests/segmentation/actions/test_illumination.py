"""One light for all images of a setup: chosen with the run, told once, kept with every result."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from segmentation.actions import work
from segmentation.actions.jobs import claim_job, finish_job
from segmentation.actions.run import request_run
from segmentation.engine.preprocessing.shared_light import FEWEST_IMAGES
from segmentation.models import Illumination, Run, Segmentation
from tests.cast import page_of
from tests.visits import browser_of, words_of
from webapp.imaging.pyramid import pack
from webapp.imaging.tiles import chunk_path, read_level_plane
from webapp.models import AcquisitionSetup, Blob, Image
from webapp.states import Refused
from webapp.storage.blobs import keep_bytes
from webapp.storage.derived import image_folder

pytestmark = pytest.mark.django_db
SHARED = {"preprocessing": {"background": "shared"}}


def dim(pyramid: Path) -> None:
    """Let the light of the first channel fall off over the coarsest level."""
    plane = read_level_plane(pyramid, 1, 0, 0, 0)
    light = 1 - 0.6 * np.linspace(0, 1, plane.shape[1]) ** 2
    dimmed = (plane * light).astype(plane.dtype)
    chunk_path(pyramid, 1, 0, 0, 0, 0, 0).write_bytes(pack(dimmed))


@pytest.fixture
def plate(make_image: Callable[[str], Any]) -> list[Image]:
    """Twelve images of one setup, each other bytes, the light of all of which falls off."""
    images = []
    for number in range(FEWEST_IMAGES):
        image = make_image(f"{number:02}.ome.tif")
        stored = keep_bytes(f"image {number}".encode())
        blob = Blob.objects.create(sha256=stored.sha256, size_bytes=stored.size_bytes)
        Image.objects.filter(pk=image.pk).update(blob=blob)
        dim(image_folder(image.pk) / "pyramid.zarr")
        images.append(Image.objects.get(pk=image.pk))
    return images


def run_on(bob: Any, images: list[Image], parameters: Any = SHARED) -> Run:
    return request_run(
        actor=bob,
        dataset_id=images[0].dataset_id,
        image_ids=[image.pk for image in images],
        method="threshold",
        parameters=parameters,
    )


def work_through(run: Run) -> list[Segmentation]:
    found = []
    for pk in run.jobs.values_list("pk", flat=True):
        job = claim_job(pk)
        assert job is not None
        found.append(finish_job(job, work._segment_image(job, lambda: False)))
    return found


def test_all_images_of_a_setup_get_one_light_and_the_results_say_it(
    plate: list[Image], bob: Any
) -> None:
    first, second = work_through(run_on(bob, plate[:2]))
    light = first.manifest["light"]
    assert light == second.manifest["light"]
    assert sorted(light["sources"]) == sorted(image.blob_id for image in plate)
    known = Illumination.objects.get()
    assert known.light == light
    assert first.manifest["illumination"] == {
        "setup": known.setup_name,
        "key": known.key,
        "n_images": len(plate),
    }
    y_x_terms = light["fields"][0]["terms"], light["fields"][1]["terms"]
    assert min(y_x_terms[0][1:]) < -0.1
    assert max(abs(term) for term in y_x_terms[1][1:]) < 0.05


def test_the_same_images_give_the_known_result_and_others_another(
    plate: list[Image], bob: Any
) -> None:
    work_through(run_on(bob, plate[:1]))
    assert run_on(bob, plate[:1]).jobs.get().is_reused
    Image.objects.filter(pk=plate[-1].pk).update(series=1)
    assert not run_on(bob, plate[:1]).jobs.get().is_reused
    assert Illumination.objects.count() == 2


def test_a_run_keeps_the_images_that_it_was_asked_for_with(plate: list[Image], bob: Any) -> None:
    run = run_on(bob, plate[:1])
    Image.objects.filter(pk=plate[-1].pk).update(series=1)
    (found,) = work_through(run)
    assert plate[-1].blob_id in found.manifest["light"]["sources"]


def test_a_run_without_it_is_as_it_was(plate: list[Image], bob: Any) -> None:
    (plain,) = work_through(run_on(bob, plate[:1], {}))
    assert not {"light", "illumination"} & set(plain.manifest)
    assert not Illumination.objects.exists()


def test_images_of_another_setup_do_not_tell_it(plate: list[Image], bob: Any) -> None:
    other = AcquisitionSetup.objects.create(project=plate[0].dataset.project, name="Scope 2")
    Image.objects.filter(pk=plate[0].pk).update(setup=other)
    with pytest.raises(Refused, match="at least 12 images of the same setup"):
        run_on(bob, plate[1:2])
    assert not Run.objects.exists()


def test_the_same_bytes_twice_count_once(plate: list[Image], bob: Any) -> None:
    Image.objects.filter(pk=plate[0].pk).update(blob_id=plate[1].blob_id)
    with pytest.raises(Refused, match="only 11 are here"):
        run_on(bob, plate[:1])


def test_when_an_image_is_gone_the_job_says_so(plate: list[Image], bob: Any) -> None:
    run = run_on(bob, plate[:1])
    illumination = Illumination.objects.get()
    illumination.sources[0]["image"] = str(run.pk)
    illumination.save()
    work.work_on(run.jobs.get().pk)
    job = run.jobs.get()
    assert (job.state, "not all there" in job.sentence) == ("failed", True)


def test_what_is_stored_is_small(plate: list[Image], bob: Any) -> None:
    work_through(run_on(bob, plate[:1]))
    assert len(json.dumps(Illumination.objects.get().light)) < 4000


def test_the_form_shows_the_light_before_the_run(plate: list[Image], bob: Any) -> None:
    address = f"/images/{plate[0].pk}"
    answer = page_of(bob).get(f"/api{address}/light").json()
    assert (answer["n_images"], len(answer["channels"])) == (12, 2)
    falling, even = answer["channels"]
    assert falling["darkest"] < 0.7
    assert even["darkest"] > 0.9
    shown = browser_of(bob).get(f"{address}/light.png", {"channel": 0})
    picture = np.asarray(Picture.open(io.BytesIO(shown.content)).convert("L")).astype(int)
    assert picture.shape == (309, 360)
    assert picture[:, 5].mean() > picture[:, -5].mean() + 60
    before_and_after = browser_of(bob).get(
        f"{address}/prepared.png", {"before.background": "shared"}
    )
    both = np.asarray(Picture.open(io.BytesIO(before_and_after.content)))
    assert not np.array_equal(both[:366], both[366:])


def test_an_image_alone_has_no_light_of_a_setup(image: Image, bob: Any) -> None:
    answer = page_of(bob).get(f"/api/images/{image.pk}/light").json()
    assert "at least 12 images" in answer["reason"]
    assert answer["channels"] == []
    picture = browser_of(bob).get(f"/images/{image.pk}/light.png")
    assert (picture.status_code, "at least 12" in picture.content.decode()) == (400, True)
    asked = {"before.background": "shared"}
    assert browser_of(bob).get(f"/images/{image.pk}/prepared.png", asked).status_code == 400


def test_the_page_of_the_run_shows_the_light_that_was_used(plate: list[Image], bob: Any) -> None:
    run = run_on(bob, plate[:1])
    page = f"/runs/{run.pk}"
    assert "The first image tells it" in words_of(browser_of(bob).get(page))
    work_through(run)
    said = words_of(browser_of(bob).get(page))
    assert "one flat field for all images of the setup" in said
    assert "Told from 12 images" in said
    used = Illumination.objects.get()
    assert browser_of(bob).get(f"/illuminations/{used.pk}.png").status_code == 200
