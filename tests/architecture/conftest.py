"""A project with one of everything in it, and a person of every role who calls the API."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.cast import patch_of


@dataclass(frozen=True)
class World:
    """Ids by the names that addresses use; browsers by who is signed in."""

    ids: dict[str, str]
    browsers: dict[str, Client]


@pytest.fixture
def world(
    olga: Any,
    alice: Any,
    rita: Any,
    bob: Any,
    vera: Any,
    carl: Any,
    project: Any,
    annotation: Any,
    settings: Any,
) -> World:
    """One of everything, and everybody signed in; nobody waits for a worker."""
    settings.PROMPT_PATIENCE_S = 0.02
    from annotations.actions.classes import create_class
    from annotations.actions.report import request_report
    from segmentation.models import Illumination
    from tests.cast import make_person
    from webapp.actions.members import invite
    from webapp.actions.setups import create_setup
    from webapp.actions.tokens import create_token
    from webapp.actions.uploads import start_upload
    from webapp.models import AxesAnswer, Membership

    dora = make_person("Dora")
    Membership.objects.create(project=project, user=dora, role="viewer")
    image = annotation.image
    invitation, _ = invite(actor=alice, project_id=project.pk, role="viewer")
    upload = start_upload(actor=bob, dataset_id=image.dataset_id, file_name="new.tif", size_bytes=5)
    report = request_report(actor=vera, dataset_id=image.dataset_id, is_approved_only=False)
    token, _ = create_token(actor=dora, name="hers", scope="read")
    unused_setup = create_setup(actor=bob, project_id=project.pk, name="Other microscope")
    cell_class = create_class(actor=alice, project_id=project.pk, name="Dead")
    label_file, proposal = _masks_of(image, bob)
    axes_answer = AxesAnswer.objects.create(
        dataset=image.dataset, kind="TIFF of 2 pages", axes="z2", created_by=bob
    )
    illumination = Illumination.objects.create(
        dataset=image.dataset, key="0" * 64, sources=[], light=_even_light()
    )
    subjects = {
        "illumination": illumination,
        "label_file": label_file,
        "label_proposal": proposal,
        "project": project,
        "dataset": image.dataset,
        "image": image,
        "annotation": annotation,
        "segmentation": annotation.base,
        "run": annotation.base.jobs.get().run,
        "upload": upload,
        "axes_answer": axes_answer,
        "invitation": invitation,
        "report": report,
        "cell_class": cell_class,
        "setup": image.setup,
        "unused_setup": unused_setup,
        "token": token,
        "vera": vera,
        "dora": dora,
    }
    ids = {name: str(subject.pk) for name, subject in subjects.items()}
    ids["dataset64"] = base64.b64encode(ids["dataset"].encode()).decode()
    ids["image_sha256"] = image.blob_id
    ids["image_digest"] = image.blob_id[:16]
    ids["base_digest"] = annotation.base.digest[:16]
    people = {
        "owner": olga,
        "manager": alice,
        "reviewer": rita,
        "annotator": bob,
        "viewer": vera,
        "stranger": carl,
    }
    browsers = {"nobody": Client()}
    for role, person in people.items():
        browsers[role] = Client()
        browsers[role].force_login(person)
    return World(ids, browsers)


def _even_light() -> dict[str, Any]:
    from segmentation.engine.preprocessing.flat_field import EVEN, FlatField, SharedLight

    return SharedLight((FlatField(EVEN, 0.0, (600, 700)),), ()).to_json()


def _masks_of(image: Any, person: Any) -> tuple[Any, Any]:
    """A file of masks that somebody dropped, and what it proposes for the image."""
    from annotations.actions.label_files import take_in
    from annotations.models import LabelProposal

    label_file = take_in(
        actor=person, dataset_id=image.dataset_id, name="squares.png", pieces=[b"masks"]
    )
    proposal = LabelProposal.objects.create(file=label_file, number=0, name="squares.png")
    return label_file, proposal


@pytest.fixture
def painted() -> dict[str, Any]:
    """A patch that fits the annotation at version 0."""
    return patch_of((0, 0, 2, 2), 0, 1)
