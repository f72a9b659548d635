"""Saving edits: once, on top of each other, and never over somebody else's work."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from annotations.actions.head import open_head
from annotations.models import Annotation, Edit
from tests.cast import SQUARES, api_of, caller, edit_of, page_of, patch_of

pytestmark = pytest.mark.django_db
FREE = (200, 200, 210, 220)
ELSEWHERE = (300, 300, 310, 320)


@pytest.fixture
def fresh(annotation: Any, bob: Any) -> int:
    """A label that the server handed out to bob."""
    url = f"/api/annotations/{annotation.pk}/labels"
    start: int = caller(page_of(bob))("post", url, {"count": 16}).json()["start"]
    return start


def label_at(annotation: Any, y: int, x: int) -> int:
    """What the newest version shows at a pixel."""
    return int(open_head(Annotation.objects.get(pk=annotation.pk)).plane(0, 0)[y, x])


def test_an_edit_becomes_the_next_version(annotation: Any, save: Any, fresh: int) -> None:
    answer = save(edit_of(0, patch_of(FREE, 0, fresh)))
    assert (answer.status_code, answer.json()) == (201, {"version": 1, "rebased": False})
    assert label_at(annotation, 205, 210) == fresh
    assert label_at(annotation, 210, 210) == 0
    annotation.refresh_from_db()
    assert (annotation.state, annotation.image.state) == ("corrected", "corrected")


def test_the_same_edit_sent_twice_is_saved_once(save: Any, fresh: int) -> None:
    edit = edit_of(0, patch_of(FREE, 0, fresh))
    first, second = save(edit), save(edit)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Edit.objects.count() == 1


def test_an_edit_elsewhere_is_put_on_top(annotation: Any, save: Any, rita: Any, fresh: int) -> None:
    url = f"/api/annotations/{annotation.pk}/edits"
    caller(page_of(rita))("post", url, edit_of(0, patch_of(FREE, 0, fresh)))
    answer = save(edit_of(0, patch_of(ELSEWHERE, 0, fresh + 1)))
    assert (answer.status_code, answer.json()) == (201, {"version": 2, "rebased": True})
    assert (label_at(annotation, 200, 200), label_at(annotation, 300, 300)) == (fresh, fresh + 1)


@pytest.mark.parametrize("same", ["pixels", "cell"])
def test_an_edit_of_the_same_place_is_a_conflict_that_shows_the_other(
    annotation: Any, save: Any, rita: Any, fresh: int, same: str
) -> None:
    url = f"/api/annotations/{annotation.pk}/edits"
    caller(page_of(rita))("post", url, edit_of(0, patch_of(FREE, 0, fresh)))
    mine = (FREE, fresh + 1) if same == "pixels" else (ELSEWHERE, fresh)
    answer = save(edit_of(0, patch_of(mine[0], 0, mine[1])))
    told = answer.json()
    assert (answer.status_code, told["code"], told["version"]) == (409, "conflict", 1)
    assert [edit["author"]["name"] for edit in told["edits"]] == ["Rita"]
    assert told["edits"][0]["patches"] == [patch_of(FREE, 0, fresh)]
    assert Edit.objects.count() == 1


def test_an_edit_that_saw_other_masks_is_a_mismatch(save: Any, fresh: int) -> None:
    answer = save(edit_of(0, patch_of(FREE, 2, fresh)))
    assert (answer.status_code, answer.json()["code"]) == (409, "mismatch")


def test_undo_is_a_new_edit_that_names_the_old_one(annotation: Any, save: Any, fresh: int) -> None:
    save(edit_of(0, patch_of(FREE, 0, fresh)))
    undo = edit_of(1, patch_of(FREE, fresh, 0), kind="undo") | {"undoes": 1}
    assert save(undo).json()["version"] == 2
    assert label_at(annotation, 205, 210) == 0
    listed = caller(page_of(annotation.image.created_by))(
        "get", f"/api/annotations/{annotation.pk}/edits?after=1"
    ).json()
    assert [(edit["kind"], edit["undoes"]) for edit in listed["edits"]] == [("undo", 1)]


def test_a_label_that_nobody_handed_out_is_refused(save: Any) -> None:
    answer = save(edit_of(0, patch_of(FREE, 0, 4000)))
    assert (answer.status_code, answer.json()["code"]) == (400, "refused")


def test_two_people_never_get_the_same_labels(annotation: Any, bob: Any, rita: Any) -> None:
    url = f"/api/annotations/{annotation.pk}/labels"
    ranges = [
        caller(page_of(person))("post", url, {"count": 64}).json() for person in (bob, rita, bob)
    ]
    assert ranges == [
        {"start": 4, "stop": 68},
        {"start": 68, "stop": 132},
        {"start": 132, "stop": 196},
    ]


def test_masks_that_were_replaced_take_no_more_edits(
    annotation: Any, save: Any, fresh: int
) -> None:
    # As when another segmentation is adopted while nobody has touched this one.
    Annotation.objects.filter(pk=annotation.pk).update(is_current=False)
    answer = save(edit_of(0, patch_of(FREE, 0, fresh)))
    assert (answer.status_code, answer.json()["code"]) == (409, "replaced")
    assert answer.json()["detail"].startswith("This image was segmented anew.")


@pytest.mark.parametrize("count", [0, -1, 5000, "many", None])
def test_a_senseless_number_of_labels_is_refused(annotation: Any, bob: Any, count: Any) -> None:
    url = f"/api/annotations/{annotation.pk}/labels"
    assert caller(page_of(bob))("post", url, {"count": count}).status_code == 400


GOOD = patch_of(FREE, 0, 1)
BAD_PATCHES: list[Any] = [
    None,
    "text",
    [],
    {},
    {**GOOD, "t": 1},
    {**GOOD, "z": -1},
    {**GOOD, "bbox": [200, 200, 209, 220]},
    {**GOOD, "bbox": [0, 0, 2**31, 2**31]},
    {**GOOD, "bbox": [590, 690, 610, 700]},
    {**GOOD, "runs": "!!"},
    {**GOOD, "runs": ""},
    {**GOOD, "runs": GOOD["runs"] + "\n"},
    {**GOOD, "runs": 7},
    {**GOOD, "more": 1},
]


@pytest.mark.parametrize("patch", BAD_PATCHES, ids=range(len(BAD_PATCHES)))
def test_a_patch_that_breaks_a_rule_is_refused_with_a_sentence(save: Any, patch: Any) -> None:
    answer = save(edit_of(0, patch))
    assert answer.status_code == 400, answer.content
    assert answer.json()["detail"].endswith(".")
    assert Edit.objects.count() == 0


BAD_EDITS: list[dict[str, Any]] = [
    {"client_id": "seven"},
    {"base_version": -1},
    {"base_version": 5},
    {"base_version": None},
    {"kind": "sculpt"},
    {"patches": []},
    {"patches": [GOOD] * 257},
    {"patches": {"a": 1}},
    {"undoes": "x"},
]


@pytest.mark.parametrize("change", BAD_EDITS, ids=range(len(BAD_EDITS)))
def test_an_edit_that_makes_no_sense_is_refused(save: Any, change: dict[str, Any]) -> None:
    assert save(edit_of(0, GOOD) | change).status_code == 400
    assert Edit.objects.count() == 0


def test_the_log_comes_in_pages(annotation: Any, bob: Any, save: Any, fresh: int) -> None:
    for version in range(3):
        box = (400 + version, 0, 401 + version, 5)
        save(edit_of(version, patch_of(box, 0, fresh + version)))
    ask = caller(page_of(bob))
    told = ask("get", f"/api/annotations/{annotation.pk}/edits?after=1").json()
    assert told["version"] == 3
    assert [edit["version"] for edit in told["edits"]] == [2, 3]
    assert ask("get", f"/api/annotations/{annotation.pk}/edits?after=x").status_code == 400


def test_the_cells_of_version_0_are_told_with_box_area_and_confidence(
    annotation: Any, vera: Any
) -> None:
    told = page_of(vera).get(f"/api/annotations/{annotation.pk}/objects").json()["objects"]
    boxes = {row[0]: tuple(row[3:7]) for row in told}
    assert boxes == SQUARES
    assert [row[7] for row in told] == [400, 2400, 3600]
    assert all(row[8] == pytest.approx(0.9) for row in told)


@pytest.mark.parametrize("state", ["approved", "in_review"])
@pytest.mark.parametrize("how", ["page", "token"])
def test_what_is_approved_or_in_review_is_read_only(
    annotation: Any, bob: Any, rita: Any, how: str, state: str
) -> None:
    url = f"/api/annotations/{annotation.pk}"
    caller(page_of(bob))("post", f"{url}/submit")
    if state == "approved":
        caller(page_of(rita))("post", f"{url}/approve", {"version": 0})
    ask = caller(page_of(bob)) if how == "page" else api_of(bob)
    answer = ask("post", f"{url}/edits", edit_of(0, GOOD))
    assert (answer.status_code, answer.json()["code"]) == (409, state)
    assert Edit.objects.count() == 0


def test_a_machine_never_overwrites_what_a_person_touched(
    annotation: Any, save: Any, segment: Any, fresh: int, bob: Any
) -> None:
    from segmentation.actions.jobs import claim_job, finish_job
    from segmentation.actions.run import request_run
    from segmentation.engine.registry import method_info
    from tests.cast import result_of, squares

    save(edit_of(0, patch_of(FREE, 0, fresh)))
    number = next(p for p in method_info("threshold").parameters if p.kind == "number")
    assert number.minimum is not None
    run = request_run(
        actor=bob,
        dataset_id=annotation.image.dataset_id,
        image_ids=None,
        method="threshold",
        parameters={number.name: number.minimum + 1},
    )
    job = claim_job(run.jobs.get().pk)
    assert job is not None
    finish_job(job, result_of(squares()))
    assert Annotation.objects.get(is_current=True).pk == annotation.pk
    assert label_at(annotation, 205, 210) == fresh


def test_an_image_without_masks_starts_blank(image: Any, bob: Any) -> None:
    told = caller(page_of(bob))("post", f"/api/images/{image.pk}/annotation").json()
    assert (told["version"], told["tile_url"], told["base"]) == (0, None, None)
    again = caller(page_of(bob))("post", f"/api/images/{image.pk}/annotation").json()
    assert again["id"] == told["id"]
    ask = caller(page_of(bob))
    start = ask("post", told["labels_url"], {"count": 1}).json()["start"]
    assert start == 1
    edit = edit_of(0, patch_of(FREE, 0, 1)) | {"client_id": str(uuid4())}
    assert ask("post", told["edits_url"], edit).status_code == 201


def test_a_page_of_the_log_ends_where_it_is_large_enough(
    annotation: Any, save: Any, fresh: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version, place in enumerate((FREE, ELSEWHERE)):
        save(edit_of(version, patch_of(place, 0, fresh + version)))
    monkeypatch.setattr("annotations.queries.edits.PAGE_BYTES", 1)
    browser = caller(page_of(annotation.image.created_by))
    pages = [
        browser("get", f"/api/annotations/{annotation.pk}/edits?after={known}").json()
        for known in (0, 1, 2)
    ]
    assert [[edit["version"] for edit in page["edits"]] for page in pages] == [[1], [2], []]
    assert {page["version"] for page in pages} == {2}


@pytest.mark.parametrize("is_large", [False, True])
def test_a_very_large_edit_is_told_by_its_version_only(
    save: Any,
    fresh: int,
    is_large: bool,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("webapp.events.send", lambda _, message: told.append(message))
    if is_large:
        monkeypatch.setattr("annotations.actions.edit_log.LARGEST_NEWS", 0)
    with django_capture_on_commit_callbacks(execute=True):
        save(edit_of(0, patch_of(FREE, 0, fresh)))
    news = [message for message in told if message["type"] in ("edit", "version")]
    if is_large:
        assert news == [{"type": "version", "version": 1}]
    else:
        assert [message["edit"]["version"] for message in news] == [1]
