"""Keep what a person has set for herself. No milestone of the lab: the log holds none of it."""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import transaction

from webapp.models import User, UserSetting
from webapp.states import Refused

MAX_VALUE_BYTES = 32 * 1024
MAX_SETTINGS = 500
_NAME = re.compile(r"[a-z][a-zA-Z0-9_.:-]{0,119}")


@transaction.atomic
def keep_setting(*, actor: User, name: str, value: Any) -> UserSetting:
    """Write one setting of the person who asks, in place of what it was."""
    if not _NAME.fullmatch(name):
        raise Refused("The name of a setting is letters, digits and . : _ -, 120 at most.")
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    if len(text.encode()) > MAX_VALUE_BYTES:
        raise Refused("This setting is too large; 32 KB are kept.")
    if "\\u0000" in text:
        raise Refused("A setting cannot hold the character with the number 0.")
    # One writer of a person at a time, so that the number of settings cannot be passed.
    User.objects.select_for_update().get(pk=actor.pk)
    mine = UserSetting.objects.filter(user=actor)
    if mine.count() >= MAX_SETTINGS and not mine.filter(name=name).exists():
        raise Refused("Too many settings are kept for you; reset some of them first.")
    setting, _ = mine.update_or_create(user=actor, name=name, defaults={"value": value})
    return setting


@transaction.atomic
def forget_setting(*, actor: User, name: str) -> None:
    """Go back to how it was before the person set anything; fine when she has not."""
    UserSetting.objects.filter(user=actor, name=name).delete()
