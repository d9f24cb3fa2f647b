"""Who may do what now, and the frame of every verb: begin under the row lock, save, write one line of the ledger."""

from dataclasses import dataclass
from typing import Any

from core.clock import now
from core.text import fold
from tasks import ledger, orders
from tasks.ledger import DIRECT, Decision
from tasks.matters import Matters
from tasks.models import Event, Task
from tasks.models.facts import How, SettledOnce
from tasks.rules import RULES, refusal
from tasks.status import Confirmation
from units.actions import RuleBroken
from units.models import RoleGrant, Unit, User
from units.permissions import Role, capacity

# Nobody decides on what they sent themselves.
OWN_CASE = {
    "confirm": "Người trình kết quả không được tự xác nhận; người khác của Văn phòng hoặc lãnh đạo phụ trách xác nhận.",
    "return": "Người trình kết quả không được tự xử lý; cần sửa thì rút lại kết quả đã trình.",
}
OWN_REMOVAL = "Người đề nghị gỡ nội dung không được tự quyết định; cần người thứ hai."


def may(user: User, verb: str, task: Task, matters: Matters | None = None) -> RoleGrant | None:
    """The grant under which `user` may do `verb` on this task, whatever its state."""
    if not user.grants_today:
        return None
    units: list[Unit | None] = [*(matters or Matters(task)).answering(verb)]
    for unit in units or [None]:
        grant = capacity(
            user, f"task.{verb}", answering=unit, tracking=task.tracking_unit, in_charge=lambda: task.leaders
        )
        if grant is not None:
            return grant
    return None


def open_verbs(user: User, task: Task, matters: Matters) -> dict[str, RoleGrant]:
    """Verbs this person can do on this task right now and the grant for each, in the order of the table."""
    found = {}
    for verb in RULES:
        # What stands open is read last, and only for who has the right to settle it.
        if refusal(verb, task) or (grant := may(user, verb, task, matters)) is None or matters.refusal(verb):
            continue
        if verb in OWN_CASE and matters.sent_by == user.pk:
            continue
        if verb == "decide_removal" and all(each.asked_by_id == user.pk for each in matters.removals):
            continue
        found[verb] = grant
    return found


def verbs_for(user: User, task: Task, matters: Matters | None = None) -> list[str]:
    """Verbs this person can do on this task right now, in the order of the table: what a page offers."""
    return list(open_verbs(user, task, matters or Matters(task)))


@dataclass(slots=True)
class Act:
    """One verb being done: the task under its row lock, who does it under which grant, what stands open."""

    task: Task
    verb: str
    by: User
    grant: RoleGrant
    decision: Decision
    matters: Matters
    # The unit that answers, where it is not the lead.
    unit: int | None = None
    # The line this act wrote.
    line: Event | None = None

    @property
    def for_unit(self) -> bool:
        """ "Văn phòng nhập thay"."""
        return ledger.is_for_unit(self.verb, self.grant, self.task, self.unit)

    def save(self, *fields: str) -> None:
        self.task.save(update_fields=[*fields])

    @property
    def along(self) -> Decision:
        """The decision for the parts and occurrences this act carries along, once its own line is written."""
        assert self.line is not None
        return self.decision.along(self.line)

    def write(self, **facts: Any) -> Event:
        self.line = ledger.write(
            self.task,
            self.verb,
            by=self.by,
            grant=self.grant,
            decision=self.decision,
            facts=facts,
            answering=self.unit,
        )
        return self.line

    def settle(self, asked: SettledOnce, *, note: str = "", **outcome: Any) -> None:
        """Writes the one later decision on what was asked, with who decided and who recorded it."""
        for name, value in outcome.items():
            setattr(asked, name, value)
        asked.decided_by_name = self.decision.decided_by or self.by.full_name
        asked.recorded_by = self.by
        asked.how = self.decision.how
        asked.basis = self.decision.basis
        asked.decision_note = note
        asked.decided_at = now()
        asked.save(update_fields=[*SettledOnce.DECISION, *outcome])


def begin(task: Task, verb: str, *, by: User, decision: Decision = DIRECT, **given: str) -> Act:
    """The act, or RuleBroken when the verb is not open to `by` now. `given` are the texts `VerbRule.required` names."""
    locked = orders.lock(task)
    rule, matters = RULES[verb], Matters(locked)
    grant = may(by, verb, locked, matters)
    if grant is None:
        # What is no longer open belongs to nobody: better say so than speak of rights.
        gone = matters.refusal(verb)
        raise RuleBroken(
            gone or f"Đồng chí không có quyền thực hiện việc “{rule.label}” đối với nhiệm vụ này."
        )
    reason = refusal(verb, locked) or matters.refusal(verb)
    if reason is not None:
        raise RuleBroken(reason)
    if verb in OWN_CASE and matters.sent_by == by.pk:
        raise RuleBroken(OWN_CASE[verb])
    for name, message in rule.required.items():
        if not given.get(name, "").strip():
            raise RuleBroken({name: message})
    if rule.leader_decides and grant.role != Role.LEADER:
        leader_is_named(decision, by)
    return Act(locked, verb, by, grant, decision, matters)


def leader_is_named(decision: Decision, by: User) -> None:
    """An officer never decides in their own name (office rule 1)."""
    if not decision.decided_by.strip() or decision.how == How.DIRECT:
        raise RuleBroken(
            {"decided_by": "Hãy ghi lãnh đạo đã quyết định và hình thức (điện thoại, bút phê, …)."}
        )
    if fold(decision.decided_by) == fold(by.full_name):
        raise RuleBroken(
            {"decided_by": "Người ghi nhận không tự quyết định; hãy ghi lãnh đạo đã quyết định."}
        )


def is_waiting(task: Task) -> bool:
    return task.confirmation == Confirmation.SUBMITTED
