"""How accounts come into being and where signing in leads; allauth asks this class."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by founding the lab or by an invitation, never by open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed for everybody."""
        return False
