"""Who asks: a token in the Authorization header, or the session of a page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from webapp.actions.tokens import note_use
from webapp.models import ApiToken, User
from webapp.models.token import TokenScope
from webapp.queries.people import token_of_secret

MEANT_PERSON = "X-Coverslip-Person"
OTHER_PERSON = "Somebody else is signed in now. Nothing was done in another name."
STALE_PAGE = "This page is older than your session. Sign in again."
UNKNOWN = "This token is unknown or revoked, or its account is closed."


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer cvs_...`; a token reaches no further than its person and its scope."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The person and her token; None without the header, 401 for a token that is not good."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Send one token: Authorization: Bearer cvs_...")
        token = token_of_secret(words[1].decode("latin-1"))
        if token is None:
            raise AuthenticationFailed(UNKNOWN)
        if token.scope == TokenScope.READ and request.method not in SAFE_METHODS:
            raise PermissionDenied("This token may only read. Make one for reading and writing.")
        note_use(token, timezone.now())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="coverslip"'


class PageSession(SessionAuthentication):
    """The session cookie. A page may say for whom it was opened: then nobody else is let through.

    So what one person drew is never saved in the name of the next one who signs in there.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The person of the session; 401 when the page was opened by another one."""
        found = super().authenticate(request)
        meant = request.headers.get(MEANT_PERSON)
        if found is not None and meant is not None and meant != str(found[0].pk):
            raise AuthenticationFailed(OTHER_PERSON, code="other_person")
        return found

    def enforce_csrf(self, request: Request) -> None:
        """A page from before the last sign-in has an old token: that is no matter of rights."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise PermissionDenied(STALE_PAGE, code="csrf") from refusal


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI description names the session."""

    target_class = PageSession
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The cookie of Django's sessions."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI description names the token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """HTTP bearer."""
        return {"type": "http", "scheme": "bearer"}
