"""What a biên bản bàn giao prints: the lines of a handover, or, before its day, what would go over."""

from collections.abc import Iterable
from dataclasses import replace

from core.clock import now
from core.templatetags.ui import day
from reports.layouts.handover_minutes import Minutes, Party, Row
from reports.layouts.heads import PaperHead
from reports.models import AgencyProfile
from reports.profiles import letterhead_of, profile_for
from tasks.models import Handover, HandoverLine
from tasks.models.facts import How
from tracker.handover import Thing, head_of, moves_of
from units.models import Unit, User
from units.permissions import Role

Part = HandoverLine.Part


def lines_of(handover: Handover) -> list[HandoverLine]:
    """What went over; before the day, unsaved lines of what would."""
    if handover.carried_out_at is not None:
        return list(handover.lines.select_related("receiver"))
    if handover.withdrawn_at is not None:
        return []
    return lines(moves_of(handover), handover)


def lines(moves: Iterable[tuple[Thing, User | None]], handover: Handover | None = None) -> list[HandoverLine]:
    """Moves as lines that are not stored: for a preview."""
    return [
        HandoverLine(
            handover=handover,
            part=thing.part,
            words=thing.words,
            status=thing.status,
            due_on=thing.due_on,
            receiver=to,
        )
        for thing, to in moves
    ]


def minutes_of(handover: Handover) -> Minutes:
    """The record as its page has it now."""
    found = lines_of(handover)
    receivers = list(dict.fromkeys(line.receiver for line in found if line.receiver is not None))
    signing = _signing_unit(handover)
    head = PaperHead.of(letterhead_of(profile_for(signing, AgencyProfile.Reach.INTERNAL)), "BB")
    witness = head_of(signing, handover.person)
    if witness is not None and not head.signer_name:
        head = replace(head, signer_name=witness.full_name)
    title = " ".join(head.signer_lines[-1:]).capitalize()
    decision = ""
    if handover.decided_by:
        how = f" ({How(handover.how).label.lower()})" if handover.how != How.DIRECT else ""
        decision = (
            f"Người quyết định: {handover.decided_by}{how}; người ghi nhận: {handover.recorded_by.full_name}."
        )
    return Minutes(
        head=head,
        taken_at=handover.carried_out_at or now(),
        handover=handover.pk,
        on=handover.on,
        unit=handover.unit.name,
        person=_party(handover.person),
        receivers=tuple(_party(each) for each in receivers),
        witness=""
        if witness in receivers
        else _party(witness).words
        if witness
        else f"{title}, {signing.name}",
        reason=handover.reason.rstrip(" ."),
        basis=handover.basis,
        decision=decision,
        planned=handover.carried_out_at is None,
        account=_account(handover),
        parts=tuple(_parts(handover, found)),
    )


def _party(user: User) -> Party:
    return Party(name=user.full_name, position=user.position)


def _account(handover: Handover) -> str:
    if handover.kind != Handover.Kind.LEAVES:
        return ""
    return (
        "Vai trò của người bàn giao trên hệ thống chấm dứt từ ngày bàn giao; tài khoản không còn vai trò nào được "
        "khóa. Tên người đã thực hiện được giữ nguyên trong quá trình xử lý."
    )


def _signing_unit(handover: Handover) -> Unit:
    """Whose head confirms: of the unit, or, when its head leaves or a leader's fields change, the one above."""
    unit = handover.unit
    leads = handover.person.grants.filter(unit=unit, role=Role.UNIT_HEAD).exists()
    return unit.parent if leads and unit.parent is not None else unit


def _parts(handover: Handover, found: list[HandoverLine]) -> Iterable[tuple[str, tuple[Row, ...]]]:
    """Every part that belongs to this kind of handover, the empty ones too: "không có" is a statement."""
    shown = [Part.CHARGE] if handover.kind == Handover.Kind.FIELDS else list(Part)
    for part in shown:
        rows = tuple(_row(line) for line in found if line.part == part)
        if rows or part in (Part.OPEN, Part.WAITING, Part.OVERDUE, Part.OWED):
            yield Part(part).label, rows


def _row(line: HandoverLine) -> Row:
    nobody = "Chấm dứt" if line.part == Part.ROLE else "–"
    return line.words, day(line.due_on), line.status, line.receiver.full_name if line.receiver else nobody
