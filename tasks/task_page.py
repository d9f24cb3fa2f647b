"""One task as its page shows it: facts, dates, the forms open to this person now."""

from typing import Any

from django.urls import reverse

from core.clock import today
from core.prepared import prepared
from core.templatetags.ui import day, moment
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks import actions
from tasks.actions import open_verbs
from tasks.duty_page import duty_part
from tasks.gathering import counted_parts, gathered_text, has_reported, report_words
from tasks.history import deadline_reasons, entry_gap, evidence_file, past_of, timeline
from tasks.matters import Matters
from tasks.models import Opening, Task
from tasks.panels import PANELS, verb_form
from tasks.paper_rights import papers_of
from tasks.rules import RULES
from tasks.status import Confirmation, DeadlineClass, Execution, status_text
from tasks.tables import badges, due_words, parts_words, task_rows, with_related
from tasks.task_matters import coordination_rows, open_matters
from tasks.verb_forms import Choices, VerbForm, acted_for
from tasks.waiting import own_ranges
from units.models import CalendarDay, RoleGrant, User
from units.permissions import Role, covers

# --- What the page shows --------------------------------------------------------------------------


def task_context(
    user: User,
    found: Task,
    *,
    verb: str = "",
    bound: VerbForm | None = None,
    conflict: dict[str, Any] | None = None,
    opened: str = "",
    gathers: bool = False,
) -> dict[str, Any]:
    """What `tasks/task.html` shows. Acts are links to this page with one of them open: `opened` is its anchor.

    The form that came back stands in its place, or, when its verb is gone, what was typed beside the news; with
    `gathers` the answers of the collected order stand in the form of the update. A constant number of queries.
    """
    calendars = CalendarDay.objects.with_unit(found.lead_unit)
    calendar = calendars.of(None)
    past = past_of(found)
    matters = Matters(found, past.verbs, all_direct=past.all_direct)
    grants = {name: grant for name, grant in open_verbs(user, found, matters).items() if name in PANELS}
    facts = timeline(found, past)
    proofs = [evidence_file(each) for each in past.evidence]
    waiting = _waiting(found, facts, calendar)
    gathering = _gathering(user, found, calendar)
    choices = Choices(found, matters)
    page = reverse("task", args=[found.pk])
    panels, own_verbs = [], []
    for name in (each for each in PANELS if each in grants):
        on_behalf = bool(acted_for(name, grants[name], found, matters))
        if not on_behalf:
            own_verbs.append(name)
        if name == "accept":
            continue
        form = bound if name == verb else None
        gathered = name == "update" and gathers and gathering is not None
        if form is None and (gathered or PANELS[name].anchor == opened):
            form = verb_form(name, choices, user, grants[name], initial={"seen": len(facts)})
            if gathered and gathering is not None:
                form.initial["text"] = gathered_text(gathering["seen"])
        is_rare = _is_rare(name, user, found, matters, calendar, on_behalf=on_behalf)
        panel = _panel(name, found, matters, waiting, page, on_behalf=on_behalf)
        if form is not None:
            panel["url"] = reverse("task_verb", args=[found.pk, name])
        panels.append(panel | {"form": form, "rare": is_rare})
    due, printed = due_words(found)
    is_owing = found.execution == Execution.DONE and not proofs and found.lead_unit_id is not None
    return {
        "task": found,
        "badges": badges(found, today(), calendar),
        "due": due,
        "printed": printed,
        "pairs": _pairs(found, matters),
        "dates": _dates(found, due),
        "reasons": deadline_reasons(found, calendars.of(found.lead_unit), matters.deadline_changes),
        "facts": facts,
        "proofs": proofs,
        "owes_evidence": is_owing,
        "waiting": waiting,
        "returned": _returned(found, facts),
        "pending": matters.extension,
        "matters": open_matters(found, matters, calendar),
        "coordinations": coordination_rows(found, matters),
        "panels": [panel for panel in panels if not panel["rare"]],
        "rare": [panel for panel in panels if panel["rare"]],
        "rare_open": any(panel["rare"] and panel["form"] is not None for panel in panels),
        "can_accept": "accept" in grants,
        "first_act": _first_act(user, page, own_verbs, matters),
        "may_ask_removal": actions.may(user, "request_removal", found, matters) is not None,
        "conflict": conflict,
        "papers": papers_of(user, found),
        "kept": bound.typed() if conflict and bound is not None and verb not in grants else [],
        "parts": _parts(user, found, calendar) if found.lead_unit_id is None else None,
        "gathering": gathering,
        "can_gather": gathering is not None and gathering["answered"] and "update" in grants,
        "can_edit": found.assigned_on is None and actions.may(user, "assign", found, matters) is not None,
        "duties": duty_part(user, found, calendar),
    }


def _act_url(page: str, verb: str) -> str:
    """The page of a task with the form of one act open."""
    anchor = PANELS[verb].anchor
    return f"{page}?viec={anchor}#{anchor}"


def _panel(
    verb: str, found: Task, matters: Matters, waiting: dict[str, Any] | None, page: str, *, on_behalf: bool
) -> dict[str, Any]:
    """One act with its place; where the office writes for the unit the title says so (office rule 2)."""
    panel, pending = PANELS[verb], matters.extension
    hint = panel.hint
    if verb == "confirm" and waiting is not None:
        hint = waiting["hint"]
    if verb == "ask_extension":
        days = count_vi(found.plan.extension_notice_days if found.plan else actions.DEFAULT_NOTICE_DAYS)
        hint = (
            f"Hạn hiện tại {day(found.effective_end)}. Đề nghị trước hạn ít nhất {days} ngày làm việc; "
            "đề nghị muộn vẫn được nhận nhưng vẫn tính quá hạn cho đến khi có quyết định."
        )
    if verb == "decide_extension" and pending is not None:
        span = f"từ {day(pending.old_end)} đến {day(pending.proposed_end)}"
        hint = f"Đơn vị đề nghị lùi hạn {span}: {pending.reason}"
    return {
        "verb": verb,
        "name": panel.anchor,
        "icon": panel.icon,
        "title": f"{RULES[verb].label} (nhập thay đơn vị)" if on_behalf else RULES[verb].label,
        "hint": hint,
        "opens": _act_url(page, verb),
        "danger": panel.danger,
    }


# What an office writes for a unit again and again; the rest it does for a unit is rare.
_OFTEN_FOR_UNITS = frozenset({"update", "attach", "submit", "answer_obstacle"})


def _is_rare(
    verb: str, user: User, found: Task, matters: Matters, calendar: WorkCalendar, *, on_behalf: bool
) -> bool:
    """Whether an act stands in the closed group: not what matters on this task now."""
    if verb == "note_reported":
        # It holds the overdue mail back (office rule 29): wanted from the day the work is due.
        return found.deadline_class_on(calendar) not in (DeadlineClass.OVERDUE, DeadlineClass.DUE_TODAY)
    if verb == "receive":
        return not (found.start_assumed and not on_behalf)
    if verb == "give_view":
        return on_behalf or not _is_proposed(user, matters)
    return PANELS[verb].rare or (on_behalf and verb not in _OFTEN_FOR_UNITS)


# The acts of one's own that matter most, the first of them a button.
_FIRST_ACTS = (
    "decide_extension", "decide_reassignment", "confirm", "judge", "answer_obstacle", "explain", "give_view",
    "deliver_part", "submit", "resume",
)  # fmt: skip


def _first_act(user: User, page: str, own_verbs: list[str], matters: Matters) -> dict[str, Any] | None:
    """The one act of this person's own that matters most now, as a button."""
    for verb in _FIRST_ACTS:
        if verb not in own_verbs or (verb in _ASKED and not _ASKED[verb](user, matters)):
            continue
        panel = PANELS[verb]
        # Somebody waits for it: shown beside the button to accept the order.
        waited = verb not in ("submit", "resume")
        return {
            "url": _act_url(page, verb),
            "icon": panel.icon,
            "label": RULES[verb].label,
            "waited": waited,
        }
    return None


def _owes_part(user: User, matters: Matters) -> bool:
    ranges = own_ranges(user)
    return any(
        covers(ranges, each.unit) and (each.delivered_on is None or each.returned)
        for each in matters.coordinations
    )


def _is_proposed(user: User, matters: Matters) -> bool:
    """Whether the proposal names a unit of this person; the lead has said its reason already."""
    return matters.reassignment is not None and covers(own_ranges(user), matters.reassignment.proposed_unit)


# Acts that stay open after they were done: they come first only for whom they wait.
_ASKED = {"deliver_part": _owes_part, "give_view": _is_proposed}


def _waiting(found: Task, facts: list[dict[str, Any]], calendar: WorkCalendar) -> dict[str, Any] | None:
    """The result that waits for its reviewer, and what confirming it would count (office rule 8)."""
    if found.confirmation != Confirmation.SUBMITTED or found.submitted_on is None:
        return None
    sent = found.updates.filter(is_submission=True).select_related("by").order_by("-id").first()
    if sent is None:
        return None
    completed = sent.product_on or found.submitted_on
    gap, slow = entry_gap(sent.product_on, found.submitted_on, calendar)
    as_if = Task(
        strength=found.strength,
        execution=Execution.DONE,
        completed_on=completed,
        nominal_end=found.nominal_end,
        counted_end=found.counted_end,
        deadline_kind=found.deadline_kind,
    )
    words = status_text(as_if, today(), calendar)
    source = "ngày của văn bản kết quả" if sent.product_on else "ngày trình"
    hint = f"Ngày hoàn thành được tính: {day(completed)} ({source}). Khi xác nhận: {words.lower()}."
    if slow:
        hint += f" Trình sau ngày văn bản {count_vi(gap)} ngày làm việc: cập nhật chậm."
    waited = calendar.workdays_between(found.submitted_on, today())
    return {
        "text": sent.text,
        "by": sent.by.full_name,
        "for_unit": sent.recorded_for_unit,
        "entered": moment(sent.entered_at),
        "product_on": day(sent.product_on),
        "dated": sent.product_on is not None,
        "waited": waited,
        "slow": slow,
        "gap": gap,
        "hint": hint,
        "nil": sent.is_nil,
        "missing": next((fact["missing"] for fact in facts if fact["verb"] == "submit"), []),
    }


def _returned(found: Task, facts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Why the result came back, for the top of the page while it is still to be mended."""
    if found.confirmation != Confirmation.RETURNED or not found.is_open:
        return None
    return next((fact for fact in facts if fact["verb"] == "return"), None)


def _pairs(found: Task, matters: Matters) -> list[tuple[str, Any]]:
    joint = [each.unit.name for each in matters.coordinations if each.kind == "joint"]
    others = [each.unit.name for each in matters.coordinations if each.kind != "joint"]
    if found.coordination_note:
        others.append(found.coordination_note)
    leader = found.leader_in_charge or (found.plan.leader_in_charge if found.plan else None)
    source = found.plan.document.citation if found.plan else found.get_source_display()
    if found.plan is None and found.source_document is not None:
        source = found.source_document.citation
    pairs: list[tuple[str, Any]] = [
        ("Đơn vị chủ trì", found.lead_unit.name if found.lead_unit else found.lead_label)
    ]
    if joint:
        pairs.append(("Đồng chủ trì", ", ".join(joint)))
    if others:
        pairs.append(("Đơn vị phối hợp", ", ".join(others)))
    pairs += [
        ("Sản phẩm", found.product or "Chưa rõ sản phẩm"),
        ("Lãnh đạo phụ trách", leader),
        ("Đơn vị theo dõi, đôn đốc", found.tracking_unit.name),
        ("Văn bản giao", source),
    ]
    if found.ordered_by:
        pairs.append(("Người chỉ đạo", f"{found.ordered_by} ({found.get_ordered_how_display().lower()})"))
    if found.officer is not None:
        pairs.append(("Người thực hiện", found.officer.full_name))
    if seen := _seen(found):
        pairs.append(("Đơn vị xem lần đầu", seen))
    if found.urgency != Task.Urgency.NORMAL:
        pairs.append(("Độ khẩn", found.get_urgency_display()))
    if found.parts_total is not None:
        pairs.append(("Phần việc đã xong", parts_of(found)))
    if found.percent is not None and found.is_open:
        pairs.append(("Tỷ lệ hoàn thành", f"{found.percent}%"))
    return pairs


def parts_of(found: Task) -> str:
    """ "02/03 địa bàn" (office rule 17)."""
    assert found.parts_total is not None
    done = count_vi(found.parts_done or 0)
    return f"{done}/{count_vi(found.parts_total)} {found.parts_label or 'phần việc'}"


def _seen(found: Task) -> str:
    """When somebody of the lead unit first opened the order; "" where that is not asked (drafts, orders to many,
    outside bodies), or where the unit acted without opening it."""
    lead = found.lead_unit
    if found.assigned_on is None or lead is None or lead.is_outside:
        return ""
    for opened_at, name in _first_openings(found.pk, lead.tree_start):
        return f"{moment(opened_at)}, {name}"
    return "Chưa xem" if found.execution == Execution.NOT_STARTED else ""


@prepared
def _first_openings(task: Any, place: Any) -> Any:
    of_lead = RoleGrant.objects.filter(
        role__in=[Role.UNIT_HEAD, Role.UNIT_CLERK], unit__tree_start__lte=place, unit__tree_end__gte=place
    )
    opened = Opening.objects.filter(task=task, user__in=of_lead.order_by().values("user"))
    return opened.values_list("opened_at", "user__full_name")[:1]


def _dates(found: Task, due: str) -> list[tuple[str, str]]:
    """Every date with its name; the printed words always stand."""
    dates = [("Thời hạn ghi trong văn bản", found.phrase or "Không ghi")]
    if found.internal_end is not None:
        dates.append(("Hạn nội bộ", day(found.internal_end)))
    dates.append(("Hạn cấp trên giao" if found.superior_deadline else "Hạn áp dụng", due))
    if found.was_extended:
        dates.append(("Hạn ban đầu", day(found.first_effective_end)))
    dates.append(("Ngày giao", day(found.assigned_on)))
    if found.received_on is not None:
        dates.append(("Ngày nhận", day(found.received_on)))
    elif found.start_assumed:
        dates.append(("Ngày nhận", f"{day(found.assigned_on)} (tạm tính từ ngày giao)"))
    if found.submitted_on:
        dates.append(("Ngày trình kết quả", day(found.submitted_on)))
    if found.completed_on and not found.is_open:
        dates.append(("Ngày hoàn thành", day(found.completed_on)))
    if found.waited_workdays:
        dates.append(("Đã chờ xác nhận", f"{count_vi(found.waited_workdays)} ngày làm việc"))
    if found.awaited_until is not None and found.awaited_until >= today() and found.is_open:
        dates.append(("Đã có báo cáo, chờ cập nhật đến hết", day(found.awaited_until)))
    return dates


def _parts(user: User, found: Task, calendar: WorkCalendar) -> dict[str, Any]:
    """The units of an order to many: x/y over all, rows of those this person sees; who was left out, and who joined the
    group since."""
    counted = counted_parts(found)
    done = sum(each.execution == Execution.DONE for each in counted)
    children = with_related(found.children.all()).order_by("lead_unit__tree_start")
    seen = list(children.filter(pk__in=Task.objects.visible_to(user).filter(parent=found).values("pk")))
    gives = actions.may(user, "assign_member", found) is not None
    return {
        "words": parts_words(done, len(counted)),
        "done": done,
        "counted": len(counted),
        "reported": report_words(counted),
        "rows": task_rows(seen, today(), calendar, with_plan=False),
        "all_seen": len([each for each in seen if each.execution != Execution.DISCONTINUED]) == len(counted),
        "missing": [each.lead_label for each in seen if each.is_open and not has_reported(each)],
        "left_out": [
            {"unit": each.unit.name, "reason": each.reason}
            for each in found.exclusions.select_related("unit")
        ],
        "late_joiners": [unit.name for unit in Matters(found).late_joiners]
        if gives and found.is_open
        else [],
    }


def _gathering(user: User, found: Task, calendar: WorkCalendar) -> dict[str, Any] | None:
    """The order whose answers this task gathers: x/y over all, and the parts this person reads."""
    if found.collects is None:
        return None
    order = found.collects
    counted = counted_parts(order)
    readable = set(
        Task.objects.visible_to(user)
        .filter(pk__in=[part.pk for part in counted])
        .values_list("pk", flat=True)
    )
    seen = [part for part in counted if part.pk in readable]
    return {
        "title": order.title,
        "url": reverse("task", args=[order.pk]),
        "reported": report_words(counted),
        "done": sum(has_reported(part) for part in counted),
        "counted": len(counted),
        "due": day(order.internal_end or order.effective_end),
        "missing": [part.lead_label for part in seen if not has_reported(part)],
        "answered": any(has_reported(part) for part in seen),
        "seen": seen,
        "rows": task_rows(seen, today(), calendar, with_plan=False),
    }
