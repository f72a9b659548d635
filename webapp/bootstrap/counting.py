"""How many tests went how, read from what the test programs report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from xml.etree import ElementTree


@dataclass(frozen=True)
class Count:
    """How many tests went how."""

    n_passed: int = 0
    n_failed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.n_passed + other.n_passed, self.n_failed + other.n_failed)


def count_junit(report: str) -> Count:
    """The counts in pytest's report; a skipped test was not passed and is not allowed here."""
    suites = ElementTree.fromstring(report).iter("testsuite")  # noqa: S314 - our own report
    total = Count()
    for suite in suites:
        number = {
            name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
        }
        n_bad = number["failures"] + number["errors"]
        total += Count(max(number["tests"] - n_bad - number["skipped"], 0), n_bad)
    return total


def count_vitest(report: str) -> Count:
    """The counts in vitest's JSON report; a file that could not be loaded counts as a failure."""
    found = json.loads(report)
    n_broken_files = sum(
        result["status"] == "failed" and not result["assertionResults"]
        for result in found["testResults"]
    )
    return Count(found["numPassedTests"], found["numFailedTests"] + n_broken_files)
