"""Whether the tests of status, rules and states would notice: one condition at a time is turned round.

Minutes, so it runs at night (`-m faults_long`). Prints how many were noticed and each that was not.
"""

import copy
from types import ModuleType

import pytest

import tasks.states
import tasks.status
from tests.cast import Cast
from tests.mutating import Checks, code_mutants, name_mutants, survivors
from tests.tasks import (
    test_fair_clocks,
    test_orders,
    test_states_of_a_day,
    test_status,
)

pytestmark = pytest.mark.faults_long

GOAL = 0.9
# Read once, when the modules that count are read: what they mean is told by test_partition.py.
READ_ONCE = ("OPEN_IN_TIME", "DONE_IN_TIME")


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        (tasks.status, (test_status, test_orders, test_fair_clocks)),
        (tasks.states, (test_states_of_a_day,)),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_condition_turned_round_is_noticed(
    cast: Cast, module: ModuleType, tests: tuple[ModuleType, ...], capsys: pytest.CaptureFixture
) -> None:
    checks = Checks(tests, given={"cast": lambda: copy.deepcopy(cast)}, database=True)
    assert checks.failing() is None, "the tests do not hold to begin with"
    mutants = [*code_mutants(module), *name_mutants(module, lambda name: name not in READ_ONCE)]
    with capsys.disabled():
        total, lived = survivors(mutants, lambda _: checks.failing(), print)
        print(f"\n{module.__name__}: mutants={total} noticed={total - len(lived)} survivors={len(lived)}")
    assert total - len(lived) >= GOAL * total
