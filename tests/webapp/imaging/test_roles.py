"""What a channel shows of a cell, told from its name and from its pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from webapp.imaging.role_content import guess_roles
from webapp.imaging.roles import Role, role_of_name, roles_of_names

AnyPlane = NDArray[Any]
NUCLEI = (
    "DAPI", "dapi", "Hoechst 33342", "HOECHST1", "DRAQ5", "H2B-GFP", "H2B-mCherry", "nuclei",
    "Nuc", "nucleus", "Ch1-DAPI", "DAPI-01", "w1DAPI", "OrigDNA", "SYTOX Green", "405", "EGFP-NLS",
    "c:0 Hoechst", "dna_1", "Histone H3", "Hematoxylin",
)  # fmt: skip
CELLS = (
    "membrane", "F-actin", "Phalloidin-647", "WGA", "CellMask Orange", "E-cadherin", "E_Cadherin",
    "Na/K ATPase", "NaKATPase", "Na+/K+-ATPase", "pan-cytokeratin", "PanCK", "CK8/18", "CD45",
    "CD3e", "vimentin", "b-tubulin", "tubulin-GFP", "cyto", "Cytoplasm", "whole cell", "EpCAM",
    "AGP", "Mito", "HLA-DR", "GFP-CAAX", "Eosin",
)  # fmt: skip
LIGHT = (
    "BF", "Brightfield", "bright field", "bright_field", "Phase contrast", "phase", "DIC", "TL",
    "trans", "transmitted light", "T-PMT", "Ch3 BF",
)  # fmt: skip
NOTHING = ("blank", "Blank1", "Empty", "autofluorescence", "Ki67", "FoxP3", "pH3", "gH2AX", "Alpha")
UNKNOWN = ("", "Channel 1", "GFP", "FITC", "Cy5", "mCherry", "Transferrin", "Grey", "buffer")


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (NUCLEI, Role.NUCLEUS),
        (CELLS, Role.CYTOPLASM),
        (LIGHT, Role.TRANSMITTED),
        (NOTHING, Role.OTHER),
        (UNKNOWN, None),
    ],
)
def test_usual_names_tell_what_a_channel_shows(names: tuple[str, ...], role: Role | None) -> None:
    assert {name: role_of_name(name) for name in names} == dict.fromkeys(names, role)


def test_red_green_and_blue_are_a_picture_only_together() -> None:
    assert roles_of_names(["Red", "Green", "Blue"]) == (Role.COLOR,) * 3
    assert roles_of_names(["b", "g", "r"]) == (Role.COLOR,) * 3
    assert roles_of_names(["Red", "Green"]) == (None, None)


def test_a_fluorophore_beside_a_nucleus_is_the_stain_of_the_cell() -> None:
    assert roles_of_names(["FITC", "DAPI-01"]) == (Role.CYTOPLASM, Role.NUCLEUS)
    assert roles_of_names(["GFP", "mCherry"]) == (None, None)
    assert roles_of_names(["DAPI", "GFP", "Actin"]) == (Role.NUCLEUS, None, Role.CYTOPLASM)


def guessed(names: list[str], planes: list[AnyPlane]) -> tuple[Role, ...]:
    """The roles of channels that lie in memory."""
    return guess_roles(names, planes.__getitem__)


def discs(radius: int, seed: int = 0) -> NDArray[np.float32]:
    """Bright discs on black with noise, (256, 256)."""
    y, x = np.mgrid[:256, :256]
    inside = np.hypot(y % 64 - 32, x % 64 - 32) < radius
    noise = np.random.default_rng(seed).normal(0, 0.02, inside.shape)
    return (inside + noise).astype(np.float32)


def test_discs_inside_of_larger_discs_are_nuclei_in_any_order() -> None:
    small, large = discs(10), discs(20, seed=1)
    names = ["Channel 1", "Channel 2"]
    assert guessed(names, [small, large]) == (Role.NUCLEUS, Role.CYTOPLASM)
    assert guessed(names, [large, small]) == (Role.CYTOPLASM, Role.NUCLEUS)
    assert guessed(["?", "DAPI"], [large, small]) == (Role.CYTOPLASM, Role.NUCLEUS)


def test_a_marker_of_few_cells_is_not_taken_for_their_nuclei() -> None:
    few = discs(10) * (np.arange(256) < 64) * (np.arange(256) < 64)[:, np.newaxis]
    assert guessed(["a", "b"], [few, discs(12)]) == (Role.OTHER, Role.OTHER)


def test_a_light_background_is_transmitted_light() -> None:
    light = 1 - 0.6 * discs(10)
    assert guessed(["a", "b"], [light, discs(10)]) == (Role.TRANSMITTED, Role.OTHER)
    assert guessed(["", "", ""], [light, light, 0.9 * light]) == (Role.COLOR,) * 3


def test_one_channel_alone_and_flat_channels_stay_untold() -> None:
    assert guessed(["Grey"], [discs(10)]) == (Role.OTHER,)
    flat = np.full((1, 1), 7, np.uint16)
    assert guessed(["a", "b"], [flat, flat]) == (Role.OTHER, Role.OTHER)
