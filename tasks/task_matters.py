"""What stands open on the page of a task, as ready strings: requests, demands, obstacles, directions, parts, papers."""

from typing import Any

from django.utils.timezone import localtime

from core.clock import today
from core.templatetags.ui import day, moment
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks.matters import Matters
from tasks.models import Coordination, Explanation, Obstacle, Reassignment, Task

# Silence on "đề nghị giao lại" goes to the owner after this many working days (office rule 3).
SILENCE_WORKDAYS = 3
# Directions on top of the page; older ones stand in the history.
MOST_DIRECTIONS = 3


def open_matters(found: Task, matters: Matters, calendar: WorkCalendar) -> dict[str, Any]:
    """The parts of `tasks/matters.html`; a constant number of queries."""
    return {
        "reassignment": _reassignment(found, matters.reassignment, calendar),
        "explanation": _explanation(matters.explanation),
        "obstacles": [_obstacle(each) for each in matters.obstacles],
        "directions": _directions(found) if matters.begun("direct") else [],
        "papers_owed": len(matters.papers_owed),
    }


def waited_long(asked: Reassignment, calendar: WorkCalendar) -> int:
    """Working days a proposal has waited, where that is longer than silence may last; else 0."""
    waited = calendar.workdays_between(localtime(asked.asked_at).date(), today())
    return waited if waited > SILENCE_WORKDAYS else 0


def _reassignment(found: Task, asked: Reassignment | None, calendar: WorkCalendar) -> dict[str, Any] | None:
    if asked is None:
        return None
    views = list(asked.views.select_related("unit", "by"))
    wrote = {view.unit_id for view in views}
    silent = [
        unit.name
        for unit in (asked.proposed_unit,)
        if unit is not None and unit.pk not in wrote and unit.pk != found.lead_unit_id
    ]
    waited = waited_long(asked, calendar)
    return {
        "reason": asked.reason,
        "proposed": asked.proposed_unit.name if asked.proposed_unit else "",
        "by": asked.asked_by.full_name,
        "for_unit": asked.recorded_for_unit,
        "asked": moment(asked.asked_at),
        "long": f"Đã chờ {count_vi(waited)} ngày làm việc" if waited else "",
        "views": [
            {
                "unit": view.unit.name,
                "text": view.text,
                "by": view.by.full_name,
                "at": moment(view.entered_at),
            }
            for view in views
        ],
        "silent": silent,
    }


def _explanation(asked: Explanation | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    late = not asked.is_answered and asked.due_on < today()
    return {
        "about": asked.about,
        "unit": asked.unit.name,
        "by": asked.asked_by.full_name,
        "asked": moment(asked.asked_at),
        "due": day(asked.due_on),
        "answered": asked.is_answered,
        "badge": _explanation_badge(asked, late=late),
        "cause": asked.get_cause_display(),
        "answer": asked.answer,
        "remedy": asked.remedy,
        "new_date": day(asked.new_date) if asked.new_date else "",
        "answered_by": asked.answered_by.full_name if asked.answered_by else "",
        "answered_at": moment(asked.answered_at),
        "for_unit": asked.recorded_for_unit,
    }


def _explanation_badge(asked: Explanation, *, late: bool) -> dict[str, str]:
    if asked.is_answered:
        return {"kind": "waiting", "text": "Chờ kết luận"}
    if late:
        return {"kind": "overdue", "text": "Quá hạn giải trình"}
    return {"kind": "soon", "text": "Chưa giải trình"}


def _obstacle(each: Obstacle) -> dict[str, Any]:
    late = each.due_on < today()
    # A body outside our authority is never called late (office rule 28).
    inside = not each.asked_of.is_outside
    return {
        "text": each.text,
        "proposal": each.proposal,
        "asked_of": each.asked_of.name,
        "due": day(each.due_on),
        "badge": {"kind": "overdue", "text": "Quá hạn trả lời"}
        if late and inside
        else {"kind": "waiting", "text": "Chờ trả lời"},
        "by": each.raised_by.full_name,
        "for_unit": each.recorded_for_unit,
        "raised": moment(each.raised_at),
    }


def _directions(found: Task) -> list[dict[str, Any]]:
    newest = found.directions.select_related("by").order_by("-id")[:MOST_DIRECTIONS]
    return [
        {
            "text": each.text,
            "leader": each.given_by_name,
            "by": "" if each.by.full_name == each.given_by_name else each.by.full_name,
            "at": moment(each.entered_at),
            "due": day(each.due_on) if each.due_on else "",
        }
        for each in newest
    ]


# --- Those who work along ---------------------------------------------------------------------------


def coordination_rows(found: Task, matters: Matters) -> list[dict[str, Any]]:
    """Units that work along: their part, their own date, what they delivered. One query beside those of `matters`."""
    newest: dict[int, Any] = {}
    if matters.coordinations and matters.begun("deliver_part", "return_part"):
        for report in found.part_reports.select_related("by").order_by("id"):
            newest[report.coordination_id] = report
    return [_coordination(each, newest.get(each.pk), found) for each in matters.coordinations]


def _coordination(each: Coordination, report: Any, found: Task) -> dict[str, Any]:
    due = each.effective_end or each.nominal_end
    return {
        "unit": each.unit.name,
        "role": each.get_kind_display(),
        "part": each.part,
        "due": day(due) if due else "",
        "badge": _coordination_badge(each, found),
        "text": report.text if report is not None else "",
        "number": report.number if report is not None else "",
        "by": report.by.full_name if report is not None else "",
        "at": moment(report.entered_at) if report is not None else "",
        "for_unit": report is not None and report.recorded_for_unit,
        "returned": each.returned,
    }


def _coordination_badge(each: Coordination, found: Task) -> dict[str, str]:
    if each.returned:
        return {"kind": "returned", "text": "Yêu cầu bổ sung"}
    if each.delivered_on is not None:
        return {"kind": "done", "text": f"Đã gửi {day(each.delivered_on)}"}
    due = each.effective_end or each.nominal_end
    if found.is_open and due is not None and due < today() and not each.unit.is_outside:
        return {"kind": "overdue", "text": "Quá hạn gửi"}
    return {"kind": "none", "text": "Chưa gửi"}
