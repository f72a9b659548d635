"""The hash chain: every change of a written row is found, by property."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.audit.chain import GENESIS, Link, canonical, canonical_json, first_break, link_hash

# A busy machine makes examples slowly; that is no finding.
PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.uuids()
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["verb", "actor", "detail", "created_at"]), VALUES),
    min_size=1,
    max_size=6,
)


def chained(rows: list[dict[str, object]]) -> list[Link]:
    """A chain of rows, as record_event would write it."""
    links, prev_hash = [], GENESIS
    for place, row in enumerate(rows, start=1):
        links.append(Link(place, row, prev_hash, link_hash(prev_hash, row)))
        prev_hash = links[-1].hash
    return links


@PATIENTLY
@given(ROWS)
def test_an_untouched_chain_holds(rows: list[dict[str, object]]) -> None:
    assert first_break(chained(rows)) is None


@PATIENTLY
@given(ROWS, st.data())
def test_a_changed_row_is_named(rows: list[dict[str, object]], data: st.DataObject) -> None:
    links = chained(rows)
    place = data.draw(st.integers(0, len(links) - 1))
    links[place] = replace(links[place], row={**links[place].row, "added": "later"})
    found = first_break(links)
    assert found is not None
    assert found.place == place + 1


@PATIENTLY
@given(ROWS, st.data())
def test_a_row_rewritten_with_its_hash_breaks_the_next(
    rows: list[dict[str, object]], data: st.DataObject
) -> None:
    links = chained([*rows, {"verb": "last"}])
    place = data.draw(st.integers(0, len(links) - 2))
    row = {**links[place].row, "added": "later"}
    links[place] = replace(links[place], row=row, hash=link_hash(links[place].prev_hash, row))
    found = first_break(links)
    assert found is not None
    assert found.place == place + 2


@PATIENTLY
@given(ROWS, st.data())
def test_a_removed_row_is_missed(rows: list[dict[str, object]], data: st.DataObject) -> None:
    links = chained([*rows, {"verb": "last"}])
    place = data.draw(st.integers(0, len(links) - 2))
    found = first_break(links[:place] + links[place + 1 :])
    assert found is not None
    assert found.place == place + 1
    assert "missing" in found.reason


@PATIENTLY
@given(VALUES)
def test_what_the_database_gives_back_has_the_same_canonical_form(value: object) -> None:
    stored = json.loads(json.dumps(canonical(value)))
    assert canonical(stored) == canonical(value)


@PATIENTLY
@given(st.dictionaries(st.text(max_size=4), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(row: dict[str, int]) -> None:
    assert canonical_json(row) == canonical_json(dict(reversed(row.items())))


def test_the_hash_is_what_anybody_can_compute_by_hand() -> None:
    row = {"b": 1, "a": datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)}
    text = '{"a":"2026-01-02T03:04:05.000006Z","b":"1"}'
    assert canonical_json(row) == text.encode()
    assert link_hash(GENESIS, row) == hashlib.sha256(("0" * 64 + text).encode()).hexdigest()


def test_times_of_other_zones_are_the_same_moment() -> None:
    here = datetime(2026, 1, 2, 12, tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(hours=9)))
    assert canonical(here) == canonical(there)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_what_has_no_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"value": value})


def test_an_id_is_written_as_text() -> None:
    assert canonical(UUID(int=5)) == "00000000-0000-0000-0000-000000000005"
