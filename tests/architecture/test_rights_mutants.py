"""Whether the tables of rights would notice: one condition at a time is turned round, and they are walked.

Minutes, so it runs at night (`-m faults_long`). Prints how many were noticed and each that was not.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

import tasks.actions.common
import tasks.querysets
import tasks.sight
import units.permissions
from core.prepared import prepared
from tests.architecture import test_rights_verbs as verbs
from tests.architecture.rights_world import World
from tests.architecture.test_rights_verbs import world  # noqa: F401
from tests.mutating import Checks, Mutant, code_mutants, entry_mutants, survivors
from units.permissions import VERBS

pytestmark = [pytest.mark.faults_long, pytest.mark.django_db]

GOAL = 0.95
# What is asked of any module. The table of verbs and these keep survivors that seem to alter nothing (a capacity that
# no verb is asked in); not each is proven so.
LEAST = 0.9
NOT_YET = {tasks.querysets, tasks.sight}
TARGETS: dict[ModuleType, Callable[[str], bool]] = {
    units.permissions: lambda name: name in {"within", "covers", "capacity"},
    tasks.querysets: lambda name: (
        name == "sight_of" or (name.endswith((".visible_to", ".visible_in")) and not name.startswith("Duty"))
    ),
    tasks.sight: lambda name: True,
    tasks.actions.common: lambda name: not name.startswith("Act."),
}
# Which tests speak of a module, the quickest first: a walk over everything for each mutant would take hours.
SPEAK = {
    units.permissions: (
        "test_where", "test_a_leader", "test_a_place", "test_the_whole", "test_who_both", "test_who_may", "test_states",
        "test_a_task_is_seen",
    ),
    tasks.querysets: ("test_a_task_is_seen", "test_states", "test_a_handover", "test_who_recorded"),
    tasks.sight: ("test_a_task_is_seen", "test_states"),
    tasks.actions.common: (
        "test_nobody", "test_who_asked", "test_an_officer", "test_a_text", "test_what", "test_the_act", "test_who_may",
    ),
}  # fmt: skip


def asked_anew(question: prepared, *values: Any, **fixed: Any) -> list[Any]:
    """A prepared question keeps the words it was first put into: here its code changes between two questions."""
    return list(question._build(*values, **fixed))


@pytest.mark.parametrize("module", TARGETS, ids=lambda module: module.__name__)
def test_a_condition_turned_round_is_noticed(
    world: World,  # noqa: F811
    module: ModuleType,
    capsys: pytest.CaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepared, "__call__", asked_anew)
    checks = Checks((verbs,), given={"world": lambda: world}, only=SPEAK[module], database=True)
    assert checks.failing() is None, "the tables do not hold to begin with"
    mutants = list(code_mutants(module, TARGETS[module]))
    with capsys.disabled():
        total, lived = survivors(mutants, lambda _: checks.failing(), print)
        print(f"\n{module.__name__}: mutants={total} noticed={total - len(lived)} survivors={len(lived)}")
    goal = LEAST if module in NOT_YET else GOAL
    assert total - len(lived) >= goal * total


def test_an_entry_of_the_table_of_verbs_turned_round_is_noticed(
    world: World,  # noqa: F811
    capsys: pytest.CaptureFixture,
) -> None:
    """Every role of every verb taken away, every other one let in."""

    def wrong(mutant: Mutant) -> bool:
        verb = mutant.place.split("'")[1]
        return any(verbs.wrong_cells(world, actor, [verb]) for actor in verbs.ACTORS)

    with capsys.disabled():
        total, lived = survivors(list(entry_mutants("VERBS", VERBS)), wrong, print)
        print(f"\nVERBS: mutants={total} noticed={total - len(lived)} survivors={len(lived)}")
    assert total - len(lived) >= LEAST * total
