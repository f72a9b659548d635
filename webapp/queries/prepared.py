"""Statements that PostgreSQL plans once a connection: five joins take longer to plan than to do."""

from __future__ import annotations

import hashlib
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def fetch_one(statement: str, arguments: list[Any]) -> tuple[Any, ...] | None:
    """The first row of a statement with the places $1, $2, ...; None when there is none."""
    name = "coverslip_" + hashlib.md5(statement.encode(), usedforsecurity=False).hexdigest()
    with connection.cursor() as cursor:
        known = _prepared.setdefault(connection.connection, set())
        if name not in known:
            cursor.execute(f"PREPARE {name} AS {statement}")
            known.add(name)
        places = ", ".join(["%s"] * len(arguments))
        cursor.execute(f"EXECUTE {name} ({places})", arguments)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
