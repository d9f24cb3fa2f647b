"""What a person has to do, as their roles make it: a leader reads, an office follows, a unit answers.

Each function makes one part of the home page as ready strings, in a constant number of queries.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When
from django.urls import reverse

from core.templatetags.ui import BADGES, day, moment
from core.text import count_vi
from core.workdays import WorkCalendar
from notifications.models import Escalation
from plans.models import Plan
from plans.owed import OwedRow, Standing, figures_owed, owed_rows
from plans.round_views import open_rounds
from plans.tables import STANDING_KINDS
from reports.models import Report
from tasks.forms import NO_PLAN
from tasks.models import DeadlineChange, ProgressUpdate, Task
from tasks.status import OPEN_NOW, Confirmation
from tasks.summaries import PARTS, UNSEEN, Partition, plan_totals, unit_rows
from tasks.tables import TaskRow, beside_links, list_url, partition_bar, task_rows, with_related
from tasks.waiting import coordinated_in, own_ranges
from tracker.home_matters import for_word_of, leader_matters, office_matters, unit_matters
from units.calendar import undecided_year
from units.models import User
from units.permissions import Role, covers, within

# Rows a part shows before "Xem tất cả".
MOST_ROWS = 10
MOST_TO_DO = 40

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def today_words(on: date) -> str:
    return f"Hôm nay, {_WEEKDAYS[on.weekday()]} {day(on)}"


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks that want the same act."""

    title: str
    kind: str
    count: int
    rows: list[TaskRow]
    url: str

    @property
    def icon(self) -> str:
        return BADGES[self.kind] or "inbox"


# --- A unit ---------------------------------------------------------------------------------------

# Rank, filter, words and address of what a unit has to do; a task stands under the first that fits.
_TO_DO: tuple[tuple[str, str, str, Callable[[date, WorkCalendar], Q], dict[str, str]], ...] = (
    (
        "returned",
        "returned",
        "Yêu cầu bổ sung: bổ sung rồi trình lại",
        lambda on, calendar: Q(confirmation=Confirmation.RETURNED) & OPEN_NOW,
        {"waiting": "returned"},
    ),
    (
        "overdue",
        "overdue",
        "Quá hạn: trình kết quả, hoặc đề nghị gia hạn",
        PARTS["overdue"].where,
        {"part": "overdue"},
    ),
    ("due", "soon", "Đến hạn, sắp đến hạn", PARTS["due"].where, {"part": "due"}),
    ("unseen", "plain", "Cần tiếp nhận", lambda on, calendar: UNSEEN, {"waiting": "accept"}),
)


def unit_part(user: User, on: date, calendar: WorkCalendar, owed: Sequence[OwedRow]) -> dict[str, Any]:
    """What the units this person answers for have to do, what they wait for, and where they work along."""
    led = Task.objects.given_by(on).filter(within("lead_unit", own_ranges(user))).with_status(on, calendar)
    not_sent = ~Q(confirmation=Confirmation.SUBMITTED)
    filters = {key: where(on, calendar) & not_sent for key, _, _, where, _ in _TO_DO}
    ranks = [When(condition, then=Value(rank)) for rank, condition in enumerate(filters.values())]
    led = led.annotate(rank=Case(*ranks, default=Value(len(ranks)), output_field=IntegerField()))
    counts = led.aggregate(
        **{key: Count("pk", filter=condition) for key, condition in filters.items()},
        **{f"rank_{rank}": Count("pk", filter=Q(rank=rank)) for rank in range(len(ranks))},
        waiting=Count("pk", filter=Q(confirmation=Confirmation.SUBMITTED)),
    )
    soonest = F("counted_end").asc(nulls_last=True)
    found = list(with_related(led).filter(rank__lt=len(ranks)).order_by("rank", soonest, "pk")[:MOST_TO_DO])
    waiting = with_related(led).waiting_for_confirmation().order_by("submitted_on", "pk")[:MOST_ROWS]
    worked_along = coordinated_in(own_ranges(user))
    along = Task.objects.given_by(on).leaves().open().filter(worked_along).with_status(on, calendar)
    groups = []
    for rank, (_, kind, title, _, query) in enumerate(_TO_DO):
        rows = task_rows([task for task in found if task.rank == rank], on, calendar)
        if rows:
            groups.append(Group(title, kind, counts[f"rank_{rank}"], rows, list_url(role="lead", **query)))
    coordinating = along.count()
    figures = _figures_to_report(user, owed)
    counters = [
        _counter("Quá hạn", counts["overdue"], "overdue", part="overdue", role="lead"),
        _counter("Đến hạn, sắp đến hạn", counts["due"], "soon", part="due", role="lead"),
        _counter("Cần tiếp nhận", counts["unseen"], "active", waiting="accept", role="lead"),
        _counter("Yêu cầu bổ sung", counts["returned"], "returned", waiting="returned", role="lead"),
        _counter("Chờ xác nhận", counts["waiting"], "waiting", waiting="confirm", role="lead"),
        _counter("Phối hợp", coordinating, "", part="open", role="coordinating"),
    ]
    return {
        "sentence": _to_do_sentence(counts, len(figures)),
        "matters": unit_matters(user, on, calendar),
        "counters": counters,
        "groups": groups,
        "figures": figures[:MOST_ROWS],
        "figures_count": len(figures),
        "rounds": [each for each in open_rounds(user) if each["owing"]],
        "waiting": task_rows(waiting, on, calendar),
        "waiting_more": counts["waiting"] > MOST_ROWS,
        "waiting_url": list_url(waiting="confirm", role="lead"),
        "along": task_rows(
            with_related(along).order_by(F("effective_end").asc(nulls_last=True), "pk")[:MOST_ROWS],
            on,
            calendar,
        ),
        "along_more": coordinating > MOST_ROWS,
        "along_url": list_url(part="open", role="coordinating"),
    }


def figures_of(user: User, on: date) -> list[OwedRow]:
    """How the figures this person reads stand, those computed by the system aside. At most seven queries."""
    return owed_rows([each for each in figures_owed(user, on) if not each.indicator.is_computed], on)


def _figures_to_report(user: User, owed: Sequence[OwedRow]) -> list[dict[str, Any]]:
    """Figures the own units owe now: of the last closed window, or sent back."""
    return [
        {
            "name": row.owed.indicator.name,
            "unit": row.owed.unit.label,
            "period": row.to_report.label,
            "url": reverse("figure", args=[row.owed.indicator.pk, row.owed.unit.pk]),
            "badge": {"kind": STANDING_KINDS[row.standing], "text": row.standing.label},
        }
        for row in owed
        if row.to_report is not None
        and row.standing in (Standing.RETURNED, Standing.MISSING)
        and covers(own_ranges(user), row.owed.unit)
    ]


def _to_do_sentence(counts: dict[str, int], figures: int) -> str:
    words = [
        (counts["overdue"], "việc quá hạn"),
        (counts["due"], "việc đến hạn, sắp đến hạn"),
        (counts["returned"], "việc phải bổ sung"),
        (counts["unseen"], "việc cần tiếp nhận"),
        (figures, "số liệu cần báo cáo"),
    ]
    named = [f"{count_vi(n)} {what}" for n, what in words if n]
    return f"{', '.join(named)}." if named else "không có việc nào quá hạn, đến hạn hoặc cần tiếp nhận."


def _counter(label: str, value: int, kind: str, **query: str) -> dict[str, Any]:
    """A number that leads to the tasks it counts; at nothing it stays grey."""
    return {"label": label, "value": value, "kind": kind if value else "", "url": list_url(**query)}


# --- The office that follows plans ----------------------------------------------------------------


def owner_part(user: User, on: date, calendar: WorkCalendar, owed: Sequence[OwedRow]) -> dict[str, Any]:
    """What waits for the office, who is late or has not looked, and how its plans stand."""
    ranges = user.ranges(Role.PLAN_OWNER)
    tracked = Task.objects.given_by(on).filter(within("tracking_unit", ranges))
    rows = unit_rows(tracked, on, calendar)
    extensions = DeadlineChange.objects.filter(within("task__tracking_unit", ranges))
    asked = _pending(extensions)
    waiting = with_related(tracked).waiting_for_confirmation().order_by("submitted_on", "pk")[:MOST_ROWS]
    sums = Partition()
    for row in rows:
        sums.add(row.partition)
    figures = sum(row.standing == Standing.WAITING for row in owed)
    figures_url = f"{reverse('figures')}?state={Standing.WAITING}"
    return {
        "sentence": _office_sentence(sums, len(asked), figures),
        "undecided_year": undecided_year(on),
        "matters": office_matters(user, tracked, on, calendar),
        "counters": [
            _counter("Chờ xác nhận", sums.waiting, "waiting", waiting="confirm", role="tracking"),
            _counter("Gia hạn chờ quyết định", len(asked), "returned", waiting="extension", role="tracking"),
            _counter("Quá hạn", sums.overdue_inside, "overdue", part="overdue", role="tracking"),
            _counter("Đến hạn, sắp đến hạn", sums.due_soon, "soon", part="due", role="tracking"),
            _counter("Chưa tiếp nhận", sums.unseen, "active", waiting="accept", role="tracking"),
            _desk_counter(user),
            {
                "label": "Số liệu chờ xác nhận",
                "value": figures,
                "kind": "waiting" * bool(figures),
                "url": figures_url,
            },
        ],
        "waiting": _waiting_rows(waiting, on, calendar),
        "waiting_count": sums.waiting,
        "waiting_more": sums.waiting > MOST_ROWS,
        "waiting_url": list_url(waiting="confirm", role="tracking"),
        "extensions": [_extension(each) for each in asked[:MOST_ROWS]],
        "extensions_count": len(asked),
        "extensions_more": len(asked) > MOST_ROWS,
        "extensions_url": list_url(waiting="extension", role="tracking"),
        "units": [
            {
                "label": row.label,
                "cells": [
                    _cell("Quá hạn", row.partition.overdue_inside, unit=row.unit_id, part="overdue"),
                    _cell("Sắp đến hạn", row.partition.due_soon, unit=row.unit_id, part="due"),
                    _cell("Chưa tiếp nhận", row.partition.unseen, unit=row.unit_id, waiting="accept"),
                    _cell("Chờ xác nhận", row.partition.waiting, unit=row.unit_id, waiting="confirm"),
                ],
            }
            for row in rows
            if not row.outside and _wants_a_word(row.partition)
        ],
        "plans": plan_parts(
            Plan.objects.written_by(user).exclude(state=Plan.State.CLOSED), plan_totals(tracked, on, calendar)
        ),
    }


def _desk_counter(user: User) -> dict[str, Any]:
    """What the ladder laid on the office's desk: nothing of it goes to a leader by itself (office rule 27)."""
    waiting = Escalation.objects.tracked_by(user).waiting().count()
    return {
        "label": "Chờ chuyển cấp",
        "value": waiting,
        "kind": "soon" * bool(waiting),
        "url": reverse("desk"),
    }


def _wants_a_word(found: Partition) -> bool:
    return bool(found.overdue_inside or found.due_soon or found.unseen or found.waiting)


def _cell(label: str, value: int, **query: object) -> dict[str, Any]:
    return {"label": label, "value": value, "url": list_url(role="tracking", **query) if value else ""}


def _office_sentence(found: Partition, asked: int, figures: int) -> str:
    words = [
        (found.waiting, "kết quả chờ xác nhận"),
        (figures, "số liệu chờ xác nhận"),
        (asked, "đề nghị gia hạn chờ quyết định"),
        (found.overdue_inside, "việc quá hạn cần đôn đốc"),
    ]
    named = [f"{count_vi(n)} {what}" for n, what in words if n]
    return (
        f"{', '.join(named)}." if named else "không có việc nào chờ Văn phòng xử lý, không có việc quá hạn."
    )


def _pending(changes: Any) -> list[DeadlineChange]:
    related = ("task__lead_unit", "task__plan__document", "asked_by")
    return list(
        changes.filter(decision=DeadlineChange.Decision.PENDING)
        .select_related(*related)
        .order_by("asked_at", "pk")
    )


def _waiting_rows(tasks: Iterable[Task], on: date, calendar: WorkCalendar) -> list[dict[str, Any]]:
    """Results that wait, the longest first, with what was sent."""
    found = list(tasks)
    sent = {
        update.task_id: update
        for update in ProgressUpdate.objects.filter(task__in=found, is_submission=True)
        .select_related("by")
        .order_by("pk")
    }
    rows = []
    for task in found:
        assert task.submitted_on is not None
        update = sent.get(task.pk)
        rows.append(
            {
                "title": task.title,
                "url": reverse("task", args=[task.pk]),
                "place": f"{task.code} · {task.plan.label if task.plan else 'Nhiệm vụ phát sinh'}",
                "lead": task.lead_label,
                "sent": f"{day(task.submitted_on)}{f', {update.by.full_name}' if update else ''}",
                "waited": count_vi(calendar.workdays_between(task.submitted_on, on)),
                "due": day(task.effective_end),
            }
        )
    return rows


def _extension(change: DeadlineChange) -> dict[str, Any]:
    task = change.task
    return {
        "title": task.title,
        "url": f"{reverse('task', args=[task.pk])}#quyet-dinh-gia-han",
        "lead": task.lead_label,
        "change": f"{day(change.old_end)} → {day(change.proposed_end)}",
        "reason": change.reason,
        "late": change.late,
        "asked": moment(change.asked_at),
    }


# --- Plans and leadership -------------------------------------------------------------------------


def plan_parts(plans: Any, totals: Mapping[int | None, Partition]) -> list[dict[str, Any]]:
    """Each plan with its printed sentence and bar; one query."""
    parts = [
        _plan_part(plan, totals.get(plan.pk, Partition()))
        for plan in plans.select_related("document", "tracking_unit").order_by("-starts_on", "-pk")
    ]
    if beside := totals.get(None):
        parts.append(_without_plan(beside))
    return parts


def _without_plan(found: Partition) -> dict[str, Any]:
    """Tasks from conclusions, letters and spoken orders stand in the same list (office rule 5)."""
    query = {"plan": NO_PLAN, "count": "orders"}
    return {
        "title": "Nhiệm vụ phát sinh",
        "label": "Theo thông báo kết luận, công văn, bút phê, không thuộc kế hoạch nào",
        "url": list_url(part="all", **query),
        "has_tabs": False,
        "sentence": found.words(),
        "bar": partition_bar(found, **query) if found.total else [],
        "beside": beside_links(found, **query),
    }


def _plan_part(plan: Plan, found: Partition) -> dict[str, Any]:
    query = {"plan": plan.pk, "count": "orders"}
    return {
        "has_tabs": True,
        "title": plan.title,
        "label": plan.label,
        "url": reverse("plan", args=[plan.pk]),
        "is_draft": plan.state == Plan.State.DRAFT,
        "sentence": found.words(),
        "is_empty": found.everything == 0,
        "bar": partition_bar(found, **query) if found.total else [],
        "beside": beside_links(found, **query),
        "outside": found.overdue_outside,
    }


def leader_part(user: User, on: date, calendar: WorkCalendar) -> dict[str, Any]:
    """One calm page: how everything stands and who is late, what needs this leader's word, each plan, the newest
    report."""
    ranges = user.ranges(Role.LEADER, Role.AUDITOR)
    plans = Plan.objects.visible_to(user).filter(within("tracking_unit", ranges), state=Plan.State.ACTIVE)
    tasks = Task.objects.filter(within("tracking_unit", ranges))
    running = tasks.filter(Q(plan=None) | Q(plan__state=Plan.State.ACTIVE))
    totals = plan_totals(running, on, calendar)
    everything = Partition()
    for each in totals.values():
        everything.add(each)
    reports = list(
        Report.objects.visible_to(user).exclude(state=Report.State.DRAFT).order_by("-pk")[:MOST_ROWS]
    )
    is_leader = user.has_role(Role.LEADER)
    asked = DeadlineChange.objects.filter(for_word_of(user))
    return {
        "sentence": everything.words() if everything.total else "",
        "late_units": [
            {
                "label": row.label,
                "late": count_vi(row.partition.overdue_inside),
                "url": list_url(unit=row.unit_id, part="overdue", count="units"),
            }
            for row in unit_rows(running.without_occurrences(), on, calendar)
            if not row.outside and row.partition.overdue_inside
        ],
        "plans": plan_parts(plans, totals),
        "is_leader": is_leader,
        "extensions": [_extension(each) for each in _pending(asked)] if is_leader else [],
        "matters": leader_matters(user, calendar) if is_leader else [],
        "laid": Escalation.objects.laid_before(user).count() if is_leader else 0,
        "to_sign": [each for each in reports if each.state == Report.State.SUBMITTED] if is_leader else [],
        "newest": next((each for each in reports if each.state == Report.State.ISSUED), None),
    }
