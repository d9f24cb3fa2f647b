"""A task's past in words: its timeline from the ledger, and why its dates are what they are."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from core.templatetags.ui import day, moment
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks import ledger
from tasks.models import ContentRemoval, DeadlineChange, Event, Evidence, ProgressUpdate, Task
from tasks.models.facts import How
from tasks.models.removal import HIDDEN, REMOVED
from tasks.rules import past_tense
from units.models import CalendarDay

# verb → (kind of the mark, icon)
_LOOK = {
    "assign": ("active", "flag"),
    "accept": ("active", "check"),
    "update": ("plain", "progress"),
    "attach": ("plain", "paperclip"),
    "submit": ("waiting", "send"),
    "withdraw": ("plain", "undo"),
    "confirm": ("done", "check-circle"),
    "return": ("returned", "undo"),
    "ask_extension": ("soon", "calendar"),
    "decide_extension": ("active", "calendar"),
    "suspend": ("plain", "pause"),
    "resume": ("active", "progress"),
    "discontinue": ("overdue", "stop"),
    "complete_all": ("done", "check-circle"),
    "request_removal": ("waiting", "shield"),
    "decide_removal": ("plain", "shield"),
    "remove_content": ("stopped", "shield"),
}

_LAPSED = {
    "change": "Đề nghị gia hạn đang chờ không còn cần quyết định.",
    "reassignment": "Đề nghị giao lại đang chờ không còn cần quyết định.",
    "explanation": "Yêu cầu giải trình không còn hiệu lực.",
}

# More working days than this between product and submission are "cập nhật chậm" (office rule 8).
LATE_ENTRY_WORKDAYS = 2


def timeline(task: Task) -> list[dict[str, Any]]:
    """Every event, newest first, as `components/timeline.html` takes it. Four queries, and one where content was
    removed."""
    updates = {each.pk: each for each in task.updates.all()}
    evidence = {each.pk: each for each in task.evidence.all()}
    changes = {each.pk: each for each in task.deadline_changes.all()}
    events = list(task.events.select_related("by", "unit").order_by("-sequence"))
    gaps = Gaps(events)
    return [_moment(event, gaps, updates, evidence, changes) for event in events]


class Gaps:
    """What of a task's ledger was removed, and by which decision."""

    def __init__(self, events: list[Event]) -> None:
        self._gaps = ledger.gaps_of(events)
        named = {ledger.facts_of(event).get("removal", 0) for event in events if event.verb in _REMOVALS}
        found = ContentRemoval.objects.filter(pk__in=named).select_related("asked_by", "decided_by")
        self._removals = {each.pk: each for each in found} if named else {}

    def facts_of(self, event: Event) -> dict[str, Any]:
        """What an event says, or what is left of it."""
        gap = self._gaps.get(event.sequence) if event.content == "" else None
        return gap.facts if gap is not None else ledger.facts_of(event)

    def lines_of(self, event: Event) -> list[str]:
        """What the timeline says of removed, hidden and requested content."""
        if event.is_hidden:
            return ["Nội dung đang chờ gỡ theo đề nghị, được che với mọi người."]
        if event.content == "" and (gap := self._gaps.get(event.sequence)):
            return [ledger.words_removed(self._removals[gap.removal])]
        removal = self._removals.get(ledger.facts_of(event).get("removal", 0))
        if removal is None or event.verb not in _REMOVALS:
            return []
        if event.verb == ledger.REMOVE:
            return [ledger.words_removed(removal), *_places(ledger.facts_of(event))]
        if event.verb == "decide_removal":
            return [removal.decision_note]
        lines = [f"{removal.get_kind_display()}: {removal.reason}"]
        return [*lines, "Nội dung được che cho đến khi có quyết định."] if removal.is_waiting else lines


_REMOVALS = ("request_removal", "decide_removal", ledger.REMOVE)


def _places(facts: dict[str, Any]) -> list[str]:
    """Where content was taken out, by the numbers of the lines."""
    places = [f"dòng {sequence}" for sequence in sorted(map(int, facts.get("gaps", {})))]
    if facts.get("own"):
        places.append("nội dung ghi trong nhiệm vụ")
    return [f"Đã gỡ ở: {', '.join(places)}."] if places else []


def _moment(
    event: Event,
    gaps: Gaps,
    updates: Mapping[int, ProgressUpdate],
    evidence: Mapping[int, Evidence],
    changes: Mapping[int, DeadlineChange],
) -> dict[str, Any]:
    facts = gaps.facts_of(event)
    kind, icon = _LOOK[event.verb]
    found: dict[str, Any] = {
        "id": f"su-kien-{event.sequence}",
        "verb": event.verb,
        "title": past_tense(event.verb),
        "kind": kind,
        "icon": icon,
        "who": event.by.full_name,
        "role": event.get_role_display() if event.role else "",
        "unit": event.unit.label if event.unit else "",
        "how": event.get_how_display() if event.how != How.DIRECT else "",
        "basis": event.basis,
        "happened": moment(event.happened_at),
        "entered": moment(event.entered_at),
        "text": "",
        "changes": [],
        "files": [],
        "marks": _marks(event),
    }
    lines = []
    if event.recorded_for_unit:
        if event.decided_by:
            lines.append(f"Theo thông tin của {event.decided_by} ({found['how'].lower()}).")
    else:
        found["decided_by"] = event.decided_by
    lines += gaps.lines_of(event)
    assigned_on = _date(facts.get("assigned_on"))
    if assigned_on and assigned_on != localtime(event.happened_at).date():
        found["happened"] = day(assigned_on)
    update = updates.get(facts.get("update", 0)) if event.verb in ("update", "submit") else None
    if update is not None:
        lines += _update_lines(update)
    if proof := evidence.get(facts.get("evidence", 0)):
        file = evidence_file(proof)
        if file["url"]:
            found["files"] = [file]
        elif file["note"]:
            lines.append(f"{file['name']}: {file['note']}.")
    if event.verb == "ask_extension" and (asked := changes.get(facts.get("change", 0))):
        lines += [f"Đề nghị lùi hạn từ {day(asked.old_end)} đến {day(asked.proposed_end)}.", asked.reason]
        if asked.late:
            found["marks"].append({"kind": "soon", "text": "Đề nghị muộn"})
    if event.verb == "decide_extension":
        granted = facts.get("granted")
        found["title"] = "Đồng ý gia hạn" if granted else "Không đồng ý gia hạn"
        if granted:
            found["changes"] = [("Hạn", day(_date(facts["old_end"])), day(_date(facts["new_end"])))]
    elif "change" in facts and event.verb != "ask_extension":
        lines.append(_LAPSED["change"])
    lines += [_LAPSED[name] for name in facts.get("rows", {}) if name in _LAPSED]
    if completed := _date(facts.get("completed_on")):
        lines.append(f"Ngày hoàn thành: {day(completed)}.")
    if waited := facts.get("waited_workdays"):
        lines.append(f"Không tính {count_vi(waited)} ngày làm việc chờ xác nhận.")
    lines += [facts[name] for name in ("reason", "note") if facts.get(name)]
    # The gap has spoken for every text of the line.
    found["text"] = "\n".join(line for line in lines if line not in ("", HIDDEN, REMOVED))
    return found


def _marks(event: Event) -> list[dict[str, str]]:
    marks = []
    if event.recorded_for_unit:
        marks.append({"kind": "plain", "text": "Văn phòng nhập thay"})
    if event.how != How.DIRECT and not event.basis:
        marks.append({"kind": "returned", "text": "Chưa có văn bản"})
    return marks


def _update_lines(update: ProgressUpdate) -> list[str]:
    lines = [update.text]
    if update.percent is not None:
        lines.append(f"Tỷ lệ hoàn thành: {update.percent}%.")
    if update.product_on is not None:
        lines.append(f"Ngày của văn bản kết quả: {day(update.product_on)}.")
    if update.obstacle:
        lines.append(f"Khó khăn, vướng mắc: {update.obstacle}")
    if update.proposal:
        lines.append(f"Kiến nghị, đề xuất: {update.proposal}")
    return lines


def _date(value: str | None) -> date | None:
    """Facts hold dates as ISO text."""
    return date.fromisoformat(value) if value else None


def evidence_file(proof: Evidence) -> dict[str, Any]:
    """A proof as `components/files.html` takes it: a file, a link, or a document named by its number."""
    notes = []
    if proof.number:
        notes.append(f"số {proof.number}")
    if proof.issued_on:
        notes.append(f"ngày {day(proof.issued_on)}")
    if proof.issuer:
        notes.append(f"của {proof.issuer}")
    if proof.recorded_for_unit:
        notes.append("Văn phòng nhập thay")
    url = ""
    if proof.is_hidden or proof.is_removed:
        words = HIDDEN if proof.is_hidden else f"Tài liệu {REMOVED}"
        return {"name": words, "url": "", "size": None, "note": "", "kind": proof.kind}
    if proof.kind == Evidence.Kind.FILE:
        url = reverse("evidence_file", args=[proof.pk])
    elif proof.kind == Evidence.Kind.LINK:
        url = proof.url
    return {"name": proof.title, "url": url, "size": proof.size, "note": " ".join(notes), "kind": proof.kind}


# --- Dates ----------------------------------------------------------------------------------------


def deadline_reasons(task: Task, calendar: WorkCalendar) -> list[str]:
    """Why the deadline that counts is not the one printed; empty when it is. At most two queries."""
    reasons = []
    printed, nominal, effective = task.printed_on, task.nominal_end, task.effective_end
    if nominal is None or effective is None:
        return []
    if task.was_extended:
        granted = task.deadline_changes.filter(decision=DeadlineChange.Decision.GRANTED)
        for change in granted:
            by = f" do {change.decided_by_name} quyết định" if change.decided_by_name else ""
            reasons.append(f"Gia hạn từ {day(change.old_end)} đến {day(change.granted_end)}{by}.")
    elif printed is not None and printed != nominal:
        reasons.append(
            f"Văn bản ghi trước ngày {day(printed)}, không gồm cả ngày đó: hạn cuối là {day(nominal)}."
        )
    if nominal != effective:
        reasons.append(
            f"{day(nominal)} là {_why_off(nominal)}, hạn chuyển sang ngày làm việc kế tiếp {day(effective)}."
        )
    elif not calendar.is_workday(nominal):
        reasons.append(f"{day(nominal)} là {_why_off(nominal)}; hạn do cấp trên giao không chuyển ngày.")
    # An order to many has no clock of its own: its parts say why theirs were moved.
    if task.lead_unit_id is not None and task.counted_end is not None and task.counted_end != effective:
        waited = calendar.workdays_between(effective, task.counted_end)
        reasons.append(
            f"Không tính {count_vi(waited)} ngày làm việc kết quả chờ xác nhận: chỉ tính chậm sau ngày "
            f"{day(task.counted_end)}."
        )
    return reasons


def _why_off(on: date) -> str:
    found = CalendarDay.objects.filter(day=on).exclude(kind=CalendarDay.Kind.MAKEUP).first()
    if found is not None:
        return f"ngày nghỉ ({found.name})"
    return "Chủ nhật" if on.weekday() == 6 else "Thứ Bảy"


def entry_gap(product_on: date | None, submitted_on: date, calendar: WorkCalendar) -> tuple[int, bool]:
    """Working days between the product's own date and its submission, and whether that is "cập nhật chậm"."""
    gap = calendar.workdays_between(product_on, submitted_on) if product_on else 0
    return gap, gap > LATE_ENTRY_WORKDAYS
