"""What a hồ sơ theo dõi nhiệm vụ prints of a task: everything there is, read once."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from core.clock import now, today
from core.templatetags.ui import day, moment
from core.text import count_vi, date_vi, number_vi
from notifications.models import Digest, Notice
from reports.layouts import task_file
from reports.layouts.heads import PaperHead
from reports.layouts.task_file import Row, TaskFile
from reports.models import AgencyProfile, TaskFileLook
from reports.papers.order_slips import RELATED, applied_words, source_words
from reports.profiles import letterhead_of, profile_for
from tasks import ledger
from tasks.models import Event, Evidence, Task
from tasks.models.facts import How, SettledOnce
from tasks.rules import past_tense
from tasks.status import status_text
from tasks.telling import REMOVED, Names, actual_day, told
from units.models import CalendarDay, RoleGrant, User

NO_PAPER = "chưa có văn bản"


@transaction.atomic
def hand_out(task: Task, *, by: User, grant: RoleGrant) -> bytes:
    """The file as it is now, with the look written down in the same transaction: no look, no file."""
    docx = task_file.build(read(task, by=by))
    TaskFileLook.objects.create(
        task=task, by=by, role=grant.role, unit=grant.unit, sha256=hashlib.sha256(docx).hexdigest()
    )
    return docx


def read(task: Task, *, by: User) -> TaskFile:
    """The snapshot of a given task. A constant number of queries beside those of its parts."""
    task = Task.objects.select_related(*RELATED, "lead_group").get(pk=task.pk)
    events = list(
        task.events.select_related("by", "unit", "later_basis", "later_basis__by").order_by("sequence")
    )
    at = now()
    head = PaperHead.of(letterhead_of(profile_for(task.tracking_unit, AgencyProfile.Reach.INTERNAL)), "HS")
    return TaskFile(
        head=head,
        taken_at=at,
        taken_words=f"{moment(at).replace(' ', ' lúc ')}",
        asked_by=f"{by.full_name}, {by.position}" if by.position else by.full_name,
        task=task.pk,
        code=task.code,
        title=task.title,
        order=tuple(_order(task)),
        chain=tuple(_chain(task, events)),
        recipients=tuple(_numbered(_recipients(task))),
        openings=tuple(_numbered(_openings(task))),
        events=tuple(_event(event, Names(events)) for event in events),
        reminders=tuple(_numbered(_reminders(task))),
        requests=tuple(_numbered(_requests(task, events))),
        evidence=tuple(_numbered(_evidence(task, events))),
    )


def _numbered(rows: Iterable[Row]) -> Iterable[Row]:
    return ((str(number), *row) for number, row in enumerate(rows, 1))


# --- the order ------------------------------------------------------------------------------------


def _order(task: Task) -> Iterable[Row]:
    leader = task.leader_in_charge or (task.plan.leader_in_charge if task.plan else None)
    document = task.source_document or (task.plan.document if task.plan else None)
    yield "Nhiệm vụ", task.title
    yield "Văn bản giao", source_words(task)
    if document is not None:
        yield "Trích yếu văn bản giao", document.subject
        if document.incoming_number or document.incoming_on:
            incoming = date_vi(document.incoming_on) if document.incoming_on else "không ghi"
            yield "Số đến, ngày đến", f"{document.incoming_number or 'không ghi'}; {incoming}"
    if task.quote:
        yield "Trích nguyên văn", f"“{task.quote}”"
    yield "Mức độ giao; độ khẩn", f"{task.get_strength_display()}; {task.get_urgency_display().lower()}"
    yield "Sản phẩm", task.product or "Không ghi trong văn bản"
    yield "Lãnh đạo phụ trách", _person(leader) if leader else "Chưa phân công"
    yield "Đơn vị theo dõi, đôn đốc", task.tracking_unit.name
    yield "Ngày giao", day(task.assigned_on)
    yield "Thời hạn ghi trong văn bản", task.phrase or "Không ghi"
    yield "Hạn áp dụng", applied_words(task)
    if task.received_on:
        yield "Ngày nhận", day(task.received_on)
    if task.submitted_on:
        yield "Ngày trình kết quả", day(task.submitted_on)
    if task.completed_on and not task.is_open:
        yield "Ngày hoàn thành", day(task.completed_on)
    yield "Tình trạng", status_text(task, today(), CalendarDay.objects.as_calendar())


def _recipients(task: Task) -> Iterable[Row]:
    due = day(task.effective_end)
    if task.lead_unit is not None:
        on = task.assigned_on or today()
        yield task.lead_unit.name_on(on), "Chủ trì", "", due, day(task.submitted_on)
    for part in task.children.select_related("lead_unit").order_by("lead_unit__tree_start"):
        yield part.lead_label, "Được giao", "", day(part.effective_end), day(part.submitted_on)
    for left_out in task.exclusions.select_related("unit"):
        yield left_out.unit.name, "Không giao", left_out.reason, "–", "–"
    for each in task.coordinations.select_related("unit"):
        sent = day(each.delivered_on) + ("\n(yêu cầu bổ sung)" if each.returned else "")
        yield (
            each.unit.name,
            each.get_kind_display(),
            each.part,
            day(each.effective_end or task.effective_end),
            sent,
        )
    if task.coordination_note:
        yield task.coordination_note, "Ghi trong văn bản", "", "–", "–"


def _openings(task: Task) -> Iterable[Row]:
    for opening in task.openings.select_related("user").order_by("opened_at", "pk"):
        yield opening.user.full_name, opening.user.position, moment(opening.opened_at)


# --- the ledger -----------------------------------------------------------------------------------


def _chain(task: Task, events: list[Event]) -> Iterable[str]:
    broken = ledger.first_broken(task)
    number = count_vi(len(events))
    if broken is None:
        last = f" Mã kiểm tra của dòng cuối: {events[-1].digest[:16]}." if events else ""
        yield f"Đã kiểm tra {number} dòng ghi nhận của nhiệm vụ: chuỗi nguyên vẹn, không dòng nào bị sửa, xóa.{last}"
    else:
        yield (
            f"Đã kiểm tra {number} dòng ghi nhận của nhiệm vụ: chuỗi KHÔNG còn nguyên vẹn từ dòng số "
            f"{broken.sequence} ({past_tense(broken.verb).lower()})."
        )
    removed = [str(event.sequence) for event in events if event.content_removed]
    if removed:
        yield (
            f"Nội dung của dòng số {', '.join(removed)} đã được gỡ theo quyết định; mã kiểm tra của dòng được giữ "
            "nguyên nên khoảng trống vẫn nhìn thấy."
        )


def _event(event: Event, names: Names) -> Row:
    actual = actual_day(event)
    return (
        str(event.sequence),
        past_tense(event.verb) + ("\n(Văn phòng nhập thay)" if event.recorded_for_unit else ""),
        day(actual) if actual else moment(event.happened_at),
        moment(event.entered_at),
        _recorder(event),
        _decider(event),
        "\n".join(f"{label}: {value}" if label else value for label, value in told(event, names)),
        f"{event.digest[:8]}\n{event.digest[8:16]}",
    )


def _recorder(event: Event) -> str:
    place = ", ".join(
        filter(None, [event.get_role_display() if event.role else "", event.unit.label if event.unit else ""])
    )
    return f"{event.by.full_name}\n({place})" if place else event.by.full_name


def _decider(event: Event) -> str:
    """Who decided, how, and on what paper, the later one too (office rule 1)."""
    if event.how == How.DIRECT and not event.decided_by and not event.basis:
        return "Người ghi nhận, trực tiếp trên hệ thống"
    lines = [f"{event.decided_by or event.by.full_name}; {event.get_how_display().lower()}"]
    if event.follows_id is not None:
        lines.append("Theo quyết định ghi ở nhiệm vụ chung")
    later = getattr(event, "later_basis", None)
    if event.basis:
        lines.append(f"Văn bản: {event.basis}")
    if later is not None:
        lines.append(f"Văn bản bổ sung: {later.basis} ({later.by.full_name} nhập {moment(later.entered_at)})")
    if not event.basis and later is None and event.how != How.DIRECT:
        lines.append(f"({NO_PAPER})")
    return "\n".join(lines)


# --- what passed between the parties ----------------------------------------------------------------


def _requests(task: Task, events: list[Event]) -> Iterable[Row]:
    lines: dict[tuple[str, int], list[Event]] = defaultdict(list)
    for event in events:
        facts = ledger.facts_of(event)
        for name in ("change", "reassignment", "explanation", "obstacle"):
            if isinstance(facts.get(name), int):
                lines[name, facts[name]].append(event)
            if name in facts.get("rows", {}):
                lines[name, facts["rows"][name][0]].append(event)
    for change in task.deadline_changes.select_related("asked_by", "recorded_by"):
        late = " (đề nghị muộn)" if change.late else ""
        asked = f"Lùi hạn từ {day(change.old_end)} đến {day(change.proposed_end)}{late}"
        verdict = change.get_decision_display()
        if change.granted_end:
            verdict += f" đến {day(change.granted_end)}"
        yield (
            "Gia hạn nội bộ" if change.internal else "Đề nghị gia hạn",
            _asked(change.asked_by, change.asked_at),
            f"{asked}.\n{change.reason or REMOVED}",
            _verdict(verdict, change),
            *_settled(change, lines["change", change.pk]),
        )
    for proposal in task.reassignments.select_related("asked_by", "recorded_by", "proposed_unit", "new_lead"):
        to = f"Đề nghị giao {proposal.proposed_unit.name}.\n" if proposal.proposed_unit else ""
        views = [f"Ý kiến của {v.unit.name}: {v.text}" for v in proposal.views.select_related("unit")]
        verdict = proposal.get_decision_display()
        if proposal.new_lead:
            verdict += f": {proposal.new_lead.name}"
        yield (
            "Đề nghị giao lại",
            _asked(proposal.asked_by, proposal.asked_at),
            "\n".join([to + (proposal.reason or REMOVED), *views]),
            _verdict(verdict, proposal),
            *_settled(proposal, lines["reassignment", proposal.pk]),
        )
    for demand in task.explanations.select_related("asked_by", "answered_by", "recorded_by", "unit"):
        answer = ""
        if demand.is_answered and demand.answered_by is not None:
            answer = (
                f"\nGiải trình ({demand.answered_by.full_name}, {moment(demand.answered_at)}; "
                f"{demand.get_cause_display().lower()}): {demand.answer or demand.get_cause_display()}"
            )
        yield (
            "Yêu cầu giải trình",
            _asked(demand.asked_by, demand.asked_at),
            f"{demand.about or REMOVED} (hạn {day(demand.due_on)}, {demand.unit.name}){answer}",
            _verdict(demand.get_verdict_display(), demand),
            *_settled(demand, lines["explanation", demand.pk]),
        )
    for obstacle in task.obstacles.select_related("raised_by", "recorded_by", "asked_of"):
        yield (
            "Vướng mắc",
            _asked(obstacle.raised_by, obstacle.raised_at),
            f"{obstacle.text or REMOVED}\nGửi {obstacle.asked_of.name}, trả lời chậm nhất ngày {day(obstacle.due_on)}",
            _verdict(obstacle.get_outcome_display(), obstacle),
            *_settled(obstacle, lines["obstacle", obstacle.pk]),
        )


def _asked(by: User, at: object) -> str:
    return f"{by.full_name}\n{moment(at)}"  # type: ignore[arg-type]


def _verdict(words: str, asked: SettledOnce) -> str:
    return f"{words}\n{asked.decision_note}" if asked.decision_note else words


def _settled(asked: SettledOnce, events: list[Event]) -> tuple[str, str]:
    """Who decided, who recorded it, how and on what paper; the lines of the ledger it stands in."""
    where = ", ".join(str(event.sequence) for event in events)
    if asked.decided_at is None:
        return "Chưa quyết định", where
    lines = []
    if asked.decided_by_name:
        lines.append(asked.decided_by_name)
    if asked.recorded_by is not None and asked.recorded_by.full_name != asked.decided_by_name:
        lines.append(f"Ghi nhận: {asked.recorded_by.full_name}")
    if asked.how:
        lines.append(asked.get_how_display())
    later = [e.later_basis.basis for e in events if getattr(e, "later_basis", None) is not None]
    papers = [*filter(None, [asked.basis]), *(f"{each} (bổ sung)" for each in later)]
    if papers:
        lines.append("; ".join(papers))
    elif asked.how and asked.how != How.DIRECT:
        lines.append(f"({NO_PAPER})")
    lines.append(moment(asked.decided_at))
    return "\n".join(lines), where


# --- what went out --------------------------------------------------------------------------------


def _reminders(task: Task) -> Iterable[Row]:
    notices = Notice.objects.filter(task=task).select_related("recipient", "digest").order_by("day", "pk")
    for notice in notices:
        yield (
            day(notice.day),
            _person(notice.recipient),
            f"{notice.get_group_display()}: {notice.text}",
            _fate(notice),
            moment(notice.read_at) if notice.read_at else "Chưa xem",
        )


def _fate(notice: Notice) -> str:
    """What became of the mail that carried the notice; the inbox had it at once."""
    digest = notice.digest
    if notice.state == Notice.State.SKIPPED:
        return f"Không gửi: {notice.reason}"
    if digest is None:
        return "Chỉ hiện trong hộp thư trên hệ thống"
    if digest.state == Digest.State.SENT:
        return f"Đã gửi lúc {moment(digest.sent_at)}"
    if digest.state == Digest.State.SKIPPED:
        return f"Không gửi: {digest.reason}" if digest.reason else "Không gửi"
    if digest.state == Digest.State.FAILED:
        return f"Gửi không thành công sau {count_vi(digest.attempts)} lần"
    return "Chờ gửi"


# --- proof ----------------------------------------------------------------------------------------


def _evidence(task: Task, events: list[Event]) -> Iterable[Row]:
    gone = _removed_evidence(events)
    for proof in task.evidence.select_related("by"):
        removed = proof.pk in gone or not proof.title
        paper = [
            f"số {proof.number}" if proof.number else "",
            f"ngày {date_vi(proof.issued_on)}" if proof.issued_on else "",
            proof.issuer,
        ]
        entered = f"{proof.by.full_name}{' (Văn phòng nhập thay)' if proof.recorded_for_unit else ''}"
        yield (
            REMOVED if removed else _proof_title(proof),
            "–" if removed else ", ".join(filter(None, paper)) or "–",
            day(proof.issued_on) if proof.issued_on and not removed else "–",
            f"{entered}\n{moment(proof.entered_at)}",
            f"{number_vi(proof.size)} byte" if proof.size is not None else "–",
            _in_lines(proof.sha256) if proof.sha256 else "–",
        )


def _removed_evidence(events: list[Event]) -> set[int]:
    """Proofs whose line in the ledger was removed: every proof has one, so those without a told line are gone."""
    if not any(event.content_removed and event.verb == "attach" for event in events):
        return set()
    told_of = {ledger.facts_of(event).get("evidence") for event in events}
    task = events[0].task_id
    return set(
        Evidence.objects.filter(task=task)
        .exclude(pk__in=[p for p in told_of if p])
        .values_list("pk", flat=True)
    )


def _proof_title(proof: Evidence) -> str:
    words = f"{proof.get_kind_display()}: {proof.title}"
    return f"{words}\n{proof.url}" if proof.url else words


def _in_lines(digest: str) -> str:
    """64 letters in two lines: a word that long would leave its cell."""
    return "\n".join(digest[start : start + 22] for start in range(0, len(digest), 22))


def _person(user: User) -> str:
    return f"{user.full_name}, {user.position}" if user.position else user.full_name
