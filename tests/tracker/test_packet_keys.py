"""The hidden key of a packet's row: read back as written, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.packets.keys import FIGURE, TASK, KeyBroken, OldFormat, RowKey, read_key

KEYS = st.builds(
    RowKey,
    st.integers(min_value=1, max_value=10**9),
    st.sampled_from([FIGURE, TASK]),
    st.from_regex(r"\A[0-9]{1,6}(:month:20[0-9]{2}-[0-9]{2})?\Z"),
    st.integers(min_value=0, max_value=10**9),
)


@given(KEYS)
def test_a_key_is_read_as_it_was_written(key: RowKey) -> None:
    assert read_key(key.signed()) == key


@given(KEYS, st.data())
def test_a_key_with_any_other_letter_is_refused(key: RowKey, data: st.DataObject) -> None:
    text = key.signed()
    at = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    letter = data.draw(st.characters().filter(lambda each: each != text[at]))
    with pytest.raises((KeyBroken, OldFormat)):
        read_key(text[:at] + letter + text[at + 1 :])


@given(st.text())
def test_words_are_no_key(text: str) -> None:
    with pytest.raises((KeyBroken, OldFormat)):
        read_key(text)
