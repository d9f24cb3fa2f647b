"""CPU of this process per call, ours and the floor in turn, so that a drifting machine touches both alike."""

import gc
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

Call = Callable[[], Any]


def in_turn(ours: Call, floor: Call, rounds: int = 40, warm_up: int = 5) -> tuple[float, float, float]:
    """(median seconds of ours, of the floor, median of the ratios pair by pair)."""
    for _ in range(warm_up):
        ours()
        floor()
    gc.collect()
    gc.disable()
    pairs = []
    try:
        for _ in range(rounds):
            pairs.append((_cpu(ours), _cpu(floor)))
    finally:
        gc.enable()
    return (
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
        median(one / other for one, other in pairs),
    )


def _cpu(call: Call) -> float:
    begun = process_time()
    call()
    return process_time() - begun


def line(name: str, found: tuple[float, float, float], goal: float) -> str:
    one, other, ratio = found
    return f"{name}: {one * 1000:.2f} ms, floor {other * 1000:.2f} ms, ratio {ratio:.2f} (goal <= {goal:g})"
