"""Before a mail goes, its subjects are read again: what was settled meanwhile is not sent, and says why."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from notifications import more
from notifications.collecting import WHOLE_ROUND, RoundKey, still_owed
from notifications.desk import SummaryKey
from notifications.models import Escalation, Notice, Subject
from notifications.planner import ReminderKey, is_awaited
from notifications.quiet import QUIETED, holding, is_quieted
from notifications.recipients import Directory
from notifications.subjects import AccountsKey, CalendarKey, SubjectKey, account_gaps, still_open
from notifications.words import asked_unit
from tasks.ledger import facts_of
from tasks.models import DeadlineChange, Explanation, Obstacle, PartReport, Reassignment, Task
from tasks.status import Confirmation, Execution
from units.calendar import is_decided

GONE = "Người nhận không còn hoạt động"
DONE = "Nhiệm vụ đã hoàn thành"
STOPPED = "Nhiệm vụ không tiếp tục thực hiện"
SUSPENDED = "Nhiệm vụ đang tạm dừng"
MOVED = "Thời hạn đã thay đổi"
SUBMITTED = "Kết quả đã trình, đang chờ xác nhận"
SETTLED = "Đã được xử lý"
CLOSED_UNIT = "Đơn vị đã chấm dứt hoạt động"
HANDED_OVER = "Nhiệm vụ không còn thuộc phần việc của người nhận"
AWAITED = "Đã có báo cáo, chờ cập nhật"
REPORTED = "Số liệu đã báo cáo hoặc đợt báo cáo đã khóa"
NOT_THEIR_UNIT = "Người nhận không còn phụ trách đơn vị này"
ACCOUNTS_THERE = "Đã đủ tài khoản"
REPEATED = "Đã có trong dòng khác của cùng nhiệm vụ"

Group = Notice.Group


# What stands open, by the verb that asked for it: the tasks (obstacles and parts by their own ids; of reporting rounds
# the round with the unit).
Standing = Mapping[str, Collection[Any]]
COLLECTED = "figures"
# Beside them: other things that stand open, who wants peace from what, and what lies before the leaders.
THINGS = "things"
QUIET = "quiet"
LAID = "laid"


def standing(on: date) -> dict[str, set[Any]]:
    """What is still asked for, read once for many notices. A constant number of queries."""
    pending: dict[str, QuerySet[Any]] = {
        "ask_extension": DeadlineChange.objects.filter(decision=DeadlineChange.Decision.PENDING),
        "propose_reassignment": Reassignment.objects.filter(decision=Reassignment.Decision.PENDING),
        "request_explanation": Explanation.objects.filter(
            verdict=Explanation.Verdict.PENDING, answered_at__isnull=True
        ),
        "explain": Explanation.objects.filter(verdict=Explanation.Verdict.PENDING, answered_at__isnull=False),
    }
    found: dict[str, set[Any]] = {
        verb: set(rows.values_list("task_id", flat=True)) for verb, rows in pending.items()
    }
    found[COLLECTED] = still_owed(on)
    found[THINGS] = still_open(on)
    found[QUIET] = holding(on)
    found[LAID] = set(Escalation.objects.to_be_told(on).values_list("pk", flat=True))
    obstacles = Obstacle.objects.filter(outcome=Obstacle.Outcome.PENDING)
    found["raise_obstacle"] = set(obstacles.values_list("pk", flat=True))
    parts = PartReport.objects.filter(returned=True, coordination__returned=True)
    found["return_part"] = set(parts.values_list("pk", flat=True))
    return found


# The fact that names what an event asked for, where it is not the task's only one.
_OWN_ID = {"raise_obstacle": "obstacle", "return_part": "part"}


def reason_to_skip(notice: Notice, directory: Directory, asked: Standing) -> str:
    """Why this notice no longer goes out, or "" when it still stands. Its task and event come loaded."""
    recipient, task = notice.recipient, notice.task
    if not recipient.is_active:
        return GONE
    if task is None:
        return _without_task(notice, directory, asked)
    answers = task.lead_unit_id in directory.units_of(recipient)
    if is_quieted(notice, asked.get(QUIET, set()), answers):  # type: ignore[arg-type]
        return QUIETED
    if key := SubjectKey.read(notice.key):
        return _thing_settled(key, notice, task, directory, asked)
    if notice.group != Group.NEWS:
        settled = _settled(notice, task, directory, asked)
        if settled:
            return settled
    return _not_theirs(notice, task, directory)


def _without_task(notice: Notice, directory: Directory, asked: Standing) -> str:
    if SummaryKey.read(notice.key):
        return "" if asked.get(LAID) else SETTLED
    if accounts := AccountsKey.read(notice.key):
        if notice.recipient not in directory.answering(accounts.unit):
            return NOT_THEIR_UNIT
        return "" if account_gaps([accounts.unit], notice.day) else ACCOUNTS_THERE
    if of_calendar := CalendarKey.read(notice.key):
        return SETTLED if is_decided(of_calendar.year) else ""
    if (elsewhere := more.settled(notice)) is not None:
        return elsewhere
    return _round_settled(notice, directory, asked)


def _thing_settled(key: SubjectKey, notice: Notice, task: Task, directory: Directory, asked: Standing) -> str:
    """Why the reminder of a receipt, a verdict, a part, an explanation or a reply no longer goes out."""
    if THINGS in asked and (key.subject, key.of, key.since) not in asked[THINGS]:
        return SETTLED
    if notice.recipient in directory.owners(task.tracking_unit_id):
        return ""
    unit = task.lead_unit_id
    if key.subject == Subject.PART:
        unit = next((each.unit_id for each in task.coordinations.all() if each.pk == key.of), None)
    elif key.subject == Subject.OBSTACLE:
        unit = Obstacle.objects.filter(pk=key.of).values_list("asked_of_id", flat=True).first()
    if unit is None or notice.recipient not in directory.answering(unit):
        return HANDED_OVER
    return ""


def _round_settled(notice: Notice, directory: Directory, asked: Standing) -> str:
    """Why a reminder of a reporting round no longer goes out; "" for any other notice without a task."""
    key = RoundKey.read(notice.key)
    if key is None or COLLECTED not in asked:
        return ""
    if (key.round, key.unit) not in asked[COLLECTED]:
        return REPORTED
    if key.unit != WHOLE_ROUND and notice.recipient not in directory.answering(key.unit):
        return NOT_THEIR_UNIT
    return ""


def _asked_for(notice: Notice, task: Task, asked: Standing) -> bool | None:
    """Whether what the event of this notice asked for still stands; None when it asked for nothing of the kind."""
    event = notice.event
    if event is None or event.verb not in asked:
        return None
    name = _OWN_ID.get(event.verb)
    return (facts_of(event).get(name, 0) if name else task.pk) in asked[event.verb]


def _settled(notice: Notice, task: Task, directory: Directory, asked: Standing) -> str:
    stands = _asked_for(notice, task, asked)
    if stands is not None and notice.event is not None and notice.event.verb != "ask_extension":
        # An explanation, a proposal, an obstacle may be owed whatever the task itself has come to.
        return "" if stands else SETTLED
    if task.execution == Execution.DONE:
        return DONE
    if task.execution == Execution.DISCONTINUED:
        return STOPPED
    if task.execution == Execution.SUSPENDED:
        return SUSPENDED
    submitted = task.confirmation == Confirmation.SUBMITTED
    match notice.group:
        case Group.WAITING if stands is not None:
            return "" if stands else SETTLED
        case Group.WAITING:
            return "" if submitted else SETTLED
        case Group.RETURNED:
            return "" if task.confirmation == Confirmation.RETURNED else SETTLED
        case Group.DUE | Group.OVERDUE:
            key = ReminderKey.read(notice.key)
            if key is not None and key.deadline not in (task.counted_end, task.internal_end):
                return MOVED
            owner = notice.recipient in directory.owners(task.tracking_unit_id)
            if notice.group == Group.OVERDUE and is_awaited(task, notice.day) and not owner:
                return AWAITED
            return SUBMITTED if submitted else ""
        case _:
            return SUBMITTED if submitted else ""


def _not_theirs(notice: Notice, task: Task, directory: Directory) -> str:
    """The unit was closed, or the person no longer answers for the task, follows it, works along or was asked."""
    person = notice.recipient
    if person in directory.owners(task.tracking_unit_id):
        return ""
    units = [each.unit_id for each in task.coordinations.all()]
    if notice.event is not None:
        facts = facts_of(notice.event)
        units += [unit for unit in (facts.get("from_unit"), asked_unit(notice.event)) if unit]
    if task.lead_unit_id is not None:
        if not directory.is_open(task.lead_unit_id):
            return CLOSED_UNIT
        units.append(task.lead_unit_id)
    if any(person in directory.answering(unit_id) for unit_id in units):
        return ""
    return HANDED_OVER


def repeated(notices: list[Notice]) -> set[int]:
    """Of notices that stand, those another makes needless: one line a task and matter, or a round and unit, the latest.

    A reminder says all that "new" does. Each piece of news stands for itself.
    """
    latest: dict[tuple[int | None, str], int] = {}
    for notice in notices:
        place = notice.task_id, _matter(notice)
        latest[place] = max(notice.pk, latest.get(place, 0))
    needless = set()
    for notice in notices:
        if notice.group == Group.NEWS or (notice.task_id is None and RoundKey.read(notice.key) is None):
            continue
        reminded = notice.group == Group.NEW and (notice.task_id, _DEADLINE) in latest
        if reminded or latest[notice.task_id, _matter(notice)] != notice.pk:
            needless.add(notice.pk)
    return needless


_DEADLINE = "deadline"
# Of these a newer one replaces an older of the same verb, and none replaces another; obstacles and parts stand for
# themselves.
_MATTERS = frozenset(
    {
        "ask_extension",
        "propose_reassignment",
        "request_explanation",
        "explain",
        "raise_obstacle",
        "return_part",
    }
)

_NEWS_OF: dict[str, str] = {Subject.RESULT: str(Group.WAITING), Subject.EXPLANATION: "request_explanation"}


def _matter(notice: Notice) -> str:
    if key := RoundKey.read(notice.key):
        return f"round:{key.round}:{key.unit}"
    if thing := SubjectKey.read(notice.key):
        # The news of the same matter says nothing more.
        return _NEWS_OF.get(thing.subject, f"{thing.subject}:{thing.of}")
    if notice.event is not None and notice.event.verb == "urge":
        return f"event:{notice.event.pk}"
    if notice.group in (Group.DUE, Group.OVERDUE):
        return _DEADLINE
    if notice.event is not None and notice.event.verb in _MATTERS:
        if notice.event.verb == "raise_obstacle":
            return f"{Subject.OBSTACLE}:{facts_of(notice.event).get('obstacle', 0)}"
        return notice.event.verb if notice.event.verb not in _OWN_ID else f"event:{notice.event.pk}"
    return str(notice.group)
