"""Shipped weights are what their card says, or they are refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from segmentation.engine.errors import WeightsRefused
from segmentation.engine.registry import methods
from segmentation.engine.weights import (
    DEFAULT_WEIGHTS,
    WEIGHTS_FOLDER,
    find_card,
    load_tensors,
    verify,
)

LIMIT_BYTES = 15_000_000
"""What all weights together may weigh in the repository."""
SHIPPED = sorted(path.stem for path in WEIGHTS_FOLDER.glob("*.json"))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the shipped weights that a test may damage."""
    for path in WEIGHTS_FOLDER.glob(f"{DEFAULT_WEIGHTS}.*"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_weights_are_those_of_their_card(name: str) -> None:
    verify(find_card(name))


def test_all_weights_together_are_small() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS_FOLDER.iterdir()) <= LIMIT_BYTES


@pytest.mark.parametrize("name", ["generalist-m", "generalist-s"])
def test_the_card_names_every_source_with_its_licence_and_the_held_out_images(name: str) -> None:
    facts = find_card(name).facts
    for source in facts["data"]:
        assert source["origin"].startswith("http"), source["name"]
        assert source["licence"] not in ("", "not stated"), source["name"]
        assert "NC" not in source["licence"].split(" says ")[0], source["name"]
    assert facts["training"]["command"].startswith("python -m segmentation.engine.cli.train")
    assert facts["metrics"]["fluorescence nuclei"]["ap_50"] > 0.6
    assert facts["held_out"]["files"]
    assert "/" not in "".join(source["name"] for source in facts["data"])


def test_one_changed_byte_is_refused(copied: Path) -> None:
    path = copied / f"{DEFAULT_WEIGHTS}.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsRefused, match="not the one its card describes"):
        load_tensors(find_card(DEFAULT_WEIGHTS, copied))


def test_a_missing_file_or_card_is_refused(copied: Path) -> None:
    (copied / f"{DEFAULT_WEIGHTS}.safetensors").unlink()
    with pytest.raises(WeightsRefused, match="is missing"):
        load_tensors(find_card(DEFAULT_WEIGHTS, copied))
    with pytest.raises(WeightsRefused, match="no weights called"):
        find_card("never-trained", copied)


@pytest.mark.parametrize("content", ["", "[]", json.dumps({"name": "x"})])
def test_a_senseless_card_is_refused(copied: Path, content: str) -> None:
    (copied / f"{DEFAULT_WEIGHTS}.json").write_text(content)
    with pytest.raises(WeightsRefused, match="cannot be read"):
        find_card(DEFAULT_WEIGHTS, copied)


def test_the_list_of_methods_needs_no_torch() -> None:
    script = (
        "import sys; from segmentation.engine.registry import methods; "
        "names = [m.name for m in methods()]; "
        "heavy = {'torch', 'numba', 'scipy', 'skimage'} & set(sys.modules); "
        "assert not heavy, heavy; print(*names)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["generalist", "threshold"]


def test_every_parameter_describes_a_form_field() -> None:
    for info in methods():
        assert info.is_available, info.unavailable_reason
        for parameter in info.parameters:
            assert parameter.help.endswith(".")
            if parameter.kind in ("number", "auto_number"):
                assert parameter.minimum is not None
                assert parameter.maximum is not None
            if parameter.kind == "choice":
                assert parameter.default in {choice.value for choice in parameter.choices}
