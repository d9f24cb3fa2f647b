"""The ledger is a chain: whoever changes an old row breaks it, and the break can be named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.append_only import FIRST_LINK, canonical_json, link, verify_chain


@dataclass(frozen=True)
class Row:
    """What `verify_chain` reads of a ChainedEvent."""

    sequence: int
    content: str
    content_digest: str
    previous_digest: str
    digest: str
    verb: str = ""

    @property
    def content_removed(self) -> bool:
        return self.content == ""


def chain(*verbs: str) -> list[Row]:
    rows: list[Row] = []
    previous = FIRST_LINK
    for sequence, verb in enumerate(verbs, start=1):
        content = canonical_json({"verb": verb})
        content_digest, digest = link(previous, content)
        rows.append(Row(sequence, content, content_digest, previous, digest, verb))
        previous = digest
    return rows


def test_a_chain_as_written_is_whole():
    assert verify_chain(chain("giao", "tiếp nhận", "trình")) is None
    assert verify_chain([]) is None


@given(st.lists(st.text(max_size=10), min_size=1, max_size=8), st.data())
def test_any_changed_content_is_found_at_its_row(verbs, data):
    rows = chain(*verbs)
    at = data.draw(st.integers(0, len(rows) - 1))
    rows[at] = replace(rows[at], content=rows[at].content + " ")
    assert verify_chain(rows) is rows[at]


@given(st.lists(st.text(max_size=10), min_size=2, max_size=8), st.data())
def test_any_removed_row_but_the_last_is_found(verbs, data):
    rows = chain(*verbs)
    at = data.draw(st.integers(0, len(rows) - 2))
    del rows[at]
    assert verify_chain(rows) is rows[at]


def test_a_rewritten_row_breaks_the_next_one():
    rows = chain("giao", "tiếp nhận", "trình")
    content = canonical_json({"verb": "đã hủy"})
    content_digest, digest = link(rows[0].digest, content)
    rows[1] = replace(rows[1], content=content, content_digest=content_digest, digest=digest)
    assert verify_chain(rows) is rows[2]


def test_two_rows_in_each_others_place_are_found():
    first, second, third = chain("giao", "tiếp nhận", "trình")
    assert verify_chain([first, third, second]) is third


def test_a_content_removed_by_decision_leaves_the_chain_whole():
    rows = chain("giao", "số định danh", "trình")
    rows[1] = replace(rows[1], content="")
    assert verify_chain(rows) is None


def test_columns_that_no_longer_say_what_the_content_says_are_found():
    rows = chain("giao", "tiếp nhận")
    rows[1] = replace(rows[1], verb="trả lại")
    assert verify_chain(rows) is None
    assert verify_chain(rows, content_of=lambda row: {"verb": row.verb}) is rows[1]


def test_equal_content_has_one_text():
    local = datetime(2026, 11, 24, 8, 30, tzinfo=timezone(timedelta(hours=7)))
    one = {"b": [date(2026, 11, 24), None, True], "a": {"số": Decimal("95.50")}, "at": local}
    two = {"at": local.astimezone(UTC), "a": {"số": Decimal("95.50")}, "b": (date(2026, 11, 24), None, True)}
    assert canonical_json(one) == canonical_json(two)
    assert canonical_json(one) == (
        '{"a":{"số":"95.50"},"at":"2026-11-24T01:30:00.000000+00:00","b":["2026-11-24",null,true]}'
    )


@pytest.mark.parametrize("unclear", [0.1, float("nan"), datetime(2026, 11, 24), {1, 2}, object()])
def test_what_has_no_one_text_is_refused(unclear):
    with pytest.raises(TypeError):
        canonical_json({"x": unclear})
