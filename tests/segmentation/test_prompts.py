"""A click on a real image, answered by a real worker."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from segmentation.actions.prompts import cells_of
from segmentation.engine.methods.generalist.prompter import Found
from segmentation.engine.tiling import Window
from tests.cast import caller, page_of
from webapp.actions.demo import DEMO
from webapp.actions.ingest import ingest
from webapp.actions.uploads import append_part, start_upload

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0


@pytest.fixture
def nuclei(dataset: Any, bob: Any) -> Any:
    """A real fluorescence image, uploaded by bob."""
    content = (DEMO / "images" / "nuclei_01.png").read_bytes()
    upload = start_upload(
        actor=bob, dataset_id=dataset.pk, file_name="nuclei_01.png", size_bytes=len(content)
    )
    append_part(actor=bob, upload_id=upload.pk, offset_bytes=0, pieces=[content])
    ingest(upload.pk)
    return dataset.images.get()


@pytest.fixture
def worker(process_environment: dict[str, str]) -> Iterator[None]:
    """A real worker of the queue for clicks."""
    command = [sys.executable, "-m", "celery", "-A", "webapp.config.celery_app", "worker"]
    options = ["-Q", "prompts", "--pool=solo", "--without-gossip", "--without-mingle"]
    process = subprocess.Popen([*command, *options], cwd=CHECKOUT, env=process_environment)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


def ask(browser: Any, image: Any, question: dict[str, Any]) -> dict[str, Any]:
    """The answer, as soon as the worker is up."""
    end = time.monotonic() + PATIENCE_S
    while True:
        answer = browser("post", f"/api/images/{image.pk}/prompts", question)
        if answer.status_code != 503 or time.monotonic() > end:
            assert answer.status_code == 200, answer.content
            found: dict[str, Any] = answer.json()
            return found


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_click_or_a_stroke_on_a_nucleus_finds_it_and_a_box_finds_many(
    worker: None, nuclei: Any, bob: Any, settings: Any
) -> None:
    settings.PROMPT_PATIENCE_S = 8.0
    browser = caller(page_of(bob))
    box = [0, 0, nuclei.height, nuclei.width]
    assert ask(browser, nuclei, {"look": [20, 20]})["cells"] == []
    cells = ask(browser, nuclei, {"box": box})["cells"]
    assert len(cells) > 3
    largest = max(cells, key=lambda rows: sum(stop - start for _, start, stop in rows))
    y, start, stop = largest[len(largest) // 2]
    middle = (start + stop) / 2
    for question in ({"added": [[y, middle]]}, {"scribble": [[y, middle - 2], [y, middle + 2]]}):
        answered = ask(browser, nuclei, question)["cells"]
        assert len(answered) == 1
        meant, found = pixels_of(largest), pixels_of(answered[0])
        assert len(meant & found) / len(meant | found) > 0.7


@pytest.mark.django_db
def test_whoever_asks_for_nonsense_reads_why(image: Any, bob: Any, settings: Any) -> None:
    settings.PROMPT_PATIENCE_S = 0.1
    browser = caller(page_of(bob))
    url = f"/api/images/{image.pk}/prompts"
    for question, word in (
        ({}, "points"),
        ({"added": [[1, 1]], "box": [0, 0, 5, 5]}, "points"),
        ({"added": [[-4, 1]]}, "outside"),
        ({"scribble": [[1, 1], [2, 2]], "box": [0, 0, 5, 5]}, "points"),
        ({"scribble": [[1, 1], [1, 1e9]]}, "outside"),
        ({"scribble": [[1, 1]] * 1001}, "1000"),
        ({"added": [[1, 1]], "t": 99}, "frames"),
        ({"box": [5, 5, 2, 9]}, "box"),
        ({"box": [0, 0, 1, 1e9]}, "box"),
        ({"box": [0, 0, "nan", 9]}, "box"),
        ({"added": [[1]]}, "2"),
        ({"look": [1, 1], "added": [[1, 1]]}, "points"),
        ({"look": [1, 1e9]}, "outside"),
        ({"look": ["nan", 1]}, "number"),
    ):
        answer = browser("post", url, question)
        assert answer.status_code == 400, question
        assert word in answer.json()["detail"]


@pytest.mark.django_db
def test_without_a_worker_the_sentence_says_so(image: Any, bob: Any, settings: Any) -> None:
    settings.PROMPT_PATIENCE_S = 0.1
    url = f"/api/images/{image.pk}/prompts"
    answer = caller(page_of(bob))("post", url, {"added": [[1, 1]]})
    assert answer.status_code == 503
    assert "not running" in answer.json()["detail"]
    assert Client().post(url).status_code in (401, 403)


def test_the_rows_of_a_cell_are_its_pixels() -> None:
    import numpy as np

    labels = np.zeros((4, 6), np.uint32)
    labels[1, 1:3] = 1
    labels[1, 3:5] = 2
    labels[2, 0] = labels[2, 5] = 1
    cells = cells_of(Found(Window(10, 20, 14, 26), labels))
    assert cells == [[[11, 21, 23], [12, 20, 21], [12, 25, 26]], [[11, 23, 25]]]


def pixels_of(rows: list[list[int]]) -> set[tuple[int, int]]:
    """The pixels of rows."""
    return {(y, x) for y, start, stop in rows for x in range(start, stop)}
