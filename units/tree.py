"""Numbering of the unit tree: a pure pass that turns parent keys into integer ranges.

A subtree is then `tree_start between a and b`: an indexable range, the same on SQLite and PostgreSQL.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    start: int
    end: int
    depth: int


def number(nodes: Iterable[tuple[int, int | None, tuple[object, ...]]]) -> dict[int, Place]:
    """Ranges of every node from (id, parent id, order key) triples, siblings in order of the key.

    Raises ValueError when a node is its own ancestor: such nodes are never reached from a root.
    """
    children: dict[int | None, list[tuple[tuple[object, ...], int]]] = defaultdict(list)
    total = 0
    for node, parent, key in nodes:
        children[parent].append((key, node))
        total += 1
    for siblings in children.values():
        siblings.sort()
    places: dict[int, Place] = {}
    counter = 0
    # Explicit stack: (node, depth, entered); a recursion would break on a deep chain.
    stack = [(node, 0, False) for _, node in reversed(children[None])]
    starts: dict[int, int] = {}
    while stack:
        node, depth, entered = stack.pop()
        if entered:
            places[node] = Place(starts[node], counter, depth)
            continue
        counter += 1
        starts[node] = counter
        stack.append((node, depth, True))
        stack.extend((child, depth + 1, False) for _, child in reversed(children[node]))
    if len(places) != total:
        raise ValueError("Cơ cấu tổ chức có đơn vị là cấp trên của chính nó.")
    return places
