"""The unit tree as integer ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from units.tree import number


@st.composite
def forests(draw: st.DrawFn) -> list[tuple[int, int | None, tuple[int]]]:
    size = draw(st.integers(1, 40))
    return [
        (node, draw(st.none() | st.integers(1, node - 1)) if node > 1 else None, (draw(st.integers(0, 5)),))
        for node in range(1, size + 1)
    ]


@given(forests())
def test_a_unit_is_in_the_range_of_another_exactly_when_that_one_is_above_it(forest: list) -> None:
    places = number(forest)
    parents = {node: parent for node, parent, _ in forest}

    def above(node: int) -> set[int]:
        found = {node}
        while (parent := parents[node]) is not None:
            found.add(parent)
            node = parent
        return found

    for node in places:
        for other in places:
            inside = places[other].start <= places[node].start <= places[other].end
            assert inside == (other in above(node))


def test_siblings_stand_in_the_order_of_the_organisation() -> None:
    places = number([(1, None, (0,)), (2, 1, (9,)), (3, 1, (1,))])
    assert places[3].start < places[2].start


def test_a_unit_above_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="cấp trên của chính nó"):
        number([(1, 2, (0,)), (2, 1, (0,))])
