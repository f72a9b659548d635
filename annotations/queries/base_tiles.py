"""May this visitor see the tiles of version 0 of this annotation? One SQL query."""

from __future__ import annotations

import json
from uuid import UUID

from webapp.queries.tiles import TileGrid, Visitor, ask

OF_ANNOTATION = """
SELECT u.password, m.role, s.digest, i.n_frames, i.n_slices, i.levels
FROM annotations_annotation a
  JOIN segmentation_segmentation s ON s.id = a.base_id
  JOIN webapp_image i ON i.id = a.image_id
"""
LABEL_BYTES = 4


def base_grid_for(visitor: Visitor, annotation_id: UUID) -> TileGrid | None:
    """The label tiles of version 0; None for a stranger, and where version 0 is blank."""
    row = ask(OF_ANNOTATION, "a.id", visitor, annotation_id)
    if row is None:
        return None
    digest, n_frames, n_slices, levels = row
    return TileGrid(digest[:16], (n_frames, n_slices), json.loads(levels), LABEL_BYTES)
