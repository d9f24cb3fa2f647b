"""Which ladder holds for which thing: rules read once, the nearest set first.

Rules of a plan stand over those of the whole system, rules of an urgency over those without. A set that has any rule
holds alone: nothing is mixed, so that a page can show what holds in one table.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from notifications.ladder import DEFAULT_RUNGS, Rung
from notifications.models import Rule, Step, Subject

# (subject, plan or None, urgency or "")
Place = tuple[str, int | None, str]

# What nobody has written rules for. Before the day only where there is one to count to.
DEFAULTS: Mapping[str, tuple[Rung, ...]] = {
    Subject.DEADLINE: DEFAULT_RUNGS,
    Subject.ACCEPTANCE: (
        Rung("Sau 3 ngày làm việc", 3),
        Rung("Sau 5 ngày làm việc", 5, to_head=True),
    ),
    Subject.RESULT: (Rung("Sau 2 ngày làm việc, nhắc lại", 2, to_clerk=False, to_owner=True, repeat=3),),
    Subject.PART: (
        Rung("Trước hạn 3 ngày làm việc", -3),
        Rung("Trước hạn 1 ngày làm việc", -1, to_head=True),
        Rung("Ngày đến hạn", 0, to_head=True),
        Rung("Quá hạn 1 ngày làm việc", 1, to_head=True, to_owner=True),
        Rung("Quá hạn 3 ngày làm việc, nhắc lại hằng tuần", 3, to_head=True, to_owner=True, repeat=5),
    ),
    Subject.EXPLANATION: (
        Rung("Trước hạn 1 ngày làm việc", -1, to_head=True),
        Rung("Ngày đến hạn", 0, to_head=True),
        Rung("Quá hạn 1 ngày làm việc, nhắc lại", 1, to_head=True, to_owner=True, repeat=3),
    ),
    Subject.OBSTACLE: (
        Rung("Trước hạn 1 ngày làm việc", -1, to_head=True),
        Rung("Ngày đến hạn", 0, to_head=True),
        Rung("Quá hạn 1 ngày làm việc, nhắc lại", 1, to_head=True, to_owner=True, repeat=3),
    ),
    Subject.REPORT: (Rung("Sau 1 ngày làm việc, nhắc lại", 1, to_clerk=False, to_owner=True, repeat=2),),
    Subject.FIGURES: (
        Rung("Trước hạn 5 ngày làm việc", -5),
        Rung("Trước hạn 3 ngày làm việc", -3),
        Rung("Trước hạn 1 ngày làm việc", -1, to_head=True),
        Rung("Ngày đến hạn", 0, to_head=True),
        Rung("Quá hạn 1 ngày làm việc", 1, to_head=True, to_owner=True),
        Rung("Quá hạn 3 ngày làm việc, nhắc lại hằng tuần", 3, to_head=True, to_owner=True, repeat=5),
    ),
}  # fmt: skip


def rung_of(rule: Rule) -> Rung:
    return Rung(
        rule.name,
        rule.offset,
        rule.to_clerk,
        rule.to_head,
        rule.to_owner,
        rule.repeat_days,
        rule.step == Step.LEADER,
        rule.step == Step.LETTER,
    )


class RuleBook:
    """The ladders in force; one query whatever is asked afterwards. `instead`: sets to read in place of stored ones."""

    def __init__(self, instead: Mapping[Place, Sequence[Rung]] | None = None) -> None:
        found: dict[Place, list[Rung]] = defaultdict(list)
        for rule in Rule.objects.order_by("offset"):
            rungs = found[rule.subject, rule.plan_id, rule.urgency]
            if rule.active:
                rungs.append(rung_of(rule))
        self._sets: dict[Place, Sequence[Rung]] = {**found, **(instead or {})}

    def place_of(self, subject: str, plan: int | None = None, urgency: str = "") -> Place | None:
        """The set that holds; None where it is the ladder of the product."""
        for place in (
            (subject, plan, urgency),
            (subject, plan, ""),
            (subject, None, urgency),
            (subject, None, ""),
        ):
            if place in self._sets:
                return place
        return None

    def rungs(self, subject: str, plan: int | None = None, urgency: str = "") -> Sequence[Rung]:
        """The rungs of a thing, rising by offset; empty where reminding was switched off."""
        place = self.place_of(subject, plan, urgency)
        return DEFAULTS[subject] if place is None else self._sets[place]

    def ladders(self, subject: str) -> list[Sequence[Rung]]:
        """Every ladder something of this subject can stand on."""
        own = [rungs for (of, *_), rungs in self._sets.items() if of == subject]
        return [*own, self.rungs(subject)]

    def earliest(self, subject: str) -> int | None:
        """The offset at which the first of these ladders begins; None where all were switched off."""
        return min((rungs[0].offset for rungs in self.ladders(subject) if rungs), default=None)


def first_overdue_steps(ladders: Iterable[Sequence[Rung]]) -> set[int]:
    """The steps that tell a unit for the first time that it is late."""
    firsts = (min((rung.offset for rung in rungs if rung.offset > 0), default=0) for rungs in ladders)
    return {first for first in firsts if first}
