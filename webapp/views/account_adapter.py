"""How accounts come into being and where signing in leads; allauth asks this class."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from webapp import events


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by founding the lab or by an invitation, never by open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed for everybody."""
        return False

    def logout(self, request: HttpRequest) -> None:
        """Sign out; pages of this person ask again whether they may listen."""
        person_id = request.user.pk
        super().logout(request)
        if person_id is not None:
            events.tell_person(person_id, {"type": "signed_out"})
