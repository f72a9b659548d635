"""Weights as data: safetensors beside a card that says what they are and where they come from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from segmentation.engine.errors import WeightsRefused

WEIGHTS_FOLDER = Path(__file__).resolve().parent.parent / "weights"
DEFAULT_WEIGHTS = "generalist-m"


@dataclass(frozen=True)
class Card:
    """The card of one set of weights: `facts` is the whole JSON document."""

    name: str
    path: Path
    sha256: str
    facts: dict[str, Any]


def find_card(name: str, folder: Path = WEIGHTS_FOLDER) -> Card:
    """Read the card `<name>.json`. Raises `WeightsRefused` when it is missing or senseless."""
    path = folder / f"{name}.json"
    try:
        facts = json.loads(path.read_text())
        return Card(name, folder / f"{name}.safetensors", str(facts["sha256"]), facts)
    except FileNotFoundError as error:
        raise WeightsRefused(f"There are no weights called {name}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsRefused(f"The card of the weights {name} cannot be read.") from error


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify(card: Card) -> None:
    """Check the file against its card. Raises `WeightsRefused` when they differ."""
    if not card.path.is_file():
        raise WeightsRefused(f"The file of the weights {card.name} is missing.")
    if sha256_of(card.path) != card.sha256:
        raise WeightsRefused(
            f"The file of the weights {card.name} is not the one its card describes; "
            "restore it from the release before you segment."
        )


@cache
def _load_verified(path: Path, sha256: str, modified_ns: int) -> dict[str, Any]:
    """Read a verified file once per process; a changed file is read and verified again."""
    del sha256, modified_ns
    from safetensors.torch import load_file

    return dict(load_file(path))


def load_tensors(card: Card) -> dict[str, Any]:
    """Return the tensors by name after verifying the file. Raises `WeightsRefused`."""
    verify(card)
    return _load_verified(card.path, card.sha256, card.path.stat().st_mtime_ns)
