"""Counted things in sentences for people."""

from __future__ import annotations


def counted(number: int, one: str, many: str) -> str:
    """ "1 object overlaps", "2 objects overlap"."""
    return f"1 {one}" if number == 1 else f"{number:,} {many}"
