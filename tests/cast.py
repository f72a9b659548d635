"""Who plays in the tests, and what they work on.

In the project: alice manages, bob annotates, rita reviews, vera looks on, olga owns. carl belongs
to another lab. The image was read by the real reader from a real file; its masks are three
squares whose places the tests know.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
import tifffile
from django.test import Client
from django.utils import timezone
from numpy.typing import NDArray

from webapp.imaging.child import ingest_in_child
from webapp.imaging.image import IngestedImage
from webapp.imaging.limits import Limits

PASSWORD = "a fine long password"
HEIGHT, WIDTH = 600, 700
# label -> box y0, x0, y1, x1, half open
SQUARES = {1: (10, 10, 30, 30), 2: (100, 500, 140, 560), 3: (550, 600, 590, 690)}


def squares() -> NDArray[np.uint32]:
    """The label image of the tests, (T, Z, Y, X) = (1, 1, 600, 700) uint32."""
    labels = np.zeros((1, 1, HEIGHT, WIDTH), np.uint32)
    for label, (y0, x0, y1, x1) in SQUARES.items():
        labels[0, 0, y0:y1, x0:x1] = label
    return labels


def pixels() -> NDArray[np.uint16]:
    """Two channels, (C, Y, X) uint16: bright squares on noise; the second is its mirror image."""
    noise = np.random.default_rng(7).integers(90, 110, (HEIGHT, WIDTH))
    plane = (noise + 900 * (squares()[0, 0] > 0)).astype(np.uint16)
    return np.stack([plane, plane[:, ::-1]])


def make_person(name: str) -> Any:
    """An account that can sign in by password."""
    from webapp.models import User

    return User.objects.create(
        email=f"{name.lower()}@example.org", name=name, password=hashed_password()
    )


@cache
def hashed_password() -> str:
    """What the database keeps of PASSWORD; made once, because it is slow by design."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


@pytest.fixture
def olga(db: None) -> Any:
    """Owns the project."""
    return make_person("Olga")


@pytest.fixture
def project(olga: Any) -> Any:
    """The project that everybody but carl belongs to."""
    from webapp.actions.projects import create_project

    return create_project(actor=olga, name="Nuclei")


def _member(project: Any, name: str, role: str) -> Any:
    from webapp.models import Membership

    person = make_person(name)
    Membership.objects.create(project=project, user=person, role=role)
    return person


@pytest.fixture
def alice(project: Any) -> Any:
    """A manager."""
    return _member(project, "Alice", "manager")


@pytest.fixture
def bob(project: Any) -> Any:
    """An annotator."""
    return _member(project, "Bob", "annotator")


@pytest.fixture
def rita(project: Any) -> Any:
    """A reviewer."""
    return _member(project, "Rita", "reviewer")


@pytest.fixture
def vera(project: Any) -> Any:
    """A viewer."""
    return _member(project, "Vera", "viewer")


@pytest.fixture
def carl(db: None) -> Any:
    """Belongs to another lab, and owns a project there."""
    from webapp.actions.projects import create_project

    person = make_person("Carl")
    create_project(actor=person, name="Elsewhere")
    return person


@pytest.fixture
def dataset(project: Any, olga: Any) -> Any:
    """A dataset of the project."""
    from webapp.actions.datasets import create_dataset

    return create_dataset(actor=olga, project_id=project.pk, name="Plate 1")


@dataclass(frozen=True)
class ReadFile:
    """A file and what the reader made of it."""

    path: Path
    derived: Path
    content: IngestedImage


@pytest.fixture(scope="session")
def read_file(tmp_path_factory: pytest.TempPathFactory) -> ReadFile:
    """A two-channel OME-TIFF, read once by the real reader in its child process."""
    folder = tmp_path_factory.mktemp("cast")
    path, derived = folder / "squares.ome.tif", folder / "derived"
    metadata = {
        "axes": "CYX",
        "PhysicalSizeX": 0.5,
        "PhysicalSizeXUnit": "µm",
        "PhysicalSizeY": 0.5,
        "PhysicalSizeYUnit": "µm",
        "Channel": {"Name": ["DAPI", "Actin"]},
    }
    tifffile.imwrite(path, pixels(), metadata=metadata)
    return ReadFile(path, derived, ingest_in_child(path, derived, Limits(), lambda *_: None))


@pytest.fixture
def make_image(dataset: Any, bob: Any, read_file: ReadFile) -> Callable[[str], Any]:
    """Adds an image under a file name, uploaded by bob, with its tiles in place."""
    from webapp.actions.images import add_image
    from webapp.models import Blob, Upload
    from webapp.storage.blobs import keep_bytes
    from webapp.storage.derived import image_folder

    def make(file_name: str) -> Any:
        stored = keep_bytes(read_file.path.read_bytes())
        blob, _ = Blob.objects.get_or_create(
            sha256=stored.sha256, defaults={"size_bytes": stored.size_bytes}
        )
        upload = Upload.objects.create(
            dataset=dataset,
            file_name=file_name,
            size_bytes=stored.size_bytes,
            offset_bytes=stored.size_bytes,
            state="ready",
            blob=blob,
            created_by=bob,
        )
        from django.db import transaction

        with transaction.atomic():
            image = add_image(upload=upload, content=read_file.content)
        shutil.copytree(read_file.derived, image_folder(image.pk))
        return image

    return make


@pytest.fixture
def image(make_image: Callable[[str], Any]) -> Any:
    """One image of the dataset, without masks."""
    return make_image("squares.ome.tif")


@pytest.fixture
def segment(bob: Any) -> Callable[[Any], Any]:
    """Finishes a job of bob's on an image with the three squares, as a worker would."""
    from segmentation.actions.jobs import claim_job, finish_job
    from segmentation.actions.run import request_run

    def finish(image: Any) -> Any:
        run = request_run(
            actor=bob,
            dataset_id=image.dataset_id,
            image_ids=[image.pk],
            method="threshold",
            parameters={},
        )
        job = claim_job(run.jobs.get().pk)
        assert job is not None
        return finish_job(job, result_of(squares()))

    return finish


def result_of(labels: NDArray[np.uint32]) -> Any:
    """What a worker hands over for a label image (T, Z, Y, X) with consecutive labels."""
    from segmentation.actions.jobs import JobResult
    from segmentation.queries.labels import keep_labels
    from webapp.storage.blobs import keep_bytes

    stored = keep_labels(labels)
    n_objects = int(labels.max())
    confidences = "[" + ",".join(["0.9"] * n_objects) + "]"
    return JobResult(
        segmentation_id=uuid4(),
        labels=stored,
        confidences=keep_bytes(confidences.encode()),
        digest=stored.sha256,
        n_objects=n_objects,
        diameter_px=30.0,
        mean_confidence=0.9,
        warnings=[],
        manifest={"method": "threshold", "parameters": {}},
        started_at=timezone.now(),
    )


@pytest.fixture
def annotation(image: Any, segment: Callable[[Any], Any]) -> Any:
    """The annotation that starts with the three squares."""
    from annotations.models import Annotation

    segment(image)
    return Annotation.objects.get(image=image, is_current=True)


def patch_of(
    box: tuple[int, int, int, int], before: int, after: int, t: int = 0, z: int = 0
) -> dict[str, Any]:
    """The patch that turns a whole box from one label into another."""
    from annotations.labels import patch as patches

    y0, x0, y1, x1 = box
    old = np.full((y1 - y0, x1 - x0), before, np.uint32)
    new = np.full_like(old, after)
    found = patches.difference(old, new, t, z, (y0, x0))
    assert found is not None
    return patches.to_json(found)


def edit_of(
    base_version: int, *patches: dict[str, Any], kind: str = "brush", client_id: UUID | None = None
) -> dict[str, Any]:
    """The JSON of an edit, as the viewer sends it."""
    return {
        "client_id": str(client_id or uuid4()),
        "base_version": base_version,
        "kind": kind,
        "undoes": None,
        "patches": list(patches),
    }


def page_of(person: Any) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def api_of(person: Any, scope: str = "write", project: Any | None = None) -> Callable[..., Any]:
    """A script with a token of this person: `api("post", "/api/projects", {...})`."""
    from webapp.actions.tokens import create_token

    _, secret = create_token(
        actor=person, name="script", scope=scope, project_id=project.pk if project else None
    )
    return caller(Client(headers={"Authorization": f"Bearer {secret}"}))


def caller(client: Client) -> Callable[..., Any]:
    """Calls the API as JSON: `call("patch", url, {...}, "Header-Name"=...)`."""

    def call(method: str, url: str, content: Any = None, **headers: str) -> Any:
        send = getattr(client, method)
        if method in ("get", "head", "options", "delete") and content is None:
            return send(url, headers=headers)
        return send(
            url,
            content if content is not None else {},
            content_type="application/json",
            headers=headers,
        )

    return call
