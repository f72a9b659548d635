"""People. An account is deactivated, never deleted: the log names it for ever."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models

# Distinguishable on dark images; chosen by the account so that a person keeps hers.
# White letters on each have a contrast of at least 5 : 1.
CURSOR_COLORS = ("#1f5fa8", "#a8467c", "#8f6400", "#0a7556", "#b04d00", "#6a4fb0")


class UserManager(BaseUserManager["User"]):
    """Makes accounts that sign in by e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an account; without a password it cannot sign in by password."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create the owner of the lab."""
        return self.create_user(email, password, is_lab_owner=True, **fields)


class User(AbstractUser):
    """A person of the lab, signed in by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = None  # type: ignore[assignment]
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=100)
    is_lab_owner = models.BooleanField(default=False)
    # Set, for one request, by a token that is limited to one project; never stored.
    only_project_id: uuid.UUID | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """Two letters for the round badge."""
        words = (self.name or self.email).split()
        return "".join(word[0] for word in words[:2]).upper()

    @property
    def color(self) -> str:
        """The color of this person's cursor and badge."""
        return CURSOR_COLORS[self.id.int % len(CURSOR_COLORS)]


def display_name(user: User) -> str:
    """What the account pages call a person."""
    return str(user)
