"""Dates of a given task that are mended, not extended: the day of receipt, a deadline that was read wrongly."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from core.clock import today
from core.deadlines import Deadline, DeadlineError, DeadlineKind, parse
from core.text import clean_line
from core.workdays import WorkCalendar
from plans.models import Document
from tasks import orders
from tasks.actions.common import Act, begin, may
from tasks.actions.lapsing import lapse
from tasks.drafting import calendar_of, count_from_event, set_deadline, understand
from tasks.ledger import DIRECT, Decision
from tasks.matters import Matters
from tasks.models import Event, Task
from tasks.rules import Matter
from units.actions import RuleBroken
from units.models import User


@transaction.atomic
def receive(task: Task, *, by: User, on: date, decision: Decision = DIRECT) -> Task:
    """Records the unit's own day of receipt; "trong vòng N ngày kể từ ngày nhận" counts from it (office rule 11), until
    a decision has given another day."""
    act = begin(task, "receive", by=by, decision=decision)
    task = act.task
    if on > today():
        raise RuleBroken({"on": "Ngày nhận không được sau hôm nay."})
    old = task.nominal_end
    task.received_on = on
    if task.counts_from == Task.CountsFrom.RECEIVED and not task.was_extended:
        calendar = calendar_of(task)
        credited = _credited(task, calendar)
        count_from_event(task, calendar)
        _credit(task, credited, calendar)
    task.save()
    act.write(received_on=on, old_end=old, new_end=task.nominal_end)
    orders.refresh(task, by)
    return task


@transaction.atomic
def correct_deadline(
    task: Task,
    *,
    by: User,
    phrase: str,
    due: date | None = None,
    reason: str,
    decision: Decision = DIRECT,
) -> Task:
    """Mends a deadline that was entered or read wrongly: the first deadline changes with it, as it never was another.

    Of an order to many it reaches every open part whose deadline is still the order's; a part with one of its own is
    mended alone. Not a way to give more time: after an extension it is refused, and the ledger keeps what stood before.
    """
    act = begin(task, "correct_deadline", by=by, decision=decision, reason=reason)
    parts = [part for part in act.task.children.order_by("pk") if part.is_open]
    reached = [part for part in parts if part.keeps_orders_deadline]
    words = {"reached": len(reached), "own": len(parts) - len(reached)} if parts else {}
    _correct(act, lambda task: _read_anew(task, phrase, due), reason=reason, **words)
    for part in reached:
        try:
            correct_deadline(part, by=by, phrase=phrase, due=due, reason=reason, decision=act.along)
        except RuleBroken as error:
            raise RuleBroken({"phrase": f"{part.lead_label}: {error.messages[0]}"}) from error
    return act.task


@dataclass(frozen=True, slots=True)
class Recounted:
    """What a document's new date does to one task: its last day before and now, or why that stays (`kept`)."""

    task: Task
    old: date | None
    new: date | None
    kept: str = ""


@transaction.atomic
def recount_deadlines(document: Document, *, by: User, reason: str) -> list[Recounted]:
    """Counts anew what counts from the signing or the effect of a document whose date was filled in or mended: a
    correction with a line on every open task it moves. Orders to many come first, their parts follow them.

    A deadline moved by a decision stays, and so does one whose office has to mend it itself.
    """
    found = Task.objects.open().filter(
        Q(source_document=document) | Q(source_document=None, plan__document=document),
        assigned_on__isnull=False,
        within_amount__isnull=False,
        counts_from__in=(Task.CountsFrom.SIGNED, Task.CountsFrom.EFFECTIVE),
    )
    decision = Decision(basis=document.citation[:200])
    lines: dict[int | None, Event] = {}
    outcome: list[Recounted] = []
    for each in found.order_by(F("parent").asc(nulls_first=True), "pk"):
        task = orders.lock(each)
        old, new = task.nominal_end, _counted(task)
        if new is None or new == old:
            continue
        matters = Matters(task)
        grant = may(by, "correct_deadline", task, matters)
        kept = "đã được gia hạn, giữ hạn theo quyết định" if task.was_extended else ""
        if grant is None:
            kept = f"{task.tracking_unit.label} theo dõi, phải tự đính chính"
        if kept or grant is None:
            outcome.append(Recounted(task, old, new, kept))
            continue
        order = lines.get(task.parent_id)
        carried = decision.along(order) if order is not None else decision
        act = Act(task, "correct_deadline", by, grant, carried, matters)
        _correct(act, lambda task: None, reason=reason)
        assert act.line is not None
        lines[task.pk] = act.line
        outcome.append(Recounted(task, old, task.nominal_end))
    return outcome


def _counted(task: Task) -> date | None:
    """The last day as counted now; None while the day it starts from is not known."""
    counted = copy(task)
    return counted.nominal_end if count_from_event(counted, calendar_of(task)) else None


def _read_anew(task: Task, phrase: str, due: date | None) -> None:
    for name, value in read_phrase(task, phrase, due).items():
        if name != "completed_on":
            setattr(task, name, value)


def _correct(act: Act, read: Callable[[Task], None], *, reason: str, **words: Any) -> None:
    """Reads the deadline anew and works out its days; what was credited to the unit stays credited."""
    task = act.task
    calendar = calendar_of(task)
    before = {"phrase": task.phrase, "old_end": task.nominal_end}
    credited = _credited(task, calendar)
    read(task)
    set_deadline(task, calendar)
    count_from_event(task, calendar)
    _credit(task, credited, calendar)
    _check_dates(task)
    task.save()
    settled = lapse(act, Matter.EXTENSION) if _needs_no_extension(act) else {}
    act.write(**before, new_phrase=task.phrase, new_end=task.nominal_end, reason=reason, **words, **settled)
    orders.refresh(task, act.by)


def _needs_no_extension(act: Act) -> bool:
    """Whether the deadline now allows what the unit has asked for."""
    asked, end = act.matters.extension, act.task.nominal_end
    return asked is not None and not asked.internal and (end is None or asked.proposed_end <= end)


def _credited(task: Task, calendar: WorkCalendar) -> int:
    """Working days a returned result had waited for its reviewer: they are the unit's, whatever the deadline."""
    if task.effective_end is None or task.counted_end is None:
        return 0
    return calendar.workdays_between(task.effective_end, task.counted_end)


def _credit(task: Task, credited: int, calendar: WorkCalendar) -> None:
    if task.effective_end is not None and credited:
        task.counted_end = calendar.add_workdays(task.effective_end, credited)


def _check_dates(task: Task) -> None:
    if (
        task.internal_end is not None
        and task.nominal_end is not None
        and task.internal_end > task.nominal_end
    ):
        raise RuleBroken({"phrase": "Thời hạn mới đứng trước hạn nội bộ."})


# What a person may say a phrase means where the system reads it otherwise.
BY_HAND = (DeadlineKind.DATE, DeadlineKind.STANDING, DeadlineKind.NONE)


def read_phrase(task: Task, phrase: str, due: date | None, kind: str = "") -> dict[str, Any]:
    """The columns `phrase` means for this task, read as its plan reads; RuleBroken with why it cannot be read.

    A person may correct the reading, the phrase is kept as written: `due` is the last day a phrase means that names
    none, or cannot be read; `kind` (one of `BY_HAND`) stands over the kind that was read.
    """
    year = task.plan.starts_on.year if task.plan else today().year
    includes_day = task.plan.includes_day if task.plan else False
    calendar = calendar_of(task)
    if kind:
        return understand(_by_hand(phrase, due, DeadlineKind(kind)), due, calendar)
    try:
        deadline = parse(phrase, year=year, includes_day=includes_day)
    except DeadlineError as error:
        if due is None:
            raise RuleBroken({"phrase": str(error)}) from error
        deadline = _by_hand(phrase, due, DeadlineKind.DATE)
    if due is not None and deadline.kind == DeadlineKind.NONE:
        deadline = _by_hand(phrase, due, DeadlineKind.DATE)
    return understand(deadline, due, calendar)


def _by_hand(phrase: str, due: date | None, kind: DeadlineKind) -> Deadline:
    if (kind == DeadlineKind.DATE) != (due is not None):
        wanted = "Hãy ghi ngày hạn cụ thể." if due is None else "Loại thời hạn này không có ngày hạn cụ thể."
        raise RuleBroken({"due": wanted})
    return Deadline(clean_line(phrase), kind)
