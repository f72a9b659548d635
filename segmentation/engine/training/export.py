"""Write trained weights with the card that says where they come from."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from segmentation.engine.arrays import AnyArray
from segmentation.engine.manifest import code_version, library_versions
from segmentation.engine.training.data import LabeledFile
from segmentation.engine.weights import sha256_of


def save_weights(
    state: Mapping[str, Tensor], path: Path, beside: Mapping[str, AnyArray] | None = None
) -> None:
    """Write the floating-point tensors as fp16 safetensors (integers are only counters).

    The arrays `beside` the network keep their precision.
    """
    tensors = {
        name: value.detach().to(torch.float16).contiguous()
        for name, value in state.items()
        if value.is_floating_point()
    }
    for name, array in (beside or {}).items():
        tensors[name] = torch.from_numpy(array).contiguous()
    partial = path.with_suffix(".partial")
    save_file(tensors, partial, metadata={"format": "pt"})
    partial.replace(path)


def data_sources(files: Sequence[LabeledFile]) -> list[dict[str, Any]]:
    """Return name, origin, licence, citation and modalities of every folder that was used."""
    sources = []
    for folder in dict.fromkeys(f.image.parent.parent for f in files):
        mine = [f for f in files if f.image.parent.parent == folder]
        source: dict[str, Any] = {"name": folder.name, **_source_facts(folder)}
        source["modalities"] = list(dict.fromkeys(f.part.modality for f in mine))
        source["n_images_learned"] = sum(not f.is_held_out for f in mine)
        source["n_images_held_out"] = sum(f.is_held_out for f in mine)
        sources.append(source)
    return sources


def _source_facts(folder: Path) -> dict[str, str]:
    """Read origin, licence and citation from the folder's SOURCE.md."""
    path = folder / "SOURCE.md"
    text = path.read_text() if path.is_file() else ""
    facts = {}
    for key, word in (("origin", "Source"), ("licence", "Licence"), ("citation", "Cite")):
        found = re.search(rf"^- {word}: (.+)$", text, re.MULTILINE)
        facts[key] = found.group(1).strip() if found else "not stated"
    return facts


def write_card(
    weights: Path,
    *,
    size: str,
    files: Sequence[LabeledFile],
    metrics: Mapping[str, Any],
    training: Mapping[str, Any],
    experience: Mapping[str, Any],
) -> Path:
    """Write `<weights>.json`; the digest binds the card to the file."""
    card = {
        "name": weights.stem,
        "sha256": sha256_of(weights),
        "size_bytes": weights.stat().st_size,
        "size": size,
        "licence": "Apache-2.0 (weights); the training images keep their own licences, see data",
        "training": dict(training),
        "code_version": code_version(),
        "libraries": dict(library_versions()),
        "metrics": dict(metrics),
        **experience,
        "data": data_sources(files),
        "synthetic_data": "drawn by segmentation/engine/training/synthetic.py",
        "held_out": {
            "rule": "by acquisition group; near-duplicates never cross the split",
            "files": [
                {"folder": f.part.folder, "stem": f.stem, "group": f.group}
                for f in files
                if f.is_held_out
            ],
        },
    }
    path = weights.with_suffix(".json")
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    return path
