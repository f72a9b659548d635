"""What the tests of the API of annotations share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import caller, page_of


@pytest.fixture
def save(annotation: Any, bob: Any) -> Any:
    """Bob's browser saves an edit."""
    browser = caller(page_of(bob))
    return lambda edit: browser("post", f"/api/annotations/{annotation.pk}/edits", edit)
