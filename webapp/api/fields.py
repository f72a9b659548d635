"""Fields that the framework does not have."""

from __future__ import annotations

import math
from typing import Any

from rest_framework import serializers


class FiniteField(serializers.FloatField):
    """A number that is a number: no NaN and no infinity, which JSON cannot say."""

    def to_internal_value(self, data: Any) -> float:
        """The number, or a sentence."""
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value
