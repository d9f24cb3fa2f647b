"""What stands open between units, office and leaders, as parts of a home page: proposals, explanations, obstacles,
papers owed, work left behind, units that joined late.

Each list shows its first rows and leads to the tasks it counts; two people's numbers come from the same conditions
(`tasks.waiting`). One query a list, and one for all numbers. Figures two sources disagree on stand last.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.timezone import localtime

from core.templatetags.ui import day
from core.text import count_vi
from core.workdays import WorkCalendar
from plans.source_words import exchange_row
from plans.sources import Standing as Exchange
from plans.sources import open_exchanges, standing_of
from tasks.matters import papers_owed
from tasks.models import Event, Task
from tasks.rules import past_tense
from tasks.tables import list_url, with_related
from tasks.task_matters import waited_long
from tasks.waiting import (
    WAITING,
    explanations_owed,
    explanations_to_judge,
    obstacles_put_to,
    open_obstacles,
    parts_owed_by,
    pending_reassignments,
    views_owed_by,
)
from units.models import User
from units.permissions import Role, within

MOST_ROWS = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One matter: the task, whose it is, what it says, since or until when, and a word where it needs one."""

    title: str
    url: str
    place: str
    unit: str
    text: str
    when: str
    badge: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A list of a home page; `count` is the number of tasks `url` leads to, of which one may have several rows."""

    key: str
    title: str
    icon: str
    when: str
    count: int
    rows: list[Row]
    url: str

    @property
    def more(self) -> bool:
        return len(self.rows) >= MOST_ROWS


# --- The office ------------------------------------------------------------------------------------------

# In the order in which an office should look at them: filter, title, icon, heading of the date.
_OFFICE = (
    ("reassignment", "Đề nghị giao lại chờ lãnh đạo quyết định", "swap", "Đề nghị"),
    ("orphan", "Việc cần giao lại: đơn vị chủ trì đã chấm dứt hoạt động", "unit", "Hạn áp dụng"),
    ("joiner", "Đơn vị mới vào nhóm, chưa được giao", "plus", "Hạn áp dụng"),
    ("verdict", "Giải trình chờ kết luận", "comment", "Giải trình"),
    ("explanation_late", "Quá hạn giải trình", "help", "Thời hạn giải trình"),
    ("obstacle", "Vướng mắc chờ trả lời", "warning", "Trả lời chậm nhất"),
    ("paper", "Quyết định chưa có văn bản", "paper", "Ghi nhận"),
)


def office_matters(user: User, tracked: Any, on: date, calendar: WorkCalendar) -> list[Matter]:
    """Lists that hold something, for the office that follows `tracked`."""
    ranges = within("task__tracking_unit", user.ranges(Role.PLAN_OWNER))
    counts = _counted(tracked, user, on, [key for key, *_ in _OFFICE])
    rows: dict[str, Callable[[], list[Row]]] = {
        "reassignment": lambda: [
            _proposal(each, calendar) for each in _first(pending_reassignments().filter(ranges), "asked_at")
        ],
        "orphan": lambda: _tasks(tracked.filter(WAITING["orphan"].where(user, on)), on),
        "joiner": lambda: _tasks(tracked.filter(WAITING["joiner"].where(user, on)), on),
        "verdict": lambda: [
            _answer(each) for each in _first(explanations_to_judge().filter(ranges), "answered_at")
        ],
        "explanation_late": lambda: [
            _demand(each, on) for each in _first(explanations_owed().filter(ranges, due_on__lt=on), "due_on")
        ],
        "obstacle": lambda: [
            _obstacle(each, on) for each in _first(open_obstacles().filter(ranges), "due_on", "asked_of")
        ],
        "paper": lambda: [
            _paper(each) for each in _first(papers_owed(Event.objects.filter(ranges)), "happened_at")
        ],
    }
    return [
        Matter(key, title, icon, when, counts[key], rows[key](), list_url(waiting=key, role="tracking"))
        for key, title, icon, when in _OFFICE
        if counts[key]
    ] + _exchanges(
        user,
        "Số liệu chờ kết luận đối chiếu",
        (Exchange.DISPUTED, Exchange.DIFFERS, Exchange.OVERDUE),
    )


def _counted(tasks: Any, user: User, on: date, keys: Iterable[str]) -> dict[str, int]:
    """Tasks under each filter, exactly as the list shows them. One query."""
    leaf = Q(lead_unit__isnull=False)
    filters = {}
    for key in keys:
        where = Q(WAITING[key].where(user, on))
        filters[key] = where if WAITING[key].with_orders else where & leaf
    return tasks.aggregate(**{key: Count("pk", filter=where) for key, where in filters.items()})


# --- A unit ----------------------------------------------------------------------------------------------

_UNIT = (
    ("explanation", "Giải trình phải gửi", "help", "Thời hạn giải trình"),
    ("reply", "Vướng mắc phải trả lời", "warning", "Trả lời chậm nhất"),
    ("part", "Phần phối hợp phải gửi", "send", "Thời hạn riêng"),
    ("view", "Cho ý kiến về đề nghị giao lại", "swap", "Đề nghị"),
)


def unit_matters(user: User, on: date, calendar: WorkCalendar) -> list[Matter]:
    """What others ask of the units this person answers for; the lists that hold something."""
    own = user.ranges(Role.UNIT_HEAD, Role.UNIT_CLERK)
    tasks = Task.objects.given_by(on)
    led = Q(WAITING["explanation"].where(user, on)) & within("lead_unit", own)
    counts = tasks.aggregate(
        explanation=Count("pk", filter=led),
        **{key: Count("pk", filter=Q(WAITING[key].where(user, on))) for key in ("reply", "part", "view")},
    )
    rows: dict[str, Callable[[], list[Row]]] = {
        "explanation": lambda: [
            _demand(each, on)
            for each in _first(explanations_owed().filter(within("task__lead_unit", own)), "due_on")
        ],
        "reply": lambda: [
            _obstacle(each, on) for each in _first(obstacles_put_to(user), "due_on", "asked_of")
        ],
        "part": lambda: [_part(each, on) for each in _first(parts_owed_by(user), "effective_end", "unit")],
        "view": lambda: [_proposal(each, calendar) for each in _first(views_owed_by(user), "asked_at")],
    }
    role = {"explanation": "lead"}
    return [
        Matter(
            key, title, icon, when, counts[key], rows[key](), list_url(waiting=key, role=role.get(key, ""))
        )
        for key, title, icon, when in _UNIT
        if counts[key]
    ] + _exchanges(
        user,
        "Số liệu từ hệ thống khác chờ xác nhận",
        (Exchange.DIFFERS, Exchange.OVERDUE, Exchange.WAITING),
    )


def _exchanges(user: User, title: str, wanted: Sequence[Exchange]) -> list[Matter]:
    """Figures of other systems that want this person's word, the oldest day to answer by first. One query."""
    found = [each for each in open_exchanges(user) if standing_of(each) in wanted]
    rows = []
    for each in found[:MOST_ROWS]:
        words = exchange_row(each)
        rows.append(
            Row(
                title=each.indicator.name,
                url=words["url"],
                place=words["period"],
                unit=each.unit.label,
                text=f"{words['system']}: {words['theirs']}; đang ghi nhận: {words['ours']}",
                when=day(each.answer_by),
                badge=words["state"],
            )
        )
    url = reverse("source_figures")
    return (
        [Matter("source", title, "list-check", "Trả lời trước hết ngày", len(found), rows, url)]
        if rows
        else []
    )


# --- A leader --------------------------------------------------------------------------------------------


def for_word_of(user: User) -> Q:
    """Matters of tasks on which this leader decides: named for the task or plan, or nobody is named and the leader
    stands above the office that follows it (`units.permissions.capacity`)."""
    ranges = user.ranges(Role.LEADER)
    named = Q(task__leader_in_charge=user) | Q(task__plan__leader_in_charge=user)
    nobody = Q(task__leader_in_charge=None) & (Q(task__plan=None) | Q(task__plan__leader_in_charge=None))
    reached = within("task__lead_unit", ranges) | within("task__tracking_unit", ranges)
    return (named & reached) | (nobody & within("task__tracking_unit", ranges))


def leader_matters(user: User, calendar: WorkCalendar) -> list[Matter]:
    """Proposals and explanations laid before this leader, "đang trình" and never late (office rule 27). Two queries."""
    mine = for_word_of(user)
    proposals = _first(pending_reassignments().filter(mine), "asked_at", most=None)
    answers = _first(explanations_to_judge().filter(mine), "answered_at", most=None)
    lists = (
        (
            "reassignment",
            "Đề nghị giao lại",
            "swap",
            "Đề nghị",
            [_laid(_proposal(e, calendar)) for e in proposals],
        ),
        ("verdict", "Giải trình chờ kết luận", "comment", "Giải trình", [_laid(_answer(e)) for e in answers]),
    )
    return [
        Matter(key, title, icon, when, len(rows), rows, list_url(waiting=key))
        for key, title, icon, when, rows in lists
        if rows
    ]


def _laid(row: Row) -> Row:
    badge = {"kind": "waiting", "text": "Đang trình"}
    return Row(row.title, row.url, row.place, row.unit, row.text, row.when, badge)


# --- Rows ------------------------------------------------------------------------------------------------


def _first(rows: Any, by: str, *also: str, most: int | None = MOST_ROWS) -> list[Any]:
    """The oldest rows of a list with what a line prints of their task."""
    related = ("task__lead_unit", "task__lead_group", "task__plan__document", *also)
    return list(rows.select_related(*related).order_by(F(by).asc(nulls_last=True), "pk")[:most])


def _line(task: Task, anchor: str, text: str, when: str, badge: dict[str, str] | None = None) -> Row:
    return Row(
        title=task.title,
        url=f"{reverse('task', args=[task.pk])}{anchor}",
        place=f"{task.code} · {task.plan.label if task.plan else 'Nhiệm vụ phát sinh'}",
        unit=task.lead_label,
        text=text,
        when=when,
        badge=badge,
    )


def _tasks(tasks: Any, on: date) -> list[Row]:
    found = with_related(tasks).order_by(F("effective_end").asc(nulls_last=True), "pk")[:MOST_ROWS]
    return [_line(task, "", task.product, day(task.effective_end)) for task in found]


def _proposal(each: Any, calendar: WorkCalendar) -> Row:
    """Older than silence may last (office rule 3) it is marked."""
    waited = waited_long(each, calendar)
    badge = {"kind": "soon", "text": f"Đã chờ {count_vi(waited)} ngày làm việc"} if waited else None
    return _line(each.task, "#de-nghi", each.reason, day(localtime(each.asked_at)), badge)


def _answer(each: Any) -> Row:
    text = f"{each.get_cause_display()}: {each.answer}"
    return _line(each.task, "#yeu-cau-giai-trinh-dang-cho", text, day(localtime(each.answered_at)))


def _demand(each: Any, on: date) -> Row:
    badge = {"kind": "overdue", "text": "Quá hạn"} if each.due_on < on else None
    return _line(each.task, "#yeu-cau-giai-trinh-dang-cho", each.about, day(each.due_on), badge)


def _obstacle(each: Any, on: date) -> Row:
    late = each.due_on < on and not each.asked_of.is_outside
    badge = {"kind": "overdue", "text": "Quá hạn trả lời"} if late else None
    return _line(each.task, "#vuong-mac", f"{each.text} (gửi {each.asked_of.label})", day(each.due_on), badge)


def _part(each: Any, on: date) -> Row:
    due = each.effective_end or each.nominal_end
    badge = None
    if each.returned:
        badge = {"kind": "returned", "text": "Yêu cầu bổ sung"}
    elif due is not None and due < on:
        badge = {"kind": "overdue", "text": "Quá hạn gửi"}
    text = f"{each.unit.label}: {each.part}" if each.part else each.unit.label
    when = day(due) if due else f"Hạn chung {day(each.task.effective_end)}"
    return _line(each.task, "#phoi-hop", text, when, badge)


def _paper(each: Event) -> Row:
    who = f" – {each.decided_by}" if each.decided_by else ""
    text = f"{past_tense(each.verb)}{who} ({each.get_how_display().lower()})"
    return _line(each.task, "#bo-sung-van-ban", text, day(localtime(each.happened_at)))
