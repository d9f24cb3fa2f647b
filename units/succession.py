"""Who stands for a unit today: following the successors of units that ended. Pure; `edges()` reads them."""

from collections import defaultdict
from collections.abc import Iterable

from units.models import Reorganisation


def heirs(edges: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """Every unit that ended → the units that stand for it at the end of the line, in the order of the edges.

    `edges` are (predecessor, successor). A unit that ended without a successor has no edge. Raises ValueError when a
    unit is its own successor, at whatever distance: no order of decisions can have made that.
    """
    following: dict[int, list[int]] = defaultdict(list)
    for predecessor, successor in edges:
        if successor not in following[predecessor]:
            following[predecessor].append(successor)
    found: dict[int, tuple[int, ...]] = {}
    for start in list(following):
        # Depth first without recursion; `above` is the line that leads to the unit being looked at.
        above: list[int] = []
        stack: list[tuple[int, bool]] = [(start, False)]
        while stack:
            unit, is_left = stack.pop()
            if is_left:
                above.pop()
                ends = [end for each in following[unit] for end in found.get(each, (each,))]
                found[unit] = tuple(dict.fromkeys(ends))
            elif unit in above:
                raise ValueError(f"unit {unit} is its own successor")
            elif unit in following and unit not in found:
                above.append(unit)
                stack.append((unit, True))
                stack.extend((each, False) for each in reversed(following[unit]))
    return found


def edges() -> list[tuple[int, int]]:
    """(predecessor, successor) of everything that ended units. The first successor of a split, below which the
    predecessor stands in the tree, comes first. One query."""
    ended = Reorganisation.objects.filter(kind__in=Reorganisation.ENDING, withdrawn_at__isnull=True)
    ended = ended.exclude(carried_out_at__isnull=True, recorded_by__isnull=False)
    found = ended.filter(successors__isnull=False).order_by("effective_on", "pk")
    pairs = list(found.values_list("predecessors", "successors", "predecessors__parent"))
    pairs.sort(key=lambda each: each[1] != each[2])
    return [(before, after) for before, after, _ in pairs]
