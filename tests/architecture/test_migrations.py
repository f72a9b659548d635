"""The migrations of each app are one line, and say all that the models say."""

from __future__ import annotations

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_migrations_follow_one_after_the_other_and_lack_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("makemigrations", "--check", "--dry-run")
    assert "No changes detected" in capsys.readouterr().out
