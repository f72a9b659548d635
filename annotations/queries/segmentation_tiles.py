"""May this visitor see the tiles of this segmentation? One SQL query."""

from __future__ import annotations

import json
from uuid import UUID

from annotations.queries.base_tiles import LABEL_BYTES
from webapp.queries.tiles import TileGrid, Visitor, ask

OF_SEGMENTATION = """
SELECT u.password, m.role, s.digest, i.n_frames, i.n_slices, i.levels
FROM segmentation_segmentation s
  JOIN webapp_image i ON i.id = s.image_id
"""


def segmentation_grid_for(visitor: Visitor, segmentation_id: UUID) -> TileGrid | None:
    """The label tiles of a result, whether anybody works on it or not; None for a stranger."""
    row = ask(OF_SEGMENTATION, "s.id", visitor, segmentation_id)
    if row is None:
        return None
    digest, n_frames, n_slices, levels = row
    return TileGrid(digest[:16], (n_frames, n_slices), json.loads(levels), LABEL_BYTES)
