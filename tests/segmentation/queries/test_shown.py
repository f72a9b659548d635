"""What a run looks at, said in words before it starts; and that roles are part of a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from segmentation.actions.jobs import claim_job
from segmentation.actions.run import request_run
from segmentation.engine.roles import Channel, Target
from segmentation.queries.shown import in_words, shown_in
from webapp.actions.images import change_metadata
from webapp.imaging.roles import roles_of_names
from webapp.models import Image


def words(*names: str, target: Target = Target.CELLS) -> str:
    """What is said of channels with these names."""
    roles = roles_of_names(names)
    channels = [
        Channel(name, role) if role else Channel(name)
        for name, role in zip(names, roles, strict=True)
    ]
    return in_words(channels, target)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Membrane", "DAPI"], "DAPI (nucleus) + Membrane (cytoplasm or membrane)"),
        (
            ["DAPI", "CD45", "WGA"],
            "DAPI (nucleus) + the clearest of CD45, WGA (cytoplasm or membrane)",
        ),
        (["BF", "Cy5"], "BF (brightfield or phase)"),
        (["Red", "Green", "Blue"], "Red + Green + Blue"),
        (["Grey"], "Grey"),
        (["a1", "a2", "a3", "a4"], "the clearest 3 of 4 channels"),
        (["DAPI", *(f"CD{n}" for n in range(9))],
         "DAPI (nucleus) + the clearest of 9 channels (cytoplasm or membrane)"),
    ],
)  # fmt: skip
def test_the_channels_are_named_with_what_they_show(names: list[str], said: str) -> None:
    assert words(*names) == said


def test_for_nuclei_only_the_nucleus_is_named() -> None:
    assert words("Actin", "DAPI", target=Target.NUCLEI) == "DAPI (nucleus)"


def test_images_with_other_roles_are_told_apart(
    bob: Any, dataset: Any, make_image: Callable[[str], Any]
) -> None:
    make_image("one.tif")
    make_image("two.tif")
    other = make_image("three.tif")
    change_metadata(actor=bob, image_id=other.pk, channel_roles=["other", "nucleus"])
    found = shown_in(Image.objects.filter(dataset=dataset))
    assert [(kind.n_images, kind.cells) for kind in found] == [
        (2, "DAPI (nucleus) + Actin (cytoplasm or membrane)"),
        (1, "Actin (nucleus)"),
    ]


def test_other_roles_are_another_result(bob: Any, image: Any, segment: Any) -> None:
    segment(image)
    change_metadata(actor=bob, image_id=image.pk, channel_roles=["other", "nucleus"])
    job = request_run(
        actor=bob,
        dataset_id=image.dataset_id,
        image_ids=[image.pk],
        method="threshold",
        parameters={},
    ).jobs.get()
    assert claim_job(job.pk) is not None
