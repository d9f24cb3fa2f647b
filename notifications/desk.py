"""The owner's desk: what the ladder lays there, what the owner does with it, and the summary the leaders get.

Nothing goes to a leader by itself (office rule 27): a matter waits in "Chờ chuyển lãnh đạo" until the owner releases
it; by default it is told in one summary on the day of giao ban. After that comes a letter with a demand to explain.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse

from core.clock import now, today
from core.text import count_vi
from notifications import ladder
from notifications.models import Escalation, GiaoBan, Notice, Subject
from notifications.planner import due_tasks, is_awaited, write
from notifications.rulebook import RuleBook
from notifications.words import place
from tasks import actions
from tasks.models import Explanation, Task
from tasks.status import Confirmation, Execution
from units.actions import RuleBroken
from units.models import CalendarDay, RoleGrant, Unit, User
from units.permissions import Role, covers

logger = logging.getLogger("notifications")

Kind, State = Escalation.Kind, Escalation.State
NOT_THEIRS = "Chỉ Văn phòng theo dõi nhiệm vụ mới chuyển cấp được."
HANDLED = "Việc này đã được xử lý; hãy tải lại trang."


class SummaryKey(NamedTuple):
    """The one summary of a day to a leader."""

    on: date
    person: int

    def __str__(self) -> str:
        return f"leader:{self.on.isoformat()}:{self.person}"

    @classmethod
    def read(cls, key: str) -> "SummaryKey | None":
        kind, *parts = key.split(":")
        if kind != "leader" or len(parts) != 2:
            return None
        return cls(date.fromisoformat(parts[0]), int(parts[1]))


# --- What the ladder does -------------------------------------------------------------------------------


def lay(on: date, book: RuleBook | None = None) -> int:
    """Lays on the owner's desk what has reached a step above the unit; how many are new. May run twice.

    Not of outside bodies and soft orders (`due_tasks` has neither), nor of a result that waits or a report the office
    knows of.
    """
    book = book or RuleBook()
    if not any(rung.to_leader or rung.letter for rungs in book.ladders(Subject.DEADLINE) for rung in rungs):
        return 0
    calendar = CalendarDay.objects.as_calendar()
    fresh: list[Escalation] = []
    for task in due_tasks(on, calendar, 0).filter(counted_end__lt=on):
        if task.confirmation == Confirmation.SUBMITTED or is_awaited(task, on):
            continue
        assert task.counted_end is not None
        rungs = book.rungs(Subject.DEADLINE, task.plan_id, task.urgency)
        leader, letter = ladder.desk_steps(place(task, on, calendar), rungs)
        # An office writes no letter to itself.
        letter = letter and task.lead_unit_id != task.tracking_unit_id
        kinds = [kind for kind, reached in ((Kind.LEADER, leader), (Kind.LETTER, letter)) if reached]
        fresh += [Escalation(task=task, kind=kind, deadline=task.counted_end, on=on) for kind in kinds]
    before = Escalation.objects.count()
    Escalation.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return Escalation.objects.count() - before


def settle(on: date) -> int:
    """Takes off the desk what is no longer late: done, stopped, suspended, handed in, or given another deadline."""
    gone = []
    open_ones = Escalation.objects.filter(state__in=(State.WAITING, State.RELEASED)).select_related("task")
    for each in open_ones:
        if not is_late(each, on):
            gone.append(each.pk)
    return Escalation.objects.filter(pk__in=gone).update(state=State.SETTLED)


def is_late(each: Escalation, on: date) -> bool:
    """Whether the task still misses the deadline this matter is about. Its task comes loaded."""
    task = each.task
    return (
        task.execution not in (Execution.DONE, Execution.DISCONTINUED, Execution.SUSPENDED)
        and task.confirmation != Confirmation.SUBMITTED
        and task.counted_end == each.deadline
        and on > each.deadline
    )


def tell_leaders(on: date) -> int:
    """One summary a leader on the day their matters were released for; how many are new. A day off passes it on to the
    next working day, because the run of that day finds the same rows."""
    waiting = Escalation.objects.to_be_told(on).select_related(
        "task__leader_in_charge", "task__plan__leader_in_charge", "task__tracking_unit"
    )
    by_leader: dict[User, list[Escalation]] = defaultdict(list)
    for each in waiting:
        for leader in leaders_of(each.task, on):
            by_leader[leader].append(each)
    notices = []
    for leader, matters in by_leader.items():
        told = Notice.objects.filter(recipient=leader, key__startswith="leader:").order_by("-day").first()
        # Each is told once; the page keeps it until it is settled.
        new = [each for each in matters if told is None or _released_after(each, told)]
        if new:
            notices.append(_summary(leader, matters, on))
    return write(notices)


def _released_after(each: Escalation, told: Notice) -> bool:
    return each.decided_at is not None and each.tell_on is not None and each.tell_on > told.day


def _summary(leader: User, matters: list[Escalation], on: date) -> Notice:
    """In the tone of a report; neither a unit nor a person is named in the mail (office rules 27, 30)."""
    return Notice(
        recipient=leader,
        key=str(SummaryKey(on, leader.pk)),
        group=Notice.Group.REPORT,
        text=f"{count_vi(len(matters))} việc cần ý kiến đồng chí",
        detail="Nội dung, đề xuất của Văn phòng và tình hình từng việc có trên hệ thống.",
        url=reverse("leader_matters"),
        day=on,
    )


def leaders_of(task: Task, on: date) -> list[User]:
    """The leader in charge of the task, else of its plan, else the leaders above the office that follows it."""
    named = task.leader_in_charge or (task.plan.leader_in_charge if task.plan else None)
    if named is not None:
        return [named] if named.is_active else []
    grants = RoleGrant.objects.valid_on(on).filter(
        role=Role.LEADER,
        user__is_active=True,
        unit__tree_start__lte=task.tracking_unit.tree_start,
        unit__tree_end__gte=task.tracking_unit.tree_start,
    )
    return list(dict.fromkeys(grant.user for grant in grants.select_related("user").order_by("id")))


# --- What the owner does --------------------------------------------------------------------------------


def next_giao_ban(office: Unit, on: date) -> date:
    """The first day of giao ban on or after `on`; a day off moves it to the next working day."""
    chosen = GiaoBan.objects.filter(office=office).values_list("weekday", flat=True).first()
    weekday = GiaoBan.Weekday.MONDAY if chosen is None else chosen
    day = on + timedelta(days=(weekday - on.weekday()) % 7)
    return CalendarDay.objects.as_calendar().next_workday(day)


@transaction.atomic
def set_giao_ban(office: Unit, *, by: User, weekday: int) -> GiaoBan:
    if not covers(by.ranges(Role.PLAN_OWNER), office):
        raise RuleBroken(NOT_THEIRS)
    if weekday not in GiaoBan.Weekday.values:
        raise RuleBroken({"weekday": "Hãy chọn một ngày từ thứ Hai đến thứ Sáu."})
    found, _ = GiaoBan.objects.update_or_create(office=office, defaults={"weekday": weekday})
    return found


def _taken(pk: int, kind: str, by: User) -> Escalation:
    """The waiting matter under its row lock, or why it cannot be handled."""
    each = Escalation.objects.select_for_update(of=("self",)).select_related("task__tracking_unit").get(pk=pk)
    if not covers(by.ranges(Role.PLAN_OWNER), each.task.tracking_unit):
        raise RuleBroken(NOT_THEIRS)
    if each.state != State.WAITING or each.kind != kind:
        raise RuleBroken(HANDLED)
    return each


def _decide(each: Escalation, by: User, state: str, **also: object) -> Escalation:
    each.state, each.decided_by, each.decided_at = State(state), by, now()
    for name, value in also.items():
        setattr(each, name, value)
    each.save(update_fields=["state", "decided_by", "decided_at", *also])
    return each


@transaction.atomic
def release(pk: int, *, by: User, proposal: str = "", at_once: bool = False) -> Escalation:
    """Lays the matter before the leader in charge, with what the office proposes: in the summary of the next giao ban,
    or `at_once` in the one of the next working morning."""
    each = _taken(pk, Kind.LEADER, by)
    if not is_late(each, today()):
        raise RuleBroken("Nhiệm vụ không còn chậm; không cần chuyển lãnh đạo.")
    if not leaders_of(each.task, today()):
        raise RuleBroken("Chưa có lãnh đạo phụ trách; hãy ghi lãnh đạo phụ trách ở thiết lập kế hoạch.")
    calendar = CalendarDay.objects.as_calendar()
    day = (
        calendar.next_workday(today() + timedelta(days=1))
        if at_once
        else next_giao_ban(each.task.tracking_unit, today() + timedelta(days=1))
    )
    return _decide(each, by, State.RELEASED, proposal=proposal.strip(), tell_on=day)


@transaction.atomic
def release_all(pks: Iterable[int], *, by: User) -> int:
    """Releases several for the next giao ban; how many."""
    return len([release(pk, by=by) for pk in pks])


@transaction.atomic
def drop(pk: int, *, by: User, reason: str) -> Escalation:
    """Not laid before the leader, no letter: with the reason."""
    if not reason.strip():
        raise RuleBroken({"reason": "Hãy ghi vì sao không chuyển."})
    kind = Escalation.objects.values_list("kind", flat=True).get(pk=pk)
    return _decide(_taken(pk, kind, by), by, State.DROPPED, proposal=reason.strip())


@transaction.atomic
def demand_explanation(pk: int, *, by: User, about: str, due_on: date | None = None) -> Explanation:
    """Asks the unit to explain, by a day of its own; its line stands in the task. The letter follows from this row."""
    each = _taken(pk, Kind.LETTER, by)
    asked = actions.request_explanation(each.task, by=by, about=about, due_on=due_on)
    _decide(each, by, State.DONE, proposal=about.strip())
    return asked
