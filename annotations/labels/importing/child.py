"""The parent's side: read a file of masks in a process of its own that may crash or hang."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from annotations.labels.importing.matching import Target
from webapp.imaging.child import answer_of_child
from webapp.imaging.limits import Limits

MODULE = "annotations.labels.importing.read"


def propose_in_child(
    source: Path,
    name: str,
    destination: Path,
    limits: Limits,
    *,
    targets: Sequence[Target],
    only: str | None = None,
    choices: Mapping[int, Mapping[str, Any]] | None = None,
    on_progress: Callable[[float, str], None] = lambda *_: None,
) -> dict[str, Any]:
    """`format` and `proposals` of a file; packed labels of proposals lie in `destination`.

    Raises UnreadableImage with one sentence whatever happens to the child.
    """
    request = destination / "request.json"
    content = {
        "source": str(source.absolute()),
        "name": name,
        "destination": str(destination.absolute()),
        "limits": asdict(limits),
        "targets": [asdict(target) for target in targets],
        "only": only,
        "choices": choices,
    }
    request.write_text(json.dumps(content), "utf-8")
    return answer_of_child(MODULE, [str(request.absolute())], limits, on_progress)
