"""One task as its page shows it: facts, dates, the forms open to this person now."""

from typing import Any

from django.urls import reverse

from core.clock import today
from core.templatetags.ui import day, moment
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks import actions
from tasks.forms import FORMS, VerbForm
from tasks.history import deadline_reasons, entry_gap, evidence_file, timeline
from tasks.ledger import FOR_UNIT, is_for_unit
from tasks.models import DeadlineChange, Task
from tasks.rules import RULES
from tasks.status import Confirmation, Execution, status_text
from tasks.tables import badges, due_words, part_counts, parts_words, task_rows, with_related
from units.models import CalendarDay, RoleGrant, User
from units.permissions import Role

# verb → (anchor, icon, hint), in the order of what matters most
_PANELS: dict[str, tuple[str, str, str]] = {
    "accept": ("tiep-nhan", "check", ""),
    "confirm": ("xac-nhan", "check-circle", ""),
    "return": (
        "yeu-cau-bo-sung",
        "undo",
        "Số ngày làm việc chờ xác nhận không tính vào thời gian của đơn vị.",
    ),
    "decide_extension": ("quyet-dinh-gia-han", "calendar", ""),
    "submit": ("trinh-ket-qua", "send", "Sau khi trình, thời gian chờ xác nhận không tính cho đơn vị."),
    "update": (
        "cap-nhat",
        "progress",
        "Tỷ lệ phần trăm không làm thay đổi tình trạng; hoàn thành thì trình kết quả.",
    ),
    "attach": ("dinh-kem", "paperclip", ""),
    "ask_extension": ("gia-han", "calendar", ""),
    "resume": ("tiep-tuc", "progress", ""),
    "withdraw": ("rut-lai", "undo", "Rút lại để sửa; kết quả chưa được xử lý thì mới rút được."),
    "suspend": ("tam-dung", "pause", "Tạm dừng không làm thay đổi thời hạn; muốn lùi hạn thì gia hạn."),
    "discontinue": ("khong-tiep-tuc", "stop", "Nhiệm vụ sẽ không còn được tính trong tổng số."),
}


def verb_form(verb: str, found: Task, grant: RoleGrant, **bound: Any) -> VerbForm:
    """The form of a verb as this grant fills it in: for the own unit, for a unit, or for a leader."""
    recording = ""
    if is_for_unit(verb, grant, found):
        recording = "unit"
    elif grant.role == Role.PLAN_OWNER and verb not in FOR_UNIT:
        recording = "leader"
    leaders = _leaders(found) if recording == "leader" else None
    return FORMS[verb](
        task=found, recording=recording, leaders=leaders, must_name=verb == "decide_extension", **bound
    )


def _leaders(found: Task) -> list[User]:
    """Leaders whose word an officer may record: those named for the task or plan first, then those above."""
    cached: list[User] | None = found.__dict__.get("_leaders_above")
    if cached is None:
        unit = found.lead_unit or found.tracking_unit
        above = User.objects.filter(
            grants__role=Role.LEADER,
            grants__unit__tree_start__lte=unit.tree_start,
            grants__unit__tree_end__gte=unit.tree_start,
            grants__in=RoleGrant.objects.valid_on(today()),
        ).distinct()
        named = [leader for leader in found.leaders if leader is not None]
        cached = list(dict.fromkeys([*named, *above]))
        found.__dict__["_leaders_above"] = cached
    return cached


# --- What the page shows --------------------------------------------------------------------------


def task_context(
    user: User,
    found: Task,
    *,
    verb: str = "",
    bound: VerbForm | None = None,
    conflict: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What `tasks/task.html` shows, with the form that came back in its place, or, when its verb is gone,
    what was typed beside the news. A constant number of queries."""
    calendar = CalendarDay.objects.as_calendar()
    open_verbs = sorted(
        (verb for verb in actions.verbs_for(user, found) if verb in _PANELS), key=list(_PANELS).index
    )
    facts = timeline(found)
    seen = len(facts)
    proofs = [evidence_file(each) for each in found.evidence.all()]
    waiting = _waiting(found, calendar)
    pending = (
        found.deadline_changes.filter(decision=DeadlineChange.Decision.PENDING)
        .select_related("asked_by")
        .first()
    )
    panels, own_verbs = [], []
    for name in open_verbs:
        grant = actions.may(user, name, found)
        assert grant is not None
        form = bound if name == verb and bound is not None else None
        if form is None:
            form = verb_form(name, found, grant, initial=_initial(name, seen, pending))
        behalf = is_for_unit(name, grant, found)
        if not behalf:
            own_verbs.append(name)
        if name != "accept":
            panels.append(_panel(name, found, form, waiting, pending, behalf=behalf))
    due, printed = due_words(found)
    is_owing = found.execution == Execution.DONE and not proofs and found.lead_unit_id is not None
    return {
        "task": found,
        "badges": badges(found, today(), calendar),
        "due": due,
        "printed": printed,
        "pairs": _pairs(found),
        "dates": _dates(found, due),
        "reasons": deadline_reasons(found, calendar),
        "facts": facts,
        "proofs": proofs,
        "owes_evidence": is_owing,
        "waiting": waiting,
        "returned": _returned(found, facts),
        "pending": pending,
        "panels": panels,
        "can_accept": "accept" in open_verbs,
        "first_act": _first_act(own_verbs),
        "may_ask_removal": actions.may(user, "request_removal", found) is not None,
        "conflict": conflict,
        "kept": bound.typed() if conflict and bound is not None and verb not in open_verbs else [],
        "parts": _parts(user, found, calendar) if found.lead_unit_id is None else None,
    }


def _initial(verb: str, seen: int, pending: DeadlineChange | None) -> dict[str, Any]:
    initial: dict[str, Any] = {"seen": seen}
    if verb == "decide_extension" and pending is not None:
        initial["granted_end"] = pending.proposed_end
    return initial


def _panel(
    verb: str,
    found: Task,
    form: VerbForm,
    waiting: dict[str, Any] | None,
    pending: Any,
    *,
    behalf: bool,
) -> dict[str, Any]:
    """`behalf`: the office writes for the unit, and the title says so (office rule 2)."""
    anchor, icon, hint = _PANELS[verb]
    if verb == "confirm" and waiting is not None:
        hint = waiting["hint"]
    if verb == "ask_extension" and found.plan is not None:
        days = count_vi(found.plan.extension_notice_days)
        hint = (
            f"Hạn hiện tại {day(found.effective_end)}. Đề nghị trước hạn ít nhất {days} ngày làm việc; "
            "đề nghị muộn vẫn được nhận nhưng vẫn tính quá hạn cho đến khi có quyết định."
        )
    if verb == "decide_extension" and pending is not None:
        span = f"từ {day(pending.old_end)} đến {day(pending.proposed_end)}"
        hint = f"Đơn vị đề nghị lùi hạn {span}: {pending.reason}"
    return {
        "verb": verb,
        "name": anchor,
        "icon": icon,
        "title": f"{RULES[verb].label} (nhập thay đơn vị)" if behalf else RULES[verb].label,
        "hint": hint,
        "form": form,
        "url": reverse("task_verb", args=[found.pk, verb]),
        "danger": verb == "discontinue",
    }


def _first_act(own_verbs: list[str]) -> dict[str, str] | None:
    """The one act of this person's own that matters most now, as a button."""
    for verb in ("decide_extension", "confirm", "submit", "resume"):
        if verb in own_verbs:
            return {"name": _PANELS[verb][0], "icon": _PANELS[verb][1], "label": RULES[verb].label}
    return None


def _waiting(found: Task, calendar: WorkCalendar) -> dict[str, Any] | None:
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
    }


def _returned(found: Task, facts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Why the result came back, for the top of the page while it is still to be mended."""
    if found.confirmation != Confirmation.RETURNED or not found.is_open:
        return None
    return next((fact for fact in facts if fact["verb"] == "return"), None)


def _pairs(found: Task) -> list[tuple[str, Any]]:
    coordinations = found.coordinations.select_related("unit")
    joint = [each.unit.name for each in coordinations if each.kind == "joint"]
    others = [each.unit.name for each in coordinations if each.kind != "joint"]
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
    if found.urgency != Task.Urgency.NORMAL:
        pairs.append(("Độ khẩn", found.get_urgency_display()))
    if found.percent is not None and found.is_open:
        pairs.append(("Tỷ lệ hoàn thành", f"{found.percent}%"))
    return pairs


def _dates(found: Task, due: str) -> list[tuple[str, str]]:
    """Every date with its name; the printed words always stand."""
    dates = [("Thời hạn ghi trong văn bản", found.phrase or "Không ghi"), ("Hạn áp dụng", due)]
    if found.was_extended:
        dates.append(("Hạn ban đầu", day(found.first_effective_end)))
    dates.append(("Ngày giao", day(found.assigned_on)))
    if found.submitted_on:
        dates.append(("Ngày trình kết quả", day(found.submitted_on)))
    if found.completed_on and not found.is_open:
        dates.append(("Ngày hoàn thành", day(found.completed_on)))
    return dates


def _parts(user: User, found: Task, calendar: WorkCalendar) -> dict[str, Any]:
    """The units of an order to many: x/y over all, rows of those this person sees."""
    done, counted = part_counts([found.pk]).get(found.pk, (0, 0))
    children = with_related(found.children.all()).order_by("lead_unit__tree_start")
    seen = list(children.filter(pk__in=Task.objects.visible_to(user).filter(parent=found).values("pk")))
    rows = task_rows(seen, today(), calendar, with_plan=False)
    missing = [each.lead_label for each in seen if each.is_open]
    return {
        "words": parts_words(done, counted),
        "done": done,
        "counted": counted,
        "rows": rows,
        "all_seen": len([each for each in seen if each.execution != Execution.DISCONTINUED]) == counted,
        "missing": missing,
    }
