"""Whether the tests of status, rules and states would notice: one condition at a time is turned round.

Minutes, so it runs at night (`-m faults_long`). Prints how many were noticed and each that was not.
"""

import copy
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

import tasks.actions.common
import tasks.rules
import tasks.states
import tasks.status
from tests.cast import Cast
from tests.mutating import Checks, Mutant, code_mutants, entry_mutants, name_mutants, survivors
from tests.tasks import (
    test_decisions_and_papers,
    test_fair_clocks,
    test_orders,
    test_rules_table,
    test_rules_when,
    test_states_of_a_day,
    test_status,
    test_verbs,
)

pytestmark = pytest.mark.faults_long

GOAL = 0.9
# Random walks of many seconds; the same acts are walked in order by another test.
SLOW = ("test_the_ledger_tells_every_day_again",)
# Read once, when the modules that count are read: what they mean is told by test_partition.py.
READ_ONCE = ("OPEN_IN_TIME", "DONE_IN_TIME")


def of_functions(module: ModuleType) -> Callable[[str], bool]:
    """Of the frame of verbs only the act itself: who may is the matter of the tables of rights. `_reason` is asked
    once, while the table of verbs is made."""
    return lambda name: name != "_reason" and (module is not tasks.actions.common or name.startswith("Act."))


def names_of(module: ModuleType) -> Iterator[Mutant]:
    """The table of verbs, entry by entry; of other modules what their names mean."""
    if module is tasks.rules:
        return entry_mutants("RULES", tasks.rules.RULES)
    if module is tasks.actions.common:
        return iter(())
    return name_mutants(module, lambda name: name not in READ_ONCE)


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        (tasks.status, (test_status, test_orders, test_fair_clocks)),
        (tasks.rules, (test_rules_when, test_rules_table)),
        (tasks.states, (test_states_of_a_day,)),
        (tasks.actions.common, (test_verbs, test_decisions_and_papers)),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_condition_turned_round_is_noticed(
    cast: Cast, module: ModuleType, tests: tuple[ModuleType, ...], capsys: pytest.CaptureFixture
) -> None:
    checks = Checks(tests, without=SLOW, given={"cast": lambda: copy.deepcopy(cast)}, database=True)
    assert checks.failing() is None, "the tests do not hold to begin with"
    mutants = [*code_mutants(module, of_functions(module)), *names_of(module)]
    with capsys.disabled():
        total, lived = survivors(mutants, lambda _: checks.failing(), print)
        print(f"\n{module.__name__}: mutants={total} noticed={total - len(lived)} survivors={len(lived)}")
    assert total - len(lived) >= GOAL * total
