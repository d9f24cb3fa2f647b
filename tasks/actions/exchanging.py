"""What units, office and leaders ask of each other: giving a task to another unit, explaining, obstacles, parts."""

from datetime import date
from typing import Any

from django.db import transaction

from core.clock import now, today
from tasks import ledger, orders
from tasks.actions.answering import NIL, send
from tasks.actions.common import Act, begin
from tasks.actions.handing_over import move_to
from tasks.actions.reviewing import close
from tasks.ledger import DIRECT, Decision
from tasks.models import (
    Coordination,
    Explanation,
    Obstacle,
    PartReport,
    ProgressUpdate,
    Reassignment,
    ReassignmentView,
    Task,
)
from tasks.status import Confirmation, Execution
from units.actions import RuleBroken
from units.models import CalendarDay, Unit, User
from units.permissions import Role

# An obstacle and a demand to explain are answered within this many working days unless a date is given.
REPLY_WORKDAYS = 3


def reply_by() -> date:
    return CalendarDay.objects.as_calendar().add_workdays(today(), REPLY_WORKDAYS)


# --- Giving a task to another unit (office rule 3) ---------------------------------------------------


@transaction.atomic
def propose_reassignment(
    task: Task, *, by: User, reason: str, proposed_unit: Unit | None = None, decision: Decision = DIRECT
) -> Reassignment:
    """ "Đề nghị giao lại": there is no refusal. The lead stays answerable and the clock runs until a leader decides."""
    act = begin(task, "propose_reassignment", by=by, decision=decision, reason=reason)
    if act.task.lead_unit is not None and act.task.lead_unit.is_outside:
        raise RuleBroken(
            "Cơ quan ngoài không đề nghị giao lại tại đây; hãy ghi văn bản trả lời của cơ quan đó."
        )
    if proposed_unit is not None and proposed_unit == act.task.lead_unit:
        raise RuleBroken({"proposed_unit": "Đơn vị này đang chủ trì nhiệm vụ."})
    asked = Reassignment.objects.create(
        task=act.task,
        reason=reason,
        proposed_unit=proposed_unit,
        execution_before=act.task.execution,
        asked_by=by,
        recorded_for_unit=act.for_unit,
    )
    act.task.execution = Execution.REASSIGN
    act.save("execution")
    act.write(reassignment=asked.pk, row=ledger.row_of(asked, "reason", "proposed_unit_id"))
    return asked


@transaction.atomic
def withdraw_reassignment(task: Task, *, by: User, decision: Decision = DIRECT) -> Reassignment:
    act = begin(task, "withdraw_reassignment", by=by, decision=decision)
    asked = act.matters.reassignment
    assert asked is not None
    act.settle(asked, decision=Reassignment.Decision.WITHDRAWN)
    _go_back(act, asked)
    act.write(reassignment=asked.pk, row=ledger.row_of(asked, "decision"))
    return asked


def _go_back(act: Act, asked: Reassignment) -> None:
    if act.task.execution == Execution.REASSIGN:
        worked = act.task.updates.exists()
        act.task.execution = Execution.IN_PROGRESS if worked else Execution(asked.execution_before)
        act.save("execution")


@transaction.atomic
def give_view(
    task: Task, *, by: User, text: str, unit: Unit | None = None, decision: Decision = DIRECT
) -> ReassignmentView:
    """Both units write what they think before the leader decides; the office may record it for either of them."""
    act = begin(task, "give_view", by=by, decision=decision, text=text)
    asked = act.matters.reassignment
    assert asked is not None
    if unit is None:
        unit = asked.proposed_unit if _speaks_for(act, asked.proposed_unit) else act.task.lead_unit
    assert unit is not None
    if unit not in (asked.proposed_unit, act.task.lead_unit):
        raise RuleBroken({"unit": "Chỉ hai đơn vị trong đề nghị cho ý kiến."})
    if act.grant.role != Role.PLAN_OWNER and not _speaks_for(act, unit):
        raise RuleBroken({"unit": "Đồng chí không ghi ý kiến thay đơn vị này được."})
    act.unit = unit.pk
    view = ReassignmentView.objects.create(reassignment=asked, task=act.task, unit=unit, text=text, by=by)
    act.write(view=view.pk, row=ledger.row_of(view, "unit_id", "text"))
    return view


def _speaks_for(act: Act, unit: Unit | None) -> bool:
    return unit is not None and act.grant.unit.tree_start <= unit.tree_start <= act.grant.unit.tree_end


@transaction.atomic
def decide_reassignment(
    task: Task,
    *,
    by: User,
    agreed: bool,
    new_lead: Unit | None = None,
    note: str = "",
    decision: Decision = DIRECT,
) -> Reassignment:
    """The leader in charge decides; agreed, the task moves with its dates to the new lead."""
    act = begin(task, "decide_reassignment", by=by, decision=decision)
    asked = act.matters.reassignment
    assert asked is not None
    if asked.asked_by_id == by.pk and act.grant.role == Role.LEADER:
        raise RuleBroken("Người đề nghị giao lại không được tự quyết định; lãnh đạo khác quyết định.")
    new_lead = (new_lead or asked.proposed_unit) if agreed else None
    if agreed and new_lead is None:
        raise RuleBroken({"new_lead": "Hãy chọn đơn vị chủ trì mới."})
    if not agreed and not note.strip():
        raise RuleBroken({"note": "Hãy ghi lý do không đồng ý giao lại."})
    verdict = Reassignment.Decision.AGREED if agreed else Reassignment.Decision.REFUSED
    facts: dict[str, Any] = {}
    if new_lead is None:
        _go_back(act, asked)
    else:
        facts = move_to(act.task, new_lead)
    act.settle(asked, note=note, decision=verdict, new_lead=new_lead)
    row = ledger.row_of(asked, "decision", "new_lead_id", "decided_by_name", "how", "basis", "decision_note")
    act.write(reassignment=asked.pk, agreed=agreed, note=note, row=row, **facts)
    orders.refresh(act.task, by)
    return asked


# --- Explaining ---------------------------------------------------------------------------------------


@transaction.atomic
def request_explanation(
    task: Task, *, by: User, about: str, due_on: date | None = None, decision: Decision = DIRECT
) -> Explanation:
    """Demands an explanation of the lead unit by a day of its own."""
    act = begin(task, "request_explanation", by=by, decision=decision, about=about)
    assert act.task.lead_unit is not None
    if act.task.lead_unit.is_outside:
        raise RuleBroken("Cơ quan ngoài không phải giải trình tại đây; hãy gửi công văn đề nghị.")
    due_on = due_on or reply_by()
    if due_on < today():
        raise RuleBroken({"due_on": "Thời hạn giải trình không được trước hôm nay."})
    asked = Explanation.objects.create(
        task=act.task, unit=act.task.lead_unit, about=about, due_on=due_on, asked_by=by
    )
    act.write(explanation=asked.pk, row=ledger.row_of(asked, "unit_id", "about", "due_on"))
    return asked


@transaction.atomic
def explain(
    task: Task,
    *,
    by: User,
    cause: str,
    text: str = "",
    remedy: str = "",
    new_date: date | None = None,
    decision: Decision = DIRECT,
) -> Explanation:
    """The unit's answer: cause, what is done about it, by when. "Không phát sinh" is an answer too.

    Where the order itself is to explain, the answer is its result.
    """
    nil = cause == Explanation.Cause.NIL
    text = text.strip() or (NIL if nil else "")
    act = begin(task, "explain", by=by, decision=decision, text=text)
    asked = act.matters.explanation
    assert asked is not None
    if cause not in Explanation.Cause.values:
        raise RuleBroken({"cause": "Hãy chọn nguyên nhân."})
    if not nil and not remedy.strip() and act.task.is_open:
        raise RuleBroken({"remedy": "Hãy ghi biện pháp khắc phục."})
    if new_date is not None and new_date < today():
        raise RuleBroken({"new_date": "Thời gian hoàn thành dự kiến không được trước hôm nay."})
    answered = {
        "cause": cause,
        "answer": text,
        "remedy": remedy,
        "new_date": new_date,
        "answered_by": by,
        "answered_at": now(),
        "recorded_for_unit": act.for_unit,
    }
    for name, value in answered.items():
        setattr(asked, name, value)
    asked.save(update_fields=[*answered])
    row = ledger.row_of(asked, "cause", "answer", "remedy", "new_date", "answered_by_id")
    facts: dict[str, Any] = {}
    if act.task.nature == Task.Nature.EXPLANATION and act.task.confirmation != Confirmation.SUBMITTED:
        update = ProgressUpdate.objects.create(
            task=act.task, text=text, is_submission=True, is_nil=nil, by=by, recorded_for_unit=act.for_unit
        )
        send(act.task, update)
        facts["rows"] = {"update": [update.pk, ledger.row_of(update, "text", "is_submission", "is_nil")]}
    act.write(explanation=asked.pk, row=row, **facts)
    orders.refresh(act.task, by)
    return asked


@transaction.atomic
def judge(task: Task, *, by: User, verdict: str, note: str = "", decision: Decision = DIRECT) -> Explanation:
    """The leader's verdict. Only a confirmed objective cause is counted apart (office rule 32); the days stay late.

    An order to explain is done with an accepted answer, and goes back with a rejected one.
    """
    act = begin(task, "judge", by=by, decision=decision)
    asked = act.matters.explanation
    assert asked is not None
    rejected = verdict == Explanation.Verdict.REJECTED
    if verdict not in (Explanation.Verdict.OBJECTIVE, Explanation.Verdict.ACCEPTED) and not rejected:
        raise RuleBroken({"verdict": "Hãy chọn kết luận."})
    if asked.answered_by_id == by.pk:
        raise RuleBroken("Người giải trình không được tự kết luận.")
    if rejected and not note.strip():
        raise RuleBroken({"note": "Hãy ghi rõ vì sao chưa chấp nhận."})
    act.settle(asked, note=note, verdict=verdict)
    row = ledger.row_of(asked, "verdict", "decided_by_name", "how", "basis", "decision_note")
    facts: dict[str, Any] = {}
    if act.task.nature == Task.Nature.EXPLANATION and act.task.confirmation == Confirmation.SUBMITTED:
        facts = _close_order_to_explain(act, rejected)
    act.write(explanation=asked.pk, verdict=verdict, note=note, row=row, **facts)
    if rejected:
        request_again(act, asked, note)
    orders.refresh(act.task, by)
    return asked


def _close_order_to_explain(act: Act, rejected: bool) -> dict[str, Any]:
    if rejected:
        act.task.confirmation = Confirmation.RETURNED
        act.save("confirmation")
        return {}
    sent = act.task.updates.filter(is_submission=True).order_by("-id").first()
    assert sent is not None
    return {"completed_on": act.task.submitted_on, **close(act, sent)}


def request_again(act: Act, rejected: Explanation, note: str) -> Explanation:
    """A rejected explanation is asked for anew, with a new day."""
    asked = Explanation.objects.create(
        task=act.task, unit=rejected.unit, about=note, due_on=reply_by(), asked_by=act.by
    )
    ledger.write(
        act.task,
        "request_explanation",
        by=act.by,
        grant=act.grant,
        decision=act.decision,
        facts={"explanation": asked.pk, "row": ledger.row_of(asked, "unit_id", "about", "due_on")},
    )
    return asked


# --- Obstacles ----------------------------------------------------------------------------------------


@transaction.atomic
def raise_obstacle(
    task: Task,
    *,
    by: User,
    text: str,
    proposal: str = "",
    asked_of: Unit | None = None,
    due_on: date | None = None,
    decision: Decision = DIRECT,
) -> Obstacle:
    """Puts a difficulty to the unit that can remove it (the tracking office by default), with a day to reply by."""
    act = begin(task, "raise_obstacle", by=by, decision=decision, text=text)
    due_on = due_on or reply_by()
    if due_on < today():
        raise RuleBroken({"due_on": "Ngày đề nghị trả lời không được trước hôm nay."})
    obstacle = Obstacle.objects.create(
        task=act.task,
        text=text,
        proposal=proposal,
        asked_of=asked_of or act.task.tracking_unit,
        due_on=due_on,
        raised_by=by,
        recorded_for_unit=act.for_unit,
    )
    row = ledger.row_of(obstacle, "text", "proposal", "asked_of_id", "due_on")
    act.write(obstacle=obstacle.pk, row=row)
    return obstacle


@transaction.atomic
def answer_obstacle(
    task: Task, *, by: User, obstacle: Obstacle, outcome: str, reply: str, decision: Decision = DIRECT
) -> Obstacle:
    """The reply of whom was asked. The office may record it for a unit, a leader may reply to any."""
    act = begin(task, "answer_obstacle", by=by, decision=decision, reply=reply)
    found = next((each for each in act.matters.obstacles if each.pk == obstacle.pk), None)
    if found is None:
        raise RuleBroken("Vướng mắc này đã được trả lời.")
    own = act.grant.role not in (Role.PLAN_OWNER, Role.LEADER)
    if own and not _speaks_for(act, found.asked_of):
        raise RuleBroken("Vướng mắc này gửi đơn vị khác trả lời.")
    if outcome not in Obstacle.Outcome.values or outcome == Obstacle.Outcome.PENDING:
        raise RuleBroken({"outcome": "Hãy chọn kết quả."})
    act.unit = found.asked_of_id
    act.settle(found, note=reply, outcome=outcome)
    row = ledger.row_of(found, "outcome", "decision_note", "decided_by_name", "how", "basis")
    act.write(obstacle=found.pk, outcome=outcome, reply=reply, row=row)
    return found


# --- Parts of those who work along -------------------------------------------------------------------


@transaction.atomic
def deliver_part(
    task: Task,
    *,
    by: User,
    coordination: Coordination,
    text: str,
    number: str = "",
    issued_on: date | None = None,
    decision: Decision = DIRECT,
) -> PartReport:
    """A coordinating unit gives the lead its own part; the lead may ask for more. The parts of an order to many are
    given to the order itself."""
    act = begin(task, "deliver_part", by=by, decision=decision, text=text)
    found = _own_part(act, coordination)
    if act.grant.role != Role.PLAN_OWNER and not _speaks_for(act, found.unit):
        raise RuleBroken("Phần việc này của đơn vị khác.")
    if issued_on is not None and issued_on > today():
        raise RuleBroken({"issued_on": "Ngày văn bản không được sau hôm nay."})
    act.unit = found.unit_id
    report = PartReport.objects.create(
        task=act.task,
        coordination=found,
        text=text,
        number=number,
        issued_on=issued_on,
        by=by,
        recorded_for_unit=act.for_unit,
    )
    found.delivered_on, found.returned = today(), False
    found.save(update_fields=["delivered_on", "returned"])
    _write_part(act, found, report)
    return report


@transaction.atomic
def return_part(
    task: Task, *, by: User, coordination: Coordination, reason: str, decision: Decision = DIRECT
) -> PartReport:
    """The lead wants more of a coordinating unit; of an order to many, the office that tracks it does."""
    act = begin(task, "return_part", by=by, decision=decision, reason=reason)
    found = _own_part(act, coordination)
    if found.delivered_on is None or found.returned:
        raise RuleBroken("Đơn vị này chưa gửi kết quả phối hợp.")
    report = PartReport.objects.create(task=act.task, coordination=found, returned=True, text=reason, by=by)
    found.returned = True
    found.save(update_fields=["returned"])
    _write_part(act, found, report)
    return report


def _own_part(act: Act, coordination: Coordination) -> Coordination:
    found = next((each for each in act.matters.coordinations if each.pk == coordination.pk), None)
    if found is None:
        raise RuleBroken("Nhiệm vụ không có phần phối hợp này.")
    return found


def _write_part(act: Act, coordination: Coordination, report: PartReport) -> None:
    row = ledger.row_of(report, "coordination_id", "returned", "text", "number", "issued_on")
    act.write(part=report.pk, unit=coordination.unit_id, row=row)
