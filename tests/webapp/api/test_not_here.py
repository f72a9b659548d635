"""A wrong address is answered in the language of the one who asks."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_program_reads_a_sentence_in_json() -> None:
    answer = Client().get("/api/no/such/place")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Nothing is here for you.", "code": "not_found"}


@pytest.mark.django_db
def test_a_person_sees_a_page() -> None:
    answer = Client().get("/no/such/place")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
