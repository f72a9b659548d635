"""May this visitor see the tiles of this image? One SQL query, for a door that is asked often."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare

from webapp.models import User
from webapp.permissions import Action, role_allows
from webapp.queries.prepared import fetch_one


@dataclass(frozen=True)
class Visitor:
    """Who a request says it is: a session (person and proof of her password) or a token."""

    user_id: str = ""
    session_hash: str = ""
    secret_sha256: str = ""


@dataclass(frozen=True)
class TileGrid:
    """Which tiles there are: `sizes` along the axes before Y and X, levels from full size down."""

    digest: str
    sizes: tuple[int, ...]
    levels: Sequence[dict[str, int]]
    bytes_per_pixel: int

    def has(self, level: int, place: tuple[int, ...], row: int, col: int, tile_size: int) -> bool:
        """Is there a tile at this level, place and position?"""
        if level >= len(self.levels):
            return False
        height, width = self.levels[level]["height"], self.levels[level]["width"]
        return (
            all(index < size for index, size in zip(place, self.sizes, strict=True))
            and row * tile_size < height
            and col * tile_size < width
        )


# A row comes back only for a member of a living project whose account (and token) is open.
# The names i, d, p, m, u, k are the image, dataset, project, membership, user and key.
MEMBER_OF_IMAGE = """
  JOIN webapp_dataset d ON d.id = i.dataset_id AND d.deleted_at IS NULL
  JOIN webapp_project p ON p.id = d.project_id AND p.deleted_at IS NULL
  JOIN webapp_membership m ON m.project_id = p.id
  JOIN webapp_user u ON u.id = m.user_id AND u.is_active
"""
SIGNED_IN = "WHERE u.id = $1 AND i.deleted_at IS NULL"
WITH_KEY = """
  JOIN webapp_apitoken k ON k.user_id = u.id AND k.revoked_at IS NULL
    AND (k.project_id IS NULL OR k.project_id = p.id)
WHERE k.secret_sha256 = $1 AND i.deleted_at IS NULL
"""
OF_IMAGE = """
SELECT u.password, m.role, i.blob_id, i.n_frames, i.n_channels, i.n_slices, i.levels, i.dtype
FROM webapp_image i
"""
BYTES = {"uint8": 1, "uint16": 2, "float32": 4}


def image_grid_for(visitor: Visitor, image_id: UUID) -> TileGrid | None:
    """The tiles of an image; None for a stranger, and when there is no such image."""
    row = ask(OF_IMAGE, "i.id", visitor, image_id)
    if row is None:
        return None
    digest, n_frames, n_channels, n_slices, levels, dtype = row
    return TileGrid(digest[:16], (n_frames, n_channels, n_slices), json.loads(levels), BYTES[dtype])


def ask(select: str, key: str, visitor: Visitor, subject_id: UUID) -> tuple[Any, ...] | None:
    """The row of the subject without its first two columns, which decide whether it is told.

    These are the account's password hash, which the session must agree with, and the role.
    """
    by, who = (
        (WITH_KEY, visitor.secret_sha256) if visitor.secret_sha256 else (SIGNED_IN, visitor.user_id)
    )
    row = fetch_one(f"{select}{MEMBER_OF_IMAGE}{by} AND {key} = $2", [who, subject_id])
    if row is None or not role_allows(row[1], Action.SEE):
        return None
    if not visitor.secret_sha256 and not _agrees(visitor, row[0]):
        return None
    return tuple(row[2:])


def _agrees(visitor: Visitor, password: str) -> bool:
    """A session ends with the password that it was opened with."""
    return constant_time_compare(
        visitor.session_hash, User(password=password).get_session_auth_hash()
    )
