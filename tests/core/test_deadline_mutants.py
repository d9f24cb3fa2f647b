"""Whether the tests of working days and deadlines would notice: one condition at a time is turned round.

Minutes, so it runs at night (`-m faults_long`). Prints how many were noticed and each that was not.
"""

from types import ModuleType

import pytest

import core.deadline_words
import core.deadlines
import core.workdays
from tests.core import (
    test_deadline_days,
    test_deadline_errors,
    test_deadline_events,
    test_deadline_phrases,
    test_deadline_words,
    test_workdays,
)
from tests.mutating import Checks, code_mutants, name_mutants, pattern_mutants, survivors

pytestmark = pytest.mark.faults_long

GOAL = 0.9
PHRASES = (
    test_deadline_words,
    test_deadline_phrases,
    test_deadline_errors,
    test_deadline_events,
    test_deadline_days,
)
# Machines differ in speed, and so would the score.
TIMED = ("test_ten_thousand_counts",)


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        (core.workdays, (test_workdays,)),
        (core.deadlines, PHRASES),
        (core.deadline_words, PHRASES),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_condition_turned_round_is_noticed(
    module: ModuleType, tests: tuple[ModuleType, ...], capsys: pytest.CaptureFixture
) -> None:
    checks = Checks(tests, without=TIMED)
    assert checks.failing() is None, "the tests do not hold to begin with"
    # `compiled` is done when the module is read; what it made is turned round row by row.
    mutants = [
        *code_mutants(module, lambda name: name != "compiled"),
        *name_mutants(module),
        *pattern_mutants(module),
    ]
    with capsys.disabled():
        total, lived = survivors(mutants, lambda _: checks.failing(), print)
        print(f"\n{module.__name__}: mutants={total} noticed={total - len(lived)} survivors={len(lived)}")
    assert total - len(lived) >= GOAL * total
