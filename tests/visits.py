"""Going to pages as a person would, and reading what they say."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client


def browser_of(person: Any) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def words_of(response: Any) -> str:
    """The visible text of a page, spaces as one."""
    html = re.sub(r"<(script|style|template).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()
