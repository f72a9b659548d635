"""What a person has set for herself."""

from __future__ import annotations

from typing import Any

from webapp.models import User, UserSetting


def settings_of(person: User) -> dict[str, Any]:
    """Every setting by its name."""
    return dict(UserSetting.objects.filter(user=person).values_list("name", "value"))
