"""Two editors on the real API, with answers that get lost and requests that come twice or late.

In the end the log, the raster and what both editors have heard agree, the chain holds, and every
edit is in the log once or was refused with a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotations.actions.head import open_head
from annotations.labels import patch as patches
from annotations.models import Annotation, Edit
from annotations.queries.edits import check_edits
from annotations.queries.facts import facts_now
from tests.cast import caller, page_of, squares

pytestmark = pytest.mark.django_db
SIDE = 40
STEP = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["draw", "draw", "mark", "send", "send", "late", "again", "hear", "restore"]),
    st.integers(0, SIDE - 6),
    st.integers(0, SIDE - 6),
    st.integers(0, 3),
)


@dataclass
class Editor:
    """One browser: what it shows, what it has not sent, and what became of the rest."""

    call: Callable[..., Any]
    url: str
    shown: NDArray[np.uint32]
    version: int = 0
    ambiguous: set[int] = field(default_factory=set)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def draw(self, y: int, x: int, label: int) -> None:
        """Paint a square over what is shown; it is sent later."""
        after = self.shown.copy()
        after[y : y + 6, x : x + 6] = label
        patch = patches.difference(self.shown, after, 0, 0)
        if patch is not None:
            self.shown = after
            self._wait("brush", patches=[patches.to_json(patch)])

    def mark(self, label: int) -> None:
        """Say that a cell is ambiguous, or not any more."""
        was = label in self.ambiguous
        self.ambiguous ^= {label}
        facts = {"before": {"is_ambiguous": was}, "after": {"is_ambiguous": not was}}
        self._wait("ambiguous", marks=[{"labels": [label], **facts}])

    def _wait(self, kind: str, **content: Any) -> None:
        base = {"client_id": str(uuid4()), "kind": kind, "patches": [], "marks": []}
        self.waiting.append({**base, "base_version": self.version, **content})

    def send(self, at: int) -> None:
        """Send one that waits; what is refused is not shown any more after the next hearing."""
        if self.waiting:
            self._post(self.waiting.pop(at % len(self.waiting)))

    def again(self, at: int) -> None:
        """The network brings an old request once more."""
        if self.sent:
            self._post(self.sent[at % len(self.sent)])

    def _post(self, edit: dict[str, Any]) -> None:
        known = Edit.objects.filter(client_id=edit["client_id"]).first()
        answer = self.call("post", f"{self.url}/edits", edit)
        self.sent.append(edit)
        if known is not None:
            assert (answer.status_code, answer.json()["version"]) == (200, known.version)
        elif answer.status_code == 409:
            assert answer.json()["code"] in ("conflict", "mismatch")
            self.refused.add(edit["client_id"])
        else:
            assert answer.status_code == 201, answer.content
            self.refused.discard(edit["client_id"])

    def hear(self) -> None:
        """Read the log on, and show exactly that: what waits is given up here."""
        for edit in self.call("get", f"{self.url}/edits?after={self.version}").json()["edits"]:
            assert edit["version"] == self.version + 1
            self.version = edit["version"]
        self.refused |= {edit["client_id"] for edit in self.waiting}
        self.waiting = []
        self.shown, self.ambiguous = replayed(self.url)

    def restore(self, at: int) -> None:
        """Ask for an earlier version; it is granted to whoever has seen the newest."""
        newest = Annotation.objects.get(pk=self.url.rsplit("/", 1)[1]).version
        body = {"client_id": str(uuid4()), "version": at % (self.version + 1)}
        answer = self.call("post", f"{self.url}/restore", {**body, "base_version": self.version})
        if self.version != newest:
            assert answer.json()["code"] == "moved"
        else:
            assert answer.status_code in (201, 400)


def replayed(url: str) -> tuple[NDArray[np.uint32], set[int]]:
    """What the log says, by nothing but its rows."""
    plane, ambiguous = squares()[0, 0].copy(), set()
    for edit in Edit.objects.filter(annotation_id=url.rsplit("/", 1)[1]).order_by("version"):
        for patch in map(patches.from_json, edit.patches):
            assert patches.matches(plane, patch)
            patches.apply(plane, patch)
        for mark in edit.marks:
            change = ambiguous.union if mark["after"]["is_ambiguous"] else ambiguous.difference
            ambiguous = set(change(mark["labels"]))
    return plane, ambiguous


def play(editor: Editor, what: str, y: int, x: int, label: int) -> None:
    """One step of one editor."""
    steps: dict[str, Callable[[], None]] = {
        "draw": lambda: editor.draw(y, x, label),
        "mark": lambda: editor.mark(label + 1),
        "send": lambda: editor.send(0),
        "late": lambda: editor.send(y),
        "again": lambda: editor.again(x),
        "hear": editor.hear,
        "restore": lambda: editor.restore(y),
    }
    steps[what]()


def test_log_raster_and_editors_agree_whatever_the_network_does(
    annotation: Any, bob: Any, rita: Any
) -> None:
    calls = [caller(page_of(person)) for person in (bob, rita)]

    @settings(
        max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
    )
    @given(st.lists(STEP, min_size=4, max_size=24))
    def check(steps: list[tuple[int, str, int, int, int]]) -> None:
        image = annotation.image
        Annotation.objects.filter(image=image).update(is_current=False)
        fresh = Annotation.objects.create(image=image, base=annotation.base, next_label=5)
        url = f"/api/annotations/{fresh.pk}"
        editors = [Editor(call, url, squares()[0, 0].copy()) for call in calls]
        for who, what, y, x, label in steps:
            play(editors[who], what, y, x, label)
        expected, ambiguous = replayed(url)
        fresh.refresh_from_db()
        assert np.array_equal(open_head(fresh).plane(0, 0), expected)
        facts = facts_now(fresh)
        assert {label for label in range(1, 5) if facts.of_cell(label)["is_ambiguous"]} == ambiguous
        assert check_edits(fresh) is None
        log = [str(edit.client_id) for edit in Edit.objects.filter(annotation_id=fresh.pk)]
        assert len(log) == len(set(log)) == fresh.version
        for editor in editors:
            sent = {edit["client_id"] for edit in editor.sent}
            assert sent <= set(log) | editor.refused
            editor.hear()
            assert editor.version == fresh.version

    check()
