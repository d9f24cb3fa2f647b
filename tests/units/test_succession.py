"""Following successors to the units of today: whatever the order of decisions, and never in a circle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from units.succession import heirs


def test_a_line_is_followed_to_its_end() -> None:
    assert heirs([(1, 3), (2, 3), (3, 5)]) == {1: (5,), 2: (5,), 3: (5,)}


def test_a_split_leaves_several_the_first_first() -> None:
    assert heirs([(1, 2), (1, 3), (3, 4), (3, 5)]) == {1: (2, 4, 5), 3: (4, 5)}


def test_two_ways_to_the_same_unit_are_one() -> None:
    assert heirs([(1, 2), (1, 3), (2, 4), (3, 4)])[1] == (4,)


@pytest.mark.parametrize("edges", [[(1, 1)], [(1, 2), (2, 1)], [(9, 1), (1, 2), (2, 3), (3, 1)]])
def test_a_circle_is_refused(edges: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="its own successor"):
        heirs(edges)


def test_a_long_line_breaks_nothing() -> None:
    assert heirs([(n, n + 1) for n in range(5000)])[0] == (5000,)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(1, 5)).map(lambda e: (e[0], e[0] + e[1])), max_size=40)
)
def test_whoever_ended_is_stood_for_by_units_that_did_not(edges: list[tuple[int, int]]) -> None:
    found = heirs(edges)
    ended = {before for before, _ in edges}
    assert found.keys() == ended
    for before, ends in found.items():
        assert ends and not ended & set(ends)
        assert len(set(ends)) == len(ends)
        reachable, line = set(), [before]
        while line:
            unit = line.pop()
            line += [after for start, after in edges if start == unit]
            reachable.add(unit)
        assert set(ends) == reachable - ended
