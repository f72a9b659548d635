"""What a channel shows of a cell, as far as its name tells.

The names come from microscopes and from people: "DAPI", "Ch1-DAPI", "w1DAPI", "HOECHST1",
"Na/K ATPase", "BF". A role is what a method needs to know to choose where to look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum


class Role(StrEnum):
    """What a channel shows; `other` is what no method needs to look at."""

    NUCLEUS = "nucleus"
    CYTOPLASM = "cytoplasm"
    TRANSMITTED = "transmitted"
    COLOR = "color"
    OTHER = "other"


ROLE_TITLES = {
    Role.NUCLEUS: "nucleus",
    Role.CYTOPLASM: "cytoplasm or membrane",
    Role.TRANSMITTED: "brightfield or phase",
    Role.COLOR: "color",
    Role.OTHER: "other",
}
COLOR_NAMES = (("red", "r"), ("green", "g"), ("blue", "b"))


def _words(*words: str) -> str:
    """Match short words that are not part of a longer one; digits and signs end a word."""
    return rf"(?<![a-z])(?:{'|'.join(words)})(?![a-z])"


_BLANK = r"blank|empty|autofluo|background|" + _words("af", "alpha", "none", "unused")
_PARTIAL = _words(r"ki-?67", "pcna", r"p-?h3", "gamma", "edu", "brdu", r"fox ?-?p3") + (
    r"|h2a\.?x|phospho|nucleol"
)
"""Stains of some nuclei or of spots in them: they show neither all nuclei nor a cell."""
_NUCLEUS = (
    r"dapi|hoechst|hoescht|hoesht|draq|nucle[iua]|nuclear|histone|hematoxylin|haematoxylin"
    r"|h2[ab]|lamin ?-?[abc]|propidium|sytox|syto ?-?\d|topro|to-?pro|sir ?-?dna|h33342|"
) + _words("nuc", "nucs", "dna", "nls", "dsdna", "405", "405 ?nm")
_TRANSMITTED = r"bright ?-?_?field|phase|nomarski|transmi|trans ?-?_?light|t-?pmt|" + _words(
    "bf", "dic", "tl", "td", "trans", "phc", "pc", "oblique", "dpc"
)
_CYTOPLASM = (
    r"cyto|membran|actin|phalloidin|cell ?-?_?mask|cell ?-?_?trac|whole ?-?_?cell|cell ?-?_?body"
    r"|cadherin|catenin|at-?p-?ase|keratin|vimentin|tubulin|epcam|calcein|wheat|eosin"
    r"|concanavalin|hla ?-?_?dr|caax|gap-?43|mitotrack|endoplasm|"
) + _words(
    "wga", "cona", "cfse", "memb?", "pm", "agp", "er", "mito", "rna", "soma", "plasma", "ecad",
    "pan ?-?ck", r"ck ?-?\d+", "dio", "dii", "did", "lck", r"cd ?-?\d+[a-z]{0,2}", "cells?",
    "a?-?sma",
)  # fmt: skip
_FLUOROPHORE = (
    r"fitc|e?gfp|yfp|rfp|tritc|mcherry|tomato|venus|citrine|texas|rhodamine|alexa|atto|scarlet"
    r"|mneon|kate|cy ?-?[357]|"
) + _words("488", "546", "555", "561", "568", "594", "633", "640", "647", r"af ?-?\d{3}", "cfp")

_BY_NAME = (
    (_BLANK, Role.OTHER),
    (_PARTIAL, Role.OTHER),
    (_NUCLEUS, Role.NUCLEUS),
    (_TRANSMITTED, Role.TRANSMITTED),
    (_CYTOPLASM, Role.CYTOPLASM),
)


def role_of_name(name: str) -> Role | None:
    """Return the role that a name alone tells, or None."""
    readings = _readings(name)
    for pattern, role in _BY_NAME:
        if re.search(pattern, readings):
            return role
    return None


def roles_of_names(names: Sequence[str]) -> tuple[Role | None, ...]:
    """Return the role of every channel of an image, None where its name says nothing.

    Red, green and blue are the colors of one picture only when all three are there. A name that
    is but a fluorophore is taken for the stain of the cell when a nucleus stands beside it and
    no better channel does.
    """
    colors = [color_place(name) for name in names]
    roles = [role_of_name(name) for name in names]
    if sorted(place for place in colors if place is not None) == [0, 1, 2]:
        roles = [
            role if place is None else Role.COLOR for role, place in zip(roles, colors, strict=True)
        ]
    if Role.NUCLEUS in roles and Role.CYTOPLASM not in roles:
        roles = [
            Role.CYTOPLASM if role is None and _is_fluorophore(name) else role
            for role, name in zip(roles, names, strict=True)
        ]
    return tuple(roles)


def color_place(name: str) -> int | None:
    """Return 0, 1, 2 for a channel called red, green or blue, else None."""
    for place, words in enumerate(COLOR_NAMES):
        if name.strip().lower() in words:
            return place
    return None


def _is_fluorophore(name: str) -> bool:
    return re.search(_FLUOROPHORE, _readings(name)) is not None


def _readings(name: str) -> str:
    """Return the name as it is and with its words apart: OrigDNA is also read as Orig DNA."""
    plain = name.replace("_", " ")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return f"{plain} | {apart}".lower()
