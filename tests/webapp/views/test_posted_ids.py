"""What a form sends as an id and is none is the id of nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from webapp.models import Dataset, User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["delete", "choose"])
def test_a_malformed_id_is_not_found(
    client: Client, alice: User, dataset: Dataset, page: str
) -> None:
    client.force_login(alice)
    answer = client.post(f"/datasets/{dataset.pk}/{page}", {"images": "../../etc/passwd"})
    assert answer.status_code == 404


def test_a_malformed_id_is_not_found_in_the_trash(
    client: Client, alice: User, dataset: Dataset
) -> None:
    client.force_login(alice)
    page = f"/projects/{dataset.project_id}/trash"
    assert client.post(page, {"images": "'; --"}).status_code == 404
