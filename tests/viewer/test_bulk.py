"""Many cells at once: deleted, and all there again with one undo."""

from __future__ import annotations

import pytest

from tests.viewer.conftest import OpenViewer
from tests.viewer.driver import Viewer

pytestmark = pytest.mark.browser

# Every pixel of the masks of "cells", in one number.
DIGEST = """() => {
  const { label_at } = window.coverslip_viewer;
  let digest = 0;
  for (let y = 0; y < 1100; y += 3)
    for (let x = 0; x < 1500; x += 3) digest = (Math.imul(digest, 31) + label_at(y, x)) | 0;
  return digest;
}"""


def digest(viewer: Viewer) -> int:
    """What the masks look like."""
    return int(viewer.page.evaluate(DIGEST))


def test_all_cells_are_deleted_by_a_lasso_undone_redone_and_kept(open_viewer: OpenViewer) -> None:
    viewer = open_viewer("cells")
    whole = digest(viewer)
    viewer.press("Shift+V")
    viewer.drag((-12, -12), (-12, 1512), (1112, 1512), (1112, -12), (-12, -12))
    viewer.says("cells are selected.")
    assert len(viewer.page.evaluate("window.coverslip_viewer.selected")) > 100
    viewer.press("d")
    viewer.until_version(1)
    assert digest(viewer) == 0
    viewer.press("Control+z")
    assert digest(viewer) == whole
    viewer.press("Control+Shift+z")
    assert digest(viewer) == 0
    viewer.press("Control+z")
    viewer.until_version(4)
    viewer.reload()
    assert digest(viewer) == whole
