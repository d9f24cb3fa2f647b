"""Duties that come back: their rhythm, the breaches of a rule, how often a standing order wants a word."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

from core.clock import today
from core.deadlines import DeadlineKind
from core.text import date_vi
from core.workdays import WorkCalendar
from tasks import ledger, orders
from tasks.actions.common import Act, begin
from tasks.actions.occurring import open_of
from tasks.checkins import CheckIn
from tasks.drafting import calendar_of, rhythms_named
from tasks.ledger import DIRECT, Decision
from tasks.models import Breach, Duty, Task
from tasks.querysets import OPEN
from tasks.recurrence import (
    AHEAD_DAYS,
    BY_WEEKDAY,
    MONTHS,
    DueRule,
    Every,
    Rhythm,
    covered_days,
    describe,
)
from tasks.status import Confirmation, Execution
from units.actions import RuleBroken
from units.models import User

# The columns of a duty that say how it comes back; they never change after it was set.
RULE_COLUMNS = ("rhythm", "due_rule", "due_day", "due_month", "weekdays", "shift", "starts_on", "ends_on")
LONGEST_AHEAD = 90


def begin_rhythms(task: Task, by: User) -> None:
    """Sets the rhythms the words of a recurring order name, from the day it is given; none where they cannot be read.

    A unit that joins an order to many takes over the rhythms the others have. Orders that only ask are followed by
    check-ins: nobody owes them an answer each period.
    """
    if task.deadline_kind != DeadlineKind.RECURRING or not task.is_binding or task.lead_unit_id is None:
        return
    starts = task.starts_on or task.assigned_on
    assert starts is not None
    siblings = Duty.objects.filter(task__parent=task.parent_id) if task.parent_id else Duty.objects.none()
    if siblings:
        first = min(each.task_id for each in siblings)
        found = [
            (replace(each.as_rhythm, starts_on=starts), each.title, each.ahead_days)
            for each in siblings
            if each.task_id == first and each.ended_at is None
        ]
    else:
        ends = task.nominal_end or (task.plan.ends_on if task.plan else None)
        found = [
            (replace(each, starts_on=starts, ends_on=ends), "", AHEAD_DAYS[each.every])
            for each in rhythms_named(task)
        ]
        found = _numbered(task, found)
    for rhythm, title, ahead in found:
        if rhythm.ends_on is not None and rhythm.ends_on < starts:
            continue
        duty = _create(task, rhythm, title=title, ahead_days=ahead, by=by)
        ledger.write(
            task,
            "set_rhythm",
            by=User.objects.system(),
            grant=None,
            facts={"duty": duty.pk, "row": _row(duty), "read_from": task.phrase},
        )
        open_of(duty, today())


def _numbered(task: Task, found: list[tuple[Rhythm, str, int]]) -> list[tuple[Rhythm, str, int]]:
    """Two rhythms of one sort ("trước ngày 01/6 và 15/11 hằng năm") are told apart by their number."""
    sorts = [rhythm.every for rhythm, _, _ in found]
    if len(set(sorts)) == len(sorts):
        return found
    return [
        (rhythm, f"{task.title[:290]} (lần {number})", ahead)
        for number, (rhythm, _, ahead) in enumerate(found, start=1)
    ]


@transaction.atomic
def set_rhythm(
    task: Task,
    *,
    by: User,
    rhythm: Rhythm,
    title: str = "",
    ahead_days: int | None = None,
    decision: Decision = DIRECT,
) -> list[Duty]:
    """Adds a rhythm to a standing order; of an order to many, to each of its units. Returns the duties.

    Occurrences due from today on appear as tasks; what the rhythm would have asked for earlier does not, as nobody
    could have known. A rule may begin before its order was written.
    """
    act = begin(task, "set_rhythm", by=by, decision=decision)
    if not act.task.is_binding:
        raise RuleBroken(
            "Nội dung đề nghị, khuyến khích, phấn đấu chỉ theo dõi bằng cập nhật định kỳ, không đặt nhịp."
        )
    ahead = AHEAD_DAYS[rhythm.every] if ahead_days is None else ahead_days
    _check(rhythm, ahead)
    if act.task.lead_unit_id is None:
        act.write(rhythm=describe(rhythm), title=title)
        return [
            duty
            for member in _open_members(act.task)
            for duty in set_rhythm(
                member, by=by, rhythm=rhythm, title=title, ahead_days=ahead_days, decision=act.along
            )
        ]
    if any(_same(duty, rhythm) and duty.title == title for duty in act.matters.duties):
        raise RuleBroken("Nhiệm vụ đã có nhịp định kỳ này.")
    duty = _create(act.task, rhythm, title=title, ahead_days=ahead, by=by)
    act.write(duty=duty.pk, row=_row(duty))
    open_of(duty, today())
    return [duty]


def _open_members(order: Task) -> list[Task]:
    return list(order.children.filter(execution__in=OPEN).order_by("pk"))


def _create(task: Task, rhythm: Rhythm, *, title: str, ahead_days: int, by: User) -> Duty:
    return Duty.objects.create(
        task=task, title=title, ahead_days=ahead_days, created_by=by, **_columns(rhythm)
    )


def _columns(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "rhythm": rhythm.every,
        "due_rule": rhythm.due_rule,
        "due_day": rhythm.due_day,
        "due_month": rhythm.due_month,
        "weekdays": "".join(str(day) for day in rhythm.weekdays),
        "shift": rhythm.shift,
        "starts_on": rhythm.starts_on,
        "ends_on": rhythm.ends_on,
    }


def _row(duty: Duty) -> dict[str, Any]:
    return ledger.row_of(duty, *RULE_COLUMNS, "title", "ahead_days")


def _same(duty: Duty, rhythm: Rhythm) -> bool:
    """Whether the duty comes back by this rhythm, whenever it began."""
    return replace(duty.as_rhythm, starts_on=rhythm.starts_on) == rhythm


def _check(rhythm: Rhythm, ahead_days: int) -> None:
    """What the form cannot check field by field."""
    if rhythm.ends_on is not None and rhythm.ends_on < rhythm.starts_on:
        raise RuleBroken({"ends_on": "Ngày kết thúc không được trước ngày bắt đầu."})
    if not 0 <= ahead_days <= LONGEST_AHEAD:
        raise RuleBroken({"ahead_days": f"Số ngày hiện trước phải từ 0 đến {LONGEST_AHEAD}."})
    if rhythm.every in BY_WEEKDAY:
        if not rhythm.weekdays or not set(rhythm.weekdays) <= set(range(1, 8)):
            raise RuleBroken({"weekdays": "Hãy chọn ít nhất một ngày trong tuần."})
        return
    if rhythm.due_rule == DueRule.DAY and rhythm.due_day is None:
        raise RuleBroken({"due_day": "Hãy ghi ngày hạn trong kỳ."})
    if rhythm.every == Every.WEEK:
        _check_week(rhythm)
        return
    months = MONTHS[rhythm.every]
    if rhythm.due_day is not None and not 1 <= rhythm.due_day <= 31:
        raise RuleBroken({"due_day": "Ngày hạn phải từ 1 đến 31."})
    if rhythm.due_month is not None and not 1 <= rhythm.due_month <= months + 1:
        raise RuleBroken(
            {"due_month": f"Tháng trong kỳ phải từ 1 đến {months}, hoặc {months + 1} là tháng sau kỳ."}
        )
    early = rhythm.due_day is not None and rhythm.due_day <= CUTOFF_DAY and rhythm.due_month != months + 1
    inside = rhythm.due_month is not None and rhythm.due_month < months
    if rhythm.due_rule == DueRule.WINDOW and rhythm.due_day is not None and (early or inside):
        raise RuleBroken({"due_day": "Hạn gửi báo cáo phải sau ngày chốt số liệu, là ngày 14 tháng cuối kỳ."})


# The last day of every reporting window but the week's (Decree 09/2019, article 12).
CUTOFF_DAY = 14


def _check_week(rhythm: Rhythm) -> None:
    if rhythm.due_rule == DueRule.WINDOW:
        raise RuleBroken(
            {"due_rule": "Nghị định 09/2019/NĐ-CP không quy định kỳ báo cáo tuần; hãy chọn ngày trong tuần."}
        )
    if rhythm.due_day is not None and not 1 <= rhythm.due_day <= 7:
        raise RuleBroken({"due_day": "Hãy chọn ngày trong tuần."})


# --- ending ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def end_rhythm(task: Task, *, by: User, duty: Duty, reason: str, decision: Decision = DIRECT) -> None:
    """Ends a rhythm today; of an order to many, with every unit that has the same one.

    What appeared ahead for later days is no longer asked for. What was due stays what it is: a missed one stays missed.
    """
    act = begin(task, "end_rhythm", by=by, decision=decision, reason=reason)
    if duty not in act.matters.duties:
        raise RuleBroken({"duty": "Nhịp này đã dừng, hoặc không thuộc nhiệm vụ này."})
    if act.task.lead_unit_id is None:
        same = [
            each
            for each in act.matters.duties
            if _same(each, replace(duty.as_rhythm, starts_on=each.starts_on))
        ]
        act.write(rhythm=describe(duty.as_rhythm), reason=reason)
        for each in same:
            end_rhythm(each.task, by=by, duty=each, reason=reason, decision=act.along)
        return
    ahead = _ahead([duty])
    act.write(duty=duty.pk, reason=reason, stopped=[each.pk for each in ahead])
    _end(act, [duty], ahead, reason)


def end_all(act: Act, reason: str) -> None:
    """Ends every rhythm of an order that is discontinued."""
    duties = list(act.task.duties.in_force())
    if duties:
        _end(act, duties, _ahead(duties), reason)


def _ahead(duties: list[Duty]) -> list[Task]:
    """What the duties have asked for ahead and nobody has sent, each under its row lock."""
    ahead = Task.objects.filter(duty__in=duties, execution__in=OPEN, counted_end__gt=today())
    return [orders.lock(each) for each in ahead.exclude(confirmation=Confirmation.SUBMITTED).order_by("pk")]


def _end(act: Act, duties: list[Duty], ahead: list[Task], reason: str) -> None:
    """Ends the duties and what they had asked for ahead."""
    for duty in duties:
        duty.ended_at = ledger.now()
        duty.save(update_fields=["ended_at"])
    for occurrence in ahead:
        occurrence.execution = Execution.DISCONTINUED
        occurrence.confirmation = Confirmation.NONE
        occurrence.save(update_fields=["execution", "confirmation"])
        facts = {"reason": reason, "order": act.task.pk}
        ledger.write(occurrence, "discontinue", by=act.by, grant=act.grant, decision=act.along, facts=facts)


# --- rules kept by the day ------------------------------------------------------------------------------------------


@transaction.atomic
def log_breach(
    task: Task,
    *,
    by: User,
    duty: Duty,
    on: date,
    text: str,
    count: int = 1,
    decision: Decision = DIRECT,
) -> Breach:
    """Writes down that a rule was not kept on a day it covers; several a day are several rows, or a `count`."""
    act = begin(task, "log_breach", by=by, decision=decision, text=text)
    if duty not in act.matters.duties or not duty.is_rule:
        raise RuleBroken({"duty": "Quy định này đã dừng, hoặc không thuộc nhiệm vụ này."})
    if count < 1:
        raise RuleBroken({"count": "Số trường hợp phải từ 1 trở lên."})
    _check_covered(duty.as_rhythm, on, calendar_of(act.task))
    assert act.task.lead_unit is not None  # the rule of the verb: only what one unit answers for
    breach = Breach.objects.create(
        task=act.task,
        duty=duty,
        unit=act.task.lead_unit,
        on=on,
        count=count,
        text=text,
        by=by,
        recorded_for_unit=act.for_unit,
    )
    act.write(breach=breach.pk, row=ledger.row_of(breach, "duty_id", "on", "count", "text"))
    return breach


def _check_covered(rhythm: Rhythm, on: date, calendar: WorkCalendar) -> None:
    if on > today():
        raise RuleBroken({"on": "Ngày không được sau hôm nay."})
    if on < rhythm.starts_on or on > rhythm.last_day:
        raise RuleBroken({"on": f"Quy định chưa hoặc không còn hiệu lực vào ngày {date_vi(on)}."})
    if not covered_days(rhythm, calendar, on, on):
        words = describe(rhythm)
        raise RuleBroken({"on": f"Ngày {date_vi(on)} không thuộc phạm vi quy định ({words.lower()})."})


# --- check-ins ------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_check_in(task: Task, *, by: User, check_in: CheckIn, decision: Decision = DIRECT) -> Task:
    """How often the order wants to hear from its unit; of an order to many, from each of them. Never a deadline."""
    act = begin(task, "set_check_in", by=by, decision=decision)
    was, act.task.check_in = act.task.check_in, check_in
    act.save("check_in")
    act.write(check_in=check_in, was=was)
    if act.task.lead_unit_id is None:
        for member in _open_members(act.task):
            set_check_in(member, by=by, check_in=check_in, decision=act.along)
    return act.task
