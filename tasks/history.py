"""A task's past in words: its timeline from the ledger, and why its dates are what they are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.timezone import localtime

from core.deadlines import SpanUnit
from core.prepared import prepared
from core.templatetags.ui import day, moment
from core.text import count_vi
from core.workdays import WorkCalendar
from tasks import ledger
from tasks.duty_words import duty_lines
from tasks.models import (
    ContentRemoval,
    DeadlineChange,
    Event,
    Evidence,
    Explanation,
    LaterBasis,
    Obstacle,
    Task,
)
from tasks.models.facts import How
from tasks.models.removal import HIDDEN, REMOVED
from tasks.rules import past_tense
from units.models import CalendarDay, Unit, User
from units.permissions import Role

# verb → (kind of the mark, icon)
_LOOK = {
    "assign": ("active", "flag"),
    "accept": ("active", "check"),
    "receive": ("plain", "inbox"),
    "delegate": ("plain", "user"),
    "update": ("plain", "progress"),
    "attach": ("plain", "paperclip"),
    "submit": ("waiting", "send"),
    "withdraw": ("plain", "undo"),
    "confirm": ("done", "check-circle"),
    "return": ("returned", "undo"),
    "ask_extension": ("soon", "calendar"),
    "decide_extension": ("active", "calendar"),
    "propose_reassignment": ("waiting", "swap"),
    "withdraw_reassignment": ("plain", "undo"),
    "give_view": ("plain", "comment"),
    "decide_reassignment": ("active", "swap"),
    "hand_over": ("active", "swap"),
    "request_explanation": ("soon", "help"),
    "explain": ("waiting", "comment"),
    "judge": ("active", "check-circle"),
    "raise_obstacle": ("soon", "warning"),
    "answer_obstacle": ("active", "comment"),
    "deliver_part": ("done", "send"),
    "return_part": ("returned", "undo"),
    "direct": ("active", "comment"),
    "note_reported": ("plain", "inbox"),
    "urge": ("soon", "send"),
    "tell_group": ("plain", "comment"),
    "correct_deadline": ("plain", "edit"),
    "add_basis": ("plain", "paper"),
    "assign_member": ("active", "plus"),
    "suspend": ("plain", "pause"),
    "resume": ("active", "progress"),
    "reopen": ("active", "undo"),
    "discontinue": ("overdue", "stop"),
    "transfer": ("active", "swap"),
    "complete_all": ("done", "check-circle"),
    "reorganise": ("plain", "unit"),
    "change_leader": ("plain", "user"),
    "recount_calendar": ("plain", "calendar"),
    "set_rhythm": ("active", "calendar"),
    "end_rhythm": ("plain", "stop"),
    "set_check_in": ("plain", "calendar"),
    "log_breach": ("returned", "alert"),
    "request_removal": ("waiting", "shield"),
    "decide_removal": ("plain", "shield"),
    "remove_content": ("stopped", "shield"),
}
_PLAIN = ("plain", "circle")
_ROLES = {role.value: role.label for role in Role}

_LAPSED = {
    "change": "Đề nghị gia hạn đang chờ không còn cần quyết định.",
    "reassignment": "Đề nghị giao lại đang chờ không còn cần quyết định.",
    "explanation": "Yêu cầu giải trình không còn hiệu lực.",
}

# More working days than this between product and submission are "cập nhật chậm" (office rule 8).
LATE_ENTRY_WORKDAYS = 2


@dataclass(slots=True)
class _Line:
    """One event while its words are found: what it wrote (`facts`, `row`), and what they point at."""

    event: Event
    facts: dict[str, Any]
    units: Mapping[int, str]
    people: Mapping[int, str]
    later: LaterBasis | None = None
    title: str = ""
    said: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    marks: list[dict[str, str]] = field(default_factory=list)

    @property
    def row(self) -> dict[str, Any]:
        return self.facts.get("row", {})

    def unit(self, pk: int | None) -> str:
        return self.units.get(pk or 0, "")

    def say(self, label: str, value: object) -> None:
        """A line "label: value" where there is a value."""
        if value:
            self.said.append(f"{label}: {value}")

    def quote(self, *names: str) -> None:
        """Words of the row as they were written."""
        self.said += [self.row[name] for name in names if self.row.get(name)]


@dataclass(frozen=True, slots=True)
class Past:
    """What a page reads of a task's past, once: its lines, newest first, its proofs, the papers that came later."""

    events: list[Event]
    evidence: list[Evidence]
    later: dict[int, LaterBasis]

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset(event.verb for event in self.events)

    @property
    def all_direct(self) -> bool:
        """Whether nothing was decided off the system (phone, paper, meeting)."""
        return all(event.how == How.DIRECT for event in self.events)


def past_of(task: Task) -> Past:
    """Two queries, and one where papers came later."""
    events = sorted(_events(task.pk), key=lambda event: -event.sequence)
    for event in events:
        event.task = task
    added = any(event.verb == "add_basis" for event in events)
    later = LaterBasis.objects.filter(task=task) if added else ()
    return Past(
        events,
        sorted(_proofs(task.pk), key=lambda proof: proof.pk),
        {each.event_id: each for each in later},
    )


def timeline(task: Task, past: Past | None = None) -> list[dict[str, Any]]:
    """Every event, newest first, as `components/timeline.html` takes it. The words are those the ledger holds, not
    those of the tables. Two queries beside those of `past_of`, and one where content was removed."""
    past = past or past_of(task)
    evidence = {each.pk: each for each in past.evidence}
    events = past.events
    gaps = Gaps(events)
    contents = [gaps.facts_of(event) for event in events]
    units = _ids(contents, *_UNITS) | {event.unit_id for event in events if event.unit_id is not None}
    people = _ids(contents, "officer_id") | {event.by_id for event in events}
    named = {pk: short or name for pk, short, name in _names_of_units(tuple(units))}
    officers = dict(_names_of_people(tuple(people)))
    return [
        _moment(_Line(event, facts, named, officers, past.later.get(event.pk)), gaps, evidence)
        for event, facts in zip(events, contents, strict=True)
    ]


@prepared
def _events(task: Any) -> Any:
    return Event.objects.filter(task=task).order_by()


@prepared
def _proofs(task: Any) -> Any:
    return Evidence.objects.filter(task=task).order_by()


@prepared
def _names_of_units(pks: Any) -> Any:
    return Unit.objects.filter(pk__in=pks).order_by().values_list("pk", "short_name", "name")


@prepared
def _names_of_people(pks: Any) -> Any:
    return User.objects.filter(pk__in=pks).order_by().values_list("pk", "full_name")


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
        if event.verb not in _REMOVALS:
            return []
        removal = self._removals.get(ledger.facts_of(event).get("removal", 0))
        if removal is None:
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


# Where the facts of an event, or the row it wrote, name units.
_UNITS = (
    "unit", "from_unit", "to_unit", "missing_parts", "missing_answers", "unit_id", "proposed_unit_id", "asked_of_id",
    "new_lead_id",
)  # fmt: skip


def _ids(contents: Iterable[dict[str, Any]], *names: str) -> set[int]:
    found: set[int] = set()
    for facts in contents:
        for place in (facts, facts.get("row", {})):
            for name in names:
                value = place.get(name)
                found.update(value if isinstance(value, list) else [value] if value else [])
    return found


def _moment(line: _Line, gaps: Gaps, evidence: Mapping[int, Evidence]) -> dict[str, Any]:
    event, facts = line.event, line.facts
    kind, icon = _LOOK.get(event.verb, _PLAIN)
    later = line.later
    how = event.get_how_display() if event.how != How.DIRECT else ""
    line.title, line.marks = past_tense(event.verb), _marks(line)
    files = []
    if event.recorded_for_unit and event.decided_by:
        line.said.append(f"Theo thông tin của {event.decided_by} ({how.lower()}).")
    line.said += gaps.lines_of(event)
    if proof := evidence.get(facts.get("evidence", 0)):
        file = evidence_file(proof)
        if file["url"]:
            files = [file]
        elif file["note"]:
            line.said.append(f"{file['name']}: {file['note']}.")
    # Of a line whose words are gone, its bones are told again: what was decided, and the dates.
    if facts:
        if words := _WORDS.get(event.verb):
            words(line)
        line.said += duty_lines(event.verb, facts)
    line.said += [_LAPSED[name] for name in facts.get("rows", {}) if name in _LAPSED]
    if completed := _date(facts.get("completed_on")):
        line.said.append(f"Ngày hoàn thành: {day(completed)}.")
    if waited := facts.get("waited_workdays"):
        line.said.append(f"Không tính {count_vi(waited)} ngày làm việc chờ xác nhận.")
    line.said += [facts[name] for name in ("reason", "note") if facts.get(name)]
    happened = moment(event.happened_at)
    assigned_on = _date(facts.get("assigned_on"))
    if assigned_on and assigned_on != localtime(event.happened_at).date():
        happened = day(assigned_on)
    basis = event.basis
    if later is not None:
        basis = f"{later.basis} (bổ sung ngày {day(later.entered_at)})"
    return {
        "id": f"su-kien-{event.sequence}",
        "verb": event.verb,
        "title": line.title,
        "kind": kind,
        "icon": icon,
        "who": line.people[event.by_id],
        "role": _ROLES.get(event.role, ""),
        "unit": line.unit(event.unit_id),
        "decided_by": "" if event.recorded_for_unit else event.decided_by,
        "how": how,
        "basis": basis,
        "happened": happened,
        "entered": moment(event.entered_at),
        # The gap has spoken for every text of the line.
        "text": "\n".join(said for said in line.said if said not in ("", HIDDEN, REMOVED)),
        "changes": line.changes,
        "files": files,
        "marks": line.marks,
        "missing": [name for pk in facts.get("missing_parts", ()) if (name := line.unit(pk))],
    }


def _transfer(line: _Line) -> None:
    """What the new document says otherwise."""
    facts, task = line.facts, line.event.task
    if facts.get("new_end"):
        line.changes.append(("Hạn", _day(facts["old_end"]), _day(facts["new_end"])))
    if facts.get("old_title", task.title) != task.title:
        line.changes.append(("Nhiệm vụ", facts["old_title"], task.title))
    if facts.get("old_code", task.code) != task.code:
        line.changes.append(("Mã", facts["old_code"], task.code))


def _marks(line: _Line) -> list[dict[str, str]]:
    event, marks = line.event, []
    if event.recorded_for_unit:
        marks.append({"kind": "plain", "text": "Văn phòng nhập thay"})
    elif event.how != How.DIRECT and not event.basis and line.later is None:
        once = ", bổ sung một lần ở nhiệm vụ chung" if event.follows_id is not None else ""
        marks.append({"kind": "returned", "text": f"Chưa có văn bản{once}"})
    return marks


# --- What each verb says, from the row it wrote --------------------------------------------------------


def _receive(line: _Line) -> None:
    line.say("Ngày nhận", day(_date(line.facts.get("received_on"))))
    _moved(line)


def _moved(line: _Line) -> None:
    old, new = _date(line.facts.get("old_end")), _date(line.facts.get("new_end"))
    if old != new:
        line.changes.append(("Hạn", day(old), day(new)))


def _delegate(line: _Line) -> None:
    line.say("Người thực hiện", line.people.get(line.row.get("officer_id") or 0))
    line.quote("text")
    line.say("Hạn trong đơn vị", _day(line.row.get("due_on")))


def _update(line: _Line) -> None:
    row = line.row
    line.quote("text")
    if row.get("percent") is not None:
        line.said.append(f"Tỷ lệ hoàn thành: {row['percent']}%.")
    if row.get("parts_done") is not None:
        line.said.append(f"Số phần việc đã xong: {count_vi(row['parts_done'])}.")
    line.say("Khó khăn, vướng mắc", row.get("obstacle"))
    line.say("Kiến nghị, đề xuất", row.get("proposal"))


def _submit(line: _Line) -> None:
    line.quote("text")
    if line.row.get("is_nil"):
        line.marks.append({"kind": "plain", "text": "Không phát sinh"})
    if line.row.get("product_on"):
        line.said.append(f"Ngày của văn bản kết quả: {_day(line.row['product_on'])}.")
    for name, words in (("missing_parts", "kết quả phối hợp"), ("missing_answers", "báo cáo")):
        missing = [line.unit(pk) for pk in line.facts.get(name, ())]
        line.say(f"Khi trình chưa có {words} của", "; ".join(filter(None, missing)))


def _ask_extension(line: _Line) -> None:
    row = line.row
    line.said.append(f"Đề nghị lùi hạn từ {_day(row.get('old_end'))} đến {_day(row.get('proposed_end'))}.")
    line.quote("reason")
    if row.get("internal"):
        line.marks.append({"kind": "plain", "text": "Hạn nội bộ"})
    if row.get("late"):
        line.marks.append({"kind": "soon", "text": "Đề nghị muộn"})


def _decide_extension(line: _Line) -> None:
    granted = line.facts.get("granted")
    line.title = "Đồng ý gia hạn" if granted else "Không đồng ý gia hạn"
    if granted:
        _moved(line)


def _propose(line: _Line) -> None:
    line.quote("reason")
    line.say("Đơn vị đề nghị chủ trì", line.unit(line.row.get("proposed_unit_id")))


def _view(line: _Line) -> None:
    line.say("Ý kiến của", line.unit(line.row.get("unit_id")))
    line.quote("text")


def _decide_reassignment(line: _Line) -> None:
    line.title = "Đồng ý giao lại" if line.facts.get("agreed") else "Không đồng ý giao lại"
    _hand_over(line)


def _hand_over(line: _Line) -> None:
    if line.facts.get("to_unit"):
        line.changes.append(
            ("Chủ trì", line.unit(line.facts.get("from_unit")), line.unit(line.facts["to_unit"]))
        )
    if line.facts.get("merged_into"):
        line.said.append("Nhập vào phần việc đơn vị kế thừa đang thực hiện.")
    if line.facts.get("was_coordinating"):
        line.said.append("Đơn vị trước đây phối hợp, nay chủ trì.")


def _request_explanation(line: _Line) -> None:
    line.quote("about")
    line.say("Thời hạn giải trình", _day(line.row.get("due_on")))


def _explain(line: _Line) -> None:
    cause = line.row.get("cause")
    line.say("Nguyên nhân", Explanation.Cause(cause).label if cause else "")
    line.quote("answer")
    line.say("Biện pháp khắc phục", line.row.get("remedy"))
    line.say("Thời gian hoàn thành dự kiến", _day(line.row.get("new_date")))


def _judge(line: _Line) -> None:
    verdict = line.row.get("verdict")
    line.title = Explanation.Verdict(verdict).label if verdict else line.title


def _raise_obstacle(line: _Line) -> None:
    line.quote("text")
    line.say("Kiến nghị, đề xuất", line.row.get("proposal"))
    line.say("Đơn vị giải quyết", line.unit(line.row.get("asked_of_id")))
    line.say("Đề nghị trả lời chậm nhất ngày", _day(line.row.get("due_on")))


def _answer_obstacle(line: _Line) -> None:
    outcome = line.row.get("outcome")
    line.say("Kết quả", Obstacle.Outcome(outcome).label if outcome else "")
    line.quote("decision_note")


def _part(line: _Line) -> None:
    line.say("Đơn vị phối hợp", line.unit(line.facts.get("unit")))
    line.quote("text")
    number, issued = line.row.get("number"), _day(line.row.get("issued_on"))
    line.say("Văn bản", f"{number}{f' ngày {issued}' if issued else ''}" if number else "")


def _direct(line: _Line) -> None:
    line.quote("text")
    line.say("Thực hiện chậm nhất ngày", _day(line.row.get("due_on")))


def _note_reported(line: _Line) -> None:
    line.say("Đã nhận báo cáo", line.facts.get("source"))
    line.say("Chờ cập nhật đến hết ngày", _day(line.facts.get("awaited_until")))


def _said(line: _Line) -> None:
    line.said.append(line.facts.get("text", ""))


def _correct_deadline(line: _Line) -> None:
    old, new = line.facts.get("phrase", ""), line.facts.get("new_phrase", "")
    if old != new:
        line.changes.append(("Văn bản ghi", old, new))
    _moved(line)
    if line.facts.get("reached"):
        line.said.append(f"Áp dụng cho {count_vi(line.facts['reached'])} đơn vị.")
    if line.facts.get("own"):
        line.said.append(f"{count_vi(line.facts['own'])} đơn vị có thời hạn riêng, giữ nguyên.")


def _recount_calendar(line: _Line) -> None:
    for label, name in (("Thời hạn", "end"), ("Hạn áp dụng", "effective")):
        old, new = (_day(line.facts.get(f"{when}_{name}")) for when in ("old", "new"))
        if old != new:
            line.changes.append((label, old, new))
    line.say("Lý do", line.facts.get("reason"))


def _add_basis(line: _Line) -> None:
    line.say("Văn bản", line.row.get("basis"))
    if line.facts.get("of"):
        line.said.append(f"Cho việc thứ {count_vi(line.facts['of'])} trong quá trình xử lý.")


def _assign_member(line: _Line) -> None:
    line.say("Đơn vị", line.unit(line.facts.get("unit")))


_WORDS: dict[str, Callable[[_Line], None]] = {
    "receive": _receive,
    "delegate": _delegate,
    "update": _update,
    "submit": _submit,
    "ask_extension": _ask_extension,
    "decide_extension": _decide_extension,
    "propose_reassignment": _propose,
    "give_view": _view,
    "decide_reassignment": _decide_reassignment,
    "hand_over": _hand_over,
    "request_explanation": _request_explanation,
    "explain": _explain,
    "judge": _judge,
    "raise_obstacle": _raise_obstacle,
    "answer_obstacle": _answer_obstacle,
    "deliver_part": _part,
    "return_part": _part,
    "direct": _direct,
    "note_reported": _note_reported,
    "urge": _said,
    "tell_group": _said,
    "correct_deadline": _correct_deadline,
    "recount_calendar": _recount_calendar,
    "add_basis": _add_basis,
    "assign_member": _assign_member,
    "transfer": _transfer,
}


def _day(iso: str | None) -> str:
    """ISO text as facts hold it, printed; nothing is ""."""
    return day(date.fromisoformat(iso)) if iso else ""


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


def deadline_reasons(
    task: Task, calendar: WorkCalendar, changes: Sequence[DeadlineChange] | None = None
) -> list[str]:
    """Why the deadline that counts is not the one printed; empty when it is. `calendar` is the lead unit's own. At most
    three queries. `changes`: what was asked about its deadline, where that was read already."""
    reasons = []
    printed, nominal, effective = task.printed_on, task.nominal_end, task.effective_end
    if nominal is None or effective is None:
        return []
    if task.duty_id is not None and printed is not None and printed != effective and not task.was_extended:
        side = "liền trước" if effective < printed else "kế tiếp"
        return [
            f"{day(printed)} là {_why_off(printed, task)}, hạn của kỳ chuyển sang ngày làm việc {side} "
            f"{day(effective)}."
        ]
    if task.was_extended:
        asked = task.deadline_changes.all() if changes is None else changes
        for change in (each for each in asked if each.decision == DeadlineChange.Decision.GRANTED):
            by = f" do {change.decided_by_name} quyết định" if change.decided_by_name else ""
            reasons.append(f"Gia hạn từ {day(change.old_end)} đến {day(change.granted_end)}{by}.")
    elif printed is not None and printed != nominal:
        reasons.append(
            f"Văn bản ghi trước ngày {day(printed)}, không gồm cả ngày đó: hạn cuối là {day(nominal)}."
        )
    if task.counts_from and not task.was_extended and task.within_amount is not None:
        reasons.append(_counted_from(task))
        if task.within_unit == SpanUnit.WORKDAY and _crosses_guesses(task, nominal):
            reasons.append("Tạm tính: trong khoảng này có ngày nghỉ chưa có quyết định.")
    if nominal != effective:
        reasons.append(
            f"{day(nominal)} là {_why_off(nominal, task)}, hạn chuyển sang ngày làm việc kế tiếp {day(effective)}."
        )
    elif not calendar.is_workday(nominal):
        reasons.append(
            f"{day(nominal)} là {_why_off(nominal, task)}; hạn do cấp trên giao không chuyển ngày."
        )
    # An order to many has no clock of its own: its parts say why theirs were moved.
    if task.lead_unit_id is not None and task.counted_end is not None and task.counted_end != effective:
        waited = calendar.workdays_between(effective, task.counted_end)
        reasons.append(
            f"Không tính {count_vi(waited)} ngày làm việc kết quả chờ xác nhận: chỉ tính chậm sau ngày "
            f"{day(task.counted_end)}."
        )
    return reasons


def _crosses_guesses(task: Task, end: date) -> bool:
    """Whether working days were counted over days off that are only guessed."""
    start = task.received_on or task.assigned_on or end
    return CalendarDay.objects.common().filter(provisional=True, day__range=(start, end)).exists()


def _counted_from(task: Task) -> str:
    if task.counts_from != Task.CountsFrom.RECEIVED:
        words = f"Tính từ {task.get_counts_from_display()} của văn bản giao"
        return (
            f"{words} (tạm tính, văn bản chưa ghi ngày có hiệu lực)." if task.start_assumed else f"{words}."
        )
    if task.received_on is not None:
        return f"Tính từ ngày nhận {day(task.received_on)}."
    return f"Tạm tính từ ngày giao {day(task.assigned_on)} vì đơn vị chưa ghi ngày nhận."


def _why_off(on: date, task: Task) -> str:
    lead = task.lead_unit
    days = CalendarDay.objects.common() if lead is None else CalendarDay.objects.holding_at(lead.tree_start)
    nearest = days.filter(day=on).order_by(F("unit__depth").desc(nulls_last=True))
    found = nearest.exclude(kind=CalendarDay.Kind.MAKEUP).first()
    if found is not None:
        # Until the decision of the year is entered the day is a guess, and so is what moves off it (office rule 12).
        guessed = ", tạm tính" if found.provisional else ""
        return f"ngày nghỉ ({found.name}{guessed})"
    return "Chủ nhật" if on.weekday() == 6 else "Thứ Bảy"


def entry_gap(product_on: date | None, submitted_on: date, calendar: WorkCalendar) -> tuple[int, bool]:
    """Working days between the product's own date and its submission, and whether that is "cập nhật chậm"."""
    gap = calendar.workdays_between(product_on, submitted_on) if product_on else 0
    return gap, gap > LATE_ENTRY_WORKDAYS
