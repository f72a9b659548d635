"""What a person types to find images: words of names, and conditions such as `well:B02`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from webapp.states import Refused

KEYS = {
    "name": "a part of the name: name:control",
    "tag": "a tag: tag:treated",
    "state": "where it stands: state:approved",
    "channel": "a channel, by name or by what it shows: channel:DAPI",
    "well": "a well: well:B02",
    "plate": "a plate: plate:P1",
    "flag": "what needs a look: flag:saturated",
    "by": "who uploaded it: by:alice",
    "size": "its longer side in pixels: size:>2000",
    "cells": "how many cells it has: cells:<10",
    "dataset": "a part of the dataset's name: dataset:day3",
    "is": "is:excluded for what is left out of results, is:copy for copies",
}
MOST_TERMS = 12
_TERM = re.compile(r'(-?)(?:([A-Za-z]+):)?("[^"]*"?|\S+)')


@dataclass(frozen=True)
class Term:
    """One condition; `key` is "" for a word of the name, `is_not` for what is to be left out."""

    key: str
    value: str
    is_not: bool = False


def read_words(text: str) -> tuple[Term, ...]:
    """The conditions in a line, all of which hold; words in quotes belong together.

    Refused for a key that is none and for more than 12 conditions.
    """
    terms = [_term(found) for found in _TERM.finditer(text.replace("\0", ""))]
    if len(terms) > MOST_TERMS:
        raise Refused(f"A search has at most {MOST_TERMS} words and conditions. Leave some out.")
    return tuple(term for term in terms if term.value)


def _term(found: re.Match[str]) -> Term:
    minus, key, value = found.groups()
    key = (key or "").lower()
    if key and key not in KEYS:
        known = ", ".join(KEYS)
        raise Refused(
            f"There is no condition “{key}”. There is {known}. A name with a “:” goes in quotes."
        )
    return Term(key, value.strip('"').strip(), bool(minus))
