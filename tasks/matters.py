"""What stands open between the parties of one task: requests, demands, obstacles, papers owed, late joiners."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from core.clock import today
from core.prepared import prepared
from tasks.models import (
    ContentRemoval,
    Coordination,
    DeadlineChange,
    Duty,
    Event,
    Explanation,
    Obstacle,
    Reassignment,
    Task,
)
from tasks.models.facts import How
from tasks.rules import MISSING, RULES, STANDS, Matter
from units.models import Reorganisation, Unit


class Matters:
    """The open matters of a task, each read when it is first asked for and then kept.

    `past` are the verbs of its ledger where the caller has read that: no request, demand or obstacle is there without
    its line, so that what was never begun need not be looked for. `all_direct`: every line of it was done on the system
    itself, and no paper can be owed.
    """

    def __init__(self, task: Task, past: Collection[str] | None = None, *, all_direct: bool = False) -> None:
        self._task = task
        self._past = past
        self._all_direct = all_direct

    def begun(self, *verbs: str) -> bool:
        """Whether one of `verbs` was done, as far as is known."""
        return self._past is None or any(verb in self._past for verb in verbs)

    @cached_property
    def deadline_changes(self) -> list[DeadlineChange]:
        """Every request for more time, oldest first."""
        asked = _asked_extensions(self._task.pk) if self.begun("ask_extension") else ()
        return sorted(asked, key=lambda change: change.pk)

    @cached_property
    def extension(self) -> DeadlineChange | None:
        """The request for more time that waits for a decision; at most one does."""
        pending = DeadlineChange.Decision.PENDING
        return next((each for each in self.deadline_changes if each.decision == pending), None)

    @cached_property
    def reassignment(self) -> Reassignment | None:
        if not self.begun("propose_reassignment"):
            return None
        waiting = self._task.reassignments.filter(decision=Reassignment.Decision.PENDING)
        return waiting.select_related("asked_by", "proposed_unit").first()

    @cached_property
    def explanation(self) -> Explanation | None:
        """The demand that nobody has settled: not answered yet, or answered and not judged."""
        if not self._explains and not self.begun("request_explanation"):
            return None
        standing = self._task.explanations.filter(verdict=Explanation.Verdict.PENDING)
        return standing.select_related("asked_by", "answered_by", "unit").first()

    @cached_property
    def obstacles(self) -> list[Obstacle]:
        if not self.begun("raise_obstacle"):
            return []
        waiting = self._task.obstacles.filter(outcome=Obstacle.Outcome.PENDING)
        return list(waiting.select_related("asked_of", "raised_by"))

    @cached_property
    def coordinations(self) -> list[Coordination]:
        return _coordinations(self._task.pk)

    @cached_property
    def papers_owed(self) -> list[Event]:
        """Decisions taken off the system, their papers not named yet."""
        if self._all_direct:
            return []
        return list(papers_owed(self._task.events.all()).select_related("by"))

    @cached_property
    def duties(self) -> list[Duty]:
        """Rhythms in force; of an order to many, those of its units. Only standing orders have one, or had before
        their deadline was read anew."""
        if not self._task.is_standing and not self.begun("set_rhythm", "correct_deadline", "transfer"):
            return []
        return list(Duty.objects.of(self._task).in_force())

    @cached_property
    def late_joiners(self) -> list[Unit]:
        """Units that entered the group after the order was given to its members (the membership is frozen then).

        Not those that took over from a member, and answer for its part or have its result.
        """
        group = self._task.lead_group
        if group is None or self._task.assigned_on is None:
            return []
        given = self._task.children.values("lead_unit")
        left_out = self._task.exclusions.values("unit")
        took_over = Reorganisation.objects.filter(
            kind__in=(Reorganisation.Kind.MERGE, Reorganisation.Kind.DISSOLVE), predecessors__in=given
        )
        joined = group.members_on(today()).exclude(pk__in=given).exclude(pk__in=left_out)
        return list(joined.exclude(pk__in=took_over.values("successors")))

    @cached_property
    def removals(self) -> list[ContentRemoval]:
        """Requests to remove content that wait for the second person."""
        if not self.begun("request_removal"):
            return []
        waiting = self._task.removals.filter(approved__isnull=True)
        return list(waiting.select_related("asked_by"))

    @cached_property
    def sent_by(self) -> int | None:
        """Who sent the newest result."""
        sent = self._task.updates.filter(is_submission=True).order_by("-id")
        return sent.values_list("by_id", flat=True).first()

    @property
    def _explains(self) -> bool:
        """An order to explain: the answer is the result."""
        return self._task.nature == Task.Nature.EXPLANATION

    def stands(self, matter: Matter) -> bool:
        match matter:
            case Matter.EXTENSION:
                return self.extension is not None
            case Matter.REASSIGNMENT:
                return self.reassignment is not None
            case Matter.EXPLANATION:
                return self.explanation is not None
            case Matter.EXPLANATION_OWED:
                return self.explanation is not None and not self.explanation.is_answered
            case Matter.EXPLANATION_GIVEN:
                return self.explanation is not None and self.explanation.is_answered
            case Matter.OBSTACLE:
                return bool(self.obstacles)
            case Matter.COORDINATION:
                return bool(self.coordinations)
            case Matter.DELIVERED_PART:
                return any(each.delivered_on and not each.returned for each in self.coordinations)
            case Matter.PAPER_OWED:
                return bool(self.papers_owed)
            case Matter.LATE_JOINER:
                return bool(self.late_joiners)
            case Matter.DUTY:
                return bool(self.duties)
            case Matter.REMOVAL:
                return bool(self.removals)
            case Matter.RULE_DUTY:
                return any(duty.is_rule for duty in self.duties)

    def refusal(self, verb: str) -> str | None:
        """Why what stands open, or does not, forbids `verb`; None when it does not."""
        rule = RULES[verb]
        if verb == "submit" and self._explains and self.stands(Matter.EXPLANATION_OWED):
            return "Nhiệm vụ này được trả lời bằng việc “Giải trình”."
        if rule.needs is not None and not self.stands(rule.needs):
            return MISSING[rule.needs]
        if rule.refuses is not None and self.stands(rule.refuses):
            return STANDS[rule.refuses]
        return None

    def answering(self, verb: str) -> list[Unit]:
        """The units that answer for this verb: the lead, except where the verb is another unit's."""
        lead = [self._task.lead_unit] if self._task.lead_unit is not None else []
        match verb:
            case "give_view":
                asked = self.reassignment.proposed_unit if self.reassignment else None
                return [*lead, asked] if asked is not None else lead
            case "answer_obstacle":
                return list(dict.fromkeys(each.asked_of for each in self.obstacles))
            case "deliver_part":
                return [each.unit for each in self.coordinations]
            case _:
                return lead


@prepared
def _asked_extensions(task: Any) -> "QuerySet[DeadlineChange]":
    return DeadlineChange.objects.filter(task=task).order_by()


@prepared
def _coordinations(task: Any) -> "QuerySet[Coordination]":
    return Coordination.objects.filter(task=task).select_related("unit")


def papers_owed(events: "QuerySet[Event]") -> "QuerySet[Event]":
    """Decisions taken off the system whose paper has not come yet ("chưa có văn bản"): the owner's list. What an order
    carried along owes none of its own."""
    waiting = without_paper(events).filter(follows__isnull=True, recorded_for_unit=False)
    return waiting.exclude(how=How.DIRECT)


def without_paper(events: "QuerySet[Event]") -> "QuerySet[Event]":
    return events.filter(basis="", later_basis__isnull=True, removal__isnull=True)
